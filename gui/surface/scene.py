"""SurfaceScene: a Solution's Field and a Frame, drawn into whatever framebuffer is current.

There is no widget in it: the window, the exporter and the tests draw with this class. OpenGL objects are made
inside `draw`, and anew when the context is another one. It may be used on any one thread that has a context;
it imports no widgets, no window and no store.

What stands still (surface, floor, box) is kept as a picture with its depth; when only the playhead moves,
that is copied and the markers are drawn over it. Edges are smoothed by averaging several pictures, each
moved by a part of a pixel: one a call of `draw` with quality "full", all at once with "final".
"""

from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from OpenGL import GL
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from engine.analysis.findings import Analysis
from engine.document.lab import Camera, Display, Slice
from engine.function.sampled import Field
from engine.solving.prediction import Prediction
from engine.solving.solution import Solution
from engine.solving.timeline import Frame
from gui.drawing.axis_names import axis_latex
from gui.i18n import tr
from gui.store import ViewState
from gui.surface.box import BoxDrawable
from gui.surface.box_map import BoxMap
from gui.surface.camera import pixel_size
from gui.surface.drawing import Shot, rgb
from gui.surface.floor import FloorDrawable
from gui.surface.gl import Device, current_target
from gui.surface.heights import HeightTextures
from gui.surface.labels import AxisLabels, look_of, paint_note
from gui.surface.layers import ALL, Layers
from gui.surface.markers import Markers
from gui.surface.outline import OutlineDrawable
from gui.surface.pasted import Pasted
from gui.surface.rim import Defined
from gui.surface.rows import RowBalls
from gui.surface.surface import SurfaceDrawable
from gui.surface.values import FEW, CriticalValues
from gui.theme import DARK, Theme

Quality = Literal["draft", "kept", "full", "film", "final"]

DRAFT_NODES: Final = 140 * 140  # of the thinned surface on a software renderer
INVISIBLE_PX: Final = 0.35  # by so much its form may be wrong
MOST_ROWS: Final = 500  # of data, for the edge of the domain to be sought between the samples
SAME_LINES_PX: Final = 0.1  # and by so much the heights that lines, colours and light are taken from


class SurfaceScene:
    """The scene. Everything before `draw` only remembers; nothing needs a context until then.

    Attributes:
        transparent: draw no background (premultiplied alpha).
        scale: sizes of lines, marks and texts, beyond the device's pixel ratio; 1 on a screen, larger in
            projector mode.
        device: the OpenGL objects, once drawn; its `uploads` count what was sent.
    """

    def __init__(self, theme: Theme = DARK) -> None:
        self.transparent = False
        self.scale = 1.0
        self.device: Device | None = None
        self.map: BoxMap | None = None
        self._theme = theme
        self._display = Display()
        self._solution: Solution | None = None
        self._frame: Frame | None = None
        self._textures = HeightTextures()
        self._surface = SurfaceDrawable(self._textures)
        self._floor = FloorDrawable(self._textures)
        self._box = BoxDrawable()
        self._outline = OutlineDrawable()
        self._markers = Markers()
        self._rows = RowBalls()
        self._labels = AxisLabels()
        self._values = CriticalValues()
        self._layers = Layers()
        self._pasted = Pasted("lettering")

    # What is drawn

    def set_field(self, field: Field | None, display: Display, defined: Defined | None = None) -> None:
        """Show `field` as `display` says; None shows an empty box.

        Args:
            defined: f at points of the plane, (n, 2) → (n,), NaN where undefined: finds the edge of f's
                domain between the samples. Default: the Objective of the solution given to `set_runs`.
        """
        if field is None:
            self.map = None
        elif self.map is None or self.map.field is not field:
            self.map = BoxMap(field)
        else:
            defined = defined or self._defined
        self._defined = defined
        self._display = display
        self._textures.set_map(self.map, defined)
        self._textures.set_display(display)
        self._box.set_map(self.map)
        self._outline.set_map(self.map)
        self._markers.set_map(self.map)
        self._markers.set_display(display)

    _defined: Defined | None = None

    def set_runs(self, solution: Solution | None) -> None:
        """Show the runs and the critical points of `solution`."""
        self._solution = solution
        self._markers.set_solution(solution)

    def set_solution(self, solution: Solution, display: Display) -> None:
        """`set_field` and `set_runs`, the edge of f's domain found with the solution's Objective."""
        self._rows.set(None, None)
        if solution.field is not None:
            known = self.map is not None and self.map.field is solution.field
            self.set_field(solution.field, display, self._defined if known else _evaluator(solution))
        self.set_runs(solution)
        self.set_slice(solution.lab.slice)

    def set_prediction(self, prediction: Prediction) -> None:
        """Show what a model predicts over its inputs, and its rows; `set_solution` shows the loss again."""
        self.set_solution(prediction.solution, prediction.solution.lab.display)
        self.set_frame(None)
        self._rows.set(prediction, self.map)

    def set_slice(self, slice_: Slice) -> None:
        self._markers.set_slice(slice_)

    def set_frame(self, frame: Frame | None) -> None:
        self._frame = frame
        self._markers.set_frame(frame)

    def set_view(self, view: ViewState) -> None:
        """Show the hovered point, the selected run's and the highlighted term's arrows; the camera is given
        to `draw`."""
        self._markers.set_view(view)

    def start_places(self) -> NDArray[np.float64]:
        """Where the starts are drawn, in the box, (s, 3); NaN where they are not."""
        return self._markers.start_places()

    @property
    def hovered_start(self) -> int | None:
        return self._markers.hovered_start

    @hovered_start.setter
    def hovered_start(self, index: int | None) -> None:
        self._markers.hovered_start = index

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme

    @property
    def markers(self) -> Markers:
        return self._markers

    # Drawing

    @property
    def refined(self) -> bool:
        """Whether more calls of `draw` with quality "full" would change nothing."""
        return self._layers.complete

    def draw(
        self,
        camera: Camera,
        size_px: tuple[int, int],
        device_pixel_ratio: float = 1.0,
        *,
        quality: Quality = "full",
    ) -> None:
        """Draw into the current framebuffer, from the origin of its viewport.

        Args:
            size_px: in physical pixels.
            quality: "draft" while the camera moves: fewer triangles on a software renderer, nothing smoothed
                there; "kept": what is there already; "full": one more picture for the average; "final":
                the whole average at once; "film": four samples a pixel, for a picture that is not seen twice.
        """
        with current_target() as (target, viewport):
            if self.device is None or not self.device.is_current():
                self.device = Device()
            device = self.device
            stride, thin = self._thinning(device, camera, size_px, quality)
            shot = Shot(
                camera=camera,
                size_px=size_px,
                scale=device_pixel_ratio * self.scale,
                theme=self._theme,
                stride=stride,
                thin=thin,
            )
            key = (camera, size_px, shot.scale, self._theme.name, self.transparent, self.map, self._display)
            if quality == "draft" and device.software and not self._layers.holds(key):
                self._layers.draw_at_once(device, shot, self._draw_base)
            elif quality == "film":
                self._layers.draw_smooth(device, shot, self._draw_base)
            else:
                taken = self._layers.taken if self._layers.holds(key) else 0
                quick = 1 if device.software else 4
                samples = {"draft": quick, "kept": quick, "full": taken + 1, "final": ALL}[quality]
                self._layers.draw_base(device, shot, key, samples, self._draw_base)
            self._draw_over(device, shot)
            self._layers.show(device, target, viewport)

    def paste(self, picture: QImage) -> None:
        """Lay `picture` over what `draw` has drawn, from the origin of the viewport."""
        assert self.device is not None
        self._pasted.draw(self.device, picture)

    @property
    def is_light(self) -> bool:
        """Whether it has so few samples, as a slice that moves has, that no draft of it is quicker."""
        return self.map is not None and self.map.field.z.size <= DRAFT_NODES

    def _thinning(
        self, device: Device, camera: Camera, size_px: tuple[int, int], quality: Quality
    ) -> tuple[int, int]:
        """How far the surface may be thinned: its form as long as nobody sees it, and in a draft a little
        further; its samples in a draft, as long as nobody sees it. The second divides the first."""
        if self.map is None or not device.software:
            return 1, 1
        per_unit = 1.0 / pixel_size(camera, size_px)
        stride = self.map.thinnings(INVISIBLE_PX / per_unit)[-1]
        if quality != "draft":
            return stride, 1
        ny, nx = self.map.field.z.shape
        while (nx // stride) * (ny // stride) > DRAFT_NODES:
            stride += 1
        return stride, max(n for n in self.map.thinnings(SAME_LINES_PX / per_unit) if stride % n == 0)

    def _draw_base(self, device: Device, shot: Shot) -> None:
        """What stands still."""
        if self.transparent:
            GL.glClearColor(0.0, 0.0, 0.0, 0.0)
        else:
            GL.glClearColor(*rgb(self._theme.plot), 1.0)
        GL.glDepthMask(True)
        GL.glClear(GL.GL_COLOR_BUFFER_BIT | GL.GL_DEPTH_BUFFER_BIT)
        translucent = self._display.opacity < 1.0 or self._display.wire
        if translucent:
            self._floor.draw(device, shot, self._display)
            self._box.draw(device, shot, self._display.floor)
        self._surface.draw(device, shot, self._display)
        if not translucent:
            self._floor.draw(device, shot, self._display)
            self._box.draw(device, shot, self._display.floor)
        if self._display.floor and not self._display.wire:
            self._outline.draw(device, shot, self._display.opacity)

    def _draw_over(self, device: Device, shot: Shot) -> None:
        """What moves."""
        self._rows.draw(device, shot)
        self._markers.draw(device, shot)

    def paint_overlay(self, painter: QPainter, camera: Camera, size: tuple[float, float]) -> None:
        """Write the axes and the values at critical points onto the finished picture, in logical pixels."""
        if self.map is None or self._box.ticks is None:
            return
        shot = Shot(
            camera=camera,
            size_px=(round(size[0]), round(size[1])),
            scale=self.scale,
            theme=self._theme,
        )
        self._labels.paint(painter, shot, self._box.ticks, self._names, self._display.floor)
        drawn, analysis = self._markers.drawing(), self._valued()
        look = look_of(shot.theme, shot.scale)
        taken: list[QRectF] = []
        if drawn is not None and analysis is not None:
            marks = self._markers.drawn_places()
            taken = self._values.paint(
                painter, look, camera, shot.size_px, drawn, analysis, self._display, marks
            )
        if self._display.local_ellipse:
            self._markers.ellipse.write(painter, camera, shot.size_px, taken, look)
        note = self._note()
        if note:
            paint_note(painter, shot, note)

    @property
    def lettering(self) -> tuple[object, ...]:
        """What the overlay is made of, without the camera and the size: while it stays, so does the overlay.

        Its first two change with the frame: the local ellipse, and the places that the plates give way to.
        """
        shown = self._markers.ellipse.shown if self._display.local_ellipse else None
        analysis = self._valued()
        given_way_to = None if analysis is None else self._markers.drawn_places().tobytes()
        looks = (self._theme, self.scale, self._display)
        return shown and shown[0], given_way_to, self.map, self._names, analysis, looks

    @property
    def _names(self) -> tuple[str, str]:
        """Of the axes x and y of the box, typeset; empty where there is none."""
        axes = [axis_latex(axis) for axis in self.map.field.plane.axes] if self.map is not None else []
        return ([*axes, "", ""][0], [*axes, "", ""][1])

    def _valued(self) -> Analysis | None:
        """The critical points, if their values are written."""
        analysis = self._markers.found()
        few = analysis is not None and 0 < len(analysis.critical_points) <= FEW
        return analysis if few and self._display.critical_points else None

    def _note(self) -> str:
        """What is wrong with the picture, if anything is."""
        assert self.map is not None
        if not self.map.field.finite.any():
            return tr("The function is undefined everywhere here.")
        if self.map.undersampled:
            return tr("It varies faster than it is sampled: narrow the ranges to see its true shape.")
        return ""

    def release(self) -> None:
        """Delete everything made in the current context; the scene itself can be drawn again."""
        if self.device is not None:
            self.device.release()
            self.device = None


def _evaluator(solution: Solution) -> Defined | None:
    """f at points of the drawn plane.

    None over many rows of data: the edge, sought at thousands of points, is then as coarse as the samples.
    """
    objective, field = solution.objective, solution.field
    if objective is None or field is None or field.plane.count != 2 or objective.rows > MOST_ROWS:
        return None
    plane = field.plane

    def value(points: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            return np.asarray(objective.value(plane.moved(plane.origin, points)), dtype=np.float64)

    return value
