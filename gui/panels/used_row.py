"""Which row of the table a network is shown for, or what is typed in its place; and what it says of that.

GUI thread; it knows neither the store nor the engine's solver.
"""

import math
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from gui.i18n import tr
from gui.style import set_invalid, set_role
from gui.widgets import ElidedLabel, NumberField
from gui.widgets.numbers import read_number

INPUTS_PX: Final = 132
DIGITS: Final = 4


class UsedRow(QWidget):
    """The number of the row, and its inputs as they can be typed over.

    Attributes:
        said: a line that says ŷ, for whoever lays it out.

    Signals:
        row_chosen(int): the number of a row, from 0.
        inputs_typed(object): numbers in the place of the row's, a tuple; None: those of the row again.
    """

    row_chosen = Signal(int)
    inputs_typed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._shown = ""
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        self.row = NumberField(
            1, ge=1, integer=True, name=tr("The row of the table that is shown"), width_px=64
        )
        self.row.value_edited.connect(lambda row: self.row_chosen.emit(int(row) - 1))
        self.count = QLabel()
        self.inputs = QLineEdit()
        self.inputs.setFixedWidth(INPUTS_PX)
        self.inputs.editingFinished.connect(self._on_typed)
        self.said = ElidedLabel()
        for label in (self.count, self.said):
            set_role(label, "muted")
        line.addWidget(QLabel(tr("Row")))
        line.addWidget(self.row)
        line.addWidget(self.count)
        line.addWidget(self.inputs)

    def show_row(self, row: int, rows: int) -> None:
        self.count.setText(tr("of {rows}", rows=rows))
        if int(self.row.value or 0) != row + 1:
            self.row.set_value(row + 1)

    def show_inputs(self, names: tuple[str, ...], values: list[float]) -> None:
        """Write the inputs that are drawn, unless others are being typed."""
        text = ", ".join(f"{value:.{DIGITS}g}" for value in values)
        if names != self._names:
            self._names = names
            self.inputs.setAccessibleName(", ".join(names))
            self.inputs.setToolTip(
                tr("{names}: type other numbers, and the network is used on them", names=", ".join(names))
            )
        if text != self._shown:
            self._shown = text
            self.inputs.setText(text)
            self.inputs.setCursorPosition(0)
            set_invalid(self.inputs, False)

    def say(self, text: str) -> None:
        """What the network says, unless what was typed cannot be used."""
        if not self.inputs.property("invalid"):
            set_role(self.said, "muted")
            self.said.setText(text)

    def _on_typed(self) -> None:
        text = self.inputs.text().strip()
        if text == self._shown and not self.inputs.property("invalid"):
            return
        values = [read_number(part) for part in text.split(";" if ";" in text else ",")]
        numbers = tuple(value for value in values if value is not None and math.isfinite(value))
        wrong = bool(text) and text != self._shown and not len(numbers) == len(values) == len(self._names)
        set_invalid(self.inputs, wrong)
        if wrong:
            set_role(self.said, "danger")
            self.said.setText(
                tr(
                    "Type {count} numbers with commas between them: {names}",
                    count=len(self._names),
                    names=", ".join(self._names),
                )
            )
            return
        again = not text or text == self._shown
        self._shown = ""  # so that it is written as it is understood
        self.inputs_typed.emit(None if again else numbers)
