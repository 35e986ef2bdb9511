"""No module and no room of the window imports, by whatever detour, what imports it; not for its types either.

`make imports` says the same; here it stands so that whoever draws a circle is told its way.
"""

from collections.abc import Callable
from graphlib import CycleError, TopologicalSorter

import grimp
import pytest

Graph = dict[str, set[str]]


@pytest.fixture(scope="module")
def imports() -> Graph:
    """What each module of the window imports of it, also below TYPE_CHECKING and inside of functions."""
    graph = grimp.build_graph("gui", cache_dir=None)
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


def room(module: str) -> str:
    """gui.panels of gui.panels.results; a module beside the rooms is its own."""
    return ".".join(module.split(".")[:2])


def merged(imports: Graph, name: Callable[[str], str]) -> Graph:
    """The graph of what `name` makes of the modules."""
    whole: Graph = {}
    for module, imported in imports.items():
        whole.setdefault(name(module), set()).update({name(each) for each in imported} - {name(module)})
    return whole


def circle(graph: Graph) -> list[str]:
    """One circle, from a module back to it; [] if there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


@pytest.mark.parametrize("name", [str, room], ids=["modules", "rooms"])
def test_there_is_no_circle(imports: Graph, name: Callable[[str], str]) -> None:
    graph = merged(imports, name)
    assert {"gui.main_window", "gui.store"} <= graph.keys()
    assert circle(graph) == []


def test_a_circle_would_be_found(imports: Graph) -> None:
    """By one import back, between modules and between rooms only."""
    back = {**imports, "gui.actions": imports["gui.actions"] | {"gui.main_window"}}
    assert {"gui.actions", "gui.main_window"} <= set(circle(merged(back, str)))
    rooms = {**imports, "gui.contour.look": {"gui.surface.mesh"}, "gui.surface.ticks": {"gui.contour.look"}}
    assert circle(merged(rooms, str)) == []
    assert {"gui.contour", "gui.surface"} == set(circle(merged(rooms, room)))
