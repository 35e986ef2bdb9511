"""Where a formula may be broken into lines: before a relation, a plus or a minus, and after a
comma, outside all brackets.

Any thread; pure text.
"""

import re
from functools import lru_cache
from typing import Final

_RELATIONS: Final = r"[=<>]|\\(?:leq?|geq?|neq?|approx|to|mapsto|Rightarrow|implies|iff|equiv)(?![A-Za-z])"
_TOKEN = re.compile(
    r"(?P<open>\\left\b|\\begin\{|[({\[]|\\\{|\\lvert|\\lVert)"
    r"|(?P<close>\\right\b|\\end\{|[)}\]]|\\\}|\\rvert|\\rVert)"
    rf"|(?P<mark>\\math(?:bin|rel)\{{\\textcolor\{{\w+\}}\{{(?:[-+]|{_RELATIONS})\}}\}})"
    rf"|(?P<relation>{_RELATIONS})"
    r"|(?P<sign>[-+]|\\pm(?![A-Za-z])|\\mp(?![A-Za-z]))"
    r"|(?P<other>\\[A-Za-z]+\*?|\\.|\s+|.)",
    re.DOTALL,
)
_COLORED = re.compile(r"\\textcolor\{([#\w.]+)\}\{")


@lru_cache(maxsize=256)
def break_pieces(tex: str) -> tuple[str, ...]:
    """`tex` cut at the places where a line may end; each piece sets by itself as it would in its line.

    >>> break_pieces("f(x+1) = 2x + 3y")
    ('f(x+1) ', '{}= 2x ', '{}+ 3y')
    """
    pieces: list[str] = []
    start = depth = 0
    position = 0
    left_delimiter = False
    operand = False  # something stands before, so a sign is binary
    while position < len(tex):
        colored = _COLORED.match(tex, position) if depth == 0 else None
        if colored is not None:
            end = _closing(tex, colored.end())
            inside = tex[colored.end() : end]
            inner = break_pieces(inside) if len(inside) > 2 else ()
            if len(inner) > 1:
                before = tex[start:position]
                wrapped = [f"\\textcolor{{{colored[1]}}}{{{piece}}}" for piece in inner]
                pieces += [before + wrapped[0], *wrapped[1:-1]]
                tex = wrapped[-1] + tex[end + 1 :]
                start, position = 0, len(wrapped[-1])
            else:
                position = end + 1
            operand = True
            continue
        match = _TOKEN.match(tex, position)
        assert match is not None
        kind, token = match.lastgroup, match[0]
        if left_delimiter and kind != "other":  # the ( of \left( is counted already
            left_delimiter = False
            position = match.end()
            continue
        left_delimiter = token in ("\\left", "\\right")
        if kind == "open":
            depth += 1
            if token == "\\begin{":
                position = tex.index("}", match.end()) + 1 if "}" in tex[match.end() :] else match.end()
                continue
        elif kind == "close":
            depth = max(depth - 1, 0)
            operand = True
            if token == "\\end{":
                position = tex.index("}", match.end()) + 1 if "}" in tex[match.end() :] else match.end()
                continue
        elif depth == 0 and kind in ("mark", "relation", "sign"):
            if operand and tex[start:position].strip():
                pieces.append(tex[start:position])
                tex = "{}" + tex[position:]
                start, position = 0, 2
                match = _TOKEN.match(tex, position)
                assert match is not None
            operand = False
        elif depth == 0 and token == "," and tex[match.end() :].strip():
            pieces.append(tex[start : match.end()] + "\\ ")
            tex, start, position, operand = tex[match.end() :], 0, 0, False
            continue
        elif token.strip() and token not in ("\\,", "\\;", "\\quad", "\\qquad", "{", "}"):
            operand = True
        if token in ("^", "_") and depth == 0:  # a bare exponent is no place to break
            following = _TOKEN.match(tex, match.end())
            if following is not None and following.lastgroup == "sign":
                position = following.end()
                continue
        position = match.end()
    pieces.append(tex[start:])
    return tuple(piece for piece in pieces if piece.strip())


def _closing(tex: str, start: int) -> int:
    """The index of the brace that closes the one before `start`; the end where none does."""
    depth = 1
    index = start
    while index < len(tex):
        if tex[index] == "\\":
            index += 2
            continue
        depth += (tex[index] == "{") - (tex[index] == "}")
        if depth == 0:
            return index
        index += 1
    return len(tex)
