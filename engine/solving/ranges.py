"""How wide a plane is drawn whose ranges nobody chose: as wide as the paths. Any thread; numpy only."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from engine.base.arrays import Floats
from engine.base.round_numbers import rounded_out
from engine.descent.rows import some
from engine.descent.run import Run
from engine.function.plane import Plane

MOST_RUNS: Final = 100  # are looked at
MOST_POINTS: Final = 1000  # of each, evenly apart
FARTHEST: Final = 5.0  # times as far as the first of them: other runs would make it a dot
SLENDEREST: Final = 0.6  # of the longer range: the shorter one
STEPS: Final = 20
MARGIN: Final = 0.08


def path_ranges(
    runs: Sequence[Run],
    first: Run,
    plane: Plane,
    middle: Floats,
    least: float,
    usual: float,
    steps: int = STEPS,
) -> list[tuple[float, float]]:
    """The ranges along the axes of `plane` in which the paths are seen, as round numbers.

    Args:
        first: of the runs that which is seen whatever it does.
        middle: (k,), coordinates that are seen with at least `least` to each side.
        usual: the width where nothing has any.
        steps: the ends are multiples of a round step of about this part of the range.
    """
    low, high = middle - least, middle + least
    for each in (first, *runs[:MOST_RUNS]):
        path = plane.coordinates(some(each.points, MOST_POINTS))
        path = path[np.isfinite(path).all(axis=1)]
        if not len(path):
            continue
        with np.errstate(over="ignore"):
            a, b = np.minimum(path.min(axis=0), low), np.maximum(path.max(axis=0), high)
            near = each is first or (
                each.outcome != "diverged" and (b - a).max() <= FARTHEST * (high - low).max()
            )
        if near and np.isfinite(b - a).all():
            low, high = a, b
    longer = float((high - low).max()) or usual or 1.0
    centre, half = (low + high) / 2, np.maximum((high - low) / 2, SLENDEREST * longer / 2)
    return [rounded_out(float(m - h), float(m + h), steps, MARGIN) for m, h in zip(centre, half, strict=True)]
