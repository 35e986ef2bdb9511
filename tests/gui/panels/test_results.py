"""The table of results, and which run is selected."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.optimizers import Racer
from gui.panels.results import Results
from gui.store import Store
from tests.gui.driving import LEFT, shown
from tests.gui.panels.fakes import THEME


@pytest.fixture
def results(qtbot: QtBot, store: Store) -> Results:
    return shown(qtbot, Results(store, THEME), 360, 200)


def test_the_results_say_steps_value_distance_and_outcome(results: Results) -> None:
    model = results.table.model()
    row = [model.index(0, column).data() for column in range(model.columnCount())]
    # f falls from 25 by 0.8² a step: below a thousandth after 16.
    assert row[1] == "16 of 20"
    assert row[4] == "converged"
    assert "Converged" in model.index(0, 4).data(Qt.ItemDataRole.ToolTipRole)


def test_a_row_of_the_results_selects_the_run(qtbot: QtBot, results: Results, store: Store) -> None:
    table = results.table
    box = table.visualRect(table.model().index(1, 1))
    qtbot.mouseClick(table.viewport(), LEFT, pos=box.center())
    assert store.view.selected_run == 1
    store.set_view(selected_run=0)
    assert table.currentIndex().row() == 0


def test_a_run_that_is_still_being_solved_stays_selected(results: Results, store: Store) -> None:
    store.set_view(selected_run=2)  # of a racer that was just added
    assert store.view.selected_run == 2
    assert results.table.currentIndex().row() == 1
    store.edit(racers=(*store.lab.racers, Racer()))
    assert store.view.selected_run == 2
    assert results.table.currentIndex().row() == 2


def test_with_the_selected_run_gone_another_is_selected(results: Results, store: Store) -> None:
    store.edit(racers=(*store.lab.racers, Racer()))
    store.set_view(selected_run=2)
    store.undo()
    assert store.view.selected_run == 1
