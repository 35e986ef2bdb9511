"""Containers: a card with a title, and a section that folds. GUI thread."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.style import set_role
from gui.widgets.icons import IconButton


class Card(QFrame):
    """A framed surface. `body` is its layout; `header` the row of the title, for buttons at its right."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(8)
        self.header = QHBoxLayout()
        self.header.setSpacing(4)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        self.title = QLabel(title)
        set_role(self.title, "title")
        if title:
            self.header.addWidget(self.title)
            self.header.addStretch(1)
            column.addLayout(self.header)
            self.setAccessibleName(title)
        column.addLayout(self.body)

    def set_title(self, title: str) -> None:
        """Change the title of a card that has one."""
        self.title.setText(title)
        self.setAccessibleName(title)


class _Header(QWidget):
    """The clickable row of a Collapsible."""

    clicked = Signal()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()


class Collapsible(QFrame):
    """A titled section that folds away. `body` is its layout, `header` the row for more buttons.

    Args:
        framed: it is a card of its own, with the title of one.
    """

    toggled = Signal(bool)

    def __init__(
        self, title: str, parent: QWidget | None = None, *, expanded: bool = True, framed: bool = False
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        if framed:
            set_role(self, "card")
            column.setContentsMargins(6, 6, 12, 8)
        head = _Header()
        head.setCursor(Qt.CursorShape.PointingHandCursor)
        head.clicked.connect(self.toggle)
        self.header = QHBoxLayout(head)
        self.header.setContentsMargins(0, 0, 0, 0)
        self.header.setSpacing(4)
        self._arrow = IconButton("chevron_down", title, size_px=24, icon_px=14)
        self._arrow.clicked.connect(self.toggle)
        self._label = QLabel(title)
        set_role(self._label, "title" if framed else "section")
        self.header.addWidget(self._arrow)
        self.header.addWidget(self._label)
        self.header.addStretch(1)
        self._content = QWidget()
        self.body = QVBoxLayout(self._content)
        self.body.setContentsMargins(6 if framed else 0, 0, 0, 4)
        self.body.setSpacing(8)
        column.addWidget(head)
        column.addWidget(self._content)
        self.set_expanded(expanded)

    @property
    def expanded(self) -> bool:
        return not self._content.isHidden()

    def set_expanded(self, expanded: bool) -> None:
        changed = expanded != self.expanded
        self._content.setVisible(expanded)
        self._arrow.set_icon("chevron_down" if expanded else "chevron_right")
        if changed:
            self.toggled.emit(expanded)

    def set_title(self, title: str) -> None:
        self._label.setText(title)
        self._arrow.set_tip(title)

    def toggle(self) -> None:
        self.set_expanded(not self.expanded)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._arrow.hasFocus() and event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.set_expanded(event.key() == Qt.Key.Key_Right)
            return
        super().keyPressEvent(event)
