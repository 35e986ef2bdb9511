"""The fit drawn: one function for the window, films and vector files; one look for four kinds. GUI thread.

It stands on a card, which the caller has painted.
"""

import functools
import math
from typing import Final

import numpy as np
from contourpy import contour_generator
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPaintEngine, QPainter, QPen, QPixmap

from engine.base.arrays import Floats
from engine.base.round_numbers import format_tick, format_ticks, nice_ticks
from gui.contour.axes import Scale, paint_axes, scale_of
from gui.contour.layout import TICK_PX, widest_label
from gui.contour.paths import polyline
from gui.contour.viewport import Viewport
from gui.drawing.colormaps import colormap
from gui.drawing.look import Look
from gui.drawing.lookup import colored, looked_up, packed, signed_table
from gui.i18n import tr
from gui.network.fit import ConfusionFit, CurveFit, FitPicture, PredictedFit, RegionFit, accuracy, ranges_of
from gui.theme import class_color, ink_on, mixed
from gui.widgets.swatch import shape_path

ROW_PX: Final = 4.2  # radius
MANY_ROWS: Final = 400  # beyond so many they are smaller
SHADE: Final = 0.55  # of a class's colour where its probability is 1
CLASS_SHAPES: Final = ("o", "s", "t", "d", "p", "h", "star", "+")
CURVE_PX: Final = 2.2
FAR: Final = 4.0  # heights of the plot, beyond which a curve is cut: the rasteriser has short numbers
TICK_EVERY_PX: Final = 34.0
LEGEND_PX: Final = 20.0
GRASP_PX: Final = 9.0


def fit_viewport(rect: QRectF, picture: FitPicture, look: Look) -> Viewport:
    """Where in `rect` which part of the plane is drawn; its `data` turns a place into coordinates."""
    (x_lo, x_hi), (y_lo, y_hi) = ranges_of(picture)
    px, line = look.px, look.tick_metrics.height()
    header = px(26)
    if isinstance(picture, ConfusionFit):
        left = px(20) + line + _names_width(rect, picture, look)
        bottom = 2 * line + px(16)
    else:
        ticks = nice_ticks(y_lo, y_hi, max(2, int(rect.height() / px(TICK_EVERY_PX))))
        widest = math.ceil(widest_label(format_ticks(ticks), look, steady=False))
        left = max(widest + px(TICK_PX + 12), px(34))
        bottom = line + px(TICK_PX + 10)
    plot = rect.adjusted(left, header, -px(14), -bottom)
    plot = QRectF(plot.left(), plot.top(), max(plot.width(), 20.0), max(plot.height(), 20.0))
    if isinstance(picture, ConfusionFit | PredictedFit):  # square: the diagonal is one
        side = min(plot.width(), plot.height())
        plot = QRectF(plot.center().x() - side / 2, plot.top(), side, side)
    plot = QRectF(round(plot.left()), round(plot.top()), round(plot.width()), round(plot.height()))
    return Viewport(plot, x_lo, x_hi, y_lo, y_hi)


def _names_width(rect: QRectF, picture: ConfusionFit, look: Look) -> float:
    """The room for the names of classes beside their rows."""
    words = max((look.tick_metrics.horizontalAdvance(name) for name in picture.classes), default=0.0)
    return min(math.ceil(words) + 1.0, 0.3 * rect.width())


def row_at(place: QPointF, rect: QRectF, picture: FitPicture, look: Look) -> int | None:
    """The number of the row that is drawn at a place, of several the nearest; None for none."""
    if not isinstance(picture, CurveFit | RegionFit) or not len(picture.rows):
        return None
    points = fit_viewport(rect, picture, look).points_px(picture.rows)
    far = np.nan_to_num(np.hypot(points[:, 0] - place.x(), points[:, 1] - place.y()), nan=np.inf)
    nearest = int(far.argmin())
    return nearest if far[nearest] <= look.px(GRASP_PX) else None


def paint_fit(painter: QPainter, rect: QRectF, picture: FitPicture, look: Look) -> None:
    """Draw `picture` into `rect`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    view = fit_viewport(rect, picture, look)
    if isinstance(picture, CurveFit):
        _paint_curve(painter, view, picture, look)
    elif isinstance(picture, RegionFit):
        _paint_regions(painter, view, picture, look)
    elif isinstance(picture, PredictedFit):
        _paint_predicted(painter, view, picture, look)
    else:
        _paint_confusion(painter, rect, view, picture, look)
    painter.restore()


def _axes(
    painter: QPainter, view: Viewport, look: Look, names: tuple[str, str], *, grid: bool = True
) -> None:
    vertical = nice_ticks(view.y_lo, view.y_hi, max(2, int(view.rect.height() / look.px(TICK_EVERY_PX))))
    horizontal = scale_of(view.x_lo, view.x_hi, view.rect.width(), look)
    paint_axes(painter, view, look, names, horizontal, Scale(vertical, format_ticks(vertical)), grid=grid)


def _clipped(painter: QPainter, view: Viewport) -> None:
    painter.save()
    painter.setClipRect(view.rect.adjusted(-1, -1, 1, 1), Qt.ClipOperation.IntersectClip)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def _near(view: Viewport, points: Floats) -> Floats:
    """Points in pixels, none of them farther away than a painter can draw."""
    drawn, reach = view.points_px(points), FAR * view.rect.height()
    low, high = view.rect.top() - reach, view.rect.bottom() + reach
    drawn[:, 1] = np.where(np.isfinite(points[:, 1]), np.clip(drawn[:, 1], low, high), np.nan)
    return drawn


def _row_px(count: int, look: Look) -> float:
    return look.px(ROW_PX) * (1.0 if count <= MANY_ROWS else 0.62)


def _paint_rows(
    painter: QPainter,
    points: Floats,
    color: QColor | list[int],
    rim: QColor,
    radius: float,
    shape: str,
    *,
    hollow: bool,
) -> None:
    """The same mark at each point, px; hollow for the rows to test on.

    color: of all, or 0xAARRGGBB of each.
    """
    inks = [color.rgba()] * len(points) if isinstance(color, QColor) else color
    seen = np.asarray(np.isfinite(points).all(axis=1)).tolist()
    places = zip(points.tolist(), inks, seen, strict=True)
    dots, engine = painter.deviceTransform(), painter.paintEngine()
    if engine is not None and engine.type() == QPaintEngine.Type.Raster and not dots.isRotating():
        ratio, edge = dots.m11(), rim.rgba()
        for (x, y), ink, shown in places:
            if shown:
                mark, reach = _stamp(ink, edge, radius, shape, hollow, ratio)
                painter.drawPixmap(QPointF(x - reach, y - reach), mark)
        return
    shift = painter.transform()
    for (x, y), ink, shown in places:
        if shown:
            painter.translate(x, y)
            _paint_mark(painter, QColor.fromRgba(ink), rim, radius, shape, hollow=hollow)
            painter.setTransform(shift)


def _paint_mark(
    painter: QPainter, color: QColor, rim: QColor, radius: float, shape: str, *, hollow: bool
) -> None:
    """A mark about the origin."""
    painter.scale(radius, radius)
    pen = QPen(color if hollow else rim, radius * (0.42 if hollow else 0.28))
    pen.setCosmetic(True)
    painter.setPen(pen)
    painter.setBrush(rim if hollow else color)
    painter.drawPath(shape_path(shape))


@functools.lru_cache(maxsize=512)
def _stamp(
    color: int, rim: int, radius: float, shape: str, hollow: bool, ratio: float
) -> tuple[QPixmap, float]:
    """A mark as a picture, of `ratio` dots a pixel, and how far it reaches from its middle: hundreds of
    them are drawn in each frame, which as paths would take longer than all the rest."""
    dots = math.ceil(2 * (radius * 1.3 + 1.0) * ratio)
    picture = QPixmap(dots, dots)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    with QPainter(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        reach = dots / ratio / 2
        painter.translate(reach, reach)
        _paint_mark(painter, QColor.fromRgba(color), QColor.fromRgba(rim), radius, shape, hollow=hollow)
    return picture, reach


def _split(test: NDArray[np.bool_] | None, count: int) -> list[tuple[bool, NDArray[np.bool_]]]:
    """Which rows are to test on, and which not; those to train on are drawn last."""
    tested = np.zeros(count, dtype=bool) if test is None else test
    return [(True, tested), (False, ~tested)]


def _paint_curve(painter: QPainter, view: Viewport, picture: CurveFit, look: Look) -> None:
    theme = look.theme
    painter.fillRect(view.rect, theme.color("plot"))
    _axes(painter, view, look, picture.names)
    _clipped(painter, view)
    tops = _near(view, picture.rows)
    feet = _near(view, np.stack((picture.rows[:, 0], picture.predicted), axis=1))
    painter.setPen(QPen(mixed(theme.color("plot"), class_color(0, theme), 0.6), look.px(1.1)))
    whole = np.isfinite(tops).all(axis=1) & np.isfinite(feet).all(axis=1)
    painter.drawLines([QLineF(*ends) for ends in np.hstack((tops, feet))[whole].tolist()])
    pen = QPen(theme.color("accent"), look.px(CURVE_PX))
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(polyline(_near(view, np.stack((picture.x, picture.fitted), axis=1))), pen)
    for hollow, which in _split(picture.test, len(picture.rows)):
        _paint_rows(
            painter,
            tops[which],
            theme.color("text"),
            theme.color("plot"),
            _row_px(len(tops), look),
            "o",
            hollow=hollow,
        )
    if picture.probe is not None:
        _paint_probe(painter, view.point_px(*picture.probe), look)
    painter.restore()
    errors = picture.rows[:, 1] - picture.predicted
    with np.errstate(over="ignore"):
        error = float(np.mean(errors**2)) if len(errors) else math.nan
    _header(painter, view, look, tr("mean of the squared residuals {value}", value=format_tick(error, 3)))


def _paint_regions(painter: QPainter, view: Viewport, picture: RegionFit, look: Look) -> None:
    theme = look.theme
    painter.fillRect(view.rect, theme.color("plot"))
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    limits = _limits(picture)
    _clipped(painter, view)
    ny, nx = picture.values.shape[-2:]
    if picture.values.ndim == 3:
        image = colored(_class_shades(picture.values, look))
    else:
        low, high = limits
        table = signed_table(theme, SHADE) if picture.classes else colormap("viridis")
        image = looked_up(np.nan_to_num((picture.values - low) / (high - low), nan=0.5), table)
    # A sample is the middle of its pixel, so the outermost half pixels lie outside of the domain.
    painter.drawImage(view.rect, image, QRectF(0.5, 0.5, nx - 1, ny - 1))
    if picture.classes:
        pen = QPen(theme.color("text", 0.9), look.px(1.6))
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        for line in boundaries(picture):
            painter.strokePath(polyline(view.points_px(line)), pen)
    _paint_marked_rows(painter, view, picture, look, limits)
    if picture.probe is not None:
        _paint_probe(painter, view.point_px(*picture.probe), look)
    painter.restore()
    _axes(painter, view, look, picture.names, grid=False)
    if picture.classes:
        _legend(painter, view, picture, look)


def _limits(picture: RegionFit) -> tuple[float, float]:
    """The values of the first and the last colour: of probabilities 0 and 1, else of y, so that a colour
    means the same while ŷ is learnt."""
    if picture.classes:
        return 0.0, 1.0
    values = picture.targets
    if picture.seen is not None:
        values = np.concatenate((np.array(picture.seen), values))
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _class_shades(values: Floats, look: Look) -> NDArray[np.uint8]:
    """The likeliest class's colour, fainter where it is less sure: (ny, nx, 3)."""
    k = len(values)
    paper = _rgb(look.theme.color("plot"))
    inks = np.array([_rgb(class_color(c, look.theme)) for c in range(k)])
    sure = np.nan_to_num(values.max(axis=0), nan=1.0 / k)
    share = SHADE * np.clip((sure - 1.0 / k) / (1.0 - 1.0 / k), 0.0, 1.0)[..., None]
    return np.asarray((paper + share * (inks[values.argmax(axis=0)] - paper)).round().astype(np.uint8))


def _rgb(color: QColor) -> Floats:
    return np.array([color.red(), color.green(), color.blue()], dtype=np.float64)


def boundaries(picture: RegionFit) -> list[Floats]:
    """The lines (n, 2) between the classes: where two of them are equally likely."""
    if picture.values.ndim == 2:
        leads = [picture.values - 0.5]
    else:
        leads = []
        for c in range(len(picture.values) - 1):
            others = np.delete(picture.values, c, axis=0).max(axis=0)
            leads.append(picture.values[c] - others)
        if len(leads) > 1:  # between the last two, which the others' borders do not show
            last = np.delete(picture.values, -1, axis=0).max(axis=0)
            leads.append(picture.values[-1] - last)
    lines: list[Floats] = []
    for lead in leads:
        lines += contour_generator(picture.x, picture.y, np.ma.masked_invalid(lead)).lines(0.0)
    return lines


def _paint_marked_rows(
    painter: QPainter, view: Viewport, picture: RegionFit, look: Look, limits: tuple[float, float]
) -> None:
    theme = look.theme
    points, radius = view.points_px(picture.rows), _row_px(len(picture.rows), look)
    if picture.classes and picture.predicted is not None:
        wrong = points[picture.predicted != picture.targets]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color("text"), look.px(1.4)))
        for x, y in wrong[np.isfinite(wrong).all(axis=1)].tolist():
            painter.drawEllipse(QPointF(x, y), radius + look.px(3), radius + look.px(3))
    rim = theme.color("plot")
    for hollow, which in _split(picture.test, len(points)):
        if picture.classes:
            for c in range(len(picture.classes)):
                chosen = which & (picture.targets == c)
                shape = CLASS_SHAPES[c % len(CLASS_SHAPES)]
                color = class_color(c, theme)
                _paint_rows(painter, points[chosen], color, rim, radius, shape, hollow=hollow)
            continue
        low, high = limits
        shares = np.clip((picture.targets[which] - low) / (high - low), 0.0, 1.0)
        inks = packed(colormap("viridis"))[(np.nan_to_num(shares) * 255).astype(np.intp)].tolist()
        _paint_rows(painter, points[which], inks, rim, radius, "s" if hollow else "o", hollow=False)


def _paint_probe(painter: QPainter, at: QPointF, look: Look) -> None:
    """Crosshairs in a ring: where the model is used by hand."""
    arm, ring = look.px(11), look.px(6)
    lines = [
        QLineF(at.x() + ring * x, at.y() + ring * y, at.x() + arm * x, at.y() + arm * y)
        for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1))
    ]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, width in ((look.theme.color("plot"), 4.0), (look.theme.color("text"), 1.8)):
        painter.setPen(QPen(color, look.px(width)))
        painter.drawEllipse(at, ring, ring)
        painter.drawLines(lines)


def _legend(painter: QPainter, view: Viewport, picture: RegionFit, look: Look) -> None:
    """Above the plot at the right: mark and name of each class, as many as there is room for."""
    metrics = look.tick_metrics
    painter.setFont(look.tick_font)
    y = view.rect.top() - look.px(12)
    free = view.rect.width() - look.px(46)
    widths = [metrics.horizontalAdvance(name) + look.px(LEGEND_PX + 8) for name in picture.classes]
    count = len(widths)
    while count and sum(widths[:count]) > free:
        count -= 1
    x = view.rect.right() - sum(widths[:count])
    for c in range(count):
        shape, color = CLASS_SHAPES[c % len(CLASS_SHAPES)], class_color(c, look.theme)
        place = np.array([[x + look.px(12), y]])
        _paint_rows(painter, place, color, look.theme.color("card"), look.px(ROW_PX), shape, hollow=False)
        painter.setPen(look.theme.color("text"))
        painter.drawText(QPointF(x + look.px(LEGEND_PX), y + metrics.capHeight() / 2), picture.classes[c])
        x += widths[c]


def _header(painter: QPainter, view: Viewport, look: Look, text: str) -> None:
    """A line above the plot, at its right."""
    painter.setFont(look.tick_font)
    painter.setPen(look.theme.color("muted"))
    width = look.tick_metrics.horizontalAdvance(text)
    if width <= view.rect.width() - look.px(24):
        painter.drawText(QPointF(view.rect.right() - width, view.rect.top() - look.px(8)), text)


def _paint_predicted(painter: QPainter, view: Viewport, picture: PredictedFit, look: Look) -> None:
    theme = look.theme
    painter.fillRect(view.rect, theme.color("plot"))
    _axes(painter, view, look, (picture.name, rf"\hat{{{picture.name}}}"))
    _clipped(painter, view)
    rect = view.rect
    pen = QPen(theme.color("muted"), look.px(1.2))
    pen.setDashPattern([5, 4])
    painter.setPen(pen)
    painter.drawLine(rect.bottomLeft(), rect.topRight())
    points = view.points_px(np.stack((picture.true, picture.predicted), axis=1))
    radius = _row_px(len(points), look)
    for hollow, which in _split(picture.test, len(points)):
        _paint_rows(
            painter, points[which], theme.color("accent"), theme.color("plot"), radius, "o", hollow=hollow
        )
    painter.restore()
    spread = float(np.sum((picture.true - picture.true.mean()) ** 2)) if len(points) else 0.0
    if spread > 0.0:
        missed = float(np.sum((picture.true - picture.predicted) ** 2))
        _header(painter, view, look, f"R² = {format_tick(1.0 - missed / spread, 3)}")


def _paint_confusion(
    painter: QPainter, rect: QRectF, view: Viewport, picture: ConfusionFit, look: Look
) -> None:
    """A row for each true class; its cells are as dark as their share of it."""
    theme, plot, k = look.theme, view.rect, len(picture.classes)
    cell = plot.width() / max(k, 1)
    totals = np.maximum(picture.counts.sum(axis=1, keepdims=True), 1)
    shares = picture.counts / totals
    font = look.font(min(17.0, max(9.0, 0.34 * cell / look.scale)), strong=True)
    card = theme.color("plot")
    gap = min(look.px(1.5), 0.04 * cell)
    for i in range(k):
        for j in range(k):
            box = QRectF(plot.left() + j * cell, plot.top() + i * cell, cell, cell)
            box.adjust(gap, gap, -gap, -gap)
            ink = theme.color("accent") if i == j else theme.color("danger")
            fill = mixed(card, ink, 0.06 + 0.8 * float(shares[i, j]))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawRoundedRect(box, look.px(4), look.px(4))
            text = str(int(picture.counts[i, j]))
            if cell < look.px(15):
                continue
            painter.setFont(font)
            painter.setPen(ink_on(fill, theme))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, text)
    _confusion_names(painter, rect, plot, picture, look)
    text = tr("{share} % right", share=format_tick(100 * accuracy(picture), 3))
    _header(painter, view, look, text)


def _confusion_names(
    painter: QPainter, rect: QRectF, plot: QRectF, picture: ConfusionFit, look: Look
) -> None:
    metrics, k = look.tick_metrics, len(picture.classes)
    cell, line = plot.width() / max(k, 1), metrics.height()
    room = _names_width(rect, picture, look)
    painter.setFont(look.tick_font)
    painter.setPen(look.theme.color("text"))
    elide = Qt.TextElideMode.ElideRight
    for c, name in enumerate(picture.classes):
        if cell < line:
            break
        beside = QRectF(plot.left() - look.px(6) - room, plot.top() + c * cell, room, cell)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(beside, right, metrics.elidedText(name, elide, room))
        below = QRectF(plot.left() + c * cell, plot.bottom() + look.px(3), cell, line)
        short = metrics.elidedText(name, elide, cell - look.px(2))
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, short)
    painter.setPen(look.theme.color("muted"))
    under = QRectF(plot.left(), plot.bottom() + look.px(5) + line, plot.width(), line)
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip
    painter.drawText(under, flags, tr("predicted"))
    painter.save()
    painter.translate(plot.left() - look.px(10) - room - line / 2, plot.center().y())
    painter.rotate(-90)
    painter.drawText(QRectF(-plot.height() / 2, -line / 2, plot.height(), line), flags, tr("true"))
    painter.restore()
