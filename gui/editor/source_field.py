"""SourceField: the one line of text of the formula.

Brackets close by themselves and match, templates have slots for the Tab key, errors are underlined at their
place. Its own undo is off: undo is the store's. What an input method composes is no text until it is
committed, and nothing here touches the field in between. GUI thread.
"""

from typing import Final, Literal

from PySide6.QtCore import QEvent, QMimeData, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPalette,
    QTextCharFormat,
    QTextCursor,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QTextEdit, QWidget

from engine.document.table_text import decoded
from engine.formula.mathml import MAX_MATHML, is_mathml
from gui.editor.brackets import PAIRS, closer_for, is_empty_pair, matching, types_over
from gui.editor.wave import paint_wave
from gui.style import zoom
from gui.theme import FONT_FAMILY
from gui.widgets.plain_text import PlainText

Span = tuple[int, int]
SIZE_PX: Final = 15
SLOT: Final = "|"
_CLOSERS: Final = ")]}|"


class SourceField(PlainText):
    """A single line of plain text.

    Signals:
        edited(str): the user changed the text.
        caret_moved(int): the caret, or the selection, is somewhere else.
        pasted(str): something was pasted; it is not inserted: who listens decides how.
        undo_asked, redo_asked, submitted (Enter), entered (the focus came), left (it went to another widget).
        completion_asked: Ctrl+Space.
    """

    edited = Signal(str)
    caret_moved = Signal(int)
    pasted = Signal(str)
    undo_asked = Signal()
    redo_asked = Signal()
    submitted = Signal()
    entered = Signal()
    left = Signal()
    completion_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._slots: list[QTextCursor] = []
        self._error: tuple[Span, Literal["danger", "muted"]] | None = None
        self._highlight: Span | None = None
        self._setting = False
        self._known_text = ""
        self.setUndoRedoEnabled(False)
        self.setLineWrapMode(PlainText.LineWrapMode.NoWrap)
        self.setWordWrapMode(QTextOption.WrapMode.NoWrap)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabChangesFocus(True)
        self.setCursorWidth(2)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(2)
        font = QFont(FONT_FAMILY)
        font.setPixelSize(round(SIZE_PX * zoom()))
        self.setFont(font)
        self.textChanged.connect(self._on_text_changed)
        self.cursorPositionChanged.connect(self._on_caret_moved)
        self.selectionChanged.connect(self._on_caret_moved)

    # Text and caret

    @property
    def text(self) -> str:
        return self.toPlainText()

    @property
    def caret(self) -> int:
        return self.textCursor().position()

    @property
    def selection(self) -> Span:
        """The selected characters; empty at the caret."""
        cursor = self.textCursor()
        return cursor.selectionStart(), cursor.selectionEnd()

    def show_text(self, text: str) -> None:
        """Replace the text from outside: no `edited`; the caret goes behind what changed."""
        old = self.text
        if text == old:
            return
        start = 0
        while start < min(len(old), len(text)) and old[start] == text[start]:
            start += 1
        end = 0
        while end < min(len(old), len(text)) - start and old[-1 - end] == text[-1 - end]:
            end += 1
        self._slots.clear()
        self._setting = True
        try:
            cursor = self._cursor((start, len(old) - end))
            cursor.insertText(text[start : len(text) - end])
        finally:
            self._setting = False
        self._known_text = text
        self.setTextCursor(cursor)
        self._refresh_marks()

    def select(self, span: Span) -> None:
        """Select characters, and make them visible."""
        self.setTextCursor(self._cursor(span))

    def replace(self, span: Span, text: str) -> None:
        """Replace characters as if the user had typed it; the first "|" is where the caret goes, the others
        are further stops of the Tab key."""
        parts = text.split(SLOT)
        cursor = self._cursor(span)
        start = cursor.selectionStart()
        cursor.insertText("".join(parts))
        if len(parts) > 1:
            offset = start
            stops: list[QTextCursor] = []
            for part in parts[:-1]:
                offset += len(part)
                stops.append(self._stop(offset))
            if parts[-1]:
                stops.append(self._stop(offset + len(parts[-1])))  # and out of the template
            self._slots = [*stops[1:], *self._slots]
            cursor.setPosition(stops[0].position())
        self.setTextCursor(cursor)
        self.viewport().update()

    def insert(self, text: str) -> None:
        """Type `text` at the caret; a selection goes into its first slot."""
        start, end = self.selection
        chosen = self.text[start:end]
        if chosen and SLOT in text:
            text = text.replace(SLOT, chosen.replace(SLOT, ""), 1)
            if SLOT not in text:
                text += SLOT
        self.replace((start, end), text)

    def _cursor(self, span: Span) -> QTextCursor:
        cursor = QTextCursor(self.document())
        limit = len(self.text)
        cursor.setPosition(min(max(span[0], 0), limit))
        cursor.setPosition(min(max(span[1], 0), limit), QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def _stop(self, position: int) -> QTextCursor:
        stop = self._cursor((position, position))
        stop.setKeepPositionOnInsert(False)
        return stop

    # Marks

    def set_error(self, span: Span | None, kind: Literal["danger", "muted"] = "danger") -> None:
        """Underline characters; an empty span is widened to a neighbour, so that it can be seen."""
        error = None if span is None else (span, kind)
        if error != self._error:
            self._error = error
            self.viewport().update()

    def set_highlight(self, span: Span | None) -> None:
        """Tint characters: what the mouse is on in the typeset formula."""
        if span != self._highlight:
            self._highlight = span
            self._refresh_marks()

    def _refresh_marks(self) -> None:
        marks: list[QTextEdit.ExtraSelection] = []
        palette = self.palette()
        text = self.text
        if self._highlight is not None:
            marks.append(self._mark(self._highlight, _tinted(palette, 0.22)))
        pair = matching(text, self.caret) if self.hasFocus() else None
        if pair is not None:
            tint = _tinted(palette, 0.28)
            marks += [self._mark((place, place + 1), tint) for place in pair]
        self.setExtraSelections(marks)

    def _mark(self, span: Span, background: QColor) -> QTextEdit.ExtraSelection:
        mark = QTextEdit.ExtraSelection()
        look = QTextCharFormat()
        look.setBackground(background)
        mark.format = look
        mark.cursor = self._cursor(span)
        return mark

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self.viewport()) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            text = self.text
            if self._error is not None and text:
                self._paint_error(painter, text, *self._error)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(_tinted(self.palette(), 0.35))
            for slot in self._slots:
                before = text[slot.position() - 1 : slot.position()]
                if slot.position() >= len(text) or before in _CLOSERS:
                    continue  # the way out of a template is no place to fill
                box = QRectF(self.cursorRect(slot))
                painter.drawRoundedRect(box.adjusted(-1.5, 2, 2.5, -2), 2, 2)

    def _paint_error(self, painter: QPainter, text: str, span: Span, kind: str) -> None:
        """A wave under the span; an empty one is widened to the character before it."""
        start, end = min(span[0], len(text)), min(max(span), len(text))
        if start == end:
            start, end = (start - 1, end) if start > 0 else (0, 1)
        first = self.cursorRect(self._cursor((start, start)))
        last = self.cursorRect(self._cursor((end, end)))
        role = QPalette.ColorRole.LinkVisited if kind == "danger" else QPalette.ColorRole.PlaceholderText
        paint_wave(painter, first.left(), last.left(), first.bottom() - 0.5, self.palette().color(role))

    # Geometry

    def sizeHint(self) -> QSize:
        height = QFontMetricsF(self.font()).height() + 2 * self.document().documentMargin()
        margins = self.contentsMargins()
        return QSize(200, int(height + margins.top() + margins.bottom() + 9))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the column scrolls, not the one line

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._handle_command(event) or self._handle_bracket(event):
            event.accept()
            return
        super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        if forward and self._next_slot():
            return True
        return super().focusNextPrevChild(forward)

    def _handle_command(self, event: QKeyEvent) -> bool:
        key, modifiers = event.key(), event.modifiers()
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo_asked.emit()
        elif event.matches(QKeySequence.StandardKey.Redo) or (
            key == Qt.Key.Key_Y and modifiers == Qt.KeyboardModifier.ControlModifier
        ):
            self.redo_asked.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.submitted.emit()
        elif key == Qt.Key.Key_Space and modifiers & Qt.KeyboardModifier.ControlModifier:
            self.completion_asked.emit()
        elif key == Qt.Key.Key_Escape and self._slots:
            self._slots.clear()
            self.viewport().update()
        elif key == Qt.Key.Key_Backspace and not modifiers and self._delete_pair():
            pass
        else:
            return False
        return True

    def _next_slot(self) -> bool:
        """To the next stop of a template, or over a closing bracket; else Tab leaves the field."""
        while self._slots:
            stop = self._slots.pop(0)
            if stop.position() != self.caret:
                self.setTextCursor(stop)
                self.viewport().update()
                return True
        caret = self.caret
        rest = self.text[caret:]
        if rest and rest[0] in _CLOSERS and self.text[:caret].count("|") % 2 >= (rest[0] == "|"):
            self.select((caret + 1, caret + 1))
            return True
        return False

    def _delete_pair(self) -> bool:
        start, end = self.selection
        if start != end or not is_empty_pair(self.text, start):
            return False
        self.replace((start - 1, start + 1), "")
        return True

    def _handle_bracket(self, event: QKeyEvent) -> bool:
        typed = event.text()
        if len(typed) != 1 or self.composing:
            return False
        start, end = self.selection
        text = self.text
        if start != end:
            if typed not in (*PAIRS, "|"):
                return False
            cursor = self._cursor((start, end))
            cursor.insertText(typed + text[start:end] + PAIRS.get(typed, typed))
            self.select((start + 1, end + 1))
            return True
        if types_over(text, start, typed):
            self.select((start + 1, start + 1))
            return True
        closer = closer_for(text, start, typed)
        if not closer:
            return False
        cursor = self._cursor((start, start))
        cursor.insertText(typed + closer)
        self.select((start + 1, start + 1))
        return True

    # Input

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.ignore()  # the editor's menu, in the user's language and with its undo

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._refresh_marks()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """A file that is dropped is not typed: the window opens it."""
        return (source.hasText() or bool(_mathml(source))) and not source.hasUrls()

    def insertFromMimeData(self, source: QMimeData) -> None:
        text = _mathml(source) or source.text()
        if text:
            self.pasted.emit(text)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._refresh_marks()
        self.caret_moved.emit(self.caret)
        self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._refresh_marks()
        self.caret_moved.emit(self.caret)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.left.emit()

    def _on_text_changed(self) -> None:
        text = self.text
        if text == self._known_text:  # formats and compositions count as changes to Qt
            return
        self._known_text = text
        if not self._setting:
            self.edited.emit(text)
            self._refresh_marks()

    def _on_caret_moved(self) -> None:
        if self._setting:
            return
        self._refresh_marks()
        self.caret_moved.emit(self.caret)


def _tinted(palette: QPalette, alpha: float) -> QColor:
    color = QColor(palette.color(QPalette.ColorRole.Highlight))
    color.setAlphaF(alpha)
    return color


def _mathml(source: QMimeData) -> str:
    """The MathML that equation editors put beside plain text, which says less; "" if there is none."""
    for kind in source.formats():
        if "mathml" in kind.lower():
            content = bytes(source.data(kind).data())
            text = decoded(content[:MAX_MATHML]).strip("\0\ufeff")
            return text if is_mathml(text) else ""
    return ""
