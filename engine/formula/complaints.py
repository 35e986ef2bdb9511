"""What to say of what cannot stand where it does, and what to do about it.

Any thread; stdlib and msgspec only.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from engine.base.i18n import message
from engine.formula import ast
from engine.formula.ast import Node, Span
from engine.formula.errors import FormulaError
from engine.formula.functions import FunctionSpec, suggestion
from engine.formula.lexing.signs import ENDERS
from engine.formula.tokens import Token

if TYPE_CHECKING:
    from engine.formula.grammar import Parser


# Words of conditions, where none is begun, and how they are used.
STRAY: Final = {
    "else": "x if x > 0 else −x", "otherwise": "piecewise(x < 0: −x, x)", "for": "sum(i=1..3, x_i^2)",
    "then": "if x > 0 then x else −x", "in": "sum(i x for i in range(4))",
}  # fmt: skip
# What a formula cannot hold, by the names it has in other places.
_KNOWN_ELSEWHERE: Final = {
    "lim": "lim", "limit": "lim", "inf": "∞", "infinity": "∞", "infty": "∞", "nan": "NaN", "int": "∫",
    "integrate": "∫", "integral": "∫", "diff": "derivative", "derivative": "derivative", "grad": "derivative",
    "gradient": "derivative", "softmax": "softmax",
}  # fmt: skip
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
    if token.kind in ("∂", "∇"):
        return no_derivatives(parser, token.span)
    if token.kind in ("∞", "∫", "±", "..."):
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
        before, after = parser.tokens[parser.position - 1], parser.peek()
        decimal = before.kind == after.kind == "number" and before.end == token.start and not after.spaced
        return parser.fail(
            message("A comma stands here"),
            token.span,
            message("Write decimals with a point: {number}", number=f"{before.text}.{after.text}")
            if decimal
            else message("Only a function's brackets hold several values"),
        )
    if token.kind in ("&&", "||", "&") or parser.at_word("and", "or"):
        return parser.fail(
            message("{sign} cannot stand here", sign=token.text),
            token.span,
            message("It joins conditions: {example}", example="x > 0 and y > 0"),
        )
    if token.text in STRAY:
        return parser.fail(
            message("{sign} cannot stand here", sign=token.text),
            token.span,
            message("Write for example {example}", example=STRAY[token.text]),
        )
    if token.kind == ";":
        return parser.fail(
            message("{sign} cannot stand here", sign=";"), token.span, message("One formula at a time")
        )
    if token.kind in ("<", "<=", ">", ">=", "=", "!="):
        return parser.fail(
            message("A comparison cannot stand here"),
            token.span,
            message("An equation is not a function: write left − right"),
        )
    shown = {"newrow": r"\\", "command": "\\" + token.text}.get(token.kind, token.text or token.kind)
    after_value = bool(parser.position) and parser.tokens[parser.position - 1].kind in ENDERS
    return parser.fail(
        message("{sign} cannot stand here", sign=shown),
        token.span,
        message("A sign such as + or · is expected here")
        if after_value and token.kind not in ("_", "^", "*", "/")
        else message("A number, a variable or ( is expected here"),
    )


def comparison(parser: Parser, node: ast.Compare | ast.Logic) -> FormulaError:
    """What to say of a formula that is an equation or an inequality."""
    equation = isinstance(node, ast.Compare) and set(node.ops) == {"="}
    return parser.fail(
        message("This is a comparison, not a value"),
        node.span,
        message("An equation is not a function: write left − right")
        if equation
        else message(
            "In brackets it counts as 1 where it holds and as 0 elsewhere: {example}", example="(x > 0) y"
        ),
    )


def two_numbers(parser: Parser) -> FormulaError:
    """What to say of two numbers in a row: 3 4, 1.2.3."""
    before, token = parser.tokens[parser.position - 1], parser.token
    points = "." in before.text and token.text.startswith(".") and not token.spaced
    if points:
        return parser.fail(message("A number has only one point"), (before.start, token.end))
    return parser.fail(
        message("A sign is missing between two numbers"),
        (before.start, token.end),
        message("Write + or · between them"),
    )


def nothing_inside(parser: Parser, opened: Token) -> FormulaError:
    """What to say of () and sin()."""
    return parser.fail(
        message("These brackets are empty"),
        (opened.start, parser.token.end),
        message("Write a value between them, or remove them"),
    )


def needs_brackets(parser: Parser, spec: FunctionSpec, head: Token) -> FormulaError:
    """What to say of max x, y."""
    from engine.formula.calls import example

    return parser.fail(
        message("{name} needs brackets around its arguments", name=spec.name),
        head.span,
        message("Write for example {example}", example=example(spec)),
    )


def check_bare(parser: Parser, spec: FunctionSpec, head: Token) -> None:
    """Refuse a function without an argument, and sin-1 x.

    Raises:
        FormulaError: nothing that it could be applied to follows, or what was sin⁻¹ before it was copied.
    """
    from engine.formula.calls import INVERSES

    token = parser.token
    glued = token.kind == "-" and not token.spaced and parser.peek().text == "1" and not parser.peek().spaced
    if glued and spec.name in INVERSES and parser.peek(2).kind in ("(", "word", "letter"):
        raise parser.fail(
            message("Is {sign} the inverse function?", sign=f"{head.text}-1"),
            (head.start, parser.peek().end),
            message("Write {sign}", sign=f"{INVERSES[spec.name]}(x)"),
        )
    if token.kind not in ("+", "-") and not parser.starts_factor():
        raise parser.fail(
            message("{name} of what?", name=head.text),
            head.span,
            message("Write for example {example}", example=f"{head.text}(x)"),
        )


def unknown_name(parser: Parser, token: Token, letters: str, near: str | None) -> FormulaError:
    """What to say of a word that means nothing; `near`: the function that it surely is short of."""
    known = _KNOWN_ELSEWHERE.get(letters.lower())
    if known == "derivative":
        return no_derivatives(parser, token.span)
    if known == "softmax":
        hint = message("Write it out: {example}", example="e^x/(e^x + e^y)")
        return parser.fail(message("Unknown name {name}", name=letters), token.span, hint)
    if known is not None:
        return parser.fail(message("{sign} cannot be computed here", sign=known), token.span)
    near = None if parser.partial else near or suggestion(letters)
    product = " ".join(letters[:12])
    if near is None:
        hint = message("For a product, put spaces or · between the letters: {example}", example=product)
    elif len(letters) == 3:
        hint = message("Did you mean {name}? A product is written {example}", name=near, example=product)
    else:
        hint = message("Did you mean {name}?", name=near)
    return parser.fail(message("Unknown name {name}", name=letters[:40]), token.span, hint)


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
    named = _named_brackets(parser)
    if named is not None:
        return parser.fail(
            message("{name} is not a function here", name=named.text),
            named.span,
            message("Its formula comes after a sign =: {example}", example=f"{named.text}(x, y) = x^2 + y^2"),
        )
    return parser.fail(
        message("A comma cannot stand here"),
        token.span,
        message("Only a function's brackets hold several values"),
    )


def _named_brackets(parser: Parser) -> Token | None:
    """The letter right before the bracket that is open at the parser's place: the f of f(x, y)."""
    depth = 0
    for position in range(parser.position - 1, 0, -1):
        kind = parser.tokens[position].kind
        depth += (kind in (")", "]", "}")) - (kind in ("(", "[", "{"))
        if depth < 0:
            before = parser.tokens[position - 1]
            glued = before.end == parser.tokens[position].start and before.kind in ("word", "letter")
            return before if glued else None
    return None


def is_d(node: Node, most: int) -> bool:
    """Whether `node` is d, d², dx or df: a product of at most `most` factors that begins with d."""
    if isinstance(node, ast.Mul) and len(node.factors) <= most:
        node = node.factors[0]
    if isinstance(node, ast.Pow):
        node = node.base
    return node == ast.Variable("d", node.span)
