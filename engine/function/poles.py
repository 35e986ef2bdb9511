"""Poles between samples, and samples on one: what rounding has made of them is no value of f.

Any thread; numpy only.
"""

from typing import Final

import numpy as np

from engine.base.arrays import Floats
from engine.function.scale import thinned

HUGE: Final = 1e6  # times the usual size of f
CLOSER: Final = 24  # points of an axis beside the highest sample, to tell a pole from a peak
UNSURE: Final = 0.1  # of itself: what a value may change by within the last digit of its place


def without_poles(x: Floats, y: Floats, z: Floats, fx: Floats, fy: Floats) -> tuple[Floats, Floats, Floats]:
    """Samples of f and its slopes, (ny, nx) each, with NaN where rounding has just missed a pole.

    As of 1/(x + y) where the sum is not 0 but its last digit: such a value is huge, and its own slope could
    change it by a good part of itself within the last digit of x or y.
    """
    with np.errstate(all="ignore"):
        size = np.abs(z)
        known = size[np.isfinite(size)]
        usual = float(np.median(thinned(known))) if known.size else 0.0
        suspect = (size > HUGE * usual) & np.isfinite(size)
        if usual == 0.0 or not suspect.any():
            return z, fx, fy
        change = np.finfo(float).eps * (np.abs(fx) * np.abs(x).max() + np.abs(fy) * np.abs(y).max())
        on_pole = suspect & (change >= UNSURE * size)
    z, fx, fy = (np.where(on_pole, np.nan, each) for each in (z, fx, fy))
    return z, fx, fy


def around(s: Floats, i: int, count: int = CLOSER) -> Floats:
    """`count` points across the cells at both sides of sample `i`; none of them the sample itself."""
    lo, hi = s[max(i - 1, 0)], s[min(i + 1, len(s) - 1)]
    return np.asarray(np.linspace(lo, hi, count + 2)[1:-1] + (hi - lo) * 1e-4)


def grows(closer: Floats, top: float, usual: float) -> bool:
    """Whether what is seen from closer rises well above the `top` of the samples, as beside a pole."""
    finite = closer[np.isfinite(closer)]
    return not finite.size or float(finite.max()) - usual > 1.5 * (top - usual)
