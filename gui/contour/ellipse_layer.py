"""The local ellipse on the map: the Hessian at the selected run's step, and its two axes. GUI thread."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from engine.base.arrays import Floats
from engine.document.setup import Setup
from engine.function.plane import Plane
from engine.solving.local_ellipse import Conic, LocalEllipse, ellipse_at
from engine.solving.solution import Solution
from gui.contour.paths import polyline
from gui.contour.viewport import Viewport
from gui.drawing.axis_names import axis_text
from gui.drawing.eigenvalues import eigenvalue_texts, write_eigenvalues
from gui.drawing.look import Look
from gui.i18n import tr

CURVE_PX: Final = 2.0
AXIS_PX: Final = 1.4
RIM_PX: Final = 2.4  # of a line, both sides together
INK: Final = QColor(8, 11, 16, 185)
PAPER: Final = QColor(255, 255, 255)
FALLS_DASH: Final = [3.5, 2.5]  # in widths of the line
SMALLEST_PX: Final = 2.0
REACH_PX: Final = 7.0


def conic_name(ellipse: LocalEllipse) -> str:
    names: dict[Conic, str] = {
        "ellipse": tr("Local ellipse"),
        "hyperbola": tr("Local hyperbola"),
        "lines": tr("Local parallel lines"),
    }
    return names[ellipse.conic]


def describe_ellipse(ellipse: LocalEllipse, setup: Setup, plane: Plane) -> str:
    """What is drawn, and of what: a few lines for a tooltip."""
    lines = [
        tr("{name} of the Hessian H at this step", name=conic_name(ellipse)),
        ", ".join(eigenvalue_texts(ellipse)),
        tr("All along it pᵀHp is the same. Its axes lie along the eigenvectors, in proportion to 1/√|λ|."),
        tr("How large it is as a whole means nothing."),
    ]
    if ellipse.falls:
        lines.append(tr("Dashed: where it curves downwards."))
    names = ", ".join(map(axis_text, plane.axes))
    if plane.directions is not None:
        lines.append(tr("H is taken along {names}; across them nothing changes.", names=names))
    elif len(setup.variables) > 2:
        lines.append(tr("H is the block of {names}; the other variables stay as they are.", names=names))
    return "\n".join(lines)


class EllipseLayer:
    """Made anew when the step, the run, what is in sight or the Solution are others: `made` counts it."""

    def __init__(self) -> None:
        self._solution: Solution | None = None
        self._key: tuple[object, ...] | None = None
        self._ellipse: LocalEllipse | None = None
        self.made = 0

    def set_solution(self, solution: Solution) -> None:
        self._solution = solution

    def at(self, run_index: int, step: int, view: Viewport) -> LocalEllipse | None:
        """That of a run at a step, in a size that fits `view`."""
        solution = self._solution
        if solution is None or run_index >= len(solution.runs):
            return None
        run = solution.runs[run_index]
        widths = (view.x_hi - view.x_lo, view.y_hi - view.y_lo)
        directions = solution.field.plane.directions if solution.field is not None else None
        key = (run, solution.objective, directions, min(step, run.steps), widths)
        if key != self._key:
            self._key = key
            self._ellipse = ellipse_at(solution, run, min(step, run.steps), np.array(widths))
            self.made += 1
        return self._ellipse

    def paint(self, painter: QPainter, run_index: int, step: int, view: Viewport, look: Look) -> None:
        ellipse = self.at(run_index, step, view)
        if ellipse is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for curve in ellipse.rises:
            _stroke(painter, view.points_px(curve), look, CURVE_PX)
        for curve in ellipse.falls:
            _stroke(painter, view.points_px(curve), look, CURVE_PX, FALLS_DASH)
        for axis in _axes_px(ellipse, view):
            if np.ptp(axis, axis=0).max() > look.px(SMALLEST_PX):
                _stroke(painter, axis, look, AXIS_PX)
        painter.restore()

    def paint_labels(
        self,
        painter: QPainter,
        run_index: int,
        step: int,
        view: Viewport,
        look: Look,
        taken: Sequence[QRectF] = (),
    ) -> None:
        """The eigenvalues; taken: see `write_eigenvalues`."""
        ellipse = self.at(run_index, step, view)
        if ellipse is not None:
            write_eigenvalues(painter, ellipse, _axes_px(ellipse, view), view.rect, taken, look)

    def nearest(
        self, at: QPointF, run_index: int, step: int, view: Viewport, look: Look
    ) -> LocalEllipse | None:
        """The ellipse, where a line of it passes under the mouse."""
        ellipse = self.at(run_index, step, view)
        if ellipse is None:
            return None
        share = np.linspace(-1.0, 1.0, 33)[:, None]
        lines = [ellipse.point + share * axis for axis in ellipse.axes]
        points = view.points_px(np.concatenate([*ellipse.rises, *ellipse.falls, *lines]))
        away = np.abs(points - (at.x(), at.y())).max(axis=1).min()
        return ellipse if away <= look.px(REACH_PX) else None


def _axes_px(ellipse: LocalEllipse, view: Viewport) -> Floats:
    """The ends of the axes, (2, 2, 2)."""
    ends = np.stack([ellipse.point - ellipse.axes, ellipse.point + ellipse.axes], axis=1)
    return view.points_px(ends.reshape(4, 2)).reshape(2, 2, 2)


def _stroke(
    painter: QPainter, points: Floats, look: Look, width: float, dash: list[float] | None = None
) -> None:
    """A white line with a dark rim, seen on every colour."""
    path = polyline(points)
    cap, join = Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.RoundJoin
    for color, wide in ((INK, width + RIM_PX), (PAPER, width)):
        pen = QPen(color, look.px(wide), Qt.PenStyle.SolidLine, cap, join)
        if dash is not None:
            pen.setDashPattern([length * width / wide for length in dash])
        painter.strokePath(path, pen)
