"""Keys that mean something to the focused widget stay with it, before they are shortcuts of the window.

The window plays with Space and steps with the arrows; but a button that Tab went to is pressed with Space,
and a focused slider is moved with the arrows. What was clicked has done its work, and keeps no key: after it,
Space plays and the arrows step. GUI thread.
"""

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QTabBar,
    QWidget,
)

from gui.widgets.choice import Segmented

ARROWS: Final = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End})
_SPACE: Final = frozenset({Qt.Key.Key_Space})


class KeyGuard(QObject):
    """Guards the widget that has the focus, whichever it is, as long as the guard lives.

    A widget of another kind that moves with the arrows has `keeps_arrows`. Only the focused widget's events
    are filtered: a filter for the whole application would see every paint and move.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)

    def _on_focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        if old is not None:
            old.removeEventFilter(self)
        clicked = QApplication.mouseButtons() != Qt.MouseButton.NoButton
        if clicked and not isinstance(new, QAbstractSlider | QAbstractItemView):
            return
        if new is not None and self._keys_of(new):
            new.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if event.key() in self._keys_of(watched):
            event.accept()
            return True
        return False

    @staticmethod
    def _keys_of(widget: QObject) -> frozenset[Qt.Key]:
        if isinstance(widget, QAbstractItemView):
            return ARROWS | _SPACE
        if isinstance(widget, QAbstractSlider | QTabBar | Segmented):
            return ARROWS
        arrows = ARROWS if getattr(widget, "keeps_arrows", False) else frozenset()
        return arrows | _SPACE if isinstance(widget, QAbstractButton | QComboBox) else arrows
