"""When a run is over: the stopping rules of descent, for many points at once.

The rules (the widths w are those of the drawn box; a free variable counts as wide as the widest axis):
- converged: ‖∇L‖ ≤ tolerance, the last step was short, no negative curvature, and Newton's method would not
  go far from here either. Where the curvature vanishes or L has a kink, points around are probed: none may
  be lower.
- stalled_at_saddle: as above, but there is a way down: a negative eigenvalue, or a lower point around.
- stalled_on_plateau: the run began where L is constant all around, and cannot leave it.
- left_domain: L is undefined here, or the run has been more than OUTSIDE_MARGIN widths outside of the box
  for OUTSIDE_PATIENCE steps.
- diverged: a number overflowed, or the run left with ever longer steps.
- max_steps: none of these within the budget; that may be a plateau, a valley, or an orbit around a minimum.
The tolerance is relative to the scale of the slope at the start, so that 10⁻⁹·L stops where L does.
Any thread; numpy only.
"""

from typing import Any, Final, NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from engine.base.arrays import Floats
from engine.base.vectors import length
from engine.descent.run import Outcome
from engine.function.box import box_widths
from engine.program import krylov
from engine.program.function import DENSE, Function, dense_hessian

GRADIENT_TOLERANCE: Final = 1e-6
LARGE_SCALE_TOLERANCE: Final = 1e-12  # of the slope's scale, where that is beyond 10⁶
NEWTON_REACH: Final = 1e-4  # of the widths: a minimum must be nearer than that
SHORT_STEP: Final = 1e-3  # of the widths
PROBE_REACH: Final = 1e-3  # of the widths
BESIDE: Final = 1e-5  # of the widths: nearer yet
FLOOR: Final = 1e-2  # of the largest eigenvalue's magnitude: a direction above it leads up a valley's side
FLAT: Final = 1e-6  # of the largest eigenvalue's magnitude: below it a direction counts as flat
OUTSIDE_MARGIN: Final = 3.0
OUTSIDE_PATIENCE: Final = 5
FAR_OUT: Final = 1e3  # widths: at once
LEAP: Final = 0.5  # widths per step: who goes so far is not walking out but thrown out
FREE_REACH: Final = 1e4  # how far a free variable may go, in units of its start

GO_ON: Final = 0
OUTCOMES: Final[tuple[Outcome, ...]] = (
    "max_steps",
    "converged",
    "stalled_at_saddle",
    "left_domain",
    "diverged",
    "stalled_on_plateau",
)
CONVERGED, STALLED, LEFT, DIVERGED, LEVEL = range(1, 6)


class Scales(Struct, frozen=True):
    """The sizes that the rules measure against.

    Attributes:
        widths: of the box, (d,), finite. near, far: the reach around `center`, (s, d) or (d,): outside of
            `near` a run has left; outside of `far` it ends at once.
        tolerance: (s,), of the gradient's norm.
    """

    widths: Floats
    center: Floats
    near: Floats
    far: Floats
    tolerance: Floats

    def of(self, keep: NDArray[np.intp] | NDArray[np.bool_]) -> "Scales":
        """The scales of some of the starts."""
        return Scales(self.widths, self.center[keep], self.near[keep], self.far[keep], self.tolerance[keep])


def scales_of(function: Function, starts: Floats, gradient: Floats, lo: Floats, hi: Floats) -> Scales:
    """The Scales of runs from `starts` (s, d) with the gradients there (s, d)."""
    widths = box_widths(lo, hi)
    finite = np.isfinite(lo) & np.isfinite(hi)
    low = np.minimum(np.where(finite, lo, starts), starts)
    high = np.maximum(np.where(finite, hi, starts), starts)
    center = 0.5 * low + 0.5 * high
    half = 0.5 * high - 0.5 * low
    free_reach = FREE_REACH * np.maximum(np.abs(starts), widths)
    near = np.where(finite, half + OUTSIDE_MARGIN * widths, free_reach)
    far = np.where(finite, half + FAR_OUT * widths, 1e3 * free_reach)
    slope = length(gradient)
    curvature = krylov.curvature_size(function, starts) * widths.max() * 1e-2
    slope, curvature = (np.where(np.isfinite(each), each, 0.0) for each in (slope, curvature))
    scale = np.maximum(slope, curvature)
    scale = np.where(scale > 0, scale, 1.0)
    tolerance = GRADIENT_TOLERANCE * np.minimum(1.0, scale) + LARGE_SCALE_TOLERANCE * scale
    return Scales(widths, center, near, far, tolerance)


def tolerance_at(function: Function, theta: Floats, widths: Floats) -> Floats:
    """The gradient's tolerance by the curvature at theta (s, d), (s,): however steep L was where a run began,
    it ends where its slope is nothing beside what L is there."""
    scale = krylov.curvature_size(function, theta) * widths.max() * 1e-2
    scale = np.nan_to_num(scale, nan=np.inf, posinf=np.inf)
    return np.asarray(GRADIENT_TOLERANCE + LARGE_SCALE_TOLERANCE * scale)


def judge_still_points(
    function: Function, theta: Floats, gradient: Floats, widths: Floats
) -> NDArray[np.int8]:
    """What points of (nearly) vanishing or undefined gradient are: CONVERGED, STALLED or GO_ON (a plateau).

    Args:
        theta, gradient: (s, d); L is finite at theta.
    """
    if theta.shape[-1] > DENSE:
        return _judged_by_products(function, theta, gradient, widths)
    hessian = dense_hessian(function, theta)
    if not (np.isfinite(hessian).all() and np.isfinite(gradient).all()):
        smooth = np.asarray(np.isfinite(hessian).all(axis=(-2, -1)) & np.isfinite(gradient).all(axis=-1))
        hessian = np.where(smooth[:, None, None], hessian, 0.0)
        gradient = np.where(smooth[:, None], gradient, 0.0)
    # In units of the box, so that neither an axis in metres nor one in millimetres decides alone.
    hessian = hessian * widths[:, None] * widths
    slope = gradient * widths
    eigenvalues, eigenvectors = np.linalg.eigh(hessian)
    largest = np.abs(eigenvalues).max(axis=-1)
    along = np.vecmat(slope, eigenvectors)
    curved = np.abs(eigenvalues) > 1e-12 * largest[:, None]
    newton = np.where(curved, along, 0.0) / np.where(curved, eigenvalues, 1.0)
    near = np.abs(newton).max(axis=-1) <= NEWTON_REACH

    eye = np.eye(theta.shape[-1])
    codes = np.full(len(theta), CONVERGED, dtype=np.int8)
    doubtful = eigenvalues[:, 0] <= FLAT * largest
    downhill = eigenvalues[:, 0] < -FLAT * largest
    codes[downhill] = STALLED
    probed = np.flatnonzero(doubtful & ~downhill)
    if len(probed):
        lower = has_lower_neighbour(
            function, theta[probed], widths, length(slope[probed]), eigenvectors[probed]
        )
        codes[probed[lower]] = STALLED
    clear = np.flatnonzero(~doubtful & near)
    if len(clear):  # the Hessian is that of one side: of x|x| it is positive on the right
        beside = theta[clear, None] + BESIDE * widths * np.concatenate([eye, -eye])
        allowed = 2.0 * BESIDE * length(slope[clear]) + 1e-13 * np.abs(function.value(theta[clear]))
        lower = function.value(beside) < (function.value(theta[clear]) - allowed)[:, None]
        codes[clear[lower.any(axis=1)]] = STALLED
    codes[~near] = GO_ON
    return codes


def _judged_by_products(
    function: Function, theta: Floats, gradient: Floats, widths: Floats
) -> NDArray[np.int8]:
    """The same where no Hessian is made: by its ends, and by the step of Newton's method."""
    codes = np.full(len(theta), CONVERGED, dtype=np.int8)
    for i in range(len(theta)):
        multiply = krylov.along(function, theta[i], widths)
        (lowest, highest), vectors, _ = krylov.ends(multiply, theta.shape[-1])
        if np.isnan(lowest):
            continue
        slope = np.nan_to_num(gradient[i], posinf=0.0, neginf=0.0) * widths
        if np.abs(krylov.solved(multiply, slope)).max() > NEWTON_REACH:
            codes[i] = GO_ON
        elif lowest < -FLAT * max(-lowest, highest):
            codes[i] = STALLED
        elif lowest <= FLAT * highest:
            one = slice(i, i + 1)
            if has_lower_neighbour(function, theta[one], widths, length(slope)[None], vectors[None])[0]:
                codes[i] = STALLED
    return codes


def has_lower_neighbour(
    function: Function, theta: Floats, widths: Floats, slope: Floats, directions: Floats
) -> NDArray[np.bool_]:
    """Is L lower somewhere on a small sphere around theta, by more than slope and rounding explain?

    Args:
        theta: (s, d). slope: (s,), the norm of the gradient in units of the box.
        directions: (s, d, k), columns are orthonormal; they, their opposites and more are probed.
    """
    d = theta.shape[-1]
    more = np.random.default_rng(0).standard_normal((16, d))
    more /= np.linalg.norm(more, axis=-1, keepdims=True)
    eigen = np.swapaxes(directions, -1, -2)
    probes = np.concatenate(
        [
            eigen,
            -eigen,
            np.broadcast_to(more, (len(theta), 16, d)),
            np.broadcast_to(-more, (len(theta), 16, d)),
        ],
        axis=1,
    )
    value = function.value(theta)
    points = theta[:, None, :] + PROBE_REACH * widths * probes
    around = function.value(points)
    if d <= DENSE:
        floor = _on_the_floor(function, points[:, : 2 * d], widths)
        around = np.concatenate([around, floor], axis=1)
    rounding = 1e-13 * np.maximum(np.abs(value), np.nanmax(np.abs(around), axis=-1, initial=0.0))
    allowed = 2.0 * slope * PROBE_REACH + rounding
    return np.asarray((around < (value - allowed)[:, None]).any(axis=-1))


def _on_the_floor(function: Function, points: Floats, widths: Floats) -> Floats:
    """L where Newton's method goes from points (s, p, d) in the directions that curve upwards, (s, p).

    Beside a saddle like (y − x²)(y − 3x²) only a sliver is lower, and a straight way never meets it.
    """
    hessian = dense_hessian(function, points) * widths[:, None] * widths
    good = np.asarray(np.isfinite(hessian).all(axis=(-2, -1)))
    values, vectors = np.linalg.eigh(np.where(good[..., None, None], hessian, 0.0))
    along = np.einsum("spji,spj->spi", vectors, function.gradient(points) * widths)
    up = values > FLOOR * np.abs(values).max(axis=-1, keepdims=True)
    step = np.einsum("spij,spj->spi", vectors, np.where(up, along, 0.0) / np.where(up, values, 1.0))
    near = np.asarray((np.abs(step) <= PROBE_REACH).all(axis=-1))
    return np.where(near, function.value(points - np.where(near[..., None], step, 0.0) * widths), np.nan)


class Moving(NamedTuple):
    """Points that descend, (s, d), L and its gradient there, the step that led there; L at their starts."""

    theta: Floats
    value: Floats
    gradient: Floats
    step: Floats
    start_value: Floats

    def of(self, which: NDArray[Any]) -> "Moving":
        """Those of the points `which`, a mask or indices."""
        return Moving(*(each[which] for each in self))


def judge_lost_points(points: Moving, start: Floats, t: int, scales: Scales) -> NDArray[np.int8]:
    """LEFT or DIVERGED, for points where L is not finite or that are outside of the reach, (s,).

    Args:
        start: where each run began, (s, d); t: the number of steps taken.
    """
    theta, value, gradient, step, start_value = points
    overflowed = ~np.isfinite(theta).all(axis=-1)
    outside = (np.abs(theta - scales.center) > scales.near).any(axis=-1)
    undefined = ~np.isfinite(value) | ~np.isfinite(gradient).all(axis=-1)
    distance = length((theta - start) / scales.widths)
    last = length(step / scales.widths)
    # At an even pace the last step is 1/t of the way; well beyond that, steps are growing.
    leaping = distance > LEAP * t
    accelerating = (last * t > 1.5 * distance) | leaping | (value > start_value) | undefined
    return np.where(overflowed | (outside & accelerating), DIVERGED, LEFT).astype(np.int8)
