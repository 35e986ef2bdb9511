"""The worked step as formulas: the rule, each term with its numbers, the new point. Any thread."""

from engine.solution import Run
from gui.panels.step_lines import worked_step
from gui.theme import Theme, term_color

COLORED = frozenset({"gradient", "momentum", "update"})


def worked_formulas(run: Run, step: int, theme: Theme) -> list[str]:
    """The step from point `step` to the next; the terms in the colours of their arrows in the views."""
    formulas = [part.strip() for part in run.racer.optimizer.formula.split(r",\quad")]
    for line in worked_step(run, step):
        symbol = line.symbol
        if line.role in COLORED:
            symbol = rf"\textcolor{{{term_color(line.role, theme).name()}}}{{{symbol}}}"
        formulas.append(f"{symbol} = {line.tex}")
    return formulas
