"""The steps of runs that are not all kept: every k-th with what the next depends on; the others are made
again when somebody asks, bit for bit as they were.

A history has a room. Half of it is for checkpoints: where they no longer fit, every second one goes and k
doubles. The other half is for the rows that were made last, in their order: who plays forwards needs one more
step for each, who steps back finds some of them there; and who jumps waits for at most k steps.
Any thread, one at a time; numpy only.
"""

import threading
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.base.arrays import Floats
from engine.base.cancellation import CancelCheck, Cancelled, never
from engine.descent.motion import Checkpoint, Motion

FIRST_STRIDE: Final = 16
LEAST_ROWS: Final = 8  # that are at hand however large they are: around the playhead
BESIDE: Final = 100  # numbers that a checkpoint or a row takes beside its own

POINT, GRADIENT, TERMS = 0, 1, 2  # places among the quantities of a row; the terms follow in their order


class Row(NamedTuple):
    """A point of the m starts that still moved there, and the step from it.

    Attributes:
        ids: (m,), which starts. going: those that take the step. quantities: θ and the gradient, (m, d), then
            the terms of the step of those that go on, without them where none does.
    """

    ids: NDArray[np.intp]
    going: NDArray[np.intp]
    quantities: tuple[Floats, ...]

    @property
    def numbers(self) -> int:
        return BESIDE + sum(each.size for each in self.quantities)

    def of(self, start: int, quantity: int) -> Floats:
        """A quantity of one start."""
        ids = self.ids if quantity < TERMS else self.going
        return np.asarray(self.quantities[quantity][np.searchsorted(ids, start)])


class History:
    """The steps of one racer from s starts, or of a leg of it.

    Args:
        motion: at its start; it is not moved. room: for how many numbers.
    """

    def __init__(self, motion: Motion, starts: int, room: int) -> None:
        self._motion, self._half = motion, room // 2
        self.stride = FIRST_STRIDE
        self._checkpoints: list[Checkpoint] = []
        self._kept_numbers = 0
        self._ends = np.full(starts, -1)
        self._rows: dict[int, Row] = {}
        self._row_numbers = 0
        self._ahead: Motion | None = None  # at the point after the last row that was made again
        self._lock = threading.Lock()

    # While it is made

    def note(self, motion: Motion) -> None:
        """Keep where `motion` is, if that is one of the steps to keep."""
        if motion.t % self.stride:
            return
        with self._lock:
            checkpoint = motion.checkpoint()
            self._checkpoints.append(checkpoint)
            self._kept_numbers += checkpoint.numbers + BESIDE
            while self._kept_numbers > self._half and len(self._checkpoints) > 2:
                self.stride *= 2
                self._checkpoints = self._checkpoints[::2]
                self._kept_numbers = sum(each.numbers + BESIDE for each in self._checkpoints)

    def ended(self, ids: NDArray[np.intp], step: int) -> None:
        """The starts `ids` are over at point `step`."""
        self._ends[ids] = step

    def remember(self, step: int, row: Row) -> None:
        """Have a row at hand, which may push out the oldest."""
        with self._lock:
            self._remember(step, row)

    # When it is read

    @property
    def kept_steps(self) -> NDArray[np.intp]:
        """Those from which the others are made, ascending."""
        return np.array([each.t for each in self._checkpoints], dtype=np.intp)

    def at_hand(self, step: int) -> bool:
        """Whether the row of `step` need not be made again."""
        return step in self._rows

    def kept_point(self, step: int, start: int) -> Floats | None:
        """θ of a start at a step that is kept; None at any other."""
        stride, checkpoints = self.stride, self._checkpoints
        place = step // stride
        if step % stride or place >= len(checkpoints):
            return None
        t, ids, theta, *_ = checkpoints[place]
        if t != step:  # they have just become fewer
            return None
        return np.asarray(theta[np.searchsorted(ids, start)])

    def row(self, step: int, cancelled: CancelCheck = never) -> Row:
        """That of a step that was taken, or of a last point.

        Raises:
            Cancelled: `cancelled` said so.
        """
        found = self._rows.get(step)
        if found is not None:
            return found
        with self._lock, np.errstate(all="ignore"):
            return self._rows.get(step) or self._made(step, cancelled)

    def _made(self, step: int, cancelled: CancelCheck) -> Row:
        """The row of `step`, from the last point before it where there is something to go on from."""
        begin = self._checkpoints[min(step // self.stride, len(self._checkpoints) - 1)]
        motion, self._ahead = self._ahead, None
        if motion is None or not begin.t <= motion.t <= step:
            motion = self._motion.resumed(begin)
        while True:
            if cancelled():
                self._ahead = motion
                raise Cancelled
            t, row = motion.t, self._step(motion)
            self._remember(t, row)
            if t == step:
                self._ahead = motion if len(motion.ids) else None
                return row

    def _step(self, motion: Motion) -> Row:
        """The row of the point where `motion` is, which takes the step from it."""
        ids, point = motion.ids, (motion.theta, motion.gradient)
        over = self._ends[ids] == motion.t
        if over.any():
            motion.keep(~over)
        if not len(motion.ids):
            return Row(ids, motion.ids, point)
        answer = motion.move()
        return Row(ids, motion.ids, (*point, motion.used, *answer.terms))

    def _remember(self, step: int, row: Row) -> None:
        if step not in self._rows:
            self._rows[step] = row
            self._row_numbers += row.numbers
        while self._row_numbers > self._half and len(self._rows) > LEAST_ROWS:
            oldest = next(iter(self._rows))
            self._row_numbers -= self._rows.pop(oldest).numbers


class Quantity(NamedTuple):
    """One quantity of one start, as a `rows.Source`: POINT, GRADIENT or TERMS + the number of a term."""

    history: History
    start: int
    quantity: int

    @property
    def kept_steps(self) -> NDArray[np.intp]:
        return self.history.kept_steps

    def row(self, step: int, cancelled: CancelCheck = never) -> Floats:
        kept = self.history.kept_point(step, self.start) if self.quantity == POINT else None
        return kept if kept is not None else self.history.row(step, cancelled).of(self.start, self.quantity)

    def at_hand(self, step: int) -> bool:
        return self.history.at_hand(step)
