"""The dial around the point of the slices: it chooses the direction of a directional derivative. GUI thread.

The derivative along the hand is written at the hand; the ring is marked where it is greatest, along ∇f, and
where it is zero, along the level line.
"""

import math
from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from engine.base.round_numbers import format_tick, without_dust
from engine.function.field import directional_derivative
from gui.contour.cursor_layer import paint_arrow
from gui.contour.viewport import Viewport
from gui.drawing.look import Look
from gui.theme import term_color
from gui.typeset import typeset
from gui.widgets.dial import snapped

RING_PX: Final = 62.0
KNOB_PX: Final = 6.0
BALL_ROOM_PX: Final = 13.0  # around the point: no number lies there
KNOB_REACH_PX: Final = 12.0
RING_REACH_PX: Final = 6.0
SHADE: Final = QColor(8, 11, 16, 150)
PAPER: Final = QColor(255, 255, 255, 225)

Pair = tuple[float, float]


def on_screen(direction_deg: float, view: Viewport) -> Pair:
    """The unit vector, px, y down, of a direction in the plane of the data."""
    angle = math.radians(direction_deg)
    dx, dy = math.cos(angle) * view.px_per_x, -math.sin(angle) * view.px_per_y
    norm = math.hypot(dx, dy)
    return dx / norm, dy / norm


def direction_at(at: QPointF, middle: QPointF, view: Viewport, gradient: Pair | None) -> float | None:
    """Where the hand points with the mouse at `at`, in degrees of [0, 360); None in the middle.

    Args:
        gradient: (f_x, f_y) there, whose direction attracts the hand, as do those a quarter turn from it.
    """
    dx, dy = (at.x() - middle.x()) / view.px_per_x, (middle.y() - at.y()) / view.px_per_y
    if dx == 0 and dy == 0:
        return None
    angle = math.degrees(math.atan2(dy, dx))
    return snapped(angle, direction_of(gradient))


def is_on_knob(at: QPointF, middle: QPointF, direction_deg: float, view: Viewport, look: Look) -> bool:
    knob = _along(middle, on_screen(direction_deg, view), look.px(RING_PX))
    return math.hypot(knob.x() - at.x(), knob.y() - at.y()) <= look.px(KNOB_REACH_PX)


def is_on_ring(at: QPointF, middle: QPointF, look: Look) -> bool:
    away = math.hypot(middle.x() - at.x(), middle.y() - at.y())
    return abs(away - look.px(RING_PX)) <= look.px(RING_REACH_PX)


def paint_dial(
    painter: QPainter,
    middle: QPointF,
    direction_deg: float,
    gradient: Pair | None,
    view: Viewport,
    look: Look,
) -> None:
    """Ring, hand and ∇f around `middle`, px; without a `gradient` only ring and hand."""
    radius = look.px(RING_PX)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, width in ((SHADE, 4.0), (PAPER, 1.6)):
        painter.setPen(QPen(color, look.px(width)))
        painter.drawEllipse(middle, radius, radius)
    steepest = direction_of(gradient)
    hand = on_screen(direction_deg, view)
    ink = look.theme.color("success")
    if steepest is not None:
        for quarter in (90.0, 270.0):
            way = on_screen(steepest + quarter, view)
            mark = QLineF(_along(middle, way, radius - look.px(5)), _along(middle, way, radius + look.px(5)))
            for color, width in ((SHADE, 4.0), (PAPER, 1.8)):
                painter.setPen(QPen(color, look.px(width)))
                painter.drawLine(mark)
        way = on_screen(steepest, view)
        paint_arrow(painter, middle, way, radius, look, term_color("gradient", look.theme), 1.8)
    paint_arrow(painter, middle, hand, radius - look.px(KNOB_PX), look, ink)
    painter.setPen(QPen(SHADE, look.px(4.2)))
    knob = _along(middle, hand, radius)
    painter.drawEllipse(knob, look.px(KNOB_PX), look.px(KNOB_PX))
    painter.setPen(QPen(QColor(255, 255, 255), look.px(2)))
    painter.setBrush(ink)
    painter.drawEllipse(knob, look.px(KNOB_PX), look.px(KNOB_PX))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def paint_dial_numbers(
    painter: QPainter, middle: QPointF, direction_deg: float, gradient: Pair, view: Viewport, look: Look
) -> None:
    """The derivative along the hand, and the greatest one; nothing may lie over them."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    reach = look.px(RING_PX + KNOB_PX + 5)
    value = directional_derivative(gradient, direction_deg)
    text = r"D_{\mathbf{u}} f", format_tick(without_dust(value, math.hypot(*gradient)))
    hand = on_screen(direction_deg, view)
    ink = look.theme.color("success")
    half = look.px(BALL_ROOM_PX)
    ball = QRectF(middle.x() - half, middle.y() - half, 2 * half, 2 * half)
    box = _paint_number(painter, text, _along(middle, hand, reach), hand, ink, view.rect, [ball], look)
    steepest = direction_of(gradient)
    if steepest is not None:
        way = on_screen(steepest, view)
        ink = term_color("gradient", look.theme)
        text = r"\max = |\nabla f|", format_tick(math.hypot(*gradient))
        _paint_number(painter, text, _along(middle, way, reach), way, ink, view.rect, [ball, box], look)


def direction_of(gradient: Pair | None) -> float | None:
    """In degrees; None for a zero gradient or one that is not finite."""
    if gradient is None:
        return None
    length = math.hypot(*gradient)
    return math.degrees(math.atan2(gradient[1], gradient[0])) if 0 < length < math.inf else None


def _along(start: QPointF, way: Pair, length: float) -> QPointF:
    return QPointF(start.x() + way[0] * length, start.y() + way[1] * length)


def _paint_number(
    painter: QPainter,
    text: tuple[str, str],
    at: QPointF,
    away: Pair,
    color: QColor,
    plot: QRectF,
    taken: list[QRectF],
    look: Look,
) -> QRectF:
    """`symbol = number` on a plate that touches `at` from outside, beside what is `taken`; its place."""
    symbol, number = text
    picture = typeset(f"{symbol} =", look.px(13.0), display=False)
    metrics = look.tick_metrics
    width = picture.width + look.px(5) + metrics.horizontalAdvance(number) + look.px(14)
    height = max(picture.height, metrics.height()) + look.px(5)
    box = QRectF(0, 0, width, height)
    box.moveCenter(QPointF(at.x() + away[0] * width / 2, at.y() + away[1] * height / 2))
    box.moveLeft(min(max(box.left(), plot.left() + look.px(2)), plot.right() - width - look.px(2)))
    box.moveTop(min(max(box.top(), plot.top() + look.px(2)), plot.bottom() - height - look.px(2)))
    gap = look.px(3)
    tops = [
        box.top(),
        *(other.bottom() + gap for other in taken),
        *(other.top() - gap - height for other in taken),
    ]
    free = [
        top
        for top in tops
        if plot.top() <= top <= plot.bottom() - height
        and not any(QRectF(box.left(), top, width, height).intersects(other) for other in taken)
    ]
    if free:
        box.moveTop(min(free, key=lambda top: abs(top - box.top())))
    painter.setPen(QPen(color, look.px(1.4)))
    painter.setBrush(look.theme.color("card", 0.92))
    painter.drawRoundedRect(box, look.px(4), look.px(4))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    baseline = box.center().y() + metrics.ascent() / 2 - look.px(1.5)
    picture.paint(painter, QPointF(box.left() + look.px(7), baseline), look.theme.color("text"))
    painter.setPen(look.theme.color("text"))
    painter.setFont(look.tick_font)
    painter.drawText(QPointF(box.left() + look.px(12) + picture.width, baseline), number)
    return box
