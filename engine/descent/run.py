"""A run of descent: the values that `engine.descent.loop` produces. Frozen, and no array in them is ever
written to again; compared by identity, since two arrays have no one truth value. None is part of a circle,
so that thousands of them are no work for the collector (gc=False). Any thread; no Qt.
"""

from typing import Literal, NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from engine.base.arrays import Floats
from engine.base.i18n import Message, message
from engine.base.vectors import length
from engine.descent.rows import Rows
from engine.optimizers import Racer

Outcome = Literal[
    "converged", "diverged", "left_domain", "max_steps", "stalled_at_saddle", "stalled_on_plateau"
]


class Term(Struct, frozen=True, eq=False, gc=False):
    """One named quantity of the update rule, at every step.

    Attributes:
        symbol: its LaTeX ("m", r"\\hat v", "g").
        name: for people ("first moment").
        values: shape (n, d) or (n, 1) for a scalar, float64; row k belongs to the step from k to k + 1.
        role: which arrow draws it, if one does; gradients and momenta point uphill, a direction where to go.
    """

    symbol: str
    name: Message
    values: Rows
    role: Literal["gradient", "momentum", "direction", "update", "scale", "scalar"] = "scale"


class Norms(NamedTuple):
    """|∇L| at each point, (n + 1,), and |Δθ| of each step, (n,)."""

    slopes: Floats
    lengths: Floats


class Run(Struct, frozen=True, eq=False, kw_only=True, gc=False):
    """The path of one racer from one start, of n steps in d variables.

    Attributes:
        points: (n + 1, d); values: (n + 1,); gradients: (n + 1, d), float64. Of a long run points, gradients
            and terms are made again when they are read (`engine.descent.history`), but for the drawn columns
            of the points and for both ends.
        norms: of a long run; else they are made of the others.
        terms: the quantities of the rule, in the order in which they are computed.
        evaluations: gradient evaluations spent up to and including each point, (n + 1,).
        batch_values: L over the batch of each step, (n,), where steps see batches; `values` are then over all
            rows, and `gradients` over the batches. test_values: L over the rows to test on, (n + 1,).
        explanation: the outcome in a sentence with its numbers; `engine.words.explanation` writes it.
        before: of a forked run, its part up to the fork, with the terms of the rule that made it.
        rule_from, schedule_from: the steps from which its rule and its schedule count theirs.
        going: whether it is still on its way; its outcome then is that of its last step so far.
    """

    racer: Racer
    racer_index: int
    start_index: int
    points: Rows
    values: Floats
    gradients: Rows
    terms: tuple[Term, ...]
    evaluations: NDArray[np.int64]
    outcome: Outcome
    norms: Norms | None = None
    batch_values: Floats | None = None
    test_values: Floats | None = None
    explanation: Message = message("")
    before: "Run | None" = None
    rule_from: int = 0
    schedule_from: int = 0
    going: bool = False

    @property
    def steps(self) -> int:
        return len(self.points) - 1

    @property
    def mark(self) -> int:
        """The racer's, which stands for its colour and shape (`engine.document.marks`)."""
        return self.racer_index if self.racer.mark is None else self.racer.mark


def norms_of(run: Run) -> Norms:
    """The Norms of a run; vectors of any size have a length."""
    if run.norms is not None:
        return run.norms
    with np.errstate(over="ignore", invalid="ignore"):
        return Norms(length(np.asarray(run.gradients)), length(np.diff(np.asarray(run.points), axis=0)))
