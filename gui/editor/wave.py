"""The wavy line under what is wrong, the same in the text and in the picture. GUI thread."""

from typing import Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

_HALF_PX: Final = 3.0
_SWING_PX: Final = 2.4
_PEN_PX: Final = 1.4


def paint_wave(painter: QPainter, left: float, right: float, y: float, color: QColor) -> None:
    """Draw a wave from `left` to `right`, at least one swing long, around `y`."""
    right = max(right, left + 2 * _HALF_PX)
    path = QPainterPath(QPointF(left, y))
    x, up = left, True
    while x < right:
        path.quadTo(x + _HALF_PX / 2, y - _SWING_PX if up else y + _SWING_PX, x + _HALF_PX, y)
        x, up = x + _HALF_PX, not up
    painter.setPen(QPen(color, _PEN_PX, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
