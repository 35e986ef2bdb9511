"""Curves against the step: f, |∇f| and the length of the steps of all runs, with the playhead.

A move of the playhead moves a line and the markers; the curves themselves are set only when the runs change.
GUI thread.
"""

from collections.abc import Sequence
from typing import Any, Final, Literal

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.levels import format_tick, nice_ticks
from engine.results import Quantity, curve_of, curve_range
from engine.solution import Floats, Run, Solution
from engine.timeline import Frame, duration_steps
from gui.i18n import tr
from gui.store import Change, Store
from gui.style import app_font, set_role
from gui.theme import Theme, run_color, run_shape
from gui.widgets import Segmented

MOST_CURVES: Final = 60  # of a swarm of starts only so many are drawn
THREE_PLOTS_PX: Final = 860
NEAR_PX: Final = 14.0
LOWEST_LOG: Final = 1e-300
Scale = Literal["linear", "log"]


class _Axis(pg.AxisItem):  # type: ignore[misc]
    """Round ticks, few of them, written as everywhere in the app."""

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        lo, hi = sorted((minVal, maxVal))
        if not (np.isfinite(lo) and np.isfinite(hi)) or hi <= lo:
            return []
        room = 60 if self.orientation == "bottom" else 30
        ticks = nice_ticks(lo, hi, max(int(size / room), 1))
        if self.logMode:
            # Powers of ten; within one decade there is at least its value in the middle.
            powers = np.unique(np.round(ticks))
            ticks = powers if len(powers) > 1 else ticks
        return [(1.0, [float(tick) for tick in ticks])]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        if self.logMode:
            return [format_tick(10.0**value, 2) if abs(value) < 300 else "" for value in values]
        return [format_tick(value) for value in values]


class CurvePlot(pg.PlotWidget):  # type: ignore[misc]
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
        axes = {"left": _Axis("left"), "bottom": _Axis("bottom")}
        super().__init__(parent=parent, axisItems=axes)
        self.quantity = quantity
        self._scale: Scale = "linear"
        self._offset = 0.0
        self._runs: dict[int, Run] = {}
        self._curves: dict[int, Floats] = {}
        self._items: dict[int, pg.PlotDataItem] = {}
        self._casings: dict[int, pg.PlotDataItem] = {}
        self._theme: Theme | None = None
        self._selected = 0
        self._end = 1
        plot = self.getPlotItem()
        plot.hideButtons()
        plot.setMenuEnabled(False)
        plot.setContentsMargins(4, 4, 12, 0)
        self.setMouseEnabled(False, False)
        self.setFrameShape(self.Shape.NoFrame)
        self.setMinimumSize(160, 90)
        font = QFont(app_font())
        font.setPixelSize(11)
        for name in ("left", "bottom"):
            axis = plot.getAxis(name)
            axis.setTickFont(font)
            axis.setStyle(tickLength=-4, tickTextOffset=4, maxTickLevel=0)
        plot.getAxis("left").setWidth(56)
        self.playhead = pg.InfiniteLine(angle=90, movable=False)
        self.hover_line = pg.InfiniteLine(angle=90, movable=False)
        self.hover_line.hide()
        self.markers = pg.ScatterPlotItem(pxMode=True)
        self.markers.setZValue(20)
        for item in (self.playhead, self.hover_line, self.markers):
            plot.addItem(item, ignoreBounds=True)
        self._title = QLabel(title, self)
        set_role(self._title, "section")
        self._title.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._plain_title = title
        self.viewport().setMouseTracking(True)
        self.setAccessibleName(tr("Curve of {quantity}", quantity=title))

    # What is shown

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setBackground(theme.card)
        for name in ("left", "bottom"):
            axis = self.getPlotItem().getAxis(name)
            axis.setPen(pg.mkPen(theme.color("grid", 0.6)))
            axis.setTextPen(pg.mkPen(theme.muted))
        self.playhead.setPen(pg.mkPen(theme.accent, width=1))
        self.hover_line.setPen(pg.mkPen(theme.color("muted", 0.7), width=1, style=Qt.PenStyle.DashLine))
        self._dress()

    def set_runs(self, runs: Sequence[Run]) -> None:
        """The curves of `runs`; a curve whose run is the same is left alone."""
        shown = dict(list(enumerate(runs))[:MOST_CURVES])
        for index in [index for index in self._items if shown.get(index) is not self._runs.get(index)]:
            for items in (self._items, self._casings):
                if index in items:
                    self.getPlotItem().removeItem(items.pop(index))
            del self._curves[index]
        self._runs = shown
        for index, run in shown.items():
            if index not in self._items:
                self._curves[index] = curve_of(run, self.quantity)
                self._items[index] = self._add_item(1.0)
        self._end = max((run.steps for run in runs), default=1) or 1
        self._set_data(self._items)
        self._dress()

    def set_scale(self, scale: Scale) -> None:
        if scale != self._scale:
            self._scale = scale
            self.getPlotItem().setLogMode(x=False, y=scale == "log")
            self._set_data(self._items)
            self._set_data(self._casings)

    def select(self, index: int) -> None:
        if index != self._selected:
            self._selected = index
            self._dress()

    def show_frame(self, frame: Frame) -> None:
        """Move the playhead and the markers; nothing else is touched."""
        self.playhead.setValue(frame.t_steps)
        spots = []
        for marker in frame.markers[:MOST_CURVES]:
            curve = self._curves.get(marker.run_index)
            if curve is None or not len(curve):
                continue
            step = min(marker.step, len(curve) - 1)
            x, y = self._drawn(float(step), float(curve[step]))
            if np.isfinite(y):
                racer = self._runs[marker.run_index].racer_index
                big = marker.run_index == self._selected
                spots.append(
                    {
                        "pos": (x, y),
                        "size": 9 if big else 7,
                        "symbol": run_shape(racer),
                        "brush": run_color(racer),
                        "pen": pg.mkPen(self._theme.muted if self._theme else "k", width=1),
                    }
                )
        spots.sort(key=lambda spot: spot["size"])  # the selected one on top
        self.markers.setData(spots)

    def value_at(self, index: int, step: int) -> float | None:
        curve = self._curves.get(index)
        return float(curve[step]) if curve is not None and step < len(curve) else None

    @property
    def offset(self) -> float:
        """What is taken from the values before their logarithm."""
        return self._offset

    def _add_item(self, z: float) -> pg.PlotDataItem:
        item = pg.PlotDataItem(connect="finite", antialias=True)
        item.setZValue(z)
        item.setDownsampling(auto=True, method="peak")
        item.setClipToView(True)
        self.getPlotItem().addItem(item)
        return item

    def _set_data(self, items: dict[int, pg.PlotDataItem]) -> None:
        lo, hi = curve_range(list(self._curves.values()))
        self._offset = lo if self._scale == "log" and lo <= 0 else 0.0
        for index, item in items.items():
            curve = self._curves[index]
            if self._scale == "log":
                shifted = curve - self._offset
                curve = np.where(shifted > LOWEST_LOG, shifted, np.nan)
            item.setData(np.arange(len(curve), dtype=float), curve)
        self._set_range(lo, hi)
        self._place_title()

    def _set_range(self, lo: float, hi: float) -> None:
        if self._scale == "log":
            low = [
                float(np.min(part))
                for curve in self._curves.values()
                if (
                    part := (curve - self._offset)[np.isfinite(curve) & (curve - self._offset > LOWEST_LOG)]
                ).size
            ]
            bottom = np.log10(min(low)) if low else 0.0
            top = np.log10(max(hi - self._offset, LOWEST_LOG * 10))
            # Sixteen decades below the top there are only rounding errors.
            bottom = max(bottom, top - 18)
        else:
            bottom, top = lo, hi
        margin = 0.06 * (top - bottom) or 0.5 * max(abs(top), 1e-12)
        self.setYRange(bottom - margin, top + margin, padding=0)
        self.setXRange(0, self._end, padding=0.01)

    def _drawn(self, step: float, value: float) -> tuple[float, float]:
        if self._scale == "log":
            shifted = value - self._offset
            return step, float(np.log10(shifted)) if shifted > LOWEST_LOG else float("nan")
        return step, value

    def _dress(self) -> None:
        if self._theme is None:
            return
        for index, item in self._items.items():
            color = run_color(self._runs[index].racer_index)
            selected = index == self._selected
            item.setPen(_pen(color, 1.6 if selected else 1.0))
            item.setZValue(10 if selected else 5)
            pale = not _stands_out(color, QColor(self._theme.card))
            if pale and index not in self._casings:
                self._casings[index] = self._add_item(1.0)
                self._set_data({index: self._casings[index]})
            if pale:
                self._casings[index].setPen(_pen(self._theme.color("muted"), 2.6))
                self._casings[index].setZValue(9 if selected else 4)
            elif index in self._casings:
                self.getPlotItem().removeItem(self._casings.pop(index))

    def _place_title(self) -> None:
        title = self._plain_title
        if self._offset:
            title = tr("{quantity} − ({offset})", quantity=title, offset=format_tick(self._offset))
        self._title.setText(title)
        self._title.adjustSize()
        self._title.move(self.width() - self._title.width() - 18, 4)

    # The mouse

    def _step_under(self, position: QPointF) -> float:
        point = self.getPlotItem().vb.mapSceneToView(self.mapToScene(position.toPoint()))
        return min(max(float(point.x()), 0.0), float(self._end))

    def _nearest(self, position: QPointF) -> tuple[int, int | None]:
        """The whole step under the mouse, and the curve that is near it."""
        step = round(self._step_under(position))
        best, found = NEAR_PX, None
        for index, curve in self._curves.items():
            if step < len(curve):
                x, y = self._drawn(float(step), float(curve[step]))
                if np.isfinite(y):
                    at = self.mapFromScene(self.getPlotItem().vb.mapViewToScene(QPointF(x, y)))
                    distance = abs(at.y() - position.y())
                    if distance < best:
                        best, found = distance, index
        return step, found

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            step, index = self._nearest(event.position())
            if index is not None:
                self.picked.emit(index)
            self.pressed.emit(float(step) if index is not None else self._step_under(event.position()))
            event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.pressed.emit(self._step_under(event.position()))
            return
        step, index = self._nearest(event.position())
        self.hover_line.setValue(step)
        self.hover_line.show()
        self.hovered.emit(step, index)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def wheelEvent(self, event: Any) -> None:
        event.ignore()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.hover_line.hide()
        self.hovered.emit(None, None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if hasattr(self, "_title"):
            self._place_title()


def _pen(color: QColor, width: float) -> QPen:
    pen = QPen(color, width)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def _stands_out(color: QColor, background: QColor) -> bool:
    return abs(color.lightnessF() - background.lightnessF()) > 0.2


class Curves(QWidget):
    """The three quantities, side by side where there is room, else the chosen one."""

    def __init__(self, store: Store, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._wide = True
        self.setAccessibleName(tr("Curves"))
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 4)
        column.setSpacing(4)
        titles: tuple[tuple[Quantity, str], ...] = (
            ("value", tr("f")),
            ("gradient", tr("|∇f|")),
            ("length", tr("step length")),
        )
        row = QHBoxLayout()
        row.setSpacing(8)
        self.quantity = Segmented(titles, tr("Quantity"))
        self.quantity.chosen.connect(lambda _key: self._arrange())
        self.scale = Segmented([("linear", tr("linear")), ("log", tr("log"))], tr("Scale of the values"))
        self.scale.chosen.connect(self._on_scale_chosen)
        self.readout = QLabel()
        set_role(self.readout, "muted")
        row.addWidget(self.quantity)
        row.addWidget(self.scale)
        row.addWidget(self.readout, 1)
        column.addLayout(row)
        plots = QHBoxLayout()
        plots.setSpacing(8)
        self.plots = {quantity: CurvePlot(quantity, title) for quantity, title in titles}
        for plot in self.plots.values():
            plots.addWidget(plot, 1)
            plot.pressed.connect(self._on_pressed)
            plot.hovered.connect(self._on_hovered)
            plot.picked.connect(lambda index: self._store.set_view(selected_run=index))
        column.addLayout(plots, 1)
        store.solution_changed.connect(self._on_solution_changed)
        store.frame_changed.connect(self._on_frame_changed)
        store.view_changed.connect(self._on_view_changed)
        self.set_theme(theme)
        self._on_solution_changed(store.solution)
        self._select()
        if store.frame:
            self._on_frame_changed(store.frame)
        self._arrange()

    def set_theme(self, theme: Theme) -> None:
        for plot in self.plots.values():
            plot.set_theme(theme)
        if self._store.frame:
            self._on_frame_changed(self._store.frame)

    def _on_scale_chosen(self, scale: object) -> None:
        for plot in self.plots.values():
            plot.set_scale("log" if scale == "log" else "linear")
        if self._store.frame:
            self._on_frame_changed(self._store.frame)

    def _on_solution_changed(self, solution: Solution | None) -> None:
        for plot in self.plots.values():
            plot.set_runs(solution.runs if solution else ())

    def _on_frame_changed(self, frame: Frame) -> None:
        for plot in self.plots.values():
            if plot.isVisible():
                plot.show_frame(frame)

    def _on_view_changed(self, change: Change) -> None:
        if "selected_run" in change:
            self._select()

    def _select(self) -> None:
        for plot in self.plots.values():
            plot.select(self._store.view.selected_run)
        if self._store.frame:
            self._on_frame_changed(self._store.frame)

    def _on_pressed(self, step: float) -> None:
        end = duration_steps(self._store.solution) if self._store.solution else 0
        self._store.set_view(t_steps=min(step, float(end)), playing=False)

    def _on_hovered(self, step: int | None, index: int | None) -> None:
        """Say the numbers of the step under the mouse, and show its point in both views."""
        solution = self._store.solution
        runs = solution.runs if solution else ()
        index = index if index is not None else self._store.view.selected_run
        if step is None or solution is None or solution.setup is None or index >= len(runs):
            self.readout.setText("")
            self._store.set_view(hover=None)
            return
        run = runs[index]
        step = min(step, run.steps)
        parts = [tr("step {step}", step=step)]
        for plot, name in zip(self.plots.values(), ("f", "|∇f|", "|Δθ|"), strict=True):
            value = plot.value_at(index, step)
            if value is not None:
                parts.append(f"{name} = {format_tick(value)}")
        self.readout.setText("   ".join(parts))
        drawn = solution.setup.drawn
        point = run.points[step]
        if len(drawn) == 2 and max(drawn) < len(point) and np.isfinite(point[list(drawn)]).all():
            self._store.set_view(hover=(float(point[drawn[0]]), float(point[drawn[1]])))

    def _arrange(self) -> None:
        self.quantity.setVisible(not self._wide)
        for quantity, plot in self.plots.items():
            plot.setVisible(self._wide or quantity == self.quantity.key)
        if self._store.frame:
            self._on_frame_changed(self._store.frame)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._store.frame:
            self._on_frame_changed(self._store.frame)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= THREE_PLOTS_PX
        if wide != self._wide:
            self._wide = wide
            self._arrange()
