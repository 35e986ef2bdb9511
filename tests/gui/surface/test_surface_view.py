"""The view, driven like a person drives it."""

from collections.abc import Iterator

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from engine.document.lab import Camera, Display, Lab, Slice
from gui.store import Store
from gui.surface.camera import HOME, preset, project
from gui.surface.pointer import size_of
from gui.surface.view import SurfaceView
from gui.theme import DARK, LIGHT, secant_color
from tests.engine.hand_made import solve_by_hand
from tests.engine.numpy_objective import BOWL
from tests.gui.driving import shown
from tests.gui.golden import pixels, rgb

SIZE = (480, 360)
TOP = preset("top", Camera())


class Stage:
    """A store with a solution, and the view of it."""

    def __init__(self, qtbot, lab: Lab | None = None) -> None:
        self.qtbot = qtbot
        self.store = Store(lab or Lab(starts=({"x": 4.0, "y": 3.0},)))
        self.view = SurfaceView(self.store, DARK)
        qtbot.addWidget(self.view)
        self.view.resize(*SIZE)
        self.solve()
        with qtbot.waitExposed(self.view):
            self.view.show()
        qtbot.waitUntil(lambda: self.view.scene.device is not None)

    def solve(self) -> None:
        """What the engine would answer."""
        solution = solve_by_hand(BOWL, steps=6, lab=self.store.lab, revision=self.store.revision)
        assert self.store.accept(solution)

    def rest(self) -> None:
        self.view.repaint()
        self.qtbot.waitUntil(lambda: self.view.scene.refined, timeout=20_000)

    def pixel(self, x: float, y: float) -> QPointF:
        """Where the surface above (x, y) is seen."""
        box_map = self.view.scene.map
        assert box_map is not None
        place = box_map.surface_at(box_map.plane((x, y)))
        px = project(place, self.store.view.camera, size_of(self.view))
        return QPointF(float(px[0]), float(px[1]))

    def mouse(self, kind: QEvent.Type, at: QPointF, button=Qt.MouseButton.NoButton, modifiers=None) -> None:
        held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else button
        cause = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else button
        event = QMouseEvent(
            kind,
            at,
            self.view.mapToGlobal(at),
            cause,
            held,
            modifiers or Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(self.view, event)

    def drag(self, start: QPointF, end: QPointF, button=Qt.MouseButton.LeftButton, modifiers=None) -> None:
        self.mouse(QEvent.Type.MouseButtonPress, start, button, modifiers)
        for share in (0.5, 1.0):
            self.mouse(QEvent.Type.MouseMove, start + share * (end - start), button, modifiers)
        self.mouse(QEvent.Type.MouseButtonRelease, end, button, modifiers)

    def wheel(self, at: QPointF, *, angle: int = 0, pixels: QPoint | None = None) -> None:
        event = QWheelEvent(
            at,
            self.view.mapToGlobal(at),
            pixels or QPoint(),
            QPoint(0, angle),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self.view, event)


@pytest.fixture
def stage(qtbot) -> Iterator[Stage]:
    yield Stage(qtbot)


def test_it_draws_and_comes_to_rest(stage: Stage) -> None:
    stage.rest()
    picture = pixels(stage.view.grabFramebuffer())
    assert picture[..., :3].std() > 10
    drawn = stage.view.scene._layers.base_draws
    stage.view.repaint()
    assert stage.view.scene._layers.base_draws == drawn, "at rest nothing is drawn again"


def test_a_resize_draws_one_picture(stage: Stage) -> None:
    stage.rest()
    drawn = stage.view.scene._layers.base_draws
    stage.view.resize(SIZE[0] + 40, SIZE[1] + 20)
    QApplication.processEvents()
    assert stage.view.scene._layers.base_draws == drawn + 1
    assert stage.view.grabFramebuffer().width() == SIZE[0] + 40
    assert len(np.unique(pixels(stage.view.grabFramebuffer()).reshape(-1, 4), axis=0)) > 100


def test_left_drag_orbits(stage: Stage) -> None:
    before = stage.store.view.camera
    stage.drag(QPointF(20, 20), QPointF(70, 40))
    after = stage.store.view.camera
    assert after.azimuth_deg < before.azimuth_deg
    assert after.elevation_deg > before.elevation_deg
    assert after.center == before.center


@pytest.mark.parametrize(
    ("button", "modifiers"),
    [
        (Qt.MouseButton.RightButton, None),
        (Qt.MouseButton.MiddleButton, None),
        (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier),
    ],
)
def test_other_drags_pan(stage: Stage, button, modifiers) -> None:
    before = stage.store.view.camera
    stage.drag(QPointF(20, 20), QPointF(60, 20), button, modifiers)
    after = stage.store.view.camera
    assert after.azimuth_deg == before.azimuth_deg
    assert after.center != before.center


def test_the_wheel_zooms_to_the_cursor(stage: Stage) -> None:
    at = stage.pixel(2.0, -1.0)
    box_map = stage.view.scene.map
    seen = box_map.surface_at(box_map.plane((2.0, -1.0)))
    stage.wheel(at, angle=240)
    assert stage.store.view.camera.distance < HOME.distance
    now = project(seen, stage.store.view.camera, size_of(stage.view))[:2]
    assert now == pytest.approx((at.x(), at.y()), abs=1.5)
    stage.wheel(at, angle=-240)
    assert stage.store.view.camera.distance == pytest.approx(HOME.distance)


def test_two_fingers_orbit(stage: Stage) -> None:
    stage.wheel(QPointF(100, 100), pixels=QPoint(30, 0))
    assert stage.store.view.camera.azimuth_deg != HOME.azimuth_deg
    assert stage.store.view.camera.distance == HOME.distance


def test_hover_is_the_point_under_the_mouse(stage: Stage) -> None:
    stage.mouse(QEvent.Type.MouseMove, stage.pixel(1.5, 2.0))
    assert stage.store.view.hover == pytest.approx((1.5, 2.0), abs=0.08)
    stage.mouse(QEvent.Type.MouseMove, QPointF(2, 2))
    assert stage.store.view.hover is None
    stage.mouse(QEvent.Type.MouseMove, stage.pixel(1.5, 2.0))
    QApplication.sendEvent(stage.view, QEvent(QEvent.Type.Leave))
    assert stage.store.view.hover is None


def test_the_contour_maps_cursor_is_shown(stage: Stage) -> None:
    stage.store.set_view(camera=TOP)
    stage.rest()
    before = rgb(stage.view.grabFramebuffer())
    stage.store.set_view(hover=(-2.0, -2.0))
    after = rgb(stage.view.grabFramebuffer())
    changed = np.argwhere(np.abs(after - before).max(axis=-1) > 40)
    at = stage.pixel(-2.0, -2.0)
    assert len(changed)
    away = np.hypot(changed[:, 1] - at.x(), changed[:, 0] - at.y())
    assert away.min() < 4


def test_a_double_click_puts_the_start_there(stage: Stage) -> None:
    at = stage.pixel(-1.0, 2.0)
    stage.mouse(QEvent.Type.MouseButtonDblClick, at, Qt.MouseButton.LeftButton)
    start = stage.store.lab.starts[0]
    assert (start["x"], start["y"]) == pytest.approx((-1.0, 2.0), abs=0.08)
    stage.store.undo()
    assert stage.store.lab.starts[0] == {"x": 4.0, "y": 3.0}


def test_the_start_is_dragged_live_and_undone_at_once(stage: Stage) -> None:
    qualities: list[str] = []
    stage.store.solve_requested.connect(lambda revision, lab, quality: qualities.append(quality))
    stage.drag(stage.pixel(4.0, 3.0), stage.pixel(1.0, 1.0))
    start = stage.store.lab.starts[0]
    assert (start["x"], start["y"]) == pytest.approx((1.0, 1.0), abs=0.08)
    assert qualities[0] == "draft" and qualities[-1] == "full"
    assert stage.store.view.camera == HOME, "the camera stays while something is dragged"
    stage.store.undo()
    assert stage.store.lab.starts[0] == {"x": 4.0, "y": 3.0}
    assert not stage.store.can_undo


def test_a_start_dragged_off_the_surface_stays_where_it_was_last(stage: Stage) -> None:
    stage.mouse(QEvent.Type.MouseButtonPress, stage.pixel(4.0, 3.0), Qt.MouseButton.LeftButton)
    stage.mouse(QEvent.Type.MouseMove, stage.pixel(3.0, 3.0), Qt.MouseButton.LeftButton)
    stage.mouse(QEvent.Type.MouseMove, QPointF(1, 1), Qt.MouseButton.LeftButton)
    stage.mouse(QEvent.Type.MouseButtonRelease, QPointF(1, 1), Qt.MouseButton.LeftButton)
    start = stage.store.lab.starts[0]
    assert (start["x"], start["y"]) == pytest.approx((3.0, 3.0), abs=0.08)


def test_keys(stage: Stage) -> None:
    QTest.keyClick(stage.view, Qt.Key.Key_Left)
    assert stage.store.view.camera.azimuth_deg < HOME.azimuth_deg
    QTest.keyClick(stage.view, Qt.Key.Key_Up)
    assert stage.store.view.camera.elevation_deg > HOME.elevation_deg
    QTest.keyClick(stage.view, Qt.Key.Key_Plus)
    assert stage.store.view.camera.distance < HOME.distance
    QTest.keyClick(stage.view, Qt.Key.Key_Minus)
    QTest.keyClick(stage.view, Qt.Key.Key_Home)
    stage.qtbot.waitUntil(lambda: stage.store.view.camera == HOME)
    QTest.keyClick(stage.view, Qt.Key.Key_5)
    assert stage.store.view.camera.orthographic


@pytest.mark.parametrize("name", ["top", "front", "side"])
def test_flights_arrive(stage: Stage, name) -> None:
    stage.view.go_to(name)
    target = preset(name, HOME)
    stage.qtbot.waitUntil(lambda: stage.store.view.camera == target, timeout=5000)


def test_a_mouse_press_ends_a_flight(stage: Stage) -> None:
    stage.view.go_to("top")
    stage.mouse(QEvent.Type.MouseButtonPress, QPointF(5, 5), Qt.MouseButton.LeftButton)
    stage.mouse(QEvent.Type.MouseButtonRelease, QPointF(5, 5), Qt.MouseButton.LeftButton)
    stage.qtbot.waitUntil(lambda: not stage.view.motion._timer.isActive())
    assert stage.store.view.camera != preset("top", HOME)


def test_it_turns_by_itself(stage: Stage) -> None:
    stage.view.set_auto_rotate(True)
    stage.qtbot.waitUntil(lambda: abs(stage.store.view.camera.azimuth_deg - HOME.azimuth_deg) > 0.3)
    stage.view.set_auto_rotate(False)
    assert not stage.view.motion.turning


def test_a_new_look_needs_no_solve(stage: Stage) -> None:
    stage.rest()
    before = pixels(stage.view.grabFramebuffer())
    stage.store.edit_display(colormap="magma")
    stage.rest()
    assert (pixels(stage.view.grabFramebuffer()) != before).mean() > 0.1
    stage.view.set_theme(LIGHT)
    stage.rest()
    assert tuple(pixels(stage.view.grabFramebuffer())[0, 0, :3]) == (255, 255, 255)


def test_the_playhead_draws_only_what_moves(stage: Stage) -> None:
    stage.rest()
    scene = stage.view.scene
    drawn, sent = scene._layers.base_draws, scene.device.uploads["heights"]
    for t in (1.0, 2.5, 4.0):
        stage.store.set_view(t_steps=t)
        stage.view.repaint()
    assert scene._layers.base_draws == drawn
    assert scene.device.uploads["heights"] == sent


def test_slices_are_dragged(qtbot) -> None:
    lab = Lab(
        starts=({"x": 4.0, "y": 3.0},),
        slice=Slice(along=("horizontal", "vertical"), point=(1.0, -1.0), h=2.0),
    )
    stage = Stage(qtbot, lab)
    stage.store.set_view(camera=TOP)
    # The secant's second point, along x, as it is in the plot of the slice.
    at, color = stage.pixel(3.0, -1.0), secant_color(DARK)
    picture = stage.view.grabFramebuffer()
    seen = picture.pixelColor((at * stage.view.devicePixelRatio()).toPoint())
    assert np.allclose(seen.getRgb()[:3], color.getRgb()[:3], atol=60), seen.name()
    stage.drag(stage.pixel(3.0, -1.0), stage.pixel(2.0, -1.0))
    assert stage.store.lab.slice.h == pytest.approx(1.0, abs=0.05)
    # The point.
    stage.drag(stage.pixel(1.0, -1.0), stage.pixel(-1.0, 2.0))
    assert stage.store.lab.slice.point == pytest.approx((-1.0, 2.0), abs=0.1)
    # The plane y = 2, by its curve: only y moves.
    x = stage.store.lab.slice.point[0]
    stage.drag(stage.pixel(-4.0, stage.store.lab.slice.point[1]), stage.pixel(-4.0, 1.0))
    assert stage.store.lab.slice.point[0] == x
    assert stage.store.lab.slice.point[1] == pytest.approx(1.0, abs=0.3)


def test_a_moved_window_gets_a_new_context(stage: Stage, qtbot) -> None:
    """A floated dock is given another context; the scene must be made anew in it."""
    stage.rest()
    before = pixels(stage.view.grabFramebuffer())
    house = QWidget()
    qtbot.addWidget(house)
    layout = QVBoxLayout(house)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(stage.view)
    house.resize(*SIZE)
    with qtbot.waitExposed(house):
        house.show()
    stage.view.resize(*SIZE)
    stage.rest()
    after = pixels(stage.view.grabFramebuffer())
    assert after.shape == before.shape
    assert np.abs(after.astype(int) - before).mean() < 1.0
    stage.view.setParent(None)
    qtbot.addWidget(stage.view)


def test_a_failure_to_draw_is_not_swallowed(stage: Stage, monkeypatch) -> None:
    def broken(*args: object, **options: object) -> None:
        raise RuntimeError("broken shader")

    stage.rest()
    stage.view.makeCurrent()
    with monkeypatch.context() as patch:
        patch.setattr(stage.view.scene, "draw", broken)
        with pytest.raises(RuntimeError, match="broken shader"):
            stage.view.paintGL()
    stage.view.doneCurrent()


def test_an_empty_view_is_painted(qtbot) -> None:
    view = shown(qtbot, SurfaceView(Store(), DARK), 200, 160)
    picture = pixels(view.grabFramebuffer())
    assert tuple(picture[5, 5, :3]) == DARK.color("plot").getRgb()[:3]


def test_undefined_axes_do_not_break_the_pointer(qtbot) -> None:
    stage = Stage(qtbot, Lab(display=Display(z_scale="log")))
    stage.store.set_view(camera=replace(TOP, distance=0.5))
    middle = QPointF(SIZE[0] / 2, SIZE[1] / 2)
    stage.mouse(QEvent.Type.MouseMove, middle)
    assert stage.store.view.hover == pytest.approx((0.0, 0.0), abs=0.1)
    stage.mouse(QEvent.Type.MouseMove, QPointF(-50, 9000))
    hover = stage.store.view.hover
    assert hover is None or np.abs(hover).max() <= 5.0
