"""The model in the place of the formula: typeset, counted, and left again."""

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from engine.document.datasets import MADE
from engine.document.lab import Lab
from engine.document.network import Loss
from engine.document.network_text import LOSSES, parse_network
from engine.document.proposals import carried_out, propose
from engine.words.model_text import loss_latex
from gui.editor.model_view import ModelView
from gui.store import Store
from gui.typeset import layout_tex
from tests.gui.driving import LEFT, shown
from tests.gui.panels.fakes import THEME

LINE = MADE["line"].data()


@pytest.fixture
def store(qapp: object) -> Store:
    return Store(carried_out(Lab(), LINE, propose(LINE)))


def test_small_models_are_written_as_sums_and_large_ones_in_matrices(qtbot: QtBot, store: Store) -> None:
    view = shown(qtbot, ModelView(store, THEME), 340, 200)
    assert view.note.text().endswith("2 weights")
    assert not view.sums.isVisible()
    network = store.lab.network
    assert network is not None
    for text, summed in (("1-2tanh-1", True), ("1-8tanh-1", False)):
        store.edit(network=replace(network, layers=parse_network(text).layers))
        assert view.sums.isVisible() == summed, text


def test_the_way_back_leads_to_a_formula_that_stands_beside_the_table(qtbot: QtBot, store: Store) -> None:
    view = shown(qtbot, ModelView(store, THEME), 340, 200)
    qtbot.mouseClick(view.back, LEFT)
    assert store.lab.network is None
    assert store.lab.formula == "ŷ = w x + b"
    assert not view.isVisible()
    store.undo()
    assert store.lab.network is not None and view.isVisible()


def test_what_is_made_of_the_inputs_is_shown(qtbot: QtBot, store: Store) -> None:
    view = shown(qtbot, ModelView(store, THEME), 340, 200)
    network = store.lab.network
    assert network is not None
    store.edit(network=replace(network, scaling="standard"))
    assert view.sums.isVisible() and "std" in view.sums.tex and r"\tilde{x}" in view.model.tex


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_can_be_typeset(qapp: object, name: str) -> None:
    layout = layout_tex(loss_latex(Loss(name)), 16.0)  # type: ignore[arg-type]
    assert layout.width > 60
