"""A drag with the left button, delivered at once: QTest's moves go by way of the window system."""

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget


def send(widget: QWidget, kind: QEvent.Type, at: QPoint, *, held: bool) -> None:
    place = QPointF(at)
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    QApplication.sendEvent(
        widget,
        QMouseEvent(
            kind,
            place,
            QPointF(widget.mapToGlobal(at)),
            none if kind == QEvent.Type.MouseMove else left,
            left if held else none,
            Qt.KeyboardModifier.NoModifier,
        ),
    )


def drag(widget: QWidget, *places: QPoint) -> None:
    """Press at the first place, move through the others, release at the last."""
    send(widget, QEvent.Type.MouseButtonPress, places[0], held=True)
    for place in places[1:]:
        send(widget, QEvent.Type.MouseMove, place, held=True)
    send(widget, QEvent.Type.MouseButtonRelease, places[-1], held=False)


def hover(widget: QWidget, at: QPoint) -> None:
    send(widget, QEvent.Type.MouseMove, at, held=False)
