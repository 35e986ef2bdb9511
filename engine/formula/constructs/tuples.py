"""Points that are compared: (x, y) = (0, 0) and (x, y) ≠ (0, 0), as definitions in pieces say it.

Any thread; stdlib and msgspec only.
"""

from engine.formula import ast
from engine.formula.ast import Node, as_value
from engine.formula.reader import SUM, Reader
from engine.formula.tokens import closing, parts


def compares_points(reader: Reader, opening: int) -> bool:
    """Whether the brackets at `opening` hold a point that = or ≠ compares with one of as many numbers."""
    tokens = reader.tokens
    close = closing(tokens, opening)
    if close is None or tokens[close + 1].kind not in ("=", "!=") or tokens[close + 2].kind != "(":
        return False
    other = closing(tokens, close + 2)
    if other is None:
        return False
    count = len(parts(tokens, opening)[0])
    return count > 1 and count == len(parts(tokens, close + 2)[0])


def point_condition(reader: Reader) -> ast.Condition:
    """The condition that begins with the brackets at the reader's place, of which `compares_points` holds.

    All coordinates are equal, or for ≠ one of them is not.
    """
    start = reader.token.start
    left = _point(reader)
    sign = reader.advance()
    op: ast.Comparison = "=" if sign.kind == "=" else "!="
    right = _point(reader)
    if len(left) != len(right):  # a comma was read as part of something else
        raise reader.unexpected()
    span = (start, reader.before.end)
    pairs = tuple(
        ast.Compare((one, other), (op,), (one.span[0], one.span[1]))
        for one, other in zip(left, right, strict=True)
    )
    return ast.Logic("and" if op == "=" else "or", pairs, span)


def _point(reader: Reader) -> list[Node]:
    opened = reader.advance()
    outside, reader.bars = reader.bars, 0
    values = [as_value(reader.read(SUM))]
    while reader.token.kind == ",":
        reader.position += 1
        values.append(as_value(reader.read(SUM)))
    reader.closing(")", opened)
    reader.bars = outside
    return values
