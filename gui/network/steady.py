"""What the pictures of a training keep while they play: how wide the widest edge is, which ŷ are in sight.

So that in a film an edge that grows is seen to grow, and an axis rests. Any thread; numpy only.
"""

from typing import Final

import numpy as np
from msgspec import Struct

from engine.descent.run import Run
from engine.solving.solution import Solution
from engine.solving.training_moment import network_of, predictions, targets_of, weights_at

MOMENTS: Final = 24  # of a run that are looked at
BEYOND: Final = 1.0  # heights of the rows, above and below them: what runs farther away is out of sight


class Steady(Struct, frozen=True):
    """Attributes: weight: the largest |w| of a run. said: the lowest and the highest ŷ to be seen."""

    weight: float | None = None
    said: tuple[float, float] | None = None


def steady_in(solution: Solution, run: Run) -> Steady:
    """What holds for all of `run`."""
    found = network_of(solution)
    if found is None:
        return Steady()
    steps = np.unique(np.linspace(0, run.steps, MOMENTS).round().astype(np.intp))
    points = run.points[steps]
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        return Steady()
    theta = [weights_at(solution, point) for point in points]
    weight = float(np.abs(theta).max())
    said = [each for each in (predictions(solution, one) for one in theta) if each is not None]
    rows = targets_of(*found)
    if not said or len(said[0]) > 1 or not len(rows):
        return Steady(weight)
    low, high = float(rows.min()), float(rows.max())
    far = BEYOND * ((high - low) or max(abs(high), 1.0))
    seen = np.concatenate([each.ravel() for each in said])
    seen = seen[np.isfinite(seen)]
    lowest = min(low, max(float(seen.min(initial=low)), low - far))
    highest = max(high, min(float(seen.max(initial=high)), high + far))
    return Steady(weight, (lowest, highest))
