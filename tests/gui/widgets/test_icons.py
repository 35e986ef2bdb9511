"""No icon is kept that nothing shows."""

import ast
from pathlib import Path

import gui
from gui.widgets.icons import icon_names


def test_every_icon_is_asked_for_by_its_name() -> None:
    words = {
        node.value
        for path in Path(gui.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
    }
    assert set(icon_names()) <= words
