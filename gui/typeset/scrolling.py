"""What widgets that scroll a formula share. GUI thread."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QWheelEvent
from PySide6.QtWidgets import QScrollBar

BAR_PX: Final = 10
FADE_PX: Final = 22.0


def set_range(bar: QScrollBar, hidden_px: float, page_px: float) -> None:
    """Let `bar` scroll by what is hidden; no bar where nothing is."""
    bar.setVisible(hidden_px > 0.0)
    bar.setRange(0, round(hidden_px + 1.0) if hidden_px > 0.0 else 0)
    bar.setPageStep(round(page_px))


def fade_edges(painter: QPainter, size: QSize, bar: QScrollBar, background: QColor) -> None:
    """Where the formula goes on beyond an edge, it fades into the background."""
    clear = QColor(background)
    clear.setAlpha(0)
    width, height = float(size.width()), float(size.height() - (BAR_PX if bar.maximum() else 0))
    for hidden, edge, inner in (
        (bar.value() > 0, 0.0, FADE_PX),
        (bar.value() < bar.maximum(), width, width - FADE_PX),
    ):
        if hidden:
            gradient = QLinearGradient(edge, 0.0, inner, 0.0)
            gradient.setColorAt(0.0, background)
            gradient.setColorAt(1.0, clear)
            painter.fillRect(QRectF(min(edge, inner), 0.0, FADE_PX, height), gradient)


def scroll_sideways(bar: QScrollBar, event: QWheelEvent) -> bool:
    """Scroll by a sideways turn of the wheel, or one with Shift; whether there was anything to scroll."""
    delta = event.angleDelta()
    sideways = delta.x() or (delta.y() if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0)
    if not sideways or not bar.maximum():
        return False
    bar.setValue(bar.value() - sideways // 2)
    return True
