"""L in the units of its box: the unknown is u = (θ − center)/width, so that no axis outweighs another.

Any thread; numpy only.
"""

import numpy as np

from engine.optimizers.transform import Function
from engine.solution import Floats
from engine.stopping import box_widths

FREE_HALF_WIDTH = 5.0


class Landscape:
    """L over a box, with gradient and Hessian in units of the box; everything broadcasts over leading axes.

    Attributes:
        lo, hi, widths: (d,), finite: a free variable is searched over ±FREE_HALF_WIDTH.
    """

    def __init__(self, function: Function, lo: Floats, hi: Floats) -> None:
        self.function = function
        finite = np.isfinite(lo) & np.isfinite(hi)
        self.lo = np.where(finite, lo, -FREE_HALF_WIDTH)
        self.hi = np.where(finite, hi, FREE_HALF_WIDTH)
        self.widths = box_widths(self.lo, self.hi)
        self.center = 0.5 * self.lo + 0.5 * self.hi
        self.d = len(self.lo)

    def value(self, theta: Floats) -> Floats:
        """(…, d) → (…)."""
        with np.errstate(all="ignore"):
            return self.function.value(theta)

    def slope(self, theta: Floats) -> Floats:
        """∇L in units of the box, (…, d) → (…, d)."""
        with np.errstate(all="ignore"):
            return self.function.gradient(theta) * self.widths

    def curvature(self, theta: Floats) -> Floats:
        """The Hessian in units of the box, symmetric, (…, d) → (…, d, d)."""
        with np.errstate(all="ignore"):
            hessian = self.function.hessian(theta) * self.widths[:, None] * self.widths
            return 0.5 * (hessian + np.swapaxes(hessian, -1, -2))

    def inside(self, theta: Floats, slack: float = 1e-9) -> np.ndarray:
        """Which points lie in the box or on its border, (…)."""
        reach = (0.5 + slack) * self.widths
        return np.asarray((np.abs(theta - self.center) <= reach).all(axis=-1))

    def distance(self, a: Floats, b: Floats) -> Floats:
        """The largest difference of a coordinate, in units of the box."""
        return np.asarray(np.abs((a - b) / self.widths).max(axis=-1))
