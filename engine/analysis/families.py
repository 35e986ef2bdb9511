"""Continua of critical points: valley floors, circles of minima, plateaus. Recognised, and grouped.

Any thread; numpy only.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.analysis.findings import Family, Kind
from engine.analysis.landscape import Landscape
from engine.analysis.newton import newton_step, solve_gradient
from engine.base.arrays import Floats
from engine.base.vectors import eigensystem, eigenvalues
from engine.function.plateau import directions, on_plateau

STRIDE: Final = 4e-3  # widths: how far along a flat direction the next critical point is looked for
CLOSE_ENOUGH: Final = 1e-6  # widths
LINK: Final = 0.04  # widths: points of one continuum are not farther apart
THIN: Final = 0.01  # widths: points of a family that are shown are not nearer
SAME_VALUE: Final = 1e-7  # of the typical variation of L
FEWEST: Final = 3  # points that make a continuum
MOST_LINKED: Final = 500
ALONG: Final = 7  # points of a continuum at which its kind is looked for
BESIDE: Final = 3e-3  # widths beside them
MOSTLY: Final = 0.75
AROUND, STRIDES = 16, 400  # directions from a plateau, and places in each
UNDERFLOW: Final = 1e-280  # less is what rounding to 0 begins with
PLATEAU_REACH: Final = 1e-4  # widths
MOST_TESTED: Final = 4000
MOST_LOOKED: Final = 24  # points of plateaus whose rim is looked at
MOST_FAMILIES: Final = 60


def on_continuum(landscape: Landscape, theta: Floats) -> NDArray[np.bool_]:
    """Which degenerate critical points (m, d) have other critical points on both sides, arbitrarily near.

    From each, a stride along every flat direction is corrected back onto the critical set: on a continuum
    that ends about a stride away, at an isolated point it ends where it began.
    """
    result = np.zeros(len(theta), bool)
    if not len(theta):
        return result
    values, vectors = eigensystem(landscape.curvature(theta))
    values = np.where(np.isfinite(values), values, np.inf)  # undefined is not flat
    largest = np.abs(values).max(axis=-1)
    for column in range(landscape.d):
        flat = np.abs(values[:, column]) <= 1e-3 * np.where(largest > 0, largest, 1.0)
        if not flat.any():
            continue
        ways = vectors[flat][:, :, column] * landscape.widths
        both = np.zeros(int(flat.sum()), int)
        for sign in (STRIDE, -STRIDE):
            trial = theta[flat] + sign * ways
            reached = solve_gradient(landscape, trial)
            gone = landscape.distance(reached, theta[flat])
            found = newton_step(landscape, reached) <= CLOSE_ENOUGH
            both += found & (gone >= 0.4 * STRIDE / np.sqrt(landscape.d)) & (gone <= 2.0 * STRIDE)
            both += ~landscape.inside(trial) & landscape.inside(
                theta[flat]
            )  # the border cuts a continuum off
        result[flat] |= both >= 2
    return result


def grouped(landscape: Landscape, theta: Floats) -> tuple[Family, ...]:
    """The points of continua (m, d) as families: points that hang together and have one value."""
    values = landscape.value(theta)
    families: list[Family] = []
    left = np.arange(len(theta))
    while len(left) and len(families) < MOST_FAMILIES:
        alike = np.abs(values[left] - values[left[0]]) <= SAME_VALUE * landscape.value_scale
        chosen = left[alike][_connected(landscape, theta[left[alike]])]
        if len(chosen) >= FEWEST:
            families.append(_family(landscape, theta[chosen]))
        left = np.setdiff1d(left, chosen, assume_unique=True)
    return tuple(sorted(families, key=lambda family: family.value))


def is_plateau(landscape: Landscape, theta: Floats) -> NDArray[np.bool_]:
    """Around which points (m, d) L is constant, as far as numbers can tell."""
    return on_plateau(landscape.function, theta, PLATEAU_REACH * landscape.widths)


def is_underflow(landscape: Landscape, theta: Floats) -> NDArray[np.bool_]:
    """Which points (m, d) of plateaus are none, for L is only too small for numbers there: so it is all along
    the rim, too, as of x⁴⁰⁰, while what is 0 and then a slope is not."""
    result = np.zeros(len(theta), bool)
    zero = np.flatnonzero(landscape.value(theta) == 0)
    if not len(zero):
        return result
    looked = zero[np.linspace(0, len(zero) - 1, min(len(zero), MOST_LOOKED)).astype(int)]
    hidden = np.array([(np.abs(_first_beyond(landscape, theta[i])[1]) < UNDERFLOW).any() for i in looked])
    if hidden.any():  # what lies beside one is as it is
        nearest = [int(landscape.distance(theta[looked], theta[i]).argmin()) for i in zero]
        result[zero] = hidden[nearest]
    return result


def plateaus(landscape: Landscape, theta: Floats) -> tuple[Family, ...]:
    """The points of plateaus (m, d) as families, one for each value of L, shown by the most central point."""
    values = landscape.polished(theta)
    families = []
    for value in np.unique(values)[:MOST_FAMILIES]:
        points = theta[values == value]
        away = landscape.distance(points, 0.5 * points.min(axis=0) + 0.5 * points.max(axis=0))
        middle = points[[int(away.argmin())]]
        kind, places = _kind_of_region(landscape, middle[0])
        families.append(Family(points=middle, value=float(value), kind=kind, region=True, places=places))
    return tuple(families)


def _kind_of_region(landscape: Landscape, middle: Floats) -> tuple[Kind, int]:
    """What a plateau around a point (d,) is, by what L does first where it is left, and at how many places
    that was seen: nowhere less makes a minimum."""
    looked, first = _first_beyond(landscape, middle)
    signs = np.sign(first - landscape.value(middle))
    if (signs > 0).all():
        return "minimum", looked
    return ("maximum" if (signs < 0).all() else "undecided"), looked


def _first_beyond(landscape: Landscape, middle: Floats) -> tuple[int, Floats]:
    """Of how many places in the box L was looked at, and its first other value in some directions from a
    point (d,) of a plateau, where it has one."""
    ways = directions(landscape.d, AROUND)
    strides = np.linspace(0.0, 1.0, STRIDES)[1:]
    places = middle + strides[:, None, None] * landscape.widths * ways
    values = np.where(landscape.inside(places), landscape.value(places), np.nan)
    other = np.isfinite(values) & (values != landscape.value(middle))
    first = np.take_along_axis(values, other.argmax(axis=0)[None], axis=0)[0]
    return values.size, first[other.any(axis=0)]


def groove(landscape: Landscape, theta: Floats, kind: Kind) -> Family:
    """A continuum of kinks, (m, d), as a family."""
    points = _along(landscape, _thinned(landscape, theta))
    value = float(np.median(landscape.polished(points)))
    return Family(points=points, value=value, kind=kind, places=AROUND * len(points))


def _connected(landscape: Landscape, theta: Floats) -> NDArray[np.intp]:
    """Indices of the points that hang together with the first by links of at most LINK."""
    scaled = (theta - landscape.lo) / landscape.widths
    reached = np.zeros(len(theta), bool)
    reached[0] = True
    frontier = np.array([0])
    while len(frontier):
        near = np.zeros(len(theta), bool)
        for part in np.array_split(frontier, max(1, len(frontier) * len(theta) // 2_000_000)):
            near |= (np.abs(scaled[:, None] - scaled[part]).max(axis=-1) <= LINK).any(axis=1)
        frontier = np.flatnonzero(near & ~reached)
        reached |= near
    return np.flatnonzero(reached)


def _family(landscape: Landscape, theta: Floats) -> Family:
    points = _along(landscape, _thinned(landscape, theta))
    curvatures = eigenvalues(landscape.curvature(points))
    value = float(np.median(landscape.polished(points)))
    known = curvatures[np.isfinite(curvatures).all(axis=-1)]
    kind = _kind_across(known)
    if kind == "undecided":
        kind = _kind_by_values(landscape, points[np.linspace(0, len(points) - 1, ALONG).astype(int)])
    return Family(points=points, value=value, kind=kind, places=len(theta))


def _kind_by_values(landscape: Landscape, points: Floats) -> Kind:
    """The kind of a continuum through points (m, d) by the values at both sides, where no curvature tells."""
    ways = np.random.default_rng(0).standard_normal((AROUND, landscape.d))
    ways *= BESIDE / np.linalg.norm(ways, axis=-1, keepdims=True)
    pairs = points[:, None] + np.stack([ways, -ways])[:, None] * landscape.widths
    rise = landscape.value(pairs) - landscape.value(points)[:, None]
    seen = np.isfinite(rise) & (np.abs(rise) > 4.0 * landscape.rounding(pairs))
    one, other = np.sign(np.where(seen, rise, 0.0))
    both = (one != 0) & (other != 0)
    if both.mean() < MOSTLY:
        return "undecided"
    up, down = ((one == sign) & (other == sign) & both for sign in (1.0, -1.0))
    if up[both].all() or down[both].all():
        return "minimum" if up.any() else "maximum"
    through = (up | down)[both].mean()
    return "neither" if through < 1.0 - MOSTLY else "saddle" if up.any() and down.any() else "undecided"


def linked(landscape: Landscape, theta: Floats) -> NDArray[np.bool_]:
    """Which critical points (m, d) have another one nearby and L the same all the way between: they are of a
    continuum, however badly rounding lets a stride along it be corrected."""
    result = np.zeros(len(theta), bool)
    shares = np.array([0.25, 0.5, 0.75])[:, None]
    for i in range(len(theta) if 1 < len(theta) <= MOST_LINKED else 0):
        away = landscape.distance(theta, theta[i])
        away[i] = np.inf
        nearest = int(away.argmin())
        if away[nearest] > LINK:
            continue
        between = theta[i] + shares * (theta[nearest] - theta[i])
        level = np.abs(landscape.value(between) - landscape.value(theta[i]))
        allowed = 4.0 * landscape.rounding(between) + SAME_VALUE * landscape.rise(
            between, 0.5 * away[nearest]
        )
        result[i] = bool((level <= allowed).all())
    return result


def _kind_across(values: Floats) -> Kind:
    """The kind of a continuum by the curvatures (m, d) across it; those of flat directions are left out."""
    largest = np.abs(values).max(initial=0.0)
    if largest == 0:
        return "undecided"
    up = (values > 1e-6 * largest).any(axis=1).mean()
    down = (values < -1e-6 * largest).any(axis=1).mean()
    if up > 0.5 and down < 0.1:
        return "minimum"
    if down > 0.5 and up < 0.1:
        return "maximum"
    return "saddle" if up > 0.5 and down > 0.5 else "undecided"


def _thinned(landscape: Landscape, theta: Floats) -> Floats:
    """One point of every cell of the size THIN."""
    cells = np.floor((theta - landscape.lo) / landscape.widths / THIN).astype(np.int64)
    _, first = np.unique(cells, axis=0, return_index=True)
    return theta[np.sort(first)]


def _along(landscape: Landscape, theta: Floats) -> Floats:
    """The points in an order in which neighbours follow each other, beginning at one of the ends."""
    if len(theta) < 3:
        return theta
    scaled = (theta - landscape.lo) / landscape.widths
    index = int(np.argmax(np.abs(scaled - scaled.mean(axis=0)).sum(axis=-1)))
    left = np.ones(len(theta), bool)
    order = []
    while True:
        order.append(index)
        left[index] = False
        if not left.any():
            return theta[order]
        distance = np.where(left, np.abs(scaled - scaled[index]).max(axis=-1), np.inf)
        index = int(np.argmin(distance))
