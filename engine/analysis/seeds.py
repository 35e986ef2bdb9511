"""Where to begin looking for critical points: a sample of the box.

Any thread; numpy only.
"""

from typing import Final

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from engine.analysis.landscape import Landscape
from engine.base.arrays import Floats
from engine.base.vectors import length

SIDE: Final = {1: 2001, 2: 201}  # samples along an axis; odd, so that the middle is one
COARSEST: Final = 33
CLOUD: Final = 6000  # samples of a box of more dimensions
FEWEST, CLOUD_WORK = 400, 200_000  # samples whatever the data; samples × rows
BATCHES: Final = 10
EXTREME: Final = 12  # of the samples of a cloud that are the lowest, and the highest
WELLS: Final = 60  # samples of a cloud from which ways down and up begin
MOST_SEEDS: Final = 6000


class Seeds(Struct, frozen=True):
    """smooth: (m, d) each, where the gradient may vanish; the later ones are for where there is much to find.

    low, high: (k, d), where samples of L are extreme. spacing: of the samples, in units of the box. wells:
    (m, d), where a way down, or up, begins in boxes that samples do not fill.
    """

    smooth: tuple[Floats, ...]
    low: Floats
    high: Floats
    spacing: float
    wells: Floats

    def with_reached(self, places: Floats) -> "Seeds":
        """These, and places (m, d) that runs have come to."""
        first, *others = self.smooth
        smooth = (np.concatenate([places, first]), *others)
        return replace(self, smooth=smooth, low=np.concatenate([places, self.low]))


def sample_seeds(landscape: Landscape, finest: int | None = None) -> Seeds:
    """Sample the box: local minima of the slope, cells where all partials change sign, extremes of L.

    Args:
        finest: of what is drawn, samples along an axis: half as many at the most, but never fewer than
            COARSEST.
    """
    side = SIDE.get(landscape.d)
    if side is None:
        return _cloud(landscape)
    return _grid(landscape, side if finest is None else min(side, max(finest // 2 + 1, COARSEST)))


def _grid(landscape: Landscape, side: int) -> Seeds:
    axes = [np.linspace(lo, hi, side) for lo, hi in zip(landscape.lo, landscape.hi, strict=True)]
    theta = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    slope = landscape.slope(theta)
    value = landscape.value(theta)
    steepness = length(slope)
    steepness = np.where(np.isfinite(steepness), steepness, np.inf)
    landscape.value_scale = _spread(value)
    value_low = np.where(np.isfinite(value), value, np.inf)
    value_high = np.where(np.isfinite(value), -value, np.inf)

    valleys = _local_minima(steepness) & np.isfinite(steepness)
    crossing = _all_change_sign(slope)
    coarse = np.zeros_like(valleys)
    coarse[(slice(side // 32, None, side // 16),) * landscape.d] = True
    seeds = [theta[valleys], theta[coarse & np.isfinite(steepness)]]
    half = 0.5 * landscape.widths / (side - 1)
    seeds.append(theta[tuple(slice(None, -1) for _ in range(landscape.d))][crossing] + half)
    smooth = np.concatenate(seeds)
    low = theta[_local_minima(value_low) & np.isfinite(value_low)]
    high = theta[_local_minima(value_high) & np.isfinite(value_high)]
    if len(smooth) > MOST_SEEDS:
        some = np.linspace(0, len(smooth) - 1, MOST_SEEDS).astype(int)
        lowest = np.argsort(landscape.value(low))[: MOST_SEEDS // 4]
        smooth = np.concatenate([low[lowest], smooth[some]])
    return Seeds((smooth,), low[:MOST_SEEDS], high[:MOST_SEEDS], 1.0 / (side - 1), np.empty((0, landscape.d)))


def _cloud(landscape: Landscape) -> Seeds:
    random = np.random.default_rng(0)
    count = min(CLOUD, max(FEWEST, CLOUD_WORK // landscape.function.rows))
    theta = landscape.lo + landscape.widths * random.random((count, landscape.d))
    theta = np.concatenate([landscape.center[None], theta])
    steepness = length(landscape.slope(theta))
    value = landscape.value(theta)
    landscape.value_scale = _spread(value)
    order = np.argsort(value)[: int(np.isfinite(value).sum())]
    low, high = theta[order[:EXTREME]], theta[order[::-1][:EXTREME]]
    wells = np.concatenate([theta[:WELLS], low, high])
    good = np.isfinite(steepness)
    theta = theta[good][np.argsort(steepness[good])]  # so that every batch begins where L is the flattest
    batches = tuple(theta[i::BATCHES] for i in range(BATCHES))
    return Seeds(batches, low, high, float(count ** (-1.0 / landscape.d)), wells)


def _spread(value: Floats) -> float:
    """How much the samples vary, the wildest tenth left out."""
    value = value[np.isfinite(value)]
    return float(np.ptp(np.quantile(value, [0.05, 0.95]))) if value.size else 0.0


def _local_minima(values: Floats) -> np.ndarray:
    """Which entries are no greater than any neighbour, over an edge or a corner; borders included."""
    padded = np.pad(values, 1, constant_values=np.inf)
    core = tuple(slice(1, -1) for _ in range(values.ndim))
    result = np.ones(values.shape, bool)
    for offset in np.ndindex(*(3,) * values.ndim):
        window = tuple(slice(o, o + n) for o, n in zip(offset, values.shape, strict=True))
        if window != core:
            result &= values <= padded[window]
    return result


def _all_change_sign(slope: Floats) -> np.ndarray:
    """Which cells of the grid have corners of both signs in every partial derivative."""
    d = slope.shape[-1]
    low = np.full((*(n - 1 for n in slope.shape[:-1]), d), np.inf)
    high = -low
    for corner in np.ndindex(*(2,) * d):
        window = tuple(slice(o, n - 1 + o) for o, n in zip(corner, slope.shape[:-1], strict=True))
        low, high = np.minimum(low, slope[window]), np.maximum(high, slope[window])
    return np.asarray(((low <= 0) & (high >= 0)).all(axis=-1))
