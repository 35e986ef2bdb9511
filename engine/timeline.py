"""frame_at: what is seen at one moment of the playback, a pure function of the Solution and the time.

The playhead t is measured in steps: t = 3.25 is a quarter of the way from point 3 to point 4. Between
steps the marker moves along the straight line of the update, eased; at whole t it is exactly on the point.
Any thread.
"""

import numpy as np
from msgspec import Struct

from engine.solution import Floats, Solution


class Marker(Struct, frozen=True, kw_only=True):
    """One run at one moment.

    Attributes:
        run_index: into Solution.runs.
        step: the last point reached, k; fraction: the eased way to point k + 1, in [0, 1).
        position: (d,); value: f there; both of the drawn marker, between the points.
        finished: the run has ended at or before this moment.
    """

    run_index: int
    step: int
    fraction: float
    position: Floats
    value: float
    finished: bool


class Frame(Struct, frozen=True, kw_only=True):
    """One moment of a Solution: t_steps, and a Marker for every run shown."""

    t_steps: float
    markers: tuple[Marker, ...]


def ease(u: float) -> float:
    """Smoothstep: 0 → 0, 1 → 1, at rest at both ends."""
    return u * u * (3.0 - 2.0 * u)


def duration_steps(solution: Solution) -> int:
    """The number of steps of the longest run that is shown."""
    return max((run.steps for run in solution.runs), default=0)


def frame_at(solution: Solution, t_steps: float) -> Frame:
    """The Frame at playhead `t_steps` (clamped to the runs' lengths)."""
    t_steps = min(max(t_steps, 0.0), float(duration_steps(solution)))
    whole = int(t_steps)
    eased = ease(t_steps - whole)
    places: list[tuple[int, float, Floats, float | None]] = []
    between: list[
        Floats
    ] = []  # the runs whose marker is between two points: f there is asked for all of them at once
    for run in solution.runs:
        step = min(whole, run.steps)
        if step < run.steps and eased > 0.0:
            start = run.points[step]
            position = start + eased * (run.points[step + 1] - start)
            between.append(position)
            places.append((step, eased, position, None))
        else:
            places.append((step, 0.0, run.points[step], float(run.values[step])))
    values = iter(_values(solution, between))
    markers = tuple(
        Marker(
            run_index=index,
            step=step,
            fraction=fraction,
            position=position,
            value=next(values) if value is None else value,
            finished=step >= solution.runs[index].steps,
        )
        for index, (step, fraction, position, value) in enumerate(places)
    )
    return Frame(t_steps=t_steps, markers=markers)


def _values(solution: Solution, positions: list[Floats]) -> list[float]:
    """f at each of the positions; NaN without an objective."""
    if solution.objective is None or not positions:
        return [float(np.nan)] * len(positions)
    values = np.atleast_1d(solution.objective.value(np.array(positions)))
    return [float(value) for value in values]
