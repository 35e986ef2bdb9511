"""The mesh of a surface that is not defined everywhere: it ends on the edge of the domain, not at a sample.

Nodes beside the edge are moved onto it: by bisection of f on the way from a node that is defined. Cells that
would then lead across a pole or a step are left out. Any thread; numpy only.
"""

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from gui.drawing.thinning import nodes
from gui.surface.box_map import HALF_HEIGHT, BoxMap
from gui.surface.rim import Defined, bisected

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

NOTICEABLE: Final = 0.05  # of the drawn range
FAR: Final = 20.0  # ranges beyond the drawn one
_AROUND: Final = tuple((dj, di) for dj in (-1, 0, 1) for di in (-1, 0, 1) if (dj, di) != (0, 0))
_CORNERS: Final = ((0, 0), (0, 1), (1, 0), (1, 1))


class RimMesh(Struct, frozen=True):
    """Attributes: nodes: (rows, columns, 4), float32: column and row in the full grid, height, unused; kept:
    the cells to draw, (rows − 1, columns − 1)."""

    nodes: NDArray[np.float32]
    kept: Bools


def rim_mesh(box_map: BoxMap, stride: int, value: Defined | None) -> RimMesh:
    """The mesh of every `stride`-th row and column.

    Args:
        value: f at points of the plane, (n, 2) → (n,), NaN where undefined; without it, the edge is taken to
            lie in the middle between samples.
    """
    field = box_map.field
    ny, nx = field.z.shape
    rows, columns = nodes(ny, stride), nodes(nx, stride)
    finite = field.finite[np.ix_(rows, columns)]
    height = np.clip(box_map.heights[np.ix_(rows, columns)].astype(np.float64), -FAR, FAR + 1)
    place = np.stack(
        np.broadcast_arrays(columns[None, :].astype(float), rows[:, None].astype(float)), axis=-1
    )
    _move_to_rim(box_map, finite, height, place, value)
    table = np.zeros((*finite.shape, 4), dtype=np.float32)
    table[..., :2], table[..., 2] = place, np.nan_to_num(height)
    return RimMesh(table, _kept(box_map, finite, height, place, rows, columns))


def _move_to_rim(
    box_map: BoxMap, finite: Bools, height: Floats, place: Floats, value: Defined | None
) -> None:
    """Move the undefined nodes that have a defined neighbour onto the edge, in `height` and `place`."""
    padded = np.pad(finite, 1)
    shape = finite.shape
    around = np.stack([padded[1 + dj : 1 + dj + shape[0], 1 + di : 1 + di + shape[1]] for dj, di in _AROUND])
    j, i = np.nonzero(~finite & around.any(axis=0))
    if not len(j):
        return
    there = around[:, j, i]
    ways = np.array([(di, dj) / np.hypot(di, dj) for dj, di in _AROUND])
    mean = there.T.astype(float) @ ways
    # From the defined neighbour that lies most in the direction of all of them.
    chosen = np.argmax(np.where(there, ways @ mean.T, -np.inf), axis=0)
    offset = np.array(_AROUND)[chosen]
    jin, iin = j + offset[:, 0], i + offset[:, 1]
    field = box_map.field
    grid_x, grid_y = np.arange(len(field.x)), np.arange(len(field.y))

    def data(p: Floats) -> Floats:
        return np.stack([np.interp(p[:, 0], grid_x, field.x), np.interp(p[:, 1], grid_y, field.y)], axis=-1)

    inner, outer = place[jin, iin], place[j, i]
    if value is None:
        share, rim = np.full(len(j), 0.5), height[jin, iin]
    else:
        share, z = bisected(data(inner), data(outer), value)
        rim = box_map.level(z) / (2 * HALF_HEIGHT) + 0.5
        rim = np.where(np.isfinite(rim), np.clip(rim, -FAR, FAR + 1), height[jin, iin])
    place[j, i] = inner + share[:, None] * (outer - inner)
    height[j, i] = rim


def _kept(
    box_map: BoxMap,
    finite: Bools,
    height: Floats,
    place: Floats,
    rows: NDArray[np.intp],
    columns: NDArray[np.intp],
) -> Bools:
    corners = [finite[dj : dj + len(rows) - 1, di : di + len(columns) - 1] for dj, di in _CORNERS]
    kept = np.logical_or.reduce(corners)
    j, i = np.nonzero(kept & ~np.logical_and.reduce(corners))
    ny, nx = box_map.field.z.shape
    # Slopes as heights a cell of the full grid.
    scale_x, scale_y = 1 / HALF_HEIGHT / (nx - 1), 1 / HALF_HEIGHT / (ny - 1)
    sx, sy = (np.nan_to_num(s[np.ix_(rows, columns)].astype(float)) for s in box_map.slopes)
    torn = np.zeros(len(j), dtype=bool)
    for cj, ci in _CORNERS:
        for rj, ri in _CORNERS:
            a, b = (j + cj, i + ci), (j + rj, i + ri)
            way = place[b] - place[a]
            expected = sx[a] * scale_x * way[:, 0] + sy[a] * scale_y * way[:, 1]
            with np.errstate(invalid="ignore"):
                rise = height[b] - height[a]
                against = (np.abs(rise) > NOTICEABLE) & (expected * rise <= 0)
            # From a node that is defined to one on the edge, f goes on as its slope says, or it is torn.
            torn |= finite[a] & ~finite[b] & against
    kept[j[torn], i[torn]] = False
    return np.asarray(kept)
