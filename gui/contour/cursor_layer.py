"""The cursor: crosshair, the level line through it, and the arrow ∇f across that line. GUI thread."""

import math
from typing import Final

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from engine.base.round_numbers import format_tick, without_dust
from engine.function.sampled import Field
from engine.function.scale import steepest, steepness
from gui.contour.curve_scene import paint_line, paint_point
from gui.contour.level_lines import LineFinder
from gui.contour.paths import arrow_head, as_dense_as_curved, lines_path, simplified
from gui.contour.viewport import Viewport
from gui.drawing.look import Look
from gui.drawing.reading import Reading

COARSE_PX: Final = 3.0
UNSEEN_PX: Final = 0.15
ARROW_PX: Final = (18.0, 74.0)  # the shortest and the longest


class CursorLayer:
    def __init__(self) -> None:
        self._field: Field | None = None
        self._reading: Reading | None = None
        self._line: QPainterPath | None = None
        self._finder: LineFinder | None = None
        self._steepest: float | None = None
        self.traced = 0

    def set_field(self, field: Field | None, finder: LineFinder | None) -> None:
        if field is self._field:
            return
        self._field, self._finder = field, finder
        self._line = None
        self._steepest = None

    def set_reading(self, reading: Reading | None) -> None:
        if reading != self._reading:
            self._reading = reading
            self._line = None

    def paint(self, painter: QPainter, view: Viewport, look: Look, *, graph: bool = False) -> None:
        """Draw it; on the `graph` of a function of one variable, with the point and the tangent."""
        reading, field = self._reading, self._field
        if reading is None:
            return
        if graph:
            self._paint_on_graph(painter, reading, view, look)
            return
        if not view.contains(reading.x, reading.y):
            return
        at = view.point_px(reading.x, reading.y)
        painter.save()
        painter.setClipRect(view.rect)
        if field is not None and math.isfinite(reading.f):
            self._paint_level(painter, field, reading, view, look)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for color, style in (
            (QColor(8, 11, 16, 120), Qt.PenStyle.SolidLine),
            (QColor(255, 255, 255, 190), Qt.PenStyle.DashLine),
        ):
            pen = look.hairline(color)
            pen.setStyle(style)
            painter.setPen(pen)
            x, y = round(at.x()), round(at.y())
            painter.drawLine(QLineF(x, view.rect.top(), x, view.rect.bottom()))
            painter.drawLine(QLineF(view.rect.left(), y, view.rect.right(), y))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_gradient(painter, reading, at, view, look)
        painter.restore()
        _paint_tags(painter, reading, at, view, look)

    def _paint_on_graph(self, painter: QPainter, reading: Reading, view: Viewport, look: Look) -> None:
        if not view.x_lo <= reading.x <= view.x_hi:
            return
        painter.save()
        painter.setClipRect(view.rect)
        x = round(float(view.x_px(reading.x)))
        pen = look.hairline(look.theme.color("muted"))
        pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawLine(QLineF(x, view.rect.top(), x, view.rect.bottom()))
        if math.isfinite(reading.f):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if math.isfinite(reading.fx):
                ink = look.theme.color("text", 0.8)
                paint_line(painter, view, reading.x, reading.f, reading.fx, QPen(ink, look.px(1.4)))
            paint_point(painter, view.point_px(reading.x, reading.f), look.theme.color("accent"), look)
        painter.restore()

    def _paint_level(
        self, painter: QPainter, field: Field, reading: Reading, view: Viewport, look: Look
    ) -> None:
        if self._line is None:
            self.traced += 1
            points = self._finder.lines(reading.f) if self._finder is not None else []
            if not points:
                self._line = QPainterPath()
            else:
                # A line wider than a pixel costs by its points, so it has as few as will do.
                scale = np.array([view.px_per_x, view.px_per_y])
                scale *= np.array([field.x[-1] - field.x[0], field.y[-1] - field.y[0]])
                points = [
                    as_dense_as_curved(simplified(piece * scale, COARSE_PX), UNSEEN_PX) / scale
                    for piece in points
                ]
                connected = [np.arange(len(piece)) > 0 for piece in points]
                self._line = lines_path(np.concatenate(points), np.concatenate(connected))
        to_px = view.unit_transform(field.x[0], field.x[-1], field.y[0], field.y[-1])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = to_px.map(self._line)
        painter.strokePath(path, QPen(QColor(8, 11, 16, 150), look.px(3.4)))
        painter.strokePath(path, QPen(QColor(255, 255, 255), look.px(1.5)))

    def _paint_gradient(
        self, painter: QPainter, reading: Reading, at: QPointF, view: Viewport, look: Look
    ) -> None:
        """∇f as it lies in the plane; its length grows with |∇f|, within what can be seen."""
        dx, dy = reading.fx * view.px_per_x, -reading.fy * view.px_per_y
        norm = math.hypot(dx, dy)
        if not (norm > 0 and math.isfinite(norm)):
            return
        if self._steepest is None:
            self._steepest = steepest(steepness(self._field), 0.9) if self._field is not None else 0.0
        if not without_dust(reading.steepness, self._steepest):
            return  # where the gradient is zero, rounding is all that points anywhere
        share = min(reading.steepness / self._steepest, 1.0) if self._steepest > 0 else 1.0
        length = look.px(ARROW_PX[0] + (ARROW_PX[1] - ARROW_PX[0]) * math.sqrt(share))
        paint_arrow(painter, at, (dx / norm, dy / norm), length, look, look.theme.color("accent"))


def paint_arrow(
    painter: QPainter,
    start: QPointF,
    direction: tuple[float, float],
    length: float,
    look: Look,
    color: QColor,
    width: float = 2.2,
) -> None:
    """An arrow with a white rim, from `start` along the unit vector `direction`, px."""
    dx, dy = direction
    tip = QPointF(start.x() + dx * length, start.y() + dy * length)
    head = min(look.px(10.0), 0.6 * length)
    neck = QPointF(tip.x() - dx * head * 0.8, tip.y() - dy * head * 0.8)
    shaft = QPainterPath(start)
    shaft.lineTo(neck)
    triangle = arrow_head(tip, direction, head, head * 0.85)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    rim = QColor(255, 255, 255, 215) if color.lightnessF() < 0.7 else QColor(8, 11, 16, 200)
    cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    painter.strokePath(shaft, QPen(rim, look.px(width + 2.2), Qt.PenStyle.SolidLine, cap, join))
    painter.strokePath(triangle, QPen(rim, look.px(2.2), Qt.PenStyle.SolidLine, cap, join))
    painter.strokePath(shaft, QPen(color, look.px(width), Qt.PenStyle.SolidLine, cap, join))
    painter.fillPath(triangle, color)


def _paint_tags(painter: QPainter, reading: Reading, at: QPointF, view: Viewport, look: Look) -> None:
    """The coordinates on the axes, over the ticks."""
    decimals = pixel_decimals(view)
    metrics = look.tick_metrics
    painter.setFont(look.tick_font)
    for horizontal, value, places in ((True, reading.x, decimals[0]), (False, reading.y, decimals[1])):
        text = coordinate(value, places)
        width, height = metrics.horizontalAdvance(text) + look.px(10), metrics.height() + look.px(3)
        if horizontal:
            left = min(max(at.x() - width / 2, view.rect.left()), view.rect.right() - width)
            box = QRectF(left, view.rect.bottom() + look.px(4), width, height)
        else:
            box = QRectF(view.rect.left() - look.px(4) - width, at.y() - height / 2, width, height)
            box.moveLeft(max(box.left(), look.px(1)))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.theme.color("text", 0.92))
        painter.drawRoundedRect(box, look.px(3), look.px(3))
        painter.setPen(look.theme.color("card"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def pixel_decimals(view: Viewport) -> tuple[int, int]:
    """How many decimals it takes to tell two pixels apart, along each axis."""
    return (
        math.ceil(math.log10(max(view.px_per_x, 1e-300))),
        math.ceil(math.log10(max(view.px_per_y, 1e-300))),
    )


def reading_decimals(view: Viewport, x: float, y: float) -> tuple[int, int]:
    """Those of a pixel; far out of sight no more than make four digits."""
    places = []
    sides = ((x, view.x_lo, view.x_hi), (y, view.y_lo, view.y_hi))
    for (value, lo, hi), decimals in zip(sides, pixel_decimals(view), strict=True):
        far = math.isfinite(value) and value != 0 and abs(value - 0.5 * (lo + hi)) > hi - lo
        places.append(min(decimals, 3 - math.floor(math.log10(abs(value)))) if far else decimals)
    return places[0], places[1]


def coordinate(value: float, decimals: int) -> str:
    """`value` with as many decimals as can be told apart by a pixel; large and small ones like ticks."""
    if abs(value) < 0.5 * 10.0**-decimals:
        value = 0.0
    if value != 0 and not 1e-4 <= abs(value) < (1e9 if decimals >= 0 else 1e5):
        return format_tick(value, min(max(4, decimals + 6), 12))
    places = min(max(decimals, 0), 12)
    text = f"{value:.{places}f}"
    return text.replace("-", "−") if float(text) != 0 else text.lstrip("-")
