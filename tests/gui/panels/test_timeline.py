"""The timeline, driven as a person would."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QMainWindow, QPushButton, QTabBar, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.panels.timeline import Timeline
from gui.player import Player
from gui.store import Store
from gui.widgets import NumberField
from tests.gui.driving import LEFT, shown
from tests.gui.panels.fakes import THEME, growing


@pytest.fixture
def timeline(qtbot: QtBot, store: Store) -> Timeline:
    return shown(qtbot, Timeline(store, Player(store), THEME), 900, 44)


def button(timeline: Timeline, name: str) -> QWidget:
    return timeline._buttons[name]


def test_the_buttons_step_and_the_counter_follows(qtbot: QtBot, timeline: Timeline, store: Store) -> None:
    qtbot.mouseClick(button(timeline, "step_forward"), LEFT)
    qtbot.mouseClick(button(timeline, "step_forward"), LEFT)
    assert store.view.t_steps == 2.0
    assert timeline._counter.text() == "step 2 / 20"
    qtbot.mouseClick(button(timeline, "jump_to_end"), LEFT)
    assert timeline._counter.text() == "step 20 / 20"
    qtbot.mouseClick(button(timeline, "restart"), LEFT)
    assert store.view.t_steps == 0.0


def test_play_becomes_pause(qtbot: QtBot, timeline: Timeline, store: Store) -> None:
    qtbot.mouseClick(button(timeline, "play"), LEFT)
    assert store.view.playing
    assert "Pause" in button(timeline, "play").toolTip()
    qtbot.mouseClick(button(timeline, "play"), LEFT)
    assert not store.view.playing


def test_playing_moves_the_playhead_by_itself(qtbot: QtBot, timeline: Timeline, store: Store) -> None:
    store.set_view(speed=10.0)
    qtbot.mouseClick(button(timeline, "play"), LEFT)
    qtbot.waitUntil(lambda: store.view.t_steps == 20.0, timeout=5000)
    assert not store.view.playing


def test_dragging_the_scrub_bar_seeks_and_pauses(qtbot: QtBot, timeline: Timeline, store: Store) -> None:
    store.set_view(playing=True)
    bar = timeline.scrub
    middle = QPoint(bar.width() // 2, bar.height() // 2)
    qtbot.mousePress(bar, LEFT, pos=middle)
    assert store.view.t_steps == pytest.approx(10.0)
    assert not store.view.playing
    qtbot.mouseMove(bar, QPoint(bar.width() - 2, 10))
    qtbot.mouseRelease(bar, LEFT, pos=QPoint(bar.width() - 2, 10))


def test_a_drag_reaches_positions_between_the_steps(qtbot: QtBot, timeline: Timeline, store: Store) -> None:
    bar = timeline.scrub
    track = bar._track()
    x = track.left() + track.width() * 3.5 / 20
    qtbot.mousePress(bar, LEFT, pos=QPoint(round(x), 10))
    assert store.view.t_steps == pytest.approx(3.5, abs=0.1)
    assert store.view.t_steps != round(store.view.t_steps)


def test_the_bar_follows_the_playhead(timeline: Timeline, store: Store) -> None:
    store.set_view(t_steps=5.0)
    assert timeline.scrub.number == 5.0
    assert timeline.scrub.fraction_of(5.0) == pytest.approx(0.25)


def test_speed_and_loop_are_in_the_store(qtbot: QtBot, timeline: Timeline, store: Store) -> None:
    timeline.speed.setFocus()
    qtbot.keyClick(timeline.speed, Qt.Key.Key_Down)
    assert store.view.speed == 2.0
    timeline.actions_by_name["slower"].trigger()
    assert store.view.speed == 1.0
    qtbot.mouseClick(timeline.loop, LEFT)
    assert store.view.loop


def test_without_a_run_everything_is_disabled(qtbot: QtBot) -> None:
    store = Store()
    panel = Timeline(store, Player(store), THEME)
    qtbot.addWidget(panel)
    assert not panel._buttons["play"].isEnabled()
    assert not panel.scrub.isEnabled()


def test_space_plays_in_the_window_but_types_in_a_field(qtbot: QtBot, store: Store) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    central = QWidget()
    column = QVBoxLayout(central)
    field, timeline = QLineEdit(), Timeline(store, Player(store), THEME)
    column.addWidget(field)
    column.addWidget(timeline)
    window.setCentralWidget(central)
    keys = ("play", "step_back", "step_forward", "restart", "jump_to_end")
    window.addActions([timeline.actions_by_name[name] for name in keys])
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    central.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    central.setFocus()
    qtbot.waitUntil(central.hasFocus)
    qtbot.keyClick(central, Qt.Key.Key_Space)
    assert store.view.playing
    qtbot.keyClick(central, Qt.Key.Key_Space)
    assert not store.view.playing
    qtbot.keyClick(central, Qt.Key.Key_End)
    assert store.view.t_steps == 20.0
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Space)
    assert field.text() == " "
    assert not store.view.playing
    central.setFocus()
    qtbot.keyClick(central, Qt.Key.Key_BracketRight)
    assert store.view.speed == 2.0
    # A focused button is pressed with Space; the film does not start.
    timeline.loop.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(timeline.loop, Qt.Key.Key_Space)
    assert store.view.loop
    assert not store.view.playing


def test_while_playing_the_counter_shows_whole_steps(timeline: Timeline, store: Store) -> None:
    store.set_view(t_steps=7.7)
    assert timeline._counter.text() == "step 7.7 / 20"
    store.set_view(playing=True)
    assert timeline._counter.text() == "step 7 / 20"
    store.set_view(playing=False)
    assert "7." in timeline._counter.text()


def test_space_plays_after_a_click_on_anything(qtbot: QtBot, store: Store) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # as the real window
    central = QWidget()
    column = QVBoxLayout(central)
    timeline, push, tabs = Timeline(store, Player(store), THEME), QPushButton("push"), QTabBar()
    number, text = NumberField(1.0), QLineEdit()
    tabs.addTab("one")
    tabs.addTab("two")
    for widget in (text, number, push, tabs, timeline):
        column.addWidget(widget)
    window.setCentralWidget(central)
    window.addAction(timeline.actions_by_name["play"])
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    for widget in (push, tabs, timeline.loop, timeline.speed):
        text.setFocus()
        qtbot.waitUntil(text.hasFocus)
        qtbot.mouseClick(widget, LEFT)
        timeline.speed.hidePopup()
        focused = window.focusWidget()
        assert focused is not text, widget
        store.set_view(playing=False)
        qtbot.keyClick(focused or window, Qt.Key.Key_Space)
        assert store.view.playing, widget
    # A number that was entered plays too; one that is being typed takes its space.
    number.setFocus()
    for keys, plays in (("1 / 3", False), ("\r", True)):
        store.set_view(playing=False)
        qtbot.keyClicks(number, keys) if keys != "\r" else qtbot.keyClick(number, Qt.Key.Key_Return)
        qtbot.keyClick(number, Qt.Key.Key_Space)
        assert store.view.playing is plays


def test_a_narrow_bar_counts_in_few_letters(qtbot: QtBot, timeline: Timeline) -> None:
    assert timeline._counter.text() == "step 0 / 20"
    timeline.resize(600, 44)
    assert timeline._counter.text() == "0 / 20"
    timeline.resize(900, 44)
    assert timeline._counter.text() == "step 0 / 20"


def test_a_film_that_grows_is_as_long_as_it_can_become_and_is_paused_with_its_runs(
    qtbot: QtBot, timeline: Timeline, store: Store
) -> None:
    store.accept(growing(store, 8, 4000))
    assert store.view.t_steps == 8.0, "the playhead is at the end of what there is"
    assert timeline._counter.text() == "step 8 / 4000"
    assert "Pause" in button(timeline, "play").toolTip() and not store.view.playing
    bar = timeline.scrub
    qtbot.mouseClick(bar, LEFT, pos=QPoint(bar.width() // 2, bar.height() // 2))
    assert store.view.t_steps == bar.number == 8.0, "no farther than the runs have come"
    qtbot.mouseClick(button(timeline, "play"), LEFT)
    assert store.view.held and "Play" in button(timeline, "play").toolTip()
    store.accept(growing(store, 9, 4000, held=True))
    assert "Play" in button(timeline, "play").toolTip()
    qtbot.mouseClick(button(timeline, "play"), LEFT)
    assert not store.view.held and store.view.playing
    qtbot.mouseClick(button(timeline, "play"), LEFT)
