"""What is installed and shipped: the lock, and the folders that the frozen bundle takes along."""

import ast
import re

from tests.paths import ROOT

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
