"""What to say of what cannot stand where it does, and what to do about it.

Any thread; stdlib and msgspec only.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from engine.formula import ast
from engine.formula.ast import Node, Span
from engine.formula.errors import FormulaError
from engine.i18n import message

if TYPE_CHECKING:
    from engine.formula.grammar import Parser


_DERIVATIVE: Final = re.compile("d[a-zA-Zα-ω][0-9]*")


def unexpected(parser: Parser) -> FormulaError:
    """What to say of the present token where it cannot stand."""
    token = parser.token
    if token.kind == "end":
        return parser.fail(
            message("The formula is not finished"),
            token.span,
            message("A number, a variable or ( is expected here"),
        )
    if token.kind in ")]}⌋⌉" and token.kind:
        return parser.fail(
            message("{sign} closes nothing", sign=token.kind),
            token.span,
            message("Remove it, or open a bracket"),
        )
    if token.kind in ("∞", "∂", "∇", "∫", "±", "..."):
        return parser.fail(message("{sign} cannot be computed here", sign=token.kind), token.span)
    if token.kind == "'":
        return no_derivatives(parser, token.span)
    if token.kind == "@":
        return parser.fail(message("Matrix products are not part of the language"), token.span)
    if token.kind == "," and _thousands(parser):
        number = f"{parser.tokens[parser.position - 1].text}{parser.peek().text}"
        return parser.fail(
            message("A comma stands here"),
            token.span,
            message("Write thousands without a comma: {number}", number=number),
        )
    if token.kind == ",":
        return parser.fail(
            message("A comma stands here"),
            token.span,
            message(
                "Write decimals with a point: 3.5; commas separate arguments inside a function's brackets"
            ),
        )
    if token.kind in ("<", "<=", ">", ">=", "=", "!="):
        return parser.fail(
            message("A comparison cannot stand here"),
            token.span,
            message("An equation is not a function: write left − right"),
        )
    shown = r"\\" if token.kind == "newrow" else token.text or token.kind
    return parser.fail(
        message("{sign} cannot stand here", sign=shown),
        token.span,
        message("A number, a variable or ( is expected here"),
    )


def _thousands(parser: Parser) -> bool:
    """Whether the comma here stands in a number such as 1,000 or 1,234.5."""
    before, after = parser.tokens[parser.position - 1], parser.peek()
    digits = after.text.partition(".")[0]
    together = before.end == parser.token.start and parser.token.end == after.start
    return before.kind == after.kind == "number" and together and before.text.isdigit() and len(digits) == 3


def derivative_follows(parser: Parser, factors: list[Node]) -> bool:
    """Whether the quotient whose line was just passed is d/dx or dy/dx."""
    if parser.partial or parser.scope.declares("d") or not _DERIVATIVE.fullmatch(parser.token.text):
        return False
    glued = len(factors) > 1 and factors[-2].span[1] == factors[-1].span[0]
    return is_d(factors[-1], 1) or (glued and is_d(factors[-2], 1))


def no_derivatives(parser: Parser, span: Span) -> FormulaError:
    """What to say of x′ and d/dx."""
    return parser.fail(
        message("Derivative marks are not part of a formula"),
        span,
        message("Partials are shown by themselves"),
    )


def decimal_comma(parser: Parser, node: Node) -> FormulaError:
    """What to say of the comma after `node` in plain brackets."""
    token = parser.token
    if isinstance(node, ast.Number) and parser.peek().kind == "number":
        return parser.fail(
            message("Is {left},{right} one number?", left=node.text, right=parser.peek().text),
            (node.span[0], parser.peek().end),
            message("Write decimals with a point: {number}", number=f"{node.text}.{parser.peek().text}"),
        )
    return parser.fail(
        message("A comma cannot stand here"),
        token.span,
        message("Only a function's brackets hold several values"),
    )


def is_d(node: Node, most: int) -> bool:
    """Whether `node` is d, d², dx or df: a product of at most `most` factors that begins with d."""
    if isinstance(node, ast.Mul) and len(node.factors) <= most:
        node = node.factors[0]
    if isinstance(node, ast.Pow):
        node = node.base
    return node == ast.Variable("d", node.span)
