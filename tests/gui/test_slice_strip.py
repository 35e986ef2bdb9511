"""The line above the views: which slice is drawn, how far the run is from it, and the switch."""

import pytest
from msgspec.structs import replace

from engine.document.lab import Display, Lab
from engine.solving.stages import solve
from gui.slice_strip import SliceStrip
from gui.store import Store

TILTED = Lab(formula="x^2+y^2+(z-x)^2", others="free", starts=({"x": 3.0, "y": -2.0, "z": 4.0},), steps=30)


@pytest.fixture
def solved(deriver):
    """Solves a store's lab and shows it the solution."""
    return lambda store: store.accept(replace(solve(store.lab, deriver), revision=store.revision))


def test_it_says_where_the_hidden_variables_are_and_how_far_the_run_is(qtbot, solved):
    store = Store(TILTED)
    strip = SliceStrip(store)
    qtbot.addWidget(strip)
    solved(store)
    store.set_view(t_steps=5.0)
    z = store.solution.runs[0].points[5, 2]
    assert strip.where.text() == f"Slice at z = {z:.3g} · the run is 0 away"
    strip.switch.chosen.emit(False)
    assert not store.lab.display.follow
    solved(store)
    assert strip.where.text() == f"Slice at z = 4 · the run is {4 - z:.3g} away"
    assert strip.switch.key is False
    store.undo()
    assert store.lab.display == Display() and strip.switch.key is True


def test_with_two_variables_there_is_nothing_to_say(qtbot, solved):
    store = Store(Lab())
    strip = SliceStrip(store)
    qtbot.addWidget(strip)
    solved(store)
    assert strip.isHidden()
