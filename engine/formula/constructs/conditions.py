"""Conditions: comparisons, and, or, not; and a condition as a number, 1_{x > 0}.

Any thread; stdlib and msgspec only.
"""

from typing import Final, Literal

import msgspec

from engine.formula import ast, complaints
from engine.formula.ast import Node, as_value
from engine.formula.reader import AND, COMPARISON, SUM, Reader
from engine.formula.tokens import CLOSES, COMPARISONS, Token

_CONNECTIVES: Final[dict[str, Literal["and", "or", "not"]]] = {
    "logical_and": "and", "logical_or": "or", "logical_not": "not",
}  # fmt: skip


def compared(reader: Reader, first: Node, _start: int) -> Node:
    """x < y <= z."""
    operands, ops = [first], []
    while (op := COMPARISONS.get(reader.token.kind)) is not None:
        reader.position += 1
        reader.comparing += 1
        operands.append(reader.read(SUM))
        reader.comparing -= 1
        ops.append(op)
    values = tuple(map(as_value, operands))
    return ast.Compare(values, tuple(ops), (first.span[0], values[-1].span[1]))


def negated(reader: Reader, _power: int) -> tuple[Node, int]:
    """not x < y."""
    sign = reader.advance()
    inner = reader.deeper(reader.read, COMPARISON)
    if not isinstance(inner, ast.CONDITIONS):
        raise complaints.no_condition(inner.span)
    return ast.Logic("not", (inner,), (sign.start, inner.span[1])), COMPARISON


def all_hold(reader: Reader, first: Node, _start: int) -> Node:
    """x < y and y < z."""
    return _connected(reader, first, "and", ("&&", "&"), COMPARISON)


def one_holds(reader: Reader, first: Node, _start: int) -> Node:
    """x < y or y < z."""
    return _connected(reader, first, "or", ("||", "|"), AND)


def _connected(
    reader: Reader, first: Node, op: Literal["and", "or"], signs: tuple[str, ...], power: int
) -> Node:
    if not isinstance(first, ast.CONDITIONS):
        return first
    found: list[Node] = [first]
    while reader.token.kind in signs or reader.at_word(op):
        sign = reader.advance()
        if sign.kind == "|" and reader.token.kind == "|":
            reader.position += 1
        following = reader.read(power)
        if not isinstance(following, ast.CONDITIONS):
            raise complaints.no_condition(following.span)
        found.append(following)
    return ast.Logic(op, tuple(found), (found[0].span[0], found[-1].span[1]))


def connective(reader: Reader) -> Node:
    """logical_and(c, d), logical_or(c, d), logical_not(c)."""
    head = reader.advance()
    op = _CONNECTIVES[head.text.lower()]
    opened = reader.advance()
    conditions: list[Node] = [reader.condition()]
    while reader.token.kind == ",":
        reader.position += 1
        conditions.append(reader.condition())
    end = reader.closing(CLOSES[opened.kind], opened)
    if len(conditions) == 1 and op != "not":
        return conditions[0]
    return ast.Logic(op, tuple(conditions), (head.start, end))


def indicator(reader: Reader) -> Node:
    """Boole[x > 0], I(x > 0): 1 where the condition in the brackets holds, else 0."""
    return bracketed_condition(reader, reader.advance())


def bracketed_condition(reader: Reader, head: Token) -> Node:
    """The condition in the brackets here as a number; it began with `head`: 1_{x > 0}."""
    opened = reader.advance()
    condition = reader.condition()
    end = reader.closing(CLOSES[opened.kind], opened)
    return msgspec.structs.replace(as_value(condition), span=(head.start, end))
