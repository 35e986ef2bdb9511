"""The loop of descent: racers from starts to Runs, and its lean form that keeps only where runs end.

One loop moves all starts of a racer together; a start that is over is taken out of the arrays. The rules
that end a run are in `engine.stopping`, the sentences about it in `engine.explanation`.
Runs on the engine thread; numpy only.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from engine.cancellation import CancelCheck, Cancelled, never
from engine.explanation import Path, explain, name_outcome
from engine.forks import LegEnd, Onward, run_in_legs
from engine.i18n import message
from engine.optimizers import Moment, Racer, TermSpec
from engine.optimizers.shaping import GRADIENT_TERM, Shaper
from engine.optimizers.transform import Function, State, rows
from engine.plateau import on_plateau
from engine.solution import Floats, Run, Setup, Term
from engine.stopping import (
    CONVERGED,
    DIVERGED,
    GO_ON,
    OUTCOMES,
    OUTSIDE_PATIENCE,
    PROBE_REACH,
    SHORT_STEP,
    STALLED,
    Moving,
    Scales,
    judge_lost_points,
    judge_still_points,
    scales_of,
)

RECORD_LIMIT: Final = 60_000_000  # numbers kept of all racers together, 480 MB
MOST_EXPLAINED: Final = 200  # starts of a racer; of more, the others' outcomes are only named
FIRST_CAPACITY: Final = 128
CANCEL_EVERY: Final = 16  # steps
RECHECK_FACTOR: Final = 1.25  # how much later a point on a plateau is judged again


class Endings(Struct, frozen=True):
    """Where runs ended. points: (s, d); steps: (s,); codes: (s,), indices into stopping.OUTCOMES.

    evaluations: (s,), gradient evaluations spent.
    """

    points: Floats
    steps: NDArray[np.int64]
    codes: NDArray[np.int8]
    evaluations: NDArray[np.int64]


def descend(
    objective: Function,
    setup: Setup,
    racers: Sequence[Racer],
    *,
    steps: int,
    stop: bool = True,
    seed: int = 0,
    budget: int | None = None,
    cancelled: CancelCheck = never,
) -> tuple[Run, ...]:
    """Run every enabled racer from every start of `setup`, racers first.

    Args:
        steps: the budget of each run. stop: whether the rules of `engine.stopping` may end it earlier;
            without them exactly `steps` steps are taken, whatever becomes of the numbers, or `most_steps`.
        seed: of the gradient noise. budget: of gradient evaluations of each run; None: no limit.

    Raises:
        Cancelled: `cancelled` said so.
    """
    runs: list[Run] = []
    limit = _limit_of_each(racers)
    recorded = min(steps, most_steps(setup, racers))
    for index, racer in enumerate(racers):
        if not racer.enabled:
            continue

        def run_leg(
            rule: Racer, starts: Floats, steps: int, spent: int, onward: Onward | None, index: int = index
        ) -> LegEnd:
            record = _Record(rule, starts, steps, keeps_terms=_fits_with_terms(rule, starts, recorded, limit))
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
                cancelled=cancelled,
                record=record,
                onward=onward,
            )
            return LegEnd(record.runs(index, endings, onward, trim=stop), *record.last)

        for run in run_in_legs(racer, setup.starts, recorded, run_leg):
            path = Path(run.points, run.values, run.gradients, run.outcome, run.start_index)
            if run.start_index < MOST_EXPLAINED:
                explanation = explain(objective, setup, racer, path)
            else:
                explanation = name_outcome(setup, path)
            runs.append(replace(run, explanation=explanation))
    return tuple(runs)


def most_steps(setup: Setup, racers: Sequence[Racer]) -> int:
    """How many steps of each run there is room for when `racers` run together from all starts of `setup`."""
    return max(1, _limit_of_each(racers) // _point_size(setup.starts) - 1)


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
    cancelled: CancelCheck = never,
    record: "_Record | None" = None,
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
    evaluate = objective.value_and_gradient

    ids = np.arange(s)
    theta = starts.astype(np.float64)
    state = transform.init(theta) if onward.state is None else onward.state
    value, gradient = evaluate(theta)
    start_value, start_gradient = evaluate(onward.origin) if begun else (value, gradient)
    evaluations = np.ones(s, np.int64)
    counted = False  # a method that looks elsewhere than at theta makes evaluations differ from t + 1
    watch = None
    if s:
        watch = _Watch(objective, onward.origin, start_gradient, lo, hi, noisy=racer.noise > 0)
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
        u, state, terms, extra = update(used, state, Moment(of_rule + t, rate, theta, value, used, objective))
        if record is not None:
            record.terms(t, ids, used, terms)
        step = u
        theta = theta + u
        value, gradient = evaluate(theta)
        t += 1
        if extra is not None:
            evaluations = (evaluations if counted else np.full(len(ids), t)) + extra + 1
            counted = True
    return endings


class _Watch:
    """Judges the moving points after each step; cheap while nothing happens."""

    def __init__(
        self, objective: Function, starts: Floats, gradient: Floats, lo: Floats, hi: Floats, *, noisy: bool
    ) -> None:
        self.objective = objective
        self.noisy = noisy
        self.starts = starts
        self.scales: Scales = scales_of(objective, starts, gradient, lo, hi)
        self.tolerance2 = self.scales.tolerance**2
        self.recheck = np.zeros(len(starts), np.int64)
        self.outside = np.zeros(len(starts), np.int64)
        self._single()

    def _single(self) -> None:
        """What `_one_is_fine` compares with, should only one start be left."""
        if len(self.tolerance2) == 1:
            self.least = float(self.tolerance2[0])
            self.low = (self.scales.center[0] - self.scales.near[0]).tolist()
            self.high = (self.scales.center[0] + self.scales.near[0]).tolist()

    def keep(self, keep: NDArray[np.bool_]) -> None:
        """Forget the starts that are over."""
        self.starts, self.scales = self.starts[keep], self.scales.of(keep)
        self.tolerance2, self.recheck = self.tolerance2[keep], self.recheck[keep]
        self.outside = self.outside[keep]
        self._single()

    def codes(self, t: int, points: Moving, last: bool) -> NDArray[np.int8] | None:
        """A code for each point, or None when all go on."""
        theta, value, gradient = points[:3]
        if len(theta) == 1 and self._one_is_fine(theta, value, gradient):
            return None
        slope2 = np.einsum("sd,sd->s", gradient, gradient)
        inside = np.abs(theta - self.scales.center) <= self.scales.near
        # Comparisons with NaN are false: an undefined point is never fine.
        fine = (slope2 > self.tolerance2) & (slope2 < np.inf) & (np.abs(value) < np.inf)
        if fine.all() and inside.all():
            return None
        codes = np.zeros(len(theta), np.int8)
        self._lost(codes, t, points, np.asarray(inside.all(axis=-1)), last)
        self._still(codes, t, points, slope2, last)
        return codes if codes.any() else None

    def _one_is_fine(self, theta: Floats, value: Floats, gradient: Floats) -> bool:
        """The test of `codes` for a single point, in plain numbers: several times faster than in arrays."""
        slope2 = 0.0
        for g in gradient[0].tolist():
            slope2 += g * g
        if not (self.least < slope2 < math.inf and abs(value.item()) < math.inf):
            return False
        return all(
            low <= x <= high for low, x, high in zip(self.low, theta[0].tolist(), self.high, strict=True)
        )

    def _lost(
        self,
        codes: NDArray[np.int8],
        t: int,
        points: Moving,
        inside: NDArray[np.bool_],
        last: bool,
    ) -> None:
        theta, value, gradient = points[:3]
        kink = np.isfinite(value) & ~np.isfinite(gradient).all(axis=-1) & np.isfinite(theta).all(axis=-1)
        for row in np.flatnonzero(kink):
            one = slice(row, row + 1)
            codes[one] = judge_still_points(self.objective, theta[one], gradient[one], self.scales.widths)
            codes[one][codes[one] != CONVERGED] = GO_ON
        undefined = (~np.isfinite(value) | ~np.isfinite(gradient).all(axis=-1)) & (codes != CONVERGED)
        self.outside = np.where(inside, 0, self.outside + 1)
        far = (np.abs(theta - self.scales.center) > self.scales.far).any(axis=-1)
        lost = undefined | far | (self.outside >= (1 if last else OUTSIDE_PATIENCE))
        if lost.any():
            codes[lost] = judge_lost_points(points.of(lost), self.starts[lost], t, self.scales.of(lost))

    def _still(
        self,
        codes: NDArray[np.int8],
        t: int,
        points: Moving,
        slope2: Floats,
        last: bool,
    ) -> None:
        theta, value, gradient, step, start_value = points
        still = (slope2 <= self.tolerance2) & np.isfinite(value) & (codes == GO_ON)
        if self.noisy:  # a noisy run only passes through a point of small slope
            return
        still &= (np.abs(step) <= SHORT_STEP * self.scales.widths).all(axis=-1)
        if not last:
            still &= t >= self.recheck
        which = np.flatnonzero(still)
        if len(which):
            codes[which] = judge_still_points(
                self.objective, theta[which], gradient[which], self.scales.widths
            )
            # Where L never fell and is flat all around, there is no telling whether it is lower elsewhere.
            level = which[(value[which] == start_value[which]) & (slope2[which] == 0)]
            codes[level[on_plateau(self.objective, theta[level], PROBE_REACH * self.scales.widths)]] = STALLED
            waiting = which[codes[which] == GO_ON]
            self.recheck[waiting] = int(t * RECHECK_FACTOR) + 10


class _Record:
    """Everything about the runs of one racer, in buffers that grow; (steps, s, …)."""

    def __init__(self, racer: Racer, starts: Floats, steps: int, *, keeps_terms: bool) -> None:
        self.racer = racer
        s, d = starts.shape
        self.keeps_terms = keeps_terms
        self.specs = _specs(racer) if keeps_terms else ()
        self.capacity = min(steps + 1, FIRST_CAPACITY)
        self.points = np.empty((self.capacity, s, d))
        self.values = np.empty((self.capacity, s))
        self.gradients = np.empty((self.capacity, s, d))
        self.evaluations = _counting(0, self.capacity, s)
        self.term_values = [np.empty((self.capacity, s, w)) for w in _widths(self.specs, d)]
        self.all = s
        self.limit = steps + 1
        self.last: tuple[NDArray[np.intp], State] = (
            np.arange(0),
            (),
        )  # who used up the steps, in which state

    def point(
        self,
        t: int,
        ids: NDArray[np.intp],
        theta: Floats,
        value: Floats,
        gradient: Floats,
        evaluations: NDArray[np.int64] | None,
    ) -> None:
        """Note point t of the starts `ids`; evaluations None: one a point."""
        if t >= self.capacity:
            self._grow()
        which = slice(None) if len(ids) == self.all else ids
        self.points[t, which] = theta
        self.values[t, which] = value
        self.gradients[t, which] = gradient
        if evaluations is not None:
            self.evaluations[t, which] = evaluations

    def terms(self, t: int, ids: NDArray[np.intp], used: Floats, terms: tuple[Floats, ...]) -> None:
        if not self.keeps_terms:
            return
        which = slice(None) if len(ids) == self.all else ids
        self.term_values[0][t, which] = used
        for buffer, term in zip(self.term_values[1:], terms, strict=True):
            buffer[t, which] = term

    def runs(
        self, racer_index: int, endings: Endings, onward: Onward | None = None, *, trim: bool
    ) -> list[Run]:
        """The finished runs. `trim`: a last point that overflowed is no place and is left out."""
        runs = []
        for i, steps in enumerate(endings.steps):
            n = int(steps)
            if trim and endings.codes[i] == DIVERGED and n > 0 and not np.isfinite(self.points[n, i]).all():
                n -= 1
            runs.append(
                Run(
                    racer=self.racer,
                    racer_index=racer_index,
                    start_index=i,
                    points=self.points[: n + 1, i].copy(),
                    values=self.values[: n + 1, i].copy(),
                    gradients=self.gradients[: n + 1, i].copy(),
                    terms=tuple(
                        Term(spec.symbol, spec.name, values[:n, i].copy(), spec.role)
                        for spec, values in zip(self.specs, self.term_values, strict=True)
                    ),
                    evaluations=self.evaluations[: n + 1, i].copy(),
                    outcome=OUTCOMES[endings.codes[i]],
                    explanation=message(""),
                    rule_from=onward.rule_from if onward else 0,
                    schedule_from=onward.schedule_from if onward else 0,
                )
            )
        return runs

    def _grow(self) -> None:
        self.capacity = min(2 * self.capacity, self.limit)
        self.points = _grown(self.points, self.capacity)
        self.values = _grown(self.values, self.capacity)
        self.gradients = _grown(self.gradients, self.capacity)
        more = _counting(len(self.evaluations), self.capacity, self.all)
        self.evaluations = np.concatenate([self.evaluations, more])
        self.term_values = [_grown(buffer, self.capacity) for buffer in self.term_values]


def _limit_of_each(racers: Sequence[Racer]) -> int:
    return RECORD_LIMIT // max(1, sum(racer.enabled for racer in racers))


def _point_size(starts: Floats) -> int:
    """The numbers that one point of each run takes: θ, L, the gradient, the evaluations."""
    s, d = starts.shape
    return int(max(1, s) * (2 * d + 2))


def _fits_with_terms(racer: Racer, starts: Floats, steps: int, limit: int) -> bool:
    s, d = starts.shape
    size = _point_size(starts) + int(s) * sum(_widths(_specs(racer), d))
    return (steps + 1) * size <= limit


def _specs(racer: Racer) -> tuple[TermSpec, ...]:
    return (GRADIENT_TERM, *racer.optimizer.transform().terms)


def _widths(specs: Sequence[TermSpec], d: int) -> list[int]:
    return [1 if spec.role == "scalar" else d for spec in specs]


def _counting(first: int, last: int, s: int) -> NDArray[np.int64]:
    """One evaluation a point, (last − first, s): k + 1 at point k."""
    return np.repeat(np.arange(first + 1, last + 1)[:, None], s, axis=1)


def _grown(buffer: np.ndarray, capacity: int) -> np.ndarray:
    larger = np.empty((capacity, *buffer.shape[1:]), buffer.dtype)
    larger[: len(buffer)] = buffer
    return larger
