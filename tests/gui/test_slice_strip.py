"""The line above the views: what the axes are, how far the plane can be trusted, and the choices."""

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint

from engine.document.axes import LineBetweenEnds, PrincipalComponents, RandomDirections, TwoVariables
from engine.document.lab import Display, Lab
from engine.optimizers import parse_spec
from engine.solving.section import plane_at, section
from engine.solving.stages import solve
from gui.slice_strip import SliceStrip
from gui.store import Store

TILTED = Lab(formula="x^2+y^2+(z-x)^2", others="free", starts=({"x": 3.0, "y": -2.0, "z": 4.0},), steps=30)


@pytest.fixture
def solved(deriver):
    """Solves a store's lab and shows it the solution, and the plane of the chosen axes."""

    def solved(store):
        store.accept(replace(solve(store.lab, deriver), revision=store.revision))
        plane = plane_at(store.solution, store.frame, 0)
        if not plane.coincides(store.solution.field.plane):
            store.show_section(section(store.solution, plane, "moving"))

    return solved


@pytest.fixture
def made(qtbot, solved):
    """A store of the tilted bowl, solved, and its strip."""
    store = Store(TILTED)
    strip = SliceStrip(store)
    qtbot.addWidget(strip)
    solved(store)
    return store, strip


def test_it_says_where_the_hidden_variables_are_and_how_far_the_run_is(made, solved):
    store, strip = made
    store.set_view(t_steps=5.0)
    z = store.solution.runs[0].points[5, 2]
    said = strip.where.text()
    assert said.startswith(f"Slice at z = {z:.3g} · holds ") and said.endswith("goes through the run's point")
    follow = strip.settings.follow
    follow.chosen.emit(False)
    assert not store.lab.display.follow
    solved(store)
    assert strip.where.text().startswith("Slice at z = 4 · holds ")
    assert f"the run is {4 - z:.3g} (" in strip.where.text()
    assert follow.key is False
    store.undo()
    assert store.lab.display == Display() and follow.key is True


def test_with_two_variables_there_is_nothing_to_say(qtbot, solved):
    store = Store(Lab())
    strip = SliceStrip(store)
    qtbot.addWidget(strip)
    solved(store)
    assert strip.isHidden()


def test_the_axes_are_chosen_and_undone(made, solved):
    store, strip = made
    assert strip.axes.key == "variables"
    strip.axes.chosen.emit("pca")
    assert store.lab.axes == PrincipalComponents()
    solved(store)
    assert strip.meter.text().startswith("●●● High trust")  # three quadratics: the path is nearly flat
    assert "61 % and 15 %" in strip._told() and "0.9" not in strip.where.text()
    assert not strip.settings.through.isHidden() and strip.settings.follow.isHidden()
    strip.settings.through.chosen.emit("start")
    assert store.lab.axes == PrincipalComponents(through="start")
    store.undo()
    store.undo()
    assert store.lab.axes == TwoVariables() and strip.axes.key == "variables"
    assert not strip.settings.follow.isHidden()


def test_another_draw_is_another_seed(made):
    store, strip = made
    strip.axes.chosen.emit("random")
    strip.settings.draw.click()
    assert store.lab.axes == RandomDirections(seed=1)


def test_a_line_goes_between_the_runs_that_are_chosen(made, solved):
    store, strip = made
    store.edit(racers=tuple(map(parse_spec, ("gd(lr=0.1)", "adam(lr=0.1)", "gd(lr=0.2)"))))
    strip.axes.chosen.emit("line")
    solved(store)
    assert [label for _, label in strip.settings.second.options] == ["run 1", "run 2", "run 3"]
    strip.settings.second.chosen.emit(2)
    assert store.lab.axes == LineBetweenEnds(first=0, second=2)


def test_why_there_is_no_plane_is_said_in_its_place(made, deriver):
    from engine.solving.sight import NoPlane, plane_of, sight_at

    store, strip = made
    strip.axes.chosen.emit("line")
    store.accept(replace(solve(store.lab, deriver), revision=store.revision))
    with pytest.raises(NoPlane) as raised:
        plane_of(store.solution, sight_at(store.solution, store.frame, 0))
    store.show_section(None, no_plane=raised.value.message)
    assert strip.where.text().startswith("A line between two ends needs two runs, and there is no run 2.")
    assert strip.meter.isHidden()


def test_where_there_is_little_room_it_has_a_second_line(made, qtbot):
    _, strip = made
    strip.show()

    def is_below() -> bool:
        return strip.where.mapTo(strip, QPoint()).y() > strip.axes.geometry().bottom()

    for width, below in ((1200, False), (440, True), (1200, False)):
        strip.resize(width, 40)
        qtbot.waitUntil(lambda below=below: is_below() is below)
