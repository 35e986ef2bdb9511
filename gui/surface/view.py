"""The window's surface: a GLViewWidget whose one item draws the SurfaceScene. GUI thread."""

from typing import Any, Final

from msgspec.structs import replace
from pyqtgraph.opengl import GLViewWidget
from pyqtgraph.opengl.GLGraphicsItem import GLGraphicsItem
from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import (
    QKeyEvent,
    QMatrix4x4,
    QMouseEvent,
    QNativeGestureEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from engine.document.lab import Camera
from engine.solving.prediction import Prediction
from engine.solving.solution import Solution
from engine.solving.timeline import Frame
from gui.i18n import tr
from gui.store import Change, Store
from gui.surface.camera import (
    ViewName,
    orbited,
    panned,
    preset,
    projection_matrix,
    view_matrix,
    zoomed,
)
from gui.surface.lettering import Lettering
from gui.surface.motion import Motion
from gui.surface.picking import pick
from gui.surface.pointer import Pointer, size_of
from gui.surface.scene import Quality, SurfaceScene
from gui.theme import Theme
from gui.timing import single_shot

ORBIT_DEG_PER_PX: Final = 0.4
ZOOM_PER_NOTCH: Final = 1.15
NOTCH: Final = 120.0  # of angleDelta
KEY_ORBIT_DEG: Final = 6.0
REST_MS: Final = 140  # without a move for so long, the picture is refined


class SurfaceItem(GLGraphicsItem):  # type: ignore[misc]
    """The one item of the view."""

    def __init__(self, surface_view: "SurfaceView") -> None:
        super().__init__()
        self._surface_view = surface_view

    def paint(self) -> None:
        self._surface_view.draw_scene()


class SurfaceView(GLViewWidget):  # type: ignore[misc]
    """Shows the store's solution and frame; the mouse moves the camera, the starts and the slices.

    Left drag orbits; right, middle or shift drag pans; the wheel zooms to the cursor; a double click on the
    surface puts the start there; arrow keys, + and −, Home.
    """

    def __init__(self, store: Store, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self.keeps_arrows = True  # where Tab went to it
        self.scene = SurfaceScene(theme)
        self.lettering = Lettering(self.scene)
        self._item = SurfaceItem(self)
        self.addItem(self._item)
        self._draw_failure: Exception | None = None
        self._moving = False
        self._settle = single_shot(self, REST_MS, self._on_settled)
        self._rest = single_shot(self, REST_MS, self._on_rest)
        self._refine = single_shot(self, 0, self._on_refine)
        self._refining = False
        self._resizing = False
        self._last_mouse = QPointF()
        self.motion = Motion(lambda: self._store.view.camera, self._set_camera, self)
        self.pointer = Pointer(store, self.scene, self)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 120)
        self.setAccessibleName(tr("Surface of the function"))
        self.set_theme(theme)
        store.solution_changed.connect(self._on_solution_changed)
        store.section_changed.connect(self._on_solution_changed)
        store.lab_changed.connect(self._on_lab_changed)
        store.view_changed.connect(self._on_view_changed)
        store.prediction_changed.connect(self._on_prediction_changed)
        store.frame_changed.connect(self._on_frame_changed)
        if store.shown is not None:
            self._on_solution_changed(store.shown)
        if store.frame is not None:
            self._on_frame_changed(store.frame)

    def sizeHint(self) -> QSize:
        return QSize(640, 520)

    def set_theme(self, theme: Theme) -> None:
        self.scene.set_theme(theme)
        self.setBackgroundColor(theme.plot)
        self.update()

    def set_scale(self, scale: float) -> None:
        """Larger lines, marks and letters, for a projector; 1 is normal."""
        self.scene.scale = scale
        self.update()

    def go_to(self, name: ViewName) -> None:
        """Fly to a named view: "home", "top" (as the contour map), "front" or "side"."""
        self.motion.fly_to(preset(name, self._store.view.camera))

    def set_auto_rotate(self, on: bool) -> None:
        self.motion.set_turning(on)

    # The store

    def _on_solution_changed(self, solution: Solution) -> None:
        if self._store.prediction is not None:
            return
        before = self.scene.map
        self.scene.set_solution(solution, self._store.lab.display)
        self.scene.set_slice(self._store.lab.slice)
        self.scene.set_view(self._store.view)
        if self.scene.map is not before:
            if self.scene.is_light:
                self._wait()
            else:
                self._touch()
        self.update()

    def _on_prediction_changed(self, prediction: Prediction | None) -> None:
        if prediction is None:
            if self._store.shown is not None:
                self._on_solution_changed(self._store.shown)
            if self._store.frame is not None:
                self._on_frame_changed(self._store.frame)
            return
        self.scene.set_prediction(prediction)
        self._touch()
        self.update()

    def _on_lab_changed(self, change: Change) -> None:
        if self._store.prediction is not None:
            return
        if "display" in change and self.scene.map is not None:
            self.scene.set_field(self.scene.map.field, self._store.lab.display)
            self._touch()
        if "slice" in change:
            self.scene.set_slice(self._store.lab.slice)
        if change.fields & {"display", "slice"}:
            self.update()

    def _on_view_changed(self, change: Change) -> None:
        if "camera" in change:
            self._touch()
        if change.fields & {"camera", "hover", "highlighted_term", "selected_run"}:
            self.scene.set_view(self._store.view)
            self._wait()
            self.update()
        if "playing" in change:
            self._wait()
            self.update()

    def _on_frame_changed(self, frame: Frame) -> None:
        if self._store.prediction is not None:
            return
        self.scene.set_frame(frame)
        self._wait()
        self.update()

    def _set_camera(self, camera: Camera) -> None:
        self._store.set_view(camera=camera, initiator=self)

    # Drawing

    def _touch(self) -> None:
        """Something large moves: draw quickly until it rests."""
        self._moving = True
        self._settle.start()
        self._wait()

    def _wait(self) -> None:
        """Something small moves: refine later, so that it moves without a hitch."""
        self._refining = False
        self._refine.stop()
        self._rest.start()

    def _on_settled(self) -> None:
        if self._store.moving:
            self._settle.start()
            return
        self._moving = False
        self.update()

    def _on_rest(self) -> None:
        """Begin to refine, unless the next picture comes soon."""
        if self._store.moving:
            self._rest.start()
            return
        self.update()

    def _on_refine(self) -> None:
        self._refining = True
        self.update()

    def _quality(self) -> Quality:
        if self._moving:
            return "draft"
        if self._refining:
            return "full"
        return "kept"

    def draw_scene(self) -> None:
        """Called by the item, in the widget's context."""
        ratio = self.devicePixelRatioF()
        size_px = (max(self.deviceWidth(), 1), max(self.deviceHeight(), 1))
        try:
            self.scene.draw(self._store.view.camera, size_px, ratio, quality=self._quality())
        except Exception as failure:  # pyqtgraph prints it and goes on; paintGL raises it again
            self._draw_failure = failure

    def initializeGL(self) -> None:
        self.context().aboutToBeDestroyed.connect(self.release)
        super().initializeGL()

    def release(self) -> None:
        """Give back what is made in the context. Whoever deletes the view calls it first: a context that ends
        with its widget finds nobody any more, and ten megabytes stay."""
        self.makeCurrent()
        self.scene.release()
        self.doneCurrent()

    def paintGL(self) -> None:
        if self._resizing:
            return  # Qt asks for a picture inside the resize, and again right after it
        super().paintGL()
        if self._draw_failure is not None:
            failure, self._draw_failure = self._draw_failure, None
            raise failure
        size, ratio = (self.width(), self.height()), self.devicePixelRatioF()
        self.scene.paste(self.lettering.picture(self._store.view.camera, size, ratio))
        self._refining = False
        if not self._rest.isActive() and not self._store.moving and not self.scene.refined:
            self._refine.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._touch()
        self._resizing = True
        super().resizeEvent(event)
        self._resizing = False

    def projectionMatrix(self, region: Any, viewport: Any) -> QMatrix4x4:
        matrix = projection_matrix(self._store.view.camera, (viewport[2], viewport[3]))
        return QMatrix4x4([float(v) for v in matrix.ravel()])

    def viewMatrix(self) -> QMatrix4x4:
        return QMatrix4x4([float(v) for v in view_matrix(self._store.view.camera).ravel()])

    # Mouse and keyboard

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._last_mouse = event.position()
        self.motion.stop_flight()
        if event.button() == Qt.MouseButton.LeftButton and not event.modifiers():
            self.pointer.press(event.position())
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        moved = at - self._last_mouse
        self._last_mouse = at
        buttons = event.buttons()
        if buttons == Qt.MouseButton.NoButton:
            self.pointer.hover(at)
        elif self.pointer.dragging:
            self.pointer.drag(at)
        elif (
            buttons & Qt.MouseButton.LeftButton and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        ):
            self._set_camera(
                orbited(self._store.view.camera, -ORBIT_DEG_PER_PX * moved.x(), ORBIT_DEG_PER_PX * moved.y())
            )
        else:
            self._set_camera(panned(self._store.view.camera, moved.x(), moved.y(), size_of(self)))
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.pointer.dragging:
            self.pointer.release(event.position())
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._store.prediction is None:
            self.pointer.double_click(event.position())
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self.pointer.leave()
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.motion.stop_flight()
        pixels, angle = event.pixelDelta(), event.angleDelta()
        modifiers = event.modifiers()
        if not pixels.isNull() and not modifiers & Qt.KeyboardModifier.ControlModifier:
            camera = self._store.view.camera  # two fingers on a touch pad
            if modifiers & Qt.KeyboardModifier.ShiftModifier:
                camera = panned(camera, pixels.x(), pixels.y(), size_of(self))
            else:
                camera = orbited(camera, -ORBIT_DEG_PER_PX * pixels.x(), ORBIT_DEG_PER_PX * pixels.y())
            self._set_camera(camera)
        else:
            self._zoom(ZOOM_PER_NOTCH ** ((angle.y() or angle.x()) / NOTCH), event.position())
        event.accept()

    def event(self, event: QEvent) -> bool:
        if (
            isinstance(event, QNativeGestureEvent)
            and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture
        ):
            self._zoom(1.0 + event.value(), event.position())
            return True
        return bool(super().event(event))

    def _zoom(self, factor: float, at: QPointF) -> None:
        camera, pixel = self._store.view.camera, (at.x(), at.y())
        anchor = None
        if self.scene.map is not None:
            anchor = pick(pixel, self.scene.map, camera, size_of(self))
        self._set_camera(zoomed(camera, factor, pixel, size_of(self), anchor))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        camera = self._store.view.camera
        middle = QPointF(self.width() / 2, self.height() / 2)
        match event.key():
            case Qt.Key.Key_Left:
                self._set_camera(orbited(camera, -KEY_ORBIT_DEG, 0))
            case Qt.Key.Key_Right:
                self._set_camera(orbited(camera, KEY_ORBIT_DEG, 0))
            case Qt.Key.Key_Up:
                self._set_camera(orbited(camera, 0, KEY_ORBIT_DEG))
            case Qt.Key.Key_Down:
                self._set_camera(orbited(camera, 0, -KEY_ORBIT_DEG))
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self._zoom(ZOOM_PER_NOTCH, middle)
            case Qt.Key.Key_Minus:
                self._zoom(1 / ZOOM_PER_NOTCH, middle)
            case Qt.Key.Key_Home:
                self.go_to("home")
            case Qt.Key.Key_5:
                self._set_camera(replace(camera, orthographic=not camera.orthographic))
            case _:
                event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        event.ignore()
