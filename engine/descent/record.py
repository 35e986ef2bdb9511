"""What is kept of descent: every point of the runs while there is room, then a history; or only their ends.

Runs on the engine thread; numpy only.
"""

from collections.abc import Sequence
from typing import Any, Final, Literal

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from engine.base.arrays import Floats
from engine.base.cancellation import Cancelled
from engine.base.vectors import length
from engine.descent.forks import Onward
from engine.descent.history import GRADIENT, POINT, History, Quantity, Row
from engine.descent.motion import Motion
from engine.descent.rows import Kept, Replayed, Rows
from engine.descent.run import Norms, Run, Term
from engine.descent.stopping import DIVERGED, OUTCOMES
from engine.document.setup import Setup
from engine.optimizers import Racer
from engine.optimizers.transform import State, Step
from engine.program.function import Function

MEMORY: Final = 96_000_000  # bytes for the points of all racers together, and for what replays them
RECORD_LIMIT: Final = 60_000_000  # numbers of all racers together that are kept of every step in any case
FIRST_CAPACITY: Final = 128
FIRST_NUMBERS: Final = 250_000  # of a buffer at first, where that is more: what is not written takes no room
FEW: Final = 64  # starts
AT_ONCE: Final = 500_000  # numbers of the points that are measured at once
WIDE: Final = ("points", "gradients")  # by name; the terms of the rule are known by their number

Buffers = dict[str | int, NDArray[Any]]
Measured = dict[Literal["values", "test_values"], Function]
"""What is said of the points of a run by functions that do not move them; by the names of Run."""


class Endings(Struct, frozen=True):
    """Where runs ended. points: (s, d); steps: (s,); codes: (s,), indices into stopping.OUTCOMES.

    evaluations: (s,), gradient evaluations spent.
    """

    points: Floats
    steps: NDArray[np.int64]
    codes: NDArray[np.int8]
    evaluations: NDArray[np.int64]


def most_steps(setup: Setup, racers: Sequence[Racer]) -> int:
    """How many steps of each run there is room for when `racers` run together from all starts of `setup`."""
    running = [racer for racer in racers if racer.enabled]
    terms = (racer.optimizer.transform().terms for racer in running)
    scalars = max((sum(spec.role == "scalar" for spec in specs) for specs in terms), default=0)
    # L, |∇L|, |Δθ|, the evaluations, the drawn coordinates, and what the rule has of single numbers.
    each = max(1, len(setup.starts)) * (4 + len(setup.drawn) + scalars)
    return max(1, RECORD_LIMIT // max(1, len(running)) // each - 1)


class Record:
    """Everything about the runs of one racer; buffers that grow, (steps, s, …).

    Points, gradients and the vectors of the rule are `wide`, and kept while they fit. From the step on where
    they no longer do, there is a History in their place; what is `narrow` is kept of every step.

    Args:
        motion: at its start, over a function that can be asked for as long as the runs are kept.
        steps: the most that will come. room: for how many numbers. drawn: the columns that are always kept.
        measured: what the points are not moved by, but valued by too.
    """

    def __init__(
        self, motion: Motion, steps: int, *, room: int, drawn: tuple[int, ...], measured: Measured
    ) -> None:
        self.racer = motion.racer
        s, d = motion.theta.shape
        self.all, self.limit, self.drawn = s, steps + 1, drawn
        self.specs = motion.terms
        # The gradient that a rule gets is L's own, which is kept already, unless noise or clipping shape it.
        shaped = bool(self.racer.noise or self.racer.clip_norm)
        self.vectors = [k for k, spec in enumerate(self.specs) if spec.role != "scalar" and (k or shaped)]
        self.scalars = [k for k, spec in enumerate(self.specs) if spec.role == "scalar"]
        self.fitting = min(self.limit, max(1, room // max(1, s * d * (2 + len(self.vectors)))))
        self.history = History(motion, s, room) if self.fitting < self.limit else None
        first = min(self.fitting, max(FIRST_CAPACITY, FIRST_NUMBERS // max(s * d, 1)))
        wide: tuple[str | int, ...] = (*WIDE, *self.vectors)
        self.wide: Buffers | None = {name: np.empty((first, s, d)) for name in wide}
        self.measured = measured
        self.narrow: Buffers = {name: np.empty((first, s)) for name in ("seen", *measured)}
        self.narrow |= {k: np.empty((first, s, 1)) for k in self.scalars}
        self.firsts = motion.theta, motion.gradient
        self.last_gradients = np.full((s, d), np.nan)
        self.unmeasured: list[Floats] = []  # θ of the last points, of the starts `unmeasured_ids`
        self.unmeasured_ids = motion.ids
        self.taken_in = 0  # how many points are valued, or among the unmeasured
        # Who used up the steps, in which state.
        self.last: tuple[NDArray[np.intp], State] = (np.arange(0), ())

    def point(self, motion: Motion, evaluations: NDArray[np.int64] | None) -> None:
        """Note the point where `motion` is; evaluations None: one a point."""
        t, which = motion.t, self._which(motion.ids)
        if t >= len(self.narrow["seen"]):
            self._grow(motion)
        narrow = self.narrow
        narrow["seen"][t, which] = motion.value
        if evaluations is not None:
            if "evaluations" not in narrow:
                narrow["evaluations"] = _counting(0, len(narrow["seen"]), self.all)
            narrow["evaluations"][t, which] = evaluations
        if self.wide is not None:
            self.wide["points"][t, which] = motion.theta
            self.wide["gradients"][t, which] = motion.gradient
        else:
            narrow["way"][t, which] = motion.theta[:, self.drawn]
            narrow["slopes"][t, which] = length(motion.gradient)
            self.row = motion.ids, motion.theta, motion.gradient
        if self.history is not None:
            self.history.note(motion)

    def measured_at(self, motion: Motion) -> bool:
        """Value the point where `motion` is, together with others: many at once are faster.

        False if the functions were Cancelled; it is valued when it is asked for again.
        """
        if not self.measured:
            return True
        try:
            if motion.ids is not self.unmeasured_ids:
                self._catch_up()
                self.unmeasured_ids = motion.ids
            if self.taken_in <= motion.t:
                self.unmeasured.append(motion.theta)
                self.taken_in = motion.t + 1
            if len(self.unmeasured) * motion.theta.size >= AT_ONCE:
                self._catch_up()
        except Cancelled:
            return False
        return True

    def over(self, motion: Motion, over: NDArray[np.bool_]) -> None:
        """Those of the points where `motion` is are the last of their runs; over: (m,)."""
        ids = motion.ids[over]
        self.last_gradients[ids] = motion.gradient[over]
        if self.history is not None:
            self.history.ended(ids, motion.t)

    def step(self, motion: Motion, answer: Step) -> None:
        """Note the step that `motion` has just taken."""
        t, which, wide = motion.t - 1, self._which(motion.ids), self.wide
        terms = (motion.used, *answer.terms)
        for k in self.scalars:
            self.narrow[k][t, which] = terms[k]
        if wide is not None:
            for k in self.vectors:
                wide[k][t, which] = terms[k]
        elif self.history is not None:
            ids, theta, gradient = self.row
            self.history.remember(t, Row(ids, motion.ids, (theta, gradient, *terms)))
            before = theta if len(ids) == len(motion.ids) else theta[np.searchsorted(ids, motion.ids)]
            self.narrow["lengths"][t, which] = length(motion.theta - before)

    def runs(
        self,
        racer_index: int,
        endings: Endings,
        onward: Onward | None = None,
        *,
        trim: bool,
        passing: Motion | None = None,
    ) -> list[Run]:
        """The runs as they ended.

        Args:
            trim: a last point that overflowed is no place and is left out. passing: where those are that go
                on: they are views, of which nothing is copied, and nothing changes any more.

        Raises:
            Cancelled: the functions that are measured were.
        """
        if passing is not None and not self.measured_at(passing):
            raise Cancelled
        self._catch_up()
        going = set(passing.ids.tolist()) if passing is not None else set()
        if passing is not None:
            self.last_gradients[passing.ids] = passing.gradient
        by_start = _by_start if passing is None else _turned
        steps = endings.steps.astype(int)
        if trim:
            lost = np.flatnonzero((endings.codes == DIVERGED) & (steps > 0))
            steps[lost] -= ~np.isfinite(endings.points[lost]).all(axis=-1)
        count = int(steps.max(initial=0)) + 1
        kept = {
            name: by_start(buffer, count) for name, buffer in {**self.narrow, **(self.wide or {})}.items()
        }
        counted, once = kept.get("evaluations"), np.arange(1, count + 1)
        # Rows that are there, and how many more than steps.
        there: list[tuple[str | int, NDArray[Any], int]] = [
            (k, each, 0) for k, each in kept.items() if isinstance(k, int)
        ]
        if self.wide is not None:
            there += [(0, kept["gradients"], 0)] * (0 not in kept) + [(name, kept[name], 1) for name in WIDE]
        terms = [(k, spec.symbol, spec.name, spec.role) for k, spec in enumerate(self.specs)]
        runs = []
        for i, n in enumerate(steps.tolist()):
            rows = {} if self.wide is not None else self._thinned(i, n, kept, endings)
            rows |= {key: buffer[i, : n + more] for key, buffer, more in there}
            run = Run(
                racer=self.racer,
                racer_index=racer_index,
                start_index=i,
                points=rows["points"],
                values=kept["values" if "values" in kept else "seen"][i, : n + 1],
                batch_values=kept["seen"][i, :n] if "values" in kept else None,
                test_values=kept["test_values"][i, : n + 1] if "test_values" in kept else None,
                gradients=rows["gradients"],
                terms=tuple([Term(symbol, name, rows[k], role) for k, symbol, name, role in terms]),
                evaluations=once[: n + 1] if counted is None else counted[i, : n + 1],
                outcome=OUTCOMES[endings.codes[i]],
                rule_from=onward.rule_from if onward else 0,
                schedule_from=onward.schedule_from if onward else 0,
                going=i in going,
            )
            if self.wide is None:
                run = replace(run, norms=Norms(kept["slopes"][i, : n + 1], kept["lengths"][i, :n]))
            runs.append(run)
        return runs

    def _thinned(self, i: int, n: int, kept: Buffers, endings: Endings) -> dict[str | int, Rows]:
        """The wide rows of start i, of n steps, which are to be made again but for the first and the last."""
        assert self.history is not None
        whole = [{0: first[i]} for first in self.firsts]
        if n == endings.steps[i]:
            whole[POINT][n], whole[GRADIENT][n] = endings.points[i], self.last_gradients[i].copy()
        rows: dict[str | int, Rows] = {}
        for place, name in enumerate((*WIDE, *range(len(self.specs)))):
            count = n if isinstance(name, int) else n + 1
            known = Kept.nothing(count) if isinstance(name, int) else Kept.nothing(count, whole[place])
            if name == "points":
                known = Kept(self.drawn, kept["way"][i, :count], whole[place])
            shape = (count, endings.points.shape[1])
            rows[name] = Replayed(Quantity(self.history, i, place), shape, known)
        return rows

    def _catch_up(self) -> None:
        """Value what is left of the points."""
        if self.unmeasured:
            part = slice(self.taken_in - len(self.unmeasured), self.taken_in)
            points = np.stack(self.unmeasured)
            for name, function in self.measured.items():
                self.narrow[name][part, self._which(self.unmeasured_ids)] = function.value(points)
            self.unmeasured = []

    def _which(self, ids: NDArray[np.intp]) -> Any:
        return slice(None) if len(ids) == self.all else ids

    def _grow(self, motion: Motion) -> None:
        """Room for the point where `motion` is, and more."""
        count = motion.t
        if self.wide is not None and count >= self.fitting:
            self._thin(self.wide, motion)
        capacity = min(2 * count, self.limit)
        if self.wide is not None:
            capacity = min(capacity, self.fitting)
            self.wide = {name: _grown(buffer, capacity) for name, buffer in self.wide.items()}
        self.narrow = {name: _grown(buffer, capacity) for name, buffer in self.narrow.items()}
        if "evaluations" in self.narrow:
            self.narrow["evaluations"][count:] = _counting(count, capacity, self.all)

    def _thin(self, wide: Buffers, motion: Motion) -> None:
        """From now on only what is narrow is kept of each step; what is wide goes."""
        count, points = motion.t, wide["points"]
        lengths = np.zeros((count, self.all))
        for t in range(count - 1):
            lengths[t] = length(points[t + 1] - points[t])
        lengths[count - 1, motion.ids] = length(motion.theta - points[count - 1, motion.ids])
        self.narrow |= {
            "way": points[..., self.drawn],
            "slopes": length(wide["gradients"]),
            "lengths": lengths,
        }
        self.wide = None


def _by_start(buffer: np.ndarray, length: int) -> np.ndarray:
    """The first `length` entries of a buffer (steps, s, …) as (s, steps, …).

    Those of a few starts lie one after the other in memory; those of thousands are not copied.
    """
    turned = _turned(buffer, length)
    return np.ascontiguousarray(turned) if len(turned) <= FEW else turned


def _turned(buffer: np.ndarray, length: int) -> np.ndarray:
    return np.swapaxes(buffer[:length], 0, 1)


def _counting(first: int, last: int, s: int) -> NDArray[np.int64]:
    """One evaluation a point, (last − first, s): k + 1 at point k."""
    return np.repeat(np.arange(first + 1, last + 1)[:, None], s, axis=1)


def _grown(buffer: NDArray[Any], capacity: int) -> NDArray[Any]:
    larger = np.empty((capacity, *buffer.shape[1:]), buffer.dtype)
    larger[: len(buffer)] = buffer
    return larger
