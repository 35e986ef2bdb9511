"""The formula editor: what is typed on one line, and above it, within the same frame, what it means.

Reading and typesetting are done at each key press, in this thread: together they take a millisecond or two.
Where a very long formula took more than a frame, they wait for a pause between keys. Solving is the engine's,
on its own thread. GUI thread.
"""

import time
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from engine.document.lab import Lab
from engine.document.network import Network
from engine.document.network_matrices import looks_like_a_network
from engine.document.proposals import with_network
from engine.document.setup import keep_axes
from engine.formula import Formula
from engine.formula.ast import Span
from engine.formula.errors import MAX_CHARACTERS
from engine.formula.typeset import to_latex
from gui.editor.clipboard import add_copy_actions
from gui.editor.completer import Completer
from gui.editor.model_loss import ModelLoss
from gui.editor.paste import cleaned, one_line
from gui.editor.preview import FormulaPreview
from gui.editor.reading import NO_TABLE, Reading, read
from gui.editor.source_field import SourceField
from gui.editor.verdict import Verdict
from gui.i18n import language, tr
from gui.store import Change, Store
from gui.style import set_role
from gui.theme import Theme
from gui.timing import single_shot
from gui.typeset import speech
from gui.typeset.label import SPEECH_DELAY_MS
from gui.widgets import IconButton

if TYPE_CHECKING:
    from gui.editor.palette import SymbolPalette

MERGE_KEY: Final = "formula"
PAUSE_MS: Final = 2000  # after which further typing is its own undo step
HOLD_MS: Final = 350  # how long a formula is kept from the engine, for it may be the beginning of another
CHOOSE_MS: Final = 1500  # the same while a name may be chosen from the list
FRAME_S: Final = 0.016  # where reading a LONG text took more, it waits for a pause of LULL_MS the next time
LONG: Final = 300
LULL_MS: Final = 90
MAX_PASTED: Final = 5 * MAX_CHARACTERS  # more is no formula, and would be slow to show
_COMMANDING: Final = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)


class FormulaEditor(QFrame):
    """Edits `lab.formula`; a network that is typed takes its place, in `lab.network`."""

    def __init__(self, store: Store, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._theme = theme
        self._reading: Reading = read("")
        self._sent: Formula | None = None
        self._axes: tuple[str, ...] | None = None  # as this typing began, if they are to stay
        self._typed_over: Lab | None = None  # as it was before the text was edited
        self._cost_s = 0.0  # of the last reading
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
        self.message = Verdict(store, self.field, self.preview)
        self.matrices = QPushButton()
        self.matrices.setToolTip(tr("Train it as a network: x is all columns but the one to be predicted"))
        set_role(self.matrices, "chip")
        self.matrices.hide()
        self.loss = ModelLoss(store)
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
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.message, 1)
        line.addWidget(self.matrices, 0, Qt.AlignmentFlag.AlignTop)
        column.addWidget(self.loss)
        column.addLayout(line)

        self.completer = Completer(self.field, self)
        self.completer.dismissed.connect(self._send)
        self.palette_popup: SymbolPalette | None = None
        self.field.installEventFilter(self)

        self._lull = single_shot(self, LULL_MS, self._read_edited)
        self._hold = single_shot(self, HOLD_MS, self._send)
        self._pause = single_shot(self, PAUSE_MS, self._end_step)
        self._speech = single_shot(self, SPEECH_DELAY_MS, self._refresh_speech)

        self.field.edited.connect(self._on_edited)
        self.field.caret_moved.connect(self._on_caret_moved)
        self.field.pasted.connect(self.paste)
        self.field.undo_asked.connect(self._undo)
        self.field.redo_asked.connect(self._redo)
        self.field.submitted.connect(self._on_submitted)
        self.field.entered.connect(self.message.judge_again)
        self.field.left.connect(self._on_left)
        self.field.completion_asked.connect(lambda: self.completer.propose(asked=True))
        self.preview.part_hovered.connect(self.field.set_highlight)
        self.preview.part_clicked.connect(self._on_part_clicked)
        self.matrices.clicked.connect(self._on_matrices_clicked)
        self.symbols.clicked.connect(self.open_palette)
        self.copy.clicked.connect(self._on_copy_clicked)
        store.lab_changed.connect(self._on_lab_changed)
        self._show_text(store.lab.formula)
        self._sent = self._reading.formula
        self.message.judge()
        self._refresh_speech()
        self.setHidden(store.lab.network is not None)

    def set_theme(self, theme: Theme) -> None:
        """The colours come with the palette; the marks in the text are made anew."""
        self._theme = theme
        self._show_reading()

    @property
    def reading(self) -> Reading:
        """What the text means right now."""
        self._catch_up()
        return self._reading

    # Text in, meaning out

    def _on_edited(self, text: str) -> None:
        if self._typed_over is None:
            self._typed_over = self._store.lab
        if self._axes is None:
            setup = self._store.solution.setup if self._store.solution else None
            self._axes = tuple(axis.name for axis in setup.axes) if setup else ()
        if len(text) > LONG and self._cost_s > FRAME_S:
            self._lull.start()
        else:
            self._read_edited()
        self._pause.start()

    def _catch_up(self) -> None:
        """Read what was typed since the last reading, if that waits for a pause."""
        if self._lull.isActive():
            self._read_edited()

    def _read_edited(self) -> None:
        self._read(self.field.text)
        formula = self._reading.formula
        if formula is not None and (formula.name or not set(self._axes or ()) <= set(formula.variables)):
            self._axes = ()
        self.completer.propose()
        # What is unfinished leaves the picture as it is, of the last formula that was finished: by Enter, by
        # a pause, by a name that was chosen. So a prefix that can be read is never solved on the way.
        if formula is None:
            self._hold.start(0)
        else:
            self._hold.start(CHOOSE_MS if self._may_go_on() and self.completer.is_open else HOLD_MS)

    def _may_go_on(self) -> bool:
        """Whether a letter just typed is a new variable, but may as well be the beginning of a name.

        On the way to "sin", s and s·i are formulas too; nobody wants to see them solved.
        """
        formula = self._reading.formula
        if formula is None or not self.completer.word():
            return False
        known = self._sent.variables if self._sent is not None else ()
        return not set(formula.variables) <= set(known) and self.completer.may_go_on()

    def commit(self) -> None:
        """Give the store what was typed a moment ago, and not handed over yet."""
        if self._hold.isActive() or self._lull.isActive():
            self._send()

    def _send(self) -> None:
        """Give the text to the store, if it has not got it yet."""
        self._catch_up()
        self._hold.stop()
        text, lab = self.field.text, self._store.lab
        if looks_like_a_network(text):
            return  # until Enter: on the way to net(2, 8 tanh, 1), net(2, 8) is a network too
        variables = lab.variables
        if self._reading.formula is not None:
            self._sent = self._reading.formula
            variables = keep_axes(lab, self._axes or (), self._sent)
        if text != lab.formula:
            self._store.edit(formula=text, variables=variables, merge_key=MERGE_KEY, initiator=self)

    def _end_step(self) -> None:
        """What is typed from now on is its own undo step."""
        self._send()
        self._axes = None
        self._store.end_merge()

    def _undo(self) -> None:
        self._send()
        self._store.undo()

    def _redo(self) -> None:
        self._send()
        self._store.redo()

    def _on_lab_changed(self, change: Change) -> None:
        if "network" in change:
            self.setHidden(self._store.lab.network is not None)
        if change.initiator is self:
            return
        if "formula" in change:
            self._hold.stop()
            self._axes = None
            self._show_text(self._store.lab.formula)
            self._sent = self._reading.formula
            self.message.judge()
        elif "data" in change or "order" in change or "loss" in change:
            self._read(self.field.text)

    def _show_text(self, text: str) -> None:
        self._typed_over = None
        self.completer.close()
        self.field.show_text(one_line(text) if "\n" in text or "\r" in text else text)
        self._read(self.field.text)

    def _read(self, text: str) -> None:
        lab = self._store.lab
        begin = time.thread_time()
        self._lull.stop()
        self._reading = read(text, lab.data or NO_TABLE, lab.order, lab.loss)
        self._show_reading()
        self._cost_s = time.thread_time() - begin

    def _show_reading(self) -> None:
        self.preview.set_reading(self._reading)
        self._show_caret()
        self.message.set_reading(self._reading)
        self.loss.show_formula(self._reading.formula)
        self.matrices.setText(tr("Read as matrices") if self._reading.formula else tr("Take 8 units"))
        self.matrices.setVisible(self._reading.offered is not None)
        self._speech.start()

    def _refresh_speech(self) -> None:
        """The formula in words is made when typing pauses: it is not needed sooner."""
        tree = self._reading.tree
        words = speech(to_latex(tree), language()) if tree is not None else tr("empty")
        self.preview.setAccessibleName(words)

    # The caret, and the mouse on the picture

    def _on_caret_moved(self, _caret: int) -> None:
        self._show_caret()
        if self.completer.is_open and self.completer.span() is None:
            self.completer.close()

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
        self._catch_up()
        if self._reading.network is not None:
            self._train(self._reading.network, self._typed_over or self._store.lab)
            return
        self._end_step()
        self.message.insist()
        if self._reading.formula is not None:  # it is done: Space plays
            self.field.clearFocus()

    def _on_matrices_clicked(self) -> None:
        """What is a formula too stays one, for whoever comes back from the network."""
        self._end_step()
        before = self._store.lab if self._reading.formula else self._typed_over
        if self._reading.offered is not None:
            self._train(self._reading.offered, before or self._store.lab)

    def _train(self, network: Network, lab: Lab) -> None:
        """Put `network` in the place of the formula of `lab`: as it was before net(…) was typed over it."""
        trained = with_network(lab, replace(network, loss=lab.loss))
        self._store.edit(
            network=trained.network,
            starts=trained.starts,
            steps=trained.steps,
            racers=trained.racers,
            formula=lab.formula,
            variables=lab.variables,
            merge_key=MERGE_KEY,
        )
        self._store.end_merge()

    def _on_left(self) -> None:
        self._end_step()
        self._typed_over = None
        self.completer.close()
        self._show_caret()
        self.message.judge_again()

    # Keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.ShortcutOverride, QEvent.Type.FocusOut):
            typing = isinstance(event, QKeyEvent) and not event.modifiers() & _COMMANDING
            if not typing:
                self.commit()  # whoever saves or exports now must find the whole formula
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self.open_palette()
                return True
            if event.key() == Qt.Key.Key_Up and event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self._widen_selection()
                return True
            if self.completer.steer(event):
                return True
        return super().eventFilter(watched, event)

    # The palette

    def open_palette(self) -> None:
        """Open the templates and letters under their button."""
        self.completer.close()
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
            self.message.complain(
                tr(
                    "What was pasted has {count} characters; a formula may have {limit}.",
                    count=f"{len(raw):,}",
                    limit=f"{MAX_CHARACTERS:,}",
                )
            )
            return
        self._end_step()
        cursor = self.field.textCursor()
        cursor.insertText(raw)
        self.completer.close()
        self._end_step()
        data = self._store.lab.data
        clean = cleaned(raw, before, after, data.columns if data else ())
        if clean is None:
            return
        cursor.setPosition(start)
        cursor.setPosition(start + len(raw), cursor.MoveMode.KeepAnchor)
        cursor.insertText(clean)
        self.completer.close()
        self._end_step()
        if self.reading.error is None:
            undo = QKeySequence(QKeySequence.StandardKey.Undo).toString(
                QKeySequence.SequenceFormat.NativeText
            )
            self.message.notify(tr("Rewritten as plain text; {keys} brings back what was pasted.", keys=undo))

    def copy_menu(self) -> QMenu:
        """The ways to copy the formula; what cannot be copied while it is wrong is disabled."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        add_copy_actions(menu, self.reading.formula)
        return menu

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
        add_copy_actions(menu, self.reading.formula)
        return menu

    def _on_copy_clicked(self) -> None:
        self.copy_menu().exec(self.copy.mapToGlobal(self.copy.rect().bottomLeft()))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        over_text = self.field.geometry().contains(event.pos())
        (self.edit_menu() if over_text else self.copy_menu()).exec(event.globalPos())
