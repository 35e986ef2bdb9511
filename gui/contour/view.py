"""ContourView: the contour map in the window, with the mouse, the keyboard and the store. GUI thread."""

import math
from typing import Final

from msgspec.structs import replace
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
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

from engine.lab import Lab
from engine.levels import round_to
from engine.solution import Field, Solution
from engine.timeline import Frame
from gui.contour.critical_layer import describe
from gui.contour.cursor_layer import pixel_decimals
from gui.contour.log_chip import LogChip
from gui.contour.reading import Reading, read_at, slice_point
from gui.contour.readout import lines_needed, paint_readout
from gui.contour.scene import ContourScene, Ranges
from gui.contour.slice_layer import Grip
from gui.contour.viewport import Viewport
from gui.i18n import tr
from gui.store import Change, Store
from gui.theme import Theme, run_color

SETTLE_MS: Final = 90  # without another pan or zoom, before what is in sight is sampled
WHEEL_ZOOM: Final = 1.0015  # per eighth of a degree
KEY_ZOOM: Final = 1.4
KEY_PAN: Final = 0.15  # of the width
NUDGE_PX: Final = 5.0
TIP_REACH_PX: Final = 14.0
CLICK_PX: Final = 4.0  # a press that moves less is a click


class ContourView(QWidget):
    """The map of the store's solution.

    Drag a start handle to move it, double-click to put the first start there; drag the map to pan, turn the
    wheel to zoom, press Home to see the whole domain. Arrow keys pan, with Shift they move the first start.

    Signals:
        window_changed((x_lo, x_hi), (y_lo, y_hi)): what is in sight has changed and wants to be sampled at
            full resolution; `set_window_field` takes the answer.
    """

    window_changed = Signal(object, object)

    def __init__(self, store: Store, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self.scene = ContourScene(theme, readout_lines=1)
        self._solution: Solution | None = None
        self._still: QPixmap | None = None
        self._still_key: tuple[object, ...] | None = None
        self.still_drawn = 0
        self._reading: Reading | None = None
        self._dragged_start: int | None = None
        self._dragged_to = (0.0, 0.0)
        self._dragged_slice: Grip | None = None
        self._panned_from: QPointF | None = None
        self._wanted: Ranges | None = None
        self._log_chip = LogChip(store, self)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._on_settled)
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
        store.frame_changed.connect(self._on_frame_changed)
        store.view_changed.connect(self._on_view_changed)
        store.lab_changed.connect(self._on_lab_changed)
        if store.solution is not None:
            self._on_solution_changed(store.solution)
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

    def reset_view(self) -> None:
        """See the whole domain again."""
        self._settle.stop()
        self._wanted = None
        self.scene.set_in_gesture(False)
        self.scene.set_ranges(None)
        self.update()

    def set_window_field(self, field: Field) -> None:
        """Show what was sampled for the last `window_changed`; an answer to an older one is dropped."""
        if self._wanted is None:
            return
        (x_lo, x_hi), (y_lo, y_hi) = self._wanted
        fits = (field.x[0], field.x[-1]) == (x_lo, x_hi)
        if fits and (self.scene.is_graph or (field.y[0], field.y[-1]) == (y_lo, y_hi)):
            self.scene.set_window_field(field)
            self.update()

    @property
    def viewport(self) -> Viewport | None:
        """The map between data and this widget's pixels."""
        return self.scene.viewport(self._area())

    @property
    def reading(self) -> Reading | None:
        """What the readout shows."""
        return self._reading

    # The store

    def _on_solution_changed(self, solution: Solution) -> None:
        before = self.scene.whole_field
        self._solution = solution
        self.scene.set_solution(solution)
        if self._dragged_start is not None:
            self.scene.starts.move(self._dragged_start, *self._dragged_to)
        if self.scene.whole_field is not before:
            self._log_chip.set_field(None if self.scene.is_graph else self.scene.whole_field)
            if self.scene.zoomed:
                self._want_window()
        self._refresh_reading()
        self._refresh_slice()
        self.update()

    def _on_frame_changed(self, frame: Frame) -> None:
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
        if self._solution is not None:
            point = slice_point(chosen, self._solution, self.scene.frame, store.view.selected_run)
        self.scene.set_slice(chosen, point)

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
        frame = self.scene.frame
        if frame is not None and frame.markers:
            marker = frame.markers[min(self._store.view.selected_run, len(frame.markers) - 1)]
            x, y = self.scene.plane_of(marker.position)
            self._reading = read_at(solution, x, y, marker.position)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
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
        painter = QPainter(self._still)
        self.scene.paint_still(painter, area)
        painter.end()
        self.still_drawn += 1

    def _paint_readout(self, painter: QPainter, area: QRectF) -> None:
        view, reading = self.viewport, self._reading
        if view is None or reading is None:
            return
        marker = (
            None
            if self._store.view.hover is not None
            else run_color(self.scene.racer_of(self._store.view.selected_run))
        )
        paint_readout(
            painter,
            self.scene.header(area),
            reading,
            tuple(axis.name for axis in self.scene.axes),
            pixel_decimals(view),
            self.scene.look,
            marker,
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit_readout()
        super().resizeEvent(event)

    def _fit_readout(self) -> None:
        self.scene.readout_lines = lines_needed(self.width() - 24.0, self.scene.look)

    def _area(self) -> QRectF:
        return QRectF(0, 0, self.width(), self.height())

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        view = self.viewport
        if view is None or not view.rect.contains(event.position()):
            return
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged_start = self.scene.starts.nearest(event.position(), view, self.scene.look)
            if self._dragged_start is not None:
                self._dragged_to = view.data(event.position())
            elif not self.scene.is_graph:
                self._dragged_slice = self.scene.slices.grip(event.position(), view, self.scene.look)
            if self._dragged_start is not None or self._dragged_slice is not None:
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
                return
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._panned_from = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        view = self.viewport
        if view is None:
            return
        if self._dragged_start is not None:
            self._drag_start(*view.data(event.position()))
            return
        if self._dragged_slice is not None:
            self._drag_slice(*view.data(event.position()))
            return
        if self._panned_from is not None:
            moved = event.position() - self._panned_from
            if self.cursor().shape() != Qt.CursorShape.ClosedHandCursor:
                if math.hypot(moved.x(), moved.y()) < CLICK_PX:
                    return
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self._panned_from = event.position()
            self._see(view.panned(moved.x(), moved.y()))
            return
        self._hover(event.position(), view)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragged_start is not None:
            view = self.viewport
            index, self._dragged_start = self._dragged_start, None
            if view is not None:
                self._set_start(index, *self._on_grid(*view.data(event.position())), quality="full")
            self._store.end_merge()
        elif self._dragged_slice is not None:
            self._dragged_slice = None
            self._store.end_merge()
        self._panned_from = None
        self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        view = self.viewport
        if view is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if view.rect.contains(event.position()):
            self._set_start(0, *self._on_grid(*view.data(event.position())), quality="full")
            self._store.end_merge()

    def enterEvent(self, event: QEnterEvent) -> None:
        view = self.viewport
        if view is not None:
            self._hover(event.position(), view)

    def leaveEvent(self, event: QEvent) -> None:
        self.scene.starts.hovered = None
        self._store.set_view(hover=None, initiator=self)

    def wheelEvent(self, event: QWheelEvent) -> None:
        view = self.viewport
        if view is None:
            return
        pixels = event.pixelDelta()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not pixels.isNull():
            self._see(view.panned(pixels.x(), pixels.y()))
        else:
            self._see(view.zoomed(WHEEL_ZOOM ** event.angleDelta().y(), self._within(event.position(), view)))
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            self._tell(event)
            return True
        if isinstance(event, QNativeGestureEvent):
            view = self.viewport
            if view is not None and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self._see(view.zoomed(1.0 + event.value(), self._within(event.position(), view)))
                return True
        return super().event(event)

    def _tell(self, event: QHelpEvent) -> None:
        """What the critical point under the mouse is."""
        view = self.viewport
        point = None
        if view is not None and self._store.lab.display.critical_points:
            reach = self.scene.look.px(TIP_REACH_PX)
            point = self.scene.critical.nearest(QPointF(event.pos()), view, reach)
        text = "" if point is None else describe(point, self.scene.axes, self.scene.drawn)
        QToolTip.showText(event.globalPos(), text, self)

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
            self._see(view.zoomed(KEY_ZOOM, middle))
        elif event.key() == keys.Key_Minus:
            self._see(view.zoomed(1 / KEY_ZOOM, middle))
        elif event.key() in (keys.Key_Home, keys.Key_0):
            self.reset_view()
        elif event.key() in pan and event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            self._nudge_start(*pan[keys(event.key())])
        elif event.key() in pan and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            dx, dy = pan[keys(event.key())]
            self._see(view.panned(dx * view.rect.width(), dy * view.rect.height()))
        else:
            super().keyPressEvent(event)

    def _hover(self, at: QPointF, view: Viewport) -> None:
        inside = view.rect.contains(at)
        handle = self.scene.starts.nearest(at, view, self.scene.look) if inside else None
        if handle != self.scene.starts.hovered:
            self.scene.starts.hovered = handle
            self.update()
        shapes = Qt.CursorShape
        shape = shapes.CrossCursor if inside else shapes.ArrowCursor
        if handle is not None:
            shape = shapes.OpenHandCursor
        elif inside:
            grip = None if self.scene.is_graph else self.scene.slices.grip(at, view, self.scene.look)
            if grip is not None:
                shape = {
                    "point": shapes.OpenHandCursor,
                    "horizontal": shapes.SizeVerCursor,
                    "vertical": shapes.SizeHorCursor,
                }[grip]
        if self.cursor().shape() != shape:
            self.setCursor(shape)
        self._store.set_view(hover=view.data(at) if inside else None, initiator=self)

    # Zoom

    def _see(self, view: Viewport) -> None:
        if self.scene.set_ranges(((view.x_lo, view.x_hi), (view.y_lo, view.y_hi))):
            self.scene.set_in_gesture(True)
            self._want_window()
            self.update()

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

    # The start

    def _on_grid(self, x: float, y: float) -> tuple[float, float]:
        """(x, y) within the domain, rounded to what a pixel can tell apart."""
        view, home = self.viewport, self.scene.home
        assert view is not None and home is not None
        rounded = []
        for value, decimals, (lo, hi) in zip((x, y), pixel_decimals(view), home, strict=True):
            rounded.append(min(max(round_to(value, -decimals), lo), hi))
        return rounded[0], rounded[1]

    def _drag_start(self, x: float, y: float) -> None:
        assert self._dragged_start is not None
        x, y = self._dragged_to = self._on_grid(x, y)
        self.scene.starts.move(self._dragged_start, x, y)
        self._set_start(self._dragged_start, x, y, quality="draft")
        self.update()

    def _nudge_start(self, dx: float, dy: float) -> None:
        """Move the first start by the keyboard, as far as a few pixels."""
        view, solution = self.viewport, self._solution
        if view is None or solution is None or solution.setup is None:
            return
        x, y = self.scene.plane_of(solution.setup.starts[0])
        at = view.point_px(x, y)
        unit = NUDGE_PX / KEY_PAN
        x, y = self._on_grid(*view.data(QPointF(at.x() - dx * unit, at.y() - dy * unit)))
        self._set_start(0, x, y, quality="full")

    def _drag_slice(self, x: float, y: float) -> None:
        """Move the point of the slices, or only the variable that the dragged line holds."""
        point = self.scene.slices.point
        if point is None:
            return
        x, y = self._on_grid(x, y)
        if self._dragged_slice == "horizontal":
            x = point[0]
        elif self._dragged_slice == "vertical":
            y = point[1]
        chosen = replace(self._store.lab.slice, point=(x, y))
        # Never a draft: a slice is shown at once, and needs nothing of the engine thread.
        self._store.edit(slice=chosen, merge_key="slice point", initiator=self)

    def _set_start(self, index: int, x: float, y: float, *, quality: str) -> None:
        lab: Lab = self._store.lab
        if index >= len(lab.starts):
            return
        names = [axis.name for axis in self.scene.axes]
        starts = list(lab.starts)
        starts[index] = {**starts[index], **dict(zip(names, (x, y), strict=False))}
        self._store.edit(
            starts=tuple(starts),
            merge_key="start",
            quality="draft" if quality == "draft" else "full",
            initiator=self,
        )
