"""What is said of runs: with reasons, or only how they end. Runs on the engine thread."""

import logging
from collections.abc import Callable
from typing import Final, TypeVar

from msgspec.structs import replace

from engine.base.budget import Budget
from engine.base.cancellation import CancelCheck, Cancelled, never
from engine.base.i18n import Message
from engine.descent.run import Run
from engine.document.setup import Setup
from engine.program.function import Function
from engine.words.explanation import MOST_EXPLAINED, explain, name_outcome

EXPLAIN_S: Final = 1.0  # of computing time for sentences about runs; beyond it only outcomes are named

T = TypeVar("T")
log = logging.getLogger(__name__)


def explained(
    function: Function, setup: Setup, runs: tuple[Run, ...], cancelled: CancelCheck = never
) -> tuple[Run, ...]:
    """`runs` with the sentence about each; of the starts of a racer beyond MOST_EXPLAINED, or of those that
    are left when EXPLAIN_S are spent, only the outcome.

    Raises:
        Cancelled: `cancelled` said so.
    """
    budget = Budget(EXPLAIN_S)

    def words(run: Run) -> Message:
        if cancelled():
            raise Cancelled
        if run.start_index >= MOST_EXPLAINED or budget.spent():
            return name_outcome(setup, run)
        return bounded("explanation", lambda: explain(function, setup, run), lambda: name_outcome(setup, run))

    return tuple(replace(run, explanation=words(run)) for run in runs)


def named(setup: Setup, runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """`runs` with what has become of each, without reasons."""
    return tuple(replace(run, explanation=name_outcome(setup, run)) for run in runs)


def bounded(what: str, make: Callable[[], T], otherwise: Callable[[], T]) -> T:
    """The boundary of a stage: one that fails takes nothing with it. What failed is logged.

    Raises:
        Cancelled: nobody wants it any more.
    """
    try:
        return make()
    except Cancelled:
        raise
    except Exception:
        log.info("%s failed", what, exc_info=True)
        return otherwise()
