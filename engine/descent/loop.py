"""The loop of descent: racers from starts to Runs, and its lean form that keeps only where runs end.

One loop moves all starts of a racer together; a start that is over is taken out of the arrays. It is gone on
with some steps at a time, so that runs can be looked at, held and taken up again on their way. The rules
that end a run are in `engine.descent.stopping`, what is kept of it in `engine.descent.record`.
Runs on the engine thread; numpy only.
"""

import math
from collections.abc import Generator, Mapping, Sequence
from functools import partial
from typing import Final, NamedTuple

import numpy as np
from msgspec.structs import replace
from numpy.typing import ArrayLike, NDArray

from engine.base.arrays import Floats
from engine.base.cancellation import CancelCheck, Cancelled, never
from engine.descent.batches import Batches
from engine.descent.forks import LegEnd, Onward, SoFar, run_in_legs
from engine.descent.record import Endings, Record, fits_with_terms, limit_of_each, most_steps
from engine.descent.run import Run
from engine.descent.stopping import DIVERGED, GO_ON, Moving
from engine.descent.watch import Watch
from engine.document.setup import Setup
from engine.optimizers import Moment, Racer
from engine.optimizers.shaping import Shaper
from engine.optimizers.transform import rows
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
    ) -> None:
        self.steps = min(steps, most_steps(setup, racers))
        self._objective, self._setup, self._racers = objective, setup, racers
        self._stop, self._seed, self._budget, self._batches = stop, seed, budget, batches
        self._enabled = [index for index, racer in enumerate(racers) if racer.enabled]
        self._ways = {index: self._way(index) for index in self._enabled}
        self._so_far: dict[int, SoFar] = {}
        self._measured = _Measured(objective if batches is not None else None, tested)

    @property
    def begun(self) -> bool:
        return bool(self._so_far)

    @property
    def over(self) -> bool:
        return not self._ways

    def go_on(self) -> None:
        """Take CANCEL_EVERY steps more, of each run that is not over.

        Raises:
            Cancelled: the function said so. It can be gone on with all the same.
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
            Cancelled: the function said so.
        """
        found = (run for index in self._enabled if index in self._so_far for run in self._so_far[index]())
        with np.errstate(all="ignore"):
            return tuple(map(self._measured.of, found))

    def _way(self, index: int) -> Generator[SoFar | None, None, list[Run]]:
        return run_in_legs(self._racers[index], self._setup.starts, self.steps, partial(self._leg, index))

    def _leg(
        self, index: int, rule: Racer, starts: Floats, steps: int, spent: int, onward: Onward | None
    ) -> Generator[SoFar | None, None, LegEnd]:
        limit = limit_of_each(self._racers)
        record = Record(rule, starts, steps, keeps_terms=fits_with_terms(rule, starts, self.steps, limit))
        walk = _walk(
            self._objective,
            rule,
            starts,
            self._setup.lo,
            self._setup.hi,
            steps=steps,
            stop=self._stop,
            seed=self._seed,
            budget=None if self._budget is None else max(self._budget - spent, 1),
            batches=self._batches,
            record=record,
            onward=onward,
        )
        while True:
            try:
                here = next(walk)
            except StopIteration as finished:
                runs = record.runs(index, finished.value, onward, trim=self._stop, passing=False)
                return LegEnd(runs, *record.last)
            yield here and partial(self._passing, record, index, onward, here)

    def _passing(self, record: Record, index: int, onward: Onward | None, here: "_Here") -> list[Run]:
        """The runs of a leg that is not at its end."""
        steps = here.endings.steps.copy()
        steps[here.ids] = here.t
        endings = replace(here.endings, steps=steps)
        going = set(here.ids.tolist())
        runs = record.runs(index, endings, onward, trim=self._stop, passing=True)
        return [replace(run, going=True) if run.start_index in going else run for run in runs]


class _Measured:
    """What runs were not descended by: L over all rows, and over those to test on; at each point once."""

    def __init__(self, whole: Function | None, tested: Function | None) -> None:
        self._whole, self._tested = whole, tested
        self._values: dict[tuple[int, int], tuple[_Along, _Along]] = {}

    def of(self, run: Run) -> Run:
        """The run with both, as far as it has come."""
        key = run.racer_index, run.start_index
        if key not in self._values:
            self._values[key] = _Along(), _Along()
        values, tests = self._values[key]
        if self._whole is not None:
            run = replace(run, values=values.at(run.points, self._whole), batch_values=run.values[:-1])
        return run if self._tested is None else replace(run, test_values=tests.at(run.points, self._tested))


class _Along:
    """The values of a function at the points of a run that grows."""

    def __init__(self) -> None:
        self._values = np.empty(0)

    def at(self, points: ArrayLike, function: Function) -> Floats:
        """Its values at `points`, (n, d) → (n,), which begin with those of the last call."""
        points = np.asarray(points)
        known = len(self._values)
        if known < len(points):
            self._values = np.concatenate([self._values, function.value(points[known:])])
        return self._values[: len(points)]


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
    )
    while not descent.over:
        if cancelled():
            raise Cancelled
        descent.go_on()
    return descent.runs()


@np.errstate(all="ignore")
def advance(
    objective: Function,
    racer: Racer,
    starts: Floats,
    lo: Floats,
    hi: Floats,
    *,
    steps: int,
    seed: int = 0,
    varied: Mapping[str, Floats] | None = None,
    cancelled: CancelCheck = never,
) -> Endings:
    """Move all `starts` (s, d) until each is over, and keep only where.

    Args: as for a Descent; varied: settings with a number for each start, (s,), in place of the racer's; only
        those the method names in `by_start`.

    Raises:
        Cancelled: `cancelled` said so.
    """
    walk = _walk(objective, racer, starts, lo, hi, steps=steps, seed=seed, varied=varied)
    while True:
        try:
            here = next(walk)
        except StopIteration as finished:
            endings: Endings = finished.value
            return endings
        if here is None or cancelled():
            raise Cancelled


class _Here(NamedTuple):
    """Where a walk is: the points `ids`, (m,), go on from step t; the others are at their ends."""

    endings: Endings
    t: int
    ids: NDArray[np.intp]


def _walk(
    objective: Function,
    racer: Racer,
    starts: Floats,
    lo: Floats,
    hi: Floats,
    *,
    steps: int,
    stop: bool = True,
    seed: int = 0,
    budget: int | None = None,
    batches: Batches | None = None,
    record: Record | None = None,
    varied: Mapping[str, Floats] | None = None,
    onward: Onward | None = None,
) -> Generator[_Here | None, None, Endings]:
    """Move all `starts` (s, d) until each is over.

    Yields:
        where it is, every CANCEL_EVERY steps; None where the function was Cancelled in the midst of a step,
        which is taken when it is gone on with.

    Raises:
        Cancelled: the function was, before the first step.
    """
    s, d = starts.shape
    onward = onward or Onward(origin=starts, begun=0, state=None, rule_from=0, schedule_from=0)
    begun, of_rule, of_schedule = (
        onward.begun,
        onward.begun - onward.rule_from,
        onward.begun - onward.schedule_from,
    )
    endings = Endings(starts.copy(), np.zeros(s, np.int64), np.zeros(s, np.int8), np.ones(s, np.int64))
    settings = {
        name: np.asarray(each, dtype=np.float64).reshape(s, 1) for name, each in (varied or {}).items()
    }
    own_rates = settings.pop("lr", None)
    transform = replace(racer.optimizer, **settings).transform()
    update = transform.update
    shaper = Shaper(racer, d, seed)
    function = objective if batches is None else batches.at(begun)

    ids = np.arange(s)
    theta = starts.astype(np.float64)
    state = transform.init(theta) if onward.state is None else onward.state
    value, gradient = function.value_and_gradient(theta)
    start_value, start_gradient = function.value_and_gradient(onward.origin) if begun else (value, gradient)
    evaluations = np.ones(s, np.int64)
    counted = False  # a method that looks elsewhere than at theta makes evaluations differ from t + 1
    watch = None
    if s and batches is None:
        watch = Watch(objective, onward.origin, start_gradient, lo, hi, noisy=racer.noise > 0)
    step = np.zeros_like(theta)

    t = 0
    while len(ids):
        if record is not None:
            record.point(t, ids, theta, value, gradient, evaluations if counted else None)
        if t % CANCEL_EVERY == 0:
            yield _Here(endings, t, ids)
        last = t >= steps or (budget is not None and not counted and t + 1 >= budget)
        codes = None
        if watch is not None and (stop or last):
            codes = watch.codes(begun + t, Moving(theta, value, gradient, step, start_value), last)
        elif batches is not None and (stop or last):
            codes = codes_of_overflow(theta, value)
        spent = budget is not None and counted and evaluations >= budget
        if last and record is not None:
            record.last = (ids, state)
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
            keep = ~over
            ids, theta, value, gradient = ids[keep], theta[keep], value[keep], gradient[keep]
            state = rows(state, keep)
            start_value, evaluations = start_value[keep], evaluations[keep]
            own_rates = None if own_rates is None else own_rates[keep]
            if settings:
                settings = {name: each[keep] for name, each in settings.items()}
                update = replace(racer.optimizer, **settings).transform().update
            if watch is not None:
                watch.keep(keep)
            if not len(ids):
                break
        used = shaper.shape(begun + t, gradient)
        k = of_schedule + t
        rate = shaper.rate(k) if own_rates is None else own_rates * shaper.factor(k)
        moment = Moment(of_rule + t, rate, theta, value, used, function)
        following = function if batches is None else batches.at(begun + t + 1)
        while True:
            try:
                step, after, terms, extra = update(used, state, moment)
                ahead = theta + step
                value, gradient = following.value_and_gradient(ahead)
                break
            except Cancelled:
                yield None
        theta, state, function = ahead, after, following
        if record is not None:
            record.terms(t, ids, used, terms)
        t += 1
        if extra is not None:
            evaluations = (evaluations if counted else np.full(len(ids), t)) + extra + 1
            counted = True
    return endings


def codes_of_overflow(theta: Floats, value: Floats) -> Codes | None:
    """DIVERGED where a number overflowed, (s,); None where none did: all that ends a run by batches."""
    if math.isfinite(value.sum()) and math.isfinite(theta.sum()):
        return None
    over = ~(np.isfinite(value) & np.isfinite(theta).all(axis=-1))
    return np.where(over, DIVERGED, GO_ON).astype(np.int8) if over.any() else None
