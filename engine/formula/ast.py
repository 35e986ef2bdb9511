"""The tree of a formula: plain tagged values that know which characters of the text they came from.

Sums and products are n-ary, so a long formula is a wide tree and not a deep one. `a - b` is
Add(a, Neg(b)). Spans are (from, to) characters of the source text; two trees that differ in spans only are
the same formula (`same`). Any thread; msgspec only.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final, Literal, TypeAlias

import msgspec
from msgspec import Struct

Span: TypeAlias = tuple[int, int]
NOWHERE: Final[Span] = (0, 0)
Comparison = Literal["<", "<=", ">", ">=", "=", "!="]
SeriesKind = Literal["sum", "product"]


class Number(Struct, frozen=True, tag=True):
    """A decimal number as written ("0.5", "1e-3"), never negative."""

    text: str
    span: Span = NOWHERE


class Constant(Struct, frozen=True, tag=True):
    """A named number of the table in `engine.formula.functions` ("pi", "e")."""

    name: str
    span: Span = NOWHERE


class Variable(Struct, frozen=True, tag=True):
    """A variable; its name is spelled as at its first place in the formula ("x", "w_1", "w1", "theta")."""

    name: str
    span: Span = NOWHERE


class Column(Struct, frozen=True, tag=True):
    """A column of the data table; stands only inside an Aggregate."""

    name: str
    span: Span = NOWHERE


class Index(Struct, frozen=True, tag=True):
    """The running index of the Series around it."""

    name: str
    span: Span = NOWHERE


class Indexed(Struct, frozen=True, tag=True):
    """A variable whose index is computed from a running index: x_{i+1}."""

    base: str
    index: "Node"
    span: Span = NOWHERE


class Add(Struct, frozen=True, tag=True):
    """A sum of two or more terms; a subtracted term is a Neg."""

    terms: tuple["Node", ...]
    span: Span = NOWHERE


class Neg(Struct, frozen=True, tag=True):
    """−operand."""

    operand: "Node"
    span: Span = NOWHERE


class Mul(Struct, frozen=True, tag=True):
    """A product of two or more factors."""

    factors: tuple["Node", ...]
    span: Span = NOWHERE


class Div(Struct, frozen=True, tag=True):
    """A quotient."""

    numerator: "Node"
    denominator: "Node"
    span: Span = NOWHERE


class Pow(Struct, frozen=True, tag=True):
    """A power."""

    base: "Node"
    exponent: "Node"
    span: Span = NOWHERE


class Call(Struct, frozen=True, tag=True):
    """A function of the table applied to its arguments. head: the characters of its name."""

    function: str
    args: tuple["Node", ...]
    span: Span = NOWHERE
    head: Span = NOWHERE


class Compare(Struct, frozen=True, tag=True):
    """A chain of comparisons: operands[0] ops[0] operands[1] …; one more operand than ops."""

    operands: tuple["Node", ...]
    ops: tuple[Comparison, ...]
    span: Span = NOWHERE


class Logic(Struct, frozen=True, tag=True):
    """Conditions joined by "and" or "or", or one negated by "not"."""

    op: Literal["and", "or", "not"]
    operands: tuple["Node", ...]
    span: Span = NOWHERE


# What holds or does not hold; anything else has a value.
Condition: TypeAlias = Compare | Logic
CONDITIONS: Final = (Compare, Logic)


class Branch(Struct, frozen=True):
    """One line of a Cases: a value, and the condition (Compare or Logic) under which it holds."""

    value: "Node"
    condition: "Node"


class Cases(Struct, frozen=True, tag=True):
    """The value of the first branch whose condition holds, else `otherwise`; undefined where that is None."""

    branches: tuple[Branch, ...]
    otherwise: "Node | None" = None
    span: Span = NOWHERE


class Series(Struct, frozen=True, tag=True):
    """A sum or product of `body` over the whole numbers index = lo … hi."""

    kind: SeriesKind
    index: str
    lo: "Node"
    hi: "Node"
    body: "Node"
    span: Span = NOWHERE


class Aggregate(Struct, frozen=True, tag=True):
    """What `body` comes to over the rows of the data table; the median of an even number of rows is the mean
    of the two in the middle."""

    kind: Literal["mean", "sum", "max", "min", "median", "logsumexp"]
    body: "Node"
    span: Span = NOWHERE


class Hole(Struct, frozen=True, tag=True):
    """What is not written yet, or not understood: `text` is the source there. Only in unfinished formulas."""

    text: str = ""
    span: Span = NOWHERE


Node: TypeAlias = (
    Number
    | Constant
    | Variable
    | Column
    | Index
    | Indexed
    | Add
    | Neg
    | Mul
    | Div
    | Pow
    | Call
    | Compare
    | Logic
    | Cases
    | Series
    | Aggregate
    | Hole
)


def _below_cases(node: Cases) -> tuple[Node, ...]:
    parts = tuple(part for branch in node.branches for part in (branch.value, branch.condition))
    return parts if node.otherwise is None else (*parts, node.otherwise)


# By class: trees are walked at every key press, and this is several times faster than matching patterns.
_CHILDREN: Final[dict[type, Callable[[Any], tuple[Node, ...]]]] = {
    Add: lambda node: node.terms,
    Mul: lambda node: node.factors,
    Call: lambda node: node.args,
    Compare: lambda node: node.operands,
    Logic: lambda node: node.operands,
    Neg: lambda node: (node.operand,),
    Aggregate: lambda node: (node.body,),
    Indexed: lambda node: (node.index,),
    Div: lambda node: (node.numerator, node.denominator),
    Pow: lambda node: (node.base, node.exponent),
    Series: lambda node: (node.lo, node.hi, node.body),
    Cases: _below_cases,
}


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below `node`, in reading order."""
    below = _CHILDREN.get(type(node))
    return below(node) if below is not None else ()


def rebuild(node: Node, change: Callable[[Node], Node]) -> Node:
    """`node` with `change` applied to each node directly below it."""
    match node:
        case Add(terms=parts):
            return msgspec.structs.replace(node, terms=tuple(map(change, parts)))
        case Mul(factors=parts):
            return msgspec.structs.replace(node, factors=tuple(map(change, parts)))
        case Call(args=parts):
            return msgspec.structs.replace(node, args=tuple(map(change, parts)))
        case Compare(operands=parts) | Logic(operands=parts):
            return msgspec.structs.replace(node, operands=tuple(map(change, parts)))
        case Neg(operand=inner):
            return msgspec.structs.replace(node, operand=change(inner))
        case Aggregate(body=inner):
            return msgspec.structs.replace(node, body=change(inner))
        case Indexed(index=inner):
            return msgspec.structs.replace(node, index=change(inner))
        case Div(numerator=left, denominator=right):
            return msgspec.structs.replace(node, numerator=change(left), denominator=change(right))
        case Pow(base=left, exponent=right):
            return msgspec.structs.replace(node, base=change(left), exponent=change(right))
        case Series(lo=lo, hi=hi, body=body):
            return msgspec.structs.replace(node, lo=change(lo), hi=change(hi), body=change(body))
        case Cases(branches=branches, otherwise=otherwise):
            return msgspec.structs.replace(
                node,
                branches=tuple(Branch(change(b.value), change(b.condition)) for b in branches),
                otherwise=None if otherwise is None else change(otherwise),
            )
        case _:
            return node


def walk(node: Node) -> Iterator[Node]:
    """`node` and everything below it, in reading order."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(children(current)))


def depth(node: Node) -> int:
    """How many nodes the longest way down passes."""
    deepest = 0
    stack = [(node, 1)]
    while stack:
        current, level = stack.pop()
        deepest = max(deepest, level)
        stack.extend((child, level + 1) for child in children(current))
    return deepest


def without_spans(node: Node) -> Node:
    """The same tree, all spans NOWHERE: for comparing trees, and for keys."""
    bare = rebuild(node, without_spans)
    if isinstance(bare, Call):
        return msgspec.structs.replace(bare, span=NOWHERE, head=NOWHERE)
    return msgspec.structs.replace(bare, span=NOWHERE)


def same(left: Node, right: Node) -> bool:
    """Whether two trees are the same formula, wherever they were written."""
    return without_spans(left) == without_spans(right)


def as_value(node: Node) -> Node:
    """A condition as a number: 1 where it holds, else 0. Anything else as it is."""
    if isinstance(node, CONDITIONS):
        return Cases((Branch(Number("1", node.span), node),), Number("0", node.span), node.span)
    return node


def add(*terms: Node) -> Node:
    """The sum of `terms`, flattened; a Number 0 for none."""
    flat: list[Node] = []
    for term in terms:
        flat.extend(term.terms if isinstance(term, Add) else (term,))
    return Add(tuple(flat)) if len(flat) > 1 else flat[0] if flat else Number("0")


def mul(*factors: Node) -> Node:
    """The product of `factors`, flattened; a Number 1 for none."""
    flat: list[Node] = []
    for factor in factors:
        flat.extend(factor.factors if isinstance(factor, Mul) else (factor,))
    return Mul(tuple(flat)) if len(flat) > 1 else flat[0] if flat else Number("1")
