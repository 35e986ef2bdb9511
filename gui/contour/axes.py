"""The frame of a plot: round ticks, their numbers, and the typeset names of its axes. GUI thread."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from engine.base.arrays import Floats
from engine.base.round_numbers import TickLabels, format_ticks, nice_ticks
from gui.contour.viewport import Viewport
from gui.drawing.look import NAME_PX, Look
from gui.typeset import typeset

TICK_EVERY_PX = 62.0
FEW_TICKS = 5  # an axis too short for so many of them has them nearer together
NEAREST_PX = 44.0
TICK_GAP_PX = 10.0  # between the numbers of two ticks


@dataclass(frozen=True)
class Scale:
    """Round ticks of one axis and their labels."""

    ticks: Floats
    labels: TickLabels


def scale_of(lo: float, hi: float, length_px: float, look: Look) -> Scale:
    """About one tick every TICK_EVERY_PX, nearer together on a short axis if their numbers have the room."""
    usual = int(length_px / look.px(TICK_EVERY_PX))
    if usual < FEW_TICKS:
        near = nice_ticks(lo, hi, max(2, min(FEW_TICKS, int(length_px / look.px(NEAREST_PX)))))
        labels = format_ticks(near)
        widest = max((look.tick_metrics.horizontalAdvance(text) for text in labels.labels), default=0.0)
        if len(near) < 2 or widest + look.px(TICK_GAP_PX) <= length_px * (near[1] - near[0]) / abs(hi - lo):
            return Scale(near, labels)
    ticks = nice_ticks(lo, hi, max(2, usual))
    return Scale(ticks, format_ticks(ticks))


def paint_axes(
    painter: QPainter,
    view: Viewport,
    look: Look,
    names: tuple[str, str],
    horizontal: Scale,
    vertical: Scale,
    *,
    grid: bool = False,
) -> None:
    """Draw the frame, the ticks outside of it, and the names at the ends of the axes.

    Args:
        names: TeX, or "" for none.
        grid: faint lines across, for a plot of curves.
    """
    rect = view.rect
    tick, gap = look.px(5), look.px(3)
    metrics = look.tick_metrics
    painter.setFont(look.tick_font)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    if grid:
        painter.setPen(look.hairline(look.theme.color("grid", 0.18)))
        for x in view.x_px(horizontal.ticks):
            painter.drawLine(QPointF(round(x), rect.top()), QPointF(round(x), rect.bottom()))
        for y in view.y_px(vertical.ticks):
            painter.drawLine(QPointF(rect.left(), round(y)), QPointF(rect.right(), round(y)))
    painter.setPen(look.hairline(look.theme.color("grid", 0.75)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(rect)
    xs, ys = view.x_px(horizontal.ticks), view.y_px(vertical.ticks)
    for x in xs:
        painter.drawLine(QPointF(round(x), rect.bottom()), QPointF(round(x), rect.bottom() + tick))
    for y in ys:
        painter.drawLine(QPointF(rect.left() - tick, round(y)), QPointF(rect.left(), round(y)))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    name_x, name_y = (typeset(tex, look.px(NAME_PX), display=False) if tex else None for tex in names)
    painter.setPen(look.theme.color("muted"))
    baseline = rect.bottom() + tick + gap + metrics.ascent()
    # The name stands at the end of the axis; a number that it would touch gives way.
    name_left = rect.right() - (name_x.width if name_x else 0.0)
    note_right = name_left - look.px(8)
    note = horizontal.labels.note
    free = (note_right - metrics.horizontalAdvance(note) - look.px(10)) if note else name_left - look.px(8)
    for x, text in zip(xs, horizontal.labels.labels, strict=True):
        half = metrics.horizontalAdvance(text) / 2
        if (name_x is None and not note) or x + half < free:
            painter.drawText(QPointF(x - half, baseline), text)
    if note:
        painter.drawText(QPointF(note_right - metrics.horizontalAdvance(note), baseline), note)
    right = rect.left() - tick - gap
    for y, text in zip(ys, vertical.labels.labels, strict=True):
        box = QRectF(right - look.px(200), y - metrics.height() / 2, look.px(200), metrics.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
    above = rect.top() - look.px(9)
    after = rect.left() - look.px(2)
    if name_y is not None:
        left = rect.left() - name_y.width - look.px(6)
        name_y.paint(painter, QPointF(max(left, look.px(2)), above), look.theme.color("text"))
        after = max(left, look.px(2)) + name_y.width + look.px(8)
    if vertical.labels.note:
        painter.drawText(QPointF(after, above), vertical.labels.note)
    if name_x is not None:
        name_x.paint(painter, QPointF(name_left, baseline), look.theme.color("text"))
