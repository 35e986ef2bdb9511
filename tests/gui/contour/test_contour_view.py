"""The contour map in its widget: what changes of the store rebuild, and what is seen."""

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QPainter

from engine.analysis.findings import Analysis, CriticalPoint
from engine.document.lab import Display, Lab
from engine.function.field import sample
from gui.contour import flow_layer
from gui.contour.critical_layer import describe
from gui.contour.view import ContourView
from gui.store import Store
from gui.theme import DARK, run_color
from tests.engine.hand_made import descend, solve_by_hand
from tests.engine.numpy_objective import BOWL, DISPLAY, NumpyObjective, box, rosenbrock
from tests.gui.contour.pointing import at, wheel
from tests.gui.driving import LEFT, drag, hover, shown
from tests.gui.golden import pixels, rgb


def counts(view):
    scene = view.scene
    return (
        view.still_drawn,
        scene.image.indexed,
        scene.image.looked_up,
        scene.lines.traced,
        scene.lines.placed,
    )


def test_pixels_and_data_map_back_and_forth(view):
    port = view.viewport
    for x, y in ((-5, -5), (4, 3), (0, 0.5)):
        assert port.data(port.point_px(x, y)) == pytest.approx((x, y))
    assert port.point_px(0, 5).y() < port.point_px(0, -5).y()


def test_moving_the_playhead_rebuilds_nothing(view, store):
    before = counts(view)
    for t in (0.5, 1, 7.25, 3):
        store.set_view(t_steps=t)
        view.repaint()
    assert counts(view) == before


def test_another_colormap_looks_up_colours_and_finds_no_lines(view, store):
    still, indexed, looked_up, traced, _ = counts(view)
    store.edit_display(colormap="magma")
    view.repaint()
    after = counts(view)
    assert after[0] == still + 1
    assert (after[1], after[3]) == (indexed, traced)
    assert after[2] == looked_up + 1


def test_another_theme_only_paints_anew(view):
    before = counts(view)
    view.set_theme(DARK)
    view.repaint()
    assert counts(view)[1:4] == before[1:4]
    assert view.still_drawn == before[0] + 1


def test_panning_keeps_lines_and_numbers(view, qtbot):
    before = counts(view)
    here = at(view, -3, -3)
    drag(view, here, *(here + QPoint(6 * k, 4 * k) for k in range(1, 6)))
    view.repaint()
    after = counts(view)
    assert after[1:] == before[1:]
    assert view.scene.zoomed


def test_a_flat_field_has_no_lines_and_no_numbers_of_the_one_before(view, store):
    assert view.scene.lines.labels
    store.accept(solve_by_hand(NumpyObjective(lambda x, y: 3.0 + 0 * x), lrs=()))
    view.repaint()
    assert not view.scene.lines.labels


def test_new_ranges_show_the_whole_domain_again(view, store):
    wheel(view, 1, 1, 3)
    assert view.scene.zoomed
    store.accept(solve_by_hand(BOWL, box((0, 1), (0, 2))))
    assert not view.scene.zoomed
    assert view.scene.ranges == ((0, 1), (0, 2))


def test_a_view_without_a_solution_is_blank_and_harmless(qtbot):
    widget = shown(qtbot, ContourView(Store(Lab()), DARK), 640, 560)
    widget.repaint()
    hover(widget, QPoint(50, 50))
    qtbot.mouseClick(widget, LEFT, pos=QPoint(50, 50))
    qtbot.keyClick(widget, Qt.Key.Key_Plus)
    assert (widget.viewport, widget.reading) == (None, None)
    assert widget._store.lab == Lab()
    assert np.unique(rgb(widget.grab().toImage()).reshape(-1, 3), axis=0).tolist() == [
        list(DARK.color("plot").getRgb()[:3])
    ]


def test_display_switches_are_shown_at_once(view, store):
    def plot():
        return rgb(view.grab().toImage().copy(view.viewport.rect.toRect()))

    def edges(picture):
        return float((np.abs(np.diff(picture, axis=1)).max(axis=-1) > 40).mean())

    lined = plot()
    store.edit_display(isolines=False)
    bare = plot()
    assert edges(bare) < 0.5 * edges(lined)
    store.edit_display(level_labels=False)
    assert (plot() == bare).all(), "without level lines there were no numbers on them"


def test_an_objective_that_is_nan_can_be_hovered(view, store):
    half = NumpyObjective(lambda x, y: np.log(x) + y)
    store.accept(replace(solve_by_hand(half, lrs=()), lab=Lab(display=Display())))
    store.set_view(hover=(-2.0, 1.0))
    view.repaint()
    assert np.isnan(view.reading.f)


def test_one_variable_is_drawn_as_a_graph(graph, store, qtbot):
    assert graph.scene.is_graph
    store.set_view(hover=(0.5, 0.0))
    assert (graph.reading.f, graph.reading.fx) == (-0.375, -0.25)
    graph.repaint()
    store.set_view(hover=None, t_steps=2.5)
    graph.repaint()


def test_a_swarm_on_a_graph_lies_on_it(graph, store):
    setup = box((-2, 2), None, start=(1.5,))
    cubic = NumpyObjective(lambda x: x**3 - x, lambda x: 3 * x**2 - 1, d=1)
    starts = np.linspace(-1, 1.5, 80)
    runs = tuple(descend(cubic, (x,), lr=0.01, steps=2) for x in starts)
    store.accept(replace(solve_by_hand(cubic, setup, lrs=()), runs=runs))
    store.set_view(t_steps=1.5)
    shot = pixels(graph.grab().toImage())
    marker = store.frame.markers[40]
    at_px = graph.viewport.point_px(float(marker.position[0]), marker.value)
    color = shot[int(at_px.y()), int(at_px.x()), :3].astype(int)
    assert np.abs(color - run_color(0).getRgb()[:3]).max() < 40


def test_from_a_map_to_a_graph_and_back(graph, store):
    store.accept(solve_by_hand(BOWL))
    graph.repaint()
    assert not graph.scene.is_graph
    assert graph.scene.ranges == ((-5, 5), (-5, 5))


def test_the_log_scale_is_suggested_where_it_helps(view, store, qtbot):
    assert not view._log_chip.isVisible()
    store.accept(solve_by_hand(NumpyObjective(rosenbrock), lrs=()))
    view.repaint()
    assert view._log_chip.isVisible()
    assert view.rect().contains(view._log_chip.geometry())
    qtbot.mouseClick(view._log_chip, LEFT)
    assert store.lab.display.z_scale == "log"
    qtbot.mouseClick(view._log_chip, LEFT)
    assert store.lab.display.z_scale == "linear"


def test_the_log_scale_is_suggested_for_what_is_in_sight(view, store):
    store.accept(solve_by_hand(NumpyObjective(rosenbrock), lrs=()))
    for _ in range(20):
        wheel(view, 1, 3, 2)
    view._on_settled()
    window = view.scene.ranges
    view.set_window_field(sample(NumpyObjective(rosenbrock), box(), DISPLAY, window=window, resolution=51))
    assert not view._log_chip.isVisible()
    view.reset_view()
    assert view._log_chip.isVisible()


def test_a_critical_point_tells_what_it_is(view):
    point = CriticalPoint(np.array([3.0, 2.0]), 0.0, "minimum", np.array([25.7, 82.3]))
    text = describe(point, view.scene.plane)
    assert text.splitlines() == [
        "Local minimum",
        "x = 3, y = 2",
        "f = 0",
        "Eigenvalues of the Hessian: 25.7, 82.3",
    ]
    view.scene.critical.set_analysis(Analysis(critical_points=(point,)), view.scene.plane)
    assert view.scene.critical.nearest(view.viewport.point_px(3.02, 2), view.viewport, 14) is point
    assert view.scene.critical.nearest(view.viewport.point_px(0, 0), view.viewport, 14) is None


def test_a_small_picture_is_mostly_map(view):
    view.resize(292, 326)
    view.repaint()
    assert view.viewport.rect.width() > 185


def test_a_narrow_map_with_a_projector_s_letters_has_no_colour_bar(view):
    view.resize(244, 400)
    beside = view.viewport.rect.width()
    view.set_scale(1.45)
    view.repaint()
    assert view.scene.layout(view._area()).bar.isEmpty()
    assert view.viewport.rect.width() > beside * 0.9 and view.viewport.rect.width() > 140


def test_the_gradient_stands_at_right_angles_on_the_level_line(view, store):
    """On an equal scale; measured in pixels, on the line that is drawn."""
    store.set_view(hover=(1.5, 2.0))
    view.repaint()
    port = view.viewport
    assert port.px_per_x == pytest.approx(port.px_per_y, rel=0.01)
    finder = view.scene.lines.finder
    line = finder.lines(view.reading.f)[0]
    field = view.scene.field
    x = field.x[0] + line[:, 0] * np.ptp(field.x)
    y = field.y[0] + line[:, 1] * np.ptp(field.y)
    k = int(np.argmin(np.hypot(x - 1.5, y - 2.0)))
    tangent = np.array([x[k + 3] - x[k - 3], y[k + 3] - y[k - 3]])
    gradient = np.array([view.reading.fx, view.reading.fy])
    cosine = tangent @ gradient / np.linalg.norm(tangent) / np.linalg.norm(gradient)
    assert abs(cosine) < 0.01


@pytest.mark.parametrize("looks", [{"gradient_arrows": "unit"}, {"gradient_arrows": "scaled"}])
def test_arrows_stand_equally_far_apart_at_every_zoom(view, store, looks, monkeypatch):
    drawn = []
    monkeypatch.setattr(
        flow_layer, "_stroke_arrows", lambda painter, middles, *rest: drawn.append(np.asarray(middles))
    )
    store.edit_display(**looks)
    view.repaint()
    for _ in range(4):
        drawn.clear()
        wheel(view, 1, 1, 4)
        view.repaint()
        columns = np.unique(np.concatenate(drawn)[:, 0].round(3))
        assert len(columns) > 8
        assert 0.6 < np.diff(columns).min() / flow_layer.SPACING_PX < 2.0


def test_numbers_do_not_touch(view):
    """No two numbers of the level lines are nearer than their own height, and all are upright."""
    labels = view.scene.lines.labels
    assert len(labels) > 10
    size = view.viewport.rect
    at = np.array([label.center for label in labels]) * (size.width(), size.height())
    apart = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1))
    np.fill_diagonal(apart, np.inf)
    assert apart.min() > 12
    assert all(abs(label.angle_deg) <= 90 for label in labels)


@pytest.mark.parametrize("size", [(160, 140), (240, 300), (1600, 200), (3000, 1800)])
@pytest.mark.parametrize("scale", [1.0, 2.5])
def test_any_size_can_be_painted(view, size, scale):
    view.set_scale(scale)
    view.resize(*size)
    shot = view.grab().toImage()
    assert (shot.width(), shot.height()) == size
    plot = view.viewport.rect
    assert QRectF(view.rect()).contains(plot)
    assert min(plot.width(), plot.height()) > 20
    assert rgb(shot.copy(plot.toRect())).std() > 10


def test_a_long_run_appends_to_its_trail_and_only_a_step_back_draws_it_anew(view, store):
    store.accept(solve_by_hand(BOWL, lrs=(0.01,), steps=2000))
    store.set_view(t_steps=0.0)
    view.repaint()
    trail = view.scene.trail
    redrawn, appended = trail.redrawn, trail.appended
    for t in (1, 2, 2.5, 900, 1999.5):
        store.set_view(t_steps=float(t))
        view.repaint()
    assert (trail.redrawn, trail.appended) == (redrawn, appended + 5)
    store.set_view(t_steps=3.0)
    view.repaint()
    assert trail.redrawn == redrawn + 1


def test_a_divergent_run_and_a_swarm_can_be_painted(view, store):
    store.accept(solve_by_hand(BOWL, lrs=(1.5, 30.0), steps=300))
    store.set_view(t_steps=250.5)
    trail = view.grab().toImage().pixelColor(at(view, 2, 1.5))  # both go from (4, 3) through 0 and on
    inks = [run_color(run).getRgb()[:3] for run in (0, 1)]
    assert np.abs(np.subtract(inks, trail.getRgb()[:3])).max(axis=1).min() < 60
    store.accept(solve_by_hand(BOWL, lrs=tuple(np.linspace(0.01, 0.99, 80)), steps=10))
    store.set_view(t_steps=6.5)
    assert len(view.scene.frame.markers) == 80
    assert view.grab().toImage().pixelColor(at(view, 2, 1.5)) != trail


def swarm_of(store, n, lr=0.1):
    """n runs of one step, from places all over the domain; returns the places of their markers."""
    starts = np.random.default_rng(0).uniform(-5, 5, (n, 2))
    solution = solve_by_hand(BOWL, isolines=False)
    store.accept(replace(solution, runs=tuple(descend(BOWL, at, lr=lr, steps=1) for at in starts)))
    store.set_view(t_steps=1.0)
    return starts * (1 - 2 * lr)


def test_a_swarm_is_stamped_where_its_markers_are(view, store):
    places = swarm_of(store, 200)
    shot = pixels(view.grab().toImage())
    color = np.array(run_color(0).getRgb()[:3])
    for x, y in np.floor(view.viewport.points_px(places)).astype(int):
        assert np.abs(shot[y, x, :3].astype(int) - color).max() < 40


def test_a_swarm_of_thousands_calls_qt_a_few_times(view, store, monkeypatch):
    calls = []
    for name in ("drawEllipse", "drawPoint", "strokePath", "drawPoints"):
        real = getattr(QPainter, name)
        monkeypatch.setattr(QPainter, name, lambda *a, real=real: (calls.append(1), real(*a))[1])
    swarm_of(store, 3000)
    view.repaint()
    assert len(calls) < 100


def test_a_swarm_that_diverges_leaves_the_map_as_it_is(view, store):
    swarm_of(store, 100, lr=1e200)
    gone = rgb(view.grab().toImage())
    store.accept(replace(store.solution, runs=()))
    store.set_view(t_steps=0.0)
    bare = rgb(view.grab().toImage())
    assert (np.abs(gone - bare).max(axis=-1) > 30).mean() < 0.25  # the trails, and no marker


def test_the_selected_run_lies_on_top(view, store):
    store.accept(solve_by_hand(BOWL, lrs=(0.1, 0.1, 0.1)))
    place = at(view, 4, 3)
    for run in (0, 1, 2):
        store.set_view(selected_run=run)
        color = view.grab().toImage().pixelColor(place)
        near = [abs(a - b) for a, b in zip(color.getRgb(), run_color(run).getRgb(), strict=True)]
        assert max(near) < 30, run


def test_lines_of_a_slice_that_moves_have_no_numbers_until_it_rests(qtbot, store):
    """Nobody could read them, and placing them takes longer than all the rest."""
    view = shown(qtbot, ContourView(store, DARK), 640, 560)
    solution = solve_by_hand(BOWL)
    store.accept(solution)
    view.repaint()
    assert view.scene.lines.labels
    store.set_view(playing=True)
    plane = solution.field.plane.through(np.array([0.0, 0.0, 1.0]))  # one variable is hidden
    store.show_section(replace(solution.field, z=solution.field.z + 1.0, plane=plane))
    view.repaint()
    assert view.scene.lines.lines and not view.scene.lines.labels
    store.set_view(playing=False)
    qtbot.waitUntil(lambda: (view.repaint(), bool(view.scene.lines.labels))[1])
