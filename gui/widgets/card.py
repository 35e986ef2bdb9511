"""Containers: a card with a title, and a section that folds. GUI thread."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

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


class _Arrow(IconButton):
    """The arrow of a Collapsible: as in a tree, → opens and ← folds."""

    pointed = Signal(bool)
    keeps_arrows = True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.pointed.emit(event.key() == Qt.Key.Key_Right)
        else:
            super().keyPressEvent(event)


class Collapsible(QFrame):
    """A titled section that folds away. `body` is its layout.

    Args:
        role: of the title: "section", or "title" for a larger one.

    Attributes:
        head: the line of the title; its actions are offered at a right click.

    Signals:
        toggled(bool): it was opened, or folded.
    """

    toggled = Signal(bool)

    def __init__(
        self, title: str, parent: QWidget | None = None, *, expanded: bool = True, role: str = "section"
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.head = _Header()
        self.head.setCursor(Qt.CursorShape.PointingHandCursor)
        self.head.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.head.clicked.connect(self.toggle)
        row = QHBoxLayout(self.head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.arrow = _Arrow("chevron_down", title, size_px=24, icon_px=14)
        self.arrow.clicked.connect(self.toggle)
        self.arrow.pointed.connect(self.set_expanded)
        self._label = QLabel(title)
        set_role(self._label, role)
        row.addWidget(self.arrow)
        row.addWidget(self._label)
        self._beside = QWidget()
        self._buttons = QHBoxLayout(self._beside)
        self._buttons.setContentsMargins(0, 0, 0, 0)
        self._buttons.setSpacing(4)
        self._buttons.addStretch(0)
        row.addWidget(self._beside, 1)
        self._content = QWidget()
        self.body = QVBoxLayout(self._content)
        self.body.setContentsMargins(0, 0, 0, 4)
        self.body.setSpacing(8)
        column.addWidget(self.head)
        column.addWidget(self._content)
        self.set_expanded(expanded)

    def add_beside(self, widget: QWidget) -> None:
        """At the right of the title while it is open; one that takes any width gets what is left."""
        takes_any = widget.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Ignored
        self._buttons.addWidget(widget, 1 if takes_any else 0)

    @property
    def title(self) -> str:
        return self._label.text()

    @property
    def expanded(self) -> bool:
        return not self._content.isHidden()

    def set_expanded(self, expanded: bool) -> None:
        """What is folded away does not keep the focus."""
        changed = expanded != self.expanded
        focused = self.focusWidget()
        if not expanded and focused is not None and focused.hasFocus() and focused is not self.arrow:
            self.arrow.setFocus()
        self._content.setVisible(expanded)
        self._beside.setVisible(expanded)
        self.arrow.set_icon("chevron_down" if expanded else "chevron_right")
        if changed:
            self.toggled.emit(expanded)

    def set_title(self, title: str) -> None:
        self._label.setText(title)
        self.arrow.set_tip(title)

    def toggle(self) -> None:
        self.set_expanded(not self.expanded)
