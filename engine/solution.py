"""Everything derived from a Lab: the values the stages of `engine.solve` produce and the views draw.

All are immutable and safe to hand between threads; no array in them is ever written to again. Those that hold
arrays are compared by identity: two arrays have no one truth value.
Any thread; numpy and msgspec only.
"""

from typing import Literal

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from engine.formula import Formula
from engine.i18n import Message
from engine.lab import Lab
from engine.objective import Objective
from engine.optimizers import Racer
from engine.symbolic import Derivation

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Outcome = Literal["converged", "diverged", "left_domain", "max_steps", "stalled_at_saddle"]
Kind = Literal["minimum", "maximum", "saddle", "degenerate"]


class Problem(Struct, frozen=True):
    """Something the user should change.

    Attributes:
        place: the path of the field it belongs beside: "formula", "variables.x.lo", "starts.0.y",
            "racers.1.optimizer.lr", "steps", "data".
        span: for "formula", the (from, to) characters of the text.
        fatal: the later stages could not run; the last good picture stays.
    """

    place: str
    message: Message
    span: tuple[int, int] | None = None
    hint: Message | None = None
    fatal: bool = True


class Axis(Struct, frozen=True):
    """A drawn variable and its range, lo < hi."""

    name: str
    lo: float
    hi: float


class Setup(Struct, frozen=True, kw_only=True):
    """A Lab's variables resolved against its formula.

    Attributes:
        variables: all of the formula, in its order.
        axes: the drawn ones, horizontal first; one or two (none for a constant).
        descended: the d variables that runs move: the axes and the free ones, in the formula's order.
        held: the values of the others, with their slider ranges in `held_range`.
        starts: shape (s, d), float64.
        lo, hi: the domain box of `descended`, shape (d,); infinite for a free variable.
    """

    variables: tuple[str, ...]
    axes: tuple[Axis, ...]
    descended: tuple[str, ...]
    held: dict[str, float]
    held_range: dict[str, tuple[float, float]]
    starts: Floats
    lo: Floats
    hi: Floats

    @property
    def drawn(self) -> tuple[int, ...]:
        """The indices of the axes in `descended`."""
        return tuple(self.descended.index(axis.name) for axis in self.axes)


class Field(Struct, frozen=True, eq=False, kw_only=True):
    """The function sampled on the drawn domain. z[j, i] = f(x[i], y[j]).

    With one axis, ny is 2 and every row is the same.

    Attributes:
        x, y: shape (nx,), (ny,), float64, increasing.
        z, fx, fy: shape (ny, nx), float64 (float32 cannot tell 10¹² from 10¹² + 1, nor hold 1e300; what a
            GPU needs is `engine.scale.heights`); NaN or ±inf where undefined.
        finite: shape (ny, nx), bool.
        z_lo, z_hi: the range to draw: robust against poles and rims; z_lo < z_hi always.
        z_min, z_max: the extremes of the finite samples.
        levels: of the level lines, increasing, within (z_lo, z_hi), float64; round numbers.
        level_rule: how `levels` were laid out.
        clipped: some finite sample lies outside [z_lo, z_hi].
        log_offset: for z_scale "log", heights are log10(z − z_lo + log_offset); else None.
        streamlines: lines of steepest descent, each (n, 2) in data coordinates, downhill; where the display
            asks for them.
    """

    x: Floats
    y: Floats
    z: Floats
    fx: Floats
    fy: Floats
    finite: NDArray[np.bool_]
    z_lo: float
    z_hi: float
    z_min: float
    z_max: float
    levels: Floats
    level_rule: Literal["linear", "quantile", "log"]
    clipped: bool
    log_offset: float | None = None
    streamlines: tuple[Floats, ...] = ()


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
        explanation: the outcome in a sentence with its numbers.
        before: of a forked run, its part up to the fork, with the terms of the rule that made it.
        rule_from, schedule_from: the steps from which its rule and its schedule count theirs.
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
    explanation: Message
    before: "Run | None" = None
    rule_from: int = 0
    schedule_from: int = 0

    @property
    def steps(self) -> int:
        return len(self.points) - 1

    @property
    def mark(self) -> int:
        """The racer's, which stands for its colour and shape (`engine.marks`)."""
        return self.racer_index if self.racer.mark is None else self.racer.mark


class CriticalPoint(Struct, frozen=True, eq=False):
    """A zero of the gradient. point: (d,); eigenvalues of the Hessian, ascending: (d,)."""

    point: Floats
    value: float
    kind: Kind
    eigenvalues: Floats


class Family(Struct, frozen=True, eq=False):
    """A continuum of critical points (a valley floor, a circle of minima, a plateau).

    Attributes:
        points: some of them, (m, d), m ≥ 1: along a curve in its order, of a region only a central one.
        region: it fills a part of the box, where L is constant, and is no curve.
    """

    points: Floats
    value: float
    kind: Kind
    region: bool = False


class Analysis(Struct, frozen=True, eq=False, kw_only=True):
    """What can be said of the function before anyone presses play.

    Attributes:
        critical_points: isolated ones in the domain box.
        families: continua of critical points.
        diagnosis: sentences about the function as a landscape ("no minimum: descent diverges").
        lacks_minimum: there is none in the domain box, so that descent leaves it or falls for ever.
    """

    critical_points: tuple[CriticalPoint, ...] = ()
    families: tuple[Family, ...] = ()
    diagnosis: tuple[Message, ...] = ()
    lacks_minimum: bool = False


class Solution(Struct, frozen=True, eq=False, kw_only=True, weakref=True):
    """A Lab solved, as far as the stages have come. What is None or empty is not known yet, or failed.

    Attributes:
        revision: of the request; the store drops any but the latest.
        stage: the last stage that is complete.
        problems: what stands in the way, each beside its field.
    """

    revision: int
    lab: Lab
    stage: Literal["parse", "derive", "sample", "descend", "analyse"] = "parse"
    formula: Formula | None = None
    setup: Setup | None = None
    derivation: Derivation | None = None
    objective: Objective | None = None
    field: Field | None = None
    runs: tuple[Run, ...] = ()
    analysis: Analysis | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def complete(self) -> bool:
        return self.stage == "analyse"

    @property
    def fatal(self) -> bool:
        """Whether a problem stopped the stages: what is shown is of the last good Lab."""
        return any(problem.fatal for problem in self.problems)
