"""The critical points of L in its box: sample, solve ∇L = 0, verify, tell apart, classify.

Runs on the engine thread; numpy only.
"""

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from engine.analysis.classify import bears_out, eigenvalues_at, flat_directions, kind_of
from engine.analysis.families import (
    FEWEST,
    MOST_TESTED,
    groove,
    grouped,
    is_plateau,
    is_underflow,
    linked,
    on_continuum,
    plateaus,
)
from engine.analysis.findings import CriticalPoint, Family, Kind
from engine.analysis.flat_points import kind_by_values
from engine.analysis.kinks import AROUND_TIP, curvature_around, is_kinked, sharpest_points
from engine.analysis.landscape import Landscape
from engine.analysis.newton import newton_step, snap, solve_gradient, unique
from engine.analysis.seeds import Seeds, sample_seeds
from engine.analysis.valleys import bottoms
from engine.base.arrays import Floats
from engine.base.budget import Budget
from engine.base.cancellation import CancelCheck, never
from engine.base.vectors import length
from engine.document.setup import Setup
from engine.function.plateau import directions
from engine.program.function import Function

CLOSE_ENOUGH: Final = 1e-6  # widths: Newton's method would not go farther
SAME: Final = 1e-5  # widths: two results nearer than this are one point
SAME_FLAT: Final = 2e-3  # widths: the same for degenerate points, which are known less well
BESIDE_HOLE: Final = 1e-3  # widths
MOST_POINTS: Final = 1000
MOST_FLAT: Final = 200  # flat points whose kind is decided
MOST_VERIFIED: Final = 200  # of what a search that was ended has come to
RECOMBINED: Final = 300  # seeds of a batch that are made of the points known by then
FADED: Final = 0.02  # of the slope at BESIDE_FLAT: less is left of it at a critical point
BESIDE_FLAT: Final = 1e-3  # widths
NEARER, TOGETHER = 1e-3, 0.3  # so much nearer, values differ by less than this share of as much
ON_RIM: Final = 32  # directions, of which two lead onto a plateau
TIP_FLAT: Final = 1e-6  # of the largest eigenvalue: as much is left of a 0 so near a tip
ORDER: Final[tuple[Kind, ...]] = ("minimum", "undecided", "neither", "saddle", "maximum")


class Found(Struct, frozen=True, eq=False):
    """What a search has found: isolated points, continua, and places (k, d) around which L is so small that
    numbers write it as 0."""

    points: tuple[CriticalPoint, ...] = ()
    families: tuple[Family, ...] = ()
    hidden: Floats = np.empty((0, 0))


@np.errstate(all="ignore")
def critical_points(
    function: Function,
    setup: Setup,
    cancelled: CancelCheck = never,
    finest: int | None = None,
    budget: Budget | None = None,
    reached: Floats | None = None,
) -> Found:
    """The isolated critical points in the box, its border included, the continua of them, and where numbers
    are too small for L.

    Minima come first, the lowest before the others; at most MOST_POINTS are kept.

    Args:
        finest: as of `sample_seeds`.
        budget: when it is spent, the search ends with what it has; `budget.exceeded` then says so.
        reached: (m, d), places that runs have come to: they are seeds, too.

    Raises:
        Cancelled: `cancelled` said so.
    """
    landscape = Landscape(function, setup.lo, setup.hi, cancelled, budget)
    if landscape.d == 0 or landscape.late():
        return Found()
    seeds = sample_seeds(landscape, finest)
    if reached is not None and len(reached):
        seeds = seeds.with_reached(reached[landscape.inside(reached)])
    theta = _roots(landscape, seeds)
    flat = flat_directions(landscape, theta)
    singular = np.asarray(flat.any(axis=-1))
    tied = function.kinks(theta)
    kinked = singular | tied
    kinked[kinked] = is_kinked(landscape, theta[kinked])
    level = singular.copy()
    level[singular] = is_plateau(landscape, theta[singular])
    flat_land = theta[level]
    unseen = is_underflow(landscape, flat_land)
    hidden, flat_land = flat_land[unseen], flat_land[~unseen]
    families = plateaus(landscape, flat_land)
    holes = singular.copy()
    holes[singular] = ~np.isfinite(landscape.value(_coarsely(landscape, theta[singular])))
    beside_holes = theta[holes]
    smooth = ~kinked & ~level & ~holes
    theta, flat, tied = theta[smooth], flat[smooth], tied[smooth]
    alone, curves = _without_continua(landscape, theta, np.asarray(flat.any(axis=-1)))
    families += curves
    points = _described(landscape, theta[alone], flat[alone], tied[alone])
    points += _at_holes(landscape, beside_holes)
    tips, ridges = _tips(landscape, seeds, points, [flat_land, *(family.points for family in curves)])
    points += tips
    families += ridges
    points = [point for point in points if not _on_a_rim(landscape, point, families)]
    return Found(tuple(sorted(points, key=_rank)[:MOST_POINTS]), families, hidden)


def _roots(landscape: Landscape, seeds: Seeds) -> Floats:
    """The different zeros of the gradient in the box that the seeds lead to, until a batch finds none new.

    A sum of parts of one variable each has its zeros at all combinations of their coordinates, so that those
    already found are recombined.
    """
    roots = np.empty((0, landscape.d))
    if len(seeds.wells):
        wells = [bottoms(landscape, seeds.wells, sign) for sign in (1.0, -1.0)]
        roots = _different(landscape, _solved(landscape, np.concatenate(wells)))
    random = np.random.default_rng(0)
    for number, batch in enumerate(seeds.smooth):
        known = len(roots)
        if known:
            mixed = random.integers(known, size=(RECOMBINED, landscape.d))
            batch = np.concatenate([batch, roots[mixed, np.arange(landscape.d)]])
        roots = _different(landscape, np.concatenate([roots, _solved(landscape, batch)]))
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
) -> tuple[NDArray[np.bool_], tuple[Family, ...]]:
    """Which points (m, d) are not of continua, (m,), and the continua."""
    suspects = np.flatnonzero(flat)
    suspects = suspects[unique(landscape, theta[suspects], SAME_FLAT)][:MOST_TESTED]
    if len(suspects) < FEWEST:
        keep = ~flat
        keep[suspects] = True
        return keep, ()
    continuous = on_continuum(landscape, theta[suspects]) | linked(landscape, theta[suspects])
    families = grouped(landscape, theta[suspects[continuous]])
    alone = suspects[~continuous]
    if families:
        # Points that failed the test for rounding alone lie among those that passed.
        alone = alone[landscape.away(theta[alone], np.concatenate([f.points for f in families]), 0.02)]
    keep = ~flat
    keep[alone] = True
    return keep, families


def _described(
    landscape: Landscape, theta: Floats, flat: NDArray[np.bool_], tied: NDArray[np.bool_]
) -> list[CriticalPoint]:
    """What points (m, d) of no slope are: by the Hessian, or by the values around where it is singular,
    (m, d) `flat`, or where L is made of pieces, (m,) `tied`. One where no proof holds is left out."""
    eigenvalues = eigenvalues_at(landscape, theta)
    values = landscape.polished(theta)
    points = []
    decided, borne = 0, bears_out(landscape, theta)
    for i in range(len(theta)):
        singular, own = flat[i], np.where(flat[i], 0.0, eigenvalues[i])
        if tied[i]:
            own = curvature_around(landscape, theta[i])
            singular = np.ones(landscape.d, bool)
        if not singular.any() and borne[i]:
            points.append(_point(theta[i], values[i], kind_of(own), own, places=2 * landscape.d + 1))
            continue
        if landscape.late():
            continue  # not proved in time; whoever searches says that there may be more
        if not singular.any():
            singular = np.ones(landscape.d, bool)
        if not _is_still(landscape, theta[i], singular):
            continue
        decided += 1
        others = np.delete(theta, i, axis=0) if decided <= MOST_FLAT else theta  # of more none is decided
        nearest = float(landscape.distance(others, theta[i]).min(initial=np.inf))
        kind, places = kind_by_values(landscape, theta[i], singular, nearest)
        is_flat = bool(flat[i].any())
        points.append(_point(theta[i], values[i], kind, own, flat=is_flat, places=places))
    return points


def _point(
    theta: Floats, value: float, kind: Kind, eigenvalues: Floats, *, flat: bool = False, places: int
) -> CriticalPoint:
    return CriticalPoint(theta + 0.0, float(value), kind, eigenvalues, flat=flat, places=places)


def _is_still(landscape: Landscape, point: Floats, flat: NDArray[np.bool_]) -> bool:
    """Whether the slope at a point (d,) is as good as 0 beside that a little way off along flat directions.

    There Newton's step proves nothing: y⁸ has hardly a slope at 0.1, and that is no critical point. Nor is a
    jump, whatever the slopes beside it: where L has a slope of 0 its values come together faster than places.
    """
    near, far = (landscape.rise(point[None], reach)[0] for reach in (NEARER * BESIDE_FLAT, BESIDE_FLAT))
    if near > TOGETHER * NEARER * far + 8.0 * min(float(landscape.rounding(point)), 0.1 * far):
        return False
    curvature = landscape.curvature(point)
    known = bool(np.isfinite(curvature).all())
    ways = np.linalg.eigh(curvature)[1].T[flat] if known else np.eye(landscape.d)
    off = point + BESIDE_FLAT * landscape.widths * np.stack([ways, -ways])
    beside = np.abs((landscape.slope(off) * ways).sum(axis=-1)).max(axis=0)
    here = np.abs(ways @ landscape.slope(point))
    return bool((here <= FADED * beside + 4.0 * np.abs(ways) @ landscape.slope_rounding(point)).all())


def _on_a_rim(landscape: Landscape, point: CriticalPoint, families: tuple[Family, ...]) -> bool:
    """Whether a point belongs to a plateau that begins beside it."""
    if not any(family.region and family.value == point.value for family in families):
        return False
    ring = landscape.value(point.point + BESIDE_FLAT * landscape.widths * directions(landscape.d, ON_RIM))
    return bool((ring == landscape.value(point.point)).mean() >= 2 / ON_RIM)


def _coarsely(landscape: Landscape, theta: Floats) -> Floats:
    """The round numbers next to theta (m, d)."""
    digits = 6 - np.floor(np.log10(landscape.widths))
    return np.asarray(np.round(theta * 10.0**digits) / 10.0**digits)


def _at_holes(landscape: Landscape, theta: Floats) -> list[CriticalPoint]:
    """What points (m, d) beside a hole are, like that of sin(r)/r, where all beside it is rounding.

    Told by the parabolas that fit a little way off on all sides, if their own critical points are the hole.
    """
    found: list[CriticalPoint] = []
    if not len(theta):
        return found
    ways = np.concatenate([np.eye(landscape.d), -np.eye(landscape.d)])
    for point in theta:
        if landscape.late():
            break
        off = point + BESIDE_HOLE * landscape.widths * ways
        curvature, slope, eigenvalues = (
            landscape.curvature(off), landscape.slope(off), eigenvalues_at(landscape, off)
        )  # fmt: skip
        if not np.isfinite(eigenvalues).all() or not (eigenvalues != 0).all():
            continue
        steps = (np.linalg.pinv(curvature) @ slope[..., None])[..., 0]
        centered = landscape.distance(off - steps * landscape.widths, point) <= 0.1 * BESIDE_HOLE
        kinds = {kind_of(each) for each in eigenvalues}
        if centered.all() and len(kinds) == 1:
            hole = _coarsely(landscape, point)
            value = float(landscape.value(point))
            found.append(_point(hole, value, kinds.pop(), eigenvalues.mean(axis=0), places=len(off)))
    return found


def _tips(
    landscape: Landscape, seeds: Seeds, smooth: list[CriticalPoint], continua: list[Floats]
) -> tuple[list[CriticalPoint], tuple[Family, ...]]:
    """Minima and maxima that no slope led to, at kinks above all: where samples are extreme and no critical
    point that is known accounts for it.

    The isolated ones, and ridges or grooves along which L is constant.
    """
    points: list[CriticalPoint] = []
    grooves: tuple[Family, ...] = ()
    sides: tuple[tuple[Floats, float, Kind], ...] = (
        (seeds.low, 1.0, "minimum"),
        (seeds.high, -1.0, "maximum"),
    )
    for candidates, sign, kind in sides:
        if landscape.late():
            break
        alike = [point.point[None] for point in smooth if point.kind in (kind, "undecided")]
        known = np.concatenate([np.empty((0, landscape.d)), *alike, *continua])
        far = landscape.away(candidates, known, 2.0 * seeds.spacing)
        tips, ridges = sharpest_points(landscape, candidates[far], seeds.spacing, sign)
        tips = tips[landscape.away(tips, known, 1e-4)]
        values, kinked = landscape.polished(tips), is_kinked(landscape, tips)
        for tip, value, at_kink in zip(tips + 0.0, values, kinked, strict=True):
            own = curvature_around(landscape, tip)
            small = np.abs(own) <= TIP_FLAT * np.abs(own).max()
            flat = bool(small.any())
            own = np.where(small, 0.0, own)
            points.append(CriticalPoint(tip, float(value), kind, own, bool(at_kink), flat, AROUND_TIP))
        grooves += tuple(groove(landscape, ridge, kind) for ridge in ridges)
    return points, grooves


def _rank(point: CriticalPoint) -> tuple[int, float, tuple[float, ...]]:
    return ORDER.index(point.kind), round(point.value, 9), tuple(point.point.tolist())
