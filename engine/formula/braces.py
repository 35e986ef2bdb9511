"""Braces of converters that say nothing: {x}_{1}, {{w}_{1}}, {{\\sin }^{2}}x, {\\displaystyle f(x)=…}.

MathType, Word and MathML's converters put the base of an index or of a power into a group of its own.
Any thread; stdlib and msgspec only.
"""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from engine.formula.functions import function_named
from engine.formula.header import read_header, read_name
from engine.formula.tokens import Token, closing

_SHIFTS: Final = ("_", "^")
_BIG: Final = ("∑", "∏")


def without_braces(tokens: list[Token], start: int = 0) -> list[Token]:
    """`tokens` without the braces, from `start` on, around all of a definition, a name that an index follows,
    or the name of a function.
    """
    if not any(token.kind == "{" for token in tokens):
        return tokens
    tokens = _unwrapped(tokens) if start == 0 else tokens
    kept: list[Token] = []
    skipped: set[int] = set()
    for position, token in enumerate(tokens):
        if token.kind == "{" and position >= start and not (kept and _takes_braces(kept[-1])):
            skipped.update(_says_nothing(tokens, position))
        if position in skipped:
            continue
        opened = position - 1 in skipped and tokens[position - 1].kind == "{"
        kept.append(replace(token, spaced=token.spaced or (opened and tokens[position - 1].spaced)))
    return kept


def _unwrapped(tokens: list[Token]) -> list[Token]:
    """The tokens without braces around all of a definition."""
    last = len(tokens) - 1
    if tokens[0].kind == "{" and closing(tokens, 0) == last - 1:
        inside = [*tokens[1 : last - 1], tokens[last]]
        if read_header(inside).name is not None:
            return inside
    return tokens


def _takes_braces(token: Token) -> bool:
    """Whether braces after `token` are its own: those of \\sqrt, of a power, of \\norm{w}_2."""
    spec = function_named(token.text) if token.kind == "word" else None
    return token.kind in (*_SHIFTS, "command") or (spec is not None and not spec.bare)


def _says_nothing(tokens: Sequence[Token], opening: int) -> tuple[int, ...]:
    """The braces that open at `opening` and their end, if they say nothing; else none."""
    close = closing(tokens, opening)
    if close is None or close == opening + 1:
        return ()
    after = opening + 1
    while tokens[after].kind == "{":  # {{\sin }^{2}}
        after += 1
    head = tokens[after]
    if head.kind in _BIG or (head.kind == "word" and function_named(head.text) is not None):
        return (opening, close) if _only_a_head(tokens, opening + 1, close) else ()
    _, after = read_name(tokens, opening + 1)
    return (opening, close) if after == close and tokens[close + 1].kind == "_" else ()


def _only_a_head(tokens: Sequence[Token], begin: int, stop: int) -> bool:
    """Whether only the name of a function or ∑, with a power and an index, stands from `begin` to `stop`."""
    close = closing(tokens, begin)
    if close is not None and not _only_a_head(tokens, begin + 1, close):
        return False
    position = begin + 1 if close is None else close + 1
    while position < stop and tokens[position].kind in _SHIFTS:
        close = closing(tokens, position + 1)
        position = position + 2 if close is None else close + 1
    return position == stop
