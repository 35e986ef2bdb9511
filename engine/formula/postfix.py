"""What belongs to a value and stands behind it: !, °, %, the mark of a positive part, a method.

Any thread; stdlib and msgspec only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.base.i18n import message
from engine.formula import ast, keywords, pieces
from engine.formula.ast import Node

if TYPE_CHECKING:
    from engine.formula.grammar import Parser


def behind(parser: Parser, node: Node) -> Node:
    """`node` with the signs and methods that follow it."""
    while True:
        token = parser.token
        if token.kind == "!":
            if parser.peek().kind == "!":
                raise parser.fail(
                    message("Double factorials are not part of the language"),
                    (token.start, parser.peek().end),
                )
            parser.position += 1
            node = ast.Call("factorial", (pieces.as_value(node),), (node.span[0], token.end), token.span)
        elif token.kind == "°":
            parser.position += 1
            node = degrees(node, token.end)
        elif token.kind == "%" and isinstance(node, ast.Number) and _percent(parser):
            parser.position += 1
            span = (node.span[0], token.end)
            node = ast.Div(node, ast.Number("100", token.span), span)
        elif token.kind == "_" and _positive_part(parser):
            parser.position += 2 if parser.peek().kind == "+" else 4
            span = (node.span[0], parser.tokens[parser.position - 1].end)
            zero = ast.Number("0", token.span)
            node = ast.Call("max", (zero, pieces.as_value(node)), span, token.span)
        elif token.kind == "member" and parser.peek().kind == "word":
            node = keywords.method(parser, node)
        else:
            return node


def _positive_part(parser: Parser) -> bool:
    """Whether the _ here begins the mark of [x]_+ or (x)_{+}, the positive part."""
    kinds = [parser.peek(ahead).kind for ahead in range(1, 4)]
    bracket = parser.tokens[parser.position - 1].kind in (")", "]", "}")
    return bracket and (kinds[0] == "+" or kinds == ["{", "+", "}"])


def _percent(parser: Parser) -> bool:
    """Whether the % here belongs to the number before it: 50% + x, 20% x; not in 5 % 3 and 5%3."""
    after = parser.peek()
    operand = parser.can_begin(after) and not after.spaced
    ends = after.kind in ("end", ",", ")", "]", "}")
    if operand or (parser.token.spaced and not ends):
        return False
    if parser.can_begin(after):
        parser.scope.read_as(message("% after a number is read as percent; the remainder is mod(a, b)"))
    return True


def degrees(node: Node, end: int) -> Node:
    """30° as 30·π/180."""
    span = (node.span[0], end)
    quotient = ast.Div(ast.Constant("pi", span), ast.Number("180", span), span)
    return ast.Mul((pieces.as_value(node), quotient), span)
