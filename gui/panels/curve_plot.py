"""One plot of a quantity against the step, for all runs. GUI thread."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from engine.base.arrays import Floats
from engine.descent.run import Run
from engine.solving.timeline import Frame
from engine.words.results import Quantity, curve_of
from gui.drawing.chart import Chart, Scale, Trace
from gui.i18n import tr
from gui.theme import run_color
from gui.widgets.chart_view import ChartView
from gui.widgets.swatch import paint_swatch

MOST_CURVES: Final = 60  # of a swarm of starts only so many are drawn
NEAR_PX: Final = 14.0


class CurvePlot(ChartView):
    """One quantity of all runs. What is near the mouse is the index of a run.

    Signals:
        picked(int): a click near the curve of this run.
    """

    picked = Signal(int)

    def __init__(self, quantity: Quantity, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.quantity = quantity
        self._title = title
        self._scale: Scale = "linear"
        self._runs: dict[int, Run] = {}
        self._curves: dict[int, Floats] = {}
        self._selected = 0
        self._epoch: float | None = None
        self._frame: Frame | None = None
        self.setAccessibleName(tr("Curve of {quantity}", quantity=title))

    def set_runs(self, runs: Sequence[Run]) -> None:
        """The curves of `runs`, worked out when they are looked at; those of a run that is still there are
        not worked out again."""
        shown = dict(list(enumerate(runs))[:MOST_CURVES])
        self._curves = {
            index: curve for index, curve in self._curves.items() if self._runs[index] is shown.get(index)
        }
        self._runs = shown
        self.changed()

    def set_title(self, title: str) -> None:
        if title != self._title:
            self._title = title
            self.setAccessibleName(tr("Curve of {quantity}", quantity=title))
            self.changed()

    def set_scale(self, scale: Scale) -> None:
        if scale != self._scale:
            self._scale = scale
            self.changed()

    def set_epoch(self, steps: float | None) -> None:
        """How many steps an epoch has, to count in those; None: to count steps."""
        if steps != self._epoch:
            self._epoch = steps
            self.changed()

    def select(self, index: int) -> None:
        if index != self._selected:
            self._selected = index
            self.changed()

    def show_frame(self, frame: Frame) -> None:
        """Move the playhead and the markers; nothing else is touched."""
        self._frame = frame
        self.move_playhead(frame.t_steps)

    def curve(self, index: int) -> Floats:
        if index not in self._curves:
            self._curves[index] = curve_of(self._runs[index], self.quantity)
        return self._curves[index]

    def value_at(self, index: int, step: int) -> float | None:
        if index not in self._runs:
            return None
        curve = self.curve(index)
        return float(curve[step]) if step < len(curve) else None

    @property
    def title(self) -> str:
        """With what is taken from the values before their logarithm."""
        return self.chart.title

    def spot(self, index: int, step: int) -> QPointF | None:
        """Where the curve of run `index` is painted at `step`; None where it is not."""
        value = self.value_at(index, step)
        return self.chart.spot(step, value) if value is not None else None

    def make_chart(self, rect: QRectF) -> Chart:
        order = sorted(self._runs, key=lambda index: (index == self._selected, index))
        traces = [
            Trace(
                self.curve(index),
                run_color(self._runs[index].mark),
                1.8 if index == self._selected else 1.1,
            )
            for index in order
        ]
        end = max((run.steps for run in self._runs.values()), default=1)
        return Chart(rect, self.look, traces, self._title, self._scale, end=end, unit=self._epoch or 1.0)

    def paint_markers(self, painter: QPainter, chart: Chart) -> None:
        spots = []
        for marker in self._frame.markers[:MOST_CURVES] if self._frame is not None else ():
            if marker.run_index not in self._runs:
                continue
            curve = self.curve(marker.run_index)
            if len(curve):
                at = self.spot(marker.run_index, min(marker.step, len(curve) - 1))
                if at is not None and chart.area.adjusted(-4, -4, 4, 4).contains(at):
                    spots.append((marker.run_index == self._selected, marker.run_index, at))
        for selected, index, at in sorted(spots, key=lambda spot: spot[:2]):
            paint_swatch(painter, self._runs[index].mark, at, 5.5 if selected else 4.0)

    def near(self, at: QPointF, chart: Chart) -> tuple[int, int | None]:
        """The whole step under the mouse, and the curve that is near it."""
        step = round(chart.step_under(at.x()))
        best, found = NEAR_PX, None
        for index in self._runs:
            spot = self.spot(index, step)
            if spot is not None and abs(spot.y() - at.y()) < best:
                best, found = abs(spot.y() - at.y()), index
        return step, found

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.near(event.position(), self.chart)[1]
        if event.button() == Qt.MouseButton.LeftButton and index is not None:
            self.picked.emit(index)
        super().mousePressEvent(event)
