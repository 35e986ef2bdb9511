"""The stage of descent: in parts, each of which can be shown; held where somebody wants it, and gone on with.

Runs on the engine thread; numpy only.
"""

import math
import time
from collections.abc import Generator
from typing import Final

from msgspec import Struct

from engine.base.cancellation import CancelCheck, Cancelled, Relay
from engine.descent.batches import Batches
from engine.descent.loop import Descent
from engine.descent.run import Run
from engine.document.lab import Lab
from engine.document.setup import Setup
from engine.function.objective import Objective
from engine.optimizers import Racer

FIRST_S: Final = 0.3  # what takes less is shown when it is done
FIRST_IN_GESTURE_S: Final = 0.05  # of a drag, whose next picture waits for this one
EVERY_S: Final = 0.1
NUMBERS_A_SECOND: Final = 2e7  # are shown, so that of a large record no picture is made every moment


class Progress(Struct, frozen=True):
    """How far a descent is that has not come to its end.

    Attributes:
        step: of the runs that still go on. steps: the most that it may come to.
        held: whether it waits to be gone on with.
    """

    step: int
    steps: int
    held: bool = False


class Underway(Struct, frozen=True, eq=False):
    """A Descent, and the check that its function asks, whatever request it is gone on with for."""

    descent: Descent
    relay: Relay


def begin(
    objective: Objective,
    tested: Objective | None,
    setup: Setup,
    racers: tuple[Racer, ...],
    lab: Lab,
    steps: int,
    rows: int,
) -> Underway:
    """A descent at its start."""
    relay = Relay()
    descent = Descent(
        objective,
        setup,
        racers,
        steps=steps,
        stop=lab.stop,
        seed=lab.seed,
        budget=lab.evaluations,
        batches=Batches.of(objective, rows, lab.training, lab.seed),
        tested=tested,
        cancelled=relay,
    )
    return Underway(descent, relay)


def parts_of(
    underway: Underway, *, first_s: float | None, cancelled: CancelCheck, held: CancelCheck
) -> Generator[tuple[tuple[Run, ...], Progress], None, tuple[tuple[Run, ...], Progress | None]]:
    """Go on until all runs are over, or `held` says so; the runs then, and how far they are.

    Args:
        first_s: after how long the runs so far are yielded for the first time; None: never.

    Raises:
        Cancelled: `cancelled` said so; it can be gone on with later.
    """
    descent, underway.relay.asked = underway.descent, cancelled
    due = None if first_s is None else time.monotonic() + first_s
    while not descent.over:
        if cancelled():
            raise Cancelled
        if descent.begun and held():
            return _seen(descent, held=True)
        descent.go_on()
        if due is not None and time.monotonic() >= due and not descent.over:
            seen = _seen(descent, held=False)
            yield seen
            numbers = sum(2 * math.prod(run.points.shape) for run in seen[0])
            due = time.monotonic() + max(EVERY_S, numbers / NUMBERS_A_SECOND)
    return descent.runs(), None


def _seen(descent: Descent, *, held: bool) -> tuple[tuple[Run, ...], Progress]:
    runs = descent.runs()
    step = max((run.steps for run in runs if run.going), default=0)
    return runs, Progress(step, descent.steps, held)
