"""Powers: x^2, x^{-1}, 30°, 30^\\circ.

Any thread; stdlib and msgspec only.
"""

from engine.base.i18n import message
from engine.formula import ast, complaints
from engine.formula.ast import Node, as_value
from engine.formula.header import read_index
from engine.formula.reader import POWER, Reader


def raised(reader: Reader, base: Node, _start: int) -> Node:
    """base ^ exponent, from right to left."""
    following = reader.peek().kind
    if following == "°" or (following == "{" and reader.peek(2).kind == "°" and reader.peek(3).kind == "}"):
        reader.position += 2 if following == "°" else 4
        return degrees(base, reader.before.end)
    reader.position += 1
    power = exponent(reader)
    if reader.token.kind == "_" and isinstance(base, ast.Variable):
        base = _indexed_late(reader, base)
    node: Node = ast.Pow(as_value(base), power, (base.span[0], power.span[1]))
    if reader.token.kind == "^" and reader.before.kind == "}":
        # x^{2}^{3} and x²³ written apart: from left to right, as it is seen
        reader.position += 1
        outer = exponent(reader)
        node = ast.Pow(node, outer, (base.span[0], outer.span[1]))
    _note_exponent(reader, base, power)
    return node


def exponent(reader: Reader) -> Node:
    """What stands after ^: a power, with any signs in front of it."""
    sign = reader.token
    if sign.kind in ("-", "+"):
        reader.position += 1
        inner = reader.deeper(exponent, reader)
        return ast.Neg(inner, (sign.start, inner.span[1])) if sign.kind == "-" else inner
    return as_value(reader.deeper(reader.read, POWER))


def _indexed_late(reader: Reader, base: ast.Variable) -> ast.Variable | ast.Column:
    """x^2_1 is x_1^2."""
    index, after = read_index(reader.tokens, reader.position + 1)
    if index is None:
        raise complaints.no_index(reader.token.span)
    reader.position = after
    return reader.scope.named(f"{base.name}_{index}", (base.span[0], reader.before.end))


def _note_exponent(reader: Reader, base: Node, power: Node) -> None:
    """e^2x: a factor is glued to the number in the exponent, and is not part of it."""
    token = reader.token
    if (
        token.kind in ("word", "letter")
        and not token.spaced
        and reader.before.kind == "number"
        and isinstance(power, ast.Number | ast.Neg)
        and not isinstance(base, ast.Variable)
        and reader.starts_factor()
    ):
        part = reader.text_of(power.span)
        reader.scope.read_as(message("Only {part} is in the exponent; write brackets for more", part=part))


def degrees(node: Node, end: int) -> Node:
    """30° as 30·π/180."""
    span = (node.span[0], end)
    quotient = ast.Div(ast.Constant("pi", span), ast.Number("180", span), span)
    return ast.Mul((as_value(node), quotient), span)
