"""The data a loss function may name by column: pasted, opened from CSV, or typed. GUI thread."""

from pathlib import Path
from typing import Any, Final

from msgspec.structs import replace
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from engine.document.column_names import can_name_a_column
from engine.document.datafile import TABLES, Table, write_table
from engine.document.lab import MAX_COLUMNS, MAX_ROWS, Data
from engine.document.proposals import with_table
from engine.solving.solution import Solution
from gui.i18n import tr
from gui.panels.data_model import DataModel
from gui.panels.data_sets import fill_data_sets
from gui.panels.fit_card import FitCard
from gui.panels.panel import Panel
from gui.panels.problems import problem_text
from gui.panels.table_reading import TableReading
from gui.store import Change, Store
from gui.style import set_role
from gui.theme import Theme
from gui.widgets import IconButton, ProblemLabel, icon

ROW_PX: Final = 26
LEAST_TABLE_PX: Final = 30  # in a low window the card of what to fit comes first
FIRST_COLUMNS: Final = ("x", "y")


class _Table(QTableView):
    """A table that takes Ctrl+V, Ctrl+C, and Delete for rows that are selected as a whole.

    Signals:
        paste_requested(), copy_requested(), removal_requested().
    """

    paste_requested = Signal()
    copy_requested = Signal()
    removal_requested = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste_requested.emit()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy_requested.emit()
        elif event.matches(QKeySequence.StandardKey.Delete) and self.selectionModel().selectedRows():
            self.removal_requested.emit()
        else:
            super().keyPressEvent(event)


class DataTable(Panel):
    """The table with its buttons; an invitation while there is none."""

    def __init__(self, store: Store, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self.setAccessibleName(tr("Data"))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 12, 8)
        column.setSpacing(4)
        self.card = FitCard(store)
        bar = QHBoxLayout()
        bar.setSpacing(4)
        self.paste = self._button(
            tr("Paste"), "paste", tr("Paste a table with its column names"), self._on_pasted
        )
        self.open = self._button(
            tr("Open table…"), "open", tr("Open a table: CSV, XLSX, ODS"), self._on_opened
        )
        self._names = [(button, button.text()) for button in (self.paste, self.open)]
        self.sets = QPushButton(tr("Data sets"))
        self.sets.setToolTip(tr("Tables that come with the program"))
        menu = QMenu(self.sets)
        menu.setToolTipsVisible(True)
        fill_data_sets(menu, self.take_table)
        self.sets.setMenu(menu)
        self.fit = self._button(tr("Fit…"), "fit", tr("Choose what to fit to the table"), self.card.offer)
        for each in (self.paste, self.open, self.sets, self.fit):
            bar.addWidget(each)
        self.problem = ProblemLabel()
        bar.addWidget(self.problem, 1)
        bar.addStretch(0)
        self.add_row = self._icon("plus", tr("Add a row"), self._on_row_added)
        self.add_column = self._icon("table", tr("Add a column"), self._on_column_added)
        self.remove_rows = self._icon("minus", tr("Remove the selected rows"), self._on_rows_removed)
        self.copy = self._icon("copy", tr("Copy the table for a spreadsheet"), self._on_table_copied)
        self.clear = self._icon("trash", tr("Remove the table"), lambda: store.edit(data=None))
        for button in (self.add_row, self.remove_rows, self.add_column, self.copy, self.clear):
            bar.addWidget(button)
        column.addLayout(bar)
        margins = column.contentsMargins()
        self._bar_px = bar.minimumSize().width() + margins.left() + margins.right()  # with all names

        self.model = DataModel(store, theme)
        self.model.problem_found.connect(self.problem.set_problem)
        self.table = _Table()
        self.table.setModel(self.model)
        self.model.modelReset.connect(self._on_model_reset)  # after the header's own slot
        self.table.setAccessibleName(tr("Data"))
        self.table.verticalHeader().setDefaultSectionSize(ROW_PX)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.horizontalHeader().sectionDoubleClicked.connect(self._on_header_double_clicked)
        self.table.paste_requested.connect(self._on_pasted)
        self.table.copy_requested.connect(self._on_cells_copied)
        self.table.removal_requested.connect(self._on_rows_removed)
        self.table.setMinimumHeight(LEAST_TABLE_PX)
        column.addWidget(self.card)
        self.in_the_way = self._make_way_out()
        column.addWidget(self.in_the_way)
        self.reading = TableReading()
        self.reading.read.connect(self._on_read)
        self.reading.failed.connect(lambda said: self.problem.set_problem(tr(said)))
        column.addWidget(self.reading)
        self._note = QLabel()  # what of a table that was pasted or opened was left out
        self._note.setWordWrap(True)
        set_role(self._note, "muted")
        self._note.hide()
        column.addWidget(self._note)
        invitation = QWidget()
        invitation.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        inner = QVBoxLayout(invitation)
        inner.setContentsMargins(0, 0, 0, 0)
        text = QLabel(
            tr(
                "A loss function can use a table: name its columns in the formula, "
                "as in mean((w x + b − y)^2). Paste one from a spreadsheet, or open a file."
            )
        )
        text.setWordWrap(True)
        set_role(text, "muted")
        self.start = QPushButton(tr("Start an empty table"))
        set_role(self.start, "flat")
        self.start.clicked.connect(self._on_started)
        inner.addWidget(text)
        inner.addWidget(self.start, 0, Qt.AlignmentFlag.AlignLeft)
        inner.addStretch(1)
        self._stack = QStackedLayout()
        self._stack.addWidget(invitation)
        self._stack.addWidget(self.table)
        column.addLayout(self._stack, 1)

        store.lab_changed.connect(self._on_lab_changed)
        store.solution_changed.connect(self._on_solution_changed)
        self._refresh()

    def set_theme(self, theme: Theme) -> None:
        self.model.theme = theme
        self.table.viewport().update()

    def sizeHint(self) -> QSize:
        return QSize(360, 180)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is no room for all names, two buttons have only their icons."""
        super().resizeEvent(event)
        roomy = event.size().width() >= self._bar_px
        for button, name in self._names:
            button.setText(name if roomy else "")
            button.setAccessibleName(name)

    def _make_way_out(self) -> QWidget:
        """A line that offers to remove the table where its columns take the names of variables."""
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._why = QLabel()
        self._why.setWordWrap(True)
        set_role(self._why, "danger")
        self.way_out = QPushButton(tr("Remove the table"))
        self.way_out.setIcon(icon("trash"))
        self.way_out.clicked.connect(lambda: self._store.edit(data=None))
        row.addWidget(self._why, 1)
        row.addWidget(self.way_out)
        line.hide()
        return line

    @staticmethod
    def _button(text: str, icon_name: str, tip: str, slot: Any) -> QPushButton:
        button = QPushButton(text)
        button.setIcon(icon(icon_name))
        button.setToolTip(tip)
        button.clicked.connect(lambda: slot())
        return button

    @staticmethod
    def _icon(name: str, tip: str, slot: Any) -> IconButton:
        button = IconButton(name, tip)
        button.clicked.connect(lambda: slot())
        return button

    # Refreshing

    def _on_lab_changed(self, change: Change) -> None:
        if "data" in change or not self._store.can_undo:
            self.reading.forget()  # what is being read was for the table, or the lab, before
        if "data" in change:
            self._refresh()

    def _on_solution_changed(self, solution: Solution) -> None:
        self.problem.set_problem(problem_text(solution, "data"))
        names = self._columns_in_the_way(solution)
        self.in_the_way.setVisible(bool(names))
        if names:
            self._why.setText(
                tr(
                    "The columns of the table cannot be variables of the formula. "
                    "For an ordinary function of {names}:",
                    names=", ".join(names),
                )
            )

    def _columns_in_the_way(self, solution: Solution) -> list[str]:
        """The columns that the formula's problem is about."""
        data = self._store.lab.data
        for problem in solution.problems:
            about = problem.message.values.get("name") if problem.place == "formula" else None
            if data is not None and about in data.columns:
                return list(data.columns)
        return []

    def _refresh(self) -> None:
        present = self._store.lab.data is not None
        self._stack.setCurrentIndex(1 if present else 0)
        for button in (
            self.fit, self.add_row, self.remove_rows, self.add_column, self.copy, self.clear
        ):  # fmt: skip
            button.setEnabled(present)
        if not present:
            self.in_the_way.hide()

    def _on_model_reset(self) -> None:
        """Make every column wide enough for what its header says."""
        header = self.table.horizontalHeader()
        for section in range(header.count()):
            header.resizeSection(section, max(header.defaultSectionSize(), header.sectionSizeHint(section)))

    # Editing

    def load_table(self, path: Path) -> None:
        """Read the table of a file and take it, or say why not; the old one stays then."""
        self.reading.begin(path)

    def paste_text(self, text: str) -> None:
        """Read the table in `text` and take it, or say why not; the old one stays then."""
        self.reading.begin(text, self.model.table.columns)

    def _on_read(self, table: Table) -> None:
        self.take_table(table.data)
        self._note.setText(" ".join(map(tr, table.notes)))
        self._note.setVisible(bool(table.notes))

    def take_table(self, data: Data) -> None:
        """Take a table that is another, and offer what to fit to it: one step to undo, with the fit."""
        self.problem.set_problem("")
        self._note.hide()
        step = object()
        lab = with_table(self._store.lab, data)
        self._store.edit(
            data=data,
            formula=lab.formula,
            loss=lab.loss,
            order=lab.order,
            starts=lab.starts,
            merge_key=step,
        )
        self.card.offer(step)

    def _take(self, data: Data) -> None:
        self.problem.set_problem("")
        self._note.hide()
        self._store.edit(data=data)

    def _on_pasted(self) -> None:
        self.paste_text(QGuiApplication.clipboard().text())

    def _on_table_copied(self) -> None:
        QGuiApplication.clipboard().setText(write_table(self.model.table))

    def _on_cells_copied(self) -> None:
        """The selected cells; with the names when the columns are selected as a whole."""
        data = self.model.table
        cells = {(index.row(), index.column()) for index in self.table.selectedIndexes()}
        columns = sorted({column for _, column in cells})
        rows = sorted({row for row, _ in cells})
        names = tuple(data.columns[column] for column in columns)
        chosen = Data(
            columns=names,
            rows=tuple(tuple(data.rows[row][column] for column in columns) for row in rows),
            classes={name: data.classes[name] for name in names if name in data.classes},
        )
        text = write_table(chosen)
        whole = len(rows) == len(data.rows)
        QGuiApplication.clipboard().setText(text if whole else text.partition("\n")[2])

    def _on_opened(self) -> None:
        kinds = " ".join(f"*{suffix}" for suffix in TABLES)
        name, _ = QFileDialog.getOpenFileName(self, tr("Open table…"), "", f"{tr('Tables')} ({kinds})")
        if name:
            self.load_table(Path(name))

    def _on_started(self) -> None:
        self._take(Data(columns=FIRST_COLUMNS, rows=tuple((0.0, 0.0) for _ in range(3))))

    def _on_row_added(self) -> None:
        data = self.model.table
        if len(data.rows) < MAX_ROWS:
            self._take(replace(data, rows=(*data.rows, tuple(0.0 for _ in data.columns))))
            self.table.scrollToBottom()

    def _on_rows_removed(self) -> None:
        data = self.model.table
        chosen = {index.row() for index in self.table.selectedIndexes()}
        rows = tuple(row for i, row in enumerate(data.rows) if i not in chosen)
        if chosen and rows:
            self._take(replace(data, rows=rows))

    def _on_column_added(self) -> None:
        data = self.model.table
        if len(data.columns) < MAX_COLUMNS:
            names = (f"x_{i}" for i in range(1, MAX_COLUMNS + 2))
            name = next(name for name in names if name not in data.columns)
            rows = tuple((*row, 0.0) for row in data.rows)
            self._take(replace(data, columns=(*data.columns, name), rows=rows))

    def _on_header_double_clicked(self, section: int) -> None:
        old = self.model.table.columns[section]
        name, ok = QInputDialog.getText(self, tr("Rename the column"), tr("Name"), text=old)
        if ok:
            self.rename_column(section, name)

    def rename_column(self, section: int, name: str) -> None:
        """Give a column another name, or say why not."""
        data, name = self.model.table, name.strip()
        if not can_name_a_column(name):
            self.problem.set_problem(tr("“{name}” cannot name a column.", name=name[:40]))
        elif name in data.columns and data.columns[section] != name:
            self.problem.set_problem(tr("There is a column named “{name}” already.", name=name))
        else:
            old = data.columns[section]
            self._take(
                replace(
                    data,
                    columns=(*data.columns[:section], name, *data.columns[section + 1 :]),
                    headers={name if each == old else each: own for each, own in data.headers.items()},
                    classes={name if each == old else each: of for each, of in data.classes.items()},
                )
            )
