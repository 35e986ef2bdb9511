"""How a training went: a quantity against steps or epochs, on the rows to train and to test on.

GUI thread.
"""

from typing import Final, Literal

import numpy as np
from msgspec import Struct
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from engine.base.arrays import Floats
from engine.base.round_numbers import format_tick
from gui.drawing.chart import DASHES, Chart, Scale, Trace
from gui.drawing.look import Look
from gui.drawing.plates import paint_value
from gui.i18n import tr
from gui.theme import run_color
from gui.widgets.chart_view import ChartView

HEADER_PX: Final = 19.0
WIDTH_PX: Final = 1.8
PAD: Final = 0.04  # of the range of a share or a rate, above and below
RING_PX: Final = 4.5
SAMPLE_PX: Final = 24.0  # of a line, in the legend
SAMPLE_GAP_PX: Final = 5.0
LEGEND_GAP_PX: Final = 12.0
ASIDE: Final = (2, 3, 0, 1)  # of a ring: above, below, right, left
MARKER_PX: Final = 3.6
FAINT: Final = 0.3  # of the colour of a run, for the losses of its batches
FAINT_PX: Final = 0.9

Part = Literal["train", "test", "batch"]
Shown = Literal["loss", "gradient", "rate", "accuracy"]


class LossCurve(Struct, frozen=True, eq=False, kw_only=True):
    """One quantity of one run.

    Attributes:
        values: (n,), NaN where there is none. steps: (n,), ascending, where they were taken; None: 0, 1, 2, …
        part: of the rows, the batch being those of each step; mark: of the run (`engine.document.marks`).
    """

    values: Floats
    steps: Floats | None = None
    part: Part = "train"
    mark: int = 0


class LossPicture(Struct, frozen=True, eq=False, kw_only=True):
    """The curves of one quantity.

    Attributes:
        end: the last step; None: of the curves. epoch: steps in an epoch, to count in those; None: in steps.
    """

    shown: Shown
    curves: tuple[LossCurve, ...]
    scale: Scale = "linear"
    end: float | None = None
    epoch: float | None = None


def name_of(shown: Shown) -> str:
    """What the curves are of, for people."""
    return {
        "loss": tr("loss"),
        "gradient": tr("|∇L|"),
        "rate": tr("learning rate"),
        "accuracy": tr("accuracy"),
    }[shown]


def least(curve: LossCurve) -> tuple[float, float] | None:
    """The step at which a curve is first the least, and its value there; None where it has none."""
    finite = np.isfinite(curve.values)
    if not finite.any():
        return None
    k = int(np.where(finite, curve.values, np.inf).argmin())
    return float(curve.steps[k]) if curve.steps is not None else float(k), float(curve.values[k])


def value_at(curve: LossCurve, step: float) -> float | None:
    """The last value that was taken until `step`."""
    if curve.steps is None:
        k = min(int(step), len(curve.values) - 1)
    else:
        k = int(np.searchsorted(curve.steps, step, side="right")) - 1
    if k < 0 or not np.isfinite(curve.values[k]):
        return None
    return float(curve.values[k])


def loss_chart(rect: QRectF, picture: LossPicture, look: Look) -> Chart:
    """The chart of `picture` in `rect`."""
    traces = [_trace(curve, look) for curve in picture.curves]
    scale: Scale = "linear" if picture.shown == "accuracy" else picture.scale
    limits = None
    if picture.shown == "accuracy":
        limits = (-PAD, 1.0 + PAD)
    elif picture.shown == "rate" and scale == "linear":  # from 0 up is no run that blows up
        top = max((float(np.nanmax(curve.values, initial=0.0)) for curve in picture.curves), default=0.0)
        limits = (-PAD * top, (1.0 + PAD) * top) if 0.0 < top < np.inf else None
    return Chart(
        rect,
        look,
        traces,
        scale=scale,
        end=picture.end,
        limits=limits,
        unit=picture.epoch or 1.0,
        header=look.px(HEADER_PX),
    )


def _trace(curve: LossCurve, look: Look) -> Trace:
    color = run_color(curve.mark)
    if curve.part == "batch":
        color.setAlphaF(FAINT)
        return Trace(curve.values, color, look.px(FAINT_PX), False, curve.steps)
    return Trace(curve.values, color, look.px(WIDTH_PX), curve.part == "test", curve.steps)


def paint_losses(
    painter: QPainter,
    rect: QRectF,
    picture: LossPicture,
    look: Look,
    *,
    t_steps: float | None = None,
    dots_per_px: float = 1.0,
) -> None:
    """Draw `picture` into `rect`, on a card; with a playhead, the markers too."""
    chart = loss_chart(rect, picture, look)
    painter.save()
    _paint_whole(painter, rect, picture, chart, dots_per_px)
    if t_steps is not None:
        paint_playhead(painter, picture, chart, t_steps)
    painter.restore()


def paint_playhead(painter: QPainter, picture: LossPicture, chart: Chart, t_steps: float) -> None:
    """How far the curves have got: an upright line and the markers, over what `paint_losses` has drawn."""
    chart.paint_step(painter, t_steps, chart.look.theme.color("accent"), Qt.PenStyle.SolidLine)
    paint_moment(painter, picture, chart, t_steps)


def _paint_whole(
    painter: QPainter, rect: QRectF, picture: LossPicture, chart: Chart, dots_per_px: float
) -> None:
    chart.paint(painter, dots_per_px)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_header(painter, rect, picture, chart)
    if picture.shown == "loss":
        _paint_least(painter, picture, chart)


def _paint_header(painter: QPainter, rect: QRectF, picture: LossPicture, chart: Chart) -> None:
    """The name at the left; at the right what is counted, and which line is which, where there is room."""
    look = chart.look
    metrics, theme = look.tick_metrics, look.theme
    baseline = chart.area.top() - look.px(9)
    painter.setFont(look.font(11.0, strong=True))
    painter.setPen(theme.color("text"))
    name = name_of(picture.shown)
    if chart.offset:
        name += f" − ({format_tick(chart.offset)})"
    painter.drawText(QPointF(rect.left() + look.px(10), baseline), name)
    left = rect.left() + look.px(10) + painter.fontMetrics().horizontalAdvance(name) + look.px(10)
    painter.setFont(look.tick_font)
    right = chart.area.right()
    for part, text in reversed(_legend(picture, right - left, look)):
        width = metrics.horizontalAdvance(text)
        painter.setPen(theme.color("muted"))
        painter.drawText(QPointF(right - width, baseline), text)
        right -= width
        if part is not None:
            faint = part == "batch"
            pen = QPen(
                theme.color("muted", FAINT if faint else 1.0), look.px(FAINT_PX if faint else WIDTH_PX)
            )
            if part == "test":
                pen.setDashPattern(DASHES)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            y, end = baseline - metrics.xHeight() / 2, right - look.px(SAMPLE_GAP_PX)
            right = end - look.px(SAMPLE_PX)
            painter.drawLine(QLineF(right, y, end, y))
        right -= look.px(LEGEND_GAP_PX)


def _words() -> dict[Part, str]:
    return {"train": tr("training rows"), "test": tr("test rows"), "batch": tr("batches")}


def _legend(picture: LossPicture, room: float, look: Look) -> list[tuple[Part | None, str]]:
    """Which line is which, where there are two kinds, and what is counted; as much as there is room for."""
    words = _words()
    found = {curve.part for curve in picture.curves}
    lines: list[tuple[Part | None, str]] = [
        (part, text) for part, text in words.items() if len(found) > 1 and part in found
    ]
    counted: tuple[Part | None, str] = (None, tr("by epoch") if picture.epoch else tr("by step"))

    def width(items: list[tuple[Part | None, str]]) -> float:
        sample = look.px(SAMPLE_PX + SAMPLE_GAP_PX)
        texts = sum(
            look.tick_metrics.horizontalAdvance(text) + (sample if part else 0) for part, text in items
        )
        return texts + look.px(LEGEND_GAP_PX) * (len(items) - 1)

    choices = ([*lines, counted], lines, [counted])
    return next((items for items in choices if items and width(items) <= room), [])


def _paint_least(painter: QPainter, picture: LossPicture, chart: Chart) -> None:
    """A ring where the loss of the test rows is least, a dotted line to the axis, its value beside it."""
    look, radius = chart.look, chart.look.px(RING_PX)
    found: list[tuple[QPointF, float, QColor]] = []
    for curve in picture.curves:
        lowest = least(curve) if curve.part == "test" else None
        at = chart.spot(*lowest) if lowest is not None else None
        if lowest is not None and at is not None and chart.area.adjusted(-2, -2, 2, 2).contains(at):
            found.append((at, lowest[1], run_color(curve.mark)))
    painter.setPen(QPen(look.theme.color("muted"), look.px(1.2), Qt.PenStyle.DotLine))
    for at, _, _ in found:
        painter.drawLine(at, QPointF(at.x(), chart.area.bottom()))
    for at, _, color in found:
        painter.setBrush(look.theme.color("card"))
        painter.setPen(QPen(color, look.px(2.0)))
        painter.drawEllipse(at, radius, radius)
    taken = [
        QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius).adjusted(-1, -1, 1, 1)
        for at, _, _ in found
    ]
    for at, value, _ in found:
        text = tr("least {value}", value=format_tick(value, 3))
        paint_value(painter, at, text, chart.area, taken, look, radius=RING_PX, sides=ASIDE)


def paint_moment(painter: QPainter, picture: LossPicture, chart: Chart, t_steps: float) -> None:
    """A dot on each curve, at the playhead; hollow on those of the rows to test on."""
    look = chart.look
    card = look.theme.color("card")
    for curve in picture.curves:
        if curve.part == "batch":
            continue
        value = value_at(curve, t_steps)
        last = chart.traces[0].last_step if curve.steps is None else float(curve.steps[-1])
        at = chart.spot(min(t_steps, last), value) if value is not None else None
        if at is None or not chart.area.adjusted(-4, -4, 4, 4).contains(at):
            continue
        test, color = curve.part == "test", run_color(curve.mark)
        painter.setPen(QPen(color if test else card, look.px(1.6)))
        painter.setBrush(card if test else color)
        painter.drawEllipse(at, look.px(MARKER_PX), look.px(MARKER_PX))


class LossPlot(ChartView):
    """A LossPicture with its playhead. What is near the mouse is the text of the numbers there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._losses = LossPicture(shown="loss", curves=())

    def set_picture(self, picture: LossPicture) -> None:
        self._losses = picture
        self.setAccessibleName(tr("Curve of {quantity}", quantity=name_of(picture.shown)))
        self.changed()

    def make_chart(self, rect: QRectF) -> Chart:
        return loss_chart(rect, self._losses, self.look)

    def paint_below(self, painter: QPainter, chart: Chart) -> None:
        _paint_whole(painter, QRectF(self.rect()), self._losses, chart, self.devicePixelRatioF())

    def paint_markers(self, painter: QPainter, chart: Chart) -> None:
        if self.playhead is not None:
            paint_moment(painter, self._losses, chart, self.playhead)

    def near(self, at: QPointF, chart: Chart) -> tuple[int, str | None]:
        step = round(chart.step_under(at.x()))
        values = [(curve.part, value_at(curve, step)) for curve in self._losses.curves]
        words = _words()
        said = [f"{words[part]} {format_tick(value)}" for part, value in values if value is not None]
        return step, "   ".join(said) or None
