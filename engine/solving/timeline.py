"""frame_at: what is seen at one moment of the playback, a pure function of the Solution and the time.

The playhead t is measured in steps: t = 3.25 is a quarter of the way from point 3 to point 4. Between
steps the marker moves along the straight line of the update, eased; at whole t it is exactly on the point.
All runs are moved at once, as arrays: ten thousand take a millisecond. Any thread; numpy only.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Final, overload
from weakref import WeakKeyDictionary

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from engine.base.arrays import Floats
from engine.descent.rows import Replayed, Rows, is_kept, kept_steps
from engine.function.plane import Plane
from engine.solving.solution import Solution

MOST_EVALUATED: Final = 1_000_000  # runs × rows of data in a frame; some 10 ms

Ints = NDArray[np.int64]


class Tracks(Struct, frozen=True, eq=False):
    """The points of all runs in one array, one run after the other.

    Attributes:
        rows: (n, k + 1): `columns` of θ, and L there. columns: all d of them or, of runs whose points are
            made again when they are read, the drawn ones; whole: it is all.
        points: those of the runs. replayed: the runs whose steps are made again when they are read.
        first: (r,), the row of each run's start. last: (r,), the number of its steps.
        marks: (r,), as of Run.
    """

    rows: Floats
    columns: tuple[int, ...]
    whole: bool
    points: tuple[Rows, ...]
    replayed: tuple[int, ...]
    first: Ints
    last: Ints
    marks: Ints

    def ways(self, runs: Ints, begin: Ints, end: Ints, tips: Floats, plane: Plane) -> Floats:
        """Of each of `runs`, (r,), its way from step `begin` to step `end`, its row of `tips`, and a gap.

        Args:
            begin, end: (r,). tips: (r, d + 1), as Frame.places. plane: whose k coordinates are wanted.

        Returns:
            (n, k + 1): these coordinates, and L; the gaps are NaN.
        """
        counts = end - begin + 1
        starts = np.cumsum(counts + 2) - (counts + 2)
        ways = np.full((int((counts + 2).sum()), plane.count + 1), np.nan)
        step = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
        rows = np.repeat(self.first[runs] + begin, counts) + step
        filled = np.repeat(starts, counts) + step
        ways[filled, -1] = self.rows[rows, -1]
        if plane.directions is None:
            ways[filled, :-1] = self.rows[rows[:, None], [*map(self.columns.index, plane.drawn)]]
        elif self.whole:
            ways[filled, :-1] = plane.coordinates(self.rows[rows, :-1])
        else:
            each = zip(runs.tolist(), begin.tolist(), end.tolist(), strict=True)
            paths = [path_in(plane, self.points[run], slice(a, b + 1)) for run, a, b in each]
            ways[filled, :-1] = np.concatenate(paths)
        ways[starts + counts, :-1] = plane.coordinates(tips[:, :-1])
        ways[starts + counts, -1] = tips[:, -1]
        return ways


def path_in(plane: Plane, points: Rows, steps: slice) -> Floats:
    """The coordinates of a run's points at `steps`, (n, k); of a long run's along directions they are on the
    lines between the points that need not be made again."""
    if plane.directions is None:
        return np.asarray(points[steps, list(plane.drawn)])
    if is_kept(points):
        return plane.coordinates(points[steps])
    kept = np.unique(np.append(kept_steps(points), len(points) - 1))
    wanted = np.arange(len(points))[steps]
    first, last = (np.searchsorted(kept, each) for each in (wanted[0], wanted[-1]))
    near = kept[max(first - 1, 0) : last + 1]
    known = plane.coordinates(np.stack([points[step] for step in near.tolist()]))
    return np.stack([np.interp(wanted, near, part) for part in known.T], axis=1)


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


class Frame(Struct, frozen=True, eq=False, kw_only=True):
    """One moment of a Solution, of its r runs.

    Attributes:
        t_steps: the moment. steps, fractions: (r,), as of Marker.
        places: (r, d + 1): the position of each marker, and f there.
        tracks: the ways of the runs.
    """

    t_steps: float
    steps: Ints
    fractions: Floats
    places: Floats
    tracks: Tracks

    @property
    def markers(self) -> "Markers":
        """A Marker for each run, made when it is asked for."""
        return Markers(self)

    def marker_of(self, run_index: int) -> Marker | None:
        """That of a run, of the last one beyond it; None if there are no runs."""
        markers = self.markers
        return markers[min(run_index, len(markers) - 1)] if markers else None

    def distance(self, plane: Plane, run_index: int) -> float:
        """How far the marker of a run is from `plane`, in the unit of the variables; NaN if there is none."""
        marker = self.marker_of(run_index)
        if marker is None or marker.position.shape != plane.origin.shape:
            return math.nan
        return float(plane.distance(marker.position))


class Markers(Sequence[Marker]):
    """The markers of a Frame. Of very many, use the arrays."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def __len__(self) -> int:
        return len(self._frame.steps)

    @overload
    def __getitem__(self, index: int) -> Marker: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Marker, ...]: ...

    def __getitem__(self, index: int | slice) -> Marker | tuple[Marker, ...]:
        if isinstance(index, slice):
            return tuple(map(self._marker, range(*index.indices(len(self)))))
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        return self._marker(index % len(self))

    def __iter__(self) -> Iterator[Marker]:
        return map(self._marker, range(len(self)))

    def _marker(self, index: int) -> Marker:
        frame = self._frame
        step = int(frame.steps[index])
        return Marker(
            run_index=index,
            step=step,
            fraction=float(frame.fractions[index]),
            position=frame.places[index, :-1],
            value=float(frame.places[index, -1]),
            finished=step >= frame.tracks.last[index],
        )


def ease(u: float) -> float:
    """Smoothstep: 0 → 0, 1 → 1, at rest at both ends."""
    return u * u * (3.0 - 2.0 * u)


def duration_steps(solution: Solution) -> int:
    """The number of steps of the longest run that is shown."""
    return int(tracks_of(solution).last.max(initial=0))


def frame_at(solution: Solution, t_steps: float) -> Frame:
    """The Frame at playhead `t_steps` (clamped to the runs' lengths).

    Of more than MOST_EVALUATED runs × rows of data, f between two steps is on the line between its values
    there: a frame must not keep anyone waiting. It waits where points are not `at_hand`.
    """
    tracks = tracks_of(solution)
    objective = solution.objective
    t_steps = min(max(t_steps, 0.0), float(duration_steps(solution)))
    whole = int(t_steps)
    eased = ease(t_steps - whole)
    steps = np.minimum(whole, tracks.last)
    fractions = np.where(steps < tracks.last, eased, 0.0)
    everyone = np.arange(len(steps))
    places = _places(solution, tracks, everyone, steps)
    between = np.flatnonzero(fractions)
    if len(between):
        with np.errstate(all="ignore"):
            start = places[between]
            ahead = _places(solution, tracks, between, steps[between] + 1)
            places[between] = start + eased * (ahead - start)
            if objective is None:
                places[between, -1] = np.nan
            elif len(between) * objective.rows <= MOST_EVALUATED:
                places[between, -1] = objective.value(places[between, :-1])
    return Frame(t_steps=t_steps, steps=steps, fractions=fractions, places=places, tracks=tracks)


def _places(solution: Solution, tracks: Tracks, runs: Ints, steps: Ints) -> Floats:
    """θ and L of some runs at their steps, (r, d + 1)."""
    rows: Floats = tracks.rows[tracks.first[runs] + steps]
    if tracks.whole:
        return rows
    chosen = zip(runs.tolist(), steps.tolist(), strict=True)
    points = np.array([solution.runs[run].points[step] for run, step in chosen])
    return np.column_stack([points, rows[:, -1]])


_TRACKS: WeakKeyDictionary[Solution, Tracks] = WeakKeyDictionary()


def tracks_of(solution: Solution) -> Tracks:
    """The Tracks of its runs; they are put together once for a Solution."""
    tracks = _TRACKS.get(solution)
    if tracks is None:
        tracks = _TRACKS[solution] = _joined(solution)
    return tracks


def _joined(solution: Solution) -> Tracks:
    runs, setup = solution.runs, solution.setup
    if not runs:
        none = np.empty(0, np.int64)
        return Tracks(np.empty((0, 1)), (), True, (), (), none, none, none)
    counts = np.array([len(run.points) for run in runs])
    d = runs[0].points.shape[1]
    columns: tuple[int, ...] = tuple(range(d))
    if setup is not None and not all(is_kept(run.points) for run in runs):
        columns = setup.drawn
    rows = np.empty((int(counts.sum()), len(columns) + 1))
    np.concatenate([run.points[:, list(columns)] for run in runs], out=rows[:, :-1])
    np.concatenate([run.values for run in runs], out=rows[:, -1])
    marks = np.array([run.mark for run in runs])
    replayed = tuple(index for index, run in enumerate(runs) if isinstance(run.points, Replayed))
    points, first = tuple(run.points for run in runs), np.cumsum(counts) - counts
    return Tracks(rows, columns, len(columns) == d, points, replayed, first, counts - 1, marks)
