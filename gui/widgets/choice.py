"""Choosing one of several: a row of segments, and a combo box that ignores the wheel. GUI thread."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
    QRegion,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

LIST_MARGIN_PX: Final = 12
CORNER_PX: Final = 7.0


class Choice(QComboBox):
    """A combo box of (key, label) pairs; the wheel scrolls the panel, not the value.

    Signals:
        chosen(object): the key the user picked (not emitted by `set_key`).
    """

    chosen = Signal(object)

    def __init__(
        self, options: Sequence[tuple[object, str]] = (), name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # as every control that is not typed into
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setAccessibleName(name)
        self.setMaxVisibleItems(24)
        _round_off(self.view().window())
        self._keys: list[object] = []
        self._options: list[tuple[object, str]] = []
        self.set_options(options)
        self.activated.connect(self._on_activated)

    def set_options(self, options: Sequence[tuple[object, str]]) -> None:
        key = self.key
        self.clear()
        self._options = list(options)
        self._keys = [option for option, _ in options]
        for _, label in options:
            self.addItem(label)
        self.setMinimumContentsLength(min(max((len(label) for _, label in options), default=4), 6))
        if key in self._keys:
            self.set_key(key)

    @property
    def options(self) -> list[tuple[object, str]]:
        return self._options

    @property
    def key(self) -> object:
        index = self.currentIndex()
        return self._keys[index] if 0 <= index < len(self._keys) else None

    def set_key(self, key: object) -> None:
        if key in self._keys:
            self.setCurrentIndex(self._keys.index(key))

    def showPopup(self) -> None:
        """A list with rounded corners, as wide as its longest label."""
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + LIST_MARGIN_PX)
        super().showPopup()
        popup = self.view().window()
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(popup.rect()), CORNER_PX, CORNER_PX)
        # Where nothing composes windows, what is translucent would be black.
        popup.setMask(QRegion(outline.toFillPolygon().toPolygon()))

    def set_searchable(self, searchable: bool) -> None:
        """Whether it can be typed into, to find one of many labels by any part of it."""
        if searchable == self.isEditable():
            return
        self.setEditable(searchable)
        edit, completer = self.lineEdit(), self.completer()
        if edit is None or completer is None:
            return
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        edit.setClearButtonEnabled(False)
        edit.editingFinished.connect(self._on_typed)

    def _on_typed(self) -> None:
        """What is no label is not chosen."""
        index = self.findText(self.currentText())
        if index < 0:
            self.setEditText(self.itemText(self.currentIndex()))
        elif index != self.currentIndex():
            self.setCurrentIndex(index)
            self._on_activated(index)

    def sizeHint(self) -> QSize:
        """Room for the longest label, where there is some; `minimumSizeHint` asks for a few letters."""
        metrics = self.fontMetrics()
        longest = max((metrics.horizontalAdvance(self.itemText(i)) for i in range(self.count())), default=0)
        letters = metrics.horizontalAdvance("X") * self.minimumContentsLength()
        hint = super().sizeHint()
        return hint.expandedTo(QSize(hint.width() + longest + 6 - letters, 0))

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """As usual, but a text that has no room ends in an ellipsis."""
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        control, part = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(control, option, part, self).width() - 2
        option.currentText = self.fontMetrics().elidedText(
            option.currentText, Qt.TextElideMode.ElideRight, room
        )
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def _on_activated(self, index: int) -> None:
        self.chosen.emit(self._keys[index])


def _round_off(popup: QWidget) -> None:
    """Let the rounded list of the style sheet be all that is seen of a combo box's pop-up window."""
    popup.setWindowFlags(
        Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint | Qt.WindowType.NoDropShadowWindowHint
    )
    popup.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)


class Segmented(QWidget):
    """A row of labels of which one is chosen; arrow keys move the choice.

    Signals:
        chosen(object): the key the user picked.
    """

    chosen = Signal(object)

    def __init__(
        self, options: Sequence[tuple[object, str]], name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._options = list(options)
        self._index = 0
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self._describe()

    @property
    def key(self) -> object:
        return self._options[self._index][0]

    def set_options(self, options: Sequence[tuple[object, str]]) -> None:
        """Other labels; the choice keeps its place."""
        if list(options) != self._options:
            self._options = list(options)
            self._index = min(self._index, len(self._options) - 1)
            self._describe()
            self.updateGeometry()
            self.update()

    def set_key(self, key: object) -> None:
        for index, (option, _) in enumerate(self._options):
            if option == key and index != self._index:
                self._index = index
                self._describe()
                self.update()

    def sizeHint(self) -> QSize:
        return QSize(sum(self._widths()) + 4, 26)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _widths(self) -> list[int]:
        metrics = self.fontMetrics()
        return [metrics.horizontalAdvance(label) + 18 for _, label in self._options]

    def _describe(self) -> None:
        self.setAccessibleDescription(self._options[self._index][1])

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = QPalette()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            ring = self.hasFocus()
            edge = colors.color(QPalette.ColorRole.Highlight if ring else QPalette.ColorRole.Mid)
            painter.setPen(QPen(edge, 2 if ring else 1))
            painter.setBrush(colors.color(QPalette.ColorRole.AlternateBase))
            painter.drawRoundedRect(frame, 8, 8)
            x = 2.0
            for index, ((_, label), width) in enumerate(zip(self._options, self._widths(), strict=True)):
                box = QRectF(x, 2, width, self.height() - 4)
                role = QPalette.ColorRole.PlaceholderText
                if index == self._index:
                    painter.setPen(QPen(colors.color(QPalette.ColorRole.Mid), 1))
                    painter.setBrush(colors.color(QPalette.ColorRole.Base))
                    painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 6, 6)
                    role = QPalette.ColorRole.WindowText
                painter.setPen(colors.color(role))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, label)
                x += width

    def mousePressEvent(self, event: QMouseEvent) -> None:
        x = 2.0
        for index, width in enumerate(self._widths()):
            if x <= event.position().x() < x + width:
                self._pick(index)
                return
            x += width

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._pick(min(max(self._index + step, 0), len(self._options) - 1))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def _pick(self, index: int) -> None:
        if index != self._index:
            self._index = index
            self._describe()
            self.update()
            self.chosen.emit(self.key)
