"""The formula editor: what is typed on one line, and above it, within the same frame, what it means.

Reading and typesetting are done at each key press, in this thread: together they take about a millisecond.
Solving is the engine's, on its own thread. GUI thread.
"""

import re
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QSizePolicy, QVBoxLayout, QWidget

from engine.formula import Formula
from engine.formula.ast import Span
from engine.formula.errors import MAX_CHARACTERS
from engine.formula.functions import Completion, completions, function_named
from engine.formula.typeset import to_latex
from engine.i18n import Message
from engine.solution import Solution
from gui.editor.brackets import function_around
from gui.editor.paste import cleaned, one_line, plain_text
from gui.editor.preview import FormulaPreview
from gui.editor.reading import Reading, read
from gui.editor.source_field import SourceField
from gui.i18n import language, tr
from gui.store import Change, Store
from gui.style import set_role
from gui.theme import Theme
from gui.typeset import copying, layout_tex, speech
from gui.widgets import IconButton

if TYPE_CHECKING:
    from gui.editor.completion import CompletionPopup
    from gui.editor.palette import SymbolPalette

MERGE_KEY: Final = "formula"
PAUSE_MS: Final = 2000  # after which further typing is its own undo step
PATIENCE_MS: Final = 450  # before an error is called one
HOLD_MS: Final = 350  # how long a letter that may become a name is kept from the engine
CHOOSE_MS: Final = 1500  # the same while a name may be chosen from the list
MAX_PASTED: Final = 5 * MAX_CHARACTERS  # more is no formula, and would be slow to show
_COMMANDING: Final = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)
_WORD = re.compile(r"\\?[A-Za-z]+$")
_COPY_SIZE_PX: Final = 28.0


class FormulaEditor(QFrame):
    """Edits `lab.formula`."""

    def __init__(self, store: Store, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._theme = theme
        self._reading: Reading = read("")
        self._sent: Formula | None = None
        self._message_role = "muted"
        set_role(self, "card")
        self.setAccessibleName(tr("Formula editor"))

        self.preview = FormulaPreview()
        self.field = SourceField()
        self.field.setObjectName("formula")
        self.field.setPlaceholderText("x^2 + y^2")
        self.field.setAccessibleName(tr("Formula"))
        self.field.setToolTip(
            tr("Tab: next slot\nCtrl+Space: names\nAlt+Down: templates\nAlt+Up: select the part around")
        )
        self.message = QLabel()
        self.message.setWordWrap(True)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.message.setMinimumHeight(18)
        set_role(self.message, "muted")
        self.symbols = IconButton("plus", tr("Templates and letters (Alt+Down)"))
        self.copy = IconButton("copy", tr("Copy the formula"))

        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.field, 1)
        row.addWidget(self.symbols)
        row.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 6)
        column.setSpacing(4)
        column.addWidget(self.preview)
        column.addLayout(row)
        column.addWidget(self.message)

        self._popup: CompletionPopup | None = None
        self.palette_popup: SymbolPalette | None = None
        self.field.installEventFilter(self)

        self._hold = _single_shot(self, HOLD_MS, self._send)
        self._pause = _single_shot(self, PAUSE_MS, self._end_step)
        self._patience = _single_shot(self, PATIENCE_MS, self._judge)
        self._speech = _single_shot(self, PATIENCE_MS, self._refresh_speech)

        self.field.edited.connect(self._on_edited)
        self.field.caret_moved.connect(self._on_caret_moved)
        self.field.pasted.connect(self.paste)
        self.field.undo_asked.connect(self._undo)
        self.field.redo_asked.connect(self._redo)
        self.field.submitted.connect(self._on_submitted)
        self.field.entered.connect(self._on_entered)
        self.field.left.connect(self._on_left)
        self.field.completion_asked.connect(lambda: self._propose(asked=True))
        self.preview.part_hovered.connect(self.field.set_highlight)
        self.preview.part_clicked.connect(self._on_part_clicked)
        self.symbols.clicked.connect(self.open_palette)
        self.copy.clicked.connect(self._on_copy_clicked)
        store.lab_changed.connect(self._on_lab_changed)
        store.solution_changed.connect(self._on_solution_changed)
        self._show_text(store.lab.formula)
        self._sent = self._reading.formula
        self._judge()
        self._refresh_speech()

    def set_theme(self, theme: Theme) -> None:
        """The colours come with the palette; the marks in the text are made anew."""
        self._theme = theme
        self._show_reading()

    @property
    def reading(self) -> Reading:
        """What the text means right now."""
        return self._reading

    # Text in, meaning out

    def _on_edited(self, text: str) -> None:
        self._read(text)
        # Painted first: the timer fires when the events that are waiting, the paint among them, are done.
        self._propose()
        if self._may_go_on():
            self._hold.start(CHOOSE_MS if self._popup_open else HOLD_MS)
        else:
            self._hold.start(0)
        self._pause.start()

    def _may_go_on(self) -> bool:
        """Whether a letter just typed is a new variable, but may as well be the beginning of a name.

        On the way to "sin", s and s·i are formulas too; nobody wants to see them solved.
        """
        formula, span = self._reading.formula, self._word_before_caret()
        if formula is None or span is None:
            return False
        word = self.field.text[slice(*span)].removeprefix("\\")
        known = self._sent.variables if self._sent is not None else ()
        if set(formula.variables) <= set(known):
            return False
        return any(entry.label.startswith(word) and entry.label != word for entry in completions(word))

    def _send(self) -> None:
        """Give the text to the store, if it has not got it yet."""
        self._hold.stop()
        text = self.field.text
        if self._reading.formula is not None:
            self._sent = self._reading.formula
        if text != self._store.lab.formula:
            self._store.edit(formula=text, merge_key=MERGE_KEY, initiator=self)

    def _end_step(self) -> None:
        """What is typed from now on is its own undo step."""
        self._send()
        self._store.end_merge()

    def _undo(self) -> None:
        self._send()
        self._store.undo()

    def _redo(self) -> None:
        self._send()
        self._store.redo()

    def _on_lab_changed(self, change: Change) -> None:
        if change.initiator is self:
            return
        if "formula" in change:
            self._hold.stop()
            self._show_text(self._store.lab.formula)
            self._sent = self._reading.formula
            self._judge()
        elif "data" in change or "order" in change:
            self._read(self.field.text)

    def _show_text(self, text: str) -> None:
        self._close_popup()
        self.field.show_text(one_line(text) if "\n" in text or "\r" in text else text)
        self._read(self.field.text)

    def _read(self, text: str) -> None:
        lab = self._store.lab
        self._reading = read(text, lab.data.columns if lab.data else (), lab.order)
        self._show_reading()

    def _show_reading(self) -> None:
        reading = self._reading
        self.preview.set_reading(reading)
        self._show_caret()
        if reading.error is None or reading.empty:
            self._patience.stop()
            self._judge()
        else:
            if self._message_role != "danger" or not self._complains_about(reading):
                self._calm()
            self._patience.start()
        self._speech.start()

    # What is wrong

    def _complains_about(self, reading: Reading) -> bool:
        """Whether the red message that stands there is the one of `reading`."""
        return reading.error is not None and self.message.text() == _sentence(reading)

    def _calm(self) -> None:
        """While one is typing: no red, and no text that comes and goes."""
        self.field.set_error(None)
        self.preview.set_error(None)
        if self._message_role == "danger":
            self._say("")

    def _judge(self) -> None:
        """Typing has paused: say what is wrong, or what is missing."""
        reading = self._reading
        error = reading.error
        if reading.empty:
            self._mark(None)
            self._say(tr("Type a formula, for example x^2 + 3xy + y^2, or paste one from LaTeX or Python."))
        elif error is None:
            self._mark(None)
            self._say_solved()
        elif reading.unfinished and self.field.hasFocus():
            self._mark(error.span, muted=True)
            self._say(self._help_here() or _sentence(reading))
        else:
            self._mark(error.span)
            self._say(_sentence(reading), "danger")

    def _help_here(self) -> str:
        """What the function does whose brackets the caret is in; "" outside of any."""
        spec = function_named(function_around(self.field.text, self.field.caret))
        return f"{spec.name}: {spec.help[language()]}" if spec is not None else ""

    def _say_solved(self) -> None:
        """The formula reads well: what the engine thinks of it, else how it was read."""
        solution = self._store.solution
        if solution is not None and solution.lab.formula == self.field.text:
            for problem in solution.problems:
                if problem.place == "formula":
                    text = _sentences(problem.message, problem.hint)
                    self._say(text, "danger" if problem.fatal else "warning")
                    return
        self._say(_sentences(*self._reading.readings))

    def _on_solution_changed(self, solution: Solution) -> None:
        if self._reading.error is None and not self._reading.empty:
            self._say_solved()

    def _mark(self, span: Span | None, *, muted: bool = False) -> None:
        self.field.set_error(span, "muted" if muted else "danger")
        self.preview.set_error(None if muted else span)

    def _say(self, text: str, role: str = "muted") -> None:
        if text != self.message.text():
            self.message.setText(text)
            self.field.setAccessibleDescription(text)
        if role != self._message_role:
            self._message_role = role
            set_role(self.message, role)

    def _refresh_speech(self) -> None:
        """The formula in words is made when typing pauses: it is not needed sooner."""
        tree = self._reading.tree
        words = speech(to_latex(tree), language()) if tree is not None else tr("empty")
        self.preview.setAccessibleName(words)

    # The caret, and the mouse on the picture

    def _on_caret_moved(self, _caret: int) -> None:
        self._show_caret()
        if self._popup_open and self._word_before_caret() is None:
            self._close_popup()

    def _show_caret(self) -> None:
        focused = self.field.hasFocus()
        self.preview.set_caret(
            self.field.caret if focused else None, self.field.selection if focused else None
        )

    def _on_part_clicked(self, span: Span | None) -> None:
        self.field.setFocus(Qt.FocusReason.MouseFocusReason)
        if span is not None:
            self.field.select(span)

    def _widen_selection(self) -> None:
        """Select the part of the formula at the caret, or the next larger one around the selection."""
        start, end = self.field.selection
        places = self.preview.places
        self.field.select(places.nearest(start) if start == end else places.around((start, end)))

    def _on_submitted(self) -> None:
        self._end_step()
        self._patience.stop()
        self._judge()
        if self._reading.error is not None and not self._reading.empty:
            self._mark(self._reading.error.span)
            self._say(_sentence(self._reading), "danger")

    def _on_entered(self) -> None:
        if self._reading.unfinished:
            self._judge()

    def _on_left(self) -> None:
        self._end_step()
        self._close_popup()
        self._show_caret()
        if self._patience.isActive() or self._reading.unfinished:
            self._patience.stop()
            self._judge()

    # Completion

    @property
    def popup(self) -> "CompletionPopup":
        """The list of proposals, made when it is first needed: it is slow to import."""
        if self._popup is None:
            from gui.editor.completion import CompletionPopup

            self._popup = CompletionPopup(self)
            self._popup.chosen.connect(self._on_completion_chosen)
        return self._popup

    @property
    def _popup_open(self) -> bool:
        return self._popup is not None and self._popup.isVisible()

    def _close_popup(self) -> None:
        if self._popup is not None:
            self._popup.hide()

    def _word_before_caret(self) -> Span | None:
        """The letters right before the caret that a name may be completed from."""
        start, end = self.field.selection
        if start != end or self.field.composing:
            return None
        text = self.field.text
        match = _WORD.search(text[:start])
        if match is None or text[start : start + 1].isalpha():
            return None
        return match.start(), start

    def _propose(self, *, asked: bool = False) -> None:
        span = self._word_before_caret()
        word = self.field.text[span[0] : span[1]] if span else ""
        least = 1 if asked or word.startswith("\\") else 2
        letters = word.removeprefix("\\")
        entries = completions(word) if len(letters) >= least else []
        if not asked:
            entries = [entry for entry in entries if entry.label.lower().startswith(letters.lower())]
        if not entries or span is None:
            self._close_popup()
            return
        box = self.field.cursorRect()
        top_left = self.field.viewport().mapToGlobal(box.topLeft())
        self.popup.propose(entries, QRect(top_left, box.size()))

    def _on_completion_chosen(self, entry: Completion) -> None:
        span = self._word_before_caret() or self.field.selection
        insert = entry.insert
        if self.field.text[span[1] : span[1] + 1] == "(":  # the brackets are there already
            insert = insert.replace("(|)", "")
        self.field.replace(span, insert)
        self._close_popup()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.ShortcutOverride, QEvent.Type.FocusOut) and self._hold.isActive():
            typing = isinstance(event, QKeyEvent) and not event.modifiers() & _COMMANDING
            if not typing:
                self._send()  # whoever saves or exports now must find the whole formula
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self.open_palette()
                return True
            if event.key() == Qt.Key.Key_Up and event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self._widen_selection()
                return True
            if self._popup_open:
                return self._steer_popup(event)
        return super().eventFilter(watched, event)

    def _steer_popup(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.popup.move_by(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            self.popup.choose_current()
        elif key == Qt.Key.Key_Escape:
            self._close_popup()
            self._send()  # these are letters, not the beginning of a name
        else:
            return False
        return True

    # The palette

    def open_palette(self) -> None:
        """Open the templates and letters under their button."""
        self._close_popup()
        if self.palette_popup is None:
            from gui.editor.palette import SymbolPalette

            self.palette_popup = SymbolPalette(self)
            self.palette_popup.inserted.connect(self._on_inserted)
        popup = self.palette_popup
        popup.adjustSize()
        at = self.field.mapToGlobal(self.field.rect().bottomLeft())
        screen = self.screen().availableGeometry()
        at.setX(max(screen.left(), min(at.x(), screen.right() - popup.width())))
        at.setY(max(screen.top(), min(at.y() + 4, screen.bottom() - popup.height())))
        popup.move(at)
        popup.show()
        popup.buttons[0].setFocus(Qt.FocusReason.PopupFocusReason)

    def _on_inserted(self, text: str) -> None:
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        self._end_step()
        self.field.insert(text)

    # Paste and copy

    def paste(self, text: str) -> None:
        """Insert pasted text; what is LaTeX or Python is then rewritten, each as its own undo step."""
        start, end = self.field.selection
        before, after = self.field.text[:start], self.field.text[end:]
        raw = one_line(text)
        if len(raw) > MAX_PASTED:
            self._say(
                tr(
                    "What was pasted has {count} characters; a formula may have {limit}.",
                    count=f"{len(raw):,}",
                    limit=f"{MAX_CHARACTERS:,}",
                ),
                "danger",
            )
            return
        self._end_step()
        cursor = self.field.textCursor()
        cursor.insertText(raw)
        self._close_popup()
        self._end_step()
        data = self._store.lab.data
        clean = cleaned(raw, before, after, data.columns if data else ())
        if clean is None:
            return
        cursor.setPosition(start)
        cursor.setPosition(start + len(raw), cursor.MoveMode.KeepAnchor)
        cursor.insertText(clean)
        self._close_popup()
        self._end_step()
        if self._reading.error is None:
            undo = QKeySequence(QKeySequence.StandardKey.Undo).toString(
                QKeySequence.SequenceFormat.NativeText
            )
            self._say(tr("Rewritten as plain text; {keys} brings back what was pasted.", keys=undo))

    def copy_menu(self) -> QMenu:
        """The ways to copy the formula; what cannot be copied while it is wrong is disabled."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._add_copy_actions(menu)
        return menu

    def _add_copy_actions(self, menu: QMenu) -> None:
        whole = self._reading.formula is not None
        for text, slot in (
            (tr("Copy as LaTeX"), self.copy_latex),
            (tr("Copy as plain text"), self.copy_plain),
            (tr("Copy as Python"), self.copy_python),
            (tr("Copy as picture"), self.copy_picture),
        ):
            menu.addAction(text, slot).setEnabled(whole)

    def edit_menu(self) -> QMenu:
        """The menu of the text: undo, the clipboard, and the ways to copy the whole formula."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        field, keys = self.field, QKeySequence.StandardKey
        start, end = field.selection
        for entry in (
            (tr("Undo"), self._undo, keys.Undo, self._store.can_undo),
            (tr("Redo"), self._redo, keys.Redo, self._store.can_redo),
            None,
            (tr("Cut"), field.cut, keys.Cut, start != end),
            (tr("Copy"), field.copy, keys.Copy, start != end),
            (tr("Paste"), field.paste, keys.Paste, field.canPaste()),
            (tr("Select all"), field.selectAll, keys.SelectAll, bool(field.text)),
            None,
        ):
            if entry is None:
                menu.addSeparator()
                continue
            text, slot, key, enabled = entry
            action = menu.addAction(text, slot)
            action.setShortcut(QKeySequence(key))
            action.setEnabled(enabled)
        self._add_copy_actions(menu)
        return menu

    def _on_copy_clicked(self) -> None:
        self.copy_menu().exec(self.copy.mapToGlobal(self.copy.rect().bottomLeft()))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        over_text = self.field.geometry().contains(event.pos())
        (self.edit_menu() if over_text else self.copy_menu()).exec(event.globalPos())

    def copy_latex(self) -> None:
        """The formula as LaTeX to the clipboard."""
        if self._reading.formula is not None:
            copying.copy_text(to_latex(self._reading.formula.ast))

    def copy_plain(self) -> None:
        """The formula in our own notation to the clipboard."""
        if self._reading.formula is not None:
            copying.copy_text(plain_text(self._reading.formula))

    def copy_python(self) -> None:
        """The formula as a line of Python with NumPy to the clipboard."""
        if self._reading.formula is not None:
            from gui.editor.python_text import to_python

            copying.copy_text(to_python(self._reading.formula))

    def copy_picture(self) -> None:
        """The typeset formula as a picture to the clipboard, black on transparent."""
        if self._reading.formula is not None:
            black = QColor("#000000")
            layout = layout_tex(to_latex(self._reading.formula.ast), _COPY_SIZE_PX)
            copying.copy_picture(layout, black, lambda _token: black)


def _sentence(reading: Reading) -> str:
    error = reading.error
    return _sentences(error.message, error.hint) if error is not None else ""


def _sentences(*messages: Message | None) -> str:
    """The messages one after the other, each ended by a full stop."""
    texts = [tr(text) for text in messages if text is not None]
    return " ".join(text if text[-1:] in ".?!…" else f"{text}." for text in texts)


def _single_shot(parent: QObject, interval_ms: int, slot: object) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(interval_ms)
    timer.timeout.connect(slot)
    return timer
