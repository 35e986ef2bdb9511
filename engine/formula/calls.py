"""Functions applied: sin 2x, sin^2 x, log_2 x, max(x, y), √x, sums with an index, means over data.

Any thread; stdlib and msgspec only.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from engine.formula import ast, pieces
from engine.formula.ast import Node
from engine.formula.functions import FUNCTIONS, FunctionSpec, function_named
from engine.formula.shorthands import SHORTHANDS, WRAPPERS
from engine.formula.tokens import Token, tokenize
from engine.i18n import message

if TYPE_CHECKING:
    from engine.formula.grammar import Parser

_CLOSES: Final = {"(": ")", "[": "]", "{": "}"}
_SUMS: Final = frozenset({"sum", "add", "plus", "total"})
_PRODUCTS: Final = frozenset({"prod", "product", "mul", "multiply", "times"})
_CONNECTIVES: Final[dict[str, Literal["and", "or", "not"]]] = {
    "logical_and": "and", "logical_or": "or", "logical_not": "not",
}  # fmt: skip
# How large a formula that a name stands for may become: its arguments may stand in it several times.
_MAX_WRITTEN: Final = 1000
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
        if parser.token.kind == "end" and not parser.partial:
            raise parser.fail(
                message("{name} of what?", name=head.text),
                head.span,
                message("Write for example {example}", example=f"{head.text}(x)"),
            )
        args = (bare_argument(parser),)
        end = args[0].span[1]
    elif parser.partial:
        args, end = (parser.hole(),), head.end
    else:
        raise parser.fail(
            message("{name} needs brackets around its arguments", name=spec.name),
            head.span,
            message("Write for example {example}", example=example(spec)),
        )
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
    node = checked(parser, FUNCTIONS[name], args, span, head)
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
    return ast.Call(spec.name, args, span, head.span)


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
        raise parser.fail(message("These brackets are empty"), (opened.start, parser.token.end))
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
    if token.kind == "word":
        from engine.formula.words import starts_function

        return not starts_function(parser)
    return coefficient


def radical(parser: Parser) -> Node:
    """√x, √(x + 1), ∛x: takes in the next factor with its power."""
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


def big_operator(parser: Parser) -> Node:
    """∑_{i=1}^{3} body: the body is the product that follows."""
    head = parser.advance()
    kind: Literal["sum", "product"] = (
        "sum" if head.kind == "∑" or head.text.lower() in ("sum", "σ") else "product"
    )
    index, lo, hi = "", None, None
    while parser.token.kind in ("_", "^"):
        lowered = parser.advance().kind == "_"
        if lowered and parser.token.kind in ("{", "("):
            opened = parser.advance()
            index = _index_name(parser)
            if parser.token.kind == "=":
                parser.position += 1
                lo, _ = parser.until(_CLOSES[opened.kind], opened)
            else:
                raise parser.fail(
                    message("The bounds of a sum must be numbers"),
                    opened.span,
                    message("Write for example {example}", example=r"\sum_{i=1}^{3}"),
                )
        elif not lowered:
            sign = parser.token
            if sign.kind == "end" and not parser.partial:
                raise parser.unexpected()
            hi = parser.tex_argument(sign) if sign.kind != "word" else parser.primary()
        else:
            raise parser.unexpected()
    if parser.scope.data and hi is not None and isinstance(hi, ast.Variable):
        return _over_rows(parser, kind, head, index, hi)
    if lo is None or hi is None:
        raise parser.fail(
            message("This sum needs an index with its bounds"),
            head.span,
            message("Write for example {example}", example=r"\sum_{i=1}^{3} x_i^2"),
        )
    parser.scope.indices.append(index)
    body = pieces.as_value(parser.product())
    parser.scope.indices.pop()
    return ast.Series(kind, index, lo, hi, body, (head.start, body.span[1]))


def _over_rows(
    parser: Parser, kind: Literal["sum", "product"], head: Token, index: str, count: ast.Variable
) -> Node:
    """∑_{i=1}^{n} (w x_i − y_i)² with columns x and y: over the rows; n is their number."""
    scope = parser.scope
    scope.aggregates += 1
    scope.row_indices.append(index)
    body = pieces.as_value(parser.product())
    scope.row_indices.pop()
    scope.aggregates -= 1
    if kind != "sum" or not any(isinstance(part, ast.Column) for part in ast.walk(body)):
        raise parser.fail(
            message("The bounds of a sum must be numbers"),
            count.span,
            message("Write for example {example}", example=r"\sum_{i=1}^{3}"),
        )
    scope.row_counts.add(count.name)
    return ast.Aggregate("sum", body, (head.start, body.span[1]))


def _index_name(parser: Parser) -> str:
    token = parser.token
    if token.kind != "word" or len(token.text) != 1:
        raise parser.fail(message("The index of a sum is a single letter"), token.span)
    parser.position += 1
    return token.text


def special(parser: Parser) -> Node:
    """sum, product, mean, piecewise, if, pow: read by their own rules."""
    head = parser.token
    name = head.text.lower()
    applied = parser.peek().kind in _CLOSES
    if name in _SUMS or name in _PRODUCTS:
        if not applied:
            return big_operator(parser)
        return series(parser, "sum" if name in _SUMS else "product")
    parser.position += 1
    if name in ("mean", "average"):
        return aggregate(parser, "mean", head)
    if name == "select" and parser.peek().kind == "[":
        return pieces.selected(parser, head)
    if name in ("piecewise", "cases", "select", "which"):
        return pieces.piecewise(parser, head)
    if name in ("where", "if", "ifelse", "iff"):
        return pieces.choice(parser, head)
    if name in ("boole", "indicator"):
        return pieces.indicator(parser, head)
    if name in _CONNECTIVES:
        return pieces.connected(parser, _CONNECTIVES[name], head)
    return shorthand(parser, name, head)


def shorthand(parser: Parser, name: str, head: Token) -> Node:
    """The formula that another system's name stands for, on the arguments here."""
    args = arguments(parser, True)
    span = (head.start, parser.tokens[parser.position - 1].end)
    values = dict(zip("xyz", args, strict=False))
    body = type(parser)(tokenize(SHORTHANDS[name])).either()
    used = {part.name for part in ast.walk(body) if isinstance(part, ast.Variable)}
    if len(args) != len(used):
        wanted = str(len(used))
        raise parser.fail(
            message(
                "{name} takes {wanted} arguments, not {count}", name=head.text, wanted=wanted, count=len(args)
            ),
            span,
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


def aggregate(parser: Parser, kind: Literal["mean", "sum"], head: Token) -> Node:
    """mean(expr) and sum(expr) over the rows of the data; mean(a, b) of values is their average."""
    parser.scope.aggregates += 1
    args = arguments(parser, True)
    parser.scope.aggregates -= 1
    span = (head.start, parser.tokens[parser.position - 1].end)
    if len(args) == 1:
        rows = kind == "sum" and bool(parser.scope.data) and args[0] == ast.Number("1", args[0].span)
        if not rows and not any(isinstance(part, ast.Column) for part in ast.walk(args[0])):
            if kind == "sum":
                raise parser.fail(
                    message("This sum needs an index with its bounds"),
                    span,
                    message("Write for example {example}", example="sum(i=1..3, x_i^2)"),
                )
            raise parser.fail(
                message("{name} needs a column of the data", name=kind),
                span,
                message("Load a data table, and name its columns here"),
            )
        return ast.Aggregate(kind, args[0], span)
    total = ast.Add(args, span)
    return total if kind == "sum" else ast.Div(total, ast.Number(str(len(args)), head.span), span)


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


def series(parser: Parser, kind: Literal["sum", "product"]) -> Node:
    """sum(i=1..3, body), sum(body, (i, 1, 3)), Sum[body, {i, 1, 3}], sum(body for i in range(1, 4))."""
    head = parser.token
    parts, close = split(parser, parser.position + 1)
    tokens = parser.tokens
    for which, (start, stop) in enumerate(parts):
        name = tokens[start]
        if name.kind == "word" and len(name.text) == 1 and tokens[start + 1].kind == "=" and len(parts) == 2:
            dots = [
                k
                for k in range(start + 2, stop)
                if tokens[k].kind in ("..", "...", ":", "->") or tokens[k].text == "to"
            ]
            if not dots:
                raise parser.fail(
                    message("This sum needs an index with its bounds"),
                    (name.start, tokens[stop].start),
                    message("Write for example {example}", example="sum(i=1..3, x_i^2)"),
                )
            bounds = ((start + 2, dots[0]), (dots[0] + 1, stop))
            return _series(parser, kind, head, name.text, bounds, parts[1 - which], close)
        if which == 1 and len(parts) == 2 and name.kind in ("(", "{"):
            inner, inner_close = split(parser, start)
            index = tokens[start + 1]
            if (
                inner_close == stop - 1
                and len(inner) == 3
                and index.kind == "word"
                and inner[0][1] == start + 2
            ):
                return _series(parser, kind, head, index.text, (inner[1], inner[2]), parts[0], close)
    if len(parts) == 4:
        for index_at, body_at, bounds_at in ((0, 3, (1, 2)), (1, 0, (2, 3))):
            start, stop = parts[index_at]
            if stop == start + 1 and tokens[start].kind == "word" and len(tokens[start].text) == 1:
                bounds = (parts[bounds_at[0]], parts[bounds_at[1]])
                return _series(parser, kind, head, tokens[start].text, bounds, parts[body_at], close)
    generator = _generator(parser, kind, head, parts, close)
    if generator is not None:
        return generator
    parser.position += 1
    if kind == "sum":
        return aggregate(parser, "sum", head)
    args = arguments(parser, True)
    return ast.mul(*args)


def _generator(
    parser: Parser, kind: Literal["sum", "product"], head: Token, parts: list[tuple[int, int]], close: int
) -> Node | None:
    """Python's sum(body for i in range(lo, hi)), hi not included."""
    tokens = parser.tokens
    begin, end = parts[0][0], parts[-1][1]
    loops = [k for k in range(begin, end) if tokens[k].kind == "word" and tokens[k].text == "for"]
    if len(loops) != 1:
        return None
    at = loops[0]
    body = (begin, at)
    if tokens[begin].kind == "[" and tokens[end - 1].kind == "]":
        body, end = (begin + 1, at), end - 1
    if tokens[at + 2].text != "in" or tokens[at + 3].text != "range" or tokens[at + 4].kind != "(":
        raise parser.fail(
            message("This loop is not understood"),
            tokens[at].span,
            message("Write for example {example}", example="sum(i=1..3, x_i^2)"),
        )
    limits, _ = split(parser, at + 4)
    if len(limits) > 2:
        raise parser.fail(
            message("This loop is not understood"),
            (tokens[at].start, tokens[limits[-1][1]].end),
            message("Write for example {example}", example="sum(i=1..3, x_i^2)"),
        )
    lo: tuple[int, int] | None = limits[0] if len(limits) == 2 else None
    return _series(parser, kind, head, tokens[at + 1].text, (lo, limits[-1]), body, close, included=False)


def _series(
    parser: Parser,
    kind: Literal["sum", "product"],
    head: Token,
    index: str,
    bounds: tuple[tuple[int, int] | None, tuple[int, int]],
    body: tuple[int, int],
    close: int,
    included: bool = True,
) -> Node:
    read: Callable[[], Node] = parser.expression
    lo: Node = ast.Number("0", head.span) if bounds[0] is None else parser.nested(*bounds[0], read)
    hi: Node = parser.nested(*bounds[1], read)
    if not included:
        one = ast.Neg(ast.Number("1", hi.span), hi.span)
        hi = (
            ast.Number(str(int(hi.text) - 1), hi.span)
            if isinstance(hi, ast.Number) and hi.text.isdigit()
            else ast.Add((hi, one), hi.span)
        )
    parser.scope.indices.append(index)
    inner = parser.nested(*body, read)
    parser.scope.indices.pop()
    parser.position = close + 1
    return ast.Series(kind, index, lo, hi, inner, (head.start, parser.tokens[close].end))
