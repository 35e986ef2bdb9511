"""What to say of what cannot stand where it does, and what to do about it.

Pure functions of tokens and trees. Any thread; stdlib and msgspec only.
"""

import re
from collections.abc import Sequence
from typing import Final

from engine.base.i18n import Message, message
from engine.formula import ast
from engine.formula.ast import Node, Span
from engine.formula.errors import FormulaError
from engine.formula.functions import FunctionSpec, suggestion
from engine.formula.tokens import COMPARISONS, ENDERS, STEPS, Token

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


def unexpected(tokens: Sequence[Token], position: int) -> FormulaError:
    """What to say of the token at `position` where it cannot stand."""
    token = tokens[position]
    kind, span = token.kind, token.span
    if kind == "end":
        return FormulaError(
            message("The formula is not finished"),
            span,
            message("A number, a variable or ( is expected here"),
        )
    if kind in (")", "]", "}", "⌋", "⌉"):
        return FormulaError(
            message("{sign} closes nothing", sign=kind), span, message("Remove it, or open a bracket")
        )
    if kind in ("∂", "∇", "'"):
        return derivatives(span)
    if kind in ("∞", "∫", "±", "..."):
        return FormulaError(message("{sign} cannot be computed here", sign=kind), span)
    if kind == "@":
        return FormulaError(message("Matrix products are not part of the language"), span)
    if kind == ",":
        return _comma(tokens, position)
    if kind in ("&&", "||", "&") or (kind == "word" and token.text in ("and", "or")):
        return FormulaError(
            message("{sign} cannot stand here", sign=token.text),
            span,
            message("It joins conditions: {example}", example="x > 0 and y > 0"),
        )
    if token.text in STRAY:
        return FormulaError(
            message("{sign} cannot stand here", sign=token.text),
            span,
            message("Write for example {example}", example=STRAY[token.text]),
        )
    if kind == ";":
        return FormulaError(
            message("{sign} cannot stand here", sign=";"), span, message("One formula at a time")
        )
    if kind in COMPARISONS:
        return FormulaError(
            message("A comparison cannot stand here"),
            span,
            message("An equation is not a function: write left − right"),
        )
    shown = {"newrow": r"\\", "command": "\\" + token.text}.get(kind, token.text or kind)
    after_value = position > 0 and tokens[position - 1].kind in ENDERS
    return FormulaError(
        message("{sign} cannot stand here", sign=shown),
        span,
        message("A sign such as + or · is expected here")
        if after_value and kind not in ("_", "^", "*", "/")
        else message("A number, a variable or ( is expected here"),
    )


def _comma(tokens: Sequence[Token], position: int) -> FormulaError:
    """What to say of a comma: thousands, decimals, or several values."""
    before, token, after = tokens[position - 1], tokens[position], tokens[min(position + 1, len(tokens) - 1)]
    hint = message("Only a function's brackets hold several values")
    if before.kind == after.kind == "number" and before.end == token.start:
        digits = after.text.partition(".")[0]
        if token.end == after.start and before.text.isdigit() and len(digits) == 3:
            hint = message("Write thousands without a comma: {number}", number=before.text + after.text)
        elif not after.spaced:
            hint = message("Write decimals with a point: {number}", number=f"{before.text}.{after.text}")
    return FormulaError(message("A comma stands here"), token.span, hint)


def not_closed(tokens: Sequence[Token], position: int, opened: Token, close: str) -> FormulaError:
    """What to say of the token at `position`, where the bracket `close` should stand."""
    token = tokens[position]
    if token.kind == "end":
        return FormulaError(
            message("This bracket is not closed"), opened.span, message("Add {sign}", sign=close)
        )
    if STEPS.get(token.kind) == -1:
        return FormulaError(
            message("{sign} does not match {open}", sign=token.kind, open=opened.kind),
            token.span,
            message("Write {sign} instead", sign=close),
        )
    return unexpected(tokens, position)


def no_condition(span: Span, example: str = "") -> FormulaError:
    """What to say of a value where a condition is needed."""
    hint = message("Write for example {example}", example=example) if example else None
    return FormulaError(message("A condition is expected here"), span, hint)


def comparison(node: ast.Condition) -> FormulaError:
    """What to say of a formula that is an equation or an inequality."""
    equation = isinstance(node, ast.Compare) and set(node.ops) == {"="}
    return FormulaError(
        message("This is a comparison, not a value"),
        node.span,
        message("An equation is not a function: write left − right")
        if equation
        else message(
            "In brackets it counts as 1 where it holds and as 0 elsewhere: {example}", example="(x > 0) y"
        ),
    )


def two_numbers(before: Token, token: Token) -> FormulaError:
    """What to say of two numbers in a row: 3 4, 1.2.3."""
    span = (before.start, token.end)
    if "." in before.text and token.text.startswith(".") and not token.spaced:
        return FormulaError(message("A number has only one point"), span)
    return FormulaError(
        message("A sign is missing between two numbers"), span, message("Write + or · between them")
    )


def nothing_inside(opened: Token, closed: Token) -> FormulaError:
    """What to say of () and sin()."""
    return FormulaError(
        message("These brackets are empty"),
        (opened.start, closed.end),
        message("Write a value between them, or remove them"),
    )


def needs_brackets(spec: FunctionSpec, head: Token) -> FormulaError:
    """What to say of max x, y."""
    return FormulaError(
        message("{name} needs brackets around its arguments", name=spec.name),
        head.span,
        message("Write for example {example}", example=spec.example),
    )


def wrong_count(name: str, wanted: str, count: int, span: Span, hint: Message) -> FormulaError:
    """What to say of too few or too many arguments."""
    return FormulaError(
        message("{name} takes {wanted} arguments, not {count}", name=name, wanted=wanted, count=count),
        span,
        hint,
    )


def no_column(name: str, span: Span) -> FormulaError:
    """What to say of a mean without a column in it."""
    return FormulaError(
        message("{name} needs a column of the data", name=name),
        span,
        message("Load a data table, and name its columns here"),
    )


def no_bounds(span: Span, example: str = "sum(i=1..3, x_i^2)") -> FormulaError:
    """What to say of a sum without an index or without its bounds."""
    return FormulaError(
        message("This sum needs an index with its bounds"),
        span,
        message("Write for example {example}", example=example),
    )


def unknown_bounds(span: Span) -> FormulaError:
    """What to say of a sum whose index does not run from one number to another."""
    return FormulaError(
        message("The bounds of a sum must be numbers"),
        span,
        message("Write for example {example}", example=r"\sum_{i=1}^{3}"),
    )


def no_index(span: Span, example: str = "") -> FormulaError:
    """What to say of what follows a _ and is no index."""
    hint = message("Write for example {example}", example=example) if example else None
    return FormulaError(message("An index is expected after _"), span, hint)


def unknown_name(token: Token, letters: str, near: str | None, partial: bool) -> FormulaError:
    """What to say of a word that means nothing; `near`: the function that it surely is short of."""
    known = _KNOWN_ELSEWHERE.get(letters.lower())
    if known == "derivative":
        return derivatives(token.span)
    if known == "softmax":
        hint = message("Write it out: {example}", example="e^x/(e^x + e^y)")
        return FormulaError(message("Unknown name {name}", name=letters), token.span, hint)
    if known is not None:
        return FormulaError(message("{sign} cannot be computed here", sign=known), token.span)
    near = None if partial else near or suggestion(letters)
    product = " ".join(letters[:12])
    if near is None:
        hint = message("For a product, put spaces or · between the letters: {example}", example=product)
    elif len(letters) == 3:
        hint = message("Did you mean {name}? A product is written {example}", name=near, example=product)
    else:
        hint = message("Did you mean {name}?", name=near)
    return FormulaError(message("Unknown name {name}", name=letters[:40]), token.span, hint)


def glued_name(token: Token, factors: Sequence[str]) -> FormulaError:
    """What to say of letters that only split into letters and a known function: ksin(x)."""
    return FormulaError(
        message("Is {name} a product or the name of a function?", name=token.text[:40]),
        token.span,
        message("A product is written {example}", example=" ".join(factors)),
    )


def derivatives(span: Span) -> FormulaError:
    """What to say of x′ and d/dx."""
    return FormulaError(
        message("Derivative marks are not part of a formula"),
        span,
        message("Partials are shown by themselves"),
    )


def is_derivative(factors: Sequence[Node], under: Token) -> bool:
    """Whether the quotient of `factors` and what begins with `under` is d/dx or dy/dx."""
    if not _DERIVATIVE.fullmatch(under.text):
        return False
    glued = len(factors) > 1 and factors[-2].span[1] == factors[-1].span[0]
    return is_d(factors[-1], 1) or (glued and is_d(factors[-2], 1))


def is_d(node: Node, most: int) -> bool:
    """Whether `node` is d, d², dx or df: a product of at most `most` factors that begins with d."""
    if isinstance(node, ast.Mul) and len(node.factors) <= most:
        node = node.factors[0]
    if isinstance(node, ast.Pow):
        node = node.base
    return node == ast.Variable("d", node.span)


def comma_in_brackets(tokens: Sequence[Token], position: int, node: Node) -> FormulaError:
    """What to say of the comma at `position`, after `node` in plain brackets."""
    token, after = tokens[position], tokens[min(position + 1, len(tokens) - 1)]
    if isinstance(node, ast.Number) and after.kind == "number":
        return FormulaError(
            message("Is {left},{right} one number?", left=node.text, right=after.text),
            (node.span[0], after.end),
            message("Write decimals with a point: {number}", number=f"{node.text}.{after.text}"),
        )
    named = _named_brackets(tokens, position)
    if named is not None:
        return FormulaError(
            message("{name} is not a function here", name=named.text),
            named.span,
            message("Its formula comes after a sign =: {example}", example=f"{named.text}(x, y) = x^2 + y^2"),
        )
    return FormulaError(
        message("A comma cannot stand here"),
        token.span,
        message("Only a function's brackets hold several values"),
    )


def _named_brackets(tokens: Sequence[Token], position: int) -> Token | None:
    """The letter right before the bracket that is open at `position`: the f of f(x, y)."""
    depth = 0
    for opening in range(position - 1, 0, -1):
        depth -= STEPS.get(tokens[opening].kind, 0)
        if depth < 0:
            before = tokens[opening - 1]
            glued = before.end == tokens[opening].start and before.kind in ("word", "letter")
            return before if glued else None
    return None
