"""From a table to a loss in two clicks, as a person does it."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.document.datasets import MADE
from engine.document.lab import Lab
from engine.document.network import Layer
from gui.panels.data_table import DataTable
from gui.store import Store
from tests.gui.driving import LEFT, shown
from tests.gui.panels.fakes import THEME, give_table


@pytest.fixture
def store(qapp: object) -> Store:
    return Store()


@pytest.fixture
def panel(qtbot: QtBot, store: Store) -> DataTable:
    return shown(qtbot, DataTable(store, THEME), 900, 260)


@pytest.fixture
def plane(tmp_path: Path) -> Path:
    path = tmp_path / "plane.csv"
    path.write_text("x_1,x_2,y\n0,1,0.5\n1,0,2.5\n1,1,3.5\n2,1,4.5\n")
    return path


def test_a_table_is_offered_a_fit_and_never_leaves_a_formula_red(
    qtbot: QtBot, panel: DataTable, store: Store, plane: Path
) -> None:
    give_table(panel, plane)
    assert panel.card.isVisible()
    assert store.lab.formula == "ŷ = w_1 x_1 + w_2 x_2 + b"
    assert (panel.card.target.key, panel.card.model.key, panel.card.loss.key) == ("y", "linear", "mse")
    qtbot.mouseClick(panel.card.fit, LEFT)
    network = store.lab.network
    assert network is not None and network.layers == (Layer(1),)
    assert not panel.card.isVisible()
    store.undo()
    assert store.lab == Lab(), "table and fit are one step"


def test_inputs_target_and_model_are_chosen(
    qtbot: QtBot, panel: DataTable, store: Store, plane: Path
) -> None:
    give_table(panel, plane)
    card = panel.card
    card.target.chosen.emit("x_2")
    assert card.proposal.model == "logistic", "a column of 0 and 1"
    assert card.inputs.text() == "x_1, y"
    card.model.chosen.emit("network")
    boxes = {action.defaultWidget().text(): action.defaultWidget() for action in card.inputs.menu().actions()}
    boxes["y"].click()
    assert card.inputs.text() == "x_1"
    qtbot.mouseClick(card.fit, LEFT)
    assert store.lab.network is not None
    assert store.lab.network.features == ("x_1",)
    assert store.lab.network.targets == ("x_2",)
    qtbot.mouseClick(panel.fit, LEFT)
    assert card.isVisible() and card.proposal.target == "x_2", "it is chosen again from where it was"
    for name in ("x_1", "y"):
        box = next(
            action.defaultWidget()
            for action in card.inputs.menu().actions()
            if action.defaultWidget().text() == name
        )
        if box.isChecked():
            box.click()
    assert not card.fit.isEnabled()


def test_my_own_formula_is_written_down_to_be_changed(
    qtbot: QtBot, panel: DataTable, store: Store, plane: Path
) -> None:
    give_table(panel, plane)
    panel.card.model.chosen.emit("formula")
    qtbot.mouseClick(panel.card.fit, LEFT)
    assert store.lab.network is None
    assert store.lab.formula == "ŷ = w_1 x_1 + w_2 x_2 + b"


def test_columns_are_standardised_where_one_can_see_it(
    qtbot: QtBot, panel: DataTable, store: Store, plane: Path
) -> None:
    give_table(panel, plane)
    card = panel.card
    card.standardise.click()
    card.model.chosen.emit("formula")
    card.loss.chosen.emit("l1")
    qtbot.mouseClick(card.fit, LEFT)
    assert store.lab.formula == ("ŷ = w_1 (x_1 - mean(x_1))/std(x_1) + w_2 (x_2 - mean(x_2))/std(x_2) + b")
    assert store.lab.loss.name == "l1"
    qtbot.mouseClick(panel.fit, LEFT)
    card.target.chosen.emit("x_2")
    qtbot.mouseClick(card.fit, LEFT)
    assert store.lab.network is not None and store.lab.network.scaling == "standard"


def test_the_tables_that_ship_are_in_a_menu(panel: DataTable, store: Store) -> None:
    actions = [action for action in panel.sets.menu().actions() if not action.isSeparator()]
    titles = [action.text() for action in actions]
    assert titles[: len(MADE)] == [made.title.render() for made in MADE.values()]
    actions[titles.index("Two moons")].trigger()
    assert store.lab.data == MADE["moons"].data()
    assert panel.card.proposal.loss == "bce_with_logits"
    assert "CC" in actions[titles.index("Irises")].toolTip()


def test_the_offer_goes_with_the_table(qtbot: QtBot, panel: DataTable, store: Store, plane: Path) -> None:
    give_table(panel, plane)
    qtbot.mouseClick(panel.card.close_button, LEFT)
    assert not panel.card.isVisible() and store.lab.data is not None
    give_table(panel, plane)
    qtbot.mouseClick(panel.clear, LEFT)
    assert not panel.card.isVisible()
