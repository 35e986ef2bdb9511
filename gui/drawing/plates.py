"""Numbers on small plates beside marks, where there is room: the same in both views. GUI thread."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from engine.base.round_numbers import format_tick, without_dust
from gui.drawing.look import Look

BESIDE: Final = (0, 1, 2, 3)  # on which sides of a mark its value is put, the best first: on a map


def value_text(value: float, height: float) -> str:
    """f at a critical point, where f ranges over `height`: what is left of a zero by rounding is zero."""
    return format_tick(without_dust(value, height))


def paint_value(
    painter: QPainter,
    at: QPointF,
    text: str,
    plot: QRectF,
    taken: list[QRectF],
    look: Look,
    *,
    radius: float,
    sides: tuple[int, ...] = BESIDE,
) -> None:
    """A small plate beside the mark at `at`: right, left, above or below, where there is room in `plot`.

    Args:
        taken: where there is none; the plate is added. radius: of the mark. sides: to be tried, in order.
    """
    metrics = look.inline_metrics
    width, height = metrics.horizontalAdvance(text) + look.px(8), metrics.height() + look.px(1)
    off = look.px(radius + 5)
    boxes = (
        QRectF(at.x() + off, at.y() - height / 2, width, height),
        QRectF(at.x() - off - width, at.y() - height / 2, width, height),
        QRectF(at.x() - width / 2, at.y() - off - height, width, height),
        QRectF(at.x() - width / 2, at.y() + off, width, height),
    )
    for box in (boxes[side] for side in sides):
        if plot.contains(box) and not any(box.intersects(other) for other in taken):
            break
    else:
        return
    taken.append(box)
    paint_plate(painter, box, text, look)


def paint_plate(painter: QPainter, box: QRectF, text: str, look: Look) -> None:
    """A number on a small plate that lets the picture shine through."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.theme.color("card", 0.86))
    painter.drawRoundedRect(box, look.px(3), look.px(3))
    painter.setPen(look.theme.color("text"))
    painter.setFont(look.inline_font)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
