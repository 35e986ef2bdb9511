"""Bars: |x|, ‖x, y‖ and ||x||, with the index of a norm.

Any thread; stdlib and msgspec only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.base.i18n import message
from engine.formula import ast
from engine.formula.ast import Node
from engine.formula.calls import arguments, components, is_vector
from engine.formula.tokens import Token

if TYPE_CHECKING:
    from engine.formula.grammar import Parser


def bars_around(parser: Parser, sign: str, function: str) -> Node:
    """|x| and ‖x, y‖."""
    opened = parser.advance()
    if sign == "|" and parser.token.kind == "|" and not parser.token.spaced and _double_bars(parser):
        parser.position += 1
        return _norm_bars(parser, opened)
    args = _between_bars(parser, sign == "‖")
    if parser.token.kind != sign:
        if parser.partial:
            return ast.Call(function, tuple(args), (opened.start, args[-1].span[1]), opened.span)
        if parser.token.kind == "end":
            raise parser.fail(
                message("This bar is not closed"), opened.span, message("Add {sign}", sign=sign)
            )
        raise parser.unexpected()
    return _normed(parser, function, args, opened, parser.advance().end)


def _double_bars(parser: Parser) -> bool:
    """Whether the bars that open here as || close as || too."""
    rest = [t.kind for t in parser.tokens[parser.position + 1 :]]
    pairs = [k for k in range(len(rest) - 1) if rest[k] == rest[k + 1] == "|"]
    return bool(pairs) and "|" not in rest[: pairs[0]]


def _between_bars(parser: Parser, several: bool) -> list[Node]:
    """The values up to a bar; several: those of a norm, ‖x, y‖ or ‖(x, y)‖."""
    if several and is_vector(parser):
        return list(arguments(parser, True))
    parser.bars += 1
    args = [parser.expression()]
    while several and parser.token.kind == ",":
        parser.position += 1
        args.append(parser.expression())
    parser.bars -= 1
    return args


def _norm_bars(parser: Parser, opened: Token) -> Node:
    args = _between_bars(parser, True)
    if parser.token.kind != "|" or parser.peek().kind != "|":
        raise parser.unexpected()
    parser.position += 1
    return _normed(parser, "norm", args, opened, parser.advance().end)


def _normed(parser: Parser, function: str, args: list[Node], opened: Token, end: int) -> Node:
    """The bars around `args`, and the index of a norm."""
    if function == "norm":
        args = list(components(parser, args))
    norm = ast.Call(function, tuple(args), (opened.start, end), opened.span)
    return indexed_norm(parser, norm)


def indexed_norm(parser: Parser, norm: ast.Call) -> Node:
    """`norm` with the index that may follow it: ‖x‖_2, and ‖x‖_1 as |x| + |y| + …"""
    if norm.function != "norm" or parser.token.kind != "_":
        return norm
    index = parser.peek(2) if parser.peek().kind == "{" else parser.peek()
    if index.text not in ("1", "2"):
        raise parser.fail(message("Only the norms 1 and 2 are known"), index.span)
    parser.position += 4 if parser.peek().kind == "{" else 2
    if index.text == "2":
        return norm
    parts = tuple(ast.Call("abs", (part,), part.span, norm.head) for part in norm.args)
    return ast.Add(parts, norm.span) if len(parts) > 1 else parts[0]
