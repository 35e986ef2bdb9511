"""The completion popup: names with their look and their help. It never takes the focus. GUI thread."""

from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from engine.formula.functions import Completion
from gui.i18n import tr
from gui.style import set_role
from gui.typeset import fitted

ROW_PX: Final = 40
ROWS_SHOWN: Final = 7
WIDTH_PX: Final = 336
_LOOK_PX: Final = 92
_TEX_PX: Final = 17.0

_Index = QModelIndex | QPersistentModelIndex


class _Model(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.entries: list[Completion] = []

    def set_entries(self, entries: list[Completion]) -> None:
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        entry = self.entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.label
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return f"{entry.label}: {tr(entry.help)}"
        return None


class _Delegate(QStyledItemDelegate):
    """A row: the typeset look, the name, and the help under it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(WIDTH_PX - 24, ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        assert isinstance(model, _Model)
        entry = model.entries[index.row()]
        rect: QRect = option.rect
        palette: QPalette = option.palette
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            color = QPalette().color(QPalette.ColorRole.Highlight)  # the list's own is faint
            color.setAlphaF(0.16)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawRoundedRect(rect.adjusted(2, 1, -2, -1), 6, 6)
        text = palette.color(QPalette.ColorRole.Text)
        look = fitted(entry.latex, _TEX_PX, _LOOK_PX - 12, ROW_PX - 6)
        at = QPointF(
            rect.left() + (_LOOK_PX - look.width) / 2, rect.top() + (rect.height() - look.height) / 2
        )
        look.paint(painter, at, text)
        left = rect.left() + _LOOK_PX + 4
        width = rect.right() - left - 8
        font = QFont(option.font)
        font.setPixelSize(13)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(text)
        painter.drawText(QRect(left, rect.top() + 3, width, 18), Qt.AlignmentFlag.AlignVCenter, entry.label)
        font.setWeight(QFont.Weight.Normal)
        font.setPixelSize(11)
        painter.setFont(font)
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        elided = QFontMetrics(font).elidedText(tr(entry.help), Qt.TextElideMode.ElideRight, width)
        painter.drawText(QRect(left, rect.top() + 20, width, 16), Qt.AlignmentFlag.AlignVCenter, elided)
        painter.restore()


class CompletionPopup(QFrame):
    """The list of proposals for the word before the caret: a child of its window, over everything else.

    Signals:
        chosen(Completion): by a click, or by `choose_current`.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._owner = parent
        self.hide()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        set_role(self, "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        self._model = _Model(self)
        self._list = QListView()
        self._list.setModel(self._model)
        self._list.setItemDelegate(_Delegate(self._list))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setUniformItemSizes(True)
        self._list.setMouseTracking(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.entered.connect(self._list.setCurrentIndex)
        self._list.clicked.connect(lambda _index: self.choose_current())
        column.addWidget(self._list)

    @property
    def entries(self) -> list[Completion]:
        return self._model.entries

    @property
    def current(self) -> Completion | None:
        """The proposal that Enter would take."""
        row = self._list.currentIndex().row()
        return self.entries[row] if 0 <= row < len(self.entries) else None

    def propose(self, entries: list[Completion], below: QRect) -> None:
        """Show `entries` under the rectangle (global), or above it at the lower end of the window."""
        if [entry.label for entry in entries] != [entry.label for entry in self.entries] or self.isHidden():
            self._model.set_entries(entries)
            self._list.setCurrentIndex(self._model.index(0))
        window = self._owner.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        self.resize(min(WIDTH_PX, window.width()), min(len(entries), ROWS_SHOWN) * ROW_PX + 12)
        caret = QRect(window.mapFromGlobal(below.topLeft()), below.size())
        at = caret.bottomLeft() + QPoint(-8, 6)
        if at.y() + self.height() > window.height() and caret.top() > self.height() + 6:
            at.setY(caret.top() - self.height() - 6)
        at.setX(max(0, min(at.x(), window.width() - self.width())))
        self.move(at)
        self.show()
        self.raise_()

    def move_by(self, rows: int) -> None:
        """Up or down the list, around its ends."""
        if self.entries:
            row = (self._list.currentIndex().row() + rows) % len(self.entries)
            self._list.setCurrentIndex(self._model.index(row))

    def choose_current(self) -> None:
        """Take the current proposal."""
        entry = self.current
        self.hide()
        if entry is not None:
            self.chosen.emit(entry)
