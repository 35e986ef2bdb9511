"""The button that says that there is no minimum."""

from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from engine.analysis.findings import Analysis
from engine.base.i18n import message
from gui.panels.no_minimum import NoMinimum
from gui.store import Store
from tests.gui.panels.fakes import solve


def test_it_is_there_while_the_function_has_none_and_says_why(qtbot: QtBot) -> None:
    store = Store()
    button = NoMinimum(store)
    qtbot.addWidget(button)
    bowl = solve(store.lab, store.revision)
    why = message("f is constant: every point is stationary, and descent does not move.")
    saddle = replace(bowl, analysis=Analysis(diagnosis=(why,), lacks_minimum=True))
    on_its_way = replace(saddle, stage="descend", analysis=None)
    other = replace(on_its_way, lab=replace(store.lab, formula="x^2 + 2y^2"))
    seen = []
    for solution in (bowl, saddle, on_its_way, bowl, saddle, other):
        store.accept(solution)
        seen.append(button.isVisibleTo(None))
    assert seen[:4] == [False, True, True, False], (
        "while the next analysis is on its way, what is known stays"
    )
    assert seen[4:] == [True, False], "but not beside another function"
    assert button.toolTip() == why.render()
