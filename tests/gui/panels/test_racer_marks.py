"""Colours and shapes of racers stay while others come and go: in the list, by undo, in a fork."""

import pytest
from pytestqt.qtbot import QtBot

from gui.panels.fork import fork
from gui.panels.racers import Racers
from gui.store import Store
from tests.gui.driving import LEFT
from tests.gui.panels.fakes import THEME


@pytest.fixture
def racers(qtbot: QtBot, store: Store) -> Racers:
    racers = Racers(store, THEME)
    qtbot.addWidget(racers)
    return racers


def test_removing_a_racer_recolours_none_of_the_others(qtbot: QtBot, racers: Racers, store: Store) -> None:
    racers.add.click()
    qtbot.mouseClick(racers.cards[2].duplicate, LEFT)
    assert [card.swatch.mark for card in racers.cards] == [0, 1, 2, 3]
    qtbot.mouseClick(racers.cards[1].remove, LEFT)
    assert [card.swatch.mark for card in racers.cards] == [0, 2, 3]
    racers.add.click()
    assert [card.swatch.mark for card in racers.cards] == [0, 2, 3, 1]  # the first that is free
    store.undo()
    store.undo()
    assert [card.swatch.mark for card in racers.cards] == [0, 1, 2, 3]


def test_a_fork_has_a_mark_of_its_own(racers: Racers, store: Store) -> None:
    assert store.selected_run is not None
    fork(store, store.selected_run, 4, store.selected_run.racer.optimizer)
    assert [card.swatch.mark for card in racers.cards] == [0, 1, 2]
