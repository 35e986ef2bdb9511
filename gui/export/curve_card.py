"""f against the steps. GUI thread, or the main thread of a command."""

from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from engine.base.i18n import Language, translate
from engine.base.round_numbers import format_tick, nice_ticks
from engine.descent.run import Run
from engine.solving.solution import Solution
from engine.words.results import curve_of, curve_range
from gui.drawing.chart import MOST_CURVES
from gui.export.cards import PADDING, SMALL_EM, STEP_EM, WORD_EM, paint_card, word_font
from gui.theme import Theme, run_color
from gui.typeset import typeset

MOST_DECADES: Final = 20.0  # of a logarithmic axis, up or down from the start: beyond, a curve leaves it
LOG_RANGE: Final = 300.0  # f falls by more than this factor: a logarithmic axis shows it
CURVE_POINTS: Final = 2000
FAR: Final = 50.0  # heights of the chart beyond its edge where a point may lie: painters lose larger numbers


class CurveCard:
    """f against the steps, for every run: the chart once, the playheads for every frame.

    Args:
        rect: the card. solution: its runs are drawn in the colours of their racers.
    """

    def __init__(self, rect: QRectF, unit: float, theme: Theme, solution: Solution) -> None:
        self._rect = rect
        self._unit = unit
        self._theme = theme
        self._runs = solution.runs[:MOST_CURVES]
        curves = [curve_of(run, "value") for run in self._runs]
        low, high = curve_range(curves)
        tops = [float(curve[np.isfinite(curve)].max(initial=-np.inf)) for curve in curves]
        all_cut = bool(tops) and min(tops) > high  # every run blows up: none would be flattened
        self._log = low > 0 and (high / low > LOG_RANGE or all_cut)
        if self._log:
            start = max(float(np.log10(run.values[0])) for run in self._runs)
            low = max(float(np.log10(low)), start - MOST_DECADES)
            high = min(float(np.log10(max(tops))) if all_cut else float(np.log10(high)), start + MOST_DECADES)
        pad = 0.06 * (high - low) or max(abs(high), 1.0) * 0.1
        self._low, self._high = low - pad, high + pad
        self._steps = max((run.steps for run in self._runs), default=0) or 1
        inset = PADDING * unit
        small = QFontMetricsF(word_font(SMALL_EM * unit))
        left = max((small.horizontalAdvance(text) for _, text in self._y_ticks()), default=0.0)
        self._plot = rect.adjusted(
            inset + left + 0.4 * unit,
            0.75 * inset + 1.6 * unit,
            -inset - 0.4 * unit,
            -0.6 * inset - small.height(),
        )

    def paint(self, painter: QPainter, language: Language) -> None:
        """The card, the axes and the whole curves."""
        unit, theme, plot = self._unit, self._theme, self._plot
        paint_card(painter, self._rect, unit, theme)
        inner = self._rect.adjusted(PADDING * unit, 0.75 * PADDING * unit, 0, 0)
        head = typeset("f", STEP_EM * unit, display=False)
        metrics = QFontMetricsF(word_font(WORD_EM * unit, strong=True))
        baseline = inner.top() + metrics.ascent()
        head.paint(painter, QPointF(inner.left(), baseline), theme.color("text"))
        painter.setFont(word_font(SMALL_EM * unit))
        small = QFontMetricsF(painter.font())
        painter.setPen(theme.color("muted"))
        note = translate("against the steps", language)
        if self._log:
            note += ", " + translate("logarithmic", language)
        painter.drawText(QPointF(inner.left() + head.width + 0.5 * unit, baseline), note)
        hairline = QPen(theme.color("grid", 0.35), max(unit / 24, 1.0))
        for y, text in self._y_ticks():
            at = self._y(y)
            painter.setPen(hairline)
            painter.drawLine(QPointF(plot.left(), at), QPointF(plot.right(), at))
            painter.setPen(theme.color("muted"))
            width = small.horizontalAdvance(text)
            painter.drawText(QPointF(plot.left() - 0.4 * unit - width, at + 0.36 * small.ascent()), text)
        for step in nice_ticks(0, self._steps, 5):
            if step != round(step):
                continue
            text = format_tick(float(step))
            at = self._x(float(step)) - small.horizontalAdvance(text) / 2
            painter.drawText(QPointF(at, plot.bottom() + small.ascent() + 0.15 * unit), text)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.save()
        painter.setClipRect(self._clip())
        for run in self._runs:
            painter.setPen(_round_pen(self._color(run, 0.4), 0.09 * unit))
            painter.drawPath(self._line(run, float(run.steps)))
        painter.restore()
        for run in self._runs:
            self._paint_exit(painter, run)

    def _paint_exit(self, painter: QPainter, run: Run) -> None:
        """An arrowhead where the curve first leaves the chart: it is cut off and does not end there."""
        place = self.exit_of(run)
        if place is None:
            return
        step, upwards = place
        size = (-0.32 if upwards else 0.32) * self._unit
        x, y = self._x(step), self._plot.top() if upwards else self._plot.bottom()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._color(run))
        tip = [QPointF(x - size, y), QPointF(x + size, y), QPointF(x, y + 1.4 * size)]
        painter.drawPolygon(QPolygonF(tip))

    def exit_of(self, run: Run) -> tuple[float, bool] | None:
        """At which step the curve first leaves the chart, and whether upwards; None if it stays."""
        with np.errstate(divide="ignore", invalid="ignore"):
            heights = np.log10(run.values) if self._log else np.asarray(run.values, dtype=np.float64)
        out = np.flatnonzero((heights < self._low) | (heights > self._high))
        if not len(out) or out[0] == 0:
            return None
        k = int(out[0])
        before, after = float(heights[k - 1]), float(heights[k])
        upwards = after > self._high
        edge = self._high if upwards else self._low
        share = (edge - before) / (after - before) if np.isfinite(after - before) else 0.0
        return (k - 1 + share, upwards) if np.isfinite(before) else None

    def _clip(self) -> QRectF:
        """What leaves the chart is cut off, but a line along its edge is not."""
        edge = 0.3 * self._unit
        return self._plot.adjusted(-edge, -edge, edge, 0.8 * edge)

    def paint_playheads(self, painter: QPainter, t_steps: float) -> None:
        """The curves as far as the playhead is, and a dot at their ends."""
        unit = self._unit
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(self._clip())
        for run in self._runs:
            at = min(t_steps, float(run.steps))
            painter.setPen(_round_pen(self._color(run), 0.14 * unit))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(self._line(run, at))
            tip = self._at(run, at)
            if tip is not None:
                painter.setPen(QPen(self._theme.color("card"), 0.1 * unit))
                painter.setBrush(self._color(run))
                painter.drawEllipse(tip, 0.34 * unit, 0.34 * unit)
        painter.restore()

    def _color(self, run: Run, alpha: float = 1.0) -> QColor:
        color = legible(run_color(run.mark), self._theme)
        color.setAlphaF(alpha)
        return color

    def _line(self, run: Run, until: float) -> QPainterPath:
        path = QPainterPath()
        whole = int(until)
        stride = max(whole // CURVE_POINTS, 1)
        drawing = False
        for step in [*range(0, whole + 1, stride), until]:
            point = self._at(run, float(step))
            if point is None:
                drawing = False
            elif drawing:
                path.lineTo(point)
            else:
                path.moveTo(point)
                drawing = True
        return path

    def _at(self, run: Run, t_steps: float) -> QPointF | None:
        step = min(int(t_steps), run.steps)
        value = float(run.values[step])
        if step < run.steps and t_steps > step:
            value += (t_steps - step) * (float(run.values[step + 1]) - value)
        if self._log:
            value = float(np.log10(value)) if value > 0 else float("nan")
        if not np.isfinite(value):
            return None
        return QPointF(self._x(t_steps), self._y(value))

    def _x(self, step: float) -> float:
        return self._plot.left() + step / self._steps * self._plot.width()

    def _y(self, value: float) -> float:
        share = (value - self._low) / (self._high - self._low)
        share = min(max(share, -FAR), 1.0 + FAR)
        return self._plot.bottom() - share * self._plot.height()

    def _y_ticks(self) -> list[tuple[float, str]]:
        if self._log:
            whole = [float(t) for t in nice_ticks(self._low, self._high, 3) if t == round(t)]
            return [(t, format_tick(10.0**t)) for t in whole]
        return [(float(t), format_tick(float(t))) for t in nice_ticks(self._low, self._high, 3)]


def legible(color: QColor, theme: Theme) -> QColor:
    """`color`, or a grey where it would vanish on a card of `theme`."""
    lightness = color.lightnessF()
    vanishes = lightness > 0.82 if theme.name == "light" else lightness < 0.2
    return theme.color("muted") if vanishes else QColor(color)


def _round_pen(color: QColor, width: float) -> QPen:
    return QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
