"""Rows of a label and its fields, the labels as wide as each other. GUI thread."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from gui.style import set_role
from gui.widgets import Choice


class FormRows(QWidget):
    """A choice takes what room its fields leave."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)

    def add(self, text: str, *widgets: QWidget) -> None:
        label = QLabel(text)
        set_role(label, "muted")
        row = QHBoxLayout()
        row.setSpacing(6)
        for widget in widgets:
            row.addWidget(widget)
        if not isinstance(widgets[0], Choice):
            row.addStretch(1)
        else:
            row.setStretch(0, 1)
        index = self._grid.rowCount()
        self._grid.addWidget(label, index, 0, Qt.AlignmentFlag.AlignLeft)
        self._grid.addLayout(row, index, 1)

    def add_wide(self, widget: QWidget) -> None:
        self._grid.addWidget(widget, self._grid.rowCount(), 0, 1, 2)
