"""Every text that is written for people has its Korean, with the same placeholders."""

import ast
import functools
import json
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.base.i18n import CATALOGS, catalog, message, translate
from engine.base.paths import ROOT

MARKERS = {"tr", "message", "translate"}


@functools.cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def texts_of(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", None))
        first = node.args[0]
        if name in MARKERS and isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield node.lineno, first.value


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


SOURCES = sorted(path for room in ("engine", "gui") for path in (ROOT / room).rglob("*.py"))


def test_every_text_has_its_korean() -> None:
    korean = catalog("ko")
    missing = {
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in SOURCES
        for line, text in texts_of(path)
        if text and text not in korean
    }
    assert not missing, "\n" + "\n".join(sorted(missing))


@pytest.mark.parametrize("path", sorted((CATALOGS / "ko").glob("*.json")), ids=lambda path: path.stem)
def test_translations_keep_their_placeholders(path: Path) -> None:
    for english, korean in json.loads(path.read_text(encoding="utf-8")).items():
        assert placeholders(english) == placeholders(korean), english
        assert korean.strip(), english
        assert "걸음" not in korean, "a step is a 단계 everywhere"


def test_every_text_is_translated_once_and_written_somewhere() -> None:
    written = {
        node.value
        for path in SOURCES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    seen: dict[str, str] = {}
    for path in sorted((CATALOGS / "ko").glob("*.json")):
        for english in json.loads(path.read_text(encoding="utf-8")):
            assert english not in seen, f"{english!r}: {path.name} and {seen[english]}"
            assert english in written, f"{path.name}: nobody says {english!r}"
            seen[english] = path.name


def test_a_message_fills_its_placeholders_in_its_own_language() -> None:
    inner = message("Open a lab")
    assert message("{a}: {b}", a=inner, b=3).render("ko") == f"{translate('Open a lab', 'ko')}: 3"


def test_an_unknown_text_stays_english() -> None:
    assert translate("no such text {n}", "ko", n=1) == "no such text 1"


def test_the_reference_of_formulas_says_the_same_in_both_languages() -> None:
    pages = [
        (ROOT / "engine" / "formula" / name).read_text(encoding="utf-8")
        for name in ("LANGUAGE.md", "LANGUAGE.ko.md")
    ]
    grammars = [page.split("```")[1] for page in pages]
    assert grammars[0] == grammars[1]
    readings = [
        [line.split(" | ")[0] for line in page.splitlines() if line.startswith("| `")] for page in pages
    ]
    assert readings[0] == readings[1]
    assert [page.count("\n## ") for page in pages] == [7, 7]
