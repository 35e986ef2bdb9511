"""Functions applied: sin 2x, sin^2 x, log_2 x, max(x, y), √x.

Any thread; stdlib and msgspec only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from engine.base.i18n import message
from engine.formula import ast, complaints, pieces
from engine.formula.ast import Node
from engine.formula.functions import FUNCTIONS, FunctionSpec, function_named
from engine.formula.names import name_key
from engine.formula.shorthands import WRAPPERS
from engine.formula.tokens import Token

if TYPE_CHECKING:
    from engine.formula.grammar import Parser

_CLOSES: Final = {"(": ")", "[": "]", "{": "}"}
# Of Python's keyword arguments; they stand in the order of our own.
_KEYWORDS: Final = frozenset(["min", "max", "a_min", "a_max", "alpha", "negative_slope", "delta", "base"])
INVERSES: Final = {
    "sin": "arcsin", "cos": "arccos", "tan": "arctan", "cot": "arccot", "sec": "arcsec", "csc": "arccsc",
    "sinh": "arsinh", "cosh": "arcosh", "tanh": "artanh", "coth": "arcoth",
}  # fmt: skip


def call(parser: Parser, spec: FunctionSpec) -> Node:
    """The function at the parser's place with its power, base and arguments."""
    head = parser.advance()
    base: Node | None = None
    power: Node | None = None
    while parser.token.kind in ("_", "^"):
        if parser.token.kind == "_":
            parser.position += 1
            base = _lowered(parser)
        else:
            parser.position += 1
            power = parser.exponent()
    if parser.token.kind == "'":
        raise parser.unexpected()
    opened = parser.token
    if opened.kind == "[" and spec.name == "log" and base is None and _base_in_brackets(parser):
        base, _ = parser.until("]", parser.advance())
        opened = parser.token
    if opened.kind in _CLOSES:
        args = arguments(parser, spec.arity[1] != 1 or spec.name in ("log", "arctan"))
        if opened.kind == "[" and len(args) == 2 and spec.name in ("log", "arctan"):
            args = (args[1], args[0])  # Wolfram's Log[b, x] and ArcTan[x, y]
        end = parser.tokens[parser.position - 1].end
    elif spec.arity == (1, 1) or spec.name in ("log", "max", "min"):
        if not parser.partial:
            complaints.check_bare(parser, spec, head)
        args = (bare_argument(parser),)
        end = args[0].span[1]
        if parser.token.kind == "," and spec.arity != (1, 1) and not parser.partial:
            raise complaints.needs_brackets(parser, spec, head)  # max x, y
    elif parser.partial:
        args, end = (parser.hole(),), head.end
    else:
        raise complaints.needs_brackets(parser, spec, head)
    return _applied(parser, spec, head, args, base, power, end)


def _base_in_brackets(parser: Parser) -> bool:
    """Whether this is Maple's log[2](x)."""
    parts, close = split(parser, parser.position)
    return len(parts) == 1 and parser.tokens[close + 1].kind == "("


def _applied(
    parser: Parser,
    spec: FunctionSpec,
    head: Token,
    args: tuple[Node, ...],
    base: Node | None,
    power: Node | None,
    end: int,
) -> Node:
    span = (head.start, end)
    name = spec.name
    if base is not None:
        if name == "log" or name == "ln":
            args = (*args, base)
            name = "log"
        elif name == "arctan" and isinstance(base, ast.Number) and base.text == "2":
            name = "atan2"
        else:
            raise parser.fail(message("{name} takes no index", name=spec.name), base.span)
    if name == "arctan" and len(args) == 2:
        name = "atan2"
    if name == "step" and len(args) == 2:
        return pieces.step_with_middle(*args, span)  # heaviside(x, value at 0)
    inverse = (
        isinstance(power, ast.Neg) and isinstance(power.operand, ast.Number) and power.operand.text == "1"
    )
    if inverse and name in INVERSES:
        name = INVERSES[name]
        power = None
        parser.scope.read_as(
            message(
                "{name} to the power −1 is read as the inverse function {inverse}",
                name=spec.name,
                inverse=name,
            )
        )
    node: Node = checked(parser, FUNCTIONS[name], args, span, head)
    if isinstance(node, ast.Call) and name == "norm":
        from engine.formula.bars import indexed_norm

        node = indexed_norm(parser, node)
    return node if power is None else ast.Pow(node, power, span)


def checked(parser: Parser, spec: FunctionSpec, args: tuple[Node, ...], span: ast.Span, head: Token) -> Node:
    """The call, if it has as many arguments as the function takes.

    Raises:
        FormulaError: too few or too many.
    """
    fewest, most = spec.arity
    if spec.name == "dot" and len(args) % 2 == 0 and len(args) >= 2:
        most = None
    if parser.partial:
        return ast.Call(spec.name, args + (parser.hole(),) * (fewest - len(args)), span, head.span)
    if len(args) < fewest or (most is not None and len(args) > most):
        wanted = f"{fewest}" if fewest == most else f"{fewest}–{most}" if most is not None else f"≥ {fewest}"
        hint = message("Write for example {example}", example=example(spec))
        if most == 1 and len(args) == 2 and all(isinstance(a, ast.Number) for a in args):
            number = ".".join(a.text for a in args if isinstance(a, ast.Number))
            hint = message("Write decimals with a point: {number}", number=number)
        raise parser.fail(
            message(
                "{name} takes {wanted} arguments, not {count}", name=spec.name, wanted=wanted, count=len(args)
            ),
            span,
            hint,
        )
    if spec.name == "norm":
        args = components(parser, args)
    return ast.Call(spec.name, args, span, head.span)


def components(parser: Parser, args: Sequence[Node]) -> tuple[Node, ...]:
    """The arguments of a norm; of L(w_1, w_2) = ‖w‖² they are w_1 and w_2, which make up w."""
    if len(args) == 1 and isinstance(args[0], ast.Variable):
        key, span = name_key(args[0].name), args[0].span
        declared = parser.header.variables
        parts = [name for name in declared if name_key(name).startswith(f"{key}_")]
        if parts and key not in map(name_key, declared):
            return tuple(ast.Variable(name, span) for name in parts)
    return tuple(args)


def example(spec: FunctionSpec) -> str:
    """A call of the function as an example: "atan2(y, x)"."""
    letters = {
        "atan2": "y, x",
        "polygamma": "1, x",
        "dot": "(a, b), (c, d)",
        "root": "x, 3",
        "clip": "x, 0, 1",
    }
    plain = ", ".join("xyz"[: max(spec.arity[0], 1)]) if spec.arity[1] is not None else "x, y"
    return f"{spec.name}({letters.get(spec.name, plain)})"


def _lowered(parser: Parser) -> Node:
    """The base of a logarithm: log_2, log_{10}, log_b."""
    if parser.token.kind in ("{", "("):
        return pieces.as_value(parser.bracketed())
    if parser.token.kind in ("number", "word", "letter"):
        return (
            parser.primary()
            if parser.token.kind == "number" or len(parser.token.text) == 1
            else parser.tex_argument(parser.token)
        )
    raise parser.fail(message("An index is expected after _"), parser.token.span)


def arguments(parser: Parser, several: bool) -> tuple[Node, ...]:
    """The arguments in the brackets at the parser's place. Lists and vectors among them are flattened."""
    opened = parser.advance()
    bars, parser.bars = parser.bars, 0
    args: list[Node] = []
    if parser.token.kind == _CLOSES[opened.kind] and not parser.partial:
        raise complaints.nothing_inside(parser, opened)
    while True:
        wrapped = several and parser.at_word(*WRAPPERS) and parser.peek(2).kind == "["
        if several:
            parser.position += 2 if wrapped else _keyword(parser)  # np.array([…]); max=1
        vector = several and is_vector(parser)
        if parser.token.kind in (_CLOSES[opened.kind], ",", ";") and not parser.partial:
            raise parser.fail(
                message("An argument is missing here"),
                (parser.tokens[parser.position - 1].start, parser.token.end),
                message("Write it beside the comma, or remove the comma"),
            )
        if vector:
            _separate_row(parser)
            args.extend(arguments(parser, True))
            if wrapped:
                parser.closing(")", opened)
        else:
            args.append(parser.expression())
        separator = parser.token.kind
        if separator not in (",", ";") or (not several and separator == ";"):
            break
        if separator == "," and isinstance(args[-1], ast.Number) and _digits_around(parser):
            parser.scope.read_as(message("A comma separates arguments; decimals are written with a point"))
        parser.position += 1
    parser.closing(_CLOSES[opened.kind], opened)
    parser.bars = bars
    return tuple(args)


def _keyword(parser: Parser) -> int:
    """How many tokens a keyword and its = take: "max =", "negative_slope ="; 0 if there is none."""
    width = 3 if parser.peek().kind == "_" else 1
    name = "".join(parser.peek(k).text for k in range(width))
    return width + 1 if name in _KEYWORDS and parser.peek(width).text == "=" else 0


def _separate_row(parser: Parser) -> None:
    """Put commas into MATLAB's [x y], between values that only stand apart."""
    parts, close = split(parser, parser.position)
    if parser.token.kind != "[" or len(parts) > 1:
        return
    depth = 0
    for position in range(close - 1, parser.position + 1, -1):
        before, token = parser.tokens[position - 1], parser.tokens[position]
        depth += (token.kind in (")", "]", "}")) - (token.kind in ("(", "[", "{"))
        ends = before.kind in ("number", "letter", "word", ")", "]", "}") and not function_named(before.text)
        if depth == 0 and ends and token.spaced and token.kind in ("number", "letter", "word", "("):
            parser.tokens.insert(position, Token(",", ",", token.start, token.start))


def _digits_around(parser: Parser) -> bool:
    before, after = parser.tokens[parser.position - 1], parser.peek()
    return before.kind == after.kind == "number" and not after.spaced and before.end == parser.token.start


def is_vector(parser: Parser) -> bool:
    """Whether a bracket stands here that holds several values and is a whole argument."""
    depth, commas = 0, False
    if parser.token.kind not in ("(", "[", "{"):
        return False
    for position in range(parser.position, len(parser.tokens)):
        kind = parser.tokens[position].kind
        if kind in ("(", "[", "{"):
            depth += 1
        elif kind in (")", "]", "}"):
            depth -= 1
            if depth == 0:
                after = parser.tokens[position + 1].kind
                return after in (",", ";", ")", "]", "}", "|", "‖") and (commas or parser.token.kind == "[")
        elif kind == "," and depth == 1:
            commas = True
    return False


def bare_argument(parser: Parser) -> Node:
    """The argument of sin 2x y: the factors that stand side by side, up to a function or a bracket.

    A bracket ends it unless only numbers and constants came before: sin 2(x + y), but sin x (y + 1).
    """
    sign = parser.token
    if sign.kind in ("+", "-"):
        parser.position += 1
        inner = parser.deeper(lambda: bare_argument(parser))
        return ast.Neg(inner, (sign.start, inner.span[1])) if sign.kind == "-" else inner
    factors = [pieces.as_value(parser.deeper(parser.power))]
    while parser.starts_factor() and _continues(parser, factors):
        factors.append(pieces.as_value(parser.power()))
    if len(factors) == 1:
        return factors[0]
    span = (factors[0].span[0], factors[-1].span[1])
    if (
        any(not isinstance(f, ast.Number | ast.Constant) for f in factors[:-1])
        or parser.tokens[parser.position - 1].spaced
    ):
        parser.scope.read_as(
            message("The function takes in the whole product {part}", part=parser.text_of(span))
        )
    return ast.Mul(tuple(factors), span)


def _continues(parser: Parser, factors: list[Node]) -> bool:
    token = parser.token
    coefficient = all(isinstance(f, ast.Number | ast.Constant) for f in factors)
    if token.kind in ("letter", "number"):
        return token.kind == "letter" or not isinstance(factors[-1], ast.Number)
    if token.kind == "word" and not (parser.at_word("e", "E") and parser.peek().kind == "^"):
        from engine.formula.words import starts_function

        return not starts_function(parser)
    return coefficient  # sin x e^y is sin(x)·e^y, as with any function


def radical(parser: Parser) -> Node:
    """√x, √(x + 1), ∛x, ⁵√x: takes in the next factor with its power."""
    from engine.formula.words import named

    sign = parser.advance()
    if parser.token.kind == "(":
        parts, close = split(parser, parser.position)
        bar = next((k for k in range(*parts[0]) if parser.tokens[k].kind == "&"), None)
        if bar is not None and len(parts) == 1:  # Word's √(3&x)
            index = parser.nested(parts[0][0], bar, parser.expression)
            under = parser.nested(bar + 1, close, parser.expression)
            parser.position = close + 1
            return ast.Call("root", (under, index), (sign.start, parser.tokens[close].end), sign.span)
    inner = pieces.as_value(parser.factor() if parser.token.kind == "-" else parser.power())
    span = (sign.start, inner.span[1])
    if sign.text.isalnum() and sign.text not in "234":  # ⁵√x, ⁿ√x
        number = ast.Number(sign.text, sign.span) if sign.text.isdigit() else None
        order = number or named(parser, sign.text, sign.span)
        return ast.Call("root", (inner, order), span, sign.span)
    if sign.kind == "√":
        return ast.Call("sqrt", (inner,), span, sign.span)
    if sign.kind == "∛":
        return ast.Call("cbrt", (inner,), span, sign.span)
    return ast.Call("root", (inner, ast.Number("4", sign.span)), span, sign.span)


def tex_root(parser: Parser) -> Node:
    """\\sqrt{x} and \\sqrt[n]{x}."""
    head = parser.advance()
    index: Node | None = None
    if parser.token.kind == "[":
        opened = parser.advance()
        index, _ = parser.until("]", opened)
    inner = pieces.as_value(parser.bracketed()) if parser.token.kind == "(" else parser.tex_argument(head)
    span = (head.start, parser.tokens[parser.position - 1].end)
    if index is None or (isinstance(index, ast.Number) and index.text == "2"):
        return ast.Call("sqrt", (inner,), span, head.span)
    if isinstance(index, ast.Number) and index.text == "3":
        return ast.Call("cbrt", (inner,), span, head.span)
    return ast.Call("root", (inner, index), span, head.span)


def split(parser: Parser, opening: int) -> tuple[list[tuple[int, int]], int]:
    """Where each argument of the bracket at `opening` begins and ends, and where the bracket closes."""
    parts: list[tuple[int, int]] = []
    depth = 0
    begin = opening + 1
    for position in range(opening, len(parser.tokens)):
        kind = parser.tokens[position].kind
        if kind in ("(", "[", "{"):
            depth += 1
        elif kind in (")", "]", "}"):
            depth -= 1
            if depth == 0:
                parts.append((begin, position))
                return parts, position
        elif kind in (",", ";") and depth == 1:
            parts.append((begin, position))
            begin = position + 1
    opened = parser.tokens[opening]
    raise parser.fail(
        message("This bracket is not closed"), opened.span, message("Add {sign}", sign=_CLOSES[opened.kind])
    )
