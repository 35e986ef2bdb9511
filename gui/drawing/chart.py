"""Chart: curves against the step, with their axes, drawn by any painter. GUI thread.

A long curve is drawn by at most two points a pixel column, so that an oscillation stays visible.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from engine.base.arrays import Floats
from engine.base.round_numbers import format_tick, nice_ticks
from engine.words.results import curve_range
from gui.drawing.look import LABEL_PX, Look

LOWEST_LOG: Final = 1e-300
MOST_DECADES: Final = 18  # below the top; farther down there are only rounding errors
LEFT_PX, RIGHT_PX, TOP_PX, BOTTOM_PX = 54.0, 14.0, 8.0, 20.0
MARGIN: Final = 0.06  # of the range, above and below
DASHES: Final = (4.5, 2.5)
MOST_IN_A_STROKE: Final = 300
MOST_CURVES: Final = 60  # of a swarm of starts only so many are drawn
FAR_PX: Final = 1e5
Scale = Literal["linear", "log"]


@dataclass(frozen=True, eq=False)
class Trace:
    """One curve.

    Attributes:
        values: (n,), NaN where there is none. steps: (n,), ascending; None: 0, 1, 2, …
    """

    values: Floats
    color: QColor
    width: float = 1.1
    dashed: bool = False
    steps: Floats | None = None

    @property
    def last_step(self) -> float:
        if not len(self.values):
            return 0.0
        return float(self.steps[-1]) if self.steps is not None else float(len(self.values) - 1)


class Chart:
    """The geometry and the picture of some traces in one rectangle.

    Args:
        name: of the quantity, at the top right. end: the last step; None: of the traces.
        limits: of the values, linear; None: what is worth drawing of the traces.
        unit: steps to one of what is counted at the axis. header: room above, px.
    """

    def __init__(
        self,
        rect: QRectF,
        look: Look,
        traces: Sequence[Trace],
        name: str = "",
        scale: Scale = "linear",
        *,
        end: float | None = None,
        limits: tuple[float, float] | None = None,
        unit: float = 1.0,
        header: float = 0.0,
    ) -> None:
        self.look, self.traces, self.scale, self.unit = look, tuple(traces), scale, unit
        self._name = name
        self.end = end if end is not None else max((trace.last_step for trace in traces), default=0.0)
        self.end = self.end or 1.0
        self.area = QRectF(
            rect.left() + look.px(LEFT_PX),
            rect.top() + TOP_PX + header,
            max(rect.width() - look.px(LEFT_PX + RIGHT_PX), 1.0),
            max(rect.height() - TOP_PX - header - look.px(BOTTOM_PX), 1.0),
        )
        self.offset = 0.0
        self.range = limits if limits is not None else self._fitted()

    def _fitted(self) -> tuple[float, float]:
        """The range of the values, or of their decimal logarithms."""
        curves = [trace.values for trace in self.traces]
        lo, hi = curve_range(curves)
        self.offset = lo if self.scale == "log" and lo <= 0 else 0.0
        if self.scale == "log":
            lows = [drawn[np.isfinite(drawn)] for drawn in map(self.drawn, curves)]
            lows = [low for low in lows if low.size]
            top = float(np.log10(max(hi - self.offset, LOWEST_LOG)))
            lo, hi = max(min((float(low.min()) for low in lows), default=top - 1), top - MOST_DECADES), top
        margin = MARGIN * (hi - lo) or 0.5 * max(abs(hi), 1e-12)
        return lo - margin, hi + margin

    @property
    def title(self) -> str:
        """The name, with what is taken from the values before their logarithm."""
        return f"{self._name} − ({format_tick(self.offset)})" if self.offset else self._name

    # Geometry

    def drawn(self, values: Floats) -> Floats:
        """The values as they are drawn: themselves, or the logarithms of what lies above the offset."""
        if self.scale == "linear":
            return values
        with np.errstate(all="ignore"):
            shifted = values - self.offset
            return np.where(shifted > LOWEST_LOG, np.log10(shifted), np.nan)

    def to_pixels(self, steps: Floats, drawn: Floats) -> tuple[Floats, Floats]:
        """Where points are painted, px; far out where they are out of sight."""
        area, (lo, hi) = self.area, self.range
        x = area.left() + steps / self.end * area.width()
        with np.errstate(all="ignore"):
            y = area.bottom() - (drawn - lo) / (hi - lo) * area.height()
        return x, np.clip(y, -FAR_PX, FAR_PX)

    def spot(self, step: float, value: float) -> QPointF | None:
        """Where a value at a step is painted; None where it is not."""
        x, y = self.to_pixels(np.array([step], dtype=np.float64), self.drawn(np.array([value])))
        return QPointF(float(x[0]), float(y[0])) if np.isfinite(y[0]) else None

    def step_under(self, x_px: float) -> float:
        area = self.area
        return min(max((x_px - area.left()) / area.width(), 0.0), 1.0) * self.end

    # Painting

    def paint(self, painter: QPainter, dots_per_px: float = 1.0) -> None:
        """The axes and the traces, the last above the others. dots_per_px: of the painter's device."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_axes(painter)
        painter.setClipRect(self.area.adjusted(-1, -4, 2, 2), Qt.ClipOperation.IntersectClip)
        for trace in self.traces:
            self._paint_trace(painter, trace, round(self.area.width() * dots_per_px))
        painter.restore()

    def paint_step(self, painter: QPainter, step: float, color: QColor, style: Qt.PenStyle) -> None:
        """An upright line at a step."""
        x = self.area.left() + step / self.end * self.area.width()
        painter.setPen(QPen(color, 1.0, style))
        painter.drawLine(QPointF(x, self.area.top()), QPointF(x, self.area.bottom()))

    def _paint_trace(self, painter: QPainter, trace: Trace, columns: int) -> None:
        lines = [
            QPolygonF([QPointF(x, y) for x, y in line.tolist()]) for line in self.polylines(trace, columns)
        ]
        width = trace.width
        # A white curve on white paper has a rim; so it keeps its colour and is seen.
        if abs(trace.color.lightnessF() - QColor(self.look.theme.card).lightnessF()) < 0.2:
            painter.setPen(_pen(self.look.theme.color("muted"), width + 1.4))
            _paint_lines(painter, lines)
        pen = _pen(trace.color, width)
        if trace.dashed:
            pen.setDashPattern(DASHES)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            _paint_dashed(painter, pen, lines)
            return
        painter.setPen(pen)
        _paint_lines(painter, lines)

    def polylines(self, trace: Trace, columns: int) -> list[Floats]:
        """A trace in pixels, (n, 2) each, cut where it is undefined."""
        places, drawn = thinned(self.drawn(trace.values), columns)
        steps = places if trace.steps is None else trace.steps[places.astype(np.intp)]
        points = np.stack(self.to_pixels(steps, drawn), axis=1)
        good = np.isfinite(points[:, 1])
        cuts = np.flatnonzero(np.diff(good.astype(np.int8))) + 1
        pieces = np.split(np.arange(len(points)), cuts)
        return [points[piece] for piece in pieces if len(piece) and good[piece[0]]]

    def _paint_axes(self, painter: QPainter) -> None:
        area, (lo, hi), look = self.area, self.range, self.look
        zoom = look.scale
        painter.setFont(look.tick_font)
        grid, muted = look.theme.color("grid", 0.22), look.theme.color("muted")
        for tick in self._value_ticks(lo, hi, max(int(area.height() / (28 * zoom)), 2)):
            y = area.bottom() - (tick - lo) / (hi - lo) * area.height()
            painter.setPen(QPen(grid, 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(muted)
            box = QRectF(area.left() - 106 * zoom, y - 8 * zoom, 100 * zoom, 16 * zoom)
            text = _power_of_ten(tick) if self.scale == "log" else format_tick(tick)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        for tick in nice_ticks(0.0, self.end / self.unit, max(int(area.width() / (60 * zoom)), 1)).tolist():
            if tick != round(tick):
                continue
            x = area.left() + tick * self.unit / self.end * area.width()
            painter.setPen(QPen(look.theme.color("grid", 0.6), 1))
            painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() + 3))
            painter.setPen(muted)
            box = QRectF(x - 40 * zoom, area.bottom() + 4, 80 * zoom, 15 * zoom)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, format_tick(tick, 6))
        painter.setPen(QPen(look.theme.color("grid", 0.6), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.setFont(look.font(LABEL_PX, strong=True))
        painter.setPen(muted)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
        painter.drawText(area.adjusted(4, 0, -4, 0), right, self.title)

    def _value_ticks(self, lo: float, hi: float, count: int) -> list[float]:
        ticks = nice_ticks(lo, hi, count)
        if self.scale == "log":
            powers = np.unique(np.round(ticks))
            powers = powers[(powers >= lo) & (powers <= hi)]
            ticks = powers if len(powers) > 1 else ticks
        return [float(tick) for tick in ticks]


def thinned(curve: Floats, columns: int) -> tuple[Floats, Floats]:
    """(places, values) of a curve, at most two points a column: the lowest and the highest of each.

    NaN where a whole column is undefined.
    """
    n = len(curve)
    if n <= 2 * max(columns, 1):
        return np.arange(n, dtype=np.float64), curve
    edges = np.linspace(0, n, columns + 1).astype(np.intp)[:-1]
    low, high = np.fmin.reduceat(curve, edges), np.fmax.reduceat(curve, edges)
    # Falling or rising within the column: the ends are joined in their order.
    rising = curve[edges] <= curve[np.append(edges[1:] - 1, n - 1)]
    first, second = np.where(rising, low, high), np.where(rising, high, low)
    places = np.repeat(edges.astype(np.float64), 2)
    places[1::2] = np.append(edges[1:] - 1, n - 1)
    return places, np.column_stack([first, second]).ravel()


def _paint_lines(painter: QPainter, lines: Sequence[QPolygonF]) -> None:
    """Each as one stroke; a long one bit by bit: the outline of one that crosses itself takes seconds."""
    for line in lines:
        if line.count() <= MOST_IN_A_STROKE:
            painter.drawPolyline(line)
        else:
            points = line.toList()
            painter.drawLines([QLineF(*ends) for ends in pairwise(points)])


def _paint_dashed(painter: QPainter, pen: QPen, lines: Sequence[QPolygonF]) -> None:
    """In strokes of no more points than that, whose dashes go on where those before have ended."""
    for line in lines:
        points, run_px = line.toList(), 0.0
        for begin in range(0, len(points) - 1, MOST_IN_A_STROKE):
            stroke = points[begin : begin + MOST_IN_A_STROKE + 1]
            pen.setDashOffset(run_px / pen.widthF())
            painter.setPen(pen)
            painter.drawPolyline(stroke)
            run_px += sum(QLineF(*ends).length() for ends in pairwise(stroke))


def _power_of_ten(exponent: float) -> str:
    """10 to the exponent; beyond the floats there is no tick."""
    return format_tick(10.0**exponent, 2) if abs(exponent) < 308 else ""


def _pen(color: QColor, width: float) -> QPen:
    pen = QPen(color, width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen
