"""Places of the map on the screen, and the wheel over them."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication


def at(view, x, y) -> QPoint:
    return view.viewport.point_px(x, y).toPoint()


def wheel(view, x, y, steps):
    wheel_at(view, QPointF(at(view, x, y)), steps)


def wheel_at(view, place, steps):
    event = QWheelEvent(
        place,
        view.mapToGlobal(place),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)
