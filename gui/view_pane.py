"""The place of a view in the window. GUI thread; imports no view, so that it is painted at once."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.i18n import tr
from gui.style import set_role


class ViewPane(QFrame):
    """A title and buttons, and the view below them once it is there. Until `set_title` it says that what is
    to be seen is being worked out."""

    def __init__(self, title: str) -> None:
        super().__init__()
        set_role(self, "pane")
        self.title = QLabel(tr("{view} · being worked out…", view=title))
        set_role(self.title, "section")
        self.title.setMinimumWidth(1)  # it gives way to the buttons
        self._bar = QHBoxLayout()
        self._bar.setContentsMargins(12, 4, 8, 4)
        self._bar.setSpacing(2)
        self._bar.addWidget(self.title)
        self._bar.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addLayout(self._bar)
        self._empty = QFrame()
        set_role(self._empty, "plot")
        self._column.addWidget(self._empty, 1)
        self.setMinimumWidth(240)
        self._view: QWidget | None = None

    def set_title(self, title: str) -> None:
        self.title.setText(title)

    def add_buttons(self, buttons: list[QWidget]) -> None:
        for button in buttons:
            self._bar.addWidget(button)

    def show_view(self, view: QWidget) -> None:
        self._column.replaceWidget(self._empty, view)
        self._empty.deleteLater()
        self._view = view
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)

    def _on_focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        """Show at the title that Tab went to the view: its arrow keys move it then."""
        by_key = QApplication.mouseButtons() == Qt.MouseButton.NoButton
        set_role(self.title, "focused" if new is self._view and by_key else "section")
