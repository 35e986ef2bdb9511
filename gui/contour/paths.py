"""Arrays of points → QPainterPath, without a Python loop over the points. Any thread."""

from typing import Final

import numpy as np
from PySide6.QtCore import QByteArray, QDataStream, QPointF
from PySide6.QtGui import QPainterPath

from engine.base.arrays import Floats

_MOVE_TO: Final = 0
_LINE_TO: Final = 1
_ELEMENT: Final = np.dtype([("type", ">i4"), ("x", ">f8"), ("y", ">f8")])


def lines_path(points: Floats, connected: np.ndarray) -> QPainterPath:
    """The path through `points`, (n, 2); point k is joined to k − 1 where `connected`, (n,) bool, is set.

    Points that are not finite must have been left out.
    """
    path = QPainterPath()
    n = len(points)
    if n == 0:
        return path
    elements = np.empty(n, dtype=_ELEMENT)
    elements["type"] = np.where(connected, _LINE_TO, _MOVE_TO)
    elements["type"][0] = _MOVE_TO
    elements["x"] = points[:, 0]
    elements["y"] = points[:, 1]
    # What QPainterPath writes of itself: the number of elements, the elements, where the last subpath
    # starts, and the fill rule (odd-even).
    moves = np.flatnonzero(elements["type"] == _MOVE_TO)
    stream_bytes = b"".join(
        (
            np.array([n], dtype=">i4").tobytes(),
            elements.tobytes(),
            np.array([moves[-1], 0], dtype=">i4").tobytes(),
        )
    )
    stream = QDataStream(QByteArray(stream_bytes))
    stream >> path
    return path


def polyline(points: Floats) -> QPainterPath:
    """One line through `points`, (n, 2), interrupted where one is not finite."""
    finite = np.isfinite(points).all(axis=1)
    connected = finite & np.roll(finite, 1)
    if len(connected):
        connected[0] = False
    return lines_path(points[finite], connected[finite])


def simplified(points: Floats, tolerance: float | Floats = 0.6) -> Floats:
    """`points`, (n, 2), without those that lie on the spot of the one before; first and last stay.

    Args:
        tolerance: the size of a spot, one for both axes or one each, in the unit of the points.
    """
    if len(points) < 3:
        return points
    with np.errstate(invalid="ignore"):
        cells = np.floor(points / tolerance)
        keep = np.ones(len(points), dtype=bool)
        keep[1:-1] = (cells[1:-1] != cells[:-2]).any(axis=1)
    return points[keep]


def as_dense_as_curved(points: Floats, tolerance: float) -> Floats:
    """Of a smooth line, (n, 2), the points that it takes to stay within `tolerance` of it, and its ends."""
    if len(points) < 3:
        return points
    way = np.diff(points, axis=0)
    length = np.hypot(*way.T)
    angle = np.unwrap(np.arctan2(way[:, 1], way[:, 0]))
    # A chord of length s on a line that turns by a on it misses it by s · a / 8.
    turned = np.abs(np.diff(angle)) * 0.5 * (length[:-1] + length[1:])
    needed = np.sqrt(turned / (8.0 * tolerance))
    keep = np.ones(len(points), dtype=bool)
    keep[1:-1] = (np.diff(np.floor(np.cumsum(needed)), prepend=0.0) > 0) | (needed > 0.5)  # or a corner
    return points[keep]


def within_reach(points: Floats, reach: float) -> Floats:
    """The line through `points`, (n, 2), cut to |x|, |y| ≤ `reach`; cut parts are separated by NaN.

    A run that diverges leaves for 1e300 and comes back on the other side; the rasteriser counts to 32767.
    """
    with np.errstate(all="ignore"):
        if not (np.abs(points) > reach).any():
            return points
        starts, way = points[:-1], np.diff(points, axis=0)
        # Liang & Barsky: between which shares of its way a segment is inside.
        low, high = (-reach - starts) / way, (reach - starts) / way
        enter = np.nanmax(np.minimum(low, high), axis=1, initial=0.0)
        leave = np.nanmin(np.maximum(low, high), axis=1, initial=1.0)
        parallel_outside = ((way == 0) & (np.abs(starts) > reach)).any(axis=1)
        seen = (enter < leave) & np.isfinite(way).all(axis=1) & ~parallel_outside
        ends = np.stack((starts + enter[:, None] * way, starts + leave[:, None] * way), axis=1)[seen]
    gaps = np.full((len(ends), 1, 2), np.nan)
    return np.concatenate((ends, gaps), axis=1).reshape(-1, 2)


def arrow_head(tip: QPointF, direction: tuple[float, float], length: float, width: float) -> QPainterPath:
    """A filled triangle with its point at `tip`, looking along the unit vector `direction`, px."""
    dx, dy = direction
    base = QPointF(tip.x() - dx * length, tip.y() - dy * length)
    path = QPainterPath(tip)
    path.lineTo(base.x() - dy * width / 2, base.y() + dx * width / 2)
    path.lineTo(base.x() + dy * width / 2, base.y() - dx * width / 2)
    path.closeSubpath()
    return path
