"""The analysis stage: Objective and Setup → Analysis.

Runs on the engine thread; numpy only.
"""

from typing import Final

from engine.analysis.critical_points import MOST_POINTS, critical_points
from engine.analysis.diagnosis import diagnose, lacks_minimum
from engine.analysis.edges import edges
from engine.analysis.findings import Analysis, CriticalPoint, Family
from engine.base.budget import Budget
from engine.base.cancellation import CancelCheck, never
from engine.base.i18n import Message, message
from engine.document.setup import Setup
from engine.function.sampled import Field
from engine.program.function import Function

MOST_SEARCHED: Final = 6  # variables
SEARCH_S: Final = 2.0  # computing time of the search


def analyse(
    function: Function,
    setup: Setup,
    field: Field | None = None,
    *,
    cancelled: CancelCheck = never,
    seconds: float = SEARCH_S,
) -> Analysis:
    """Find and classify the critical points in the box, and say what they mean for descent.

    Args:
        field: what is drawn; where it is coarse, for there is much data, the search begins as coarsely.
        seconds: of computing time, after which the search ends with what it has, and says so.

    Raises:
        Cancelled: `cancelled` said so.
    """
    points: tuple[CriticalPoint, ...] = ()
    families: tuple[Family, ...] = ()
    gave_up: Message | None = None
    searched = len(setup.descended) <= MOST_SEARCHED
    if searched:
        budget = Budget(seconds)
        finest = len(field.x) if field else None
        points, families = critical_points(function, setup, cancelled, finest, budget)
        if budget.exceeded:
            gave_up = message(
                "The search for critical points was ended after {seconds} s: there may be more.",
                seconds=f"{seconds:g}",
            )
    else:
        gave_up = message(
            "Critical points are searched for up to {most} free variables; here are {count}.",
            most=MOST_SEARCHED,
            count=len(setup.descended),
        )
    return Analysis(
        critical_points=points,
        families=families,
        edges=edges(function, setup, field) if field is not None else (),
        diagnosis=diagnose(function, setup, points, families, field, gave_up),
        lacks_minimum=gave_up is None and lacks_minimum(points, families) and not _is_flat(field),
        cap=MOST_POINTS if searched else None,
        gave_up=gave_up,
    )


def _is_flat(field: Field | None) -> bool:
    """A constant has its minimum everywhere; of what is undefined everywhere nothing can be said."""
    if field is None:
        return False
    values = field.z[field.finite]
    return not values.size or bool(values.min() == values.max())
