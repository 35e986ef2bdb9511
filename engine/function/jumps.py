"""Where a curve jumps: between two samples, however near one looks. Any thread; numpy only."""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.base.arrays import Floats

STEEPER: Final = 4.0  # times what the slopes at both samples explain: there one looks closer
VISIBLE: Final = 1e-3  # of the range of the samples: less is not seen
MOST: Final = 200  # places that are looked at
HALVINGS: Final = 50
STAYS: Final = 0.4  # of the difference is left between neighbours of the last digit; sign(x) goes in two
NOWHERE: Final = np.empty(0, np.intp)


def jumps(value: Callable[[Floats], Floats], s: Floats, f: Floats, slope: Floats) -> NDArray[np.intp]:
    """After which samples f(s), all (n,), f jumps before the next; (k,), increasing.

    Args:
        value: f at any places, (m,) → (m,).
    """
    with np.errstate(all="ignore"):
        gap, width = np.abs(np.diff(f)), np.diff(s)
        steep = np.fmax(np.abs(slope[:-1]), np.abs(slope[1:]))
        known = f[np.isfinite(f)]
        seen = VISIBLE * float(np.ptp(known)) if known.size else 0.0
        where = np.flatnonzero((gap > STEEPER * width * steep) & (gap > seen) & np.isfinite(gap))[:MOST]
        lo, hi, below, above = s[where], s[where + 1], f[where], f[where + 1]
        for _ in range(HALVINGS if len(where) else 0):
            middle = 0.5 * (lo + hi)
            between = value(middle)
            left = np.abs(between - below) >= np.abs(above - between)
            lo, below = np.where(left, lo, middle), np.where(left, below, between)
            hi, above = np.where(left, middle, hi), np.where(left, between, above)
        return where[np.abs(above - below) >= STAYS * gap[where]]
