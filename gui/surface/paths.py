"""The way of each run over the surface, as lines in the box. Any thread; numpy only."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.descent.run import Run
from engine.solving.solution import Solution
from gui.surface.box_map import BoxMap

Floats = NDArray[np.float64]

PIECE: Final = 0.012  # of the box: a step is cut into pieces of this length, so that it follows the surface
PIECES: Final = 160  # at most, in one step
TOTAL: Final = 300_000  # at most, in all runs
SPOT: Final = 0.003  # of the box: points nearer to the one before are the same spot
TRAILS: Final = 120  # of more runs, only some show the way they came


class Drawn:
    """How the d descended variables of a Solution become places in the box.

    Attributes:
        map: the box's.
    """

    def __init__(self, solution: Solution, box_map: BoxMap) -> None:
        self.map = box_map
        setup = solution.setup
        self._columns = list(setup.drawn) if setup is not None else []
        # With further free variables the path does not run on the drawn section: it is drawn at its values.
        self.on_surface = setup is not None and len(setup.descended) <= max(len(self._columns), 1)

    def plane(self, points: Floats) -> Floats:
        """(…, d) → x̂, ŷ, (…, 2). With one axis, ŷ is the middle."""
        data = np.asarray(points, dtype=np.float64)[..., self._columns]
        if data.shape[-1] < 2:
            middle = np.full((*data.shape[:-1], 2 - data.shape[-1]), float(self.map.field.y.mean()))
            data = np.concatenate([data, middle], axis=-1)
        return self.map.plane(data[..., :2])

    def places(self, rows: Floats) -> Floats:
        """Where markers rest in the box, (r, 3), that are at θ and L, (r, d + 1); NaN where there is none."""
        plane = self.plane(rows[:, :-1])
        if self.on_surface:
            return self.map.surface_at(plane)
        return np.column_stack([plane, self.map.level(rows[:, -1])])

    def direction(self, vector: Floats) -> Floats:
        """A vector of the d variables as a way over the plane, (2,)."""
        origin = np.zeros(len(vector))
        return np.asarray(self.plane(np.asarray(vector)) - self.plane(origin))

    def on_section(self, points: Floats) -> Floats:
        """(s, d) → the drawn surface above or below them, (s, 3)."""
        return self.map.surface_at(self.plane(points))

    def path(self, run: Run, pieces: int = PIECES) -> tuple[Floats, Floats]:
        """The points of a run's way, (n, 3), and the step that each belongs to, with its fraction, (n,)."""
        plane = np.clip(np.nan_to_num(self.plane(run.points), nan=1e6), -1e6, 1e6)
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
        if self.on_surface:
            return self.map.surface_at(way), t
        levels = self.map.level(run.values)
        level = levels[:1] if not len(cuts) else levels[index] + fraction * np.diff(levels)[index]
        return np.column_stack([way, level]), t


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
