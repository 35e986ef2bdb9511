"""Batches: which rows of the table each step of descent sees.

Every start and every racer sees the same rows in the same step: two paths then differ by their rules, not by
luck. Runs on the engine thread; numpy only.
"""

from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from engine.base.streams import stream
from engine.document.network import Training
from engine.program.function import Function


class Batches:
    """A function of a table, over some of its rows in each step.

    An epoch goes through all rows, in their order or shuffled by seed, epoch by epoch anew; the rows left at
    its end are a smaller batch, as with torch's DataLoader.

    Args:
        function: over all `rows`.

    >>> from engine.document.network import Training
    >>> batches = Batches(None, 5, 2, shuffle=False, seed=0)
    >>> batches.in_epoch, [batches.rows_of(k).tolist() for k in range(4)]
    (3, [[0, 1], [2, 3], [4], [0, 1]])
    """

    def __init__(self, function: Function, rows: int, batch: int, *, shuffle: bool, seed: int) -> None:
        self._function = function
        self._rows, self._batch = rows, batch
        self._shuffle, self._seed = shuffle, seed
        self._epoch = -1
        self._order: NDArray[np.intp] = np.arange(rows)
        self._made: dict[int, Function] = {}
        self.in_epoch: Final = -(-rows // batch)

    @classmethod
    def of(cls, function: Function, rows: int, training: Training, seed: int) -> Self | None:
        """The batches that are wanted; None where each step sees all rows."""
        batch = batch_of(training, rows)
        return None if batch is None else cls(function, rows, batch, shuffle=training.shuffle, seed=seed)

    def over(self, function: Function) -> Self:
        """The same batches of another function of the table; nothing is shared, so another thread may."""
        return type(self)(function, self._rows, self._batch, shuffle=self._shuffle, seed=self._seed)

    def rows_of(self, step: int) -> NDArray[np.intp]:
        """The rows of the step from point `step`."""
        epoch, place = divmod(step, self.in_epoch)
        if self._shuffle and epoch != self._epoch:
            self._epoch = epoch
            self._order = stream(self._seed, "shuffle", epoch).permutation(self._rows)
        return self._order[place * self._batch : (place + 1) * self._batch]

    def at(self, step: int) -> Function:
        """The function over the rows of that step."""
        if self._shuffle:
            return self._function.on(self.rows_of(step))
        place = step % self.in_epoch
        if place not in self._made:
            self._made[place] = self._function.on(self.rows_of(step))
        return self._made[place]


def batch_of(training: Training, rows: int) -> int | None:
    """The rows of a step; None where it sees all."""
    return training.batch if training.batch is not None and training.batch < rows else None


def steps_of(training: Training, rows: int) -> int | None:
    """The steps that the epochs come to: so many times ⌈rows / batch⌉; None where none are said.

    >>> steps_of(Training(epochs=10, batch=32), 50), steps_of(Training(epochs=10), 50)
    (20, 10)
    """
    if training.epochs is None:
        return None
    return training.epochs * -(-rows // min(training.batch or rows, rows))
