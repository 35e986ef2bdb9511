"""What only stands around a formula: the environment of a display, the types and key words of a program.

Any thread; stdlib and msgspec only.
"""

from collections.abc import Sequence
from typing import Final

from engine.formula.tokens import Token, closing

ALIGNED: Final = ("aligned", "align", "split", "gathered", "equation", "eqnarray", "gather", "multline")
_ROUND: Final = frozenset("()[]")  # after LEFT and RIGHT of Hangul's equations: f LEFT ( x,y RIGHT ) = …
_TYPES: Final = frozenset({"const", "let", "var", "auto", "double", "float", "real", "static", "inline"})


def without_alignment(tokens: list[Token]) -> list[Token]:
    """The tokens without the & that only lay out a display, its line ends as "line", without its environment.

    The environment after a brace that \\right. closes is one of cases, whatever its name.
    """
    kept: list[Token] = []
    environments: list[bool] = []  # of those that are open: whether they only lay out
    position = 0
    aligned = False
    while position < len(tokens):
        token = tokens[position]
        if token.kind == "command" and token.text in ("begin", "end") and position + 3 < len(tokens):
            if token.text == "begin":
                after_brace = bool(kept) and kept[-1].text == "pieces" and kept[-1].kind == "command"
                environments.append(tokens[position + 2].text in ALIGNED and not after_brace)
                del kept[len(kept) - after_brace :]
            if environments and (environments.pop() if token.text == "end" else environments[-1]):
                aligned = True
                position += 2
                while tokens[position].kind not in ("}", "end"):
                    position += 1
                position += tokens[position].kind == "}"
                continue
        layout = token.kind in ("&", "newrow") and all(environments)
        if not (layout and (aligned or _beside_equals(tokens, position))):
            kept.append(token)
        elif token.kind == "newrow":
            kept.append(Token("line", "", token.start, token.end))
        position += 1
    return kept


def _beside_equals(tokens: Sequence[Token], position: int) -> bool:
    before = tokens[position - 1].kind if position else ""
    return "=" in (before, tokens[min(position + 1, len(tokens) - 1)].kind)


def without_frame(tokens: list[Token]) -> list[Token]:
    """The tokens without the types and the key words of a function in a program.

    "function f(x, y) { return …; }", "double f(double x) { … }", "const f = (x) => …", "f <- function(x) …".
    """
    tokens = [
        token
        for token, following in zip(tokens, [*tokens[1:], tokens[-1]], strict=True)
        if not (token.text in ("LEFT", "RIGHT") and following.kind in _ROUND)
    ]
    texts = [token.text for token in tokens[:4]]
    if texts[1:2] == ["<"] and texts[2:4] == ["-", "function"]:
        tokens = [tokens[0], Token("=", "=", tokens[1].start, tokens[2].end), *tokens[3:]]
    stop = next((k for k, token in enumerate(tokens) if token.kind in ("=", "{", "end")), 0)
    framed = tokens[stop].kind != "end"
    kept = [
        token
        for position, token in enumerate(tokens)
        if not framed or position >= stop or not _is_type(token, tokens[position + 1])
    ]
    if kept[0].text == "function" and kept[1].kind == "word":
        kept = kept[1:]
    named = kept[0].kind == "word" and kept[0].text != "function"
    close = closing(kept, 1) if named and kept[1].kind == "(" else None
    if close is not None and kept[close + 1].kind == "{" and kept[close + 2].text == "return":
        kept.insert(close + 1, Token("=", "=", kept[close].end, kept[close].end))
    return kept


def _is_type(token: Token, following: Token) -> bool:
    return token.text in _TYPES and following.kind in ("word", "letter")
