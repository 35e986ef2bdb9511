"""The critical points of L in its box: sample, solve ∇L = 0, verify, tell apart, classify.

Runs on the engine thread; numpy only.
"""

from typing import Final

import numpy as np

from engine.analysis.classify import eigenvalues_at, flat_directions, kind_of
from engine.analysis.landscape import Landscape
from engine.analysis.newton import newton_step, snap, solve_gradient, unique
from engine.analysis.seeds import sample_seeds
from engine.cancellation import CancelCheck, Cancelled, never
from engine.optimizers.transform import Function
from engine.solution import CriticalPoint, Family, Field, Floats, Setup

CLOSE_ENOUGH: Final = 1e-6  # widths: Newton's method would not go farther
SAME: Final = 1e-5  # widths: two results nearer than this are one point
MOST_POINTS: Final = 2500


def critical_points(
    function: Function, setup: Setup, field: Field | None = None, cancelled: CancelCheck = never
) -> tuple[tuple[CriticalPoint, ...], tuple[Family, ...]]:
    """The isolated critical points in the box, its border included, and the continua of them.

    Minima come first, the lowest before the others.

    Raises:
        Cancelled: `cancelled` said so.
    """
    landscape = Landscape(function, setup.lo, setup.hi)
    if landscape.d == 0:
        return (), ()
    seeds = sample_seeds(landscape)
    _check(cancelled)
    theta = solve_gradient(landscape, seeds.smooth)
    _check(cancelled)
    theta = theta[landscape.inside(theta, 1e-6)]
    theta = theta[newton_step(landscape, theta) <= CLOSE_ENOUGH] if len(theta) else theta
    theta = snap(landscape, theta)
    theta = theta[landscape.inside(theta)]
    theta = theta[unique(landscape, theta, SAME)]
    points = _described(landscape, theta)
    return points, ()


def _described(landscape: Landscape, theta: Floats) -> tuple[CriticalPoint, ...]:
    if not len(theta):
        return ()
    flat = np.asarray(flat_directions(landscape, theta).any(axis=-1))
    eigenvalues = eigenvalues_at(landscape, theta)
    values = landscape.value(theta)
    points = [
        CriticalPoint(point, float(value), "degenerate" if is_flat else kind_of(own), own)
        for point, value, own, is_flat in zip(theta, values, eigenvalues, flat, strict=True)
    ]
    return tuple(sorted(points, key=_rank)[:MOST_POINTS])


def _rank(point: CriticalPoint) -> tuple[int, float, tuple[float, ...]]:
    order = ("minimum", "degenerate", "saddle", "maximum")
    return order.index(point.kind), round(point.value, 9), tuple(point.point.tolist())


def _check(cancelled: CancelCheck) -> None:
    if cancelled():
        raise Cancelled
