"""A run of descent: the values that `engine.descent.loop` produces. Frozen, and no array in them is ever
written to again; compared by identity, since two arrays have no one truth value. Any thread; no Qt.
"""

from typing import Literal

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from engine.base.arrays import Floats
from engine.base.i18n import Message, message
from engine.optimizers import Racer

Outcome = Literal["converged", "diverged", "left_domain", "max_steps", "stalled_at_saddle"]


class Term(Struct, frozen=True, eq=False):
    """One named quantity of the update rule, at every step.

    Attributes:
        symbol: its LaTeX ("m", r"\\hat v", "g").
        name: for people ("first moment").
        values: shape (n, d) or (n, 1) for a scalar, float64; row k belongs to the step from k to k + 1.
        role: which arrow draws it, if one does; gradients and momenta point uphill, a direction where to go.
    """

    symbol: str
    name: Message
    values: Floats
    role: Literal["gradient", "momentum", "direction", "update", "scale", "scalar"] = "scale"


class Run(Struct, frozen=True, eq=False, kw_only=True):
    """The path of one racer from one start, of n steps in d variables.

    Attributes:
        points: (n + 1, d); values: (n + 1,); gradients: (n + 1, d), float64.
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
    points: Floats
    values: Floats
    gradients: Floats
    terms: tuple[Term, ...]
    evaluations: NDArray[np.int64]
    outcome: Outcome
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
