"""What is installed and shipped: the lock, the folders of the frozen bundle, and the rooms of the README."""

import ast
import re

from engine.paths import ROOT

PACKAGING = ROOT / "resources" / "packaging"
NOT_SHIPPED = {"packaging", "screenshots"}


def test_every_dependency_is_pinned_by_version() -> None:
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    for line in lines:
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


def test_the_rooms_of_the_readme_are_there() -> None:
    table = (ROOT / "README.md").read_text(encoding="utf-8").split("| room |")[1].split("\n\n")[0]
    rooms = re.findall(r"`([\w./]+)`", table)
    assert len(rooms) > 20
    assert [room for room in rooms if not (ROOT / room).exists()] == []
    named = {room.split("/")[1] for room in rooms if room.endswith("/") and room.count("/") == 2}
    folders = {path.parent.name for each in ("engine", "gui") for path in (ROOT / each).glob("*/__init__.py")}
    assert named == folders
