"""What the pictures of a training keep while they play: how wide the widest edge is, which ŷ are in sight.

So that in a film an edge that grows is seen to grow, and an axis rests. Any thread; numpy only.
"""

from typing import Final

import numpy as np
from msgspec import Struct

from engine.descent.rows import spread_steps
from engine.descent.run import Run
from engine.solving.prediction import predictor_at
from engine.solving.solution import Solution

MOMENTS: Final = 24  # of a run that are looked at
MOST_ROWS: Final = 1000  # that are asked for at each; of more, each k-th
BEYOND: Final = 1.0  # heights of the rows, above and below them: what runs farther away is out of sight


class Steady(Struct, frozen=True):
    """Attributes: weight: the largest |w| of a run. said: the lowest and the highest ŷ to be seen."""

    weight: float | None = None
    said: tuple[float, float] | None = None


def steady_in(solution: Solution, run: Run, output: int = 0) -> Steady:
    """What holds for all of `run`, of the model's `output`."""
    points = run.points[spread_steps(run.points, MOMENTS)]
    points = points[np.isfinite(points).all(axis=1)]
    models = [predictor_at(solution, point, output) for point in points]
    if not models or models[0] is None or not models[0].wanted.size:
        return Steady()
    weight, rows = float(np.abs(points).max()), models[0].wanted
    stride = -(-len(rows) // MOST_ROWS)
    said = [model.function.value(model.inputs.T[::stride]) for model in models if model is not None]
    low, high = float(rows.min()), float(rows.max())
    far = BEYOND * ((high - low) or max(abs(high), 1.0))
    seen = np.concatenate(said)
    seen = seen[np.isfinite(seen)]
    lowest = min(low, max(float(seen.min(initial=low)), low - far))
    highest = max(high, min(float(seen.max(initial=high)), high + far))
    return Steady(weight, (lowest, highest))
