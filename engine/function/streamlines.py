"""Lines of steepest descent through a Field, evenly spread: the way water would run.

They are integrated on the samples of the gradient, all at once, and cut where they come too near to a longer
one. Any thread; numpy only.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.base.arrays import Floats
from engine.base.vectors import unit
from engine.function.sampled import Field

SEEDS: Final = 11  # along each side
STEP: Final = 0.006  # of the side of the picture
LONGEST: Final = 170  # steps, each way
CELLS: Final = 46  # along each side: two lines do not share a cell
SHORTEST: Final = 0.05  # of the side: a shorter line is left out

Bools = NDArray[np.bool_]


def descend_lines(field: Field) -> tuple[Floats, ...]:
    """Lines of steepest descent over the whole of `field`.

    Returns:
        Each (n, 2) in data coordinates, running downhill; every line solves d(x, y)/dt = −∇f there.
    """
    flow = _Flow(field)
    side = (np.arange(SEEDS) + 0.5) / SEEDS
    seeds = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    # Shifted in every second row: fewer lines start on one another's way.
    seeds[:, 0] = (seeds[:, 0] + 0.5 / SEEDS * (np.arange(len(seeds)) // SEEDS % 2)) % 1.0
    down, down_steps = _integrate(flow, seeds, 1.0)
    up, up_steps = _integrate(flow, seeds, -1.0)
    lines = [
        np.concatenate((up[1 : up_steps[k] + 1, k][::-1], down[: down_steps[k] + 1, k]))
        for k in range(len(seeds))
    ]
    return tuple(flow.data(line) for line in _spread(lines))


class _Flow:
    """−∇f in the unit square, as directions of unit length."""

    def __init__(self, field: Field) -> None:
        ny, nx = field.z.shape
        stride = max(1, min(nx, ny) // 130)  # the lines are smooth; the samples need not be fine
        self._x, self._y = field.x, field.y
        self._width = float(field.x[-1] - field.x[0])
        self._height = float(field.y[-1] - field.y[0])
        rows = np.unique(np.append(np.arange(0, ny, stride), ny - 1))
        columns = np.unique(np.append(np.arange(0, nx, stride), nx - 1))
        pick = np.ix_(rows, columns)
        self._rows = rows / (ny - 1)
        self._columns = columns / (nx - 1)
        with np.errstate(all="ignore"):
            u, v = -field.fx[pick] / self._width, -field.fy[pick] / self._height
            self._u, self._v = np.moveaxis(unit(np.stack([u, v], axis=-1)), -1, 0)

    def data(self, points: Floats) -> Floats:
        """Unit square → data."""
        return np.stack(
            (self._x[0] + points[:, 0] * self._width, self._y[0] + points[:, 1] * self._height), axis=1
        )

    def __call__(self, points: Floats) -> Floats:
        """The direction at `points`, (n, 2); NaN outside and where undefined or still."""
        i, s = _bracket(self._columns, points[:, 0])
        j, t = _bracket(self._rows, points[:, 1])
        weights = ((1 - s) * (1 - t), s * (1 - t), (1 - s) * t, s * t)
        corners = ((j, i), (j, i + 1), (j + 1, i), (j + 1, i + 1))
        parts = zip(weights, corners, strict=True)
        u = np.zeros(len(points))
        v = np.zeros(len(points))
        for weight, corner in parts:
            u += weight * self._u[corner]
            v += weight * self._v[corner]
        length = np.hypot(u, v)
        outside = ((points < 0) | (points > 1)).any(axis=1)
        # Where the directions around cancel, there is a critical point: the line ends.
        length = np.where(outside | (length < 0.25), np.nan, length)
        return np.stack((u / length, v / length), axis=1)


def _bracket(ticks: Floats, s: Floats) -> tuple[NDArray[np.intp], Floats]:
    k = np.clip(np.searchsorted(ticks, s, side="right") - 1, 0, len(ticks) - 2)
    return k, np.clip((s - ticks[k]) / (ticks[k + 1] - ticks[k]), 0.0, 1.0)


def _integrate(flow: _Flow, seeds: Floats, sign: float) -> tuple[Floats, NDArray[np.intp]]:
    """The midpoint rule from each seed: points, (LONGEST + 1, n, 2), and how many steps each line took."""
    path = np.full((LONGEST + 1, *seeds.shape), np.nan)
    path[0] = seeds
    steps = np.zeros(len(seeds), dtype=np.intp)
    going = np.arange(len(seeds))
    here = seeds
    before = np.zeros_like(seeds)
    for step in range(1, LONGEST + 1):
        first = flow(here)
        direction = flow(here + 0.5 * sign * STEP * first)
        turned = (direction * before).sum(axis=1) < 0  # it would go back and forth across a valley floor
        there = here + sign * STEP * direction
        fine = np.isfinite(there).all(axis=1) & ~turned & ((there >= 0) & (there <= 1)).all(axis=1)
        going, here, before = going[fine], there[fine], direction[fine]
        if not going.size:
            break
        path[step, going] = here
        steps[going] = step
    return path, steps


def _spread(lines: list[Floats]) -> list[Floats]:
    """The longest lines first, each cut where it enters a cell that another has; short ones left out."""
    owner = np.full((CELLS, CELLS), -1)
    kept: list[Floats] = []
    for line in sorted(lines, key=len, reverse=True):
        cells = np.clip((line * CELLS).astype(np.intp), 0, CELLS - 1)
        free = owner[cells[:, 1], cells[:, 0]] < 0
        ends = np.flatnonzero(np.diff(np.concatenate(([False], free, [False])).astype(np.int8)))
        if not ends.size:
            continue
        starts, stops = ends[::2], ends[1::2]
        longest = int(np.argmax(stops - starts))
        piece = slice(int(starts[longest]), int(stops[longest]))
        if (piece.stop - piece.start) * STEP < SHORTEST:
            continue
        kept.append(line[piece])
        owner[cells[piece, 1], cells[piece, 0]] = len(kept)
    return kept
