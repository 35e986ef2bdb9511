"""MathML, as browsers and equation editors copy it → the LaTeX that means the same.

Only presentation MathML; entities and definitions of a document are not read. Any thread; stdlib only.
"""

import re
from collections.abc import Callable, Sequence
from html.entities import html5
from typing import Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from engine.base.i18n import message
from engine.formula.errors import MAX_DEPTH, FormulaError

MAX_MATHML: Final = 100_000
_BEGIN: Final = re.compile(r"\s*(?:<\?xml[^>]*\?>\s*)?<(?:[\w-]+:)?math[\s>]")
_ENTITY: Final = re.compile(r"&([A-Za-z][A-Za-z0-9]*;)")
_OF_XML: Final = frozenset({"lt;", "gt;", "amp;", "quot;", "apos;"})
_SAY_NOTHING: Final = frozenset(
    {"mphantom", "mspace", "none", "mprescripts", "annotation", "annotation-xml", "maligngroup", "malignmark"}
)
_ROWS: Final = frozenset(
    {"math", "mrow", "mstyle", "mpadded", "merror", "menclose", "mtd", "maction", "semantics"}
)
_ACCENTS: Final = {
    "^": "hat", "ˆ": "hat", "\u0302": "hat", "¯": "bar", "‾": "bar", "_": "bar", "\u0305": "bar", "―": "bar",
    "~": "tilde", "˜": "tilde", "\u0303": "tilde", "→": "vec", "\u20d7": "vec", "⇀": "vec", "˙": "dot",
    ".": "dot", "\u0307": "dot",
}  # fmt: skip
_SIGNS: Final = {
    "\u2061": "", "\u2062": " ", "\u2063": ",", "{": r"\{", "}": r"\}", "": "", "ⅆ": "d", "\u2064": "+",
}  # fmt: skip
_BIG: Final = frozenset("∑∏")


def is_mathml(text: str) -> bool:
    """Whether `text` is MathML: it begins with <math …> or <mml:math …>."""
    return _BEGIN.match(text) is not None


def as_latex(text: str) -> str:
    """The LaTeX of MathML.

    Raises:
        FormulaError: it is no XML, too long, nested too deeply, or has what is no formula; over all of it.
    """
    everything = (0, len(text))
    if len(text) > MAX_MATHML or "<!" in text:
        raise FormulaError(message("This MathML cannot be read"), everything, message("Copy it as LaTeX"))
    try:
        root = ElementTree.fromstring(_ENTITY.sub(_character, text.strip()))
    except (ElementTree.ParseError, ValueError):
        raise FormulaError(
            message("This MathML cannot be read"), everything, message("Copy it as LaTeX")
        ) from None
    try:
        return re.sub(r" +", " ", _written(root, 0)).strip()
    except _NotAFormula as refused:
        raise FormulaError(
            message("{name} of MathML is no part of a formula", name=str(refused)),
            everything,
            message("Copy it as LaTeX"),
        ) from None


class _NotAFormula(Exception):
    """What has no meaning, by the name of its element."""


def _character(entity: re.Match[str]) -> str:
    name = entity[1]
    return entity[0] if name in _OF_XML else html5.get(name, entity[0])


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2].rpartition(":")[2]


def _written(element: Element, level: int) -> str:
    name = _name(element)
    if level > MAX_DEPTH:
        raise _NotAFormula(name)
    if name in _SAY_NOTHING:
        return ""
    if name in _ROWS:
        return _row(list(element)[:1] if name == "semantics" else list(element), level)
    leaf, construct = _LEAVES.get(name), _CONSTRUCTS.get(name)
    if leaf is not None:
        return leaf("".join(element.itertext()).strip(" \t\r\n"))
    if construct is None:
        raise _NotAFormula(name)
    try:
        return construct(element, level + 1)
    except IndexError:  # a fraction with one part
        raise _NotAFormula(name) from None


def _row(parts: Sequence[Element], level: int) -> str:
    """What stands side by side; a brace in front of a table makes it a function in pieces."""
    found: list[str] = []
    position = 0
    while position < len(parts):
        part = parts[position]
        table = _only(parts[position + 1]) if position + 1 < len(parts) else None
        brace = _name(part) == "mo" and (part.text or "").strip() == "{"
        if brace and table is not None and _name(table) == "mtable":
            found.append(_pieces(table, level + 1))
            position += 2
            continue
        digits = _name(part) == "mn" and position > 0 and _name(parts[position - 1]) == "mn"
        found.append(("" if digits else " ") + _written(part, level + 1))
        position += 1
    return "".join(found)


def _only(element: Element) -> Element:
    """The one thing in rows in rows."""
    while _name(element) in _ROWS and len(element) == 1:
        element = element[0]
    return element


def _group(element: Element, level: int) -> str:
    return "{" + _written(element, level).strip() + "}"


def _base(element: Element, level: int) -> str:
    """What an index or a power belongs to: in braces, unless it is one letter, number, sign or index."""
    only = _only(element)
    plain = _name(only) in ("mi", "mn", "mo", "msub", "mover", "munder", "mtext")
    return _written(only, level).strip() if plain else _group(element, level)


def _identifier(text: str) -> str:
    return text if len(text) == 1 else f" {text} "


def _words(text: str) -> str:
    words = text.replace("\u00a0", " ").strip()
    return rf" \text{{{words}}} " if words else " "


def _fraction(element: Element, level: int) -> str:
    line = element.get("linethickness")
    name = "binom" if line is not None and not line.strip("0. pxtem") else "frac"
    return rf"\{name}{_group(element[0], level)}{_group(element[1], level)}"


def _over(element: Element, level: int) -> str:
    """A mark over a letter, or what stands above ∑."""
    mark = "".join(element[1].itertext()).strip()
    base = "".join(element[0].itertext()).strip()
    if base in _BIG:
        return f"{base}^{_group(element[1], level)}"
    if mark not in _ACCENTS:
        raise _NotAFormula("mover")
    return rf"\{_ACCENTS[mark]}{_group(element[0], level)}"


def _scripts(below: bool, above: bool) -> Callable[[Element, int], str]:
    """A base with what stands below and above it."""

    def written(element: Element, level: int) -> str:
        text = _base(element[0], level)
        if below:
            text += "_" + _group(element[1], level)
        if above:
            text += "^" + _group(element[1 + below], level)
        return text

    return written


def _fenced(element: Element, level: int) -> str:
    opened, closed = element.get("open", "(").strip(), element.get("close", ")").strip()
    inside = _only(element[0]) if len(element) == 1 else None
    if opened == "{" and not closed and inside is not None and _name(inside) == "mtable":
        return _pieces(inside, level)
    comma = (element.get("separators", ",").strip() or " ")[0]
    parts = comma.join(_written(part, level) for part in element)
    bars = {"|": (r"\lvert ", r"\rvert "), "‖": (r"\lVert ", r"\rVert ")}.get(opened)
    if bars is not None and opened == closed:
        return f"{bars[0]}{parts}{bars[1]}"
    return f"{_SIGNS.get(opened, opened)}{parts}{_SIGNS.get(closed, closed)}"


def _pieces(table: Element, level: int) -> str:
    rows = (" & ".join(_written(cell, level) for cell in row) for row in table)
    return "\\begin{cases} " + " \\\\ ".join(rows) + " \\end{cases}"


_LEAVES: Final[dict[str, Callable[[str], str]]] = {
    "mi": _identifier,
    "mn": str,
    "mo": lambda text: _SIGNS.get(text, f" {text} " if len(text) > 1 else text),
    "mtext": _words,
    "ms": _words,
}
_CONSTRUCTS: Final[dict[str, Callable[[Element, int], str]]] = {
    "mfrac": _fraction,
    "msqrt": lambda element, level: rf"\sqrt{{{_row(list(element), level).strip()}}}",
    "mroot": lambda element, level: (
        rf"\sqrt[{_written(element[1], level).strip()}]{_group(element[0], level)}"
    ),
    "msub": _scripts(True, False),
    "msup": _scripts(False, True),
    "msubsup": _scripts(True, True),
    "munder": _scripts(True, False),
    "munderover": _scripts(True, True),
    "mover": _over,
    "mfenced": _fenced,
}
