"""How far to go along a direction: backtracking and strong-Wolfe searches, for many starts at once.

Any thread; numpy only.
"""

import math
from collections.abc import Generator
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.base.arrays import Floats
from engine.base.vectors import length
from engine.program.function import Function

MOST_BACKTRACKS: Final = 1000
SHORTEST: Final = 1e-30  # of the first trial
MOST_EXPANSIONS: Final = 20
MOST_TRIALS: Final = 60
LONGEST: Final = 1e6  # times the size of the point, and 1: no first trial goes farther
ROUNDING: Final = 1e-15  # of |f|: near a minimum f differs by less, and only its slope can still be told
SAFEGUARD: Final = 0.1  # an interpolated trial stays this share of the bracket away from its ends
NARROWEST: Final = 1e-16  # of the step length: a bracket that is no wider holds no other number
FEW: Final = 16  # starts whose searches are no dearer than arrays
HUGE: Final = 2.0**400  # the product of two larger numbers could leave the range of numbers
UNIT: Final = np.float64(1.0)
ALL: Final = slice(None)


class Found(NamedTuple):
    """What a search found.

    Attributes:
        alpha: (s,), the step along the direction, 0 where none helps. trials: (s,), points evaluated, ≥ 1.
        reached: L and its gradient at the points that alpha leads to, where they are all known.
    """

    alpha: Floats
    trials: NDArray[np.int64]
    reached: tuple[Floats, Floats] | None = None


def dot(a: Floats, b: Floats) -> Floats:
    """The inner product over the last axis."""
    return a.dot(b) if a.ndim == b.ndim == 1 else np.vecdot(a, b)  # type: ignore[no-any-return]


def times(numbers: Floats, vectors: Floats) -> Floats:
    """Each of vectors (…, d) by its own of numbers (…)."""
    return numbers * vectors if vectors.ndim == 1 else numbers[..., None] * vectors


def halved(vectors: Floats) -> tuple[Floats, Any]:
    """Vectors (…, d) divided by a power of two, (…), where their products could overflow; else by UNIT.

    >>> way, size = halved(np.array([[1e200, -1e200], [3.0, 4.0]]))
    >>> bool(np.abs(way[0]).max() < 2), way[1].tolist(), (way * size[:, None]).tolist()
    (True, [3.0, 4.0], [[1e+200, -1e+200], [3.0, 4.0]])
    """
    if np.vdot(vectors, vectors) <= HUGE * HUGE:
        return vectors, UNIT
    top = np.abs(vectors).max(axis=-1, initial=0.0)
    known = (top > HUGE) & np.isfinite(top)
    size = np.where(known, np.ldexp(1.0, np.frexp(np.where(known, top, 1.0))[1] - 1), 1.0)
    return vectors / size[..., None], size


def backtrack(
    function: Function,
    theta: Floats,
    value: Floats,
    gradient: Floats,
    direction: Floats,
    first: Floats,
    c1: float = 1e-4,
    shrink: float = 0.5,
) -> Found:
    """Shrink the step until f falls by at least c1 of what the slope promises (Armijo's condition).

    Args:
        theta, gradient, direction: (s, d). value, first: (s,), f at theta and the first trial; one that is
            absurdly long is shrunk unseen. A direction that leads uphill promises no fall.

    Source: Nocedal & Wright 2006, Algorithm 3.1.

    >>> class Bowl:
    ...     def value(self, theta):
    ...         return (theta**2).sum(-1)
    >>> theta = np.array([[1.0]])
    >>> backtrack(Bowl(), theta, np.ones(1), 2 * theta, -2 * theta, np.ones(1)).alpha.tolist()
    [0.5]
    """
    way, size = halved(direction)
    slope = np.minimum(dot(gradient, way), 0.0)
    alpha = _within_reach(first * size, theta, way, shrink)
    enough = value + ROUNDING * np.abs(value)
    trials = np.zeros(len(theta), np.int64)
    active: Any = ALL
    for _ in range(min(MOST_BACKTRACKS, math.ceil(math.log(SHORTEST) / math.log(shrink)))):
        here, step = theta[active], alpha[active]
        there = here + step[:, None] * way[active]
        trials[active] += 1
        falls = function.value(there) <= enough[active] + c1 * step * slope[active]
        if falls.all():
            return Found(alpha / size, trials)
        moves = (there != here).any(axis=-1)
        left = np.arange(len(theta))[active][~falls]
        alpha[left] = np.where(moves[~falls], step[~falls] * shrink, 0.0)
        active = left[moves[~falls]]
        if not len(active):
            return Found(alpha / size, trials)
    alpha[active] = 0.0
    return Found(alpha / size, trials)


def _within_reach(alpha: Floats, theta: Floats, way: Floats, shrink: float) -> Floats:
    """The lengths (s,), shrunk as often as it takes until no step along `way` (s, d) is absurdly long."""
    step = alpha[:, None] * way
    if np.vdot(step, step) <= LONGEST * LONGEST:
        return alpha
    times = length(step) / (LONGEST * (1.0 + length(theta)))
    far = np.isfinite(times) & (times > 1.0)
    return np.where(
        far, alpha * shrink ** np.ceil(np.log(np.where(far, times, 1.0)) / -math.log(shrink)), alpha
    )


def strong_wolfe(
    function: Function,
    theta: Floats,
    value: Floats,
    gradient: Floats,
    direction: Floats,
    first: Floats,
    c1: float = 1e-4,
    c2: float = 0.9,
    idle: NDArray[np.bool_] | None = None,
) -> Found:
    """A step with enough fall and |slope| at most c2 of that at the start (the strong Wolfe conditions).

    Each start has a search of its own; what they want to know is evaluated for all at once.

    Args: as for `backtrack`; the direction leads downhill. idle: (s,), those that are not to search.
    """
    if idle is not None:
        found = Found(np.zeros(len(theta)), np.ones(len(theta), np.int64))
        rest = ~idle
        if rest.any():
            asked = (theta[rest], value[rest], gradient[rest], direction[rest], first[rest])
            alpha, trials, _ = strong_wolfe(function, *asked, c1, c2)
            found.alpha[rest], found.trials[rest] = alpha, trials
        return found
    way, size = halved(direction)
    slope, alpha = dot(gradient, way), first * size
    if len(theta) == 1:
        return _of_one(function, theta, way, size, _search(value.item(), slope.item(), alpha.item(), c1, c2))
    reached = function.value_and_gradient(theta + alpha[:, None] * way)
    steepness = dot(reached[1], way)
    trials, chosen = np.ones(len(theta), np.int64), alpha.copy()
    left: Any = ALL
    if len(theta) > FEW:  # what most of a swarm settles at once
        left = np.flatnonzero(~_is_good(value, slope, alpha, reached[0], steepness, c1, c2))
    starts = [each[left].tolist() for each in (value, slope, alpha, reached[0], steepness)]
    places = range(len(theta)) if left is ALL else left.tolist()
    searches: dict[int, _Search] = {}
    wanted: dict[int, float] = {}
    for start, f, g, step, *answer in zip(places, *starts, strict=True):
        searches[start] = _search(f, g, step, c1, c2)
        next(searches[start])
        _ask(searches[start], (answer[0], answer[1]), start, wanted, chosen)
    asked_last = alpha
    while wanted:
        active = list(wanted)
        which: Any = ALL if len(active) == len(theta) else active
        ray, alpha = way[which], np.array(list(wanted.values()))
        answers = function.value_and_gradient(theta[which] + alpha[:, None] * ray)
        trials[which] += 1
        if which is ALL:
            reached, asked_last = answers, alpha
        else:
            for known, new in zip((*reached, asked_last), (*answers, alpha), strict=True):
                known[which] = new
        wanted = {}
        told = zip(active, answers[0].tolist(), dot(answers[1], ray).tolist(), strict=True)
        for start, f, g in told:
            _ask(searches[start], (f, g), start, wanted, chosen)
    last = size is UNIT and chosen.tolist() == asked_last.tolist()
    return Found(chosen / size, trials, reached if last else None)


def _of_one(function: Function, theta: Floats, way: Floats, size: Any, search: "_Search") -> Found:
    """What the `search` of the only start, theta (1, d), finds along `way` (1, d), which is the direction by
    `size`."""
    alpha, trials = next(search), 0
    while True:
        reached = function.value_and_gradient(theta + alpha * way)
        trials += 1
        try:
            onward = search.send((reached[0].item(), dot(reached[1], way).item()))
        except StopIteration as end:
            last = end.value == alpha and size is UNIT
            return Found(np.array([end.value]) / size, np.array([trials]), reached if last else None)
        alpha = onward


_Search = Generator[float, tuple[float, float], float]


def _ask(
    search: _Search, answer: tuple[float, float], start: int, wanted: dict[int, float], chosen: Floats
) -> None:
    """Tell a search what was found; note what it wants to know next, or the length that it has chosen."""
    try:
        wanted[start] = search.send(answer)
    except StopIteration as end:
        chosen[start] = end.value


def _is_good(value: Any, slope: Any, alpha: Any, reached: Any, steepness: Any, c1: float, c2: float) -> Any:
    """Both conditions, of numbers or of arrays of them."""
    falls = reached <= value + c1 * alpha * slope + ROUNDING * abs(value)
    return falls & (abs(steepness) <= -c2 * slope)


class _End(NamedTuple):
    """An end of the interval of step lengths that holds a good one: the length, f and its slope there."""

    alpha: float
    value: float
    slope: float


def _search(value: float, slope: float, first: float, c1: float, c2: float) -> _Search:
    """The search of one start: yields the lengths it tries, is sent f and its slope there, returns the best.

    One that finds none within the trials takes the last step with enough fall, or none.

    Source: Nocedal & Wright 2006, Algorithms 3.5 (bracketing) and 3.6 (zoom).
    """
    slack = ROUNDING * abs(value)
    previous = low = _End(0.0, value, slope)
    high: _End | None = None  # while the interval is still sought
    alpha, chosen = first, 0.0
    for trial in range(MOST_TRIALS):
        reached, steepness = yield alpha
        if not (math.isfinite(reached) and math.isfinite(steepness)):
            reached, steepness = math.inf, 0.0
        here = _End(alpha, reached, steepness)
        below = low if high is not None else previous
        compared = trial > 0 or high is not None
        if reached > value + c1 * alpha * slope + slack or (compared and reached >= below.value + slack):
            low, high = below, here
        else:
            chosen = alpha
            if _is_good(value, slope, alpha, reached, steepness, c1, c2):
                return chosen
            if high is not None:
                high = low if steepness * (high.alpha - alpha) >= 0 else high
                low = here
            elif steepness >= 0:
                low, high = here, previous
            elif trial + 1 >= MOST_EXPANSIONS:
                return chosen
        previous = here
        if high is None:
            alpha *= 2.0
            continue
        alpha = _between(low, high)
        if abs(high.alpha - low.alpha) <= NARROWEST * alpha:
            return chosen
    return chosen


def _between(low: _End, high: _End) -> float:
    """The minimizer of the cubic through both ends, kept away from them; the middle if there is none.

    Source: Nocedal & Wright 2006, equation (3.59).
    """
    (a, fa, ga), (b, fb, gb) = low, high
    margin = SAFEGUARD * abs(b - a)
    if a != b:
        d1 = ga + gb - 3.0 * (fa - fb) / (a - b)
        square = d1 * d1 - ga * gb
        d2 = math.copysign(math.sqrt(square), b - a) if square >= 0 else math.nan
        rise = gb - ga + 2.0 * d2
        cubic = b - (b - a) * (gb + d2 - d1) / rise if rise else math.nan
        if min(a, b) + margin <= cubic <= max(a, b) - margin:
            return cubic
    return 0.5 * (a + b)
