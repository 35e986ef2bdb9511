"""The worked step of a card: its lines as formulas, as fully spelled out as there is room for. Any thread."""

from collections.abc import Sequence
from typing import Final

from engine.descent.run import Run
from engine.words.step_text import StepLine, worked_step
from gui.theme import Theme, term_color

COLORED: Final = frozenset({"gradient", "momentum", "direction", "update"})


def worked_formulas(run: Run, step: int, variables: Sequence[str], theme: Theme) -> list[list[str]]:
    """The step from point `step` to the next, in several lengths, the longest first.

    The rule with its numbers and its value; the numbers and the value; the value only, but for the new
    point. The terms have the colours of their arrows in the views.
    """
    lines = worked_step(run, step, variables)
    whole = [_formula(line, (line.symbolic, line.numeric, line.result), theme) for line in lines]
    numbers = [_formula(line, (line.numeric or line.symbolic, line.result), theme) for line in lines]
    values = [
        _formula(line, (line.numeric if line.role == "point" else "", line.result), theme) for line in lines
    ]
    return [whole, numbers, values]


def _formula(line: StepLine, sides: Sequence[str], theme: Theme) -> str:
    left = line.left
    if line.role in COLORED:
        left = rf"\textcolor{{{term_color(line.role, theme).name()}}}{{{left}}}"
    return " = ".join([left, *(side for side in sides if side)])
