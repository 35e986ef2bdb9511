"""Minima and maxima where L has no gradient, like the tip of Ackley's funnel; found by comparing values.

Any thread; numpy only.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.analysis.landscape import Landscape
from engine.analysis.newton import unique
from engine.analysis.ridges import STRIDE, followed, is_level, traced
from engine.base.arrays import Floats
from engine.base.vectors import length
from engine.function.plateau import directions

MOST_CANDIDATES: Final = 400
ITERATIONS: Final = 160
SMALLEST: Final = 1e-14  # widths
RADII: Final = (1e-8, 1e-6, 1e-4, 1e-3)  # widths
JUMP: Final = 0.5  # a continuous function changes less than this share of its change at a far larger radius
MOSTLY: Final = 0.75
SAME: Final = 1e-4  # widths: results nearer than this are one
CHAIN: Final = 1.5 * STRIDE  # widths: places of one ridge are not farther apart
KINKED: Final = 0.05  # a slope that stays above this share, a thousand times nearer, does not fade to 0


def sharpest_points(
    landscape: Landscape, seeds: Floats, spacing: float, sign: float
) -> tuple[Floats, list[Floats]]:
    """From samples (k, d) where sign·L is lowest: its local minima where L is continuous but has no slope.

    Returns:
        (m, d), isolated ones, and for each ridge along which L is constant the points to show, (n, d).
    """
    if not len(seeds):
        return seeds, []
    values = sign * landscape.value(seeds)
    seeds = seeds[np.argsort(values, kind="stable")[:MOST_CANDIDATES]]
    found = _descend_by_values(landscape, seeds, spacing, sign)
    if landscape.late():
        return found[:0], []
    found = found[landscape.inside(found)]
    broken = ~np.isfinite(landscape.slope(found)).all(axis=-1)
    found = found[broken | is_kinked(landscape, found)]
    if landscape.d == 2:
        found = followed(landscape, _lowest_of_each(landscape, found, sign), sign)
        found = found[landscape.inside(found)]
    found = rounded(landscape, found, sign)
    found = found[is_tip(landscape, found, sign)]
    found = _lowest_of_each(landscape, found, sign)
    if landscape.d != 2:
        return found, []
    level = is_level(landscape, found, sign)
    return found[~level], _chains(landscape, traced(landscape, found[level], sign))


def is_tip(landscape: Landscape, theta: Floats, sign: float) -> NDArray[np.bool_]:
    """Which points (m, d) are strict local minima of sign·L, continuous there."""
    if not len(theta):
        return np.zeros(0, bool)
    ring = directions(landscape.d, 64)
    value = sign * landscape.value(theta)
    good = np.isfinite(value)
    lift = []
    for radius in RADII:
        around = sign * landscape.value(theta[:, None] + radius * landscape.widths * ring)
        rounding = 1e-14 * np.maximum(np.abs(value), 1e-300)
        good &= np.isfinite(around).all(axis=1) & (around >= (value - rounding)[:, None]).all(axis=1)
        lift.append(np.where(np.isfinite(around), around - value[:, None], np.inf).max(axis=1))
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


def _descend_by_values(landscape: Landscape, seeds: Floats, spacing: float, sign: float) -> Floats:
    """Compass search with directions turned at random, vectorised: no slope is asked for.

    Source: Kolda, Lewis & Torczon 2003, "Optimization by Direct Search", SIAM Review 45.
    """
    random = np.random.default_rng(0)
    theta = seeds.copy()
    value = sign * landscape.value(theta)
    radius = np.full(len(theta), 0.5 * spacing)
    active = np.arange(len(theta))
    fixed = np.concatenate([np.eye(landscape.d), -np.eye(landscape.d)])
    for _ in range(ITERATIONS):
        if not len(active) or landscape.late():
            break
        turned = random.standard_normal((4 * landscape.d, landscape.d))
        turned /= np.abs(turned).max(axis=-1, keepdims=True)
        ways = np.concatenate([fixed, turned, -turned])
        trial = theta[active, None] + radius[active, None, None] * landscape.widths * ways
        reached = sign * landscape.value(trial)
        reached = np.where(np.isnan(reached), np.inf, reached)
        best = reached.argmin(axis=1)
        rows = np.arange(len(active))
        better = reached[rows, best] < value[active]
        moved = active[better]
        theta[moved], value[moved] = trial[rows, best][better], reached[rows, best][better]
        radius[active] = np.where(better, np.minimum(1.5 * radius[active], spacing), 0.4 * radius[active])
        outside = ~landscape.inside(theta[active], 0.05)
        active = active[(radius[active] > SMALLEST) & ~outside & np.isfinite(value[active])]
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
