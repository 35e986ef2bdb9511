"""Downhill by slope and curvature, many places at once: to wells too narrow for a sample to have fallen into.

Newton's search for ∇L = 0 finds what is near its seeds; from afar a well is found by going down. Any thread;
numpy only.
"""

from typing import Final

import numpy as np

from engine.analysis.landscape import Landscape
from engine.analysis.newton import LONGEST, WANDER, eigensystem
from engine.base.arrays import Floats
from engine.base.vectors import length

ITERATIONS: Final = 80
SHORTEST: Final = 1e-9  # widths: a step as short ends the search


def bottoms(landscape: Landscape, seeds: Floats, sign: float) -> Floats:
    """Where sign·L leads down to from seeds (m, d), (m, d): Newton's method with |eigenvalues|, damped.

    Source: Dauphin et al. 2014, "Identifying and attacking the saddle point problem", arXiv:1406.2572; damped
    as in Nocedal & Wright 2006, section 4.3.
    """
    theta = np.array(seeds, dtype=np.float64)
    value = sign * landscape.value(theta)
    damping = np.full(len(theta), 1e-2)
    active = np.flatnonzero(np.isfinite(value))
    for _ in range(ITERATIONS):
        if not len(active) or landscape.late():
            break
        slope, curvature = sign * landscape.slope(theta[active]), landscape.curvature(theta[active])
        good = np.isfinite(curvature).all(axis=(-2, -1)) & np.isfinite(slope).all(axis=-1)
        active, slope, curvature = active[good], slope[good], curvature[good]
        if not len(active):
            break
        values, vectors = eigensystem(curvature)
        sizes = np.abs(values)
        floor = damping[active, None] * np.maximum(sizes.max(axis=-1, keepdims=True), 1e-300)
        along = np.einsum("sji,sj->si", vectors, slope)
        step = -np.einsum("sij,sj->si", vectors, along / (sizes + floor))
        far = length(step)
        step *= np.minimum(1.0, LONGEST / np.maximum(far, 1e-300))[:, None]
        trial = theta[active] + step * landscape.widths
        reached = sign * landscape.value(trial)
        better = reached < value[active]
        moved = active[better]
        theta[moved], value[moved] = trial[better], reached[better]
        damping[active] = np.where(better, damping[active] * 0.2, np.maximum(damping[active], 1e-6) * 8.0)
        done = (far <= SHORTEST) | (damping[active] > 1e12) | ~landscape.inside(theta[active], WANDER)
        active = active[~done]
    return theta
