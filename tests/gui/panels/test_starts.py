"""The starting points and the budget, driven as a person would."""

from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.base.i18n import message
from engine.document.lab import Data, Lab
from engine.document.setup import Problem, resolve
from engine.formula import parse
from engine.solving.solution import Solution
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


DATA = Data(columns=("x_1", "y"), rows=((1.0, 2.0), (2.0, 1.0)))


def panel_of(qtbot: QtBot, **fields: Any) -> Starts:
    """A panel on the engine's own setup."""
    lab = Lab(**fields)
    store = Store(lab)
    formula = parse(lab.formula, data=lab.data.columns if lab.data else ())

    def solve(revision: int, lab: Lab, _quality: str) -> None:
        setup, _ = resolve(lab, formula)
        store.accept(Solution(revision=revision, lab=lab, stage="analyse", formula=formula, setup=setup))

    store.solve_requested.connect(solve)
    store.request_solve()
    return shown(qtbot, Starts(store, THEME), 340, 200)


@pytest.fixture
def panel(qtbot: QtBot, qapp: object) -> Starts:
    return panel_of(qtbot, formula="mean((w x_1 + b - y)^2)", data=DATA)


def shown_starts(panel: Starts) -> list[list[float]]:
    return [[float(field.text()) for field in row.fields.values()] for row in panel.rows]


def test_a_draw_is_said_and_another_is_one_click_away(qtbot: QtBot, panel: Starts) -> None:
    first = shown_starts(panel)
    assert panel._drawn.text() == "Starts are drawn from the standard normal distribution, seed 0."
    qtbot.mouseClick(panel.draw, LEFT)
    assert panel._drawn.text().endswith("seed 1.")
    assert shown_starts(panel) != first
    panel._store.undo()
    assert shown_starts(panel) == first


def test_a_start_that_was_chosen_is_drawn_by_the_same_seed(qtbot: QtBot, panel: Starts) -> None:
    first = shown_starts(panel)
    retype(qtbot, panel.rows[0].fields["w"], "3")
    assert not panel._drawn.isVisible()
    assert shown_starts(panel) == [[3.0, first[0][1]]]
    qtbot.mouseClick(panel.draw, LEFT)
    assert shown_starts(panel) == first


def test_further_starts_are_drawn_too_and_stay_when_one_goes(qtbot: QtBot, panel: Starts) -> None:
    (first,) = shown_starts(panel)
    qtbot.mouseClick(panel.add, LEFT)
    one, two = shown_starts(panel)
    assert one == first != two
    qtbot.mouseClick(panel.rows[0].remove, LEFT)
    assert shown_starts(panel) == [two]


def test_other_formulas_have_nothing_to_draw(qtbot: QtBot, qapp: object) -> None:
    panel = panel_of(qtbot, formula="x^2 + y^2")
    assert not panel.draw.isVisible() and not panel._drawn.isVisible()
    assert shown_starts(panel) == [[4.0, 3.0]]
