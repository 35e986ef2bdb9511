"""The frame that an export would have, at the size of the dialog's preview, drawn by the exporter's scene.

GUI thread. The composition is the same at every size, so the preview is drawn small and quickly. It has an
OpenGL context of its own, made when it is first needed.
"""

import time
from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from engine.document.lab import Camera
from engine.solving.solution import Solution
from gui.export.contexts import Context, open_context
from gui.export.errors import ExportError
from gui.export.scene import ExportScene
from gui.export.spec import Spec

MOST_PX: Final = 4_000_000
KEPT_SCENES: Final = 2  # that of the quick picture, and that of the exact one


class Preview:
    """Draws preview frames; keeps the scenes of the last sizes as long as what they show stays the same.

    Attributes:
        warm_s: how long the last frame took, if its scene was drawn before; else None.
    """

    def __init__(self) -> None:
        self._context: Context | None = None
        self._scenes: dict[tuple[int, int], ExportScene] = {}
        self._shown: tuple[object, ...] = ()
        self.warm_s: float | None = None

    def draw(
        self,
        solution: Solution,
        camera: Camera,
        spec: Spec,
        size_px: tuple[int, int],
        t_steps: float,
        share: float,
    ) -> QImage:
        """The picture of an export of `size_px`, scaled to it, seen from `camera`.

        Raises:
            CannotRender: no OpenGL here.
        """
        if self._context is None:
            self._context = open_context()
        self._context.make_current()
        shown = (id(solution), spec)
        if shown != self._shown:
            self._drop_scenes()
            self._shown = shown
        scene = self._scenes.pop(size_px, None)
        warm = scene is not None
        if scene is None:
            scene = ExportScene(solution, spec, size_px, camera, "draft")
        else:
            scene.set_camera(camera)
        self._scenes[size_px] = scene  # the last ones are used the latest
        while len(self._scenes) > KEPT_SCENES:
            self._scenes.pop(next(iter(self._scenes))).close()
        began = time.perf_counter()
        image = scene.draw(t_steps, share)
        self.warm_s = time.perf_counter() - began if warm else None
        return image

    def _drop_scenes(self) -> None:
        for scene in self._scenes.values():
            scene.close()
        self._scenes.clear()

    def close(self) -> None:
        """Let go of the context."""
        if self._context is None:
            return
        try:
            self._context.make_current()
            self._drop_scenes()
        except (ExportError, RuntimeError):
            self._scenes.clear()
        self._context.close()
        self._context = None


def preview_size(size_px: tuple[int, int], room: QSize, ratio: float) -> tuple[int, int]:
    """The size of the preview of an export of `size_px` within `room`, in device pixels.

    >>> preview_size((1920, 1080), QSize(640, 640), 1.0)
    (640, 360)
    """
    scale = min(room.width() / size_px[0], room.height() / size_px[1], 1.0) * ratio
    scale = min(scale, (MOST_PX / (size_px[0] * size_px[1])) ** 0.5)
    return max(round(size_px[0] * scale), 16), max(round(size_px[1] * scale), 16)
