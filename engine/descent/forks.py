"""Forked runs: a racer that goes some steps by one rule and then on by another.

The run shares its first steps with the run it was forked from, so that both can be played together. Where
only the numbers of a rule change, as its learning rate, it keeps its memory (the velocity, the moments) and
counts on, as PyTorch does when `param_groups[0]["lr"]` is set between two steps; another method starts with
an empty one. Gradient noise goes on either way. Runs on the engine thread; numpy only.
"""

import re
from collections.abc import Callable, Generator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from engine.base.arrays import Floats
from engine.descent.rows import Rows, spliced
from engine.descent.run import Norms, Run, Term, norms_of
from engine.optimizers import Leg, Method, Racer
from engine.optimizers.transform import State, leaves, refilled, rows

_KEPT = re.compile(r"\[(\w+)-\]")  # in the rule of a term: one of the step before


class Onward(NamedTuple):
    """What a leg takes over from the ones before it.

    Attributes:
        origin: (s, d), where its starts began. begun: the steps they have taken since.
        state: the memory of its rule; None for an empty one.
        rule_from, schedule_from: the steps of the run from which the rule and the schedule count theirs.
        losses: of each step since schedule_from, (k, s).
    """

    origin: Floats
    begun: int
    state: State | None
    rule_from: int
    schedule_from: int
    losses: Floats | tuple[()]


class LegEnd(NamedTuple):
    """What a leg has come to: a Run for each start; of those that used up its steps, `ids`, (m,), the state.

    The rows of the state are in the order of `ids`.
    """

    runs: list[Run]
    ids: NDArray[np.intp]
    state: State


SoFar = Callable[[], list[Run]]
"""The Runs as they are at that moment; each call makes them anew."""

RunLeg = Callable[[Racer, Floats, int, int, Onward | None], Generator[SoFar | None, None, LegEnd]]
"""(racer, starts (s, d), steps, gradient evaluations spent before, what it takes over) → its end."""


def run_in_legs(
    racer: Racer, starts: Floats, steps: int, run_leg: RunLeg
) -> Generator[SoFar | None, None, list[Run]]:
    """The Runs of a racer with `legs`, one for each of the `starts` (s, d), of at most `steps` steps.

    Yields: what `run_leg` does, of the whole runs.
    """
    if not racer.legs:
        return (yield from run_leg(racer, starts, steps, 0, None)).runs
    legs = (*racer.legs, Leg(optimizer=racer.optimizer, schedule=racer.schedule, steps=steps))
    joined: dict[int, Run] = {}
    moving = list(range(len(starts)))
    theta, begun = starts, 0
    onward: Onward | None = None
    for leg, following in zip(legs, (*legs[1:], None), strict=True):
        budget = min(leg.steps, steps - begun)
        rule = replace(racer, optimizer=leg.optimizer, schedule=leg.schedule, legs=())
        # The point where two legs meet is evaluated once.
        spent = max((int(joined[i].evaluations[-1]) - 1 for i in moving if i in joined), default=0)
        walk = run_leg(rule, theta, budget, spent, onward)
        while True:
            try:
                so_far = next(walk)
            except StopIteration as finished:
                end: LegEnd = finished.value
                break
            yield so_far and partial(_whole, racer, joined, moving, so_far)
        joined = _with_parts(joined, moving, end.runs)
        going = [
            row
            for row, part in enumerate(end.runs)
            if part.steps == budget and np.isfinite(part.points[-1]).all()
        ]
        begun += budget
        if following is None or not going or begun == steps:
            break
        places = {int(start): place for place, start in enumerate(end.ids)}
        state = rows(end.state, np.array([places[row] for row in going]))
        moving = [moving[row] for row in going]
        theta = np.array([joined[i].points[-1] for i in moving])
        onward = _onward(leg, following, onward, [joined[i] for i in moving], starts[moving], state)
    return _named(racer, joined)


def _whole(racer: Racer, before: Mapping[int, Run], moving: Sequence[int], so_far: SoFar) -> list[Run]:
    return _named(racer, _with_parts(before, moving, so_far()))


def _with_parts(before: Mapping[int, Run], moving: Sequence[int], parts: Sequence[Run]) -> dict[int, Run]:
    """The runs by their starts, with another part of those that were `moving`."""
    joined = dict(before)
    for i, part in zip(moving, parts, strict=True):
        joined[i] = join(joined[i], part) if i in joined else part
    return joined


def _named(racer: Racer, joined: Mapping[int, Run]) -> list[Run]:
    return [replace(joined[i], racer=racer, start_index=i) for i in range(len(joined))]


def _onward(
    leg: Leg,
    following: Leg,
    onward: Onward | None,
    so_far: Sequence[Run],
    origin: Floats,
    state: State,
) -> Onward:
    begun = so_far[0].steps
    kept = goes_on(leg.optimizer, following.optimizer)
    rule_from, schedule_from = (onward.rule_from, onward.schedule_from) if onward else (0, 0)
    schedule_from = schedule_from if leg.schedule == following.schedule else begun
    memory = following.optimizer.transform().init(origin) if kept else ()
    return Onward(
        origin=origin,
        begun=begun,
        state=refilled(memory, leaves(state)) if kept else None,
        rule_from=rule_from if kept else begun,
        schedule_from=schedule_from,
        losses=np.array([_losses(run)[schedule_from:begun] for run in so_far]).T,
    )


def _losses(run: Run) -> Floats:
    """What each step saw of L, (n,)."""
    return run.values[:-1] if run.batch_values is None else run.batch_values


def goes_on(before: Method, after: Method) -> bool:
    """Whether `after` is the rule of `before` with other numbers, and can use its memory.

    >>> from engine.optimizers import METHODS
    >>> gd, adam = METHODS["gd"], METHODS["adam"]
    >>> goes_on(adam(lr=0.1), adam(lr=0.01)), goes_on(adam(), gd()), goes_on(gd(), gd(momentum=0.9))
    (True, False, False)
    """
    return type(before) is type(after) and _memory(before) == _memory(after)


def remembers(method: Method) -> bool:
    """Whether a step of `method` depends on more than the point it starts from.

    >>> from engine.optimizers import METHODS
    >>> remembers(METHODS["gd"]()), remembers(METHODS["adam"]())
    (False, True)
    """
    return bool(_memory(method)[1])


def _memory(method: Method) -> tuple[set[str], list[tuple[int, ...]]]:
    """What a method remembers: the terms it needs of the step before, and the shapes of its state."""
    transform = method.transform()
    kept = {key for term in transform.terms for key in _KEPT.findall(term.rule)}
    return (kept, [part.shape for part in leaves(transform.init(np.zeros((1, 2))))])


def join(first: Run, second: Run) -> Run:
    """`first` and then `second`, which starts where it ends.

    A term that only the second rule has is NaN in the steps of the first; `before` has the terms of those.
    """
    spent = first.evaluations[-1] - 1  # the point where they meet is evaluated once
    tested = first.test_values[:-1] if first.test_values is not None else None
    return replace(
        second,
        points=spliced(first.points, first.steps, second.points),
        values=np.concatenate([first.values[:-1], second.values]),
        gradients=spliced(first.gradients, first.steps, second.gradients),
        norms=_joined_norms(first, second),
        batch_values=_joined(first.batch_values, second.batch_values),
        test_values=_joined(tested, second.test_values),
        factors=_joined_factors(first, second),
        evaluations=np.concatenate([first.evaluations[:-1], second.evaluations + spent]),
        terms=tuple(_joined_term(first.terms, term, first.steps) for term in second.terms),
        before=first,
    )


def _joined(first: Floats | None, second: Floats | None) -> Floats | None:
    return None if first is None or second is None else np.concatenate([first, second])


def _joined_factors(first: Run, second: Run) -> Floats | None:
    if second.factors is None:
        return None
    head = np.full(first.steps, np.nan) if first.factors is None else first.factors
    return np.concatenate([head, second.factors])


def _joined_norms(first: Run, second: Run) -> Norms | None:
    if first.norms is None and second.norms is None:
        return None
    one, other = norms_of(first), norms_of(second)
    return Norms(
        np.concatenate([one.slopes[:-1], other.slopes]), np.concatenate([one.lengths, other.lengths])
    )


def _joined_term(earlier: Sequence[Term], term: Term, steps: int) -> Term:
    shape = (steps, term.values.shape[1])
    head: Rows = np.broadcast_to(np.nan, shape)
    for each in earlier:
        if each.symbol == term.symbol and each.values.shape == shape:
            head = each.values
    return replace(term, values=spliced(head, steps, term.values))


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
