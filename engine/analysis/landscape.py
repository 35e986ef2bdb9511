"""L in the units of its box: the unknown is u = (θ − center)/width, so that no axis outweighs another.

Any thread; numpy only.
"""

import numpy as np
from numpy.typing import NDArray

from engine.base.arrays import Floats
from engine.base.budget import Budget
from engine.base.cancellation import CancelCheck, Cancelled, never
from engine.function.box import box_widths
from engine.function.plateau import directions
from engine.program.function import Function, dense_hessian

FREE_HALF_WIDTH = 5.0
MOVED = 6  # places beside a point, moved by
ULPS = (-3.0, -1.0, 1.0, 2.0)  # units in the last place by which a point is moved to see rounding
EPS = float(np.finfo(float).eps)
ZERO = 64.0  # times its rounding: less is 0
LEAST, FAR = 2e-15, 0.1  # the same within FAR widths: what a sum of the order of 1 leaves of 0
STEPPED = 1e-6  # of how L varies: more is no rounding
AROUND = 16  # directions
DUST, DUST_REACH = 1e-13, 1e-3  # of how L varies, at the most of 1, within so many widths


class Landscape:
    """L over a box, with gradient and Hessian in units of the box; everything broadcasts over leading axes.

    Attributes:
        lo, hi, widths: (d,), finite: a free variable is searched over ±FREE_HALF_WIDTH.
        value_scale: how much L typically varies over the box, by which places of one value are told; set by
            the sampling. What is said of one point is measured where it lies.
    """

    def __init__(
        self,
        function: Function,
        lo: Floats,
        hi: Floats,
        cancelled: CancelCheck = never,
        budget: Budget | None = None,
    ) -> None:
        self.function = function
        self.cancelled = cancelled
        self.budget = budget
        finite = np.isfinite(lo) & np.isfinite(hi)
        self.lo = np.where(finite, lo, -FREE_HALF_WIDTH)
        self.hi = np.where(finite, hi, FREE_HALF_WIDTH)
        self.widths = box_widths(self.lo, self.hi)
        self.center = 0.5 * self.lo + 0.5 * self.hi
        self.d = len(self.lo)
        self.value_scale = 0.0

    def late(self) -> bool:
        """Whether the search is to end with what it has; the long loops ask.

        Raises:
            Cancelled: nobody wants the answer any more.
        """
        if self.cancelled():
            raise Cancelled
        return self.budget is not None and self.budget.spent()

    def value(self, theta: Floats) -> Floats:
        """(…, d) → (…)."""
        return self.function.value(theta)

    def rounding(self, theta: Floats) -> Floats:
        """How far the last digits of theta, (…, d), move L: what it cannot be known better than, (…).

        Of sums that cancel, as of a power that was multiplied out, that is far more than a digit of L.
        """
        value = self.function.value(theta)
        beside = self.function.value(self._beside(theta))
        spread = np.abs(beside - value[..., None]).max(axis=-1)
        return np.asarray(np.maximum(spread, EPS * np.abs(value)))

    def slope_rounding(self, theta: Floats) -> Floats:
        """The same of the slope in units of the box, (…, d) → (…, d)."""
        slope = self.slope(theta)
        beside = self.slope(self._beside(theta))
        return np.asarray(np.abs(beside - slope[..., None, :]).max(axis=-2))

    def _beside(self, theta: Floats) -> Floats:
        """Places that differ from theta, (…, d), in its last digits, (…, MOVED, d)."""
        moved = np.random.default_rng(0).choice(ULPS, (MOVED, self.d)) * EPS
        size = np.maximum(np.abs(theta), EPS * self.widths)[..., None, :]
        return np.asarray(theta[..., None, :] + moved * size)

    def polished(self, theta: Floats) -> Floats:
        """L at theta (m, d) with what rounding leaves of a 0 made 0, (m,)."""
        values = self.value(theta)
        spread = self.rise(theta, DUST_REACH)
        dust = DUST * np.nan_to_num(np.minimum(spread, 1.0), nan=1.0)
        dust = np.fmax(dust, LEAST * np.minimum(self.rise(theta, FAR), 1.0))
        rounding = np.minimum(ZERO * self.rounding(theta), STEPPED * spread)  # a jump beside theta is none
        return np.where(np.abs(values) <= np.fmax(rounding, dust), 0.0, values)

    def rise(self, theta: Floats, radius: float) -> Floats:
        """How much L varies between theta (m, d) and places so many widths around it, at the most, (m,)."""
        ring = self.value(theta[:, None] + radius * self.widths * directions(self.d, AROUND))
        return np.asarray(np.nanmax(np.abs(ring - self.value(theta)[:, None]), axis=1, initial=0.0))

    def slope(self, theta: Floats) -> Floats:
        """∇L in units of the box, (…, d) → (…, d)."""
        return self.function.gradient(theta) * self.widths

    def curvature(self, theta: Floats) -> Floats:
        """The Hessian in units of the box, symmetric, (…, d) → (…, d, d)."""
        hessian = dense_hessian(self.function, theta) * self.widths[:, None] * self.widths
        return np.asarray(0.5 * (hessian + np.swapaxes(hessian, -1, -2)))

    def inside(self, theta: Floats, slack: float = 1e-9) -> NDArray[np.bool_]:
        """Which points lie in the box or on its border, (…)."""
        reach = (0.5 + slack) * self.widths
        return np.asarray((np.abs(theta - self.center) <= reach).all(axis=-1))

    def distance(self, a: Floats, b: Floats) -> Floats:
        """The largest difference of a coordinate, in units of the box."""
        return np.asarray(np.abs((a - b) / self.widths).max(axis=-1))

    def away(self, theta: Floats, known: Floats, distance: float) -> NDArray[np.bool_]:
        """Which points (m, d) are farther than `distance` widths from every known one (n, d), (m,)."""
        result = np.ones(len(theta), bool)
        if not len(known):
            return result
        known = known[np.argsort(known[:, 0])]
        reach = distance * self.widths[0]
        first = np.searchsorted(known[:, 0], theta[:, 0] - reach, side="left")
        last = np.searchsorted(known[:, 0], theta[:, 0] + reach, side="right")
        for i in np.flatnonzero(last > first):
            result[i] = self.distance(known[first[i] : last[i]], theta[i]).min() > distance
        return result
