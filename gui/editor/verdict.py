"""The line under the formula: what is wrong, what is missing, how it was read.

Calm while one types: nothing turns red before a pause, and what is only unfinished never does while the
field has the focus. Marks the place of an error in the text and in the picture. GUI thread.
"""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from engine.base.i18n import Message
from engine.formula.ast import Span
from engine.formula.functions import function_named
from gui.editor.brackets import function_around
from gui.editor.preview import FormulaPreview
from gui.editor.reading import Reading
from gui.editor.source_field import SourceField
from gui.i18n import tr
from gui.store import Store
from gui.style import set_role
from gui.timing import single_shot

PATIENCE_MS: Final = 450  # before an error is called one


class Verdict(QLabel):
    """Says what there is to say of the latest Reading."""

    def __init__(
        self, store: Store, field: SourceField, preview: FormulaPreview, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._field = field
        self._preview = preview
        self._reading: Reading | None = None
        self._role = "muted"
        self._notice = ""  # about what was pasted, until the next edit
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setMinimumHeight(18)
        set_role(self, self._role)
        self._patience = single_shot(self, PATIENCE_MS, self.judge)
        store.solution_changed.connect(self._on_solution_changed)

    # What there is to judge

    def set_reading(self, reading: Reading) -> None:
        """The text changed: praise at once, blame after a pause."""
        self._reading = reading
        self._notice = ""
        if reading.error is None or reading.empty:
            self.judge()
            return
        if self._role != "danger" or self.text() != _sentence(reading):
            self._calm()
        self._patience.start()

    def judge(self) -> None:
        """Say now what is wrong, or what is missing."""
        self._patience.stop()
        reading = self._reading
        error = reading.error if reading is not None else None
        if reading is None or reading.empty:
            self._mark(None)
            self._say(tr("Type a formula, for example x^2 + 3xy + y^2, or paste one from LaTeX or Python."))
        elif error is None:
            self._mark(None)
            self._say_solved()
        elif reading.unfinished and self._field.hasFocus():
            self._mark(error.span, muted=True)
            self._say(self._help_here() or _sentence(reading))
        else:
            self.insist()

    def judge_again(self) -> None:
        """The focus came or went: what is unfinished is judged by it."""
        if self._patience.isActive() or (self._reading is not None and self._reading.unfinished):
            self.judge()

    def insist(self) -> None:
        """Call what is unfinished wrong as well: Enter was pressed on it, or it was left."""
        self._patience.stop()
        reading = self._reading
        if reading is None or reading.empty or reading.error is None:
            self.judge()
            return
        self._mark(reading.error.span)
        self._say(_sentence(reading), "danger")

    # Saying it

    def notify(self, text: str) -> None:
        """Say `text` of a good formula until the next edit."""
        self._notice = text
        self.judge()

    def complain(self, text: str) -> None:
        """Say `text` in red, whatever the formula is."""
        self._say(text, "danger")

    def _calm(self) -> None:
        """While one is typing: no red, and no text that comes and goes."""
        self._mark(None)
        if self._role == "danger":
            self._say("")

    def _help_here(self) -> str:
        """What the function does whose brackets the caret is in; "" outside of any."""
        spec = function_named(function_around(self._field.text, self._field.caret))
        return f"{spec.name}: {tr(spec.help)}" if spec is not None else ""

    def _on_solution_changed(self, _solution: object) -> None:
        if self._reading is not None and self._reading.error is None and not self._reading.empty:
            self._say_solved()

    def _say_solved(self) -> None:
        """The formula reads well: what the engine thinks of it, else how it was read."""
        if self._reading is not None and self._reading.network is not None:
            self._say(tr("Enter trains this network over the table."))
            return
        solution = self._store.solution
        if solution is not None and solution.lab.formula == self._field.text:
            for problem in solution.problems:
                if problem.place == "formula":
                    text = _sentences(problem.message, problem.hint)
                    self._say(text, "danger" if problem.fatal else "warning")
                    return
        readings = self._reading.readings if self._reading is not None else ()
        self._say(self._notice or _sentences(*readings))

    def _mark(self, span: Span | None, *, muted: bool = False) -> None:
        self._field.set_error(span, "muted" if muted else "danger")
        self._preview.set_error(None if muted else span)

    def _say(self, text: str, role: str = "muted") -> None:
        if text != self.text():
            self.setText(text)
            self._field.setAccessibleDescription(text)
        if role != self._role:
            self._role = role
            set_role(self, role)


def _sentence(reading: Reading) -> str:
    error = reading.error
    return _sentences(error.message, error.hint) if error is not None else ""


def _sentences(*messages: Message | None) -> str:
    """The messages one after the other, each ended by a full stop."""
    texts = [tr(text) for text in messages if text is not None]
    return " ".join(text if text[-1:] in ".?!…" else f"{text}." for text in texts)
