"""ContourScene: the contour map as a picture, for the window and for every export.

Knows neither widgets nor the store; draws with any QPainter, into any rectangle, at any scale, as true
vectors. What does not move with the playhead (`paint_still`) is kept apart from what does (`paint_moving`),
so that a widget can keep the first as one picture. GUI thread, or any one thread with a QGuiApplication.
"""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from engine.formula.names import name_latex
from engine.lab import Display, Slice
from engine.scale import height_of, undersampled
from engine.solution import Analysis, Axis, Field, Floats, Run, Setup, Solution
from engine.timeline import Frame, Marker
from gui.contour.axes import paint_axes, scale_of
from gui.contour.color_bar import BarScale, heat_scale, height_scale, paint_color_bar, paint_pointer
from gui.contour.critical_layer import CriticalLayer
from gui.contour.cursor_layer import CursorLayer
from gui.contour.curve_scene import PAD, curve_viewport
from gui.contour.ellipse_layer import EllipseLayer
from gui.contour.flow_layer import FlowLayer
from gui.contour.graph import graph_area, paint_graph, paint_tangents, places_on_graph
from gui.contour.image_layer import ImageLayer
from gui.contour.layout import Layout, lay_out
from gui.contour.level_lines import LevelLinesLayer
from gui.contour.look import Look
from gui.contour.reading import Reading, read_at
from gui.contour.shapes import paint_marker
from gui.contour.slice_layer import SliceLayer
from gui.contour.start_layer import StartLayer
from gui.contour.swarm import Kept, paint_dots
from gui.contour.trail_layer import TrailLayer
from gui.contour.update_layer import UpdateLayer
from gui.contour.viewport import Viewport
from gui.i18n import tr
from gui.theme import Theme, run_color

CLOSEST: Final = 1e-12  # of the magnitude of the coordinates: nearer, doubles run out
MOST_POINTERS: Final = 12
SWARM: Final = 60  # more markers than these are dots
FARTHEST: Final = 50.0  # times the domain

DOT_PX: Final = 2.4  # the radius of such a dot
Ranges = tuple[tuple[float, float], tuple[float, float]]


class ContourScene:
    """One contour map. Set what it shows, then `render`."""

    def __init__(self, theme: Theme, scale: float = 1.0, *, readout_lines: int = 0) -> None:
        self.look = Look(theme, scale)
        self.display = Display()
        self.readout_lines = readout_lines
        self.image = ImageLayer()
        self.lines = LevelLinesLayer()
        self.flow = FlowLayer()
        self.critical = CriticalLayer()
        self.trail = TrailLayer()
        self.updates = UpdateLayer()
        self.ellipse = EllipseLayer()
        self.starts = StartLayer()
        self.cursor = CursorLayer()
        self.slices = SliceLayer()
        self._axes: tuple[Axis, ...] = ()
        self._setup: Setup | None = None
        self._whole: Field | None = None
        self._window: Field | None = None
        self._runs: tuple[Run, ...] = ()
        self._analysis: Analysis | None = None
        self._frame: Frame | None = None
        self._drawn: tuple[int, ...] = (0, 1)
        self._ranges: Ranges | None = None  # None: the whole domain
        self._bar_scales: dict[tuple[object, ...], BarScale] = {}
        self._layout: tuple[object, Layout] | None = None
        self.revision = 0  # of everything that does not move with the playhead

    # What it shows

    def set_solution(self, solution: Solution) -> None:
        """Show a Solution; what is the same object as before is not made anew."""
        if solution.setup is None or solution.field is None:
            return
        self.set_setup(solution.setup)
        self.set_field(solution.field, solution.lab.display)
        self.set_runs(solution.runs)
        self.ellipse.set_solution(solution)
        self.set_analysis(solution.analysis)
        self._place_starts()

    def set_setup(self, setup: Setup) -> None:
        """Take over the axes and the starts; other ranges show the whole domain again."""
        if setup.axes != self._axes:
            self._axes = setup.axes
            self._ranges = None
            self._window = None
            self._changed()
        if self._setup is not None and setup.descended != self._setup.descended:
            self.set_frame(None)  # the frame of these variables comes next
        self._drawn = setup.drawn
        self._setup = setup

    def set_field(self, field: Field, display: Display) -> None:
        if field is not self._whole:
            self._whole = field
            self._window = None
            self._changed()
        self.set_display(display)
        self._show_field()

    def set_window_field(self, field: Field | None) -> None:
        """Show `field`, sampled over what is in sight, in the place of the whole one."""
        if field is not self._window:
            self._window = field
            self._show_field()
            self._changed()

    def set_display(self, display: Display) -> None:
        if display != self.display:
            self.display = display
            self._changed()
        self.image.set_colors(display.colormap, display.gradient_heat)
        self.lines.set_colors(display.colormap, display.gradient_heat)
        self.flow.arrows = display.gradient_arrows
        self.flow.streamlines = display.streamlines
        self.lines.show_lines = display.isolines
        self.lines.show_labels = display.isolines and display.level_labels

    def set_runs(self, runs: tuple[Run, ...]) -> None:
        self._runs = runs
        self.trail.set_runs(runs, self._drawn)
        self.updates.set_runs(runs, self._drawn)

    def mark_of(self, run_index: int) -> int:
        """Of which colour and shape a run is."""
        return self._runs[run_index].mark if run_index < len(self._runs) else run_index

    def set_analysis(self, analysis: Analysis | None) -> None:
        if analysis is not self._analysis:
            self._analysis = analysis
            self._changed()
        self.critical.set_analysis(analysis, self._drawn)

    def set_frame(self, frame: Frame | None) -> None:
        self._frame = frame
        self.trail.set_frame(frame)

    def set_reading(self, reading: Reading | None) -> None:
        """Put the cursor at a point, or take it away."""
        self.cursor.set_reading(reading)

    def set_emphasis(self, selected_run: int, highlighted_term: str | None) -> None:
        """Whose step, and which of its terms, is pointed out."""
        self.updates.selected, self.updates.highlighted = selected_run, highlighted_term

    def set_slice(
        self, chosen: Slice, point: tuple[float, float] | None, solution: Solution | None = None
    ) -> None:
        """The slices, at `point` of the drawn plane; None for nowhere.

        Args:
            solution: whose gradient there a chosen direction is measured against.
        """
        self.slices.slice, self.slices.point = chosen, point
        self.slices.gradient = None
        if solution is not None and point is not None and chosen.direction_deg is not None:
            reading = read_at(solution, *point)
            if reading is not None and math.isfinite(reading.steepness):
                self.slices.gradient = (reading.fx, reading.fy)

    def set_theme(self, theme: Theme) -> None:
        if theme != self.look.theme:
            self.look = Look(theme, self.look.scale)
            self._changed()

    def set_scale(self, scale: float) -> None:
        """1 on a screen; more makes all lines and letters larger (projector, large exports)."""
        if scale != self.look.scale:
            self.look = Look(self.look.theme, scale)
            self._changed()

    # What is in sight

    @property
    def field(self) -> Field | None:
        """What is drawn: of the window in sight if it was sampled, else of the whole domain."""
        return self._window or self._whole

    @property
    def whole_field(self) -> Field | None:
        return self._whole

    @property
    def axes(self) -> tuple[Axis, ...]:
        return self._axes

    @property
    def drawn(self) -> tuple[int, ...]:
        """The indices of the axes among the descended variables."""
        return self._drawn

    @property
    def home(self) -> Ranges | None:
        """The whole domain, or None before there is one."""
        if not self._axes:
            return None
        x = (self._axes[0].lo, self._axes[0].hi)
        if len(self._axes) > 1:
            return x, (self._axes[1].lo, self._axes[1].hi)
        if self._whole is None:
            return None
        pad = PAD * (self._whole.z_hi - self._whole.z_lo)
        return x, (self._whole.z_lo - pad, self._whole.z_hi + pad)

    @property
    def is_graph(self) -> bool:
        """One variable is drawn: the picture is the graph of the function, and no map."""
        return len(self._axes) == 1

    @property
    def ranges(self) -> Ranges | None:
        return self._ranges or self.home

    @property
    def zoomed(self) -> bool:
        return self._ranges is not None

    @property
    def frame(self) -> Frame | None:
        return self._frame

    @property
    def pointed_out(self) -> Marker | None:
        """The marker of the selected run."""
        return self._frame.marker_of(self.updates.selected) if self._frame is not None else None

    def plane_of(self, position: Floats) -> tuple[float, float]:
        """The drawn coordinates of a point of all descended variables; with one axis, y is 0."""
        x = float(position[self._drawn[0]])
        return x, float(position[self._drawn[1]]) if len(self._drawn) > 1 else 0.0

    def set_ranges(self, ranges: Ranges | None) -> bool:
        """See this part of the plane; None for the whole domain. False if it is too near or too far."""
        home = self.home
        if ranges is not None and home is not None:
            for (lo, hi), (home_lo, home_hi) in zip(ranges, home, strict=True):
                if not (np.isfinite(lo) and np.isfinite(hi)):
                    return False
                if hi - lo < CLOSEST * max(abs(lo), abs(hi)) or hi - lo < 1e-300:
                    return False
                if hi - lo > FARTHEST * (home_hi - home_lo):
                    return False
            if ranges == home:
                ranges = None
        if ranges != self._ranges:
            self._ranges = ranges
            if ranges is None:
                self._window = None
                self._show_field()
            self._changed()
        return True

    def set_in_gesture(self, in_gesture: bool) -> None:
        """While a zoom is under way, the numbers in the lines are not placed anew."""
        if in_gesture != self.lines.in_gesture:
            self.lines.in_gesture = in_gesture
            self._changed()

    def header(self, rect: QRectF) -> QRectF:
        """Where the readout is written."""
        if not self.is_graph:
            return self.layout(rect).header
        plot = graph_area(rect, self.look, self.readout_lines)
        return QRectF(plot.left(), rect.top() + self.look.px(4), plot.width(), plot.top() - rect.top())

    def layout(self, rect: QRectF) -> Layout:
        """Where its parts lie when it is drawn into `rect`, of a map."""
        field, ranges = self.field, self.ranges
        key = (rect.getRect(), self.revision, self.look, id(field))
        if self._layout is not None and self._layout[0] == key:
            return self._layout[1]
        assert ranges is not None
        aspect = None
        home = self.home
        if self.display.equal_aspect and home is not None:
            aspect = (home[1][1] - home[1][0]) / (home[0][1] - home[0][0])
        y_scale = scale_of(*ranges[1], rect.height() * 0.8, self.look)
        bar_labels = self._scale_of_bar(field, rect.height() * 0.8).labels if field is not None else None
        layout = lay_out(
            rect,
            self.look,
            y_labels=y_scale.labels,
            bar_labels=bar_labels,
            aspect=aspect,
            readout_lines=self.readout_lines,
        )
        self._layout = (key, layout)
        return layout

    def viewport(self, rect: QRectF) -> Viewport | None:
        """The map between data and pixels when it is drawn into `rect`."""
        ranges = self.ranges
        if ranges is None:
            return None
        if self.is_graph:
            area = graph_area(rect, self.look, self.readout_lines)
            return curve_viewport(area, self.look, ranges, steady=True)
        (x_lo, x_hi), (y_lo, y_hi) = ranges
        return Viewport(self.layout(rect).plot, x_lo, x_hi, y_lo, y_hi)

    # Drawing

    def render(self, painter: QPainter, rect: QRectF) -> None:
        """Draw all of it into `rect`; on a vector painter as vectors, but for the colours of the field."""
        painter.fillRect(rect, self.look.theme.color("plot"))
        self.paint_still(painter, rect)
        self.paint_moving(painter, rect)

    def paint_still(self, painter: QPainter, rect: QRectF) -> None:
        """What does not move with the playhead or the mouse."""
        view = self.viewport(rect)
        if view is None:
            return
        look, field = self.look, self.field
        if self.is_graph:
            if field is not None and self._setup is not None:
                paint_graph(painter, view, look, field, self._setup)
                self._paint_note_on(painter, view, field)
            return
        layout = self.layout(rect)
        painter.save()
        painter.setClipRect(view.rect, Qt.ClipOperation.IntersectClip)
        self.image.paint(painter, view, look)
        self.lines.paint(painter, view, look, dimmed=self.flow.streamlines)
        self.flow.paint(painter, view, look, self.display.colormap, self.display.gradient_heat)
        self.lines.paint_labels(painter, view, look, outlined=self.flow.active)
        self._paint_domain(painter, view)
        if self.display.critical_points:
            self.critical.height = field.z_hi - field.z_lo if field is not None else 0.0
            self.critical.paint(painter, view, look)
        painter.restore()
        if field is not None:
            if field.finite.any():
                marks = None
                if self.display.isolines and not self.display.gradient_heat:
                    marks = height_of(field, field.levels[list(self.lines.shown)])
                scale = self._scale_of_bar(field, layout.bar.height())
                paint_color_bar(painter, layout.bar, scale, look, marks)
            self._paint_note_on(painter, view, field)
        paint_axes(
            painter,
            view,
            look,
            (name_latex(self._axes[0].name), name_latex(self._axes[1].name)),
            scale_of(view.x_lo, view.x_hi, view.rect.width(), look),
            scale_of(view.y_lo, view.y_hi, view.rect.height(), look),
        )

    def paint_moving(self, painter: QPainter, rect: QRectF, kept: Kept | None = None) -> None:
        """Trails, markers, start handles and the cursor.

        Args:
            kept: (size, pixel ratio) of the widget, to draw trails from kept pictures; None for vectors.
        """
        view = self.viewport(rect)
        if view is None:
            return
        look = self.look
        painter.save()
        painter.setClipRect(view.rect, Qt.ClipOperation.IntersectClip)
        if kept is None:
            self.trail.paint(painter, view, look)
        else:
            self.trail.paint_kept(painter, view, look, *kept)
        if not self.is_graph:
            self.slices.paint(painter, view, look)
        if self.is_graph and self._frame is not None and self.field is not None:
            column = self._drawn[0]
            paint_tangents(painter, view, look, self.field, self._shown_markers(), column, self.mark_of)
        self.starts.paint(painter, view, look, kept)
        curved = self.pointed_out if self.display.local_ellipse else None
        if curved is not None:
            self.ellipse.paint(painter, curved.run_index, curved.step, view, look)
        if self._frame is not None and self.display.update_arrows and not self.is_graph:
            self.updates.paint(painter, self._frame, view, look)
        if curved is not None:
            self.ellipse.paint_labels(painter, curved.run_index, curved.step, view, look)
        if self._frame is not None:
            selected = self.updates.selected
            if len(self._frame.markers) > SWARM:
                self._paint_swarm(painter, self._frame, view, kept)
            # The selected run lies on top, then the first ones.
            for marker in sorted(
                self._shown_markers(), key=lambda m: (m.run_index == selected, -m.run_index)
            ):
                at = self._marker_px(marker, view)
                if at is not None:
                    paint_marker(painter, at, self.mark_of(marker.run_index), look)
        if not self.is_graph:
            self.slices.paint_numbers(painter, view, look)
        painter.restore()
        self._paint_pointers(painter, rect)
        self.cursor.paint(painter, view, look, graph=self.is_graph)

    def _shown_markers(self) -> Sequence[Marker]:
        """Those that are drawn as such: in a swarm, only the selected run's."""
        markers = self._frame.markers if self._frame is not None else ()
        selected = self.updates.selected
        return markers if len(markers) <= SWARM else markers[selected : selected + 1]

    def _paint_swarm(self, painter: QPainter, frame: Frame, view: Viewport, kept: Kept | None) -> None:
        """Dots for all markers, those of one racer at once."""
        columns = [self._drawn[0], -1] if self.is_graph else list(self._drawn)
        marks = frame.tracks.marks
        points = view.points_px(frame.places[:, columns])
        for mark in np.unique(marks)[::-1]:
            paint_dots(painter, points[marks == mark], run_color(int(mark)), self.look.px(DOT_PX), kept)

    def _paint_pointers(self, painter: QPainter, rect: QRectF) -> None:
        """Beside the colour bar: the value at each marker."""
        field = self.field
        if self.is_graph or field is None or self._frame is None or self.display.gradient_heat:
            return
        bar = self.layout(rect).bar
        for marker in reversed(self._frame.markers[:MOST_POINTERS]):
            color = run_color(self.mark_of(marker.run_index))
            paint_pointer(painter, bar, float(height_of(field, marker.value)), color, self.look)

    def _place_starts(self) -> None:
        setup = self._setup
        if setup is None:
            return
        places = setup.starts[:, list(setup.drawn)]
        if len(setup.drawn) == 1 and self._whole is not None:
            places = places_on_graph(places[:, 0], self._whole, self._runs)
        self.starts.set_places(places)

    def _marker_px(self, marker: Marker, view: Viewport) -> QPointF | None:
        x = float(marker.position[self._drawn[0]])
        y = marker.value if self.is_graph else float(marker.position[self._drawn[1]])
        reach_x, reach_y = (view.x_hi - view.x_lo) / 20, (view.y_hi - view.y_lo) / 20
        if not (view.x_lo - reach_x < x < view.x_hi + reach_x):
            return None
        if not (view.y_lo - reach_y < y < view.y_hi + reach_y):
            return None
        return view.point_px(x, y)

    def _paint_domain(self, painter: QPainter, view: Viewport) -> None:
        """The edge of the domain, where more than it is in sight."""
        home = self.home
        if home is None or not self.zoomed:
            return
        corner = view.point_px(home[0][0], home[1][1])
        opposite = view.point_px(home[0][1], home[1][0])
        pen = self.look.hairline(QColor(255, 255, 255, 160))
        pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawRect(QRectF(corner, opposite).intersected(view.rect.adjusted(-2, -2, 2, 2)))

    def _paint_note_on(self, painter: QPainter, view: Viewport, field: Field) -> None:
        """Say in words what is wrong with the picture, if anything is."""
        if not field.finite.any():
            text = tr("Undefined everywhere here")
        elif undersampled(field):
            text = tr("Finer than this picture can show: zoom in")
        else:
            return
        metrics = self.look.readout_metrics
        box = QRectF(0, 0, metrics.horizontalAdvance(text) + self.look.px(24), self.look.px(30))
        box.moveCenter(view.rect.center())
        if field.finite.any():  # there is something to see behind it
            box.moveBottom(view.rect.bottom() - self.look.px(10))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.look.theme.color("card"))
        painter.drawRoundedRect(box, self.look.px(6), self.look.px(6))
        painter.setPen(self.look.theme.color("text"))
        painter.setFont(self.look.readout_font)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _scale_of_bar(self, field: Field, length_px: float) -> BarScale:
        key = (id(field), length_px, self.look, self.display.colormap, self.display.gradient_heat)
        if key not in self._bar_scales:
            if len(self._bar_scales) > 4:
                self._bar_scales.clear()
            if self.display.gradient_heat:
                scale = heat_scale(self.image.steepest, length_px, self.look)
            else:
                scale = height_scale(field, self.display.colormap, length_px, self.look)
            self._bar_scales[key] = scale
        return self._bar_scales[key]

    def _show_field(self) -> None:
        field = self.field
        self._bar_scales.clear()
        self.image.set_field(None if self.is_graph else field)
        self.lines.set_field(None if self.is_graph else field)
        self.cursor.set_field(field, self.lines.finder)
        self.flow.set_field(None if self.is_graph else field)

    def _changed(self) -> None:
        self.revision += 1
