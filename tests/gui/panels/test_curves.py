"""The curves: what a move of the playhead touches, what the mouse does, and the scales."""

import time

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from engine.document.lab import Lab
from gui.panels.curve_plot import CurvePlot
from gui.panels.curves import Curves
from gui.store import Store
from gui.theme import run_color
from tests.gui.driving import LEFT, shown
from tests.gui.panels.fakes import THEME, Quadratic, solved_store, two_racers


@pytest.fixture
def store(qapp: object) -> Store:
    return solved_store(two_racers(20), objective=Quadratic((2.0, 4.0)))


@pytest.fixture
def panel(qtbot: QtBot, store: Store) -> Curves:
    return shown(qtbot, Curves(store, THEME), 1000, 200)


def pixels(plot: CurvePlot, step: float, value: float) -> QPoint:
    x, y = plot.chart.to_pixels(np.array([step]), np.array([value]))
    return QPoint(round(x[0]), round(y[0]))


def test_every_run_has_a_curve_in_its_colour(panel: Curves, store: Store) -> None:
    run = store.solution.runs[0]  # type: ignore[union-attr]
    assert np.array_equal(panel.plots["value"].curve(0), run.values)
    lengths = panel.plots["length"].curve(0)
    assert np.allclose(lengths, np.linalg.norm(np.diff(run.points, axis=0), axis=1))
    store.set_view(t_steps=20.0)
    plot = panel.plots["length"]
    image = plot.grab().toImage()
    at = plot.spot(0, 1)
    assert at is not None
    around = [image.pixelColor(round(at.x()) + i, round(at.y()) + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    red = run_color(0)
    assert min(abs(c.red() - red.red()) + abs(c.blue() - red.blue()) for c in around) < 80


def test_a_playhead_move_paints_no_curve(panel: Curves, store: Store) -> None:
    plot = panel.plots["gradient"]
    plot.grab()
    painted = plot.pictures_painted
    before = plot.grab().toImage()
    store.set_view(t_steps=7.5)
    assert plot.grab().toImage() != before
    assert plot.pictures_painted == painted


def test_only_changed_runs_are_worked_out_anew(panel: Curves, store: Store) -> None:
    plot = panel.plots["gradient"]
    first = plot.curve(0)
    solution = store.solution
    assert solution is not None
    plot.set_runs((solution.runs[0], solution.runs[0]))
    assert plot.curve(0) is first


def test_a_click_seeks_and_selects_the_run_under_it(qtbot: QtBot, panel: Curves, store: Store) -> None:
    plot = panel.plots["length"]
    run = store.solution.runs[1]  # type: ignore[union-attr]
    length = float(np.linalg.norm(run.points[3] - run.points[2]))
    qtbot.mouseClick(plot, LEFT, pos=pixels(plot, 2.0, length))
    assert store.view.selected_run == 1
    assert store.view.t_steps == 2.0
    qtbot.mousePress(plot, LEFT, pos=pixels(plot, 12.3, 3.0))
    assert store.view.t_steps == pytest.approx(12.3, abs=0.1)


def test_hovering_says_the_numbers_and_points_at_the_step_in_the_views(
    qtbot: QtBot, panel: Curves, store: Store
) -> None:
    plot = panel.plots["value"]
    run = store.solution.runs[0]  # type: ignore[union-attr]
    plot.hovered.emit(4, 0)
    assert store.view.hover == (run.points[4][0], run.points[4][1])
    assert panel.readout.text().startswith("step 4   f = ")
    plot.hovered.emit(None, None)
    assert store.view.hover is None
    assert panel.readout.text() == ""


def test_the_scale_is_logarithmic_and_negative_values_are_shifted(panel: Curves, store: Store) -> None:
    panel.scale.chosen.emit("log")
    plot = panel.plots["value"]
    (bottom, top) = plot.chart.range
    values = np.concatenate([run.values for run in store.solution.runs])  # type: ignore[union-attr]
    assert bottom <= np.log10(values.min()) <= np.log10(values.max()) <= top
    assert plot.title == "f"
    store.options["objective"] = Quadratic((-0.1, -0.1))  # type: ignore[attr-defined]
    store.edit(formula="-x^2")
    assert plot.title.startswith("f − (−")


def test_a_run_that_blows_up_does_not_flatten_the_others(panel: Curves, store: Store) -> None:
    store.options["objective"] = Quadratic((2.0, 40.0))  # type: ignore[attr-defined]
    store.edit(formula="x")
    first = max(run.values[0] for run in store.solution.runs)  # type: ignore[union-attr]
    assert panel.plots["value"].chart.range[1] < 10 * first


def test_one_plot_at_a_time_where_there_is_no_room(qtbot: QtBot, panel: Curves) -> None:
    panel.resize(500, 200)
    assert panel.quantity.isVisible()
    assert [plot.isVisible() for plot in panel.plots.values()] == [True, False, False]
    panel.quantity.setFocus()
    qtbot.keyClick(panel.quantity, Qt.Key.Key_Right)
    assert [plot.isVisible() for plot in panel.plots.values()] == [False, True, False]


def test_it_stands_without_runs_and_with_a_run_of_no_steps(qtbot: QtBot) -> None:
    empty = shown(qtbot, Curves(Store(), THEME), 1000, 200)
    assert all(plot.value_at(0, 0) is None for plot in empty.plots.values())
    still = shown(qtbot, Curves(solved_store(Lab(steps=0)), THEME), 1000, 200)
    assert [plot.value_at(0, 0) for plot in still.plots.values()][:2] == [25.0, 10.0]
    for panel in (empty, still):
        panel.scale.chosen.emit("log")
        lows, highs = zip(*(plot.chart.range for plot in panel.plots.values()), strict=True)
        assert np.isfinite([*lows, *highs]).all() and max(np.subtract(lows, highs)) < 0
        assert not panel.grab().isNull()


def test_a_run_of_100_000_steps_is_painted_at_once(panel: Curves, store: Store) -> None:
    plot = panel.plots["value"]
    plot._curves[0] = 2 + np.sin(np.arange(100_000) * 0.7)
    plot.changed()
    plot.grab()  # warm
    started = time.perf_counter()
    for k in range(10):
        store.set_view(t_steps=float(k))
        plot.grab()
    assert (time.perf_counter() - started) / 10 < 0.05
