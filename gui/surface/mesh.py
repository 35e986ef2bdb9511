"""Triangles between the nodes of a grid, and which cells must not be drawn. Any thread; numpy only."""

import functools
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.base.arrays import Singles

JUMP: Final = 1.2  # times what the slopes at both ends explain
NOTICEABLE: Final = 0.02  # of the drawn range
LOWEST: Final = -4.0  # the heights of nodes beyond the drawn range; as surface.vert
HIGHEST: Final = 5.0
UNDERSAMPLED: Final = 0.15  # of the cells; with more of them torn, the samples are too coarse to know


@functools.lru_cache(maxsize=12)
def triangles(columns: int, rows: int) -> NDArray[np.uint32]:
    """Two triangles a cell of a grid numbered row by row: (6 · (columns − 1) · (rows − 1),), uint32."""
    first = (
        np.arange(rows - 1, dtype=np.uint32)[:, None] * columns + np.arange(columns - 1, dtype=np.uint32)
    ).ravel()
    corners = np.array([0, 1, columns, columns, 1, columns + 1], dtype=np.uint32)
    indices = np.asarray(first[:, None] + corners, dtype=np.uint32).ravel()
    indices.flags.writeable = False
    return indices


def torn_cells(u: Singles, slope_x: Singles, slope_y: Singles) -> NDArray[np.bool_]:
    """The cells across which the function jumps: over a pole, a step. (ny − 1, nx − 1), bool.

    A jump is a difference that the exact slopes at both ends do not explain, so a steep flank is none.

    Args:
        u: heights, 0 to 1 in the drawn range, NaN where undefined; (ny, nx).
        slope_x, slope_y: ∂u by one cell along x and y, (ny, nx).
    """
    with np.errstate(invalid="ignore", over="ignore"):
        along_x = _jumps(u[:, :-1], u[:, 1:], slope_x[:, :-1], slope_x[:, 1:])
        along_y = _jumps(u[:-1], u[1:], slope_y[:-1], slope_y[1:])
    torn: NDArray[np.bool_] = along_x[:-1] | along_x[1:] | along_y[:, :-1] | along_y[:, 1:]
    return torn


def _jumps(a: Singles, b: Singles, slope_a: Singles, slope_b: Singles) -> NDArray[np.bool_]:
    difference = b - a
    explained = np.maximum(np.abs(slope_a), np.abs(slope_b))
    residual = np.abs(difference - 0.5 * (slope_a + slope_b))
    # Where both ends lie beyond the same side of the range, nothing of the cell is seen anyway.
    crosses = (np.minimum(a, b) < 1.0) & (np.maximum(a, b) > 0.0)
    jump: NDArray[np.bool_] = crosses & (residual > JUMP * explained + NOTICEABLE)
    against = (difference * slope_a < 0.0) & (difference * slope_b < 0.0)
    over_pole = (np.minimum(a, b) < 0.0) & (np.maximum(a, b) > 1.0) & against
    return jump | over_pole


def pooled(cells: NDArray[np.bool_], stride: int) -> NDArray[np.bool_]:
    """Which cells of the grid thinned by `stride` contain one of `cells`."""
    if stride == 1:
        return cells
    rows = np.arange(0, cells.shape[0], stride)
    columns = np.arange(0, cells.shape[1], stride)
    return np.asarray(np.logical_or.reduceat(np.logical_or.reduceat(cells, rows, axis=0), columns, axis=1))
