"""Minima and maxima found by comparing values: where L has no gradient, like the tip of Ackley's funnel, or
curves without bound, and where no search for a slope of 0 came.

Any thread; numpy only.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.analysis.compass import descended
from engine.analysis.landscape import Landscape
from engine.analysis.newton import unique
from engine.analysis.ridges import STRIDE, followed, is_level, traced
from engine.base.arrays import Floats
from engine.base.vectors import eigenvalues, length
from engine.function.plateau import directions
from engine.program.function import dense_hessian

MOST_CANDIDATES: Final = 400
RADII: Final = (1e-8, 1e-6, 1e-4, 1e-3)  # widths
AROUND: Final = 64  # directions
AROUND_TIP: Final = AROUND * len(RADII)
JUMP: Final = 0.5  # a continuous function changes less than this share of its change at a far larger radius
UNLEVEL: Final = 2e-7  # of the rise around: as far may a way that is known by values alone fall
MOSTLY: Final = 0.75
FEWEST: Final = 3  # places that make a ridge
SAME: Final = 1e-4  # widths: results nearer than this are one
CHAIN: Final = 1.5 * STRIDE  # widths: places of one ridge are not farther apart
ONE: Final = 0.02  # Hessians on all sides that differ less, beside their size, have a limit
KINKED: Final = 0.05  # a slope that stays above this share, a thousand times nearer, does not fade to 0


def sharpest_points(
    landscape: Landscape, seeds: Floats, spacing: float, sign: float
) -> tuple[Floats, list[Floats]]:
    """From samples (k, d) where sign·L is lowest: its local minima where L is continuous.

    Returns:
        (m, d), isolated ones, and for each ridge along which L is constant the points to show, (n, d).
    """
    if not len(seeds):
        return seeds, []
    values = sign * landscape.value(seeds)
    seeds = seeds[np.argsort(values, kind="stable")[:MOST_CANDIDATES]]
    found = descended(landscape, seeds, spacing, sign)
    if landscape.late():
        return found[:0], []
    found = found[landscape.inside(found)]
    if landscape.d == 2:
        found = followed(landscape, _lowest_of_each(landscape, found, sign), sign)
        found = found[landscape.inside(found)]
    found = rounded(landscape, found, sign)
    found = found[landscape.inside(found)]
    found = found[is_tip(landscape, found, sign)]
    found = _lowest_of_each(landscape, found, sign)
    if landscape.d != 2:
        return found, []
    level = is_level(landscape, found, sign)
    chains = _chains(landscape, traced(landscape, found[level], sign))
    alone = [chain[:1] for chain in chains if len(chain) < FEWEST]
    return np.concatenate([found[~level], *alone]), [chain for chain in chains if len(chain) >= FEWEST]


def is_tip(landscape: Landscape, theta: Floats, sign: float) -> NDArray[np.bool_]:
    """Which points (m, d) are strict local minima of sign·L, continuous there."""
    if not len(theta):
        return np.zeros(0, bool)
    ring = directions(landscape.d, AROUND)
    value = sign * landscape.value(theta)
    good = np.isfinite(value)
    lift = []
    for radius in RADII:
        around = sign * landscape.value(theta[:, None] + radius * landscape.widths * ring)
        lift.append(np.where(np.isfinite(around), around - value[:, None], np.inf).max(axis=1))
        allowed = 1e-14 * np.abs(value) + UNLEVEL * lift[-1]
        good &= np.isfinite(around).all(axis=1) & (around >= (value - allowed)[:, None]).all(axis=1)
    rim = sign * landscape.value(theta[:, None] + RADII[-1] * landscape.widths * ring)
    strict = (rim > value[:, None]).mean(axis=1) >= MOSTLY  # along a ridge L may stay the same
    return np.asarray(good & strict & (lift[0] <= JUMP * lift[2]) & (lift[1] <= JUMP * lift[3]))


def is_kinked(landscape: Landscape, theta: Floats) -> NDArray[np.bool_]:
    """Around which points (m, d) the slope does not fade to 0, as it does around a smooth critical point."""
    if not len(theta):
        return np.zeros(0, bool)
    ring = directions(landscape.d, 32)
    steepness = []
    for radius in (RADII[1], RADII[3]):
        slope = landscape.slope(theta[:, None] + radius * landscape.widths * ring)
        steepness.append(np.nan_to_num(length(slope), posinf=0.0).max(axis=1))
    return np.asarray(steepness[0] > KINKED * np.maximum(steepness[1], 1e-300))


def curvature_around(landscape: Landscape, point: Floats) -> Floats:
    """The eigenvalues of the Hessian near a point, both (d,), if it has a limit from all sides; else NaN."""
    scale = landscape.widths
    near = []
    for radius in RADII[1:3]:
        ring = point + radius * scale * directions(landscape.d, 8)
        near.append(dense_hessian(landscape.function, ring))
    hessians = np.concatenate(near)
    size = float(np.abs(hessians).max())
    alike = np.abs(hessians - hessians[0]).max() <= ONE * size
    if not alike or is_kinked(landscape, point[None])[0]:
        return np.full(landscape.d, np.nan)
    return eigenvalues(hessians[0])


def rounded(landscape: Landscape, theta: Floats, sign: float) -> Floats:
    """Each point (m, d), moved to the round numbers next to it where sign·L is no greater there."""
    for digits in (5, 7, 9):
        unit = 10.0 ** (np.floor(np.log10(landscape.widths)) - digits)
        for axis in range(landscape.d):
            candidate = theta.copy()
            along = theta[:, axis] / unit[axis]
            inverse = np.round(1.0 / unit[axis])
            candidate[:, axis] = np.round(along) / inverse if inverse > 1 else np.round(along) * unit[axis]
            better = sign * landscape.value(candidate) <= sign * landscape.value(theta)
            theta = np.where(better[:, None], candidate, theta)
    return theta


def _lowest_of_each(landscape: Landscape, theta: Floats, sign: float) -> Floats:
    """Of several results (m, d) for one place only the lowest."""
    theta = theta[np.argsort(sign * landscape.value(theta), kind="stable")]
    return theta[unique(landscape, theta, SAME)]


def _chains(landscape: Landscape, theta: Floats) -> list[Floats]:
    """The points (m, d) in sets that hang together by steps of at most CHAIN."""
    left = theta
    chains = []
    while len(left):
        chain, frontier, left = [left[:1]], left[:1], left[1:]
        while len(frontier) and len(left):
            near = (landscape.distance(left[:, None], frontier) <= CHAIN).any(axis=1)
            frontier, left = left[near], left[~near]
            chain.append(frontier)
        chains.append(np.concatenate(chain))
    return chains
