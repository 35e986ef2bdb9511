"""Which level lines are drawn strongly: the same in both views. Any thread; numpy only."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.function.sampled import Field

EVERY: Final = 5


def index_levels(field: Field) -> NDArray[np.bool_]:
    """True for every fifth of even levels (those at round multiples), for the powers of ten of logarithmic
    ones, and for every fifth of the others; the shape of `field.levels`."""
    levels = field.levels
    if levels.size < 3:
        return np.zeros(levels.shape, dtype=bool)
    if field.level_rule == "linear":
        step = float(np.median(np.diff(levels)))
        return np.asarray(np.rint(levels / step).astype(np.int64) % EVERY == 0)
    if field.level_rule == "log":
        # As engine.function.scale lays them: from zero where the range as good as begins there.
        base = 0.0 if 0 <= field.z_lo < field.z_hi / 30 else field.z_lo
        return np.array([_is_power_of_ten(float(level) - base) for level in levels])
    return np.asarray(np.arange(levels.size) % EVERY == EVERY // 2)


def _is_power_of_ten(value: float) -> bool:
    if value <= 0.0:
        return False
    exponent = math.log10(value)
    return abs(exponent - round(exponent)) < 1e-6
