"""Everything derived from a Lab, as far as the stages of `engine.solving.stages` have come.

Immutable and safe to hand between threads; no array in it is ever written to again.
Any thread; numpy and msgspec only.
"""

from typing import Literal

from msgspec import Struct

from engine.analysis.findings import Analysis
from engine.descent.run import Run
from engine.document.lab import Lab
from engine.document.network_setup import Examples
from engine.document.setup import Problem, Setup
from engine.formula import Formula
from engine.function.objective import Objective
from engine.function.sampled import Field
from engine.solving.descending import Progress
from engine.symbolic import Derivation


class Solution(Struct, frozen=True, eq=False, kw_only=True, weakref=True):
    """A Lab solved, as far as the stages have come. What is None or empty is not known yet, or failed.

    Attributes:
        revision: of the request; the store drops any but the latest.
        stage: the last stage that is complete.
        field: over the drawn variables through the first start; in mid-gesture any of the same function.
        section: coarsely over the plane that was looked at when this was asked for, where it is another one.
        descending: how far the runs are that have not come to their ends; None where all have.
        examples: what a network learns from.
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
    section: Field | None = None
    runs: tuple[Run, ...] = ()
    descending: Progress | None = None
    analysis: Analysis | None = None
    examples: Examples | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def complete(self) -> bool:
        return self.stage == "analyse"

    @property
    def fatal(self) -> bool:
        """Whether a problem stopped the stages: what is shown is of the last good Lab."""
        return any(problem.fatal for problem in self.problems)
