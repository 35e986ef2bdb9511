"""A table to read, and to pick a row of. GUI thread."""

from PySide6.QtCore import QAbstractItemModel
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from gui.style import set_role


class DenseTable(QTableView):
    """Small letters, neither grid nor row numbers; whole rows are picked, one at a time; Tab leaves it."""

    def __init__(
        self, model: QAbstractItemModel, *, name: str, row_px: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setModel(model)
        set_role(self, "dense")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(row_px)
        self.horizontalHeader().setSectionsClickable(False)
        self.horizontalHeader().setHighlightSections(False)
        self.setAccessibleName(name)
