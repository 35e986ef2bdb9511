"""The contour map under the mouse: dragged starts, hover, zoom and pan."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from engine.function.field import sample
from tests.engine.numpy_objective import BOWL, DISPLAY, box
from tests.gui.contour.pointing import at, wheel, wheel_at
from tests.gui.driving import LEFT, drag, hover


def test_dragging_a_start_edits_the_lab_as_one_step(view, store, qtbot):
    seen = []
    store.solve_requested.connect(lambda revision, lab, quality: seen.append((lab.starts, quality)))
    drag(view, at(view, 4, 3), at(view, 2, 2), at(view, -1, 1))
    # The second is kept back until the first has been shown; the last one always counts.
    assert [quality for _, quality in seen] == ["draft", "full"]
    start = store.lab.starts[0]
    assert (start["x"], start["y"]) == pytest.approx((-1, 1), abs=0.02)
    assert len(f"{start['x']:.12g}") <= 6  # no more digits than a pixel can tell
    store.undo()
    assert store.lab.starts == ({},)


def test_a_start_dragged_out_stays_in_the_domain(view, store, qtbot):
    drag(view, at(view, 4, 3), at(view, 5, 5) + QPoint(400, -400))
    assert store.lab.starts[0] == {"x": 5.0, "y": 5.0}


def test_a_double_click_puts_the_start_there(view, store, qtbot):
    qtbot.mouseDClick(view, LEFT, pos=at(view, 1, -2))
    assert (store.lab.starts[0]["x"], store.lab.starts[0]["y"]) == pytest.approx((1, -2), abs=0.02)


def test_hover_is_shared_and_read_exactly(view, store, qtbot):
    hover(view, at(view, 2, -1))
    x, y = store.view.hover
    assert (x, y) == pytest.approx((2, -1), abs=0.02)
    reading = view.reading
    assert reading.f == x**2 + y**2
    assert (reading.fx, reading.fy) == (2 * x, 2 * y)
    assert reading.steepness == pytest.approx(2 * np.hypot(x, y))
    assert reading.direction_deg == pytest.approx(np.degrees(np.arctan2(y, x)) % 360)


def test_hover_in_another_view_moves_the_crosshair(view, store):
    store.set_view(hover=(1.0, 1.0))
    assert view.reading.f == 2.0
    view.repaint()
    assert view.scene.cursor.traced == 1
    store.set_view(hover=None)
    assert view.reading.f == 25.0  # back at the marker


def test_the_wheel_zooms_to_the_mouse_and_asks_for_the_window(view, qtbot):
    with qtbot.waitSignal(view.window_changed) as asked:
        wheel(view, 2, 1, 10)
    (x_lo, x_hi), (y_lo, y_hi) = asked.args
    assert x_lo < 2 < x_hi and y_lo < 1 < y_hi
    assert x_hi - x_lo < 2.5
    field = sample(BOWL, box(), DISPLAY, window=(asked.args[0], asked.args[1]), resolution=51)
    view.set_window_field(field)
    assert view.scene.field is field
    stale = sample(BOWL, box(), DISPLAY, window=((0, 1), (0, 1)), resolution=51)
    view.set_window_field(stale)
    assert view.scene.field is field
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert not view.scene.zoomed
    assert view.scene.field is view.scene.whole_field


def test_zoom_has_an_end(view):
    for _ in range(60):
        wheel(view, 1, 1, 20)
    (lo, hi), _ = view.scene.ranges
    assert hi - lo > 1e-13
    for _ in range(60):
        wheel(view, 1, 1, -20)
    (lo, hi), _ = view.scene.ranges
    assert hi - lo <= 500


@pytest.mark.parametrize("place", [(3.14159, 2.71828), (-4.9, 4.9)])
@pytest.mark.parametrize("size", [(640, 560), (420, 700)])
def test_what_is_under_the_mouse_stays_there_while_zooming(view, place, size):
    view.resize(*size)
    view.repaint()
    mouse = QPointF(at(view, *place))
    point = view.viewport.data(mouse)
    for _ in range(60):
        wheel_at(view, mouse, 1)
        seen = view.viewport.point_px(*point)
        assert (seen - mouse).manhattanLength() < 0.01
        assert view._store.view.hover == pytest.approx(point, rel=1e-9)
    view._on_settled()
    ranges = view.scene.ranges
    view.set_window_field(sample(BOWL, box(), DISPLAY, window=ranges, resolution=51))
    assert (view.viewport.point_px(*point) - mouse).manhattanLength() < 1.0


def test_what_is_under_the_mouse_stays_there_on_a_graph(graph):
    mouse = QPointF(at(graph, 0.7, 0.7**3 - 0.7))
    point = graph.viewport.data(mouse)
    for _ in range(60):
        wheel_at(graph, mouse, 1)
        assert (graph.viewport.point_px(*point) - mouse).manhattanLength() < 0.01


def test_the_readout_follows_the_plane_under_a_mouse_at_rest(view, store, qtbot):
    mouse = at(view, 2, -1)
    hover(view, mouse)
    qtbot.keyClick(view, Qt.Key.Key_Left)
    expected = view.viewport.data(QPointF(mouse))
    assert expected[0] < 1
    assert store.view.hover == expected
    assert (view.reading.x, view.reading.y) == expected


def test_the_readout_follows_what_is_dragged(view, store):
    drag(view, at(view, 4, 3), at(view, 2, 2), at(view, -1, 1))
    start = store.lab.starts[0]
    assert store.view.hover == (start["x"], start["y"])
    assert view.reading.f == BOWL.value(np.array(store.view.hover))


def test_the_start_of_a_graph_is_dragged_along_it(graph, store, qtbot):
    here = graph.viewport.point_px(1.5, 1.5**3 - 1.5).toPoint()
    there = graph.viewport.point_px(-1.0, 0.0).toPoint()
    drag(graph, here, there)
    assert store.lab.starts[0] == {"x": pytest.approx(-1.0, abs=0.02)}


def test_shift_and_arrows_move_the_start(view, store, qtbot):
    for _ in range(2):
        qtbot.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert store.lab.starts[0]["x"] < 4
    assert store.lab.starts[0]["y"] == pytest.approx(3, abs=0.02)
    qtbot.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert store.lab.starts[0]["y"] > 3
