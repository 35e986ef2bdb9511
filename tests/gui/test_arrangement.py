"""Which panels are open, folded and hidden: what the lab says, else how they come."""

import pytest

from engine.document.lab import Lab
from engine.document.network import Layer, Network
from gui.arrangement import COLUMN, DRAWER, TABS, Arrangement
from gui.panels_menu import key_of
from gui.store import Store


@pytest.fixture
def store(qapp: object) -> Store:
    return Store(Lab())


@pytest.fixture
def arrangement(store: Store) -> Arrangement:
    return Arrangement(store, None)


def test_the_lab_names_only_what_is_not_as_it_comes(arrangement: Arrangement, store: Store) -> None:
    assert arrangement.state("results") == "folded"
    assert arrangement.state("variables") == "open"
    arrangement.set_state("results", "open")
    arrangement.set_state("variables", "hidden")
    assert store.lab.panels == {"results": "open", "variables": "hidden"}
    arrangement.set_state("results", "folded")
    arrangement.set_state("variables", "open")
    assert store.lab.panels == {}


def test_each_change_is_a_step_to_undo_and_no_change_is_none(arrangement: Arrangement, store: Store) -> None:
    changes: list[None] = []
    arrangement.changed.connect(lambda: changes.append(None))
    arrangement.set_state("starts", "open")
    assert not store.can_undo
    assert changes == []
    arrangement.toggle("starts")
    arrangement.toggle_shown("starts")
    assert arrangement.state("starts") == "hidden"
    assert store.modified
    store.undo()
    assert arrangement.state("starts") == "folded"
    store.undo()
    assert arrangement.state("starts") == "open"
    assert len(changes) == 4
    store.edit(steps=3)
    assert len(changes) == 4


def test_a_tab_is_toggled_by_the_drawer_it_lies_in(arrangement: Arrangement) -> None:
    revealed: list[str] = []
    arrangement.revealed.connect(revealed.append)
    arrangement.revealed.connect(lambda key: setattr(arrangement, "front", key))  # as the drawer does
    assert arrangement.front == "step"
    arrangement.toggle("curves")
    assert revealed == ["curves"]
    assert arrangement.is_open("curves") and not arrangement.is_open("step")
    arrangement.toggle("curves")
    assert arrangement.state(DRAWER) == "folded"
    assert not arrangement.is_open("curves")
    assert arrangement.state("curves") == "open"
    arrangement.toggle("curves")
    assert arrangement.is_open("curves")


def test_what_is_revealed_is_had_back_from_wherever_it_was_put_away(arrangement: Arrangement) -> None:
    arrangement.set_state("why", "hidden")
    arrangement.set_state(DRAWER, "folded")
    arrangement.bring_forward("why")
    assert arrangement.state("why") == "hidden", "brought to the front it stays put away"
    arrangement.reveal("why")
    assert arrangement.state("why") == arrangement.state(DRAWER) == "open"


def test_the_column_folds_as_one_and_leaves_hidden_what_is_hidden(
    arrangement: Arrangement, store: Store
) -> None:
    arrangement.set_state("variables", "hidden")
    arrangement.toggle_column()
    assert {arrangement.state(entry.key) for entry in COLUMN} == {"folded", "hidden"}
    arrangement.toggle_column()
    assert {arrangement.state(entry.key) for entry in COLUMN} == {"open", "hidden"}
    assert arrangement.state("variables") == "hidden"
    assert len(store._undo) == 3


def test_a_panel_of_another_version_keeps_its_state(arrangement: Arrangement, store: Store) -> None:
    store.load(Lab(panels={"oracle": "open"}))
    arrangement.toggle("derivatives")
    assert store.lab.panels == {"oracle": "open", "derivatives": "folded"}
    arrangement.toggle("derivatives")
    assert store.lab.panels == {"oracle": "open"}


def test_keys_count_the_panels_of_a_place() -> None:
    assert [key_of(entry) for entry in COLUMN] == [f"Ctrl+{n + 1}" for n in range(len(COLUMN))]
    assert [key_of(entry) for entry in TABS] == [f"Alt+{n + 1}" for n in range(len(TABS))]


def test_a_network_that_takes_the_place_of_a_formula_is_in_front_once(
    arrangement: Arrangement, store: Store
) -> None:
    revealed: list[str] = []
    arrangement.revealed.connect(revealed.append)
    network = Network(inputs=2, layers=(Layer(1),))
    store.edit(network=network)
    assert revealed == ["training"]
    store.edit(network=Network(inputs=2, layers=(Layer(3), Layer(1))))
    store.edit(seed=2)
    assert revealed == ["training"], "not with each edit"
    store.edit(network=None)
    store.edit(network=network)
    assert revealed == ["training"] * 2
    assert Arrangement(store, None).front == "training"
    assert Arrangement(store, "curves").front == "curves"
