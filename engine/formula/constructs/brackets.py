"""Brackets around a value, a condition or a choice; ⌊x⌋ and ⌈x⌉.

Any thread; stdlib and msgspec only.
"""

import msgspec

from engine.formula import ast, complaints
from engine.formula.ast import Branch, Node, as_value
from engine.formula.constructs.tuples import compares_points, point_condition
from engine.formula.reader import Reader
from engine.formula.tokens import CLOSES


def bracketed(reader: Reader) -> Node:
    """A value or condition in brackets; a choice {x < 0: a, b}; a condition on a point, (x, y) ≠ (0, 0)."""
    if reader.token.kind == "(" and compares_points(reader, reader.position):
        return point_condition(reader)
    opened = reader.advance()
    close = CLOSES[opened.kind]
    outside, reader.bars = reader.bars, 0
    if reader.token.kind == close and not reader.partial:
        raise complaints.nothing_inside(opened, reader.token)
    node = reader.either()
    if reader.token.kind == ":" and isinstance(node, ast.CONDITIONS):
        node = _choice(reader, node)
    if reader.token.kind == "¦" and opened.kind == "(":
        node = _binomial(reader, node)
    if reader.token.kind == "," and opened.kind == "(":
        raise complaints.comma_in_brackets(reader.tokens, reader.position, node)
    end = reader.closing(close, opened)
    reader.bars = outside
    if reader.token.kind == "?" and isinstance(node, ast.CONDITIONS):
        return node
    return msgspec.structs.replace(node, span=(opened.start, end))


def _binomial(reader: Reader, over: Node) -> Node:
    """Word's (n¦k), from the bar on."""
    sign = reader.advance()
    under = reader.expression()
    return ast.Call("binom", (as_value(over), under), (over.span[0], under.span[1]), sign.span)


def _choice(reader: Reader, condition: ast.Condition) -> ast.Cases:
    """{x < 0: a, x < 1: b, c}, from the first colon on."""
    branches: list[Branch] = []
    otherwise: Node | None = None
    while True:
        reader.position += 1
        branches.append(Branch(reader.expression(), condition))
        if reader.token.kind != ",":
            break
        reader.position += 1
        following = reader.either()
        if not isinstance(following, ast.CONDITIONS) or reader.token.kind != ":":
            otherwise = as_value(following)
            break
        condition = following
    return ast.Cases(tuple(branches), otherwise, (branches[0].condition.span[0], reader.before.end))


def floor(reader: Reader) -> Node:
    """⌊x⌋."""
    return _whole(reader, "floor", "⌋")


def ceiling(reader: Reader) -> Node:
    """⌈x⌉."""
    return _whole(reader, "ceil", "⌉")


def _whole(reader: Reader, function: str, close: str) -> Node:
    opened = reader.advance()
    inner, end = reader.until(close, opened)
    return ast.Call(function, (inner,), (opened.start, end), opened.span)
