"""The loop of descent: racers from starts to Runs, and its lean form that keeps only where runs end.

One loop moves all starts of a racer together; a start that is over is taken out of the arrays. The rules
that end a run are in `engine.descent.stopping`, what is kept of it in `engine.descent.record`.
Runs on the engine thread; numpy only.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from engine.base.arrays import Floats
from engine.base.cancellation import CancelCheck, Cancelled, never
from engine.descent.batches import Batches
from engine.descent.forks import LegEnd, Onward, run_in_legs
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
    """Run every enabled racer from every start of `setup`, racers first.

    Args:
        steps: the budget of each run. stop: whether the rules of `engine.descent.stopping` may end it
            earlier; without them exactly `steps` steps are taken, whatever becomes of the numbers, or
            `most_steps`.
        seed: of the gradient noise. budget: of gradient evaluations of each run; None: no limit.
        batches: what each step sees, where that is not all of `objective`; a run then ends early only where
            a number overflows, and its values are those of `objective`. tested: L over other rows.

    Raises:
        Cancelled: `cancelled` said so.
    """
    runs: list[Run] = []
    limit = limit_of_each(racers)
    recorded = min(steps, most_steps(setup, racers))
    for index, racer in enumerate(racers):
        if not racer.enabled:
            continue

        def run_leg(
            rule: Racer, starts: Floats, steps: int, spent: int, onward: Onward | None, index: int = index
        ) -> LegEnd:
            record = Record(rule, starts, steps, keeps_terms=fits_with_terms(rule, starts, recorded, limit))
            endings = advance(
                objective,
                rule,
                starts,
                setup.lo,
                setup.hi,
                steps=steps,
                stop=stop,
                seed=seed,
                budget=None if budget is None else max(budget - spent, 1),
                batches=batches,
                cancelled=cancelled,
                record=record,
                onward=onward,
            )
            return LegEnd(record.runs(index, endings, onward, trim=stop), *record.last)

        runs += run_in_legs(racer, setup.starts, recorded, run_leg)
    return tuple(_measured(run, objective, batches, tested) for run in runs)


def _measured(run: Run, objective: Function, batches: Batches | None, tested: Function | None) -> Run:
    """The run with what it was not descended by: L over all rows and over those to test on."""
    if batches is not None:
        run = replace(run, values=objective.value(run.points), batch_values=run.values[:-1])
    return run if tested is None else replace(run, test_values=tested.value(run.points))


@np.errstate(all="ignore")
def advance(
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
    cancelled: CancelCheck = never,
    record: Record | None = None,
    varied: Mapping[str, Floats] | None = None,
    onward: Onward | None = None,
) -> Endings:
    """Move all `starts` (s, d) until each is over. Without a `record` only the endings are kept.

    Args: as for `descend`; varied: settings with a number for each start, (s,), in place of the racer's; only
        those the method names in `by_start`. onward: what the later part of a forked run takes over.

    Raises:
        Cancelled: `cancelled` said so.
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
    evaluate = function.value_and_gradient

    ids = np.arange(s)
    theta = starts.astype(np.float64)
    state = transform.init(theta) if onward.state is None else onward.state
    value, gradient = evaluate(theta)
    start_value, start_gradient = evaluate(onward.origin) if begun else (value, gradient)
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
        last = t >= steps or (budget is not None and not counted and t + 1 >= budget)
        if t % CANCEL_EVERY == 0 and cancelled():
            raise Cancelled
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
        u, state, terms, extra = update(used, state, Moment(of_rule + t, rate, theta, value, used, function))
        if record is not None:
            record.terms(t, ids, used, terms)
        step = u
        theta = theta + u
        t += 1
        if batches is not None:
            function = batches.at(begun + t)
            evaluate = function.value_and_gradient
        value, gradient = evaluate(theta)
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
