"""Keys that mean something to the focused widget stay with it, before they are shortcuts of the window.

The window plays with Space and steps with the arrows; but a focused button is pressed with Space, and a
focused slider is moved with the arrows. GUI thread.
"""

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QAbstractSlider, QComboBox, QTabBar

from gui.widgets.choice import Segmented

_ARROWS: Final = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End})
_SPACE: Final = frozenset({Qt.Key.Key_Space})


class KeyGuard(QObject):
    """An event filter for the application: `QApplication.installEventFilter(KeyGuard(app))`."""

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
            return _ARROWS | _SPACE
        if isinstance(widget, QAbstractSlider | QTabBar | Segmented):
            return _ARROWS
        if isinstance(widget, QAbstractButton | QComboBox):
            return _SPACE
        return frozenset()
