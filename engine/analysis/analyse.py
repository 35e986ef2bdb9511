"""The analysis stage: Objective and Setup → Analysis.

Runs on the engine thread; numpy only.
"""

from typing import Final

from engine.analysis.critical_points import critical_points
from engine.analysis.diagnosis import diagnose, lacks_minimum
from engine.analysis.findings import Analysis
from engine.base.cancellation import CancelCheck, never
from engine.base.i18n import message
from engine.document.setup import Setup
from engine.function.sampled import Field
from engine.program.function import Function

MOST_SEARCHED: Final = 6  # variables


def analyse(
    function: Function, setup: Setup, field: Field | None = None, *, cancelled: CancelCheck = never
) -> Analysis:
    """Find and classify the critical points in the box, and say what they mean for descent.

    Args:
        field: what is drawn; where it is coarse, for there is much data, the search begins as coarsely.

    Raises:
        Cancelled: `cancelled` said so.
    """
    if len(setup.descended) > MOST_SEARCHED:
        gave_up = message(
            "Critical points are searched for up to {most} free variables; here are {count}.",
            most=MOST_SEARCHED,
            count=len(setup.descended),
        )
        return Analysis(gave_up=gave_up, diagnosis=(gave_up,))
    points, families = critical_points(function, setup, cancelled, len(field.x) if field else None)
    return Analysis(
        critical_points=points,
        families=families,
        diagnosis=diagnose(function, setup, points, families, field),
        lacks_minimum=lacks_minimum(points, families) and not _is_flat(field),
    )


def _is_flat(field: Field | None) -> bool:
    """A constant has its minimum everywhere; of what is undefined everywhere nothing can be said."""
    if field is None:
        return False
    values = field.z[field.finite]
    return not values.size or bool(values.min() == values.max())
