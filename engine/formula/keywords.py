"""Names with rules of their own: sum, mean, piecewise, where; and what other systems call a short formula.

Any thread; stdlib and msgspec only.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from engine.base.i18n import message
from engine.formula import ast, pieces
from engine.formula.ast import Node
from engine.formula.calls import arguments, checked
from engine.formula.functions import function_named
from engine.formula.lexing import tokenize
from engine.formula.series import aggregate, big_operator, series
from engine.formula.shorthands import NUMBERS, SHORTHANDS
from engine.formula.statistics import STATISTICS, statistic
from engine.formula.tokens import Token

if TYPE_CHECKING:
    from engine.formula.grammar import Parser

_SUMS: Final = frozenset({"sum", "fsum", "add", "plus", "total"})
_PRODUCTS: Final = frozenset({"prod", "product", "mul", "multiply", "times"})
_CONNECTIVES: Final[dict[str, Literal["and", "or", "not"]]] = {
    "logical_and": "and", "logical_or": "or", "logical_not": "not",
}  # fmt: skip
# How large a formula that a name stands for may become: its arguments may stand in it several times.
_MAX_WRITTEN: Final = 1000
_TEMPLATES: Final[dict[str, Node]] = {}  # the formulas of the shorthands that were met, read


def keyword(parser: Parser) -> Node:
    """sum, product, mean, piecewise, if, pow: read by their own rules."""
    head = parser.token
    name = head.text.lower()
    applied = parser.peek().kind in ("(", "[", "{")
    if name in _SUMS or name in _PRODUCTS:
        if not applied:
            return big_operator(parser)
        return series(parser, "sum" if name in _SUMS else "product")
    if name in STATISTICS:
        return statistic(parser)
    parser.position += 1
    if name in ("mean", "average"):
        return aggregate(parser, "mean", head)
    if name == "select" and parser.peek().kind == "[":
        return pieces.selected(parser, head)
    if name == "sumsq":
        squares = tuple(
            ast.Pow(part, ast.Number("2", part.span), part.span) for part in arguments(parser, True)
        )
        return ast.add(*squares)
    if name == "merge":
        return pieces.merged(parser, head)
    if name in ("piecewise", "cases", "select", "which", "ifs"):
        return pieces.piecewise(parser, head)
    if name in ("where", "if", "ifelse", "iff"):
        return pieces.choice(parser, head)
    if name in ("boole", "indicator"):
        return pieces.indicator(parser, head)
    if name in _CONNECTIVES:
        return pieces.connected(parser, _CONNECTIVES[name], head)
    return shorthand(parser, name, head)


def method(parser: Parser, node: Node) -> Node:
    """x.pow(2) and (x − y).abs(), as tensors write functions: what stands before is the first argument."""
    parser.position += 1
    head = parser.advance()
    spec, known = function_named(head.text), head.text.lower() in SHORTHANDS
    if parser.token.kind != "(" or (spec is None and not known):
        raise parser.fail(message("Unknown name {name}", name=head.text[:40]), head.span)
    args: tuple[Node, ...] = (pieces.as_value(node),)
    if parser.peek().kind == ")":
        parser.position += 2
    else:
        args += arguments(parser, True)
    if spec is None:
        return written_out(parser, head.text.lower(), head, args)
    return checked(parser, spec, args, (node.span[0], parser.tokens[parser.position - 1].end), head)


def number(parser: Parser) -> Node:
    """C's M_LN2 and the like, written out."""
    head = parser.advance()

    def placed(node: Node) -> Node:
        return msgspec.structs.replace(ast.rebuild(node, placed), span=head.span)

    return placed(_template(parser, head.text, NUMBERS))


def _template(parser: Parser, name: str, formulas: Mapping[str, str]) -> Node:
    """The tree of `formulas[name]`, read once."""
    if name not in _TEMPLATES:
        _TEMPLATES[name] = type(parser)(tokenize(formulas[name])).either()
    return _TEMPLATES[name]


def shorthand(parser: Parser, name: str, head: Token) -> Node:
    """The formula that another system's name stands for, on the arguments here."""
    return written_out(parser, name, head, arguments(parser, True))


def written_out(parser: Parser, name: str, head: Token, args: tuple[Node, ...]) -> Node:
    """The formula that the shorthand `name` stands for, on `args`.

    Raises:
        FormulaError: too few or too many of them, or the formula becomes too long.
    """
    span = (min(head.start, args[0].span[0]), parser.tokens[parser.position - 1].end)
    values = dict(zip("xyz", args, strict=False))
    body = _template(parser, name, SHORTHANDS)
    used = {part.name for part in ast.walk(body) if isinstance(part, ast.Variable)}
    if len(args) != len(used):
        wanted = str(len(used))
        raise parser.fail(
            message(
                "{name} takes {wanted} arguments, not {count}", name=head.text, wanted=wanted, count=len(args)
            ),
            span,
            message("Write for example {example}", example=f"{head.text}({', '.join('xyz'[: len(used)])})"),
        )

    def filled(node: Node) -> Node:
        if isinstance(node, ast.Variable):
            return values[node.name]
        return msgspec.structs.replace(ast.rebuild(node, filled), span=span)

    whole = filled(body)
    if sum(1 for _ in itertools.islice(ast.walk(whole), _MAX_WRITTEN)) == _MAX_WRITTEN:
        if parser.partial:
            return ast.Hole(head.text, span)
        raise parser.fail(message("The formula is too long when {name} is written out", name=head.text), span)
    return whole
