"""How many rows a network takes for their class, on the way of a run. Any thread; numpy only."""

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from engine.base.arrays import Floats
from engine.descent.rows import kept_steps
from engine.descent.run import Run
from engine.solving.solution import Solution
from engine.solving.training_moment import (
    classes_of,
    network_of,
    predictions,
    taken_for,
    targets_of,
    weights_at,
)

MOST_POINTS: Final = 100  # of a run at which the rows are counted
MOST_COUNTED: Final = 4_000_000  # activations that are made for one run


class Accuracy(Struct, frozen=True, eq=False, kw_only=True):
    """Shares of the rows that are taken for their class.

    Attributes:
        steps: (k,), at which they were counted. train: (k,); test: (k,), or None without rows to test on.
    """

    steps: Floats
    train: Floats
    test: Floats | None


def accuracy_of(solution: Solution, run: Run) -> Accuracy | None:
    """The accuracy at up to MOST_POINTS points of `run`; None without classes, or of too many rows."""
    found = network_of(solution)
    if found is None or not classes_of(*found):
        return None
    network, examples = found
    each = examples.inputs.shape[-1] * sum(network.widths)
    kept = kept_steps(run.points)
    if kept[-1] < run.steps:
        kept = np.append(kept, run.steps)
    count = min(len(kept), MOST_POINTS, MOST_COUNTED // each)
    if count < 2 and count < len(kept):
        return None
    steps: NDArray[np.intp] = kept[np.unique(np.linspace(0, len(kept) - 1, count).round().astype(np.intp))]
    targets, right = targets_of(network, examples), []
    for point in run.points[steps]:
        said = predictions(solution, weights_at(solution, point))
        if said is None:
            return None
        right.append(np.where(np.isfinite(said).all(axis=0), taken_for(network, said) == targets, False))
    whole = np.array(right, dtype=np.float64)
    test = whole[:, examples.test].mean(axis=1) if len(examples.test) else None
    return Accuracy(steps=steps.astype(np.float64), train=whole[:, examples.train].mean(axis=1), test=test)
