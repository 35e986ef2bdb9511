"""ContourView: the contour map in the window, with the mouse, the keyboard and the store. GUI thread."""

import math
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from engine.function.sampled import Field
from engine.solving.prediction import Prediction
from engine.solving.solution import Solution
from engine.solving.timeline import Frame
from gui.contour.content import Ranges
from gui.contour.critical_layer import describe
from gui.contour.cursor_layer import reading_decimals
from gui.contour.dragging import Dragging
from gui.contour.ellipse_layer import describe_ellipse
from gui.contour.log_chip import LogChip
from gui.contour.readout import lines_needed, paint_readout
from gui.contour.scene import ContourScene
from gui.contour.viewport import Viewport
from gui.drawing.reading import Reading, read_at, readable, slice_point
from gui.i18n import tr
from gui.store import Change, Store
from gui.theme import Theme, run_color
from gui.timing import single_shot

SETTLE_MS: Final = 90  # without another pan or zoom, before what is in sight is sampled
PASSED_MS: Final = 160  # without another slice, before its lines get their numbers
WHEEL_ZOOM: Final = 1.0015  # per eighth of a degree
KEY_ZOOM: Final = 1.4
KEY_PAN: Final = 0.15  # of the width
NUDGE_PX: Final = 5.0
TIP_REACH_PX: Final = 14.0
ANCHORINGS: Final = 3  # the plot's place hangs on its numbers, and they on what is seen
MOST_READOUT: Final = 0.3  # of the height
CLICK_PX: Final = 4.0  # a press that moves less is a click


class ContourView(QWidget):
    """The map of the store's solution.

    Drag a start handle to move it, double-click to put the first start there; drag the map to pan, turn the
    wheel to zoom, press Home to see the whole domain. Arrow keys pan, with Shift they move the first start.

    Signals:
        window_changed((x_lo, x_hi), (y_lo, y_hi)): what is in sight has changed and wants to be sampled
            as finely as the whole map was; `set_window_field` takes the answer.
    """

    window_changed = Signal(object, object)

    def __init__(self, store: Store, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self.keeps_arrows = True  # where Tab went to it
        self.scene = ContourScene(theme, readout_lines=1)
        self._solution: Solution | None = None
        self._still: QPixmap | None = None
        self._still_key: tuple[object, ...] | None = None
        self.still_drawn = 0
        self._reading: Reading | None = None
        self._dragging = Dragging(store, self.scene, self)
        self._panned_from: QPointF | None = None
        self._mouse: QPointF | None = None  # where it is, while it is over this widget
        self._wanted: Ranges | None = None
        self._log_chip = LogChip(store, self)
        self._settle = single_shot(self, SETTLE_MS, self._on_settled)
        self._passed = single_shot(self, PASSED_MS, self._on_passed)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 140)
        self.setAccessibleName(tr("Contour map"))
        self.setAccessibleDescription(
            tr("Drag the start point to move it. Double-click to put it somewhere else.")
        )
        self.scene.set_emphasis(store.view.selected_run, store.view.highlighted_term)
        store.solution_changed.connect(self._on_solution_changed)
        store.section_changed.connect(self._on_section_changed)
        store.prediction_changed.connect(self._on_prediction_changed)
        store.frame_changed.connect(self._on_frame_changed)
        store.view_changed.connect(self._on_view_changed)
        store.lab_changed.connect(self._on_lab_changed)
        if store.shown is not None:
            self._on_solution_changed(store.shown)
        if store.frame is not None:
            self._on_frame_changed(store.frame)

    def sizeHint(self) -> QSize:
        return QSize(620, 560)

    def set_theme(self, theme: Theme) -> None:
        self.scene.set_theme(theme)
        self.update()

    def set_scale(self, scale: float) -> None:
        """Larger lines and letters, for a projector; 1 is normal."""
        self.scene.set_scale(scale)
        self._fit_readout()
        self.update()

    @property
    def in_sight(self) -> Ranges | None:
        """The part of the plane that was asked for last; None where the whole is seen."""
        return self._wanted if self.scene.zoomed else None

    def reset_view(self) -> None:
        """See the whole domain again."""
        self._settle.stop()
        self._wanted = None
        self.scene.set_in_gesture(False)
        self.scene.set_ranges(None)
        self._log_chip.set_field(self._map_field())
        self._hover_again()
        self.update()

    def set_window_field(self, field: Field) -> None:
        """Show what was sampled for the last `window_changed`; an answer to an older one is dropped."""
        if self._wanted is None:
            return
        (x_lo, x_hi), (y_lo, y_hi) = self._wanted
        fits = (field.x[0], field.x[-1]) == (x_lo, x_hi)
        if fits and (self.scene.is_graph or (field.y[0], field.y[-1]) == (y_lo, y_hi)):
            self.scene.set_window_field(field)
            self._log_chip.set_field(self._map_field())
            self.update()

    @property
    def viewport(self) -> Viewport | None:
        """The map between data and this widget's pixels."""
        return self.scene.viewport(self._area())

    @property
    def reading(self) -> Reading | None:
        """What the readout shows."""
        return self._reading

    def _map_field(self) -> Field | None:
        """The field whose colours are shown, if they are."""
        return None if self.scene.is_graph else self.scene.field

    # The store

    def _on_solution_changed(self, solution: Solution) -> None:
        before = self.scene.whole_field
        self._on_section_changed(solution)
        if self.scene.whole_field is not before and self.scene.zoomed:
            self._want_window()

    def _on_section_changed(self, solution: Solution) -> None:
        """Show it; of what is in sight after a zoom, a slice comes with its own Field."""
        if self._store.prediction is not None:
            return
        before = self.scene.whole_field
        self._solution = solution
        self.scene.set_solution(solution)
        self._dragging.follow()
        if self.scene.whole_field is not before:
            if self._store.moving:
                self._pass(solution)
            self._log_chip.set_field(self._map_field())
        self._refresh_reading()
        self._refresh_slice()
        self.update()

    def _pass(self, solution: Solution) -> None:
        """Another slice comes soon, where there are hidden variables."""
        field = solution.field
        if field is not None and field.plane.hidden:
            self.scene.set_passing(True)
            self._passed.start()

    def _on_passed(self) -> None:
        if self._store.moving:
            self._passed.start()
            return
        self.scene.set_passing(False)
        self.update()

    def _on_prediction_changed(self, prediction: Prediction | None) -> None:
        if prediction is None:
            if self._store.shown is not None:
                self._on_section_changed(self._store.shown)
            if self._store.frame is not None:
                self._on_frame_changed(self._store.frame)
            return
        self._solution = prediction.solution
        self.scene.set_prediction(prediction)
        self._log_chip.set_field(None)
        self._refresh_reading()
        self.update()

    def _on_frame_changed(self, frame: Frame) -> None:
        if self._store.prediction is not None:
            return
        self.scene.set_frame(frame)
        if self._store.view.hover is None:
            self._refresh_reading()
        self._refresh_slice()
        self.update()

    def _on_view_changed(self, change: Change) -> None:
        if change.fields & {"hover", "selected_run", "highlighted_term"}:
            self.scene.set_emphasis(self._store.view.selected_run, self._store.view.highlighted_term)
            self._refresh_reading()
            self._refresh_slice()
            self.update()

    def _on_lab_changed(self, change: Change) -> None:
        if self._store.prediction is not None:
            return
        if "display" in change:
            # Levels and ranges come with the next solution; colours and switches are shown at once.
            self.scene.set_display(self._store.lab.display)
            self._log_chip.refresh()
            self.update()
        if "slice" in change:
            self._refresh_slice()
            self.update()

    def _refresh_slice(self) -> None:
        store = self._store
        chosen, point = store.lab.slice, None
        if self._solution is not None and store.prediction is None:
            point = slice_point(chosen, self._solution, self.scene.frame, store.view.selected_run)
        self.scene.set_slice(chosen, point, self._solution)

    def _refresh_reading(self) -> None:
        hover = self._store.view.hover
        solution = self._solution
        self._reading = None
        self.scene.set_reading(None)
        if solution is None or solution.setup is None:
            return
        if hover is not None:
            self._reading = read_at(solution, *hover)
            self.scene.set_reading(self._reading)
            return
        marker = self.scene.pointed_out
        if marker is not None:
            plane = self.scene.plane.through(marker.position)
            self._reading = read_at(solution, *plane.coordinates_of(marker.position), plane)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            area = self._area()
            if self.scene.viewport(area) is None:
                painter.fillRect(area, self.scene.look.theme.color("plot"))
                return
            ratio = self.devicePixelRatioF()
            key = (self.scene.revision, self.width(), self.height(), ratio)
            if self._still is None or key != self._still_key:
                self._draw_still(area, ratio)
                self._still_key = key
                if self._log_chip.isVisible() and not self.scene.is_graph:
                    self._log_chip.place(self.scene.layout(area).bar, self.scene.look)
            assert self._still is not None
            painter.drawPixmap(QPointF(0, 0), self._still)
            self.scene.paint_moving(painter, area, ((self.width(), self.height()), ratio))
            self._paint_readout(painter, area)

    def _draw_still(self, area: QRectF, ratio: float) -> None:
        size = (round(self.width() * ratio), round(self.height() * ratio))
        if self._still is None or (self._still.width(), self._still.height()) != size:
            self._still = QPixmap(*size)
            self._still.setDevicePixelRatio(ratio)
        self._still.fill(self.scene.look.theme.color("plot"))
        with QPainter(self._still) as painter:
            self.scene.paint_still(painter, area)
        self.still_drawn += 1

    def _paint_readout(self, painter: QPainter, area: QRectF) -> None:
        view, reading, solution = self.viewport, self._reading, self._solution
        if view is None or reading is None or solution is None or not self.scene.readout_lines:
            return
        marker = (
            None
            if self._store.view.hover is not None
            else run_color(self.scene.mark_of(self._store.view.selected_run))
        )
        paint_readout(
            painter,
            self.scene.header(area),
            readable(reading, solution),
            tuple(axis.name for axis in self.scene.axes),
            reading_decimals(view, reading.x, reading.y),
            self.scene.look,
            marker,
            "f" if self._store.prediction is None else r"\hat{y}",
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit_readout()
        super().resizeEvent(event)

    def _fit_readout(self) -> None:
        """As many lines as the numbers need; none where they would leave hardly any map."""
        lines = lines_needed(self.width() - 24.0, self.scene.look)
        fits = lines * self.scene.look.readout_line <= MOST_READOUT * self.height()
        self.scene.readout_lines = lines if fits else 0.0

    def _area(self) -> QRectF:
        return QRectF(0, 0, self.width(), self.height())

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        view = self.viewport
        if view is None or not view.rect.contains(event.position()):
            return
        if event.button() == Qt.MouseButton.LeftButton and self._dragging.grab(event.position(), view):
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._panned_from = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        view = self.viewport
        if view is None:
            return
        self._mouse = event.position()
        if self._dragging.active:
            self._dragging.drag(event.position(), view)
            self._store.set_view(hover=self._dragging.place, initiator=self)
            self.update()
        elif self._panned_from is not None:
            self._pan_to(event.position(), view)
        else:
            self._hover(event.position(), view)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        view = self.viewport
        if self._dragging.active and view is not None:
            self._dragging.drop(event.position(), view)
        self._panned_from = None
        self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        view = self.viewport
        if view is None or event.button() != Qt.MouseButton.LeftButton or self._store.prediction is not None:
            return
        if view.rect.contains(event.position()):
            self._dragging.put_start(event.position(), view)

    def enterEvent(self, event: QEnterEvent) -> None:
        view = self.viewport
        self._mouse = event.position()
        if view is not None:
            self._hover(event.position(), view)

    def leaveEvent(self, event: QEvent) -> None:
        self._mouse = None
        self.scene.starts.hovered = None
        self._store.set_view(hover=None, initiator=self)

    def wheelEvent(self, event: QWheelEvent) -> None:
        view = self.viewport
        if view is None:
            return
        self._mouse = event.position()
        pixels = event.pixelDelta()
        at = self._within(event.position(), view)
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not pixels.isNull():
            self._see(view.panned(pixels.x(), pixels.y()), at)
        else:
            self._see(view.zoomed(WHEEL_ZOOM ** event.angleDelta().y(), at), at)
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            self._tell(event)
            return True
        if isinstance(event, QNativeGestureEvent):
            view = self.viewport
            if view is not None and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                at = self._within(event.position(), view)
                self._see(view.zoomed(1.0 + event.value(), at), at)
                return True
        return super().event(event)

    def _tell(self, event: QHelpEvent) -> None:
        """What the critical point under the mouse is, or the local ellipse."""
        view = self.viewport
        at = QPointF(event.pos())
        text = "" if view is None else self._critical_text(at, view) or self._ellipse_text(at, view)
        QToolTip.showText(event.globalPos(), text, self)

    def _critical_text(self, at: QPointF, view: Viewport) -> str:
        if not self._store.lab.display.critical_points:
            return ""
        point = self.scene.critical.nearest(at, view, self.scene.look.px(TIP_REACH_PX))
        return "" if point is None else describe(point, self.scene.plane)

    def _ellipse_text(self, at: QPointF, view: Viewport) -> str:
        scene, marker = self.scene, self.scene.pointed_out
        setup = self._solution.setup if self._solution is not None else None
        if marker is None or setup is None or not scene.display.local_ellipse:
            return ""
        ellipse = scene.ellipse.nearest(at, marker.run_index, marker.step, view, scene.look)
        return "" if ellipse is None else describe_ellipse(ellipse, setup, scene.plane)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        view = self.viewport
        keys = Qt.Key
        if view is None:
            return
        middle = view.rect.center()
        pan = {
            keys.Key_Left: (KEY_PAN, 0.0),
            keys.Key_Right: (-KEY_PAN, 0.0),
            keys.Key_Up: (0.0, KEY_PAN),
            keys.Key_Down: (0.0, -KEY_PAN),
        }
        if event.key() in (keys.Key_Plus, keys.Key_Equal):
            self._see(view.zoomed(KEY_ZOOM, middle), middle)
        elif event.key() == keys.Key_Minus:
            self._see(view.zoomed(1 / KEY_ZOOM, middle), middle)
        elif event.key() in (keys.Key_Home, keys.Key_0):
            self.reset_view()
        elif event.key() in pan and event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            setup = self._solution.setup if self._solution is not None else None
            if setup is not None and self._store.prediction is None:
                dx, dy = pan[keys(event.key())]
                unit = NUDGE_PX / KEY_PAN
                self._dragging.nudge_start(-dx * unit, -dy * unit, setup, view)
        elif event.key() in pan and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            dx, dy = pan[keys(event.key())]
            self._see(view.panned(dx * view.rect.width(), dy * view.rect.height()), middle)
        else:
            super().keyPressEvent(event)

    def _hover(self, at: QPointF, view: Viewport) -> None:
        inside = view.rect.contains(at)
        handle = self.scene.starts.nearest(at, view, self.scene.look) if inside else None
        if handle != self.scene.starts.hovered:
            self.scene.starts.hovered = handle
            self.update()
        shape = self._dragging.cursor_shape(at, view)
        if self.cursor().shape() != shape:
            self.setCursor(shape)
        self._store.set_view(hover=view.data(at) if inside else None, initiator=self)

    # Pan and zoom

    def _pan_to(self, at: QPointF, view: Viewport) -> None:
        if self._panned_from is None:
            return
        moved = at - self._panned_from
        if self.cursor().shape() != Qt.CursorShape.ClosedHandCursor:
            if math.hypot(moved.x(), moved.y()) < CLICK_PX:
                return
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self._panned_from = at
        self._see(view.panned(moved.x(), moved.y()), at)

    def _see(self, view: Viewport, at: QPointF) -> None:
        """See what `view` sees; what lies at `at`, px, in it lies there afterwards too."""
        anchor = view.data(at)
        for _ in range(ANCHORINGS):
            if not self.scene.set_ranges(((view.x_lo, view.x_hi), (view.y_lo, view.y_hi))):
                return
            now = self.viewport
            if now is None or now.rect == view.rect:
                break
            # Other numbers at the axes made other room for the plot.
            view = now.anchored(*anchor, at)
        self.scene.set_in_gesture(True)
        self._want_window()
        self._hover_again()
        self.update()

    def _hover_again(self) -> None:
        """Under a mouse that rests, the plane has moved."""
        view = self.viewport
        if view is not None and self._mouse is not None and not self._dragging.active:
            self._hover(self._mouse, view)

    def _want_window(self) -> None:
        self._settle.start()

    def _on_settled(self) -> None:
        ranges = self.scene.ranges
        self.scene.set_in_gesture(False)
        self.update()
        if self.scene.zoomed and ranges is not None:
            self._wanted = ranges
            self.window_changed.emit(*ranges)

    @staticmethod
    def _within(at: QPointF, view: Viewport) -> QPointF:
        """`at`, or the nearest place in the plot: zooming over the ticks zooms at the edge."""
        return QPointF(
            min(max(at.x(), view.rect.left()), view.rect.right()),
            min(max(at.y(), view.rect.top()), view.rect.bottom()),
        )
