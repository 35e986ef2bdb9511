"""What a person should know of a function before pressing play, in sentences with numbers.

Runs on the engine thread; numpy only.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from engine.analysis.critical_points import MOST_POINTS
from engine.analysis.findings import CriticalPoint, Family, Kind
from engine.analysis.landscape import Landscape
from engine.analysis.stability import LocalModel, local_model
from engine.analysis.wording import direction_text, number, place
from engine.base.arrays import Floats
from engine.base.i18n import Message, message
from engine.base.vectors import unit
from engine.document.setup import Setup
from engine.function.sampled import Field
from engine.program.function import DENSE, Function, dense_hessian

SAME_HESSIAN: Final = 1e-9  # relative: then L counts as quadratic
SINGULAR: Final = 1e-9  # of the largest eigenvalue
SAME_VALUE: Final = 1e-9  # of the largest critical value: closer values are equal
FEW, SAMPLED = 6, 64  # of few variables so many Hessians are compared, of more 8
SHOWN: Final = 3  # points of a sort that get a sentence of their own


def diagnose(
    function: Function,
    setup: Setup,
    points: Sequence[CriticalPoint],
    families: Sequence[Family],
    field: Field | None = None,
    gave_up: Message | None = None,
) -> tuple[Message, ...]:
    """Sentences about the landscape: its minima and what η they bear, or why descent finds none.

    Args:
        gave_up: why there may be more critical points than these.
    """
    with np.errstate(all="ignore"):
        landscape = Landscape(function, setup.lo, setup.hi)
        if landscape.d == 0:
            return ()
        quadratic = _quadratic_model(landscape, points)
        if quadratic is not None:
            return _of_quadratic(setup, quadratic, points)
        if gave_up is not None and not points and not families:
            return (gave_up,)
        return (
            *(() if gave_up is None else (gave_up,)),
            *_of_minima(setup, points, families, field, whole=gave_up is None),
            *_of_families(setup, families),
            *_of_degenerate(setup, points),
        )


def lacks_minimum(points: Sequence[CriticalPoint], families: Sequence[Family]) -> bool:
    """Whether none of them is, or may be, a minimum."""
    return {item.kind for item in points} | {item.kind for item in families} <= {"saddle", "maximum"}


def _quadratic_model(landscape: Landscape, points: Sequence[CriticalPoint]) -> LocalModel | None:
    """The model at the middle of the box, if the Hessian is the same everywhere; else None."""
    if len(points) > 1 or landscape.d > DENSE:
        return None
    random = np.random.default_rng(0)
    count = SAMPLED if landscape.d <= FEW else 8
    theta = landscape.lo + landscape.widths * random.random((count, landscape.d))
    theta = np.concatenate([theta, *(point.point[None] for point in points)])
    hessians = dense_hessian(landscape.function, theta)
    if not np.isfinite(hessians).all():
        return None
    size = np.abs(hessians).max()
    slopes = landscape.function.gradient(theta)
    if size == 0 and not (slopes == slopes[0]).all():  # straight pieces with kinks between them, |x| + |y|
        return None
    # A Hessian like |x|'s is 0 wherever it is sampled; the gradient then gives the kink away.
    predicted = slopes[0] + np.einsum("ij,sj->si", hessians[0], theta - theta[0])
    steepness = max(float(np.abs(slopes).max()), 1e-300)
    if np.abs(hessians - hessians[0]).max() > SAME_HESSIAN * size:
        return None
    if np.abs(slopes - predicted).max() > 1e-6 * steepness:
        return None
    way = theta - theta[0]
    values = landscape.function.value(theta)
    heights = values[0] + way @ slopes[0] + 0.5 * np.einsum("si,ij,sj->s", way, hessians[0], way)
    if not np.abs(values - heights).max() <= 1e-6 * np.abs(values).max():  # steps between plateaus, floor(x)
        return None
    model = local_model(landscape.function, landscape.center)
    # The middle may be a hole, as that of x²/x.
    return model if np.isfinite(model.eigenvalues).all() else local_model(landscape.function, theta[0])


def _of_quadratic(setup: Setup, model: LocalModel, points: Sequence[CriticalPoint]) -> tuple[Message, ...]:
    values = model.eigenvalues
    largest = np.abs(values).max()
    if largest == 0:
        if not model.gradient.any():
            return (message("f is constant: every point is stationary, and descent does not move."),)
        return (
            message(
                "f is a plane: it has the same slope everywhere and no critical point. "
                "Descent goes on for ever along ({direction}).",
                direction=direction_text(-unit(model.gradient)),
            ),
        )
    listed = ", ".join(number(value) for value in values)
    where = _center_text(setup, model, points)
    lowest, highest = values[0] / largest, values[-1] / largest
    if lowest > SINGULAR:
        first = message(
            "{where} is the only minimum: f is quadratic, and its Hessian has the eigenvalues {values} > 0.",
            where=where,
            values=listed,
        )
        return (first, _stability(model.eigenvalues))
    if lowest < -SINGULAR and highest > SINGULAR:
        return (
            message(
                "{where} is a saddle, not a minimum: the Hessian has the eigenvalues {values}. "
                "f has no minimum: along ({direction}) it falls without end, so descent diverges "
                "whatever the learning rate.",
                where=where,
                values=listed,
                direction=direction_text(model.eigenvectors[:, 0]),
            ),
        )
    if lowest < -SINGULAR:
        return (
            message(
                "f has no minimum: its Hessian has no positive eigenvalue ({values}). "
                "It falls without end, so descent diverges whatever the learning rate.",
                values=listed,
            ),
        )
    flat = model.eigenvectors[:, np.abs(values) <= SINGULAR * largest]
    slope_along = np.abs(flat.T @ model.gradient).max()
    if slope_along > 1e-9 * max(1.0, float(np.abs(model.gradient).max())):
        return (
            message(
                "f has no minimum: along ({direction}) it has no curvature but a slope, "
                "and falls without end.",
                direction=direction_text(-flat[:, 0] * np.sign(flat[:, 0] @ model.gradient)),
            ),
        )
    return (
        message(
            "f has a straight valley floor: along ({direction}) its Hessian has the eigenvalue 0. "
            "Every point of the floor is a minimum, and descent ends at the one it reaches first.",
            direction=direction_text(flat[:, 0]),
        ),
        _stability(model.eigenvalues),
    )


def _center_text(setup: Setup, model: LocalModel, points: Sequence[CriticalPoint]) -> Message:
    """The critical point of a quadratic, also where it lies outside of the box."""
    center = points[0].point if points else model.point + model.step
    inside = bool(((center >= setup.lo) & (center <= setup.hi)).all())
    where = place(center, setup)
    if inside or points:
        return message("({place})", place=where)
    return message("({place}), outside of the drawn range,", place=where)


def _stability(eigenvalues: Floats) -> Message:
    positive = eigenvalues[eigenvalues > SINGULAR * np.abs(eigenvalues).max()]
    limit = 2.0 / positive[-1]
    condition = positive[-1] / positive[0]
    if len(positive) < 2 or condition < 1.0 + 1e-9:
        return message(
            "Gradient descent is stable there for η < 2/λ_max = {limit}, and fastest at η = {best}.",
            limit=number(limit),
            best=number(2.0 / (positive[0] + positive[-1])),
        )
    return message(
        "Gradient descent is stable there for η < 2/λ_max = {limit}, and fastest at η = {best}. "
        "The condition number λ_max/λ_min is {condition}: each step then still leaves {rate} % of the error.",
        limit=number(limit),
        best=number(2.0 / (positive[0] + positive[-1])),
        condition=number(condition),
        rate=number(100.0 * (condition - 1.0) / (condition + 1.0)),
    )


def _of_minima(
    setup: Setup,
    points: Sequence[CriticalPoint],
    families: Sequence[Family],
    field: Field | None,
    whole: bool,
) -> tuple[Message, ...]:
    minima = [point for point in points if point.kind == "minimum"]
    said: list[Message] = []
    if points:
        said.append(_counted(points))
    elif whole and not families:
        said.append(message("No critical point lies in the drawn range: the slope is nowhere 0."))
    if minima:
        best = minima[0]
        said.append(_lowest(setup, points, minima))
        if len(minima) > 1 and all(np.isfinite(point.eigenvalues).all() for point in minima):
            said.append(_limits(minima))
        elif np.isfinite(best.eigenvalues).all():
            said.append(_stability(best.eigenvalues))
        else:
            said.append(
                message(
                    "It sits at a kink, where f has no gradient: the slope does not fade towards it, "
                    "so steps of constant η jump across it."
                )
            )
    elif whole and lacks_minimum(points, families):
        said.append(_no_minimum(setup, field))
    return tuple(said)


def _lowest(setup: Setup, points: Sequence[CriticalPoint], minima: Sequence[CriticalPoint]) -> Message:
    """The value of the lowest of `minima`, which come lowest first, and where; and how many share it."""
    best = minima[0]
    size = max(abs(point.value) for point in points)
    alike = sum(point.value - best.value <= SAME_VALUE * size for point in minima)
    value, where = number(best.value), place(best.point, setup)
    if len(minima) == 1:
        return message("The minimum is f = {value} at {place}.", value=value, place=where)
    if alike == len(minima) == 2:
        return message("Both minima have f = {value}.", value=value)
    if alike == len(minima):
        return message("All {count} minima have f = {value}.", count=alike, value=value)
    if alike > 1:
        return message(
            "The lowest value, f = {value}, belongs to {count} of the minima; one lies at {place}.",
            value=value,
            count=alike,
            place=where,
        )
    return message("The lowest minimum is f = {value} at {place}.", value=value, place=where)


def _limits(minima: Sequence[CriticalPoint]) -> Message:
    """The stable η, which is that of the minimum that a run reaches."""
    limits = [2.0 / float(point.eigenvalues[-1]) for point in minima]
    low, high = number(min(limits)), number(max(limits))
    if low == high:
        return message("Gradient descent is stable at each of them for η < 2/λ_max = {limit}.", limit=low)
    return message(
        "Gradient descent is stable for η < 2/λ_max of the minimum that the run reaches: from {low} at the "
        "sharpest of them to {high} at the widest.",
        low=low,
        high=high,
    )


def _counted(points: Sequence[CriticalPoint]) -> Message:
    """How many points of each kind there are; kinds that do not occur are left out."""
    parts: Message | None = None
    for kind, one in _ONE.items():
        count = sum(point.kind == kind for point in points)
        if count:
            part = message(one) if count == 1 else message(_MANY[kind], count=count)
            parts = part if parts is None else message("{first}, {then}", first=parts, then=part)
    if len(points) >= MOST_POINTS:
        return message(
            "The drawn range holds more than {most} critical points; the lowest minima are listed.",
            most=MOST_POINTS,
        )
    return message("In the drawn range: {counts}.", counts=parts or message("none"))


def _no_minimum(setup: Setup, field: Field | None) -> Message:
    if field is None or not field.finite.any():
        return message("No minimum lies in the drawn range: descent leaves it.")
    values = np.where(field.finite, field.z, np.inf)
    j, i = np.unravel_index(int(values.argmin()), values.shape)
    lowest = ", ".join(
        f"{axis.name} = {number(value)}"
        for axis, value in zip(setup.axes, (field.x[i], field.y[j]), strict=False)
    )
    return message(
        "No minimum lies in the drawn range: the lowest value drawn is f = {value} at {place}, "
        "and from there f falls further outside.",
        value=number(float(values[j, i])),
        place=lowest,
    )


_ONE: Final[dict[Kind, str]] = {
    "minimum": "1 minimum",
    "saddle": "1 saddle",
    "maximum": "1 maximum",
    "degenerate": "1 degenerate point",
}
_MANY: Final[dict[Kind, str]] = {
    "minimum": "{count} minima",
    "saddle": "{count} saddles",
    "maximum": "{count} maxima",
    "degenerate": "{count} degenerate points",
}
_FAMILY_TEXTS: Final[dict[Kind, str]] = {
    "minimum": "A whole curve of minima, f = {value}, runs through {place}: descent ends at the point of it "
    "that it reaches first.",
    "maximum": "A whole curve of maxima, f = {value}, runs through {place}.",
    "saddle": "A whole curve of saddles, f = {value}, runs through {place}.",
    "degenerate": "A whole curve of degenerate points, f = {value} with slope 0, runs through {place}: "
    "descent does not move there.",
}
_REGION: Final = (
    "Around {place} lies a plateau: f is {value} all over it, every point of it is stationary, "
    "and descent does not move there."
)


def _of_families(setup: Setup, families: Sequence[Family]) -> tuple[Message, ...]:
    said = []
    for family in families[:SHOWN]:
        middle = family.points[len(family.points) // 2]
        text = _REGION if family.region else _FAMILY_TEXTS[family.kind]
        said.append(message(text, value=number(family.value), place=place(middle, setup)))
    if len(families) > SHOWN:
        said.append(message("There are {count} such curves or regions in all.", count=len(families)))
    return tuple(said)


def _of_degenerate(setup: Setup, points: Sequence[CriticalPoint]) -> tuple[Message, ...]:
    degenerate = [point for point in points if point.kind == "degenerate"][:SHOWN]
    return tuple(
        message(
            "({place}) is degenerate: the Hessian has the eigenvalues {values}, so the second derivatives "
            "do not decide what kind of point it is.",
            place=place(point.point, setup),
            values=", ".join(number(value) for value in point.eigenvalues),
        )
        for point in degenerate
    )
