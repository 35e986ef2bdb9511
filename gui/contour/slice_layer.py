"""The slices on the map: the lines along which one variable is held, their point, a direction. GUI thread."""

import math
from typing import Final, Literal

from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from engine.document.lab import Slice
from gui.contour.dial import is_on_knob, is_on_ring, paint_dial, paint_dial_numbers
from gui.contour.viewport import Viewport
from gui.drawing.look import Look
from gui.theme import slice_color

REACH_PX: Final = 7.0
POINT_REACH_PX: Final = 12.0

Grip = Literal["point", "horizontal", "vertical", "direction"]


class SliceLayer:
    """Attributes:
    slice: what is chosen.
    point: where, in data coordinates; None for nowhere.
    gradient: (f_x, f_y) there, asked for by a direction; None where it is not known.
    """

    def __init__(self) -> None:
        self.slice = Slice()
        self.point: tuple[float, float] | None = None
        self.gradient: tuple[float, float] | None = None

    @property
    def shown(self) -> bool:
        chosen = self.slice
        return self.point is not None and bool(
            chosen.along or chosen.tangent_plane or chosen.normal or chosen.direction_deg is not None
        )

    def paint(self, painter: QPainter, view: Viewport, look: Look) -> None:
        if not self.shown or self.point is None:
            return
        at = view.point_px(*self.point)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for along in self.slice.along:
            line = self._line(along, at, view)
            color = slice_color(along, look.theme)
            dark = color.lightnessF() < 0.5
            painter.setPen(QPen(QColor(255, 255, 255, 220) if dark else QColor(8, 11, 16, 170), look.px(4)))
            painter.drawLine(line)
            painter.setPen(QPen(color, look.px(2)))
            painter.drawLine(line)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.slice.direction_deg is not None:
            paint_dial(painter, at, self.slice.direction_deg, self.gradient, view, look)
        painter.setPen(QPen(QColor(8, 11, 16, 190), look.px(4.5)))
        painter.drawEllipse(at, look.px(5.5), look.px(5.5))
        painter.setPen(QPen(QColor(255, 255, 255), look.px(2)))
        painter.setBrush(look.theme.color("accent"))
        painter.drawEllipse(at, look.px(5.5), look.px(5.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def paint_numbers(self, painter: QPainter, view: Viewport, look: Look) -> None:
        """Those of the dial, over everything else."""
        direction = self.slice.direction_deg
        if self.point is not None and direction is not None and self.gradient is not None:
            paint_dial_numbers(painter, view.point_px(*self.point), direction, self.gradient, view, look)

    def grip(self, at: QPointF, view: Viewport, look: Look) -> Grip | None:
        """What of the slices can be dragged at `at`."""
        if not self.shown or self.point is None:
            return None
        here = view.point_px(*self.point)
        if math.hypot(here.x() - at.x(), here.y() - at.y()) <= look.px(POINT_REACH_PX):
            return "point"
        direction = self.slice.direction_deg
        if direction is not None and is_on_knob(at, here, direction, view, look):
            return "direction"
        if "horizontal" in self.slice.along and abs(at.y() - here.y()) <= look.px(REACH_PX):
            return "horizontal"
        if "vertical" in self.slice.along and abs(at.x() - here.x()) <= look.px(REACH_PX):
            return "vertical"
        return "direction" if direction is not None and is_on_ring(at, here, look) else None

    @staticmethod
    def _line(along: str, at: QPointF, view: Viewport) -> QLineF:
        rect = view.rect
        if along == "horizontal":
            return QLineF(rect.left(), round(at.y()), rect.right(), round(at.y()))
        return QLineF(round(at.x()), rect.top(), round(at.x()), rect.bottom())
