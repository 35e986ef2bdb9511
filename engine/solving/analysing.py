"""The analysis of a Lab: made once for a function and its box, and again where a run knows more than it.

Runs on the engine thread.
"""

from collections.abc import Callable, Hashable
from typing import Final

import numpy as np

from engine.analysis import analyse
from engine.analysis.analyse import MOST_SEARCHED
from engine.analysis.findings import Analysis
from engine.base.arrays import Floats
from engine.base.cancellation import CancelCheck
from engine.base.i18n import message
from engine.descent.run import Run
from engine.document.setup import Setup
from engine.function.box import box_widths
from engine.function.sampled import Field
from engine.program.function import Function
from engine.solving.outcomes import bounded
from engine.words.explanation import MOST_EXPLAINED

NEAR: Final = 0.02  # widths: so far may a run that has converged be from the minimum that is known
NOT_KNOWN: Final = message("Critical points are not known here: the search for them failed.")

Keep = Callable[[str, Hashable, Callable[[], Analysis]], Analysis]


def analysed(
    keep: Keep,
    about: Hashable,
    function: Function,
    setup: Setup,
    field: Field,
    runs: tuple[Run, ...],
    cancelled: CancelCheck,
) -> Analysis:
    """What is known of the function: a minimum that a run has come to is known to the search.

    Args:
        keep: gives what it has of a stage for a key, or makes it. about: what an Analysis hangs on.

    Raises:
        Cancelled: `cancelled` said so.
    """

    def search(reached: Floats | None) -> Analysis:
        return bounded(
            "analysis",
            lambda: analyse(function, setup, field, cancelled=cancelled, reached=reached),
            lambda: Analysis(gave_up=NOT_KNOWN, diagnosis=(NOT_KNOWN,)),
        )

    analysis = keep("analyse", about, lambda: search(None))
    if len(setup.descended) > MOST_SEARCHED or analysis.gave_up is NOT_KNOWN:
        return analysis
    reached = unknown_minima(analysis, setup, runs)
    if not len(reached):
        return analysis
    return keep("reached", (about, reached.tobytes()), lambda: search(reached))


def unknown_minima(analysis: Analysis, setup: Setup, runs: tuple[Run, ...]) -> Floats:
    """Where runs have converged in the box and analysis knows no minimum, (m, d)."""
    widths = box_widths(setup.lo, setup.hi)
    points = [point.point for point in analysis.critical_points if point.kind == "minimum"]
    known = np.array([*points, *(row for family in analysis.families for row in family.points)])
    ends = [run.points[-1] for run in runs if run.outcome == "converged"]
    found = []
    for end in ends[:MOST_EXPLAINED]:
        inside = bool(((end >= setup.lo) & (end <= setup.hi)).all())
        near = len(known) > 0 and float(np.abs((known - end) / widths).max(axis=1).min()) <= NEAR
        region = any(family.region for family in analysis.families)
        if inside and not near and not region:
            found.append(end)
    return np.array(found).reshape(-1, len(setup.lo))
