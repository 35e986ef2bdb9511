"""How far to go along a direction: backtracking and strong-Wolfe searches, for many starts at once.

Any thread; numpy only.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.base.arrays import Floats
from engine.program.function import Function

MOST_BACKTRACKS: Final = 60
MOST_EXPANSIONS: Final = 20
MOST_TRIALS: Final = 60
ROUNDING: Final = 1e-15  # of |f|: near a minimum f differs by less, and only its slope can still be told
SAFEGUARD: Final = 0.1  # an interpolated trial stays this share of the bracket away from its ends


class Found(NamedTuple):
    """alpha: (s,), the step along the direction, 0 where none helps. trials: (s,), points evaluated."""

    alpha: Floats
    trials: NDArray[np.int64]


def dot(a: Floats, b: Floats) -> Floats:
    """The inner product over the last axis."""
    return np.asarray(np.einsum("...d,...d->...", a, b))


def backtrack(
    function: Function,
    theta: Floats,
    value: Floats,
    slope: Floats,
    direction: Floats,
    first: Floats,
    c1: float = 1e-4,
    shrink: float = 0.5,
) -> Found:
    """Shrink the step until f falls by at least c1 of what the slope promises (Armijo's condition).

    Args:
        theta, direction: (s, d). value, slope, first: (s,), f and its derivative along the direction at
            theta, and the first trial.

    Source: Nocedal & Wright 2006, Algorithm 3.1.

    >>> class Bowl:
    ...     def value(self, theta):
    ...         return (theta**2).sum(-1)
    >>> theta = np.array([[1.0]])
    >>> backtrack(Bowl(), theta, np.ones(1), np.array([-4.0]), -2 * theta, np.ones(1)).alpha.tolist()
    [0.5]
    """
    alpha = np.array(first, dtype=np.float64)
    slack = ROUNDING * np.abs(value)
    trials = np.zeros(len(theta), np.int64)
    active = np.arange(len(theta))
    for _ in range(MOST_BACKTRACKS):
        reached = function.value(theta[active] + alpha[active, None] * direction[active])
        trials[active] += 1
        enough = reached <= value[active] + c1 * alpha[active] * slope[active] + slack[active]
        active = active[~enough]
        if not len(active):
            return Found(alpha, trials)
        alpha[active] *= shrink
    alpha[active] = 0.0
    return Found(alpha, trials)


class _Bracket:
    """The two ends of the interval of step lengths that holds a good one, per start."""

    def __init__(self, value: Floats, slope: Floats) -> None:
        zero = np.zeros_like(value)
        self.low, self.low_value, self.low_slope = zero.copy(), value.copy(), slope.copy()
        self.high, self.high_value, self.high_slope = zero.copy(), value.copy(), slope.copy()

    def set_low(self, rows: NDArray[np.intp], alpha: Floats, value: Floats, slope: Floats) -> None:
        self.low[rows], self.low_value[rows], self.low_slope[rows] = alpha, value, slope

    def set_high(self, rows: NDArray[np.intp], alpha: Floats, value: Floats, slope: Floats) -> None:
        self.high[rows], self.high_value[rows], self.high_slope[rows] = alpha, value, slope

    def low_becomes_high(self, rows: NDArray[np.intp]) -> None:
        self.set_high(rows, self.low[rows], self.low_value[rows], self.low_slope[rows])

    def trial(self, rows: NDArray[np.intp]) -> Floats:
        """The minimizer of the cubic through both ends, kept away from them; the middle if there is none.

        Source: Nocedal & Wright 2006, equation (3.59).
        """
        a, b = self.low[rows], self.high[rows]
        fa, fb = self.low_value[rows], self.high_value[rows]
        ga, gb = self.low_slope[rows], self.high_slope[rows]
        d1 = ga + gb - 3.0 * (fa - fb) / (a - b)
        d2 = np.sign(b - a) * np.sqrt(d1 * d1 - ga * gb)
        cubic = b - (b - a) * (gb + d2 - d1) / (gb - ga + 2.0 * d2)
        margin = SAFEGUARD * np.abs(b - a)
        inside = (cubic >= np.minimum(a, b) + margin) & (cubic <= np.maximum(a, b) - margin)
        return np.where(inside, cubic, 0.5 * (a + b))


def strong_wolfe(
    function: Function,
    theta: Floats,
    value: Floats,
    slope: Floats,
    direction: Floats,
    first: Floats,
    c1: float = 1e-4,
    c2: float = 0.9,
) -> Found:
    """A step with enough fall and |slope| at most c2 of that at the start (the strong Wolfe conditions).

    Args: as for `backtrack`; slope < 0.

    Source: Nocedal & Wright 2006, Algorithms 3.5 (bracketing) and 3.6 (zoom). A row that finds none within
    the trials takes the best step with enough fall, or none.
    """
    s = len(theta)
    alpha = np.array(first, dtype=np.float64)
    slack = ROUNDING * np.abs(value)
    previous, previous_value, previous_slope = np.zeros(s), value.copy(), slope.copy()
    bracket = _Bracket(value, slope)
    zooming = np.zeros(s, bool)
    trials = np.zeros(s, np.int64)
    chosen = np.zeros(s)
    active = np.arange(s)
    for trial in range(MOST_TRIALS):
        if not len(active):
            break
        ray = direction[active]
        reached, gradient = function.value_and_gradient(theta[active] + alpha[active, None] * ray)
        trials[active] += 1
        steepness = dot(gradient, ray)
        reached = np.where(np.isfinite(reached) & np.isfinite(steepness), reached, np.inf)
        steepness = np.where(np.isfinite(reached), steepness, 0.0)
        at, zoom = alpha[active], zooming[active]
        reference = np.where(zoom, bracket.low_value[active], previous_value[active])
        compare = zoom | (trial > 0)
        allowed = value[active] + c1 * at * slope[active] + slack[active]
        too_high = (reached > allowed) | (compare & (reached >= reference + slack[active]))
        flat_enough = ~too_high & (np.abs(steepness) <= -c2 * slope[active])
        rising = np.where(zoom, steepness * (bracket.high[active] - at) >= 0, steepness >= 0)
        chosen[active[~too_high]] = at[~too_high]  # the latest with enough fall, should none be flat enough

        rows = active[too_high & zoom]
        bracket.set_high(rows, at[too_high & zoom], reached[too_high & zoom], steepness[too_high & zoom])
        which = too_high & ~zoom
        rows = active[which]
        bracket.set_low(rows, previous[rows], previous_value[rows], previous_slope[rows])
        bracket.set_high(rows, at[which], reached[which], steepness[which])
        which = ~too_high & ~flat_enough & zoom
        bracket.low_becomes_high(active[which & rising])
        bracket.set_low(active[which], at[which], reached[which], steepness[which])
        which = ~too_high & ~flat_enough & ~zoom & rising
        rows = active[which]
        bracket.set_low(rows, at[which], reached[which], steepness[which])
        bracket.set_high(rows, previous[rows], previous_value[rows], previous_slope[rows])
        expanding = ~too_high & ~flat_enough & ~zoom & ~rising
        previous[active], previous_value[active], previous_slope[active] = at, reached, steepness
        zooming[active[~flat_enough & ~expanding]] = True

        exhausted = expanding & (trial + 1 >= MOST_EXPANSIONS)
        alpha[active[expanding]] *= 2.0
        active = active[~flat_enough & ~exhausted]
        zooming_now = active[zooming[active]]
        alpha[zooming_now] = bracket.trial(zooming_now)
        tiny = np.abs(bracket.high[zooming_now] - bracket.low[zooming_now]) <= 1e-16 * alpha[zooming_now]
        active = np.setdiff1d(active, zooming_now[tiny], assume_unique=True)
    return Found(chosen, trials)
