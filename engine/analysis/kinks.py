"""Minima and maxima where L has no gradient, like the tip of Ackley's funnel; found by comparing values.

Any thread; numpy only.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.analysis.landscape import Landscape, directions
from engine.solution import Floats

MOST_CANDIDATES: Final = 400
ITERATIONS: Final = 160
SMALLEST: Final = 1e-14  # widths
RADII: Final = (1e-8, 1e-6, 1e-4, 1e-3)  # widths
JUMP: Final = 0.5  # a continuous function changes less than this share of its change at a far larger radius
CHAIN: Final = 0.04  # widths: tips nearer than this are taken for places on one ridge
KINKED: Final = 0.05  # a slope that stays above this share, a thousand times nearer, does not fade to 0


def sharpest_points(landscape: Landscape, seeds: Floats, spacing: float, sign: float) -> Floats:
    """From samples (k, d) where sign·L is lowest to local minima of sign·L at which L is continuous; (m, d).

    A chain of such points, as along a steep ridge, is only represented by its lowest.
    """
    if not len(seeds):
        return seeds
    values = sign * landscape.value(seeds)
    seeds = seeds[np.argsort(values, kind="stable")[:MOST_CANDIDATES]]
    found = _descend_by_values(landscape, seeds, spacing, sign)
    found = found[landscape.inside(found)]
    found = rounded(landscape, found, sign)
    found = found[is_tip(landscape, found, sign)]
    return _lowest_of_chains(landscape, found, sign)


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
    strict = (sign * landscape.value(theta[:, None] + RADII[-1] * landscape.widths * ring)).min(
        axis=1
    ) > value
    return np.asarray(good & strict & (lift[0] <= JUMP * lift[2]) & (lift[1] <= JUMP * lift[3]))


def is_kinked(landscape: Landscape, theta: Floats) -> NDArray[np.bool_]:
    """Around which points (m, d) the slope does not fade to 0, as it does around a smooth critical point."""
    if not len(theta):
        return np.zeros(0, bool)
    ring = directions(landscape.d, 32)
    steepness = []
    for radius in (RADII[1], RADII[3]):
        slope = landscape.slope(theta[:, None] + radius * landscape.widths * ring)
        steepness.append(np.nan_to_num(np.linalg.norm(slope, axis=-1), posinf=0.0).max(axis=1))
    return np.asarray(steepness[0] > KINKED * np.maximum(steepness[1], 1e-300))


def rounded(landscape: Landscape, theta: Floats, sign: float) -> Floats:
    """Each point (m, d), moved to the round numbers next to it where sign·L is no greater there."""
    unit = 10.0 ** (np.floor(np.log10(landscape.widths)) - 7)
    candidate = np.where(
        unit < 1, np.round(theta / unit) / np.round(1.0 / unit), np.round(theta / unit) * unit
    )
    better = sign * landscape.value(candidate) <= sign * landscape.value(theta)
    return np.where(better[:, None], candidate, theta)


def _descend_by_values(landscape: Landscape, seeds: Floats, spacing: float, sign: float) -> Floats:
    """Compass search with directions turned at random, vectorised: no slope is asked for.

    Source: Kolda, Lewis & Torczon 2003, "Optimization by Direct Search", SIAM Review 45.
    """
    random = np.random.default_rng(0)
    theta = seeds.copy()
    value = sign * landscape.value(theta)
    radius = np.full(len(theta), spacing)
    active = np.arange(len(theta))
    fixed = np.concatenate([np.eye(landscape.d), -np.eye(landscape.d)])
    for _ in range(ITERATIONS):
        if not len(active):
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


def _lowest_of_chains(landscape: Landscape, theta: Floats, sign: float) -> Floats:
    """One point, the lowest, of each set of points that are near one another."""
    order = np.argsort(sign * landscape.value(theta), kind="stable")
    left = theta[order]
    kept = []
    while len(left):
        kept.append(left[0])
        frontier = left[:1]
        while len(frontier) and len(left):
            near = (landscape.distance(left[:, None], frontier) <= CHAIN).any(axis=1)
            frontier, left = left[near], left[~near]
    return np.array(kept).reshape(-1, landscape.d)
