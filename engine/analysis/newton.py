"""Many roots of the gradient at once: Levenberg's method on ‖∇L‖², vectorised over the starts.

Any thread; numpy only.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.analysis.landscape import Landscape
from engine.base.arrays import Floats
from engine.base.vectors import length

ITERATIONS: Final = 160
PATIENCE: Final = 40  # iterations, after which a search must have come near
HOPELESS: Final = 0.02  # widths that Newton's method would still go then
LONGEST: Final = 0.1  # widths that a search goes in a step: it must not leap over the roots near its seed
STILL: Final = 1e-15  # a step this short, in units of the box, ends the search
WANDER: Final = 0.5  # how far outside of the box a search may go, in widths
SINGULAR: Final = 1e-13  # of the largest curvature
NO_SLOPE: Final = 4e-16  # of the largest curvature: rounding
BESIDE: Final = 1.5  # tolerances; rounding must not lose a neighbour


def solve_gradient(landscape: Landscape, seeds: Floats) -> Floats:
    """From each seed (m, d) to a nearby point of vanishing gradient, if there is one; (m, d).

    The result must be judged by `newton_step`: a search may also end in a valley of ‖∇L‖.

    A step is good if ‖∇L‖ falls, or if less is left of the way that Newton's method goes from here: in a
    curved valley the right step climbs ‖∇L‖ for a moment.

    Source: Nocedal & Wright 2006, section 10.3 (Levenberg–Marquardt), with J the Hessian; Deuflhard 2011,
    "Newton Methods for Nonlinear Problems", section 3.3 (the natural monotonicity test).
    """
    theta = np.array(seeds, dtype=np.float64)
    slope = landscape.slope(theta)
    merit = _merit(slope)
    damping = np.full(len(theta), 0.1)
    active = np.flatnonzero(np.isfinite(merit))
    for iteration in range(ITERATIONS):
        if not len(active) or landscape.late():
            break
        g, h = slope[active], landscape.curvature(theta[active])
        good = np.isfinite(h).all(axis=(-2, -1))
        active, g, h = active[good], g[good], h[good]
        if not len(active):
            break
        size = length(h.reshape(len(h), -1))
        scale = np.where(size > 0, size, 1.0)
        h, g = h / scale[:, None, None], g / scale[:, None]
        # In the eigenbasis the damped step is exact even where the Hessian is nearly singular.
        values, vectors = eigensystem(h)
        along = np.einsum("sji,sj->si", vectors, g)
        amount = -values * along / (values * values + damping[active, None] + 1e-300)
        step = np.einsum("sij,sj->si", vectors, amount)
        far = length(step)
        step *= np.minimum(1.0, LONGEST / np.maximum(far, 1e-300))[:, None]
        trial = theta[active] + step * landscape.widths
        trial_slope = landscape.slope(trial)
        trial_merit = _merit(trial_slope)
        sizes = np.maximum(np.abs(values), SINGULAR)
        ahead = along / sizes
        left = np.einsum("sji,sj->si", vectors, trial_slope / scale[:, None]) / sizes
        better = (trial_merit < merit[active]) | (_merit(left) < _merit(ahead))
        accepted = active[better]
        theta[accepted], slope[accepted] = trial[better], trial_slope[better]
        merit[accepted] = trial_merit[better]
        damping[active] = np.where(
            better, np.maximum(damping[active] * 0.1, 1e-30), np.minimum(damping[active] * 10.0, 1e6)
        )
        wandered = ~landscape.inside(theta[active], WANDER)
        done = (far <= STILL) | (merit[active] == 0) | wandered | (~better & (damping[active] >= 1e6))
        if iteration >= PATIENCE:
            # By now a root would be near. In a valley of ‖∇L‖ that holds none, Newton's step stays long.
            done |= np.abs(ahead).max(axis=-1) > HOPELESS
        active = active[~done]
    return theta


def eigensystem(matrices: Floats) -> tuple[Floats, Floats]:
    """Eigenvalues (m, d), ascending, and eigenvectors (m, d, d) of symmetric matrices, as np.linalg.eigh.

    For d = 2 in closed form, which is many times faster for thousands of matrices.

    >>> values, vectors = eigensystem(np.array([[[2.0, 3.0], [3.0, 2.0]]]))
    >>> values.round(12).tolist(), np.abs(vectors).round(4).tolist()
    ([[-1.0, 5.0]], [[[0.7071, 0.7071], [0.7071, 0.7071]]])
    """
    if matrices.shape[-1] != 2:
        values, vectors = np.linalg.eigh(matrices)
        return values, vectors
    a, b, c = matrices[:, 0, 0], matrices[:, 0, 1], matrices[:, 1, 1]
    middle, radius = 0.5 * (a + c), np.hypot(0.5 * (a - c), b)
    angle = 0.5 * np.arctan2(2.0 * b, a - c)
    cosine, sine = np.cos(angle), np.sin(angle)
    rows = [np.stack([-sine, cosine], axis=-1), np.stack([cosine, sine], axis=-1)]
    return np.stack([middle - radius, middle + radius], axis=-1), np.stack(rows, axis=-2)


def newton_step(landscape: Landscape, theta: Floats) -> Floats:
    """How far Newton's method would still go from each point, in units of the box, (m,); inf: no root near.

    Where the Hessian is singular, a slope left in its flat direction counts as far.
    """
    slope, curvature = landscape.slope(theta), landscape.curvature(theta)
    distance = np.full(len(theta), np.inf)
    good = np.isfinite(curvature).all(axis=(-2, -1)) & np.isfinite(slope).all(axis=-1)
    if not good.any():
        return distance
    values, vectors = np.linalg.eigh(curvature[good])
    along = np.abs(np.einsum("sji,sj->si", vectors, slope[good]))
    sizes = np.abs(values)
    floor = np.maximum(sizes, SINGULAR * sizes.max(axis=-1, keepdims=True))
    none = along <= NO_SLOPE * sizes.max(axis=-1, keepdims=True)
    steps = np.where(none, 0.0, along / floor)
    distance[good] = steps.max(axis=-1)
    return distance


def snap(landscape: Landscape, theta: Floats) -> Floats:
    """Each point (m, d), moved to the round numbers next to it where the gradient is no greater there."""
    result = theta.copy()
    for digits in (4, 5, 6, 8, 10):
        unit = 10.0 ** (np.floor(np.log10(landscape.widths)) - digits)
        rounded = np.round(result / unit) * unit
        # Multiples of a power of ten below 1 are best made by division: 3 * 0.1 is not 0.3.
        rounded = np.where(unit < 1, np.round(result / unit) / np.round(1.0 / unit), rounded)
        for axis in (None, *range(landscape.d)):  # all coordinates together, then each alone
            candidate = rounded if axis is None else result.copy()
            if axis is not None:
                candidate[:, axis] = rounded[:, axis]
            close = landscape.distance(candidate, result) <= 2.0 * 10.0**-digits
            before, after = _merit(landscape.slope(result)), _merit(landscape.slope(candidate))
            take = close & (after <= before)
            result[take] = candidate[take]
    return result


def _merit(slope: Floats) -> Floats:
    """‖∇L‖, (…), however large; ∞ where it is undefined."""
    return np.nan_to_num(length(slope), nan=np.inf, posinf=np.inf)


def unique(landscape: Landscape, theta: Floats, tolerance: float) -> NDArray[np.intp]:
    """Indices of points (m, d) no two of which are within `tolerance`, in units of the box; first come."""
    if not len(theta):
        return np.empty(0, np.intp)
    scaled = (theta - landscape.lo) / landscape.widths / tolerance
    # Only the points beside it along one axis can be near a point: in that order they are a slice.
    along = scaled[:, np.ptp(scaled, axis=0).argmax()]
    order = np.argsort(along)
    begin = np.searchsorted(along[order], along - BESIDE, side="left")
    end = np.searchsorted(along[order], along + BESIDE, side="right")
    left = np.ones(len(theta), bool)
    kept: list[int] = []
    for i in range(len(theta)):
        if left[i]:
            kept.append(i)
            beside = order[begin[i] : end[i]]
            left[beside[np.abs(scaled[beside] - scaled[i]).max(axis=-1) <= 1.0]] = False
    return np.array(kept, dtype=np.intp)
