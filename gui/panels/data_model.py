"""The numbers of the data table as Qt's item model. GUI thread."""

import math
from typing import Any, Final

from msgspec.structs import replace
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from engine.document.cells import looks_like_a_number
from engine.document.classes import with_class
from engine.document.lab import Data
from gui.i18n import tr
from gui.store import Change, Store
from gui.theme import Theme
from gui.widgets import read_number, write_number

Index = QModelIndex | QPersistentModelIndex
MOST_TOLD: Final = 20  # classes in a tooltip
HEADER_CHARACTERS: Final = 18


class DataModel(QAbstractTableModel):
    """The numbers of `store.lab.data`; a text that is no number stays in its cell until it is mended.

    Signals:
        problem_found(str): what is wrong with the last edit; "" when it is good.
    """

    problem_found = Signal(str)

    def __init__(self, store: Store, theme: Theme) -> None:
        super().__init__()
        self._store = store
        self.theme = theme
        self._data = store.lab.data or Data()
        self._wrong: dict[tuple[int, int], str] = {}
        store.lab_changed.connect(self._on_lab_changed)

    @property
    def table(self) -> Data:
        return self._data

    def _on_lab_changed(self, change: Change) -> None:
        if "data" not in change:
            return
        new = self._store.lab.data or Data()
        same_head = new.columns == self._data.columns and new.headers == self._data.headers
        if same_head and len(new.rows) == len(self._data.rows):
            self._data = new
            last = self.index(len(new.rows) - 1, len(new.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self._data = new
        self._wrong.clear()
        self.endResetModel()
        self.problem_found.emit("")

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._data.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._data.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1) if role == Qt.ItemDataRole.DisplayRole else None
        name = self._data.columns[section]
        own, classes = self._data.headers.get(name, ""), self._data.classes.get(name, ())
        if role == Qt.ItemDataRole.DisplayRole:
            if not self._data.headers:
                return name
            return f"{name}\n{own if len(own) <= HEADER_CHARACTERS else own[: HEADER_CHARACTERS - 1] + '…'}"
        if role == Qt.ItemDataRole.ToolTipRole:
            told = [f"{name}: {own}"] if own else []
            told += [f"{code} = {each}" for code, each in enumerate(classes[:MOST_TOLD])]
            told += ["…"] if len(classes) > MOST_TOLD else []
            return "\n".join([*told, tr("Double-click to rename")])
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        cell = (index.row(), index.column())
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            value = self._data.rows[cell[0]][cell[1]]
            classes = self._classes(cell[1])
            return self._wrong.get(cell) or (classes[int(value)] if classes else write_number(value))
        if role == Qt.ItemDataRole.ForegroundRole and cell in self._wrong:
            return self.theme.color("danger")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if self._classes(cell[1]) else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole:
            return False
        row, column = index.row(), index.column()
        text = " ".join(str(value).split())
        edited = self._edited(row, column, text)
        if edited is None:
            self._wrong[row, column] = text[:60] or " "
            place = {"row": row + 1, "column": self._data.columns[column]}
            what = (
                tr("Row {row}, {column}: a class needs a name that is no number.", **place)
                if self._classes(column)
                else tr("Row {row}, {column}: this is not a number.", **place)
            )
            self.problem_found.emit(what)
        else:
            self._wrong.pop((row, column), None)
            self.problem_found.emit("")
            self._store.edit(data=edited)
        self.dataChanged.emit(index, index)
        return True

    def _classes(self, column: int) -> tuple[str, ...]:
        """The names of the classes in a column; none of one of numbers."""
        return self._data.classes.get(self._data.columns[column], ())

    def _edited(self, row: int, column: int, text: str) -> Data | None:
        """The table with `text` in a cell; None where it cannot stand there."""
        if self._classes(column):
            return None if looks_like_a_number(text) else with_class(self._data, row, column, text)
        number = read_number(text)
        if number is None or not math.isfinite(number):
            return None
        rows = list(self._data.rows)
        rows[row] = (*rows[row][:column], number, *rows[row][column + 1 :])
        return replace(self._data, rows=tuple(rows))
