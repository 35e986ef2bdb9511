"""Forking at the playhead, from the little window of the timeline."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.optimizers import METHODS, GradientDescent
from gui.panels.fork import ForkPopup
from gui.panels.timeline import Timeline
from gui.player import Player
from gui.store import Store
from tests.gui.driving import LEFT, shown
from tests.gui.panels.fakes import THEME


@pytest.fixture
def store(store: Store) -> Store:
    store.set_view(t_steps=7.4, selected_run=1)
    return store


def popup_of(qtbot: QtBot, store: Store) -> ForkPopup:
    timeline = shown(qtbot, Timeline(store, Player(store), THEME), 900, 44)
    qtbot.mouseClick(timeline.fork, LEFT)
    popup = timeline.findChild(ForkPopup)
    assert popup is not None
    return popup


def test_another_rate_branches_the_selected_run(qtbot: QtBot, store: Store) -> None:
    popup = popup_of(qtbot, store)
    assert popup.rate.text() == "0.45"
    qtbot.keyClicks(popup.rate, "0.01")
    qtbot.keyClick(popup.rate, Qt.Key.Key_Return)
    branch = store.lab.racers[2]
    assert branch.optimizer == GradientDescent(lr=0.01)
    assert [(leg.steps, leg.optimizer.lr) for leg in branch.legs] == [(7, 0.45)]
    assert len(store.lab.racers) == 3
    assert store.view.selected_run == 2
    assert store.selected_run is not None and store.selected_run.racer_index == 2
    store.undo()
    assert len(store.lab.racers) == 2


def test_another_optimizer_branches_with_the_same_rate(qtbot: QtBot, store: Store) -> None:
    popup = popup_of(qtbot, store)
    popup.method.set_key(METHODS["adam"])
    popup.method.chosen.emit(METHODS["adam"])
    qtbot.mouseClick(popup.branch, LEFT)
    assert store.lab.racers[2].optimizer == METHODS["adam"](lr=0.45)


def test_it_says_whether_the_memory_is_kept(qtbot: QtBot, store: Store) -> None:
    popup = popup_of(qtbot, store)
    assert popup.memory.isHidden()  # plain gradient descent has none
    popup.method.set_key(METHODS["adam"])
    popup.method.chosen.emit(METHODS["adam"])
    assert not popup.memory.isHidden() and "empty memory" in popup.memory.text()
    qtbot.mouseClick(popup.branch, LEFT)
    store.set_view(t_steps=12.0)
    again = popup_of(qtbot, store)
    assert not again.memory.isHidden() and "keeps its memory" in again.memory.text()


def test_a_bad_rate_does_not_branch_and_says_why(qtbot: QtBot, store: Store) -> None:
    popup = popup_of(qtbot, store)
    qtbot.keyClicks(popup.rate, "-1")
    qtbot.mouseClick(popup.branch, LEFT)
    QApplication.processEvents()
    assert len(store.lab.racers) == 2
    assert "greater than 0" in popup.problem.text()


def test_at_the_start_there_is_nothing_to_fork(qtbot: QtBot, store: Store) -> None:
    store.set_view(t_steps=0.0)
    timeline = Timeline(store, Player(store), THEME)
    qtbot.addWidget(timeline)
    assert not timeline.fork.isEnabled()
    assert "later step" in timeline.fork.toolTip()
    store.set_view(t_steps=1.0)
    assert timeline.fork.isEnabled()
    assert "go on from this step" in timeline.fork.toolTip()
