"""What is said of a run that has come to rest: at a minimum, on a plateau, or at a point that is none.

Runs on the engine thread; numpy only.
"""

from typing import Final

import numpy as np

from engine.analysis.kinks import is_kinked
from engine.analysis.landscape import Landscape
from engine.analysis.stability import LocalModel, local_model
from engine.analysis.wording import direction_text, number, place
from engine.base.arrays import Floats
from engine.base.i18n import Message, message
from engine.base.vectors import length
from engine.descent.run import Run
from engine.descent.stopping import PROBE_REACH
from engine.document.setup import Setup
from engine.function.box import box_widths
from engine.function.plateau import directions, on_plateau
from engine.optimizers import Racer
from engine.optimizers.schedules import Constant
from engine.program.function import DENSE, Function, dense_hessian

SINGULAR: Final = 1e-5  # of the largest eigenvalue
STEEP_VALLEY: Final = 20.0  # condition number from which a valley is worth mentioning
LOOK_BACK: Final = 40  # steps at the end from which the pace is read
WAY_LEFT: Final = 3.0  # times Newton's step, or the depth it promises
FLATTENS: Final = 0.2  # of the curvature a little way off: less is left of it at a flat minimum
OFF: Final = 0.01  # widths
EDGE: Final = 16  # directions in which an edge of the domain is looked for


def sentences(*parts: Message | None) -> Message:
    """Several sentences as one message."""
    whole: Message | None = None
    for part in parts:
        if part is not None:
            whole = part if whole is None else message("{first} {then}", first=whole, then=part)
    return whole or message("")


def converged(function: Function, setup: Setup, racer: Racer, path: Run) -> Message:
    """Of a run that ended at a minimum."""
    end, n = path.points[-1], len(path.points) - 1
    model = local_model(function, end)
    reached, lowest = _settled(model)
    kinked = bool(is_kinked(Landscape(function, setup.lo, setup.hi), end[None])[0])
    first = message(
        "Converged in {steps} steps to the minimum f = {value} at {place}.",
        steps=n,
        value=number(lowest),
        place=place(reached, setup),
    )
    if n == 0:
        first = message("The start is already a minimum: the slope there is 0.")
        if kinked or not np.isfinite(model.gradient).all():
            first = message("The start is already a minimum.")
    ring = end + OFF * box_widths(setup.lo, setup.hi) * directions(len(end), EDGE)
    if not np.isfinite(function.value(ring)).all():
        return sentences(first, message("It lies on the edge of the domain of f."))
    if kinked:
        return sentences(first, message("f has a kink there, so the slope does not fade on the way."))
    outside = ((end < setup.lo) | (end > setup.hi))[list(setup.drawn)]
    note = message("It lies outside of the drawn range.") if outside.any() else None
    if not np.isfinite(model.eigenvalues).all():
        return sentences(first, note)
    if _is_level(function, setup, end, model):
        floor = message(
            "Converged in {steps} steps onto a plateau: all around {place} f is {value}, and the slope is "
            "exactly 0.",
            steps=n,
            place=place(end, setup),
            value=number(model.value),
        )
        return sentences(floor, note)
    if _is_flat(function, setup, model):
        flat = message(
            "The minimum is flat (an eigenvalue of the Hessian is 0), which slows every method down."
        )
        return sentences(first, flat, note)
    return sentences(first, _pace(racer, path, model), _valley(model), _bears(racer, model), note)


def _is_flat(function: Function, setup: Setup, model: LocalModel) -> bool:
    """Whether an eigenvalue is 0 at the minimum: it is nothing beside the largest, or fades towards it."""
    values = model.eigenvalues
    if values[0] <= SINGULAR * values[-1]:
        return True
    if len(model.point) > DENSE:
        return False
    way = model.eigenvectors[:, 0]
    step = OFF * way * box_widths(setup.lo, setup.hi)
    beside = dense_hessian(function, np.stack([model.point + step, model.point - step]))
    bent = np.einsum("i,kij,j->k", way, beside, way)
    return bool((values[0] <= FLATTENS * bent).all())


def _settled(model: LocalModel) -> tuple[Floats, float]:
    """The point and value of the critical point that is so near: what is less than the way left is 0."""
    if not np.isfinite(model.eigenvalues).all():
        return model.point, model.value
    depth = 0.5 * abs(float(model.gradient @ model.step))
    near = np.abs(model.point) <= WAY_LEFT * length(model.step)
    return np.where(near, 0.0, model.point), 0.0 if abs(model.value) <= WAY_LEFT * depth else model.value


def _is_level(function: Function, setup: Setup, point: Floats, model: LocalModel) -> bool:
    """Whether L is constant all around `point`."""
    if model.gradient.any() or not np.isfinite(model.value):
        return False
    return bool(on_plateau(function, point[None], PROBE_REACH * box_widths(setup.lo, setup.hi))[0])


def _pace(racer: Racer, path: Run, model: LocalModel) -> Message | None:
    """How fast the error shrank, beside what theory predicts."""
    back = max(4, min(LOOK_BACK, path.steps // 3))  # the beginning says nothing of the minimum
    error = length(path.points[max(0, path.steps - back) :] - (model.point + model.step))
    early, n = 0, len(error) - 1
    while early < n and not error[early] > 1e-12 * (1.0 + np.abs(model.point).max()):
        early += 1
    if n - early < 4 or not error[n] > 0:
        return None
    # From crest to crest, should it swing; where it does not, the crests are where the halves begin.
    middle = (early + n + 1) // 2
    first, last = early + int(error[early:middle].argmax()), middle + int(error[middle:].argmax())
    observed = float((error[last] / error[first]) ** (1.0 / (last - first)))
    steady = isinstance(racer.schedule, Constant)
    predicted = racer.optimizer.predicted_rate(model.eigenvalues) if steady else None
    if not 0 < observed < 1:
        return None
    if predicted == 0:
        return message("Near a minimum its steps about square the error.")
    if predicted is None:
        return message(
            "Near the end each step left {observed} % of the error.", observed=number(100 * observed)
        )
    return message(
        "Near the end each step left {observed} % of the error; theory predicts {predicted} %.",
        observed=number(100 * observed),
        predicted=number(100 * predicted),
    )


def _valley(model: LocalModel) -> Message | None:
    if not (STEEP_VALLEY <= model.condition < np.inf):
        return None
    return message(
        "The valley is narrow: across it f curves {condition} times as strongly as along it "
        "(condition number λ_max/λ_min).",
        condition=number(model.condition),
    )


def _bears(racer: Racer, model: LocalModel) -> Message | None:
    """The largest η that this minimum bears, of a method that has one."""
    limit = racer.optimizer.stability_limit(model.eigenvalues[-1])
    if limit is None or not np.isfinite(limit):
        return None
    return message("At this minimum the method is stable for η < {limit}.", limit=number(limit))


def stalled(function: Function, setup: Setup, racer: Racer, path: Run) -> Message:
    """Of a run that ended where the slope is 0 and f is lower near by."""
    end = path.points[-1]
    model = local_model(function, end)
    if _is_level(function, setup, end, model):
        return message(
            "Stuck on a plateau: all around {place} f is constant, f = {value}. "
            "The slope is exactly 0 there, so descent has no way down to follow.",
            place=place(end, setup),
            value=number(model.value),
        )
    lowest = float(model.eigenvalues[0])
    if lowest < -SINGULAR * np.abs(model.eigenvalues).max():
        all_down = model.eigenvalues[-1] < 0
        kind = message("maximum") if all_down else message("saddle")
        return message(
            "Stuck at a {kind}, not a minimum: at {place} the slope is 0, but the Hessian has the eigenvalue "
            "{eigenvalue} < 0, so f falls along ({direction}). A small push would set it free.",
            kind=kind,
            place=place(_settled(model)[0], setup),
            eigenvalue=number(lowest),
            direction=direction_text(model.eigenvectors[:, 0]),
        )
    if len(path.points) == 1 and np.abs(model.gradient).max() > 0:
        return message(
            "Stuck at the start: what f is at {place} alone has the slope 0, and that is what a method is "
            "told; the slope of f there is ({gradient}).",
            place=place(end, setup),
            gradient=", ".join(number(value) for value in model.gradient),
        )
    return message(
        "Stuck at a flat point that is no minimum: at {place} the slope fades to 0, but f is lower a little "
        "further on.",
        place=place(_settled(model)[0], setup),
    )
