"""Choosing one of many: a combo box whose list is parted by headings, a line on each option. GUI thread."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPalette, QStandardItemModel
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui.widgets.choice import Choice

Groups = Sequence[tuple[str, Sequence[tuple[object, str, str]]]]
"""(heading, (key, label, a line on it)…)…"""

LINE: Final = Qt.ItemDataRole.UserRole + 1
GAP_PX: Final = 20


class GroupedChoice(Choice):
    """A Choice whose headings cannot be chosen; only the list shows the lines."""

    def __init__(self, groups: Groups, name: str = "", parent: QWidget | None = None) -> None:
        options: list[tuple[object, str]] = []
        lines: list[str | None] = []
        for heading, members in groups:
            options.append((_Heading(), heading))
            lines.append(None)
            options += [(key, label) for key, label, _ in members]
            lines += [line for *_, line in members]
        super().__init__(options, name, parent)
        self.setMaxVisibleItems(len(options))
        model = self.model()
        assert isinstance(model, QStandardItemModel)
        for row, line in enumerate(lines):
            if line is None:
                model.item(row).setEnabled(False)
            else:
                model.item(row).setData(line, LINE)
        self.view().setItemDelegate(_Delegate(self.view()))
        self.setCurrentIndex(1)

    @property
    def options(self) -> list[tuple[object, str]]:
        return [(key, label) for key, label in super().options if not isinstance(key, _Heading)]

    def sizeHint(self) -> QSize:
        """As wide as its longest label; a heading is none."""
        hint = super().sizeHint()
        metrics = self.fontMetrics()
        widest = max(metrics.horizontalAdvance(self.itemText(row)) for row in range(self.count()))
        longest = max(metrics.horizontalAdvance(label) for _, label in self.options)
        return QSize(hint.width() - max(widest - longest, 0), hint.height())


class _Heading:
    """The key of a row that cannot be chosen."""


class _Delegate(QStyledItemDelegate):
    """Labels in one column and the lines on them, faint, in another."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        hint = super().sizeHint(option, index)
        line = index.data(LINE)
        if not line:
            return hint
        metrics = option.fontMetrics
        return QSize(self._column(option, index) + metrics.horizontalAdvance(line) + GAP_PX, hint.height())

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        line = index.data(LINE)
        if line is None:
            painter.save()
            font = option.font
            font.setPointSizeF(max(font.pointSizeF() * 0.85, 1.0)) if font.pointSizeF() > 0 else None
            painter.setFont(font)
            active, role = QPalette.ColorGroup.Active, QPalette.ColorRole.PlaceholderText
            painter.setPen(option.palette.color(active, role))
            box = option.rect.adjusted(GAP_PX // 4, 0, 0, -2)
            where = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
            painter.drawText(box, where, str(index.data()))
            painter.restore()
            return
        super().paint(painter, option, index)
        painter.save()
        painter.setPen(option.palette.color(QPalette.ColorRole.PlaceholderText))
        room = QRect(option.rect)
        room.setLeft(room.left() + self._column(option, index))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, line)
        painter.restore()

    @staticmethod
    def _column(option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> int:
        """Where the lines begin."""
        model = index.model()
        labels = [
            str(each.data()) for row in range(model.rowCount()) if (each := model.index(row, 0)).data(LINE)
        ]
        return max(option.fontMetrics.horizontalAdvance(label) for label in labels) + 2 * GAP_PX
