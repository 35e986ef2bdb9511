"""Downhill by comparing values alone, where L may have kinks, jumps, poles and edges.

Any thread; numpy only.
"""

from typing import Final

import numpy as np

from engine.analysis.landscape import Landscape
from engine.base.arrays import Floats

ITERATIONS: Final = 160
SMALLEST: Final = 1e-14  # widths


def descended(
    landscape: Landscape, seeds: Floats, spacing: float, sign: float, *, clipped: bool = False
) -> Floats:
    """Where sign·L leads down to from each seed (m, d), (m, d): a compass search with directions turned at
    random, vectorised. What is undefined counts as high.

    Args:
        spacing: the longest step, widths. clipped: whether the box is never left; else who leaves it ends.

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
        if clipped:
            trial = np.clip(trial, landscape.lo, landscape.hi)
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
