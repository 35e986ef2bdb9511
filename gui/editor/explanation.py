"""How a partial derivative is found: the derivation line by line, each with the rule that was applied.

What is held constant is grey throughout. GUI thread.
"""

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from engine.formula import Formula
from engine.formula.howto import Step, explain
from engine.formula.names import name_latex, name_text
from gui.fitting import fit_on_screen
from gui.i18n import tr
from gui.style import set_role
from gui.typeset import FormulaLabel, without_colors
from gui.typeset.copying import copy_text
from gui.widgets import Card, Segmented

SIZE_PX: Final = 18.0
SIZE: Final = QSize(560, 680)
HELD: Final = "muted"


class StepRow(QWidget):
    """One line of the derivation under the name of the rule that led to it."""

    def __init__(self, step: Step, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.rule = QLabel(tr(step.rule))
        self.rule.setWordWrap(True)
        self.rule.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        set_role(self.rule, "section")
        self.line = FormulaLabel(step.latex, overflow="wrap", size_px=SIZE_PX)
        column.addWidget(self.rule)
        column.addWidget(self.line)


class ExplanationDialog(QDialog):
    """The derivation of one partial derivative, with the others a click away.

    Args:
        shown: the partials as the app shows them, in the formula language, by variable: the last lines.
    """

    def __init__(
        self, formula: Formula, variable: str, shown: dict[str, str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._formula = formula
        self._shown = shown
        self.steps: tuple[Step, ...] = ()
        self.rows: list[StepRow] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        self.choice: Segmented | None = None
        if len(formula.variables) > 1:
            name = formula.name or "f"
            options = [(variable, f"∂{name}/∂{name_text(variable)}") for variable in formula.variables]
            self.choice = Segmented(options, tr("With respect to"))
            self.choice.chosen.connect(self.show_variable)
            column.addWidget(self.choice, 0, Qt.AlignmentFlag.AlignLeft)
        self.held = FormulaLabel(overflow="wrap", size_px=15.0, selectable=False)
        column.addWidget(self.held)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column.addWidget(self._scroll, 1)
        buttons = QHBoxLayout()
        self.copy = QPushButton(tr("Copy as LaTeX"))
        self.copy.setAutoDefault(False)
        self.copy.clicked.connect(self.copy_latex)
        close = QPushButton(tr("Close"))
        close.setDefault(True)
        set_role(close, "primary")
        close.clicked.connect(self.close)
        buttons.addWidget(self.copy)
        buttons.addStretch(1)
        buttons.addWidget(close)
        column.addLayout(buttons)
        self.show_variable(variable)
        fit_on_screen(self, SIZE)

    def show_variable(self, variable: object) -> None:
        """Show the derivation with respect to `variable`."""
        variable = str(variable)
        name = self._formula.name or "f"
        d = "∂" if len(self._formula.variables) > 1 else "d"
        self.setWindowTitle(tr("How? {derivative}", derivative=f"{d}{name}/{d}{name_text(variable)}"))
        if self.choice is not None:
            self.choice.set_key(variable)
        self._say_what_is_held(variable)
        self.steps = explain(self._formula, variable, self._shown.get(variable), held_colour=HELD)
        card = Card()
        card.body.setSpacing(16)
        self.rows = [StepRow(step) for step in self.steps]
        for row in self.rows:
            card.body.addWidget(row)
        card.body.addStretch(1)
        self._scroll.setWidget(card)

    def _say_what_is_held(self, variable: str) -> None:
        held = [name for name in self._formula.variables if name != variable]
        self.held.setVisible(bool(held))
        symbols = ", ".join(rf"$\textcolor{{{HELD}}}{{{name_latex(name)}}}$" for name in held)
        text = tr(
            "Only {variable} varies. Held constant, like numbers:", variable=f"${name_latex(variable)}$"
        )
        self.held.set_text(f"{text} {symbols}")

    def copy_latex(self) -> None:
        """The whole derivation to the clipboard, as an align environment with the rules beside the lines."""
        lines = [
            rf"  {_aligned(without_colors(step.latex))} && \text{{{_escaped(tr(step.rule))}}}"
            for step in self.steps
        ]
        copy_text("\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}\n")


def _aligned(line: str) -> str:
    """`line` with the alignment mark before its first equals sign."""
    return line.replace("=", "&=", 1)


def _escaped(text: str) -> str:
    return "".join(f"\\{letter}" if letter in "&%$#_{}" else letter for letter in text)
