"""The gradient as a field of arrows, and lines of steepest descent. GUI thread.

Arrows stand on round places of the data, so that they stay with the ground while panning, as densely as the
zoom allows.
"""

import math
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from engine.base.arrays import Floats
from engine.base.round_numbers import nice_step
from engine.base.vectors import unit
from engine.document.lab import Colormap
from engine.function.sampled import Field
from engine.function.scale import height_of, steepest, steepness
from gui.contour.level_lines import DARK, LIGHT
from gui.contour.paths import lines_path, simplified, within_reach
from gui.contour.viewport import Viewport
from gui.drawing.colormaps import color_range, colors_of
from gui.drawing.look import Look

SPACING_PX: Final = 30.0  # at least, between two arrows
UNIT_LENGTH: Final = 0.72  # of the spacing
LONGEST: Final = 1.5  # of the spacing, for the steepest of arrows in proportion
HEAD: Final = 0.36  # of the arrow
MIN_PX: Final = 3.0  # shorter arrows are dots
MOST_ARROWS: Final = 4000
STREAM_HEAD_PX: Final = 7.5
STREAM_HEAD_EVERY_PX: Final = 90.0
STREAM_THIN_PX: Final = 0.5  # uphill
STREAM_THICK_PX: Final = 2.1  # downhill
STREAM_FAR_PX: Final = 20_000.0
STREAM: Final = QColor("#ffffff")

Arrows = Literal["off", "unit", "scaled"]


class FlowLayer:
    """Attributes: arrows, streamlines: what to draw."""

    def __init__(self) -> None:
        self._field: Field | None = None
        self._steepest = 0.0
        self.arrows: Arrows = "off"
        self.streamlines = False

    @property
    def active(self) -> bool:
        return self.streamlines or self.arrows != "off"

    def set_field(self, field: Field | None) -> None:
        if field is not self._field:
            self._field = field
            self._steepest = -1.0

    def paint(self, painter: QPainter, view: Viewport, look: Look, colors: Colormap, heat: bool) -> None:
        if self._field is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.streamlines:
            self._paint_streamlines(painter, self._field, view, look)
        if self.arrows != "off":
            self._paint_arrows(painter, self._field, view, look, colors, heat)

    # Arrows

    def _paint_arrows(
        self, painter: QPainter, field: Field, view: Viewport, look: Look, colors: Colormap, heat: bool
    ) -> None:
        x, spacing_x = _places(view.x_lo, view.x_hi, field.x, look.px(SPACING_PX) / view.px_per_x)
        y, spacing_y = _places(view.y_lo, view.y_hi, field.y, look.px(SPACING_PX) / view.px_per_y)
        if x.size * y.size > MOST_ARROWS or not x.size * y.size:
            return
        spacing = min(spacing_x * view.px_per_x, spacing_y * view.px_per_y)
        pick = np.ix_(_nearest(field.y, y), _nearest(field.x, x))
        with np.errstate(all="ignore"):
            # As vectors of the plane: a step along them moves so on the screen.
            dx, dy = field.fx[pick], field.fy[pick]
            steep = np.hypot(dx, dy)
            dx, dy = np.moveaxis(unit(np.stack([dx, dy], axis=-1)), -1, 0)
            dx, dy = dx * view.px_per_x, -dy * view.px_per_y
            norm = np.hypot(dx, dy)
            dx, dy = dx / norm, dy / norm
        if self.arrows == "unit":
            length = np.full(steep.shape, UNIT_LENGTH * spacing)
        else:
            if self._steepest < 0:
                self._steepest = steepest(steepness(field), 0.95)
            share = steep / self._steepest if self._steepest > 0 else np.zeros(steep.shape)
            length = np.clip(share, 0.0, 1.0) * LONGEST * spacing
        good = field.finite[pick] & np.isfinite(dx) & np.isfinite(dy) & np.isfinite(length)
        px, py = np.meshgrid(view.x_px(x), view.y_px(y))
        behind = colors_of(height_of(field, field.z[pick]), colors, color_range(field, colors))
        luminance = behind[..., :3] @ np.array([0.299, 0.587, 0.114])
        for ink, chosen in (
            (LIGHT, good & ((luminance < 117) | heat)),
            (DARK, good & ~((luminance < 117) | heat)),
        ):
            if chosen.any():
                middles = np.stack((px[chosen], py[chosen]), axis=1)
                directions = np.stack((dx[chosen], dy[chosen]), axis=1)
                _stroke_arrows(painter, middles, directions, length[chosen], ink, look)

    # Streamlines

    @staticmethod
    def _paint_streamlines(painter: QPainter, field: Field, view: Viewport, look: Look) -> None:
        """Ribbons that widen downhill, with full heads: nobody takes them for level lines."""
        ribbons = QPainterPath()
        ribbons.setFillRule(Qt.FillRule.WindingFill)
        for line in field.streamlines:
            points = within_reach(simplified(view.points_px(line), 1.0), STREAM_FAR_PX)
            points = points[np.isfinite(points).all(axis=1)]
            if len(points) < 2:
                continue
            along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))))
            if along[-1] < look.px(STREAM_HEAD_PX):
                continue
            ribbons.addPolygon(_ribbon(points, along / along[-1], look))
            for at in _heads(along[-1], look):
                ribbons.addPolygon(_head(points, along, at, look.px(STREAM_HEAD_PX)))
        rim = QColor(DARK)
        rim.setAlphaF(0.6)
        painter.strokePath(ribbons, QPen(rim, look.px(1.6)))
        painter.fillPath(ribbons, STREAM)


def _stroke_arrows(
    painter: QPainter, middles: Floats, directions: Floats, length: Floats, ink: QColor, look: Look
) -> None:
    """Arrows about their middles, (n, 2) px, as one path of shafts and open heads."""
    color = QColor(ink)
    color.setAlphaF(0.85)
    short = length < look.px(MIN_PX)
    if short.any():
        painter.setPen(QPen(color, look.px(2.0), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        for x, y in middles[short]:
            painter.drawPoint(QPointF(x, y))
        middles, directions, length = middles[~short], directions[~short], length[~short]
    if not len(middles):
        return
    half = directions * length[:, None] / 2
    tips = middles + half
    head = np.clip(HEAD * length, look.px(2.5), look.px(7.0))[:, None]
    back = tips - directions * head
    side = np.stack((-directions[:, 1], directions[:, 0]), axis=1) * head * 0.6
    points = np.stack((middles - half, tips, back + side, tips, back - side), axis=1)
    joined = np.tile([False, True, False, True, True], len(points))
    pen = QPen(color, look.px(1.3), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(lines_path(points.reshape(-1, 2), joined), pen)


def _ribbon(points: Floats, share: Floats, look: Look) -> QPolygonF:
    """The line through `points`, (n, 2) px, as an area.

    Args:
        share: (n,), of its length, from 0 to 1.
    """
    ahead = np.gradient(points, axis=0)
    norm = np.maximum(np.hypot(*ahead.T), 1e-9)[:, None]
    thin, thick = look.px(STREAM_THIN_PX), look.px(STREAM_THICK_PX)
    half = (thin + (thick - thin) * share)[:, None] / 2
    side = np.stack((-ahead[:, 1], ahead[:, 0]), axis=1) / norm * half
    return _polygon(np.concatenate((points + side, (points - side)[::-1])))


def _heads(length: float, look: Look) -> Floats:
    """Where along a line of this length its heads are, px: in the middle of equal parts."""
    n = max(1, round(length / look.px(STREAM_HEAD_EVERY_PX)))
    return np.asarray((np.arange(n) + 0.5) * (length / n), dtype=np.float64)


def _head(points: Floats, along: Floats, at: float, size: float) -> QPolygonF:
    """A full head in the middle of which the line has come as far as `at`."""

    def place(way: float) -> Floats:
        return np.array([np.interp(way, along, points[:, 0]), np.interp(way, along, points[:, 1])])

    middle = place(at)
    ahead = place(at + size / 2) - place(at - size / 2)
    ahead /= max(float(np.hypot(*ahead)), 1e-9)
    side = np.array([-ahead[1], ahead[0]])
    back = middle - ahead * size * 0.5
    corners = (middle + ahead * size * 0.6, back + side * size * 0.5, back - side * size * 0.5)
    return _polygon(np.array(corners))


def _polygon(points: Floats) -> QPolygonF:
    polygon = QPolygonF([QPointF(x, y) for x, y in points.tolist()])
    polygon.append(polygon.first())
    return polygon


def _places(lo: float, hi: float, samples: Floats, least: float) -> tuple[Floats, float]:
    """Round places, at least `least` apart, in what is both in sight and sampled; and how far apart."""
    lo, hi = max(lo, float(samples[0])), min(hi, float(samples[-1]))
    if not hi > lo:
        return np.empty(0), least
    mantissa, exponent = nice_step(least, 1)
    step = float(f"{mantissa}e{exponent}")
    # Halfway between the ticks: a critical point often lies on a round number, and has no direction.
    places = (np.arange(math.floor(lo / step), math.ceil(hi / step)) + 0.5) * step
    return np.asarray(places[(places >= lo) & (places <= hi)], dtype=np.float64), step


def _nearest(samples: Floats, places: Floats) -> NDArray[np.intp]:
    share = (places - samples[0]) / (samples[-1] - samples[0]) * (len(samples) - 1)
    return np.asarray(np.clip(np.rint(share), 0, len(samples) - 1), dtype=np.intp)
