"""The curves: what a move of the playhead touches, what the mouse does, and the scales."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from engine.lab import Lab
from gui.panels.curves import CurvePlot, Curves
from gui.store import Store
from gui.theme import run_color
from tests.gui.panels.fakes import THEME, Quadratic, solved_store, two_racers

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def store(qapp: object) -> Store:
    return solved_store(two_racers(20), objective=Quadratic((2.0, 4.0)))


@pytest.fixture
def panel(qtbot: QtBot, store: Store) -> Curves:
    panel = Curves(store, THEME)
    qtbot.addWidget(panel)
    panel.resize(1000, 200)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def at(plot: CurvePlot, step: float, y: float) -> QPoint:
    point = plot.mapFromScene(plot.getPlotItem().vb.mapViewToScene(QPointF(step, y)))
    return QPoint(point.x(), point.y())


def test_every_run_has_a_curve_in_its_colour(panel: Curves, store: Store) -> None:
    plot = panel.plots["value"]
    assert [item.opts["pen"].color() for item in plot._items.values()] == [run_color(0), run_color(1)]
    x, y = plot._items[0].getOriginalDataset()
    run = store.solution.runs[0]  # type: ignore[union-attr]
    assert np.array_equal(y, run.values)
    assert np.array_equal(x, np.arange(21))
    lengths = panel.plots["length"]._items[0].getOriginalDataset()[1]
    assert np.allclose(lengths, np.linalg.norm(np.diff(run.points, axis=0), axis=1))


def test_a_playhead_move_sets_no_curve(panel: Curves, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    set_again = []
    for plot in panel.plots.values():
        for item in plot._items.values():
            monkeypatch.setattr(item, "setData", lambda *a, **k: set_again.append(a))
    store.set_view(t_steps=7.5)
    assert panel.plots["gradient"].playhead.value() == 7.5
    assert set_again == []


def test_only_changed_runs_are_set_anew(panel: Curves, store: Store) -> None:
    plot = panel.plots["value"]
    first = plot._items[0]
    solution = store.solution
    assert solution is not None
    plot.set_runs((solution.runs[0], solution.runs[0]))
    assert plot._items[0] is first


def test_a_click_seeks_and_selects_the_run_under_it(qtbot: QtBot, panel: Curves, store: Store) -> None:
    plot = panel.plots["length"]
    run = store.solution.runs[1]  # type: ignore[union-attr]
    length = float(np.linalg.norm(run.points[3] - run.points[2]))
    qtbot.mouseClick(plot.viewport(), LEFT, pos=at(plot, 2.0, length))
    assert store.view.selected_run == 1
    assert store.view.t_steps == 2.0
    qtbot.mousePress(plot.viewport(), LEFT, pos=at(plot, 12.3, 3.0))
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
    (bottom, top) = plot.viewRange()[1]
    values = np.concatenate([run.values for run in store.solution.runs])  # type: ignore[union-attr]
    assert bottom <= np.log10(values.min()) <= np.log10(values.max()) <= top
    assert plot.offset == 0.0
    store.options["objective"] = Quadratic((-0.1, -0.1))  # type: ignore[attr-defined]
    store.edit(formula="-x^2")
    assert plot.offset < 0.0
    assert "−" in plot._title.text()


def test_a_run_that_blows_up_does_not_flatten_the_others(panel: Curves, store: Store) -> None:
    store.options["objective"] = Quadratic((2.0, 40.0))  # type: ignore[attr-defined]
    store.edit(formula="x")
    first = max(run.values[0] for run in store.solution.runs)  # type: ignore[union-attr]
    assert panel.plots["value"].viewRange()[1][1] < 10 * first


def test_one_plot_at_a_time_where_there_is_no_room(qtbot: QtBot, panel: Curves) -> None:
    panel.resize(500, 200)
    assert panel.quantity.isVisible()
    assert [plot.isVisible() for plot in panel.plots.values()] == [True, False, False]
    panel.quantity.setFocus()
    qtbot.keyClick(panel.quantity, Qt.Key.Key_Right)
    assert [plot.isVisible() for plot in panel.plots.values()] == [False, True, False]


def test_it_stands_without_runs_and_with_a_run_of_no_steps(qtbot: QtBot) -> None:
    panel = Curves(Store(), THEME)
    qtbot.addWidget(panel)
    still = Curves(solved_store(Lab(steps=0)), THEME)
    qtbot.addWidget(still)
    still.scale.chosen.emit("log")
