"""The lines of a formula that has several: parted by line ends, ";" or "where".

Each is a name, =, and a value; or the shape of a matrix, W_1: 8x2, see `engine.formula.shapes`.
Any thread; stdlib and msgspec only.
"""

from collections.abc import Collection, Sequence
from typing import Final

from engine.formula.header import read_header
from engine.formula.shapes import declares_shape, says_domain
from engine.formula.tokens import STEPS, Token

_SIGNS: Final = frozenset({";", ",", "line", "where"})
_BEHIND_WHERE: Final = _SIGNS | {"and"}
_FUNCTIONS: Final = ("lambda", "def")  # of Python, where a colon stands before the value
_ENVIRONMENT: Final = {"begin": 1, "end": -1}


def split(tokens: list[Token]) -> list[list[Token]]:
    """The tokens of each line, an "end" behind each; of a formula that is not several lines, all of them."""
    found = cuts(tokens)
    begins = [0, *(after for _, after in found)]
    ends = [*(before for before, _ in found), len(tokens) - 1]
    lines = [[*tokens[begin:end], _end(tokens[end])] for begin, end in zip(begins, ends, strict=True)]
    lines = [[token for token in line if token.kind != "line"] for line in (lines if found else [tokens])]
    return [line for line in lines if not says_domain(line)] or lines


def cuts(tokens: list[Token]) -> list[tuple[int, int]]:
    """Where each line ends, and where the next one begins; none, if no line is a definition.

    A comma parts lines only before another definition; so does the end of a line, for a formula may go on
    there, unless it is the end of a shape.
    """
    found: list[tuple[int, int]] = []
    signs = _SIGNS
    depth = 0
    position = 0
    while position < len(tokens) - 1:
        token = tokens[position]
        depth += STEPS.get(token.kind, 0)
        if token.kind == "command":
            depth += _ENVIRONMENT.get(token.text, 0)
        after = position + 1
        if position and depth == 0 and _parts(tokens, position, signs):
            if token.text == "where":
                signs = _BEHIND_WHERE
            while _parts(tokens, after, signs):
                after += 1
            ends = token.kind == ";" or _begins(tokens, after)
            if not ends and token.kind == "line":
                ends = declares_shape(tokens[found[-1][1] if found else 0 :])
            if tokens[after].kind != "end" and ends:
                found.append((position, after))
        position = after
    several = found and any(_begins(tokens, begin) for begin in (0, *(after for _, after in found)))
    return found if several else []


def defines(tokens: Sequence[Token]) -> bool:
    """Whether a line begins with a name and =."""
    header = read_header(tokens)
    return header.name is not None and tokens[header.length - 1].kind in ("=", ":=")


def _begins(tokens: Sequence[Token], position: int) -> bool:
    """Whether a line of its own begins at `position`."""
    line = tokens[position:]
    return defines(line) or (tokens[0].text not in _FUNCTIONS and declares_shape(line))


def _parts(tokens: Sequence[Token], position: int, signs: Collection[str]) -> bool:
    """Whether the token at `position` is a sign or word of `signs`, and no function."""
    token = tokens[position]
    if token.kind == "word":
        return token.text in signs and tokens[position + 1].kind != "("
    return token.kind in signs


def _end(token: Token) -> Token:
    return Token("end", "", token.start, token.start, token.spaced)
