"""Which variable is what: a Lab's choices resolved against its formula, and judged.

Any thread; numpy only.
"""

import math
from typing import Final

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from engine.base.arrays import Floats
from engine.base.i18n import Message, message
from engine.document.classes import check_numbers
from engine.document.lab import Data, Lab, Role, Variable
from engine.formula import Formula, FormulaError, parse
from engine.formula.names import is_name, name_key, name_text

DEFAULT_RANGE: Final = (-5.0, 5.0)
DEFAULT_VALUE: Final = 1.0
START_FRACTIONS: Final = (0.9, 0.8)  # of the first and the second axis: (4, 3) in [−5, 5]²
NARROWEST: Final = 1e-12  # of the magnitude of the ends: below it neighbouring samples coincide


class Problem(Struct, frozen=True):
    """Something the user should change.

    Attributes:
        place: the path of the field it belongs beside: "formula", "variables.x.lo", "starts.0.y",
            "racers.1.optimizer.lr", "steps", "data".
        span: for "formula", the (from, to) characters of the text.
        fatal: the later stages could not run; the last good picture stays.
    """

    place: str
    message: Message
    span: tuple[int, int] | None = None
    hint: Message | None = None
    fatal: bool = True


class Axis(Struct, frozen=True):
    """A drawn variable and its range, lo < hi."""

    name: str
    lo: float
    hi: float


class Setup(Struct, frozen=True, kw_only=True):
    """A Lab's variables resolved against its formula.

    Attributes:
        variables: all of the formula, in its order.
        axes: the drawn ones, horizontal first; one or two (none for a constant).
        descended: the d variables that runs move: the axes and the free ones, in the formula's order.
        held: the values of the others, with their slider ranges in `held_range`.
        starts: shape (s, d), float64.
        lo, hi: the domain box of `descended`, shape (d,); infinite for a free variable.
    """

    variables: tuple[str, ...]
    axes: tuple[Axis, ...]
    descended: tuple[str, ...]
    held: dict[str, float]
    held_range: dict[str, tuple[float, float]]
    starts: Floats
    lo: Floats
    hi: Floats

    @property
    def drawn(self) -> tuple[int, ...]:
        """The indices of the axes in `descended`."""
        return tuple(self.descended.index(axis.name) for axis in self.axes)


def formula_of(lab: Lab) -> Formula:
    """The formula of `lab`, a function of its variables in the lab's order, over its table.

    Raises:
        FormulaError: it cannot be read, does not fit the order, or reckons with a column of classes.
    """
    data = lab.data or Data()
    formula = ordered(parse(lab.formula, data=data.columns), lab.order)
    check_numbers(formula, data)
    return formula


def ordered(formula: Formula, order: tuple[str, ...]) -> Formula:
    """`formula` as a function of the variables of `order` (if any is given), which may be more than it uses.

    Raises:
        FormulaError: the formula uses a variable that is not in `order`, or no formula could write one of it.
    """
    if not order:
        return formula
    strange = [name for name in order if not is_name(name)]
    if strange:
        raise FormulaError(
            message("“{name}” cannot name a variable", name=strange[0][:40]), (0, len(formula.text))
        )
    spelling = {name_key(name): name for name in formula.variables}
    order = tuple(spelling.get(name_key(name), name) for name in order)
    unknown = [name for name in formula.variables if name not in order]
    if unknown:
        raise FormulaError(
            message("{name} is not among the variables {order}.", name=unknown[0], order=", ".join(order)),
            (0, len(formula.text)),
        )
    return replace(formula, variables=order)


def resolve(lab: Lab, formula: Formula) -> tuple[Setup | None, tuple[Problem, ...]]:
    """The Setup of `lab` for `formula`, or None where a problem is fatal; and the problems.

    The axes are the variables with these roles; what is missing is filled with the first variables that have
    no role of their own. The rest get the role `lab.others`.
    """
    names = formula.variables
    horizontal, vertical = _axis_names(lab, names)
    problems: list[Problem] = []
    axes = []
    for name in (horizontal, vertical):
        if name is None:
            continue
        lo, hi = _range(lab.variables.get(name, Variable()))
        problem = _range_problem(name, lo, hi)
        if problem:
            problems.append(problem)
        axes.append(Axis(name, lo, hi))
    if not axes:
        problems.append(
            Problem(
                "variables",
                message("Every variable is held constant, so there is nothing to draw."),
                hint=message("Choose an axis for one of them."),
            )
        )
    if any(problem.fatal for problem in problems):
        return None, tuple(problems)

    drawn = {axis.name: axis for axis in axes}
    held, held_range = {}, {}
    descended = []
    for name in names:
        choice = lab.variables.get(name, Variable())
        if name in drawn or (choice.role or lab.others) != "held":
            descended.append(name)
            continue
        value = DEFAULT_VALUE if choice.value is None else choice.value
        lo, hi = _range(choice)
        if not math.isfinite(value):
            problems.append(
                Problem(f"variables.{name}.value", message("{name} needs a number.", name=name_text(name)))
            )
            return None, tuple(problems)
        held[name] = value
        held_range[name] = (min(lo, value), max(hi, value))

    starts, start_problems = _starts(lab, tuple(descended), drawn)
    problems += start_problems
    bounds = [(drawn[n].lo, drawn[n].hi) if n in drawn else (-math.inf, math.inf) for n in descended]
    setup = Setup(
        variables=names,
        axes=tuple(axes),
        descended=tuple(descended),
        held=held,
        held_range=held_range,
        starts=starts,
        lo=np.array([lo for lo, _ in bounds]),
        hi=np.array([hi for _, hi in bounds]),
    )
    return setup, tuple(problems)


def keep_axes(lab: Lab, axes: tuple[str, ...], names: tuple[str, ...]) -> dict[str, Variable]:
    """The choices of `lab` with which its axes stay the variables `axes` in a formula of `names`.

    Unchanged where `names` lacks one of them, or another has been given the role of one.
    """
    roles: dict[str, Role] = dict(zip(axes, ("horizontal", "vertical"), strict=False))
    others = {lab.variables.get(name, Variable()).role for name in names if name not in roles}
    if _axis_names(lab, names)[: len(axes)] == axes or not roles.keys() <= set(names):
        return lab.variables
    if others & set(roles.values()):
        return lab.variables
    kept = {name: replace(lab.variables.get(name, Variable()), role=role) for name, role in roles.items()}
    return lab.variables | kept


def default_start(index: int, axis: Axis | None) -> float:
    """Where a run starts in a variable for which no start was chosen; `index` counts the axes."""
    if axis is None:
        return DEFAULT_VALUE
    return axis.lo + START_FRACTIONS[index] * (axis.hi - axis.lo)


def _axis_names(lab: Lab, names: tuple[str, ...]) -> tuple[str | None, str | None]:
    roles = {name: lab.variables.get(name, Variable()).role for name in names}
    horizontal = next((name for name in names if roles[name] == "horizontal"), None)
    vertical = next((name for name in names if roles[name] == "vertical" and name != horizontal), None)
    open_names = [name for name in names if roles[name] is None]
    if horizontal is None:
        horizontal = open_names.pop(0) if open_names else None
    if vertical is None:
        vertical = open_names.pop(0) if open_names else None
    return (horizontal, vertical) if horizontal is not None else (vertical, None)


def _range(choice: Variable) -> tuple[float, float]:
    return (
        DEFAULT_RANGE[0] if choice.lo is None else choice.lo,
        DEFAULT_RANGE[1] if choice.hi is None else choice.hi,
    )


def _range_problem(name: str, lo: float, hi: float) -> Problem | None:
    if not (math.isfinite(lo) and math.isfinite(hi)):
        return Problem(
            f"variables.{name}.lo", message("The range of {name} needs two numbers.", name=name_text(name))
        )
    if lo > hi:
        return Problem(
            f"variables.{name}.hi",
            message("The range of {name} ends before it starts.", name=name_text(name)),
            hint=message("Swap the two numbers."),
        )
    if hi - lo <= NARROWEST * max(abs(lo), abs(hi)):
        return Problem(
            f"variables.{name}.hi",
            message("The range of {name} has no width.", name=name_text(name)),
            hint=message("Choose an end greater than {lo}.", lo=f"{lo:.4g}"),
        )
    if not math.isfinite(hi - lo):
        return Problem(
            f"variables.{name}.hi", message("The range of {name} is too wide.", name=name_text(name))
        )
    return None


def _starts(lab: Lab, descended: tuple[str, ...], drawn: dict[str, Axis]) -> tuple[Floats, list[Problem]]:
    order = list(drawn)
    defaults = [
        default_start(order.index(name) if name in drawn else -1, drawn.get(name)) for name in descended
    ]
    starts = np.array(
        [
            [start.get(name, default) for name, default in zip(descended, defaults, strict=True)]
            for start in lab.starts
        ],
        dtype=np.float64,
    ).reshape(len(lab.starts), len(descended))
    problems = []
    for i, row in enumerate(starts):
        for name, value in zip(descended, row, strict=True):
            axis = drawn.get(name)
            if not math.isfinite(value):
                problems.append(
                    Problem(
                        f"starts.{i}.{name}",
                        message("The start in {name} needs a number.", name=name_text(name)),
                    )
                )
            elif axis is not None and not axis.lo <= value <= axis.hi:
                problems.append(
                    Problem(
                        f"starts.{i}.{name}",
                        message(
                            "The start {name} = {value} lies outside the drawn range [{lo}, {hi}].",
                            name=name_text(name),
                            value=f"{value:.4g}",
                            lo=f"{axis.lo:.4g}",
                            hi=f"{axis.hi:.4g}",
                        ),
                        hint=message("The run is computed all the same, but begins out of sight."),
                        fatal=False,
                    )
                )
    return starts, problems
