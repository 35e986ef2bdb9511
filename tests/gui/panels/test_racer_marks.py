"""Colours and shapes of racers stay while others come and go: in the list, by undo, in a fork."""

import pytest
from pytestqt.qtbot import QtBot

from gui.panels.fork import fork
from gui.panels.race import Race
from gui.store import Store
from tests.gui.driving import LEFT
from tests.gui.panels.fakes import THEME


@pytest.fixture
def race(qtbot: QtBot, store: Store) -> Race:
    race = Race(store, THEME)
    qtbot.addWidget(race)
    return race


def test_removing_a_racer_recolours_none_of_the_others(qtbot: QtBot, race: Race, store: Store) -> None:
    qtbot.mouseClick(race.add, LEFT)
    qtbot.mouseClick(race.cards[2].duplicate, LEFT)
    assert [card.swatch.mark for card in race.cards] == [0, 1, 2, 3]
    qtbot.mouseClick(race.cards[1].remove, LEFT)
    assert [card.swatch.mark for card in race.cards] == [0, 2, 3]
    qtbot.mouseClick(race.add, LEFT)
    assert [card.swatch.mark for card in race.cards] == [0, 2, 3, 1]  # the first that is free
    store.undo()
    store.undo()
    assert [card.swatch.mark for card in race.cards] == [0, 1, 2, 3]


def test_a_fork_has_a_mark_of_its_own(race: Race, store: Store) -> None:
    assert store.selected_run is not None
    fork(store, store.selected_run, 4, store.selected_run.racer.optimizer)
    assert [card.swatch.mark for card in race.cards] == [0, 1, 2]
