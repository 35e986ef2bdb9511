"""The loop of descent: racers from starts to Runs, and its lean form that keeps only where runs end.

One loop moves all starts of a racer together; a start that is over is taken out of the arrays. The rules
that end a run are in `engine.descent.stopping`, what is kept of it in `engine.descent.record`.
Runs on the engine thread; numpy only.
"""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.base.arrays import Floats
from engine.base.cancellation import CancelCheck, Cancelled, never
from engine.descent.batches import Batches
from engine.descent.forks import LegEnd, Onward, run_in_legs
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
    """Run every enabled racer from every start of `setup`, racers first.

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

    Raises:
        Cancelled: `cancelled` said so.
    """
    runs: list[Run] = []
    recorded = min(steps, most_steps(setup, racers))
    room = memory // 8 // max(1, sum(racer.enabled for racer in racers))
    wanted = objective.while_wanted(cancelled)
    measured: Measured = {} if batches is None else {"values": wanted}
    if tested is not None:
        measured["test_values"] = tested.while_wanted(cancelled)
    for index, racer in enumerate(racers):
        if not racer.enabled:
            continue

        def run_leg(
            rule: Racer, starts: Floats, steps: int, spent: int, onward: Onward | None, index: int = index
        ) -> LegEnd:
            motion = Motion(
                wanted,
                rule,
                starts,
                seed=seed,
                batches=None if batches is None else batches.over(wanted),
                onward=onward,
            )
            kept = motion.over(objective, None if batches is None else batches.over(objective))
            share = room * (steps + 1) // (recorded + 1)
            record = Record(kept, steps, room=share, drawn=setup.drawn, measured=measured)
            endings = advance(
                motion,
                setup.lo,
                setup.hi,
                steps=steps,
                stop=stop,
                budget=None if budget is None else max(budget - spent, 1),
                cancelled=cancelled,
                record=record,
            )
            return LegEnd(record.runs(index, endings, onward, trim=stop), *record.last)

        runs += run_in_legs(racer, setup.starts, recorded, run_leg)
    return tuple(runs)


@np.errstate(all="ignore")
def advance(
    motion: Motion,
    lo: Floats,
    hi: Floats,
    *,
    steps: int,
    stop: bool = True,
    budget: int | None = None,
    cancelled: CancelCheck = never,
    record: Record | None = None,
) -> Endings:
    """Move all points of `motion`, at its start, until each is over; a `record` keeps more than their ends.

    Args: lo, hi: of the box, (d,). The others as for `descend`.

    Raises:
        Cancelled: `cancelled` said so.
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
        last = t >= steps or (budget is not None and not counted and t + 1 >= budget)
        if t % CANCEL_EVERY == 0 and cancelled():
            raise Cancelled
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
        answer = motion.move()
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
