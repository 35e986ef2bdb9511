"""The legend below the views: whose each run is, how it comes out, which is selected."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.document.lab import Lab
from engine.optimizers import GradientDescent, Racer
from gui.i18n import set_language
from gui.panels.legend import HEIGHT_PX, Legend
from gui.store import Store
from gui.theme import DARK
from tests.gui.driving import LEFT, shown
from tests.gui.golden import rgb
from tests.gui.panels.fakes import THEME, growing, solved_store, two_racers


@pytest.fixture
def legend(qtbot: QtBot, store: Store) -> Legend:
    return shown(qtbot, Legend(store, THEME), 900, HEIGHT_PX)


def said(legend: Legend) -> list[tuple[str, str]]:
    return [(chip.text(), chip.outcome) for chip in legend.shown]


def test_it_says_whose_a_run_is_and_how_it_ends(legend: Legend) -> None:
    # f = 25 · 0.8^40 = 0.003323 after 20 steps of rate 0.1; 25 · 0.1^40 of rate 0.45.
    assert said(legend) == [
        ("Gradient descent, η = 0.1", "converged · step 20 · f = 0.003323"),
        ("Gradient descent, η = 0.45", "converged · step 20 · f = 2.5×10⁻³⁹"),
    ]
    assert "Converged to a minimum in 20 steps." in legend.shown[0].toolTip()
    assert legend.shown[0].accessibleName().startswith("Gradient descent, η = 0.1: converged")


def test_in_less_room_it_says_less_and_cuts_nothing(qtbot: QtBot, legend: Legend) -> None:
    for width in (900, 560, 420, 320):
        legend.resize(width, HEIGHT_PX)
        assert len(legend.shown) == 2
        assert all(chip.width() == chip.sizeHint().width() for chip in legend.shown)
        assert legend.shown[-1].geometry().right() <= width
        assert all("converged" in outcome for _, outcome in said(legend))
    assert said(legend) == [("gd 0.1", "converged"), ("gd 0.45", "converged")]
    legend.resize(60, HEIGHT_PX)
    assert legend.shown[0].geometry().right() <= 60


def test_it_keeps_its_height(legend: Legend, store: Store) -> None:
    height = legend.height()
    store.load(Lab(racers=tuple(Racer(optimizer=GradientDescent(lr=0.01 * (k + 1))) for k in range(9))))
    assert legend.height() == legend.sizeHint().expandedTo(legend.minimumSize()).height() == height


def test_a_click_or_the_space_bar_selects_the_run(qtbot: QtBot, legend: Legend, store: Store) -> None:
    assert [chip.isDown() for chip in legend.shown] == [True, False]
    qtbot.mouseClick(legend.shown[1], LEFT)
    assert store.view.selected_run == 1
    assert [chip.isDown() for chip in legend.shown] == [False, True]
    qtbot.keyClick(legend.shown[0], Qt.Key.Key_Space)
    assert store.view.selected_run == 0


def test_the_outcome_is_pale_until_the_playhead_is_there(qtbot: QtBot) -> None:
    store = solved_store(two_racers(8))
    legend = shown(qtbot, Legend(store, THEME), 900, HEIGHT_PX)
    before = legend.grab().toImage()
    geometry = [chip.geometry() for chip in legend.shown]
    assert not any(chip.reached for chip in legend.shown)
    store.set_view(t_steps=7.9)
    assert not any(chip.reached for chip in legend.shown)
    store.set_view(t_steps=8.0)
    assert all(chip.reached for chip in legend.shown)
    assert legend.grab().toImage() != before
    assert [chip.geometry() for chip in legend.shown] == geometry
    store.set_view(t_steps=3.0)
    assert legend.grab().toImage() == before


def test_of_many_runs_the_first_are_shown_and_the_selected_one(qtbot: QtBot) -> None:
    starts = tuple({"x": k / 10, "y": 1.0} for k in range(60))
    store = solved_store(Lab(starts=starts, steps=3))
    legend = shown(qtbot, Legend(store, THEME), 700, HEIGHT_PX)
    count = len(legend.shown)
    assert 2 <= count < 12
    assert [chip.index for chip in legend.shown] == list(range(count))
    assert legend.shown[0].text() == "gd 0.1 · 1"
    assert legend.more.text() == f"+{60 - count}"
    assert legend.more.geometry().right() <= 700
    store.set_view(selected_run=41)
    assert [chip.index for chip in legend.shown][-1] == 41
    assert [chip.isDown() for chip in legend.shown].index(True) == len(legend.shown) - 1
    with qtbot.waitSignal(legend.more_wanted):
        qtbot.mouseClick(legend.more, LEFT)


def test_without_runs_it_is_empty(qtbot: QtBot, legend: Legend, store: Store) -> None:
    store.options["steps"] = 5  # type: ignore[attr-defined]
    store.load(Lab(racers=()))
    assert legend.shown == []
    assert not legend.more.isVisible()


def test_it_takes_the_other_look_and_language(qtbot: QtBot, store: Store) -> None:
    set_language("ko")
    legend = shown(qtbot, Legend(store, THEME), 900, HEIGHT_PX)
    assert legend.shown[0].outcome.startswith("수렴 · 20단계")
    store.set_view(t_steps=20.0)
    light = rgb(legend.grab().toImage())
    legend.set_theme(DARK)
    assert (rgb(legend.grab().toImage()) != light).any()


def test_of_runs_that_grow_it_says_how_far_they_are(legend: Legend, store: Store) -> None:
    store.accept(growing(store, 12, 5000))
    assert [said.partition(" · f")[0] for _, said in said(legend)] == ["under way · step 12 of 5,000"] * 2
    store.accept(growing(store, 14, 5000, held=True))
    assert [said.partition(" · f")[0] for _, said in said(legend)] == ["paused · step 14 of 5,000"] * 2
