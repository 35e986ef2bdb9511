"""Where a function is exactly flat: it has one value all around, as far as numbers can tell.

Any thread; numpy only.
"""

import numpy as np
from numpy.typing import NDArray

from engine.base.arrays import Floats
from engine.program.function import DENSE, Function

ENOUGH = 0.4  # of the ring around a point: at the rim of a plateau only half of it lies on the plateau


def on_plateau(function: Function, theta: Floats, reach: Floats) -> NDArray[np.bool_]:
    """Around which points (m, d) the function is constant, as far as `reach` (d,), (m,)."""
    if not len(theta):
        return np.zeros(0, bool)
    value = function.value(theta)
    around, slope = function.value_and_gradient(theta[:, None] + reach * directions(theta.shape[-1], 16))
    # Where only rounding hides how L rises, as of 1 + x⁶, it still has a slope.
    level = (around == value[:, None]) & (slope == 0).all(axis=-1)
    return np.asarray(level.mean(axis=1) >= ENOUGH)


def directions(d: int, count: int) -> Floats:
    """Unit directions spread over the sphere, opposite ones in pairs; (n, d), no more for a d above DENSE."""
    if d == 1:
        return np.array([[1.0], [-1.0]])
    if d == 2:
        angle = 2.0 * np.pi * np.arange(count) / count
        return np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    some = np.random.default_rng(1).standard_normal((count * d if d <= DENSE else count, d))
    some /= np.linalg.norm(some, axis=-1, keepdims=True)
    return np.concatenate([some, -some, *((np.eye(d), -np.eye(d)) if d <= DENSE else ())])
