"""The analysis stage: Objective and Setup → Analysis.

Runs on the engine thread; numpy only.
"""

from typing import Final

import numpy as np

from engine.analysis.critical_points import MOST_POINTS, critical_points
from engine.analysis.diagnosis import diagnose, lacks_minimum
from engine.analysis.edges import edges
from engine.analysis.findings import Analysis, CriticalPoint, Edge, Family, values_of
from engine.analysis.landscape import Landscape
from engine.analysis.quadratic import quadratic_model
from engine.analysis.seeds import CLOUD
from engine.analysis.wording import place
from engine.base.arrays import Floats
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
    reached: Floats | None = None,
) -> Analysis:
    """Find and classify the critical points in the box, and say what they mean for descent.

    Args:
        field: what is drawn; where it is coarse, for there is much data, the search begins as coarsely.
        seconds: of computing time, after which the search ends with what it has, and says so.
        reached: (m, d), where runs have come to.

    Raises:
        Cancelled: `cancelled` said so.
    """
    points: tuple[CriticalPoint, ...] = ()
    families: tuple[Family, ...] = ()
    gave_up: Message | None = None
    hidden = False
    budget = Budget(seconds)
    landscape = Landscape(function, setup.lo, setup.hi, cancelled, budget)
    if not landscape.d or (field is not None and not field.finite.any()):
        return Analysis()  # of what has no value nothing is said
    if landscape.d <= MOST_SEARCHED:
        finest = len(field.x) if field else None
        found = critical_points(function, setup, cancelled, finest, budget, reached)
        points, families = found.points, found.families
        hidden = len(found.hidden) > 0
        if hidden:
            gave_up = message(
                "Around {place} f is so small that numbers write it as 0: what it does there is not known.",
                place=place(found.hidden[len(found.hidden) // 2], setup),
            )
    else:
        gave_up = message(
            "Critical points are searched for up to {most} free variables; here are {count}.",
            most=MOST_SEARCHED,
            count=landscape.d,
        )
    on_edges: tuple[Edge, ...] = ()
    quadratic = None
    with np.errstate(all="ignore"):
        if field is not None and not landscape.late():
            low = min(values_of("minimum", points, families), default=np.inf)
            high = max(values_of("maximum", points, families), default=-np.inf)
            on_edges = edges(landscape, setup, field, low, high)
            on_edges = tuple(edge for edge in on_edges if edge.value != 0 or not hidden)
        if not landscape.late():
            quadratic = quadratic_model(landscape, setup, points, field)
    if budget.exceeded:
        on_edges = ()  # where a search was ended is no edge
        gave_up = message(
            "The search for critical points was ended after {seconds} s: there may be more.",
            seconds=f"{seconds:g}",
        )
    searched = CLOUD if field is None else int(field.finite.sum())
    return Analysis(
        critical_points=points,
        families=families,
        edges=on_edges,
        diagnosis=diagnose(setup, points, families, on_edges, quadratic, gave_up, searched),
        lacks_minimum=gave_up is None and lacks_minimum(points, families, on_edges, quadratic),
        cap=MOST_POINTS if landscape.d <= MOST_SEARCHED else None,
        gave_up=gave_up,
    )
