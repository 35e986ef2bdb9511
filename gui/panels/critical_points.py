"""The list of the critical points, with the marks that they have on the map. GUI thread."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTransform
from PySide6.QtWidgets import (
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from engine.analysis.findings import CriticalPoint, Family, Kind
from engine.base.arrays import Floats
from engine.base.round_numbers import without_dust
from engine.solving.solution import Solution
from gui.contour.critical_layer import kind_path
from gui.i18n import tr
from gui.store import Store
from gui.theme import Theme
from gui.widgets import show_number
from gui.widgets.dense_table import DenseTable

Index = QModelIndex | QPersistentModelIndex
ROW_PX: Final = 24
MOST_ROWS: Final = 12  # in sight at once
MARK_PX: Final = 4.5
_KIND_TOKENS: Final = {
    "minimum": "success",
    "maximum": "danger",
    "saddle": "warning",
    "neither": "muted",
    "undecided": "muted",
}


def kind_name(kind: str) -> str:
    return {
        "minimum": tr("minimum"),
        "maximum": tr("maximum"),
        "saddle": tr("saddle"),
        "neither": tr("neither"),
        "undecided": tr("not decided"),
    }[kind]


class CriticalModel(QAbstractTableModel):
    """The critical points, and each continuum of them as one row."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._rows: list[CriticalPoint | Family] = []
        self._size = 0.0

    def show(self, points: Sequence[CriticalPoint], families: Sequence[Family]) -> None:
        self.beginResetModel()
        order = {"minimum": 0, "saddle": 1, "maximum": 2, "neither": 3, "undecided": 4}
        values = [*(point.value for point in points), *(family.value for family in families)]
        self._size = max(map(abs, values), default=0.0)
        self._rows = [*families, *sorted(points, key=lambda point: (order[point.kind], point.value))]
        self.endResetModel()

    def at(self, row: int) -> CriticalPoint | Family:
        return self._rows[row]

    def point(self, row: int) -> Floats:
        """Where it is; of a continuum, a point in its middle."""
        entry = self._rows[row]
        return entry.point if isinstance(entry, CriticalPoint) else entry.points[len(entry.points) // 2]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 4

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (tr("Kind"), tr("Point"), "f", tr("Eigenvalues"))[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(entry, index.column())
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == 0:
            return self.theme.color(_KIND_TOKENS[entry.kind])
        if role == Qt.ItemDataRole.ToolTipRole:
            return tr("Click to show this point in both views")
        return None

    def _text(self, entry: CriticalPoint | Family, column: int) -> str:
        if column == 0:
            return kind_name(entry.kind)
        if column == 2:
            return show_number(without_dust(entry.value, self._size))
        if isinstance(entry, Family):
            if column != 1:
                return "–"
            return tr("a whole region") if entry.region else tr("a whole curve of them")
        numbers = entry.point if column == 1 else entry.eigenvalues
        digits = 4 if column == 1 else 3
        text = ", ".join(show_number(cleaned(float(number), numbers), digits) for number in numbers)
        return f"({text})" if column == 1 else text


def cleaned(number: float, among: Floats) -> float:
    """A rounding error of Newton's method reads as the 0 that it means."""
    return without_dust(number, max(1.0, float(np.abs(among).max())))


class _KindDelegate(QStyledItemDelegate):
    """The mark of the contour map before the kind."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return super().sizeHint(option, index) + QSize(24, 0)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        shifted = QStyleOptionViewItem(option)
        shifted.rect = option.rect.adjusted(16, 0, 0, 0)
        super().paint(painter, shifted, index)
        model = index.model()
        if isinstance(model, CriticalModel):
            kind = model.at(index.row()).kind
            color = model.theme.color(_KIND_TOKENS[kind])
            paint_kind(painter, kind, QPointF(option.rect.left() + 9, option.rect.center().y() + 0.5), color)


def paint_kind(painter: QPainter, kind: Kind, center: QPointF, color: QColor) -> None:
    """The mark that the map has there, in `color`."""
    path = QTransform().translate(center.x(), center.y()).scale(MARK_PX, MARK_PX).map(kind_path(kind))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if kind == "saddle":
        painter.strokePath(path, QPen(color, 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    else:
        painter.fillPath(path, color)
    painter.restore()


class CriticalPoints(DenseTable):
    """The list; a click points both views at the row."""

    def __init__(self, store: Store, theme: Theme, parent: QWidget | None = None) -> None:
        model = CriticalModel(theme)
        super().__init__(model, name=tr("Critical points"), row_px=ROW_PX, parent=parent)
        self._store, self._model = store, model
        self.setItemDelegateForColumn(0, _KindDelegate(self))
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setStretchLastSection(True)
        self.clicked.connect(lambda index: self._point_at(index.row()))
        self.activated.connect(lambda index: self._point_at(index.row()))

    def set_theme(self, theme: Theme) -> None:
        self._model.theme = theme
        self.viewport().update()

    def show_solution(self, solution: Solution | None) -> None:
        analysis = solution.analysis if solution else None
        self._model.show(analysis.critical_points if analysis else (), analysis.families if analysis else ())
        self.updateGeometry()
        self.setVisible(self._model.rowCount() > 0)

    def sizeHint(self) -> QSize:
        rows = min(self._model.rowCount(), MOST_ROWS)
        return QSize(260, self.horizontalHeader().sizeHint().height() + rows * ROW_PX + 6)

    def minimumSizeHint(self) -> QSize:
        return QSize(180, self.sizeHint().height())

    def _point_at(self, row: int) -> None:
        shown = self._store.shown
        if shown is None or shown.field is None or shown.field.plane.count != 2:
            return
        point, plane = self._model.point(row), shown.field.plane
        if plane.origin.shape == point.shape:
            self._store.set_view(hover=plane.coordinates_of(point))
