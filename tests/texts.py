"""The texts of a language, checked: what is missing, what nobody says any more, what lost a placeholder.

`python -m tests.texts` checks every language; `python -m tests.texts de` begins or goes on with German: it
writes what is missing to the end of resources/i18n/de.po, to be translated there in an editor of .po files.
"""

import ast
import functools
import string
import sys
from collections.abc import Iterator
from pathlib import Path

from engine.base.i18n import CATALOGS, catalog, languages
from engine.base.paths import ROOT
from engine.base.po import entries_of, entry_text

MARKERS = {"tr", "message", "translate"}
SOURCES = sorted(path for room in ("engine", "gui") for path in (ROOT / room).rglob("*.py"))
HELP = {"_spec": 2}  # of functions: the place of the text among the arguments


@functools.cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def texts_of(path: Path) -> Iterator[tuple[int, str]]:
    """Every text for people in a file of source, with its line."""
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", None))
        place = 0 if name in MARKERS else HELP.get(str(name))
        if place is None or len(node.args) <= place:
            continue
        text = node.args[place]
        if isinstance(text, ast.Constant) and isinstance(text.value, str) and text.value:
            yield node.lineno, text.value


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@functools.cache
def said() -> dict[str, str]:
    """Every text for people, with the place where it is said first."""
    found: dict[str, str] = {}
    for path in SOURCES:
        for line, text in texts_of(path):
            found.setdefault(text, f"{path.relative_to(ROOT)}:{line}")
    return found


@functools.cache
def written() -> frozenset[str]:
    """Every string of the source."""
    nodes = (node for path in SOURCES for node in ast.walk(tree(path)))
    return frozenset(
        node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def complaints(language: str) -> list[str]:
    """What is wrong with the texts of a language."""
    known = catalog(language)
    return [
        *(f"{place}: no {language} of {text!r}" for text, place in said().items() if text not in known),
        *(f"{language}: nobody says {text!r}" for text in known if text not in written()),
        *(
            f"{language}: {text!r} has other placeholders"
            for text, translated in known.items()
            if text in written() and placeholders(text) != placeholders(translated)
        ),
    ]


def begin(language: str) -> int:
    """Write what is missing of a language to its file; how many texts are not translated in it."""
    path = CATALOGS / f"{language}.po"
    entries = entries_of(path) if path.exists() else []
    known = {english for english, _ in entries}
    head = f"Language: {language}\nX-Language-Name: {language}\nContent-Type: text/plain; charset=UTF-8\n"
    missing = [text for text in said() if text not in known]
    with path.open("a", encoding="utf-8") as file:
        if not known:
            file.write(entry_text("", head))
        for text in missing:
            file.write(f"\n#: {said()[text]}\n" + entry_text(text, ""))
    return len(missing) + sum(not translated for _, translated in entries)


def main(arguments: list[str]) -> int:
    if arguments:
        print(f"{begin(arguments[0])} texts to translate in {CATALOGS / arguments[0]}.po")
        return 0
    found = [line for language in languages() if language != "en" for line in complaints(language)]
    print("\n".join(found) or "Every text is translated.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
