"""The way of each run over the surface, as lines in the box. Any thread; numpy only."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.descent.rows import kept_steps
from engine.descent.run import Run
from engine.function.box import box_widths
from engine.solving.solution import Solution
from engine.solving.timeline import path_in
from gui.surface.box_map import FLOOR_Z, BoxMap

Floats = NDArray[np.float64]

PIECE: Final = 0.012  # of the box: a step is cut into pieces of this length, so that it follows the surface
PIECES: Final = 160  # at most, in one step
TOTAL: Final = 300_000  # at most, in all runs
SPOT: Final = 0.003  # of the box: points nearer to the one before are the same spot
TRAILS: Final = 120  # of more runs, only some show the way they came


class Drawn:
    """How the d descended variables of a Solution become places in the box.

    With further free variables a run comes from elsewhere to the drawn slice, through other slices, which
    have other heights. What of its way lies in the drawn plane runs on the surface; the rest is a shadow on
    the floor, where only the drawn variables count, as on the map: a line in the air at the heights of other
    slices would look as if it were above or below this one. A ball keeps the height of its own value, and is
    on the surface where the slice goes through it.

    Attributes:
        map: the box's. bottom: ẑ of the floor, or of the box where there is none.
    """

    def __init__(self, solution: Solution, box_map: BoxMap, bottom: float = FLOOR_Z) -> None:
        self.map, self.bottom = box_map, bottom
        setup = solution.setup
        self._plane = box_map.field.plane
        self.on_surface = setup is None or len(setup.descended) <= max(self._plane.count, 1)
        self._widths = box_widths(setup.lo, setup.hi) if setup is not None else np.empty(0)

    def holds(self, points: Floats) -> NDArray[np.bool_]:
        """Which of `points`, (…, d), lie in the drawn plane, (…,)."""
        if self.on_surface:
            return np.ones(np.shape(points)[:-1], dtype=bool)
        return self._plane.holds(points, self._widths)

    def plane(self, points: Floats) -> Floats:
        """(…, d) → x̂, ŷ, (…, 2). With one axis, ŷ is the middle."""
        return self._over(self._plane.coordinates(points))

    def _over(self, data: Floats) -> Floats:
        """The same of the drawn coordinates alone."""
        if data.shape[-1] < 2:
            middle = np.full((*data.shape[:-1], 2 - data.shape[-1]), float(self.map.field.y.mean()))
            data = np.concatenate([data, middle], axis=-1)
        return self.map.plane(data[..., :2])

    def _holds_steps(self, run: Run) -> NDArray[np.bool_]:
        """Which points of a run lie in the drawn plane, (n + 1,): between two that are kept, as they do."""
        if self.on_surface:
            return np.ones(run.steps + 1, dtype=bool)
        steps = kept_steps(run.points)
        held = self.holds(run.points[steps])
        if len(steps) == run.steps + 1:
            return held
        place = np.searchsorted(steps, np.arange(run.steps + 1), side="right") - 1
        return np.asarray(held[place] & held[np.minimum(place + 1, len(held) - 1)])

    def places(self, rows: Floats) -> Floats:
        """Where markers rest in the box, (r, 3), that are at θ and L, (r, d + 1); NaN where there is none."""
        plane = self.plane(rows[:, :-1])
        places = self.map.surface_at(plane)
        beside = ~self.holds(rows[:, :-1])
        places[beside, 2] = self.map.level(rows[beside, -1])
        return places

    def direction(self, vector: Floats) -> Floats:
        """A vector of the d variables as a way over the plane, (2,)."""
        origin = self._plane.origin
        return np.asarray(self.plane(origin + vector) - self.plane(origin))

    def on_section(self, points: Floats) -> Floats:
        """(s, d) → the drawn surface above or below them, (s, 3)."""
        return self.map.surface_at(self.plane(points))

    def path(self, run: Run, pieces: int = PIECES) -> tuple[Floats, Floats]:
        """The points of a run's way, (n, 3), and the step that each belongs to, with its fraction, (n,)."""
        plane = self._over(path_in(self._plane, run.points, slice(None)))
        plane = np.clip(np.nan_to_num(plane, nan=1e6), -1e6, 1e6)
        steps = np.diff(plane, axis=0)
        with np.errstate(over="ignore"):
            cuts = np.clip(np.ceil(np.hypot(steps[:, 0], steps[:, 1]) / PIECE), 1, pieces).astype(np.intp)
        index = np.repeat(np.arange(len(cuts)), cuts)
        first = np.cumsum(cuts) - cuts
        fraction = (np.arange(len(index)) - first[index]) / cuts[index]
        t = np.append(index + fraction, len(cuts))
        index, fraction = (
            np.append(index, max(len(cuts) - 1, 0)),
            np.append(fraction, 1.0 if len(cuts) else 0.0),
        )
        way = plane[:1] if not len(cuts) else plane[index] + fraction[:, None] * steps[index]
        places = self.map.surface_at(way)
        held = self._holds_steps(run)
        beside = ~held[:1] if not len(cuts) else ~(held[:-1] & held[1:])[index]
        places[beside, 2] = self.bottom
        return places, t


def with_trails(runs: Sequence[Run], selected: int) -> list[Run]:
    """The runs that show the way they came: all or, of a swarm, some all over it and the selected one."""
    stride = -(-len(runs) // TRAILS)
    if stride <= 1:
        return list(runs)
    return [run for index, run in enumerate(runs) if index % stride == 0 or index == selected]


def paths(runs: Sequence[Run], drawn: Drawn) -> list[tuple[Floats, Floats]]:
    """`Drawn.path` of every run, cut more coarsely where there are very many steps; a spot is drawn once."""
    steps = sum(run.steps for run in runs)
    pieces = int(min(max(TOTAL // max(steps, 1), 1), PIECES))
    return [_thinned(*drawn.path(run, pieces)) for run in runs]


def _thinned(way: Floats, t: Floats) -> tuple[Floats, Floats]:
    """The way without the points that lie on the spot of the one before; first and last stay."""
    with np.errstate(invalid="ignore"):
        cells = np.floor(way / SPOT)
    kept = np.ones(len(way), dtype=bool)
    kept[1:-1] = (cells[1:-1] != cells[:-2]).any(axis=1)
    return way[kept], t[kept]
