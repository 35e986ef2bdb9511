"""The worked step as lines of LaTeX: the rule, and the same with its numbers. Any thread."""

from engine.solution import Run, Solution
from engine.writers.latex import vector

DIGITS = 4


def worked_lines(solution: Solution, run: Run, step: int) -> list[str]:
    """The step from point `step` to the next: the rule in symbols, each term with its numbers, the result."""
    lines = [run.racer.optimizer.formula]
    lines += [f"{term.symbol} = {_shown(term.values[step])}" for term in run.terms if term.role == "gradient"]
    here, there = run.points[step], run.points[step + 1]
    return [
        *lines,
        rf"\theta_{{{step + 1}}} = {_shown(here)} + {_shown(there - here)} = {_shown(there)}",
    ]


def _shown(values: object) -> str:
    return vector(values, DIGITS)  # type: ignore[arg-type]
