"""The slope of what is shown where the gradient is a convention: at a kink, a tie or a 0/0, by limits.

relu(x) + min(x, 0) is x, and its slope at 0 is 1, though each part has a kink there. Training and descent
keep the convention (`engine.program.rules`), as PyTorch does. Any thread; numpy only.
"""

from typing import Final, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.base.arrays import Floats

STEP: Final = 1e-6  # of the coordinate, or absolute below 1
ALIKE: Final = 1e-6  # relative: slopes of both sides that are one
QUOTIENT: Final = 1e-3  # how near the quotient of differences is to a slope
BLOCK: Final = 100_000  # numbers at once


class Kinked(Protocol):
    """What is asked of a function."""

    def value(self, theta: Floats, /) -> Floats: ...

    def gradient(self, theta: Floats, /) -> Floats: ...

    def kinks(self, theta: Floats, /) -> NDArray[np.bool_]: ...


def shown_gradient(function: Kinked, theta: ArrayLike) -> Floats:
    """∇f at points (…, d), (…, d); at a kink each partial is its limit from both sides, if they agree.

    Where they do not, as for |x| at 0, or f jumps, or one side is undefined, the convention stays.
    """
    points = np.asarray(theta, dtype=np.float64)
    gradient = np.array(function.gradient(points), dtype=np.float64)
    masked = function.kinks(points) if points.shape[-1] else np.zeros(points.shape[:-1], bool)
    if not masked.any():
        return gradient
    places = points[masked]
    block = max(1, BLOCK // points.shape[-1] ** 2)
    refined = [limits(function, places[k : k + block]) for k in range(0, len(places), block)]
    found = np.concatenate(refined)
    gradient[masked] = np.where(np.isfinite(found), found, gradient[masked])
    return gradient


def without_gaps(function: Kinked, theta: Floats, gradient: Floats) -> Floats:
    """`gradient` at one point, both (…, d) of d numbers, with the limit where it is NaN and has one: in the
    square of √(x² + y²) nothing is left of the kink but 0/0 in the chain rule."""
    found = limits(function, theta.reshape(1, -1)).reshape(theta.shape)
    return np.where(np.isnan(gradient), found, gradient)


def limits(function: Kinked, theta: Floats) -> Floats:
    """The partials at theta (m, d) as limits from both sides; NaN where there is none."""
    d = theta.shape[-1]
    with np.errstate(all="ignore"):
        step = STEP * np.maximum(np.abs(theta), 1.0)
        here = function.value(theta)[:, None]
        sides = []
        for sign in (1.0, -1.0):
            far, near = (
                theta[:, None, :] + sign * share * step[:, :, None] * np.eye(d) for share in (1.0, 0.5)
            )
            # Both at once, which are never one point alone: that would ask for limits in its turn.
            slopes = function.gradient(np.concatenate([far, near], axis=1))
            axes = np.arange(d)
            # What is linear in the step is taken out (Richardson).
            slope = 2.0 * slopes[:, d + axes, axes] - slopes[:, axes, axes]
            rise = function.value(near) - here
            smooth = np.abs(rise) <= step * np.abs(slope) + ALIKE * (step + 1e-3 * np.abs(here))
            # The slopes near x² sin(1/x) have no limit, whatever they are at two places: the quotient tells.
            rounding = 1e-15 * np.abs(here) / step
            smooth &= np.abs(2.0 * rise / step - slope * sign) <= QUOTIENT * (1.0 + np.abs(slope)) + rounding
            sides.append(np.where(smooth, slope, np.nan))
        right, left = sides
        alike = np.abs(right - left) <= ALIKE * np.maximum(1.0, np.maximum(np.abs(right), np.abs(left)))
        return np.where(alike, 0.5 * right + 0.5 * left, np.nan)
