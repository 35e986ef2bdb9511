"""The box of a function: the drawn ranges, and what stands for one where a variable is free. Any thread."""

import numpy as np

from engine.base.arrays import Floats


def box_widths(lo: Floats, hi: Floats) -> Floats:
    """The widths of the box, (d,); those of free variables are the widest finite one, or 10."""
    widths = np.asarray(hi - lo, dtype=np.float64)
    finite = np.isfinite(widths)
    typical = float(widths[finite].max()) if finite.any() else 10.0
    return np.where(finite, widths, typical)
