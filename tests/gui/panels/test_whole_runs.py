"""The button that widens the drawn range where a run leaves it."""

from pytestqt.qtbot import QtBot

from engine.document.lab import Lab
from gui.panels.whole_runs import WholeRuns
from tests.gui.panels.fakes import solved_store


def test_one_click_shows_the_whole_run_and_can_be_undone(qtbot: QtBot) -> None:
    store = solved_store(Lab(starts=({"x": 2.0, "y": 3.0},)))
    button = WholeRuns(store)
    qtbot.addWidget(button)
    store.request_solve()
    assert not button.isVisible()
    away = ({"x": 8.0, "y": 3.0},)
    store.edit(starts=away)
    assert button.isVisible()
    button.click()
    assert not button.isVisible()
    x = store.lab.variables["x"]
    assert (x.lo, x.hi) == (-5, 9)
    assert store.lab.starts == away
    store.undo()
    assert button.isVisible()
    assert store.lab.variables == {}
