"""The slices: sections with tangent and secant, dragged in the panel and on the map."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from engine.document.lab import Lab, Slice
from gui.contour.view import ContourView
from gui.panels.slice_plot import SlicePlot
from gui.store import Store
from gui.theme import DARK, LIGHT
from tests.engine.hand_made import solve_by_hand
from tests.engine.numpy_objective import NumpyObjective, box
from tests.gui.driving import drag, shown

SADDLE = NumpyObjective(
    lambda x, y: x**2 + 3 * x * y + y**2, lambda x, y: 2 * x + 3 * y, lambda x, y: 3 * x + 2 * y
)


@pytest.fixture
def store():
    store = Store(Lab(slice=Slice(along=("horizontal", "vertical"), point=(2.0, -1.0))))
    store.accept(solve_by_hand(SADDLE, lrs=(0.01,)))
    return store


@pytest.fixture
def panel(qtbot, store):
    return shown(qtbot, SlicePlot(store, LIGHT), 900, 180)


def test_the_sections_and_their_slopes(panel):
    along_x, along_y = panel.curves["horizontal"].curve, panel.curves["vertical"].curve
    assert (along_x.derivative, along_y.derivative) == (1.0, 4.0)
    assert along_x.f == pytest.approx(along_x.s**2 - 3 * along_x.s + 1)
    assert panel.curves["horizontal"].numbers() == [("f_{x}", "1")]


def test_over_much_data_a_section_has_fewer_samples(panel, store, monkeypatch):
    monkeypatch.setattr(SADDLE, "rows", 100_000)
    before = SADDLE.evaluations
    store.edit(slice=Slice(along=("horizontal", "vertical"), point=(1.0, -1.0)))
    assert 0 < SADDLE.evaluations - before < 150
    along_x = panel.curves["horizontal"].curve
    assert along_x.f == pytest.approx(along_x.s**2 - 3 * along_x.s + 1)


def test_a_secant_shows_its_difference_quotient(panel, store):
    panel.secant_box.click()
    assert store.lab.slice.h == 1.0
    quotient = panel.curves["horizontal"].numbers()[1]
    assert quotient == (r"\tfrac{f(x+h,y)-f(x,y)}{h}", "2")
    assert panel.curves["vertical"].numbers()[1] == (r"\tfrac{f(x,y+h)-f(x,y)}{h}", "5")
    panel.step.value_dragged.emit(0.001)
    assert panel.curves["horizontal"].secant.quotient == pytest.approx(1.001)
    panel.secant_box.click()
    assert store.lab.slice.h is None


def test_dragging_the_point_moves_the_slices_as_one_undo_step(panel, store):
    plot = panel.curves["horizontal"]
    view = plot.viewport
    here, there = (view.point_px(x, -1.0).toPoint() for x in (2.0, -2.0))
    drag(plot, here, there)
    x, y = store.lab.slice.point
    assert (x, y) == (pytest.approx(-2.0, abs=0.1), -1.0)
    assert plot.curve.derivative == pytest.approx(2 * x - 3)
    store.undo()
    assert store.lab.slice.point[0] == pytest.approx(2.0, abs=0.1)


def test_dragging_the_second_point_changes_h(panel, store):
    panel.secant_box.click()
    plot = panel.curves["horizontal"]
    view = plot.viewport
    second = view.point_px(plot.secant.s, plot.secant.value).toPoint()
    drag(plot, second, second + QPoint(-round(2.5 * view.px_per_x), 0))
    assert store.lab.slice.h == pytest.approx(-1.5, abs=0.1)


def test_following_the_marker(panel, store):
    panel.follow.click()
    assert store.lab.slice.point is None
    first = panel.curves["horizontal"].curve
    assert tuple(first.point) == (4.0, 3.0)
    store.set_view(t_steps=1.0)
    assert tuple(panel.curves["horizontal"].curve.point) == tuple(store.frame.markers[0].position)
    panel.follow.click()
    assert store.lab.slice.point == tuple(store.frame.markers[0].position)


def test_the_derivative_in_a_direction_is_greatest_along_the_gradient(panel, store):
    panel.direction_box.click()
    assert panel.direction_value.text().startswith("3.536")  # (1, 4)·(1, 1)/√2
    panel.steepest.click()
    assert store.lab.slice.direction_deg == pytest.approx(np.degrees(np.arctan2(4, 1)), abs=0.1)
    assert panel.direction_value.text().startswith("4.123")
    assert panel.direction_value.text().endswith("≤ |∇f| = 4.123")


def test_the_dial_turns_the_direction(panel, store):
    panel.direction_box.click()
    dial = panel.direction
    assert dial.degrees == 45.0
    middle = dial.rect().center()
    drag(dial, middle + QPoint(15, 0), middle + QPoint(0, 15))
    assert store.lab.slice.direction_deg == pytest.approx(270, abs=4)
    store.undo()
    assert dial.degrees == store.lab.slice.direction_deg == 45.0
    # Near ∇f it points along it, and across it the derivative is zero.
    steepest = np.degrees(np.arctan2(4, 1))
    drag(dial, middle + QPoint(15, 0), middle + QPoint(4, -17))
    assert store.lab.slice.direction_deg == pytest.approx(steepest)
    drag(dial, middle + QPoint(15, 0), middle + QPoint(-17, -4))
    assert panel.direction_value.text().startswith("0 ")
    QTest.keyClick(dial, Qt.Key.Key_Right)
    assert store.lab.slice.direction_deg != pytest.approx(steepest + 90)


def test_with_no_slice_there_is_a_hint(panel, store):
    for button in panel.toggles.values():
        button.click()
    assert store.lab.slice.along == ()
    assert panel._hint.isVisible()
    assert not any(curve.isVisible() for curve in panel.curves.values())
    panel.toggles["vertical"].click()
    assert panel.curves["vertical"].isVisible()
    assert not panel._hint.isVisible()


def test_hidden_it_computes_nothing(panel, store):
    panel.hide()
    before = SADDLE.evaluations
    store.edit(slice=Slice(along=("horizontal",), point=(0.0, 0.0)))
    assert SADDLE.evaluations == before
    panel.show()
    assert tuple(panel.curves["horizontal"].curve.point) == (0.0, 0.0)


def test_one_variable_has_one_slice(qtbot):
    store = Store(Lab(slice=Slice(along=("horizontal",))))
    store.accept(solve_by_hand(NumpyObjective(np.cos, lambda x: -np.sin(x), d=1), box(y=None)))
    widget = SlicePlot(store, DARK)
    qtbot.addWidget(widget)
    widget.show()
    assert widget.curves["horizontal"].curve.derivative == pytest.approx(-np.sin(4))
    assert not widget.toggles["vertical"].isVisible()
    assert widget.toggles["horizontal"].text() == "Slope"  # nothing is held
    assert widget.curves["horizontal"].numbers()[0][0] == "f'"
    widget.grab()
    store.edit(slice=Slice())
    assert "Hold" not in widget._hint.text()


def test_undefined_slices_are_drawn_and_say_so(qtbot):
    store = Store(Lab(slice=Slice(along=("horizontal", "vertical"), point=(-1.0, 0.0), h=0.5)))
    store.accept(solve_by_hand(NumpyObjective(lambda x, y: np.log(x) + y**2), lrs=()))
    widget = shown(qtbot, SlicePlot(store, DARK), 800, 180)
    widget.grab()
    assert dict(widget.curves["horizontal"].numbers())["f_{x}"] == "–"


def test_the_plane_is_dragged_on_the_map(qtbot, store):
    view = shown(qtbot, ContourView(store, LIGHT), 600, 560)
    view.grab()

    def at(x, y):
        return view.viewport.point_px(x, y).toPoint()

    drag(view, at(-3, -1), at(-3, 2))  # on the line y = −1
    assert store.lab.slice.point == (2.0, pytest.approx(2.0, abs=0.03))
    drag(view, at(*store.lab.slice.point), at(-4, -4))
    assert store.lab.slice.point == pytest.approx((-4, -4), abs=0.03)
    assert not view.scene.zoomed
