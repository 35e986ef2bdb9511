"""L in the units of its box: the unknown is u = (θ − center)/width, so that no axis outweighs another.

Any thread; numpy only.
"""

import numpy as np
from numpy.typing import NDArray

from engine.base.arrays import Floats
from engine.base.budget import Budget
from engine.base.cancellation import CancelCheck, Cancelled, never
from engine.function.box import box_widths
from engine.program.function import Function, dense_hessian

FREE_HALF_WIDTH = 5.0
ZERO = 1e-12  # of the typical variation of L


class Landscape:
    """L over a box, with gradient and Hessian in units of the box; everything broadcasts over leading axes.

    Attributes:
        lo, hi, widths: (d,), finite: a free variable is searched over ±FREE_HALF_WIDTH.
        value_scale: how much L typically varies over the box; set by the sampling.
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

    def polished(self, values: Floats) -> Floats:
        """Values of L with what rounding leaves of a 0 made 0, (…)."""
        return np.where(np.abs(values) <= ZERO * self.value_scale, 0.0, values)

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
