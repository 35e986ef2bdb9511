"""The starts of weights over a table: drawn, drawn again, and kept where they are."""

from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from engine.document.lab import Data, Lab
from engine.document.setup import resolve
from engine.formula import parse
from engine.solving.solution import Solution
from gui.panels.starts import Starts
from gui.store import Store
from tests.gui.driving import LEFT, retype, shown
from tests.gui.panels.fakes import THEME

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
