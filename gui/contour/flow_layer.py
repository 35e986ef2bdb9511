"""The gradient as a field of arrows, and lines of steepest descent. GUI thread.

Arrows stand on round places of the data, so that they stay with the ground while panning, as densely as the
zoom allows.
"""

import math
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from engine.lab import Colormap
from engine.levels import nice_step
from engine.scale import height_of, steepest, steepness
from engine.solution import Field, Floats
from gui.colormaps import color_range, colors_of
from gui.contour.level_lines import DARK, LIGHT
from gui.contour.look import Look
from gui.contour.paths import lines_path, polyline
from gui.contour.viewport import Viewport

SPACING_PX: Final = 30.0  # at least, between two arrows
UNIT_LENGTH: Final = 0.72  # of the spacing
LONGEST: Final = 1.5  # of the spacing, for the steepest of arrows in proportion
HEAD: Final = 0.36  # of the arrow
MIN_PX: Final = 3.0  # shorter arrows are dots
MOST_ARROWS: Final = 4000
STREAM_HEAD_PX: Final = 6.0

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
            largest = np.maximum(np.abs(dx), np.abs(dy))
            dx, dy = dx / largest * view.px_per_x, -dy / largest * view.px_per_y
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
        light, dark = QColor(LIGHT), QColor(DARK)
        light.setAlphaF(0.85)
        dark.setAlphaF(0.5)
        lines = [view.points_px(line) for line in field.streamlines]
        if not lines:
            return
        joined = np.concatenate([np.arange(len(line)) > 0 for line in lines])
        path = lines_path(np.concatenate(lines), joined)
        heads = []
        size = look.px(STREAM_HEAD_PX)
        for line in lines:
            # One head, in the middle of the line.
            k = len(line) // 2
            ahead = line[min(k + 2, len(line) - 1)] - line[max(k - 2, 0)]
            norm = math.hypot(*ahead)
            if norm > 0:
                heads.append(_chevron(line[k], ahead / norm, size))
        head = polyline(np.concatenate(heads)) if heads else None
        # The dark line beside the light one costs nothing, where a wider one below it would.
        for shift, ink in (((0.8, 0.8), dark), ((0.0, 0.0), light)):
            painter.save()
            painter.translate(*shift)
            painter.strokePath(path, look.hairline(ink))
            if head is not None:
                painter.strokePath(head, QPen(ink, look.px(1.5)))
            painter.restore()


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


def _chevron(tip: Floats, direction: Floats, size: float) -> Floats:
    """An open head, (4, 2), ended by NaN."""
    side = np.array([-direction[1], direction[0]]) * size * 0.6
    back = tip - direction * size
    return np.array([back + side, tip, back - side, [np.nan, np.nan]])


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
