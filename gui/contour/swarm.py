"""Thousands of small dots at once: the markers of a swarm of runs, and its starts. GUI thread.

Qt draws 10,000 antialiased dots in 300 ms. On a screen they are stamped onto an image instead, by whole
arrays, in a few; a vector painter gets true dots.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from engine.base.arrays import Floats

Kept = tuple[tuple[int, int], float]  # the size of a widget that is painted, and its pixel ratio
RIM: Final = QColor(8, 11, 16, 150)
RIM_PX: Final = 0.8


def paint_dots(painter: QPainter, points: Floats, color: QColor, radius: float, kept: Kept | None) -> None:
    """A dark-rimmed dot at each of `points`, (n, 2) px, that is in sight.

    Args:
        kept: of a widget, whose pixels are stamped; None for a vector painter.
    """
    rect = painter.clipBoundingRect()
    with np.errstate(invalid="ignore"):
        away = np.abs(points - (rect.center().x(), rect.center().y()))
        seen = (2 * away < (rect.width(), rect.height())).all(axis=1)
    points = points[seen]
    if not len(points):
        return
    if kept is None:
        _draw(painter, points, color, radius)
        return
    image = _stamped(points - (rect.left(), rect.top()), rect, color, radius, kept[1])
    painter.drawImage(rect.topLeft(), image)


def _draw(painter: QPainter, points: Floats, color: QColor, radius: float) -> None:
    dots = QPolygonF([QPointF(x, y) for x, y in points.tolist()])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for ink, reach in ((RIM, radius + RIM_PX), (color, radius)):
        painter.setPen(QPen(ink, 2 * reach, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPoints(dots)


def _stamped(points: Floats, rect: QRectF, color: QColor, radius: float, ratio: float) -> QImage:
    """The dots at `points`, px from the corner of `rect`, on a transparent image of its size."""
    reach = (radius + RIM_PX) * ratio
    margin = math.ceil(reach) + 1
    shape = (math.ceil(rect.height() * ratio) + 2 * margin, math.ceil(rect.width() * ratio) + 2 * margin)
    at = np.floor(points * ratio).astype(np.intp) + margin
    # Many a dot lies on the pixel of another one.
    places = np.unique(at[:, 1] * shape[1] + at[:, 0])
    body, outer = (np.zeros(shape[0] * shape[1], dtype=np.float32) for _ in range(2))
    for dy in range(-margin, margin + 1):
        for dx in range(-margin, margin + 1):
            away = math.hypot(dx, dy)
            for cover, size in ((body, radius * ratio), (outer, reach)):
                share = min(max(size - away + 0.5, 0.0), 1.0)
                if share > 0:
                    spot = places + (dy * shape[1] + dx)
                    cover[spot] = np.maximum(cover[spot], share)
    inner = (slice(margin, shape[0] - margin), slice(margin, shape[1] - margin))
    return _inked(body.reshape(shape)[inner], outer.reshape(shape)[inner], color, ratio)


def _inked(body: NDArray[np.float32], outer: NDArray[np.float32], color: QColor, ratio: float) -> QImage:
    """An image of how much of each pixel is covered by dots, and by dots with their rims."""
    rim = (1 - body) * outer * np.float32(RIM.alphaF())
    pixels = np.empty((*body.shape, 4), dtype=np.uint8)
    inks = ((color.red(), RIM.red()), (color.green(), RIM.green()), (color.blue(), RIM.blue()))
    for channel, (ink, dark) in enumerate(inks):
        pixels[..., channel] = body * ink + rim * dark
    pixels[..., 3] = (body + rim) * 255
    height, width = body.shape
    image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888_Premultiplied).copy()
    image.setDevicePixelRatio(ratio)
    return image
