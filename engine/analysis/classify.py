"""Minimum, maximum or saddle, by the eigenvalues of the Hessian, and whether they decide.

Any thread; numpy only.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.analysis.findings import Kind
from engine.analysis.landscape import Landscape
from engine.analysis.newton import newton_step
from engine.base.arrays import Floats
from engine.base.vectors import eigenvalues
from engine.program.function import dense_hessian

ROUNDING: Final = 1e-12  # of the largest eigenvalue: below it an eigenvalue is rounding
ERROR: Final = 50.0  # times the step that is left: as far may a multiple root be from where it was found
SLOPE_ERROR: Final = 4.0  # times the rounding of the slope
SEEN: Final = 100.0  # times the rounding: a rise that is seen
REACH: Final = (1e-5, 1e-2)  # widths at which it is looked for
LEAST_ERROR, LARGEST_ERROR = 1e-12, 1e-4  # widths


def kind_of(eigenvalues: Floats, tolerance: float = 0.0) -> Kind:
    """The kind of a critical point with these eigenvalues (d,); those within ±tolerance count as 0.

    >>> kind_of(np.array([-1.0, 5.0])), kind_of(np.array([0.0, 2.0])), kind_of(np.array([2.0, 2.0]))
    ('saddle', 'undecided', 'minimum')
    """
    if not np.isfinite(eigenvalues).all() or (np.abs(eigenvalues) <= tolerance).any():
        return "undecided"
    if (eigenvalues > 0).all():
        return "minimum"
    return "maximum" if (eigenvalues < 0).all() else "saddle"


def flat_directions(landscape: Landscape, theta: Floats) -> NDArray[np.bool_]:
    """Which eigenvalues of the (scaled) Hessian at theta (m, d) vanish, (m, d) bool, ascending order.

    An eigenvalue counts as 0 if it is rounding beside the largest, or if it changes by half of itself within
    the error of theta: then it may vanish at the critical point itself.
    """
    if not len(theta):
        return np.zeros((0, landscape.d), bool)
    values = np.nan_to_num(eigenvalues(landscape.curvature(theta)))
    largest = np.abs(values).max(axis=-1, keepdims=True)
    flat = np.abs(values) <= ROUNDING * largest
    slope_error = SLOPE_ERROR * landscape.slope_rounding(theta).max(axis=-1)
    error = np.maximum(ERROR * newton_step(landscape, theta), slope_error / np.abs(values).min(axis=-1))
    error = np.clip(np.nan_to_num(error, nan=LARGEST_ERROR), LEAST_ERROR, LARGEST_ERROR)
    for axis in range(landscape.d):
        for sign in (1.0, -1.0):
            moved = theta.copy()
            moved[:, axis] += sign * error * landscape.widths[axis]
            beside = np.nan_to_num(eigenvalues(landscape.curvature(moved)))
            flat |= np.abs(beside - values) >= 0.5 * np.abs(values)
    return np.asarray(flat)


def bears_out(landscape: Landscape, theta: Floats) -> NDArray[np.bool_]:
    """At which critical points (m, d) the values around agree with the Hessian's eigenvalues, (m,): on both
    sides along each eigenvector L is higher, or lower, as the eigenvalue says."""
    if not len(theta):
        return np.zeros(0, bool)
    values, vectors = np.linalg.eigh(np.nan_to_num(landscape.curvature(theta)))
    seen = 2.0 * SEEN * landscape.rounding(theta)[:, None] / np.maximum(np.abs(values), 1e-300)
    reach = np.clip(np.sqrt(seen), *REACH)
    steps = reach[:, :, None] * np.swapaxes(vectors, -1, -2) * landscape.widths
    both = np.stack([theta[:, None] + steps, theta[:, None] - steps])
    rise = landscape.value(both) - landscape.value(theta)[:, None]
    return np.asarray((np.sign(rise) == np.sign(values)).all(axis=(0, 2)))


def eigenvalues_at(landscape: Landscape, theta: Floats) -> Floats:
    """The eigenvalues of the true Hessian at theta (m, d), (m, d) ascending; NaN where undefined."""
    return eigenvalues(dense_hessian(landscape.function, theta))
