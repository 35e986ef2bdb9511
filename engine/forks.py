"""Forked runs: a racer that goes some steps by one rule and then on by another.

The run shares its first steps with the run it was forked from, so that both can be played together. A new
rule starts with empty memory (no momentum, no moments). Runs on the engine thread; numpy only.
"""

from collections.abc import Callable, Sequence

import numpy as np
from msgspec.structs import replace

from engine.optimizers import Leg, Racer
from engine.solution import Floats, Run, Term

RunLeg = Callable[[Racer, Floats, int, int, int], list[Run]]
"""(racer, starts (s, d), steps, seed, gradient evaluations spent before) → one Run a start."""


def run_in_legs(racer: Racer, starts: Floats, steps: int, seed: int, run_leg: RunLeg) -> list[Run]:
    """The Runs of a racer with `legs`, one for each of the `starts` (s, d), of at most `steps` steps."""
    legs = (*racer.legs, Leg(optimizer=racer.optimizer, schedule=racer.schedule, steps=steps))
    joined: dict[int, Run] = {}
    moving = list(range(len(starts)))
    theta, left = starts, steps
    for number, leg in enumerate(legs):
        budget = min(leg.steps, left)
        rule = replace(racer, optimizer=leg.optimizer, schedule=leg.schedule, legs=())
        # The point where two legs meet is evaluated once.
        spent = max((int(joined[i].evaluations[-1]) - 1 for i in moving if i in joined), default=0)
        parts = run_leg(rule, theta, budget, seed + number, spent)
        still_moving = []
        for i, part in zip(moving, parts, strict=True):
            joined[i] = join(joined[i], part) if i in joined else part
            if part.steps == budget and np.isfinite(part.points[-1]).all():
                still_moving.append(i)
        moving = still_moving
        left -= budget
        if not moving or left == 0:
            break
        theta = np.array([joined[i].points[-1] for i in moving])
    return [replace(joined[i], racer=racer, start_index=i) for i in range(len(starts))]


def join(first: Run, second: Run) -> Run:
    """`first` and then `second`, which starts where it ends.

    A term that only the second rule has is NaN in the steps of the first; `before` has the terms of those.
    """
    spent = first.evaluations[-1] - 1  # the point where they meet is evaluated once
    return replace(
        second,
        points=np.concatenate([first.points[:-1], second.points]),
        values=np.concatenate([first.values[:-1], second.values]),
        gradients=np.concatenate([first.gradients[:-1], second.gradients]),
        evaluations=np.concatenate([first.evaluations[:-1], second.evaluations + spent]),
        terms=tuple(_joined_term(first.terms, term, first.steps) for term in second.terms),
        before=first,
    )


def _joined_term(earlier: Sequence[Term], term: Term, steps: int) -> Term:
    width = term.values.shape[1]
    same = next((each for each in earlier if each.symbol == term.symbol), None)
    if same is not None and same.values.shape == (steps, width):
        head = same.values
    else:
        head = np.full((steps, width), np.nan)
    return replace(term, values=np.concatenate([head, term.values]))


def forked(racer: Racer, step: int) -> Racer:
    """A racer that does what `racer` does up to `step` ≥ 1, and is then free to do something else.

    >>> from engine.optimizers import METHODS
    >>> branch = forked(Racer(optimizer=METHODS["gd"](lr=0.1)), 5)
    >>> [leg.steps for leg in branch.legs], branch.optimizer.lr
    ([5], 0.1)
    """
    legs: list[Leg] = []
    left = step
    for leg in (*racer.legs, Leg(optimizer=racer.optimizer, schedule=racer.schedule, steps=step)):
        if left > 0:
            legs.append(replace(leg, steps=min(leg.steps, left)))
            left -= leg.steps
    return replace(racer, legs=tuple(legs), name="", mark=None)


def part_at(run: Run, step: int) -> tuple[Run, int]:
    """The part of a forked run whose rule made the step from point `step`, and the step's number in it.

    A run that was not forked is its own only part. The numbers of the terms are those of the part.
    """
    while run.before is not None and step < run.before.steps:
        run = run.before
    return run, step
