"""What a moment of long runs needs: points and steps that are made again before they can be drawn.

The window has them made by a thread of its own (`gui.following`) before it asks for the Frame; who may wait,
as an export, just asks. Any thread; numpy only.
"""

from collections.abc import Iterator
from typing import Final

from engine.base.cancellation import CancelCheck
from engine.descent.rows import Replayed, Rows, kept_steps
from engine.descent.run import Run
from engine.solving.solution import Solution
from engine.solving.timeline import tracks_of

MANY: Final = 12  # with more runs, only the selected one shows its steps
BEHIND, AHEAD = 1, 2  # steps around the playhead that are made beside what it needs: it may go on, or back


def at_hand(solution: Solution, t_steps: float, selected: int) -> bool:
    """Whether a Frame at `t_steps` and the steps that it shows are read without making any again.

    Args:
        selected: the run whose steps are shown whatever their number.
    """
    step = int(t_steps)
    return all(
        _is_at_hand(rows, k)
        for run in _looked_at(solution, selected)
        for k in (step, step + 1)
        for rows in _rows_at(run, k)
    )


def prepare(solution: Solution, t_steps: float, selected: int, cancelled: CancelCheck) -> None:
    """Make what is needed around `t_steps`, and have it at hand.

    Raises:
        Cancelled: `cancelled` said so.
    """
    step = int(t_steps)
    for run in _looked_at(solution, selected):
        for k in range(step - BEHIND, step + AHEAD + 1):
            for rows in _rows_at(run, k):
                if isinstance(rows, Replayed):
                    rows.prepare(min(k, len(rows) - 1), cancelled)


def nearest_kept(solution: Solution, t_steps: float) -> float:
    """The last moment before `t_steps` at which all runs come soon."""
    step = int(t_steps)
    for run in (solution.runs[index] for index in tracks_of(solution).replayed):
        before = kept_steps(run.points)
        if step < run.steps:
            step = min(step, int(before[before <= step][-1]))
    return float(step)


def _looked_at(solution: Solution, selected: int) -> Iterator[Run]:
    """The runs whose points or steps a moment shows."""
    tracks, runs = tracks_of(solution), solution.runs
    for index in tracks.replayed:
        if not tracks.whole or len(runs) <= MANY or index == selected:
            yield runs[index]


def _rows_at(run: Run, step: int) -> Iterator[Rows]:
    """The rows of a run that its step from there is read from, or its end."""
    if 0 <= step < run.steps:
        yield run.terms[0].values if run.terms else run.points
    elif step >= run.steps:
        yield run.points


def _is_at_hand(rows: Rows, step: int) -> bool:
    return not isinstance(rows, Replayed) or rows.at_hand(min(step, len(rows) - 1))
