"""Why did it do that? A run's outcome in a sentence or two, with its numbers.

Runs on the engine thread; numpy only.
"""

from typing import Final

import numpy as np

from engine.analysis.analyse import MOST_SEARCHED
from engine.analysis.edges import minimum_between
from engine.analysis.kinks import is_kinked, is_tip, rounded
from engine.analysis.landscape import Landscape
from engine.analysis.stability import LocalModel, local_model
from engine.analysis.wording import direction_text, number, place
from engine.base.arrays import Floats
from engine.base.i18n import Message, message
from engine.base.vectors import length, unit
from engine.descent.run import Outcome, Run
from engine.document.setup import Setup
from engine.function.box import box_widths
from engine.optimizers import Racer
from engine.program.function import Function
from engine.words.arrival import LOOK_BACK, SINGULAR, STEEP_VALLEY, converged, sentences, stalled

MOST_EXPLAINED: Final = 200  # starts of a racer; of more, the others' outcomes are only named
SAME_HESSIAN: Final = 1e-6  # relative: then f counts as quadratic
NEARLY: Final = 1e-4  # widths from a minimum: then nothing but patience is missing
SPENT: Final = 1e-3  # share of η that a schedule leaves when it is as good as over
REST, AT_REST = 5, 1e-9  # steps that each go no further than so many widths
MOSTLY_UP: Final = 0.2  # share of the steps that climb: then a path did not simply fall
NARROW: Final = 100.0  # times as much curvature across as falls off along: a valley, not a saddle
TURNING: Final = -0.2  # cosine between consecutive steps below which the path zigzags


def explain(function: Function, setup: Setup, run: Run) -> Message:
    """The sentence about one run."""
    explainers = {
        "converged": converged,
        "stalled_at_saddle": stalled,
        "stalled_on_plateau": stalled,
        "diverged": _diverged,
        "left_domain": _left,
        "max_steps": _unfinished,
    }
    with np.errstate(all="ignore"):
        return explainers[run.outcome](function, setup, run.racer, run)


def name_outcome(setup: Setup, path: Run) -> Message:
    """The outcome without its reasons: a thousand times cheaper, for runs by the thousand."""
    return message(
        _BRIEF[path.outcome],
        steps=len(path.points) - 1,
        place=place(path.points[-1], setup),
        value=number(float(path.values[-1])),
    )


_BRIEF: Final[dict[Outcome, str]] = {
    "converged": "Converged in {steps} steps to the minimum f = {value} at {place}.",
    "stalled_at_saddle": "Stuck after {steps} steps at {place}, where the slope is 0 without a minimum.",
    "stalled_on_plateau": "Stuck on a plateau at {place}: f is {value} all around.",
    "diverged": "Diverged in {steps} steps.",
    "left_domain": "Left the domain after {steps} steps, at {place}.",
    "max_steps": "Not there yet after {steps} steps: f = {value} at {place}.",
}


def _diverged(function: Function, setup: Setup, racer: Racer, path: Run) -> Message:
    n = len(path.points) - 1
    finite = np.isfinite(path.values)
    known = np.flatnonzero(finite)
    first = message("Diverged: after {steps} steps the numbers are beyond every bound.", steps=n)
    if not len(known):
        return first
    lowest = local_model(function, path.points[known[np.argmin(path.values[known])]])
    start = local_model(function, path.points[0])
    limits = _limits_met(racer, lowest, start)
    rising = not finite[-1] or path.values[-1] > path.values[0]
    if not rising and limits and (np.diff(path.values) > 0).mean() > MOSTLY_UP:
        return message(
            "Thrown out by overshooting: η = {lr} is above the stability limit {limit} of the curvature it "
            "met ({reason}), so it jumps from valley to valley. A smaller η would stay in one.",
            **limits,
        )
    if not rising:
        if _falls_off(start) and _is_quadratic(function, setup, path, start):
            return message(
                "Diverged: f falls without end. Everywhere its Hessian has the eigenvalue {eigenvalue} < 0, "
                "along ({direction}): this is the way down from a saddle, f has no minimum, and no learning "
                "rate helps.",
                eigenvalue=number(start.eigenvalues[0]),
                direction=direction_text(start.eigenvectors[:, 0]),
            )
        return message(
            "Diverged: the steps grew out to {place}, and f fell all the way from {first} to {last}. "
            "Perhaps it has no minimum this way.",
            place=place(path.points[-1], setup),
            first=number(path.values[0]),
            last=number(path.values[-1]),
        )
    if limits:
        return message(
            "Diverged by overshooting: every step jumps further across the valley than it came from. "
            "η = {lr} is above the stability limit {limit} of the curvature it met ({reason}); "
            "a smaller η would converge.",
            **limits,
        )
    return message("Diverged by overshooting: the steps grew until f left every bound. Try a smaller η.")


def _limits_met(racer: Racer, *models: LocalModel) -> dict[str, str | Message]:
    """What a sentence says of the first of the models whose stability limit η exceeds; {} if there is none.

    With the lowest point passed the start is judged as well: there the first overshoot was decided.
    """
    lr = float(getattr(racer.optimizer, "lr", 0.0))
    for model in models:
        if not (np.isfinite(model.eigenvalues).all() and model.eigenvalues[-1] > 0):
            continue
        limit = racer.optimizer.stability_limit(model.eigenvalues[-1])
        if limit is not None and lr > limit:
            reason = message("2/λ_max")
            if abs(limit - model.limit) > 1e-9 * limit:
                reason = message("2/λ_max = {limit} for plain descent", limit=number(model.limit))
            return {"lr": number(lr), "limit": number(limit), "reason": reason}
    return {}


def _left(function: Function, setup: Setup, racer: Racer, path: Run) -> Message:
    n, end = len(path.points) - 1, path.points[-1]
    if not np.isfinite(path.values[-1]) or not np.isfinite(path.gradients[-1]).all():
        if n == 0:
            return message("f has no value or no slope at the start {place}.", place=place(end, setup))
        left = message(
            "Left the domain of f in step {step}: at {place} f has no value or no slope ({value}).",
            step=n,
            place=place(end, setup),
            value=number(path.values[-1]),
        )
        return sentences(left, _on_the_edge(function, setup, path))
    gone = message(
        "Left the drawn range for good after {steps} steps, at {place}; f went from {first} to {last}.",
        steps=n,
        place=place(end, setup),
        first=number(path.values[0]),
        last=number(path.values[-1]),
    )
    return sentences(gone, _endless(function, setup, path, local_model(function, end)))


def _on_the_edge(function: Function, setup: Setup, path: Run) -> Message | None:
    """That the last step went over a minimum, which lies where the domain ends."""
    if len(path.points[-1]) > MOST_SEARCHED:
        return None
    landscape = Landscape(function, setup.lo, setup.hi)
    if not np.isfinite(path.values[-2]) or np.isfinite(function.value(path.points[-1])):
        return None
    found = minimum_between(landscape, path.points[-2], path.points[-1])
    if found is None:
        return None
    return message(
        "The step went over a minimum on the edge of the domain: f = {value} at {place}, and beyond it f has "
        "no value. A smaller η comes closer to it before it leaves.",
        value=number(found[1]),
        place=place(found[0], setup),
    )


def _unfinished(function: Function, setup: Setup, racer: Racer, path: Run) -> Message:
    n, end = len(path.points) - 1, path.points[-1]
    if n == 0:
        return message("No step was taken.")
    model = local_model(function, end)
    steepness = float(length(path.gradients[-1]))
    first = message(
        "Not there yet after {steps} steps: f = {value}, slope |∇f| = {slope}.",
        steps=n,
        value=number(path.values[-1]),
        slope=number(steepness),
    )
    tip = _at_a_tip(function, setup, path)
    if tip is not None:
        return tip
    reason = _endless(function, setup, path, model) or _coming_off(function, path, model)
    return sentences(first, reason or _why_slow(setup, racer, path, model, steepness))


def _at_a_tip(function: Function, setup: Setup, path: Run) -> Message | None:
    """That it has come to a minimum with a kink, as near as its steps let it; of so few variables as are
    searched for critical points."""
    if len(path.points[-1]) > MOST_SEARCHED:
        return None
    landscape = Landscape(function, setup.lo, setup.hi)
    best = path.points[int(np.nanargmin(path.values))]
    tip = rounded(landscape, best[None], 1.0)
    near = landscape.distance(tip[0], path.points[-1]) <= NEARLY
    if not near or not is_kinked(landscape, tip)[0] or not is_tip(landscape, tip, 1.0)[0]:
        return None
    return message(
        "After {steps} steps it has come to the minimum f = {value} at {place}, as near as its steps let it: "
        "f has a kink there, so the slope does not fade and a step of constant η goes across.",
        steps=path.steps,
        value=number(float(landscape.polished(tip)[0])),
        place=place(tip[0], setup),
    )


def _endless(function: Function, setup: Setup, path: Run, model: LocalModel) -> Message | None:
    """That f falls without end, where it is quadratic with a negative eigenvalue: more steps do not help."""
    if not _falls_off(model) or not _is_quadratic(function, setup, path, model):
        return None
    return message(
        "It cannot arrive: everywhere the Hessian has the eigenvalue {eigenvalue} < 0, so along "
        "({direction}) f falls without end and has no minimum. More steps or a larger η only carry it "
        "further out.",
        eigenvalue=number(model.eigenvalues[0]),
        direction=direction_text(model.eigenvectors[:, 0]),
    )


def _coming_off(function: Function, path: Run, model: LocalModel) -> Message | None:
    """That the path is still on its way down from a saddle or a maximum."""
    last = path.points[-1] - path.points[-2]
    if not _falls_off(model) or path.values[-1] >= path.values[-2]:
        return None
    if not last @ function.curvature(model.point, last[None])[0] < 0:
        return None
    if model.eigenvalues[-1] >= -NARROW * model.eigenvalues[0]:
        return None
    return message(
        "f is still falling: along ({direction}), where it goes, f curves downwards (eigenvalue "
        "{eigenvalue} < 0). It is coming down from a saddle, a dome or a plateau; more steps show where to.",
        eigenvalue=number(model.eigenvalues[0]),
        direction=direction_text(model.eigenvectors[:, 0]),
    )


def _distance_ahead(setup: Setup, model: LocalModel) -> float:
    """How far the minimum is that the curvature and slope here promise, in widths of the box; inf if none."""
    if not model.eigenvalues[0] > SINGULAR * model.eigenvalues[-1]:
        return float("inf")
    return float(np.abs(model.step / box_widths(setup.lo, setup.hi)).max())


def _falls_off(model: LocalModel) -> bool:
    return bool(model.eigenvalues[0] < -SINGULAR * np.abs(model.eigenvalues).max())


def _is_quadratic(function: Function, setup: Setup, path: Run, model: LocalModel) -> bool:
    """Whether the Hessian is that of `model` all over the box and at both ends of the path.

    Told by its products with a few directions.
    """
    widths = box_widths(setup.lo, setup.hi)
    finite = np.isfinite(setup.lo) & np.isfinite(setup.hi)
    center = np.where(finite, 0.5 * setup.lo + 0.5 * setup.hi, path.points[0])
    random = np.random.default_rng(0)
    box = center + widths * (random.random((16, len(center))) - 0.5)
    places = np.concatenate([model.point[None], box, path.points[[0, -1]]])
    ways = random.standard_normal((2, len(center)))
    products = function.curvature(places, np.broadcast_to(ways, (len(places), *ways.shape)))
    return bool(np.abs(products - products[0]).max() <= SAME_HESSIAN * np.abs(products[0]).max())


def _why_slow(setup: Setup, racer: Racer, path: Run, model: LocalModel, steepness: float) -> Message | None:
    n = len(path.points) - 1
    recent = path.points[-min(n, LOOK_BACK) - 1 :]
    if n < 4 or not np.isfinite(recent).all():
        return None
    moves = np.diff(recent, axis=0)
    resting = _resting(setup, racer, path, moves)
    if resting is not None:
        return resting
    turning = (unit(moves[1:]) * unit(moves[:-1])).sum(axis=-1)
    values = path.values[-len(recent) :]
    fell = values[0] - values[-1]
    spread = values.max() - values.min()
    if np.median(turning) < TURNING:
        if fell < 0.1 * spread or fell <= 0:
            if racer.noise:
                return message("The noise keeps it moving around; a falling learning rate would settle it.")
            if hasattr(racer.optimizer, "lr"):
                return message("It jumps to and fro without settling; a smaller or falling η would.")
            return message("It jumps to and fro without getting lower.")
        if STEEP_VALLEY <= model.condition < np.inf:
            return _bouncing(racer, model) or message(
                "It zigzags in a narrow valley: across it f curves {condition} times as strongly as along "
                "it, so η must be small for the steep direction and is too small for the flat one.",
                condition=number(model.condition),
            )
        return message("It zigzags: consecutive steps turn back on each other.")
    away = _distance_ahead(setup, model)
    if fell > 0 and away <= NEARLY:
        return message("It is nearly there: a minimum is close, and more steps bring it closer.")
    start_slope = float(length(path.gradients[0]))
    if steepness < 1e-3 * max(1e-300, start_slope) and fell < 1e-3 * max(
        1e-300, path.values[0] - path.values[-1]
    ):
        return message(
            "This is a plateau or a flat valley floor: the slope is so small that steps hardly move."
        )
    if racer.noise and fell <= 0:
        return message("The noise keeps it moving around; a falling learning rate would settle it.")
    if fell <= 0:
        return message(
            "It circles or overshoots: f has not fallen over the last {steps} steps.", steps=len(moves)
        )
    if STEEP_VALLEY <= model.condition < np.inf and model.eigenvalues[-1] >= -NARROW * model.eigenvalues[0]:
        return message(
            "It creeps along a narrow valley (condition number {condition}): the step is set by the steep "
            "direction, the way to go lies along the flat one.",
            condition=number(model.condition),
        )
    return message("f is still falling; give it more steps or a larger η.")


def _resting(setup: Setup, racer: Racer, path: Run, moves: Floats) -> Message | None:
    """Why the last `moves` (k, d) of a path are nothing, if they are."""
    n = len(path.points) - 1
    factor = path.factor(n - 1)
    if factor <= SPENT and not racer.legs:
        return message(
            "The schedule has brought the learning rate down to {lr}, so that it hardly moves any more.",
            lr=number(factor * float(getattr(racer.optimizer, "lr", 1.0))),
        )
    last = moves[-REST:]
    decay = getattr(racer.optimizer, "weight_decay", 0.0)
    if decay and (np.abs(last) <= AT_REST * box_widths(setup.lo, setup.hi)).all():
        return message(
            "It has come to rest where the weight decay (λ = {decay}) pulls towards 0 as strongly as the "
            "slope pulls away; f itself has no minimum there.",
            decay=number(decay),
        )
    return None if moves.any() else message("It does not move any more.")


def _bouncing(racer: Racer, model: LocalModel) -> Message | None:
    """That the steep direction keeps it busy, for η is near its limit, rather than the flat one."""
    limit = racer.optimizer.stability_limit(model.eigenvalues[-1])
    across = racer.optimizer.predicted_rate(model.eigenvalues[-1:])
    along = racer.optimizer.predicted_rate(model.eigenvalues[:1])
    if limit is None or across is None or along is None or not along < across <= 1.0:
        return None
    return message(
        "It zigzags across a narrow valley: η is so close to the stability limit {limit} that each step "
        "leaves {rate} % of the error across it. A smaller η goes down faster.",
        limit=number(limit),
        rate=number(100.0 * across),
    )
