"""No module imports itself by way of others, not even where only types are meant."""

from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest


def circle(package: str) -> list[str]:
    """Modules of `package` each of which imports the next, from one back to itself; empty if there are none.

    Imports within functions and those for types only (TYPE_CHECKING) are imports too.
    """
    graph = grimp.build_graph(package, cache_dir=None)
    try:
        TopologicalSorter(
            {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
        ).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []


@pytest.mark.parametrize("package", ["engine"])
def test_no_modules_import_each_other_in_a_circle(package: str) -> None:
    assert circle(package) == []


def test_a_circle_is_found_even_where_only_a_type_closes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = tmp_path / "room_with_a_circle"
    room.mkdir()
    (room / "__init__.py").touch()
    (room / "a.py").write_text("from room_with_a_circle import b\n")
    (room / "b.py").write_text("def late():\n    from room_with_a_circle.c import C\n")
    (room / "c.py").write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from room_with_a_circle.a import A\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    found = circle("room_with_a_circle")
    names = [name.rpartition(".")[2] for name in found]
    assert (names[0], set(names), len(names)) == (names[-1], {"a", "b", "c"}, 4)
    assert "".join(names) in "abcabca"
