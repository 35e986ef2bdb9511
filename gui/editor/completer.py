"""Proposes names for the word before the caret, and steers the list of them by the keys of the field.

GUI thread.
"""

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent

from engine.formula.ast import Span
from engine.formula.functions import Completion, completions
from gui.editor.source_field import SourceField

if TYPE_CHECKING:
    from gui.editor.completion import CompletionPopup

_WORD = re.compile(r"\\?[A-Za-z]+$")


class Completer(QObject):
    """The proposals for a field.

    Signals:
        dismissed: Escape: the letters are meant as they are.
    """

    dismissed = Signal()

    def __init__(self, field: SourceField, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._field = field
        self._popup: CompletionPopup | None = None

    @property
    def popup(self) -> "CompletionPopup":
        """The list, made when it is first needed: it is slow to import."""
        if self._popup is None:
            from gui.editor.completion import CompletionPopup

            self._popup = CompletionPopup(self._field)
            self._popup.chosen.connect(self._on_chosen)
        return self._popup

    @property
    def is_open(self) -> bool:
        return self._popup is not None and self._popup.isVisible()

    def close(self) -> None:
        if self._popup is not None:
            self._popup.hide()

    def span(self) -> Span | None:
        """The letters right before the caret that a name may be completed from."""
        start, end = self._field.selection
        if start != end or self._field.composing:
            return None
        text = self._field.text
        match = _WORD.search(text[:start])
        if match is None or text[start : start + 1].isalpha():
            return None
        return match.start(), start

    def word(self) -> str:
        """Those letters, with a leading backslash if there is one."""
        span = self.span()
        return self._field.text[span[0] : span[1]] if span else ""

    def may_go_on(self) -> bool:
        """Whether the word may still become the name of something."""
        word = self.word().removeprefix("\\")
        return any(entry.label.startswith(word) and entry.label != word for entry in completions(word))

    def propose(self, *, asked: bool = False) -> None:
        """Show what the word may become: from two letters on, or from one if `asked`."""
        word = self.word()
        letters = word.removeprefix("\\")
        least = 1 if asked or word.startswith("\\") else 2
        entries = completions(word) if len(letters) >= least else []
        if not asked:
            entries = [entry for entry in entries if entry.label.lower().startswith(letters.lower())]
        if not entries:
            self.close()
            return
        box = self._field.cursorRect()
        top_left = self._field.viewport().mapToGlobal(box.topLeft())
        self.popup.propose(entries, QRect(top_left, box.size()))

    def steer(self, event: QKeyEvent) -> bool:
        """Let a key of the field choose from the open list; whether it was meant for the list."""
        key = event.key()
        if not self.is_open:
            return False
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.popup.move_by(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            self.popup.choose_current()
        elif key == Qt.Key.Key_Escape:
            self.close()
            self.dismissed.emit()
        else:
            return False
        return True

    def _on_chosen(self, entry: Completion) -> None:
        span = self.span() or self._field.selection
        insert = entry.insert
        if self._field.text[span[1] : span[1] + 1] == "(":  # the brackets are there already
            insert = insert.replace("(|)", "")
        self._field.replace(span, insert)
        self.close()
