"""ContourScene: the contour map as a picture, for the window and for every export.

Knows neither widgets nor the store; draws with any QPainter, into any rectangle, at any scale, as true
vectors. What does not move with the playhead (`paint_still`) is kept apart from what does (`paint_moving`),
so that a widget can keep the first as one picture. GUI thread, or any one thread with a QGuiApplication.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from engine.function.sampled import Field
from engine.function.scale import height_of
from engine.solving.timeline import Frame, Marker
from gui.contour.axes import paint_axes, scale_of
from gui.contour.color_bar import BarScale, heat_scale, height_scale, paint_color_bar, paint_pointer
from gui.contour.content import Content
from gui.contour.curve_scene import curve_viewport
from gui.contour.graph import graph_area, paint_graph, paint_tangents
from gui.contour.layout import Layout, lay_out
from gui.contour.note import paint_note
from gui.contour.shapes import MARKER_PX, TOGETHER_PX, paint_marker, rims_px
from gui.contour.swarm import Kept, paint_dots
from gui.contour.trail_layer import on_map
from gui.contour.viewport import Viewport
from gui.drawing.axis_names import axis_latex
from gui.theme import Theme, run_color

MOST_POINTERS: Final = 12
SWARM: Final = 60  # more markers than these are dots
DOT_PX: Final = 2.4  # the radius of such a dot


class ContourScene(Content):
    """One contour map. Set what it shows, then `render`."""

    def __init__(self, theme: Theme, scale: float = 1.0, *, readout_lines: float = 0.0) -> None:
        super().__init__(theme, scale)
        self.readout_lines = readout_lines
        self._bar_scales: dict[tuple[object, ...], BarScale] = {}
        self._layout: tuple[object, Layout] | None = None

    # Where its parts lie

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
            if field is not None:
                paint_graph(painter, view, look, field)
                self._paint_critical(painter, view, field)
                paint_note(painter, view, field, look)
            return
        layout = self.layout(rect)
        painter.save()
        painter.setClipRect(view.rect, Qt.ClipOperation.IntersectClip)
        self.image.paint(painter, view, look)
        self.lines.paint(painter, view, look, dimmed=self.flow.streamlines)
        self.flow.paint(painter, view, look, self.display.colormap, self.display.gradient_heat)
        self.lines.paint_labels(painter, view, look, outlined=self.flow.active)
        self._paint_domain(painter, view)
        self._paint_critical(painter, view, field)
        painter.restore()
        if field is not None:
            if field.finite.any():
                marks = None
                if self.display.isolines and not self.display.gradient_heat:
                    marks = height_of(field, field.levels[list(self.lines.shown)])
                if not layout.bar.isEmpty():
                    scale = self._scale_of_bar(field, layout.bar.height())
                    paint_color_bar(painter, layout.bar, scale, look, marks)
            paint_note(painter, view, field, look)
        paint_axes(
            painter,
            view,
            look,
            (axis_latex(self.axes[0]), axis_latex(self.axes[1])),
            scale_of(view.x_lo, view.x_hi, view.rect.width(), look),
            scale_of(view.y_lo, view.y_hi, view.rect.height(), look),
        )

    def _paint_critical(self, painter: QPainter, view: Viewport, field: Field | None) -> None:
        if self.display.critical_points:
            self.critical.height = field.z_hi - field.z_lo if field is not None else 0.0
            self.critical.paint(painter, view, self.look)

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
        if self.field is not None:
            self.rows.paint(painter, view, look, self.field)
        if self.is_graph and self._frame is not None and self.field is not None:
            column = self.plane.drawn[0]
            paint_tangents(painter, view, look, self.field, self._shown_markers(), column, self.mark_of)
        self.starts.paint(painter, view, look, kept)
        curved = self.pointed_out if self.display.local_ellipse else None
        if curved is not None:
            self.ellipse.paint(painter, curved.run_index, curved.step, view, look)
        if self._frame is not None and self.display.update_arrows and not self.is_graph:
            self.updates.paint(painter, self._frame, view, look)
        if curved is not None:
            taken = self.critical.taken if self.display.critical_points else []
            self.ellipse.paint_labels(painter, curved.run_index, curved.step, view, look, taken)
        if self._frame is not None:
            selected = self.updates.selected
            if len(self._frame.markers) > SWARM:
                self._paint_swarm(painter, self._frame, view, kept)
            # The selected run lies on top, then the first ones.
            shown = sorted(self._shown_markers(), key=lambda m: (m.run_index == selected, -m.run_index))
            there = [(at, m.run_index) for m in shown if (at := self._marker_px(m, view)) is not None]
            rims = rims_px([at for at, _ in there], look.px(TOGETHER_PX))
            for (at, run_index), rim in zip(there, rims, strict=True):
                paint_marker(painter, at, self.mark_of(run_index), look, radius=MARKER_PX + rim)
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
        marks = frame.tracks.marks
        points = view.points_px(on_map(self.plane, frame.places))
        for mark in np.unique(marks)[::-1]:
            paint_dots(painter, points[marks == mark], run_color(int(mark)), self.look.px(DOT_PX), kept)

    def _paint_pointers(self, painter: QPainter, rect: QRectF) -> None:
        """Beside the colour bar: the value at each marker."""
        field = self.field
        if self.is_graph or field is None or self._frame is None or self.display.gradient_heat:
            return
        bar = self.layout(rect).bar
        if bar.isEmpty():
            return
        for marker in reversed(self._frame.markers[:MOST_POINTERS]):
            color = run_color(self.mark_of(marker.run_index))
            paint_pointer(painter, bar, float(height_of(field, marker.value)), color, self.look)

    def _marker_px(self, marker: Marker, view: Viewport) -> QPointF | None:
        x, y = self.plane.coordinates_of(marker.position)
        y = marker.value if self.is_graph else y
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

    def _scale_of_bar(self, field: Field, length_px: float) -> BarScale:
        key = (field, length_px, self.look, self.display.colormap, self.display.gradient_heat)
        if key not in self._bar_scales:
            if len(self._bar_scales) > 4:
                self._bar_scales.clear()
            if self.display.gradient_heat:
                scale = heat_scale(self.image.steepest, length_px, self.look)
            else:
                scale = height_scale(field, self.display.colormap, length_px, self.look)
            self._bar_scales[key] = scale
        return self._bar_scales[key]
