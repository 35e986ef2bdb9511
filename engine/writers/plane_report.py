"""The plane of directions that a Solution is drawn in, for the JSON report. Any thread; numpy only."""

from typing import Any, Final

import numpy as np

from engine.document.axes import kind_of
from engine.function.plane import Plane
from engine.solving.section import plane_at
from engine.solving.sight import NoPlane
from engine.solving.solution import Solution
from engine.solving.timeline import duration_steps, frame_at
from engine.solving.trust import held_of
from engine.writers.numbers import plain

MOST_NUMBERS: Final = 200  # of a direction that is printed


def plane_report(solution: Solution, omitted: dict[str, str]) -> dict[str, Any]:
    """Under "plane", as it is at the end of the first run, if the lab has chosen directions; else nothing."""
    kind = kind_of(solution.lab.axes)
    if kind == "variables":
        return {}
    try:
        plane = plane_at(solution, frame_at(solution, float(duration_steps(solution))), 0)
    except NoPlane as error:
        omitted["plane"] = error.message.render("en")
        return {"plane": None}
    if plane is None or plane.directions is None:
        omitted["plane"] = "directions are drawn of more variables than two, where something has run"
        return {"plane": None}
    return {"plane": {"kind": kind, **_axes(plane, omitted), "runs": _runs(solution, plane)}}


def _axes(plane: Plane, omitted: dict[str, str]) -> dict[str, Any]:
    assert plane.directions is not None
    titles = [axis.title.render("en") if axis.title is not None else "" for axis in plane.axes]
    axes = {
        "axes": [
            {"name": axis.name, "title": title, "lo": axis.lo, "hi": axis.hi}
            for axis, title in zip(plane.axes, titles, strict=True)
        ]
    }
    if len(plane.origin) > MOST_NUMBERS:
        omitted["plane.directions"] = f"printed up to {MOST_NUMBERS} numbers"
        return axes
    return {
        **axes,
        "origin": plain(plane.origin),
        "center": plain(plane.directions.center),
        "directions": plain(plane.directions.ways),
    }


def _runs(solution: Solution, plane: Plane) -> list[dict[str, Any]]:
    return [
        {
            "points": plain(plane.coordinates(np.asarray(run.points))),
            "distances": plain(plane.distance(np.asarray(run.points))),
            "shares": plain(held_of(plane, run).shares),
        }
        for run in solution.runs
    ]
