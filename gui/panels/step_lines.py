"""The lines of a worked step from the terms of the run. GUI thread."""

from msgspec import Struct

from engine.i18n import Message, message
from engine.solution import Floats, Run
from gui.panels.symbols import number_latex


class StepLine(Struct, frozen=True):
    """One line. symbol: of the term; tex: what stands right of its equals sign."""

    symbol: str
    name: Message
    role: str
    tex: str


def worked_step(run: Run, step: int) -> tuple[StepLine, ...]:
    """The terms of the step from point `step` to the next, and the new point."""
    lines = [StepLine(term.symbol, term.name, term.role, _vector(term.values[step])) for term in run.terms]
    old, new = _vector(run.points[step]), _vector(run.points[step + 1])
    moved = rf"\theta_{{{step}}} + \Delta\theta = {old} + {_vector(run.points[step + 1] - run.points[step])}"
    lines.append(StepLine(rf"\theta_{{{step + 1}}}", message("new point"), "point", f"{moved} = {new}"))
    return tuple(lines)


def _vector(values: Floats) -> str:
    numbers = [number_latex(float(value)) for value in values]
    inside = r",\; ".join(numbers)
    return inside if len(numbers) == 1 else rf"\left({inside}\right)"
