"""The local ellipse in space: the curve of the map, laid onto the surface, with its two axes. GUI thread."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from engine.descent.run import Run
from engine.document.lab import Camera
from engine.solving.local_ellipse import LocalEllipse, ellipse_at
from engine.solving.solution import Solution
from gui.drawing.eigenvalues import write_eigenvalues
from gui.drawing.look import Look
from gui.surface.camera import Size, project
from gui.surface.drawing import Shot
from gui.surface.gl import Device
from gui.surface.lines import Lines, line_data
from gui.surface.paths import Drawn

Floats = NDArray[np.float64]

CURVE_PX: Final = 2.6
AXIS_PX: Final = 1.8
HALO_PX: Final = 2.4
DASH: Final = (6, 4)  # drawn and left out, in points of the curve
AXIS_SAMPLES: Final = 65
LIFT: Final = 0.006
HIDDEN: Final = 0.3
INK: Final = (8, 11, 16, 185)
PAPER: Final = (255, 255, 255, 255)


class Ellipse:
    """Rebuilt when the run, its step or the field is another one.

    Attributes:
        shown: the step that is drawn, with its eigenvalues and the ends of its axes in the box, (2, 2, 3).
    """

    def __init__(self) -> None:
        self.shown: tuple[LocalEllipse, Floats] | None = None
        self._key: tuple[object, ...] = ()
        self._halo = Lines("local ellipse halo")
        self._rises = Lines("local ellipse")
        self._falls = Lines("local ellipse dashes")
        self._axes = Lines("local ellipse axes")

    def clear(self) -> None:
        self.shown, self._key = None, ()

    def set(self, solution: Solution, run: Run, step: int, drawn: Drawn) -> None:
        key = (solution.objective, run, step, drawn)
        if key == self._key:
            return
        self._key, self.shown = key, None
        field = drawn.map.field
        widths = np.array([field.x[-1] - field.x[0], field.y[-1] - field.y[0]])
        ellipse = ellipse_at(solution, run, step, widths)
        for lines in (self._halo, self._rises, self._falls, self._axes):
            lines.data = None
        if ellipse is None:
            return

        def laid(points: Floats) -> Floats:
            """On the surface, (n, 3), also where the run is above or below it by its further variables."""
            return drawn.map.surface_at(drawn.map.plane(points))

        share = np.linspace(-1.0, 1.0, AXIS_SAMPLES)[:, None]
        axes = [laid(ellipse.point + share * axis) for axis in ellipse.axes]
        rises, falls = ([laid(curve) for curve in curves] for curves in (ellipse.rises, ellipse.falls))
        self._rises.data = line_data((curve, PAPER) for curve in rises)
        falls = [_dashed(curve) for curve in falls]
        self._falls.data = line_data((curve, PAPER) for curve in falls)
        self._axes.data = line_data((axis, PAPER) for axis in axes)
        self._halo.data = line_data((curve, INK) for curve in (*rises, *falls, *axes))
        self.shown = (ellipse, np.stack([axis[[0, -1]] for axis in axes]))

    def draw(self, device: Device, shot: Shot) -> None:
        if self.shown is None:
            return
        self._halo.draw(device, shot, CURVE_PX + HALO_PX, lift=LIFT, clip=True)
        for lines, width in ((self._rises, CURVE_PX), (self._falls, CURVE_PX), (self._axes, AXIS_PX)):
            lines.draw(device, shot, width, hidden=True, opacity=HIDDEN, clip=True)
            lines.draw(device, shot, width, lift=LIFT, clip=True)

    def write(
        self, painter: QPainter, camera: Camera, size: Size, taken: Sequence[QRectF], look: Look
    ) -> None:
        """The eigenvalues beside the ends of the axes, in the painter's logical pixels."""
        if self.shown is None:
            return
        ellipse, ends = self.shown
        pixels = project(ends, camera, size)[..., :2]
        if np.isfinite(pixels).all():
            write_eigenvalues(painter, ellipse, pixels, QRectF(0, 0, *size), taken, look)


def _dashed(curve: Floats) -> Floats:
    """The curve, (n, 3), with gaps."""
    drawn, gap = DASH
    kept = np.arange(len(curve)) % (drawn + gap) < drawn
    return np.where(kept[:, None], curve, np.nan)
