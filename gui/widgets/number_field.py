"""A field for one number that never loses what was typed and says beside itself what is wrong. GUI thread."""

import math
import operator
from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QSizePolicy, QWidget

from gui.i18n import tr
from gui.style import set_invalid, set_role
from gui.timing import single_shot
from gui.widgets.numbers import read_number, show_number, two_readings, write_number

PATIENCE_MS: Final = 600  # how long an unfinished number may stand before it is called wrong


class NumberField(QLineEdit):
    """Edits a number within bounds.

    While the text is a number within the bounds every change is reported at once. While it is not, the
    text stays as typed and `problem` says what is wrong: at once on Enter or when the focus leaves, else
    after a moment of patience ("0." on the way to 0.1). Then the value from before the edit is back: what
    was good only on the way ("1e3" of "1e308") was never meant.

    Args:
        value: the first value; None shows an empty field (with `optional`) meaning "decided for you".
        ge, gt, le, lt: the bounds. integer: whole numbers only. optional: an empty field is good (None).
        name: what is edited, for the accessible name.

    Signals:
        value_edited(object): the user changed the value (float, int or None).
        editing_done(): Enter, or the focus left.
        problem_changed(str): "" when all is well.
    """

    value_edited = Signal(object)
    editing_done = Signal()
    problem_changed = Signal(str)

    def __init__(
        self,
        value: float | None = None,
        *,
        ge: float | None = None,
        gt: float | None = None,
        le: float | None = None,
        lt: float | None = None,
        integer: bool = False,
        optional: bool = False,
        name: str = "",
        width_px: int = 72,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._ge, self._gt, self._le, self._lt = ge, gt, le, lt
        self._integer = integer
        self._optional = optional
        self._value = value
        self._before = value  # the edit that is going on
        self._own_problem = ""
        self._outer_problem = ""
        self._typed = False
        self._width_px = width_px
        self.setMaxLength(400)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        if name:
            self.setToolTip(name)
        self._name = name
        self._patience = single_shot(self, PATIENCE_MS, self._judge)
        self.textEdited.connect(self._on_text_edited)
        self._show()

    # The value

    @property
    def value(self) -> float | None:
        """The last good value."""
        return self._value

    def set_value(self, value: float | None) -> None:
        """Show `value` from outside. A text that is being typed, or that is wrong, is left alone as long as
        the value is the one it stands beside."""
        if value == self._value and (self._own_problem or self._typed or self._patience.isActive()):
            return
        if value == self._value and self._read(self.text())[0] == value and self.text():
            return
        self._value = self._before = value
        self._show()
        self._patience.stop()
        self._set_problems("", self._outer_problem)

    def set_bounds(self, *, ge: float | None = None, le: float | None = None) -> None:
        self._ge, self._le = ge, le

    @property
    def problem(self) -> str:
        """What is wrong, in the user's language; empty when nothing is."""
        return self._own_problem or self._outer_problem

    def set_problem(self, text: str) -> None:
        """What the engine found wrong with the value; shown until it is taken back with ""."""
        self._set_problems(self._own_problem, text)

    def _show(self) -> None:
        self.setText("" if self._value is None else write_number(self._value))
        self.setCursorPosition(0)

    def _read(self, text: str) -> tuple[float | None, str]:
        """The number and what is wrong with it."""
        if not text.strip():
            return None, "" if self._optional else tr("Enter a number")
        number = read_number(text)
        if number is None and (readings := two_readings(text)) is not None:
            one, other = readings
            return None, tr("Is it {one} or {other}? Write it without a comma", one=one, other=other)
        if number is None:
            return None, tr("“{typed}” is not a number", typed=_short(text))
        if not math.isfinite(number):
            return None, tr("This number is too large")
        if self._integer and number != int(number):
            return None, tr("Enter a whole number")
        for bound, broken, sentence in (
            (self._gt, operator.le, "Must be greater than {bound}"),
            (self._ge, operator.lt, "Must be at least {bound}"),
            (self._lt, operator.ge, "Must be less than {bound}"),
            (self._le, operator.gt, "Must be at most {bound}"),
        ):
            if bound is not None and broken(number, bound):
                return None, tr(sentence, bound=show_number(bound))
        return (int(number) if self._integer else number), ""

    # Editing

    def _on_text_edited(self, text: str) -> None:
        self._begin()
        number, problem = self._read(text)
        if problem:
            if self._own_problem:
                self._set_problems(problem, self._outer_problem)
                self._take(self._before)
            else:
                self._patience.start()
            return
        self._patience.stop()
        self._set_problems("", self._outer_problem)
        self._take(number)

    def _begin(self) -> None:
        if not self._typed:
            self._typed = True
            self._before = self._value

    def _take(self, number: float | None) -> None:
        if number != self._value:
            self._value = number
            self.value_edited.emit(number)

    def _judge(self) -> None:
        self._patience.stop()
        self._set_problems(self._read(self.text())[1], self._outer_problem)
        if self._own_problem and self._typed:
            self._take(self._before)

    def _finish(self) -> None:
        if self._typed:
            self._judge()
            self._typed = False
            if "," in self.text() and not self._own_problem:
                self._show()  # what the comma was read as
            self.editing_done.emit()

    def _set_problems(self, own: str, outer: str) -> None:
        before = self.problem
        self._own_problem, self._outer_problem = own, outer
        if self.problem == before:
            return
        set_invalid(self, bool(self.problem))
        self.setToolTip(self.problem or self._name)
        self.setAccessibleDescription(self.problem)
        self.problem_changed.emit(self.problem)

    def _nudge(self, steps: int, factor: float = 1.0) -> None:
        """Change the value by steps of its second digit."""
        if self._value is None:
            return
        size = abs(self._value)
        unit = 10.0 ** (math.floor(math.log10(size)) - 1) if size else 0.1
        unit = max(unit * factor, 1.0) if self._integer else unit * factor
        number, problem = self._read(write_number(round(self._value / unit + steps) * unit))
        if not problem and number is not None:
            self._begin()
            self.setText(write_number(number))
            self._set_problems("", self._outer_problem)
            self._take(number)

    # Qt's

    def event(self, event: QEvent) -> bool:
        """A number that is not being typed leaves Space to the window, which plays with it."""
        asked = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if asked and event.key() == Qt.Key.Key_Space and not self._typed:  # type: ignore[attr-defined]
            event.ignore()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            coarse = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._nudge(1 if event.key() == Qt.Key.Key_Up else -1, 10.0 if coarse else 1.0)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._finish()
            self.selectAll()
            super().keyPressEvent(event)  # on to a dialog's default button
        elif event.key() == Qt.Key.Key_Escape and self.text() != write_number(self._value or 0.0):
            if self._typed and self._read(self.text())[1]:
                self._take(self._before)
            self._show()
            self._patience.stop()
            self._set_problems("", self._outer_problem)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._finish()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def sizeHint(self) -> QSize:
        return QSize(self._width_px, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self._width_px, 48), super().minimumSizeHint().height())


class ProblemLabel(QLabel):
    """Shows the first problem of some fields, right beside them; takes no room when there is none."""

    def __init__(self, fields: Iterable[NumberField] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields: list[NumberField] = []
        self._extra = ""
        set_role(self, "danger")
        self.setWordWrap(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for field in fields:
            self.watch(field)
        self._on_problem_changed()

    def watch(self, field: NumberField) -> None:
        self._fields.append(field)
        field.problem_changed.connect(self._on_problem_changed)
        self._on_problem_changed()

    def set_problem(self, text: str) -> None:
        """A problem of no single field."""
        self._extra = text
        self._on_problem_changed()

    def _on_problem_changed(self, _problem: str = "") -> None:
        text = next((field.problem for field in self._fields if field.problem), self._extra)
        self.setText(text)
        self.setVisible(bool(text))


def _short(text: str) -> str:
    text = text.strip()
    return text if len(text) <= 24 else text[:23] + "…"
