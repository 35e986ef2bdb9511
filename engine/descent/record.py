"""What is kept of descent: every point of the runs, as far as there is room, or only where they end.

Runs on the engine thread; numpy only.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from engine.base.arrays import Floats
from engine.descent.forks import Onward
from engine.descent.run import Run, Term
from engine.descent.stopping import DIVERGED, OUTCOMES
from engine.document.setup import Setup
from engine.optimizers import Racer, TermSpec
from engine.optimizers.shaping import GRADIENT_TERM
from engine.optimizers.transform import State

RECORD_LIMIT: Final = 60_000_000  # numbers kept of all racers together, 480 MB
FIRST_CAPACITY: Final = 128
FEW: Final = 64  # starts


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
    return max(1, limit_of_each(racers) // _point_size(setup.starts) - 1)


def limit_of_each(racers: Sequence[Racer]) -> int:
    """How many numbers may be kept of each of `racers` when they run together."""
    return RECORD_LIMIT // max(1, sum(racer.enabled for racer in racers))


def fits_with_terms(racer: Racer, starts: Floats, steps: int, limit: int) -> bool:
    """Whether `limit` numbers are room for the terms of `steps` steps too."""
    s, d = starts.shape
    size = _point_size(starts) + int(s) * sum(_widths(_specs(racer), d))
    return (steps + 1) * size <= limit


class Record:
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
        # The gradient that a rule gets is L's own, which is kept already, unless noise or clipping shape it.
        self.shaped = bool(racer.noise or racer.clip_norm)
        widths = _widths(self.specs if self.shaped else self.specs[1:], d)
        self.term_values = [np.empty((self.capacity, s, w)) for w in widths]
        self.all = s
        self.limit = steps + 1
        # Who used up the steps, in which state.
        self.last: tuple[NDArray[np.intp], State] = (np.arange(0), ())

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
        for buffer, term in zip(self.term_values, (used, *terms) if self.shaped else terms, strict=True):
            buffer[t, which] = term

    def runs(
        self, racer_index: int, endings: Endings, onward: Onward | None = None, *, trim: bool, passing: bool
    ) -> list[Run]:
        """The runs as they ended.

        Args:
            trim: a last point that overflowed is no place and is left out. passing: they are looked at on
                their way, as views of the buffers, of which nothing is copied and nothing changes any more.
        """
        steps = endings.steps.astype(int)
        if trim:
            lost = np.flatnonzero((endings.codes == DIVERGED) & (steps > 0))
            steps[lost] -= ~np.isfinite(self.points[steps[lost], lost]).all(axis=-1)
        length = int(steps.max(initial=0)) + 1
        by_start = _turned if passing else _by_start
        points, values = by_start(self.points, length), by_start(self.values, length)
        gradients, evaluations = by_start(self.gradients, length), by_start(self.evaluations, length)
        own = [by_start(each, length - 1) for each in self.term_values]
        if self.specs and not self.shaped:
            own.insert(0, gradients)
        terms = list(zip(self.specs, own, strict=True))
        return [
            Run(
                racer=self.racer,
                racer_index=racer_index,
                start_index=i,
                points=points[i, : n + 1],
                values=values[i, : n + 1],
                gradients=gradients[i, : n + 1],
                terms=tuple(Term(spec.symbol, spec.name, each[i, :n], spec.role) for spec, each in terms),
                evaluations=evaluations[i, : n + 1],
                outcome=OUTCOMES[endings.codes[i]],
                rule_from=onward.rule_from if onward else 0,
                schedule_from=onward.schedule_from if onward else 0,
            )
            for i, n in enumerate(steps.tolist())
        ]

    def _grow(self) -> None:
        self.capacity = min(2 * self.capacity, self.limit)
        self.points = _grown(self.points, self.capacity)
        self.values = _grown(self.values, self.capacity)
        self.gradients = _grown(self.gradients, self.capacity)
        more = _counting(len(self.evaluations), self.capacity, self.all)
        self.evaluations = np.concatenate([self.evaluations, more])
        self.term_values = [_grown(buffer, self.capacity) for buffer in self.term_values]


def _point_size(starts: Floats) -> int:
    """The numbers that one point of each run takes: θ, L, the gradient, the evaluations."""
    s, d = starts.shape
    return int(max(1, s) * (2 * d + 2))


def _specs(racer: Racer) -> tuple[TermSpec, ...]:
    return (GRADIENT_TERM, *racer.optimizer.transform().terms)


def _widths(specs: Sequence[TermSpec], d: int) -> list[int]:
    return [1 if spec.role == "scalar" else d for spec in specs]


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


def _grown(buffer: np.ndarray, capacity: int) -> np.ndarray:
    larger = np.empty((capacity, *buffer.shape[1:]), buffer.dtype)
    larger[: len(buffer)] = buffer
    return larger
