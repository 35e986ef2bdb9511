"""The table of results: one row a run. GUI thread."""

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QPointF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from engine.analysis.findings import Analysis
from engine.descent.run import Outcome, Run
from engine.solving.solution import Solution
from engine.words.results import Result, result_of
from engine.writers.summary import OUTCOME_NAMES
from gui.i18n import tr
from gui.panels.catalogue import numbered, racer_title, short_run_title
from gui.panels.panel import Panel
from gui.store import Change, Store
from gui.style import zoom
from gui.theme import Theme
from gui.widgets import show_number
from gui.widgets.dense_table import DenseTable
from gui.widgets.swatch import paint_swatch

Index = QModelIndex | QPersistentModelIndex
ROW_PX: Final = 26
FONT_PX: Final = 12  # of the role "dense"
MOST_VISIBLE_ROWS: Final = 8
OUTCOME_TOKENS: Final = {
    "converged": "success",
    "diverged": "danger",
    "left_domain": "warning",
    "max_steps": "muted",
    "stalled_at_saddle": "warning",
    "stalled_on_plateau": "warning",
}


def outcome_name(outcome: Outcome) -> str:
    """The outcome in two words."""
    return tr(OUTCOME_NAMES[outcome])


def ending_of(run: Run) -> str:
    """How a run ended, in two words, or that it has not."""
    return tr("under way") if run.going else outcome_name(run.outcome)


class ResultsModel(QAbstractTableModel):
    """Results are worked out when their row is looked at: there may be 10,000."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._runs: Sequence[Run] = ()
        self._analysis: Analysis | None = None
        self._results: dict[int, Result] = {}

    def show(self, runs: Sequence[Run], analysis: Analysis | None) -> None:
        same = len(runs) == len(self._runs)
        if not same:
            self.beginResetModel()
        self._runs, self._analysis = runs, analysis
        self._results.clear()
        if not same:
            self.endResetModel()
        elif runs:
            self.dataChanged.emit(self.index(0, 0), self.index(len(runs) - 1, self.columnCount() - 1))

    def result(self, row: int) -> Result:
        if row not in self._results:
            self._results[row] = result_of(self._runs[row], self._analysis)
        return self._results[row]

    def run(self, row: int) -> Run:
        return self._runs[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._runs)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 5

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return (tr("Run"), tr("Steps"), "f", tr("Distance"), tr("Outcome"))[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return (
                tr("The racer, and its start where there are several"),
                tr("Steps until f stays within 0.1 % of the whole drop to the minimum, and all steps taken"),
                tr("Value of the function at the last point"),
                tr("Distance from the last point to the nearest minimum"),
                tr("How the run ended"),
            )[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == Qt.ItemDataRole.ForegroundRole and column == 4:
            return self.theme.color(OUTCOME_TOKENS[self.run(row).outcome])
        if role == Qt.ItemDataRole.ToolTipRole:
            run = self.run(row)
            return racer_title(run.racer) if column == 0 else tr(run.explanation)
        return None

    def _text(self, row: int, column: int) -> str:
        run, result = self.run(row), self.result(row)
        if column == 0:
            return short_run_title(run, numbered=numbered(self._runs))
        if column == 1:
            reached = result.steps_to_tolerance
            return f"{'–' if reached is None else reached}/{result.steps}"
        if column == 2:
            return show_number(result.value, 3)
        if column == 3:
            return "–" if result.distance is None else show_number(result.distance, 2)
        return ending_of(run)


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in (1, 2, 3) else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


class _RunDelegate(QStyledItemDelegate):
    """The marker before the name."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        option.decorationSize = QSize(16, 16)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        shifted = QStyleOptionViewItem(option)
        # Into the margin of the next column, whose numbers stand at its right.
        shifted.rect = option.rect.adjusted(17, 0, 9, 0)
        super().paint(painter, shifted, index)
        model = index.model()
        if isinstance(model, ResultsModel):
            box = option.rect
            center = QPointF(box.left() + 11, box.center().y() + 0.5)
            paint_swatch(painter, model.run(index.row()).mark, center, 5.5)


class ResultsTable(DenseTable):
    """Select a row to see the run's steps in the panels."""

    def __init__(self, store: Store, theme: Theme, parent: QWidget | None = None) -> None:
        model = ResultsModel(theme)
        super().__init__(model, name=tr("Results of the race"), row_px=ROW_PX, parent=parent)
        self._store, self._model = store, model
        self.setItemDelegateForColumn(0, _RunDelegate(self))
        self.setWordWrap(False)
        header = self.horizontalHeader()
        header.setMinimumSectionSize(28)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in range(1, self._model.columnCount()):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            self._fit_column(column)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().currentRowChanged.connect(self._on_row_changed)
        store.solution_changed.connect(self._on_solution_changed)
        store.view_changed.connect(self._on_view_changed)
        self.set_theme(theme)
        self._show(store.solution)

    def _fit_column(self, column: int, *, shrink: bool = True) -> None:
        """Make a column as wide as its header and its texts, so that the names get the rest.

        The rows that are seen at first are measured: all, of 10,000 runs, would cost a long time.
        """
        font = QFont(self.font())
        font.setPixelSize(round(FONT_PX * zoom()))
        metrics = QFontMetrics(font)
        rows = range(min(self._model.rowCount(), MOST_VISIBLE_ROWS))
        texts = [self._model.index(row, column).data() for row in rows]
        texts.append(self._model.headerData(column, Qt.Orientation.Horizontal))
        width = max(metrics.horizontalAdvance(text) for text in texts) + 12
        if width > self.columnWidth(column) or (shrink and width != self.columnWidth(column)):
            self.horizontalHeader().resizeSection(column, width)

    def set_theme(self, theme: Theme) -> None:
        self._model.theme = theme
        self.viewport().update()

    def sizeHint(self) -> QSize:
        rows = min(max(self._model.rowCount(), 1), MOST_VISIBLE_ROWS)
        return QSize(320, self.horizontalHeader().sizeHint().height() + rows * ROW_PX + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())

    def _on_solution_changed(self, solution: Solution) -> None:
        self._show(solution)

    def _show(self, solution: Solution | None) -> None:
        runs = solution.runs if solution else ()
        self._model.show(runs, solution.analysis if solution else None)
        for column in range(1, self._model.columnCount()):
            # In the middle of a drag the columns do not jump to and fro.
            self._fit_column(column, shrink=solution is not None and solution.complete)
        self.updateGeometry()
        self._select()

    def _on_view_changed(self, change: Change) -> None:
        if "selected_run" in change:
            self._select()

    def _shown_row(self) -> int:
        return min(self._store.view.selected_run, self._model.rowCount() - 1)

    def _select(self) -> None:
        if self._model.rowCount():
            self.selectRow(self._shown_row())

    def _on_row_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        # While a new run is still being solved, the row that is shown for it is the last one: not a choice.
        if current.isValid() and current.row() != self._shown_row():
            self._store.set_view(selected_run=current.row(), initiator=self)


class Results(Panel):
    """The table, in the whole width: it has five columns."""

    def __init__(self, store: Store, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.table = ResultsTable(store, theme)
        column.addWidget(self.table)

    def set_theme(self, theme: Theme) -> None:
        self.table.set_theme(theme)
