"""One plot of a quantity against the step, for all runs.

Axes and curves are painted once into a pixmap, of at most two points a pixel column, so that a move of the
playhead costs a blit and a few markers whatever the length of the runs. GUI thread.
"""

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from engine.base.arrays import Floats
from engine.base.round_numbers import format_tick, nice_ticks
from engine.descent.run import Run
from engine.solving.timeline import Frame
from engine.words.results import Quantity, curve_of, curve_range
from gui.i18n import tr
from gui.style import zoom
from gui.theme import LIGHT, Theme, run_color
from gui.widgets.swatch import paint_swatch

MOST_CURVES: Final = 60  # of a swarm of starts only so many are drawn
NEAR_PX: Final = 14.0
LOWEST_LOG: Final = 1e-300
MOST_DECADES: Final = 18  # below the top; farther down there are only rounding errors
LEFT_PX, RIGHT_PX, TOP_PX, BOTTOM_PX = 54.0, 14.0, 8.0, 20.0
LETTERS_PX: Final = 11
FAR_PX: Final = 1e5
Scale = Literal["linear", "log"]


class CurvePlot(QWidget):
    """One quantity of all runs.

    Signals:
        pressed(float): the user points at this step, with the button down.
        hovered(object, object): (step, index of the nearest curve) under the mouse, or (None, None).
        picked(int): a click near the curve of this run.
    """

    pressed = Signal(float)
    hovered = Signal(object, object)
    picked = Signal(int)

    def __init__(self, quantity: Quantity, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.quantity = quantity
        self._title = title
        self._scale: Scale = "linear"
        self._theme = LIGHT
        self._runs: dict[int, Run] = {}
        self._curves: dict[int, Floats] = {}
        self._range = (0.0, 1.0)
        self._offset = 0.0
        self._end = 1
        self._selected = 0
        self._frame: Frame | None = None
        self._hover_step: int | None = None
        self._picture: QPixmap | None = None
        self.pictures_painted = 0
        self._zoom = zoom()
        self.setMinimumSize(160, 80)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(tr("Curve of {quantity}", quantity=title))

    # What is shown

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._repaint_all()

    def set_runs(self, runs: Sequence[Run]) -> None:
        """The curves of `runs`; those of a run that is still there are not worked out again."""
        shown = dict(list(enumerate(runs))[:MOST_CURVES])
        self._curves = {
            index: self._curves[index] if self._runs.get(index) is run else curve_of(run, self.quantity)
            for index, run in shown.items()
        }
        self._runs = shown
        self._end = max((run.steps for run in shown.values()), default=1) or 1
        self._fit()

    def set_scale(self, scale: Scale) -> None:
        if scale != self._scale:
            self._scale = scale
            self._fit()

    def select(self, index: int) -> None:
        if index != self._selected:
            self._selected = index
            self._repaint_all()

    def show_frame(self, frame: Frame) -> None:
        """Move the playhead and the markers; nothing else is touched."""
        self._frame = frame
        self.update()

    def curve(self, index: int) -> Floats:
        return self._curves[index]

    def value_at(self, index: int, step: int) -> float | None:
        curve = self._curves.get(index)
        return float(curve[step]) if curve is not None and step < len(curve) else None

    @property
    def title(self) -> str:
        """With what is taken from the values before their logarithm."""
        if not self._offset:
            return self._title
        return tr("{quantity} − ({offset})", quantity=self._title, offset=format_tick(self._offset))

    @property
    def shown_range(self) -> tuple[float, float]:
        """Of the values, or of their decimal logarithms."""
        return self._range

    def _fit(self) -> None:
        lo, hi = curve_range(list(self._curves.values()))
        self._offset = lo if self._scale == "log" and lo <= 0 else 0.0
        if self._scale == "log":
            lows = [drawn[np.isfinite(drawn)] for drawn in map(self._drawn, self._curves.values())]
            lows = [low for low in lows if low.size]
            top = float(np.log10(max(hi - self._offset, LOWEST_LOG)))
            lo, hi = max(min((float(low.min()) for low in lows), default=top - 1), top - MOST_DECADES), top
        margin = 0.06 * (hi - lo) or 0.5 * max(abs(hi), 1e-12)
        self._range = (lo - margin, hi + margin)
        self._repaint_all()

    def _drawn(self, curve: Floats) -> Floats:
        """The values as they are drawn: themselves, or the logarithms of what lies above the offset."""
        if self._scale == "linear":
            return curve
        with np.errstate(all="ignore"):
            shifted = curve - self._offset
            return np.where(shifted > LOWEST_LOG, np.log10(shifted), np.nan)

    # Geometry

    @property
    def _area(self) -> QRectF:
        return QRectF(
            LEFT_PX * self._zoom,
            TOP_PX,
            max(self.width() - (LEFT_PX + RIGHT_PX) * self._zoom, 1.0),
            max(self.height() - TOP_PX - BOTTOM_PX * self._zoom, 1.0),
        )

    def to_pixels(self, steps: Floats, drawn: Floats) -> tuple[Floats, Floats]:
        """Where points are painted, px; far out where they are out of sight."""
        area, (lo, hi) = self._area, self._range
        x = area.left() + steps / self._end * area.width()
        with np.errstate(all="ignore"):
            y = area.bottom() - (drawn - lo) / (hi - lo) * area.height()
        return x, np.clip(y, -FAR_PX, FAR_PX)

    def spot(self, index: int, step: int) -> QPointF | None:
        """Where the curve of run `index` is painted at `step`; None where it is not."""
        curve = self._curves.get(index)
        if curve is None or step >= len(curve):
            return None
        x, y = self.to_pixels(np.array([float(step)]), self._drawn(curve[step : step + 1]))
        return QPointF(float(x[0]), float(y[0])) if np.isfinite(y[0]) else None

    def step_under(self, x_px: float) -> float:
        area = self._area
        return min(max((x_px - area.left()) / area.width(), 0.0), 1.0) * self._end

    def sizeHint(self) -> QSize:
        return QSize(300, 150)

    # Painting

    def _repaint_all(self) -> None:
        self._picture = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None:
            self._picture = self._paint_picture()
            self.pictures_painted += 1
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self._area
        if self._hover_step is not None:
            self._vertical(painter, self._hover_step, self._theme.color("muted", 0.8), Qt.PenStyle.DashLine)
        if self._frame is None or not self._curves:
            return
        self._vertical(painter, self._frame.t_steps, self._theme.color("accent"), Qt.PenStyle.SolidLine)
        spots = []
        for marker in self._frame.markers[:MOST_CURVES]:
            curve = self._curves.get(marker.run_index)
            if curve is not None and len(curve):
                at = self.spot(marker.run_index, min(marker.step, len(curve) - 1))
                if at is not None and area.adjusted(-4, -4, 4, 4).contains(at):
                    spots.append((marker.run_index == self._selected, marker.run_index, at))
        for selected, index, at in sorted(spots, key=lambda spot: spot[:2]):
            paint_swatch(painter, self._runs[index].mark, at, 5.5 if selected else 4.0)

    def _vertical(self, painter: QPainter, step: float, color: QColor, style: Qt.PenStyle) -> None:
        area = self._area
        x = area.left() + step / self._end * area.width()
        painter.setPen(QPen(color, 1.0, style))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))

    def _paint_picture(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(QColor(self._theme.card))
        painter = QPainter(picture)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_axes(painter)
            painter.setClipRect(self._area.adjusted(-1, -4, 2, 2))
            for index in sorted(self._curves, key=lambda index: (index == self._selected, index)):
                self._paint_curve(painter, index)
        finally:
            painter.end()  # a picture must not go while it is painted on
        return picture

    def _paint_curve(self, painter: QPainter, index: int) -> None:
        color = run_color(self._runs[index].mark)
        width = 1.8 if index == self._selected else 1.1
        lines = self._polylines(index)
        # A white curve on white paper has a rim; so it keeps its colour and is seen.
        if abs(color.lightnessF() - QColor(self._theme.card).lightnessF()) < 0.2:
            painter.setPen(_pen(self._theme.color("muted"), width + 1.4))
            for line in lines:
                painter.drawPolyline(line)
        painter.setPen(_pen(color, width))
        for line in lines:
            painter.drawPolyline(line)

    def _polylines(self, index: int) -> list[QPolygonF]:
        """The curve in pixels, cut where it is undefined."""
        curve = self._curves[index]
        steps, drawn = thinned(self._drawn(curve), round(self._area.width() * self.devicePixelRatioF()))
        x, y = self.to_pixels(steps, drawn)
        good = np.isfinite(y)
        cuts = np.flatnonzero(np.diff(good.astype(np.int8))) + 1
        pieces = np.split(np.arange(len(y)), cuts)
        return [
            QPolygonF([QPointF(px, py) for px, py in zip(x[piece].tolist(), y[piece].tolist(), strict=True)])
            for piece in pieces
            if len(piece) and good[piece[0]]
        ]

    def _paint_axes(self, painter: QPainter) -> None:
        area, (lo, hi) = self._area, self._range
        font = QFont(self.font())
        font.setPixelSize(round(LETTERS_PX * self._zoom))
        painter.setFont(font)
        grid = self._theme.color("grid", 0.22)
        muted = self._theme.color("muted")
        for tick in self._value_ticks(lo, hi, max(int(area.height() / 28), 2)):
            y = area.bottom() - (tick - lo) / (hi - lo) * area.height()
            painter.setPen(QPen(grid, 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(muted)
            box = QRectF(0, y - 8 * self._zoom, area.left() - 6, 16 * self._zoom)
            text = _power_of_ten(tick) if self._scale == "log" else format_tick(tick)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        for tick in nice_ticks(0.0, float(self._end), max(int(area.width() / 60), 1)):
            if tick != round(tick):
                continue
            x = area.left() + tick / self._end * area.width()
            painter.setPen(QPen(self._theme.color("grid", 0.6), 1))
            painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() + 3))
            painter.setPen(muted)
            box = QRectF(x - 40, area.bottom() + 4, 80, 15 * self._zoom)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, format_tick(float(tick), 6))
        painter.setPen(QPen(self._theme.color("grid", 0.6), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(muted)
        painter.drawText(
            area.adjusted(4, 0, -4, 0), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, self.title
        )

    def _value_ticks(self, lo: float, hi: float, count: int) -> list[float]:
        ticks = nice_ticks(lo, hi, count)
        if self._scale == "log":
            powers = np.unique(np.round(ticks))
            powers = powers[(powers >= lo) & (powers <= hi)]
            ticks = powers if len(powers) > 1 else ticks
        return [float(tick) for tick in ticks]

    # The mouse

    def _nearest(self, position: QPointF) -> tuple[int, int | None]:
        """The whole step under the mouse, and the curve that is near it."""
        step = round(self.step_under(position.x()))
        best, found = NEAR_PX, None
        for index in self._curves:
            at = self.spot(index, step)
            if at is not None and abs(at.y() - position.y()) < best:
                best, found = abs(at.y() - position.y()), index
        return step, found

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            step, index = self._nearest(event.position())
            if index is not None:
                self.picked.emit(index)
            self.pressed.emit(float(step) if index is not None else self.step_under(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.pressed.emit(self.step_under(event.position().x()))
            return
        step, index = self._nearest(event.position())
        self._hover_step = step
        self.update()
        self.hovered.emit(step, index)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover_step = None
        self.update()
        self.hovered.emit(None, None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._repaint_all()


def thinned(curve: Floats, columns: int) -> tuple[Floats, Floats]:
    """(steps, values) of a curve, at most two points a column: the lowest and the highest of each.

    So an oscillation stays visible. NaN where a whole column is undefined.
    """
    n = len(curve)
    if n <= 2 * max(columns, 1):
        return np.arange(n, dtype=np.float64), curve
    edges = np.linspace(0, n, columns + 1).astype(np.intp)[:-1]
    low, high = np.fmin.reduceat(curve, edges), np.fmax.reduceat(curve, edges)
    # Falling or rising within the column: the ends are joined in their order.
    rising = curve[edges] <= curve[np.append(edges[1:] - 1, n - 1)]
    first, second = np.where(rising, low, high), np.where(rising, high, low)
    steps = np.repeat(edges.astype(np.float64), 2)
    steps[1::2] = np.append(edges[1:] - 1, n - 1)
    return steps, np.column_stack([first, second]).ravel()


def _power_of_ten(exponent: float) -> str:
    """10 to the exponent; beyond the floats there is no tick."""
    return format_tick(10.0**exponent, 2) if abs(exponent) < 308 else ""


def _pen(color: QColor, width: float) -> QPen:
    pen = QPen(color, width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen
