"""Driving widgets as a person does: shown on the screen, typed into, dragged and hovered over."""

from typing import Any, Final, TypeVar

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

LEFT: Final = Qt.MouseButton.LeftButton
Shown = TypeVar("Shown", bound=QWidget)


def shown(qtbot: QtBot, widget: Shown, width_px: int, height_px: int) -> Shown:
    """`widget`, in that size on the screen; it is closed with the test."""
    qtbot.addWidget(widget)
    widget.resize(width_px, height_px)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def retype(qtbot: QtBot, field: Any, text: str) -> None:
    """Type `text` over what stands in `field`."""
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)


def send(widget: QWidget, kind: QEvent.Type, at: QPoint, *, held: bool) -> None:
    """A mouse event, delivered at once: QTest's moves go by way of the window system."""
    place = QPointF(at)
    none = Qt.MouseButton.NoButton
    QApplication.sendEvent(
        widget,
        QMouseEvent(
            kind,
            place,
            QPointF(widget.mapToGlobal(at)),
            none if kind == QEvent.Type.MouseMove else LEFT,
            LEFT if held else none,
            Qt.KeyboardModifier.NoModifier,
        ),
    )


def drag(widget: QWidget, *places: QPoint) -> None:
    """Press the left button at the first place, move through the others, release at the last."""
    send(widget, QEvent.Type.MouseButtonPress, places[0], held=True)
    for place in places[1:]:
        send(widget, QEvent.Type.MouseMove, place, held=True)
    send(widget, QEvent.Type.MouseButtonRelease, places[-1], held=False)


def hover(widget: QWidget, at: QPoint) -> None:
    send(widget, QEvent.Type.MouseMove, at, held=False)
