"""The shape of a matrix as a line of its own: W_1: 8x2, W ∈ ℝ^{8×2}, b_1: 8.

Any thread; stdlib and msgspec only.
"""

import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from engine.base.i18n import message
from engine.formula.errors import FormulaError
from engine.formula.header import read_name
from engine.formula.names import name_key, name_text
from engine.formula.tokens import CLOSES, Token

_ENDS: Final = frozenset({"end", "line", ";", ",", "."})
_TIMES: Final = {"*": "×", "by": "×"}
_NUMBERS: Final = re.compile(r"(-?[0-9]+)\.?(?:[×xX](-?[0-9]+)\.?)?")
# A size that is a letter or a word: W: axb, W_1: 8 × n, W ∈ ℝ^{m×n}.
_SIZE: Final = r"(?:-?[0-9]+|[^\W\d_]\w*?)"
_LETTERS: Final = re.compile(rf"{_SIZE}[×xX]{_SIZE}")


class Shape(Struct, frozen=True):
    """A shape that is declared: W_1: 8x2, rows and columns; of a bias, b_1: 8, its length."""

    name: str
    sizes: tuple[int, ...]
    span: tuple[int, int]


def declares_shape(tokens: Sequence[Token]) -> bool:
    """Whether a line begins with a name, a colon and sizes, be they wrong, or with a name in ℝ^{8×2}."""
    found = _sizes(tokens)
    if found is None or any(token.kind == "->" for token in found[0]):
        return False
    sizes, real = found
    return real or sizes[0].kind in ("number", "-") or _LETTERS.fullmatch(_joined(sizes)) is not None


def says_domain(tokens: Sequence[Token]) -> bool:
    """Whether a line only says where a function goes from and to: f: ℝ² → ℝ."""
    name, after = read_name(tokens, 0)
    return (
        name is not None
        and [tokens[after].kind, tokens[min(after + 1, len(tokens) - 1)].text] == [":", "R"]
        and [(token.text or token.kind) for token in tokens[-3:-1]] == ["->", "R"]
    )


def read_shapes(lines: Sequence[Sequence[Token]]) -> dict[str, Shape]:
    """The shapes that lines declare, by the keys of their names.

    Raises:
        FormulaError: sizes that are no numbers, or a name that is declared twice.
    """
    shapes: dict[str, Shape] = {}
    for line in lines:
        shape = _shape(line)
        if shapes.setdefault(name_key(shape.name), shape) is not shape:
            raise FormulaError(
                message("{name} is declared twice", name=name_text(shape.name)),
                shape.span,
                message("Declare its shape once"),
            )
    return shapes


def _sizes(tokens: Sequence[Token]) -> tuple[list[Token], bool] | None:
    """What stands behind the colon of a line, and whether it is the exponent of ℝ; None without one."""
    name, after = read_name(tokens, 0, words=True)
    if name is None or not (tokens[after].kind in (":", "∈") or tokens[after].text == "in"):
        return None
    stop = after + 1
    while tokens[stop].kind not in _ENDS and tokens[stop].text != "where":
        stop += 1
    sizes = list(tokens[after + 1 : stop])
    real = len(sizes) > 2 and sizes[0].text == "R" and sizes[1].kind == "^"
    if not sizes or not (real or tokens[after].kind == ":"):
        return None
    return (_exponent(sizes[2:]), True) if real else (sizes, False)


def _joined(sizes: Sequence[Token]) -> str:
    return "".join(_TIMES.get(token.text or token.kind, token.text or token.kind) for token in sizes)


def _exponent(tokens: Sequence[Token]) -> list[Token]:
    """The sizes in ℝ^{8×2} and ℝ⁸ˣ², whose x2 was read as a power."""
    inner = tokens[1:-1] if tokens[0].kind in CLOSES and len(tokens) > 2 else tokens
    before = ["", *(token.text for token in inner)]
    return [
        token
        for token, last in zip(inner, before, strict=False)
        if not (token.kind == "^" and last in ("x", "X"))
    ]


def _shape(line: Sequence[Token]) -> Shape:
    """What one line declares.

    Raises:
        FormulaError: its sizes are no numbers.
    """
    name, _ = read_name(line, 0, words=True)
    found = _sizes(line)
    assert name is not None and found is not None
    sizes, real = found
    last = next(token for token in reversed(line) if token.kind not in _ENDS) if real else sizes[-1]
    text = _joined(sizes)
    numbers = _NUMBERS.fullmatch(text)
    example = message("Write for example {example}", example=f"{name}: 8x2")
    place = (sizes[0].start, sizes[-1].end)
    if numbers is None and _LETTERS.fullmatch(text) is not None:
        raise FormulaError(message("The size of a matrix is a number here, not a letter"), place, example)
    known = [size for size in numbers.groups() if size is not None] if numbers is not None else []
    if not known or any(size.startswith("-") for size in known):
        raise FormulaError(message("A shape is rows × columns, two whole numbers"), place, example)
    return Shape(name, tuple(map(int, known)), (line[0].start, last.end))
