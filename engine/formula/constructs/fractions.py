"""Fractions and binomials of LaTeX: \\frac{a}{b}, {a \\over b}, \\binom{n}{k}, {n \\choose k}.

Any thread; stdlib and msgspec only.
"""

from engine.formula import ast, complaints
from engine.formula.ast import Node, as_value
from engine.formula.constructs.arguments import tex_argument
from engine.formula.reader import Reader


def fraction(reader: Reader) -> Node:
    """\\frac{a}{b} and \\frac12."""
    head = reader.advance()
    over, under = tex_argument(reader, head), tex_argument(reader, head)
    span = (head.start, reader.before.end)
    derivative = (
        complaints.is_d(over, 2) and isinstance(under, ast.Mul) and complaints.is_d(under, 3)
    )  # \frac{d}{dx}
    if derivative and not reader.partial:
        raise complaints.derivatives(span)
    return ast.Div(over, under, span)


def binomial(reader: Reader) -> Node:
    """\\binom{n}{k}."""
    head = reader.advance()
    args = (tex_argument(reader, head), tex_argument(reader, head))
    return ast.Call("binom", args, (head.start, reader.before.end), head.span)


def over(reader: Reader, above: Node, _start: int) -> Node:
    """a \\over b: all that is before it, over all that is after it."""
    reader.position += 1
    below = _below(reader)
    return ast.Div(as_value(above), below, (above.span[0], below.span[1]))


def choose(reader: Reader, above: Node, _start: int) -> Node:
    """n \\choose k."""
    sign = reader.advance()
    below = _below(reader)
    return ast.Call("binom", (as_value(above), below), (above.span[0], below.span[1]), sign.span)


def _below(reader: Reader) -> Node:
    return as_value(reader.deeper(reader.either))
