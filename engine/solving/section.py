"""What is drawn of more variables than two: a plane, which may go through the run's point and move with it.

The playhead is no part of a Lab, so this is asked for beside the Solution, not in it: by the window on a
thread of its own, by an export for each of its pictures. Any thread; numpy only.
"""

from msgspec.structs import replace

from engine.analysis.findings import Analysis
from engine.base.cancellation import CancelCheck, never
from engine.function.box import box_widths
from engine.function.field import Quality, Window, precision_of, resolution_of, sample
from engine.function.plane import Plane
from engine.function.sampled import Field
from engine.solving.sight import plane_of, sight_at
from engine.solving.solution import Solution
from engine.solving.timeline import Frame


def plane_at(solution: Solution, frame: Frame | None, run: int) -> Plane | None:
    """The plane to be drawn at the moment `frame` of the selected `run`; None before there is a Field.

    Raises:
        NoPlane: the chosen axes make none.
    """
    sight = sight_at(solution, frame, run)
    return None if sight is None else plane_of(solution, sight)


def section(
    solution: Solution,
    plane: Plane,
    quality: Quality = "full",
    *,
    window: Window | None = None,
    reference: Field | None = None,
    cancelled: CancelCheck = never,
) -> Field:
    """The Field of the Solution's function over `plane`; its own one where that is the plane.

    Args:
        window, reference: as of `sample`.

    Raises:
        Cancelled: as soon as `cancelled` says so.
    """
    field = solution.field
    if window is None and field is not None and plane.coincides(field.plane):
        return field
    assert solution.objective is not None and solution.setup is not None
    return sample(
        solution.objective.while_wanted(cancelled),
        solution.setup,
        solution.lab.display,
        plane=plane,
        resolution=resolution_of(quality, solution.objective.work),
        window=window,
        reference=reference,
        dtype=precision_of(quality, solution.objective.work, layered=solution.objective.layered),
    )


def found_in(solution: Solution, plane: Plane) -> Analysis | None:
    """What analysis found and `plane` holds: of a function of more variables than are drawn, the critical
    points of all of them that lie in it, as far as can be seen."""
    analysis, setup = solution.analysis, solution.setup
    if analysis is None or setup is None or plane.whole:
        return analysis
    widths = box_widths(setup.lo, setup.hi)
    families = [
        replace(family, points=family.points[plane.holds(family.points, widths)])
        for family in analysis.families
    ]
    return replace(
        analysis,
        critical_points=tuple(
            point for point in analysis.critical_points if bool(plane.holds(point.point, widths))
        ),
        families=tuple(family for family in families if len(family.points)),
    )
