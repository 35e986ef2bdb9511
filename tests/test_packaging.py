"""What is installed and shipped: the lock, the folders of the frozen bundle, and the rooms of the README."""

import ast
import re
from pathlib import Path

from engine.base.paths import ROOT

PACKAGING = ROOT / "resources" / "packaging"
NOT_SHIPPED = {"packaging", "screenshots"}


def test_every_dependency_is_pinned_by_version() -> None:
    locks = (ROOT / "requirements.lock", PACKAGING / "bench.lock")
    for line in "".join(lock.read_text() for lock in locks).splitlines():
        assert re.fullmatch(r'[\w.-]+==[\w.]+(; sys_platform == "\w+")?', line), line


def test_the_bundle_takes_every_resource_along() -> None:
    spec = ast.parse((PACKAGING / "nablascope.spec").read_text())
    shipped = next(
        ast.literal_eval(node.value)
        for node in spec.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "SHIPPED"
    )
    folders = {path.name for path in (ROOT / "resources").iterdir() if path.is_dir()}
    assert set(shipped) == folders - NOT_SHIPPED


def _first_line(path: Path) -> str:
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n")[0]


def test_the_rooms_of_the_readme_say_what_the_rooms_say() -> None:
    table = (ROOT / "README.md").read_text(encoding="utf-8").split("| room |")[1].split("\n\n")[0]
    listed = dict(re.findall(r"^\| `([\w/]+)/` \| (.+) \|$", table, re.MULTILINE))
    inits = [path for each in ("engine", "gui") for path in (ROOT / each).glob("*/__init__.py")]
    said = {
        path.parent.relative_to(ROOT).as_posix(): (
            ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
        ).splitlines()[0]
        for path in inits
    }
    assert listed == said


def test_no_module_stands_outside_of_the_rooms_of_the_engine() -> None:
    assert [path.name for path in (ROOT / "engine").glob("*.py")] == ["__init__.py"]
