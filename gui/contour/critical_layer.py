"""Minima ▼, maxima ▲, saddles ✕ and other flat points ◇, with their values while they are few. GUI thread."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from engine.analysis.findings import Analysis, CriticalPoint, Family, Kind
from engine.base.round_numbers import format_tick
from engine.formula.names import name_text
from engine.function.plane import Plane
from gui.contour.viewport import Viewport
from gui.drawing.look import Look
from gui.drawing.plates import BESIDE, paint_value, value_text
from gui.i18n import tr

MANY: Final = 14  # with more of them in sight, their values would cover the picture
CROWDED: Final = 0.12  # of the distance from one to the next
SMALLEST_PX: Final = 2.2
RADIUS_PX: Final = 5.0
ABOVE: Final = (2, 3, 0, 1)  # on a graph, whose tangent is level there
BELOW: Final = (3, 2, 0, 1)
INK: Final = QColor("#0b0f16")
PAPER: Final = QColor("#ffffff")


def kind_path(kind: Kind) -> QPainterPath:
    """The shape of a kind, of about unit radius; a saddle's is open."""
    path = QPainterPath()
    if kind == "saddle":
        path.moveTo(-0.8, -0.8)
        path.lineTo(0.8, 0.8)
        path.moveTo(-0.8, 0.8)
        path.lineTo(0.8, -0.8)
        return path
    diamond = ((-1, 0), (0, -1), (1, 0), (0, 1))
    corners = {
        "minimum": ((-1, -0.75), (1, -0.75), (0, 1)),
        "maximum": ((-1, 0.75), (1, 0.75), (0, -1)),
        "neither": diamond,
        "undecided": diamond,
    }[kind]
    path.moveTo(*corners[0])
    for corner in corners[1:]:
        path.lineTo(*corner)
    path.closeSubpath()
    return path


def describe(point: CriticalPoint, plane: Plane) -> str:
    """What kind of point it is, where, and why: a few lines for a tooltip."""
    kind = {
        "minimum": tr("Local minimum"),
        "maximum": tr("Local maximum"),
        "saddle": tr("Saddle point"),
        "neither": tr("Flat point: f falls to one side and rises to the other"),
        "undecided": tr("Flat point of a kind that could not be decided"),
    }[point.kind]
    where = ", ".join(
        f"{name_text(axis.name)} = {format_tick(float(place))}"
        for axis, place in zip(plane.axes, plane.coordinates(point.point), strict=True)
    )
    values = ", ".join(format_tick(float(value)) for value in point.eigenvalues)
    many = plane.count > 1
    bend = tr("Eigenvalues of the Hessian: {values}", values=values) if many else f"f'' = {values}"
    return "\n".join((kind, where, f"f = {format_tick(point.value)}", bend))


class CriticalLayer:
    """Attributes: show_values: write f beside each; height: the range of f in sight; taken: where the marks
    and their plates were painted last, px."""

    def __init__(self) -> None:
        self._analysis: Analysis | None = None
        self._plane: Plane = Plane(np.zeros(2), (0, 1))
        self.show_values = True
        self.height = 0.0
        self.taken: list[QRectF] = []

    def set_analysis(self, analysis: Analysis | None, plane: Plane) -> None:
        self._analysis, self._plane = analysis, plane

    def paint(self, painter: QPainter, view: Viewport, look: Look) -> None:
        self.taken = []
        if self._analysis is not None and self._plane.count == 2:
            for family in (each for each in self._analysis.families if not each.region):
                self._paint_family(painter, family, view, look)
        seen = [
            (view.point_px(*self._place(point)), point)
            for point in self._points()
            if view.contains(*self._place(point))
        ]
        # In a crowd (Ackley's function has hundreds) they are smaller; minima lie on top.
        room = math.sqrt(view.rect.width() * view.rect.height() / max(len(seen), 1)) / look.scale
        radius = min(max(CROWDED * room, SMALLEST_PX), RADIUS_PX)
        for kind in ("undecided", "neither", "saddle", "maximum", "minimum"):
            for at, point in seen:
                if point.kind == kind:
                    self._paint_kind(painter, at, kind, look, radius)
        if self.show_values and len(seen) <= MANY:
            self.taken = [QRectF(at.x() - 8, at.y() - 8, 16, 16) for at, _ in seen]
            for at, point in seen:
                text = value_text(point.value, self.height)
                sides = BESIDE if self._plane.count == 2 else BELOW if point.kind == "minimum" else ABOVE
                paint_value(painter, at, text, view.rect, self.taken, look, radius=RADIUS_PX, sides=sides)

    def nearest(self, at: QPointF, view: Viewport, reach_px: float) -> CriticalPoint | None:
        """The critical point under the mouse."""
        best, best_away = None, reach_px
        for point in self._points():
            here = view.point_px(*self._place(point))
            away = abs(here.x() - at.x()) + abs(here.y() - at.y())
            if away < best_away:
                best, best_away = point, away
        return best

    def _points(self) -> Sequence[CriticalPoint]:
        """Those that lie in the picture: of a graph, if it is no section through more variables."""
        points = self._analysis.critical_points if self._analysis is not None else ()
        return [point for point in points if self._plane.count == 2 or len(point.point) == 1]

    def _place(self, point: CriticalPoint) -> tuple[float, float]:
        """On the map; or on the graph, at its value."""
        across, up = self._plane.coordinates_of(point.point)
        return across, point.value if self._plane.count == 1 else up

    def _paint_family(self, painter: QPainter, family: Family, view: Viewport, look: Look) -> None:
        """A valley floor or a circle of minima: a chain of dots."""
        points = view.points_px(self._plane.coordinates(family.points))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for color, width in ((QColor(8, 11, 16, 150), 4.4), (PAPER, 2.4)):
            pen = QPen(color, look.px(width), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            for x, y in points:
                painter.drawPoint(QPointF(x, y))

    @staticmethod
    def _paint_kind(painter: QPainter, at: QPointF, kind: Kind, look: Look, radius: float) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(at)
        size = look.px(radius)
        painter.scale(size, size)
        path = kind_path(kind)
        open_shape = kind == "saddle"
        for ink, width in ((INK, 4.6 if open_shape else 3.0), (PAPER, 2.2 if open_shape else 0.0)):
            if not width:
                continue
            pen = QPen(
                ink, look.px(width * radius / RADIUS_PX), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap
            )
            pen.setCosmetic(True)
            painter.strokePath(path, pen)
        if not open_shape:
            painter.fillPath(path, PAPER)
        painter.restore()
