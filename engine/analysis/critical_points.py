"""The critical points of L in its box: sample, solve ∇L = 0, verify, tell apart, classify.

Runs on the engine thread; numpy only.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.analysis.classify import eigenvalues_at, flat_directions, kind_of
from engine.analysis.families import MOST_TESTED, groove, grouped, is_plateau, on_continuum, plateaus
from engine.analysis.findings import CriticalPoint, Family, Kind
from engine.analysis.kinks import is_kinked, sharpest_points
from engine.analysis.landscape import Landscape
from engine.analysis.newton import newton_step, snap, solve_gradient, unique
from engine.analysis.seeds import Seeds, sample_seeds
from engine.base.arrays import Floats
from engine.base.budget import Budget
from engine.base.cancellation import CancelCheck, never
from engine.base.vectors import length
from engine.document.setup import Setup
from engine.program.function import Function

CLOSE_ENOUGH: Final = 1e-6  # widths: Newton's method would not go farther
SAME: Final = 1e-5  # widths: two results nearer than this are one point
SAME_FLAT: Final = 2e-3  # widths: the same for degenerate points, which are known less well
BESIDE_HOLE: Final = 1e-3  # widths
MOST_POINTS: Final = 1000
MOST_VERIFIED: Final = 200  # of what a search that was ended has come to
RECOMBINED: Final = 300  # seeds of a batch that are made of the points known by then


@np.errstate(all="ignore")
def critical_points(
    function: Function,
    setup: Setup,
    cancelled: CancelCheck = never,
    finest: int | None = None,
    budget: Budget | None = None,
) -> tuple[tuple[CriticalPoint, ...], tuple[Family, ...]]:
    """The isolated critical points in the box, its border included, and the continua of them.

    Minima come first, the lowest before the others; at most MOST_POINTS are kept.

    Args:
        finest: as of `sample_seeds`.
        budget: when it is spent, the search ends with what it has; `budget.exceeded` then says so.

    Raises:
        Cancelled: `cancelled` said so.
    """
    landscape = Landscape(function, setup.lo, setup.hi, cancelled, budget)
    if landscape.d == 0 or landscape.late():
        return (), ()
    seeds = sample_seeds(landscape, finest)
    theta = _roots(landscape, seeds.smooth)
    flat = np.asarray(flat_directions(landscape, theta).any(axis=-1))
    kinked = flat.copy()
    kinked[flat] = is_kinked(landscape, theta[flat])
    level = flat.copy()
    level[flat] = is_plateau(landscape, theta[flat])
    flat_land = theta[level]
    families = plateaus(landscape, flat_land)
    holes = flat.copy()
    holes[flat] = ~np.isfinite(landscape.value(_coarsely(landscape, theta[flat])))
    beside_holes = theta[holes]
    smooth = ~kinked & ~level & ~holes
    theta, flat = theta[smooth], flat[smooth]
    theta, flat, curves = _without_continua(landscape, theta, flat)
    families += curves
    points = _described(landscape, theta, flat) + _at_holes(landscape, beside_holes)
    tips, ridges = _tips(landscape, seeds, points, [flat_land, *(family.points for family in curves)])
    points += tips
    families += ridges
    return tuple(sorted(points, key=_rank)[:MOST_POINTS]), families


def _roots(landscape: Landscape, batches: tuple[Floats, ...]) -> Floats:
    """The different zeros of the gradient in the box that the seeds lead to, until a batch finds none new.

    A sum of parts of one variable each has its zeros at all combinations of their coordinates, so that those
    already found are recombined.
    """
    roots = np.empty((0, landscape.d))
    random = np.random.default_rng(0)
    for number, seeds in enumerate(batches):
        known = len(roots)
        if known:
            mixed = random.integers(known, size=(RECOMBINED, landscape.d))
            seeds = np.concatenate([seeds, roots[mixed, np.arange(landscape.d)]])
        roots = _different(landscape, np.concatenate([roots, _solved(landscape, seeds)]))
        if (number and len(roots) == known) or len(roots) > MOST_POINTS or landscape.late():
            break
    return roots


def _solved(landscape: Landscape, seeds: Floats) -> Floats:
    """The zeros of the gradient in the box that the seeds lead to; the same one several times."""
    theta = solve_gradient(landscape, seeds)
    if landscape.late():
        slopes = np.nan_to_num(length(landscape.slope(theta)), nan=np.inf)
        theta = theta[np.argsort(slopes, kind="stable")[:MOST_VERIFIED]]
    theta = theta[landscape.inside(theta, 1e-6)]
    theta = theta[newton_step(landscape, theta) <= CLOSE_ENOUGH]
    theta = snap(landscape, theta)
    return theta[landscape.inside(theta)]


def _different(landscape: Landscape, theta: Floats) -> Floats:
    """Of several results for one point only the best."""
    best = np.argsort(length(landscape.slope(theta)), kind="stable")
    theta = theta[best]
    return theta[unique(landscape, theta, SAME)]


def _without_continua(
    landscape: Landscape, theta: Floats, flat: NDArray[np.bool_]
) -> tuple[Floats, NDArray[np.bool_], tuple[Family, ...]]:
    """The points and their flags without those of continua, and the continua."""
    suspects = np.flatnonzero(flat)
    suspects = suspects[unique(landscape, theta[suspects], SAME_FLAT)][:MOST_TESTED]
    if not len(suspects):
        return theta, flat, ()
    continuous = on_continuum(landscape, theta[suspects])
    families = grouped(landscape, theta[suspects[continuous]])
    alone = suspects[~continuous]
    if families:
        # Points that failed the test for rounding alone lie among those that passed.
        alone = alone[landscape.away(theta[alone], np.concatenate([f.points for f in families]), 0.02)]
    keep = ~flat
    keep[alone] = True
    return theta[keep], flat[keep], families


def _described(landscape: Landscape, theta: Floats, flat: NDArray[np.bool_]) -> list[CriticalPoint]:
    eigenvalues = eigenvalues_at(landscape, theta)
    values = landscape.polished(landscape.value(theta))
    return [
        CriticalPoint(point, float(value), "degenerate" if is_flat else kind_of(own), own)
        for point, value, own, is_flat in zip(theta + 0.0, values, eigenvalues, flat, strict=True)
    ]


def _coarsely(landscape: Landscape, theta: Floats) -> Floats:
    """The round numbers next to theta (m, d)."""
    digits = 6 - np.floor(np.log10(landscape.widths))
    return np.asarray(np.round(theta * 10.0**digits) / 10.0**digits)


def _at_holes(landscape: Landscape, theta: Floats) -> list[CriticalPoint]:
    """What points (m, d) beside a hole are, like that of sin(r)/r, where all beside it is rounding.

    Told by the parabola that fits a little way off, if its own critical point is the hole.
    """
    found: list[CriticalPoint] = []
    if not len(theta):
        return found
    off = theta + BESIDE_HOLE * landscape.widths
    curvature, slope = landscape.curvature(off), landscape.slope(off)
    eigenvalues = eigenvalues_at(landscape, off)
    for i in np.flatnonzero(np.isfinite(eigenvalues).all(axis=-1) & (eigenvalues != 0).all(axis=-1)):
        center = off[i] - np.linalg.lstsq(curvature[i], slope[i], rcond=None)[0] * landscape.widths
        if landscape.distance(center, theta[i]) <= 0.1 * BESIDE_HOLE:
            hole = _coarsely(landscape, theta[i]) + 0.0
            kind = kind_of(eigenvalues[i])
            found.append(CriticalPoint(hole, float(landscape.value(theta[i])), kind, eigenvalues[i]))
    return found


def _tips(
    landscape: Landscape, seeds: Seeds, smooth: list[CriticalPoint], continua: list[Floats]
) -> tuple[list[CriticalPoint], tuple[Family, ...]]:
    """Minima and maxima at kinks, where samples are extreme and no smooth critical point accounts for it.

    The isolated ones, and ridges or grooves along which L is constant.
    """
    points: list[CriticalPoint] = []
    grooves: tuple[Family, ...] = ()
    undefined = np.full(landscape.d, np.nan)
    sides: tuple[tuple[Floats, float, Kind], ...] = (
        (seeds.low, 1.0, "minimum"),
        (seeds.high, -1.0, "maximum"),
    )
    for candidates, sign, kind in sides:
        if landscape.late():
            break
        alike = [point.point[None] for point in smooth if point.kind in (kind, "degenerate")]
        known = np.concatenate([np.empty((0, landscape.d)), *alike, *continua])
        far = landscape.away(candidates, known, 2.0 * seeds.spacing)
        tips, ridges = sharpest_points(landscape, candidates[far], seeds.spacing, sign)
        tips = tips[landscape.away(tips, known, 1e-4)]
        values = landscape.polished(landscape.value(tips))
        points += [
            CriticalPoint(tip, float(value), kind, undefined)
            for tip, value in zip(tips + 0.0, values, strict=True)
        ]
        grooves += tuple(groove(landscape, ridge, kind) for ridge in ridges)
    return points, grooves


def _rank(point: CriticalPoint) -> tuple[int, float, tuple[float, ...]]:
    order = ("minimum", "degenerate", "saddle", "maximum")
    return order.index(point.kind), round(point.value, 9), tuple(point.point.tolist())
