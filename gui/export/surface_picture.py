"""The surface as a part of an exported picture: the window's SurfaceScene, drawn off screen and read back.

The thread of the current OpenGL context. While the camera stands still the scene keeps its averaged picture
and draws only the markers over it, and its letters are kept.
"""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from engine.document.lab import Camera
from engine.formula.names import name_latex
from engine.solving.solution import Solution
from engine.solving.timeline import Frame
from gui.drawing.look import NAME_PX
from gui.export.framebuffer import Framebuffer
from gui.export.framing import framed
from gui.export.spec import CameraPath
from gui.store import ViewState
from gui.surface.lettering import Lettering
from gui.surface.scene import Quality, SurfaceScene
from gui.theme import Theme
from gui.typeset import typeset

LINES: Final = 0.7  # of the scale of the letters: lines that are right on a screen are heavy on a wall
FINER: Final = 2  # times more pixels for the picture inside a file of vectors


class SurfacePicture:
    """Paints the surface of a Solution into `rect`.

    Args:
        scale: of letters, marks and lines; `lines`: of marks and lines beside it. transparent: no background.
        run_index: the run whose arrows are drawn.
        moving: the camera is another one in each picture, which is then smoothed four times and not more.
    """

    def __init__(
        self,
        solution: Solution,
        theme: Theme,
        scale: float,
        rect: QRectF,
        *,
        transparent: bool,
        moving: bool,
        run_index: int = 0,
        lines: float = LINES,
    ) -> None:
        self._rect = rect
        self._lines = lines
        self._quality: Quality = "film" if moving else "final"
        self.scale = scale
        self.scene = SurfaceScene(theme)
        self.scene.transparent = transparent
        self.show(solution)
        self.scene.set_view(ViewState(selected_run=run_index))
        self._framebuffer: Framebuffer | None = None
        self._lettering = Lettering(self.scene)

    def show(self, solution: Solution) -> None:
        """Draw this one from now on: the same, but for its slice."""
        self.scene.set_solution(solution, solution.lab.display)

    def fitted(self, camera: Camera, path: CameraPath, names: Sequence[str]) -> Camera:
        """`camera` as `framed` places it, with room for the names of the axes."""
        widths = [typeset(name_latex(name), NAME_PX, display=False).width for name in names]
        size_px = (self._rect.width(), self._rect.height())
        return framed(camera, path, size_px, self.scale, max(widths, default=0.0))

    def paint(self, painter: QPainter, camera: Camera, frame: Frame | None, *, vectors: bool = False) -> None:
        """Draw the moment `frame` seen from `camera`; with `vectors`, the letters as such."""
        self.scene.set_frame(frame)
        finer = FINER if vectors else 1
        painter.drawImage(self._rect, self._surface(camera, finer))
        size = (self._rect.width(), self._rect.height())
        self.scene.scale = self.scale
        if vectors:
            painter.save()
            painter.translate(self._rect.topLeft())
            self.scene.paint_overlay(painter, camera, size)
            painter.restore()
        else:
            painter.drawImage(self._rect.topLeft(), self._lettering.picture(camera, size))

    def _surface(self, camera: Camera, finer: int) -> QImage:
        size_px = (round(self._rect.width()) * finer, round(self._rect.height()) * finer)
        if self._framebuffer is None or self._framebuffer.size_px != size_px:
            if self._framebuffer is not None:
                self._framebuffer.close()
            self._framebuffer = Framebuffer(size_px)
        self._framebuffer.bind()
        self.scene.scale = self._lines * self.scale * finer
        self.scene.draw(camera, size_px, quality=self._quality)
        return self._framebuffer.read()

    def close(self) -> None:
        """Free what was made in the context, which is current."""
        self.scene.release()
        if self._framebuffer is not None:
            self._framebuffer.close()
            self._framebuffer = None
