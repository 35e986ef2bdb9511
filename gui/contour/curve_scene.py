"""CurveScene: f along one variable, with its tangent, a secant and points on it; draws with any painter.

The plot of a slice, and the whole picture of a function of one variable. GUI thread.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from engine.base.round_numbers import format_ticks, nice_ticks
from engine.formula.names import name_latex
from engine.function.field import Curve, Secant
from gui.contour.axes import Scale, paint_axes, scale_of
from gui.contour.image_layer import paint_hatching
from gui.contour.layout import TICK_PX, widest_label
from gui.contour.paths import polyline, simplified
from gui.contour.viewport import Viewport
from gui.drawing.look import Look
from gui.theme import secant_color

PAD: Final = 0.08  # of the range of f, above and below
CURVE_PX: Final = 2.0
POINT_PX: Final = 5.0
FAR: Final = 4.0  # heights of the plot, beyond which a curve is cut: the rasteriser has short numbers
TICK_EVERY_PX: Final = 34.0


@dataclass(frozen=True)
class CurveStyle:
    """What is drawn beside the curve. color: of the curve; named: write f at its axis."""

    color: QColor
    tangent: bool = True
    point: bool = True
    named: bool = True


def curve_ranges(curve: Curve) -> tuple[tuple[float, float], tuple[float, float]]:
    """What of the plane shows the whole curve."""
    pad = PAD * (curve.f_hi - curve.f_lo)
    return (float(curve.s[0]), float(curve.s[-1])), (curve.f_lo - pad, curve.f_hi + pad)


def curve_scales(view: Viewport, look: Look) -> tuple[Scale, Scale]:
    ticks = nice_ticks(view.y_lo, view.y_hi, max(2, int(view.rect.height() / look.px(TICK_EVERY_PX))))
    vertical = Scale(ticks, format_ticks(ticks))
    return scale_of(view.x_lo, view.x_hi, view.rect.width(), look), vertical


def curve_viewport(
    rect: QRectF,
    look: Look,
    ranges: tuple[tuple[float, float], tuple[float, float]],
    *,
    steady: bool = False,
) -> Viewport:
    """The plot within `rect`, with room for ticks and names; `steady`: also for long numbers."""
    (x_lo, x_hi), (y_lo, y_hi) = ranges
    metrics = look.tick_metrics
    labels = format_ticks(nice_ticks(y_lo, y_hi, max(2, int(rect.height() / look.px(TICK_EVERY_PX)))))
    widest = widest_label(labels, look, steady=steady)
    left = rect.left() + max(math.ceil(widest) + look.px(TICK_PX + 10), look.px(34))
    bottom = rect.bottom() - metrics.height() - look.px(TICK_PX + 8)
    top = rect.top() + look.px(24)
    plot = QRectF(
        round(left),
        round(top),
        max(round(rect.right() - look.px(12) - left), 10),
        max(round(bottom - top), 10),
    )
    return Viewport(plot, x_lo, x_hi, y_lo, y_hi)


def paint_curve(
    painter: QPainter,
    view: Viewport,
    look: Look,
    curve: Curve,
    style: CurveStyle,
    secant: Secant | None = None,
) -> None:
    """The frame, the curve, its tangent at its point, and a secant."""
    rect = view.rect
    painter.fillRect(rect, look.theme.color("plot"))
    painter.save()
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    _paint_undefined(painter, view, look, curve)
    painter.restore()
    horizontal, vertical = curve_scales(view, look)
    paint_axes(
        painter,
        view,
        look,
        (name_latex(curve.name), "f" if style.named else ""),
        horizontal,
        vertical,
        grid=True,
    )
    painter.save()
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    points = view.points_px(np.stack((curve.s, curve.f), axis=1))
    reach = FAR * rect.height()
    points[:, 1] = np.where(
        np.isfinite(points[:, 1]), np.clip(points[:, 1], rect.top() - reach, rect.bottom() + reach), np.nan
    )
    points[np.flatnonzero(_across_poles(curve, view)) + 1] = np.nan
    points = np.insert(points, curve.breaks + 1, np.nan, axis=0)  # nothing is drawn across a jump
    pen = QPen(style.color, look.px(CURVE_PX))
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(polyline(simplified(points, 0.4)), pen)
    s = curve.here
    if style.tangent and math.isfinite(curve.derivative) and math.isfinite(curve.value):
        ink = look.theme.color("text", 0.9)
        paint_line(painter, view, s, curve.value, curve.derivative, QPen(ink, look.px(1.4)))
    if secant is not None and math.isfinite(secant.quotient):
        _paint_secant(painter, view, look, curve, secant)
    if style.point and math.isfinite(curve.value):
        paint_point(painter, view.point_px(s, curve.value), style.color, look)
    painter.restore()


def paint_line(painter: QPainter, view: Viewport, s: float, f: float, slope: float, pen: QPen) -> None:
    """The straight line through (s, f) across the plot."""
    at = view.point_px(s, f)
    dx, dy = 1.0, -slope * view.px_per_y / view.px_per_x
    norm = math.hypot(dx, dy)
    if not (math.isfinite(norm) and abs(at.y()) < 1e7):
        return
    reach = 2 * math.hypot(view.rect.width(), view.rect.height()) + abs(at.y() - view.rect.center().y())
    along = QPointF(dx / norm * reach, dy / norm * reach)
    painter.setPen(pen)
    painter.drawLine(QLineF(at - along, at + along))


def paint_point(painter: QPainter, at: QPointF, color: QColor, look: Look, *, hollow: bool = False) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    radius = look.px(POINT_PX)
    painter.setPen(QPen(color if hollow else look.theme.color("plot"), look.px(1.8)))
    painter.setBrush(look.theme.color("plot") if hollow else color)
    painter.drawEllipse(at, radius, radius)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _paint_secant(painter: QPainter, view: Viewport, look: Look, curve: Curve, secant: Secant) -> None:
    """The line through both points, with the step h below and the rise beside it."""
    s = curve.here
    color = secant_color(look.theme)
    dashed = QPen(color, look.px(1.4))
    dashed.setDashPattern([5, 3])
    paint_line(painter, view, s, curve.value, secant.quotient, dashed)
    here, there = view.point_px(s, curve.value), view.point_px(secant.s, secant.value)
    corner = QPointF(there.x(), here.y())
    painter.setPen(QPen(look.theme.color("muted", 0.9), look.px(1.0), Qt.PenStyle.DotLine))
    painter.drawLine(here, corner)
    painter.drawLine(corner, there)
    if abs(there.x() - here.x()) > look.px(18):
        painter.setPen(look.theme.color("muted"))
        painter.setFont(look.tick_font)
        below = there.y() < here.y()
        y = here.y() + (look.tick_metrics.ascent() + look.px(2) if below else -look.px(4))
        painter.drawText(QPointF((here.x() + there.x()) / 2 - look.px(3), y), "h")
    paint_point(painter, there, color, look, hollow=True)


def _across_poles(curve: Curve, view: Viewport) -> np.ndarray:
    """Which steps of the curve, (n − 1,), cross a pole: f leaps against the slope at both of its sides."""
    with np.errstate(all="ignore"):
        leap = np.diff(curve.f)
        against = (np.sign(curve.slope[:-1]) * leap < 0) & (np.sign(curve.slope[1:]) * leap < 0)
        far = np.abs(leap) > 0.25 * (view.y_hi - view.y_lo)
    return against & far


def _paint_undefined(painter: QPainter, view: Viewport, look: Look, curve: Curve) -> None:
    """Hatching where the function has no value."""
    missing = ~np.isfinite(curve.f)
    if not missing.any():
        return
    edges = np.flatnonzero(np.diff(np.concatenate(([False], missing, [False])).astype(np.int8)))
    xs = view.x_px(curve.s)
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        if last - first < 2:
            continue  # a single sample is a pole, and no gap
        left, right = xs[first], xs[last - 1]
        paint_hatching(painter, QRectF(left, view.rect.top(), right - left, view.rect.height()), look)
