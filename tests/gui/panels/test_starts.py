"""The starting points and the budget, driven as a person would."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.base.i18n import message
from engine.document.lab import Lab
from engine.document.setup import Problem
from gui.panels.starts import Starts
from gui.store import Store
from tests.gui.driving import LEFT, retype, shown
from tests.gui.panels.fakes import THEME, solved_store


@pytest.fixture
def starts(qtbot: QtBot, store: Store) -> Starts:
    return shown(qtbot, Starts(store, THEME), 360, 300)


def test_starts_are_typed_added_and_removed(qtbot: QtBot, starts: Starts, store: Store) -> None:
    assert [field.value for field in starts.rows[0].fields.values()] == [4.0, 3.0]
    retype(qtbot, starts.rows[0].fields["x"], "-1/2")
    assert store.lab.starts == ({"x": -0.5, "y": 3.0},)
    starts.add.click()
    assert store.lab.starts[1] == {"x": 0.5, "y": -3.0}
    assert len(starts.rows) == 2
    qtbot.mouseClick(starts.rows[0].remove, LEFT)
    assert store.lab.starts == ({"x": 0.5, "y": -3.0},)
    assert not starts.rows[0].remove.isEnabled()


def test_a_start_outside_the_domain_says_so_beside_it(starts: Starts, store: Store) -> None:
    outside = Problem("starts.0.y", message("outside"), hint=message("Move it."), fatal=False)
    store.options["problems"] = (outside,)  # type: ignore[attr-defined]
    store.edit(starts=({"x": 1.0, "y": 99.0},))
    assert starts.rows[0].problem.text() == "outside. Move it."
    assert starts.rows[0].fields["y"].value == 99.0


def test_many_starts_are_counted_not_listed(qtbot: QtBot) -> None:
    store = solved_store(Lab(starts=tuple({"x": i / 10, "y": 1.0} for i in range(60)), steps=3))
    starts = Starts(store, THEME)
    qtbot.addWidget(starts)
    assert len(starts.rows) == 24
    assert starts._more.text() == "and 36 more starts"


@pytest.mark.parametrize(("typed", "said"), [("1.5", "whole"), ("-1", "at least 0"), ("2e6", "at most")])
def test_a_bad_number_of_steps_says_so(
    qtbot: QtBot, starts: Starts, store: Store, typed: str, said: str
) -> None:
    retype(qtbot, starts.budget.steps, typed)
    qtbot.keyClick(starts.budget.steps, Qt.Key.Key_Return)
    assert said in starts.budget.problem.text()
    assert starts.budget.steps.text() == typed


def test_the_budget_counts_steps_or_gradients(qtbot: QtBot, starts: Starts, store: Store) -> None:
    starts.budget.unit.chosen.emit("evaluations")
    assert (store.lab.steps, store.lab.evaluations) == (20, 20)
    retype(qtbot, starts.budget.steps, "35")
    assert (store.lab.steps, store.lab.evaluations) == (35, 35)
    store.undo()
    store.undo()
    assert store.lab.evaluations is None
    assert starts.budget.unit.key == "steps"


def test_opening_another_lab_shows_its_budget(starts: Starts, store: Store) -> None:
    store.load(Lab(steps=7, stop=False))
    assert starts.budget.steps.value == 7
    assert not starts.budget.stop.isChecked()
