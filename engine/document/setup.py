"""Which variable is what: a Lab's choices resolved against its formula, and judged.

Any thread; numpy only.
"""

import math
from collections.abc import Iterator
from typing import Final

import numpy as np
from msgspec import Struct
from msgspec.structs import force_setattr, replace

from engine.base.arrays import Floats
from engine.base.i18n import Message, message, quoting
from engine.document.axes import TwoVariables
from engine.document.classes import check_numbers
from engine.document.lab import AXES, Data, Lab, Point, Variable
from engine.document.losses import check_loss, loss_as_formula, takes_classes
from engine.document.roles import Assigned, assign
from engine.document.starts import DEFAULT_VALUE, drawn_starts, usual_start
from engine.formula import Formula, FormulaError, parse
from engine.formula.names import is_name, name_key, name_text

DEFAULT_RANGE: Final = (-5.0, 5.0)
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

    def __post_init__(self) -> None:
        force_setattr(self, "message", quoting(self.message))


class Axis(Struct, frozen=True):
    """A drawn variable, or the coordinate along a drawn direction, and its range, lo < hi.

    Attributes:
        title: what the direction is; None of a variable.
    """

    name: str
    lo: float
    hi: float
    title: Message | None = None


class Setup(Struct, frozen=True, kw_only=True):
    """A Lab's variables resolved against its formula.

    Attributes:
        variables: all of the formula, in its order.
        axes: the drawn ones, horizontal first; one or two (none for a constant).
        descended: the d variables that runs move: the axes and the free ones, in the formula's order.
        held: the values of the others, with their slider ranges in `held_range`.
        starts: shape (s, d), float64.
        lo, hi: the domain box of `descended`, shape (d,); infinite for a free variable without a range,
            and for a weight that is drawn as wide as its path.
        roles: why each of `variables` is what it is.
        start_seed: what the starts that were not chosen were drawn with; None where none was drawn.
        open_axes: of the weights of a network, those drawn over no range that anybody chose: what is drawn
            of them is as wide as the paths (`engine.solving.ranges`).
    """

    variables: tuple[str, ...]
    axes: tuple[Axis, ...]
    descended: tuple[str, ...]
    held: dict[str, float]
    held_range: dict[str, tuple[float, float]]
    starts: Floats
    lo: Floats
    hi: Floats
    roles: dict[str, Assigned] = {}
    start_seed: int | None = None
    open_axes: tuple[str, ...] = ()

    @property
    def drawn(self) -> tuple[int, ...]:
        """The indices of the axes in `descended`."""
        return tuple(self.descended.index(axis.name) for axis in self.axes)


def draws_directions(lab: Lab, setup: Setup) -> bool:
    """Whether the axes are directions; of no more variables than are drawn there is one plane."""
    return not isinstance(lab.axes, TwoVariables) and len(setup.descended) > len(setup.axes)


def formula_of(lab: Lab) -> Formula:
    """The formula of `lab`, a function of its variables in the lab's order, over its table.

    Raises:
        FormulaError: it cannot be read, does not fit the order, reckons with a column of classes, or is a
            model that the lab's loss cannot compare with its column.
    """
    data = lab.data or Data()
    formula = ordered(parse(lab.formula, data=data.columns, loss=loss_as_formula(lab.loss)), lab.order)
    check_loss(formula, lab.loss, data)
    check_numbers(formula, data, takes_classes(formula, lab.loss, data))
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


def roles_of(lab: Lab, formula: Formula) -> dict[str, Assigned]:
    """What each variable of `formula` is, by the choices of `lab` and the rule."""
    chosen = {name: choice.role for name, choice in lab.variables.items() if choice.role is not None}
    return assign(
        formula.variables,
        chosen=chosen,
        others=lab.others,
        declared=formula.declared,
        columns=formula.columns,
        network=lab.network is not None,
    )


def resolve(
    lab: Lab, formula: Formula, drawn: Floats | None = None
) -> tuple[Setup | None, tuple[Problem, ...]]:
    """The Setup of `lab` for `formula`, or None where a problem is fatal; and the problems.

    Args:
        drawn: (s, v), where runs start in the variables for which no start was chosen; the usual place
            if it is not given.
    """
    roles = roles_of(lab, formula)
    choices = {name: lab.variables.get(name, Variable()) for name in roles}
    ranges = {name: _range(choice) for name, choice in choices.items()}
    axes = {name: ranges[name] for role in AXES for name, each in roles.items() if each.role == role}
    free: dict[str, tuple[float, float] | None] = {
        name: ranges[name] if _is_bounded(choices[name]) else None
        for name, each in roles.items()
        if each.role == "free"
    }
    held = {name: _value(choices[name]) for name, each in roles.items() if each.role == "held"}
    box = axes | {name: span for name, span in free.items() if span is not None}
    problems = [_range_problem(name, lo, hi) for name, (lo, hi) in box.items()]
    problems += [_value_problem(name, value) for name, value in held.items()]
    if not axes:
        problems.append(
            Problem(
                "variables",
                message("Every variable is held constant, so there is nothing to draw."),
                hint=message("Choose an axis for one of them."),
            )
        )
    fatal = tuple(problem for problem in problems if problem is not None)
    if fatal:
        return None, fatal

    descended = tuple(name for name in roles if name not in held)
    normal = drawn is None and bool(formula.columns)
    if drawn is not None:
        defaults = [dict(zip(formula.variables, row, strict=True)) for row in drawn.tolist()]
    elif normal:
        defaults = drawn_starts(len(lab.starts), formula.variables, lab.seed)
    else:
        defaults = [usual_start(axes, free)] * len(lab.starts)
    points = [default | chosen for default, chosen in zip(defaults, lab.starts, strict=True)]
    starts = np.array([[point[name] for name in descended] for point in points], dtype=np.float64)
    open_ends = (-math.inf, math.inf)
    open_axes = tuple(name for name in axes if lab.network is not None and not _is_bounded(choices[name]))
    box = {name: span for name, span in box.items() if name not in open_axes}
    setup = Setup(
        variables=formula.variables,
        axes=tuple(Axis(name, *span) for name, span in axes.items()),
        descended=descended,
        held=held,
        held_range={
            name: (min(ranges[name][0], value), max(ranges[name][1], value)) for name, value in held.items()
        },
        starts=starts,
        lo=np.array([box.get(name, open_ends)[0] for name in descended]),
        hi=np.array([box.get(name, open_ends)[1] for name in descended]),
        roles=roles,
        start_seed=lab.seed
        if drawn is None and formula.columns and _leave_open(lab.starts, descended)
        else None,
        open_axes=open_axes,
    )
    ranged = {name: span for name, span in axes.items() if name not in open_axes}
    return setup, tuple(_start_problems(starts, descended, ranged))


def keep_axes(lab: Lab, axes: tuple[str, ...], formula: Formula) -> dict[str, Variable]:
    """The choices of `lab` with which its axes stay the variables `axes` in `formula`.

    Unchanged where one of them is no variable there, or another has been given the role of one.
    """
    roles = roles_of(lab, formula)
    now = {each.role: name for name, each in roles.items()}
    kept = [name for name in axes if name in roles and roles[name].role != "held"]
    wanted = AXES[: len(axes)]
    taken = any(name not in axes and lab.variables.get(name, Variable()).role in wanted for name in roles)
    if tuple(kept) != axes or taken or tuple(now.get(role) for role in wanted) == axes:
        return lab.variables
    return lab.variables | {
        name: replace(lab.variables.get(name, Variable()), role=role)
        for name, role in zip(axes, wanted, strict=True)
    }


def _range(choice: Variable) -> tuple[float, float]:
    return (
        DEFAULT_RANGE[0] if choice.lo is None else choice.lo,
        DEFAULT_RANGE[1] if choice.hi is None else choice.hi,
    )


def _value(choice: Variable) -> float:
    return DEFAULT_VALUE if choice.value is None else choice.value


def _is_bounded(choice: Variable) -> bool:
    return choice.lo is not None or choice.hi is not None


def _leave_open(starts: tuple[Point, ...], names: tuple[str, ...]) -> bool:
    return any(name not in start for start in starts for name in names)


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


def _value_problem(name: str, value: float) -> Problem | None:
    if math.isfinite(value):
        return None
    return Problem(f"variables.{name}.value", message("{name} needs a number.", name=name_text(name)))


def _start_problems(
    starts: Floats, names: tuple[str, ...], axes: dict[str, tuple[float, float]]
) -> Iterator[Problem]:
    for i, row in enumerate(starts):
        for name, value in zip(names, row, strict=True):
            lo, hi = axes.get(name, (-math.inf, math.inf))
            if not math.isfinite(value):
                yield Problem(
                    f"starts.{i}.{name}",
                    message("The start in {name} needs a number.", name=name_text(name)),
                )
            elif not lo <= value <= hi:
                yield Problem(
                    f"starts.{i}.{name}",
                    message(
                        "The start {name} = {value} lies outside the drawn range [{lo}, {hi}].",
                        name=name_text(name),
                        value=f"{value:.4g}",
                        lo=f"{lo:.4g}",
                        hi=f"{hi:.4g}",
                    ),
                    hint=message("The run is computed all the same, but begins out of sight."),
                    fatal=False,
                )
