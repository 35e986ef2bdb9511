"""The loop of descent: racers from starts to Runs, and its lean form that keeps only where runs end.

One loop moves all starts of a racer together; a start that is over is taken out of the arrays. It is gone on
with some steps at a time, so that runs can be looked at, held and taken up again on their way. The rules
that end a run are in `engine.descent.stopping`, what is kept of it in `engine.descent.record`.
Runs on the engine thread; numpy only.
"""

import math
from collections.abc import Generator, Sequence
from functools import partial
from typing import Final, NamedTuple

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from engine.base.arrays import Floats
from engine.base.cancellation import CancelCheck, Cancelled, never
from engine.descent.batches import Batches
from engine.descent.forks import LegEnd, Onward, SoFar, run_in_legs
from engine.descent.motion import Motion
from engine.descent.record import MEMORY, Endings, Measured, Record, most_steps
from engine.descent.run import Run
from engine.descent.stopping import DIVERGED, GO_ON, Moving
from engine.descent.watch import Watch
from engine.document.setup import Setup
from engine.optimizers import Racer
from engine.program.function import Function

CANCEL_EVERY: Final = 16  # steps
Codes = NDArray[np.int8]


class Descent:
    """The runs of every enabled racer from every start of `setup`, racers first, on their way down.

    They are gone on with together, some steps at a time, and can be looked at in between; what was seen stays
    as it is. Not for two threads at once.

    Args:
        steps: the budget of each run. stop: whether the rules of `engine.descent.stopping` may end it
            earlier; without them exactly `steps` steps are taken, whatever becomes of the numbers, or
            `most_steps`.
        seed: of the gradient noise. budget: of gradient evaluations of each run; None: no limit.
        batches: what each step sees, where that is not all of `objective`; a run then ends early only where
            a number overflows, and its values are those of `objective`. tested: L over other rows.
        memory: bytes for the points, gradients and terms of all runs; of longer ones not every step is kept,
            and what lies between is made again when it is read (`engine.descent.history`). Then `objective`
            is asked for as long as the runs are.
        cancelled: asked in the midst of a step over much data.

    Attributes:
        steps: the most that a run can come to. begun: whether there is anything to be seen; over: whether
            all runs have ended.
    """

    def __init__(
        self,
        objective: Function,
        setup: Setup,
        racers: Sequence[Racer],
        *,
        steps: int,
        stop: bool = True,
        seed: int = 0,
        budget: int | None = None,
        batches: Batches | None = None,
        tested: Function | None = None,
        memory: int = MEMORY,
        cancelled: CancelCheck = never,
    ) -> None:
        self.steps = min(steps, most_steps(setup, racers))
        self._objective, self._setup, self._racers = objective, setup, racers
        self._stop, self._seed, self._budget, self._batches = stop, seed, budget, batches
        self._enabled = [index for index, racer in enumerate(racers) if racer.enabled]
        self._room = memory // 8 // max(1, len(self._enabled))
        self._wanted = objective.while_wanted(cancelled)
        self._measured: Measured = {} if batches is None else {"values": self._wanted}
        if tested is not None:
            self._measured["test_values"] = tested.while_wanted(cancelled)
        self._ways = {index: self._way(index) for index in self._enabled}
        self._so_far: dict[int, SoFar] = {}

    @property
    def begun(self) -> bool:
        return bool(self._so_far)

    @property
    def over(self) -> bool:
        return not self._ways

    def go_on(self) -> None:
        """Take CANCEL_EVERY steps more, of each run that is not over.

        Raises:
            Cancelled: `cancelled` said so. It can be gone on with all the same.
        """
        for index, way in list(self._ways.items()):
            try:
                with np.errstate(all="ignore"):
                    so_far = next(way)
            except StopIteration as finished:
                self._so_far[index] = partial(list, finished.value)
                del self._ways[index]
                continue
            except Cancelled:  # before its first step: it begins again
                self._ways[index] = self._way(index)
                raise
            if so_far is None:
                raise Cancelled
            self._so_far[index] = so_far

    def runs(self) -> tuple[Run, ...]:
        """The runs as they are now, in the order of the racers. Of those that still go on nothing is copied.

        Raises:
            Cancelled: `cancelled` said so.
        """
        with np.errstate(all="ignore"):
            found = [self._so_far[index]() for index in self._enabled if index in self._so_far]
        return tuple(run for runs in found for run in runs)

    def _way(self, index: int) -> Generator[SoFar | None, None, list[Run]]:
        return run_in_legs(self._racers[index], self._setup.starts, self.steps, partial(self._leg, index))

    def _leg(
        self, index: int, rule: Racer, starts: Floats, steps: int, spent: int, onward: Onward | None
    ) -> Generator[SoFar | None, None, LegEnd]:
        objective, batches = self._objective, self._batches
        motion = Motion(
            self._wanted,
            rule,
            starts,
            seed=self._seed,
            batches=None if batches is None else batches.over(self._wanted),
            onward=onward,
        )
        kept = motion.over(objective, None if batches is None else batches.over(objective))
        share = self._room * (steps + 1) // (self.steps + 1)
        record = Record(kept, steps, room=share, drawn=self._setup.drawn, measured=self._measured)
        walk = _walk(
            motion,
            self._setup.lo,
            self._setup.hi,
            steps=steps,
            stop=self._stop,
            budget=None if self._budget is None else max(self._budget - spent, 1),
            record=record,
        )
        while True:
            try:
                here = next(walk)
            except StopIteration as finished:
                return LegEnd(record.runs(index, finished.value, onward, trim=self._stop), *record.last)
            yield here and partial(self._passing, record, index, onward, here)

    def _passing(self, record: Record, index: int, onward: Onward | None, here: "_Here") -> list[Run]:
        """The runs of a leg that is not at its end."""
        going = here.motion.ids
        points, steps = here.endings.points.copy(), here.endings.steps.copy()
        points[going], steps[going] = here.motion.theta, here.motion.t
        endings = replace(here.endings, points=points, steps=steps)
        return record.runs(index, endings, onward, trim=self._stop, passing=here.motion)


def descend(
    objective: Function,
    setup: Setup,
    racers: Sequence[Racer],
    *,
    steps: int,
    stop: bool = True,
    seed: int = 0,
    budget: int | None = None,
    batches: Batches | None = None,
    tested: Function | None = None,
    memory: int = MEMORY,
    cancelled: CancelCheck = never,
) -> tuple[Run, ...]:
    """The runs of a Descent at its end.

    Raises:
        Cancelled: `cancelled` said so.
    """
    descent = Descent(
        objective,
        setup,
        racers,
        steps=steps,
        stop=stop,
        seed=seed,
        budget=budget,
        batches=batches,
        tested=tested,
        memory=memory,
        cancelled=cancelled,
    )
    while not descent.over:
        if cancelled():
            raise Cancelled
        descent.go_on()
    return descent.runs()


@np.errstate(all="ignore")
def advance(motion: Motion, lo: Floats, hi: Floats, *, steps: int, cancelled: CancelCheck = never) -> Endings:
    """Move all points of `motion`, at its start, until each is over, and keep only their ends.

    Args: lo, hi: of the box, (d,). steps: the budget of each.

    Raises:
        Cancelled: `cancelled` said so.
    """
    walk = _walk(motion, lo, hi, steps=steps)
    while True:
        try:
            here = next(walk)
        except StopIteration as finished:
            endings: Endings = finished.value
            return endings
        if here is None or cancelled():
            raise Cancelled


class _Here(NamedTuple):
    """Where a walk is: at the point of `motion`, but for the starts that are at their ends."""

    endings: Endings
    motion: Motion


def _walk(
    motion: Motion,
    lo: Floats,
    hi: Floats,
    *,
    steps: int,
    stop: bool = True,
    budget: int | None = None,
    record: Record | None = None,
) -> Generator[_Here | None, None, Endings]:
    """Move all points of `motion`, at its start, until each is over; a `record` keeps more than their ends.

    Yields:
        where it is, every CANCEL_EVERY steps; None where the function was Cancelled in the midst of a step,
        which is taken when it is gone on with.

    Raises:
        Cancelled: the function was, before the first step.
    """
    s = len(motion.ids)
    endings = Endings(motion.theta.copy(), np.zeros(s, np.int64), np.zeros(s, np.int8), np.ones(s, np.int64))
    begun, origin = motion.begun, motion.origin
    start_value, start_gradient = motion.value, motion.gradient
    if begun:
        start_value, start_gradient = motion.objective.value_and_gradient(origin)
    evaluations = np.ones(s, np.int64)
    counted = False  # a method that looks elsewhere than at theta makes evaluations differ from t + 1
    watch = None
    if s and not motion.batched:
        watch = Watch(motion.objective, origin, start_gradient, lo, hi, noisy=motion.racer.noise > 0)

    while len(motion.ids):
        t, ids, theta, value = motion.t, motion.ids, motion.theta, motion.value
        if record is not None:
            record.point(motion, evaluations if counted else None)
            while not record.measured_at(motion):
                yield None
        if t % CANCEL_EVERY == 0:
            yield _Here(endings, motion)
        last = t >= steps or (budget is not None and not counted and t + 1 >= budget)
        codes = None
        if watch is not None and (stop or last):
            moving = Moving(theta, value, motion.gradient, motion.step, start_value)
            codes = watch.codes(begun + t, moving, last)
        elif motion.batched and (stop or last):
            codes = codes_of_overflow(theta, value)
        spent = budget is not None and counted and evaluations >= budget
        if last and record is not None:
            record.last = (ids, motion.state)
        if last or codes is not None or (budget is not None and counted and np.any(spent)):
            over = np.ones(len(ids), bool) if last else np.zeros(len(ids), bool)
            if codes is not None:
                over |= codes != GO_ON
                endings.codes[ids[over]] = codes[over]
            if budget is not None and counted:
                over |= spent
            endings.points[ids[over]] = theta[over]
            endings.steps[ids[over]] = t
            endings.evaluations[ids[over]] = evaluations[over] if counted else t + 1
            if record is not None:
                record.over(motion, over)
            keep = ~over
            motion.keep(keep)
            start_value, evaluations = start_value[keep], evaluations[keep]
            if watch is not None:
                watch.keep(keep)
            if not len(motion.ids):
                break
        while True:
            try:
                answer = motion.move()
                break
            except Cancelled:
                yield None
        if record is not None:
            record.step(motion, answer)
        if answer.evaluations is not None:
            evaluations = (
                (evaluations if counted else np.full(len(motion.ids), t + 1)) + answer.evaluations + 1
            )
            counted = True
    return endings


def codes_of_overflow(theta: Floats, value: Floats) -> Codes | None:
    """DIVERGED where a number overflowed, (s,); None where none did: all that ends a run by batches."""
    if math.isfinite(value.sum()) and math.isfinite(theta.sum()):
        return None
    over = ~(np.isfinite(value) & np.isfinite(theta).all(axis=-1))
    return np.where(over, DIVERGED, GO_ON).astype(np.int8) if over.any() else None
