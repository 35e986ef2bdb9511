"""Sums and products with an index, over the rows of the data, or of what stands in brackets.

Any thread; stdlib and msgspec only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Literal

from engine.base.i18n import message
from engine.formula import ast, pieces
from engine.formula.ast import Node
from engine.formula.calls import arguments, split
from engine.formula.tokens import Token

if TYPE_CHECKING:
    from engine.formula.grammar import Parser

_CLOSES: Final = {"(": ")", "{": "}"}


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
        example = "sum(i=1..3, x_i^2)" if head.kind == "word" else r"\sum_{i=1}^{3} x_i^2"
        raise parser.fail(
            message("This sum needs an index with its bounds"),
            head.span,
            message("Write for example {example}", example=example),
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
    iterated = _iterated(parser, kind, head, parts, close)
    if iterated is not None:
        return iterated
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


def _iterated(
    parser: Parser, kind: Literal["sum", "product"], head: Token, parts: list[tuple[int, int]], close: int
) -> Node | None:
    """(i, 1, 3), {i, 1, 3}, [i, 1, 3] or {i, 3} after the body; several for one within the other."""
    tokens = parser.tokens
    found: list[tuple[str, tuple[int, int] | None, tuple[int, int]]] = []
    for start, stop in parts[1:]:
        if tokens[start].kind not in ("(", "{", "["):
            return None
        inner, inner_close = split(parser, start)
        index = tokens[start + 1]
        short = len(inner) == 2 and tokens[start].kind == "{"
        if inner_close != stop - 1 or index.kind != "word" or len(index.text) > 1 or inner[0][1] != start + 2:
            return None
        if len(inner) != 3 and not short:
            return None
        found.append((index.text, None if short else inner[1], inner[-1]))
    if not found:
        return None

    def read(rest: list[tuple[str, tuple[int, int] | None, tuple[int, int]]]) -> Node:
        index, lo, hi = rest[0]
        low = ast.Number("1", head.span) if lo is None else parser.nested(*lo, parser.expression)
        high = parser.nested(*hi, parser.expression)
        parser.scope.indices.append(index)
        body = read(rest[1:]) if rest[1:] else parser.nested(*parts[0], parser.expression)
        parser.scope.indices.pop()
        return ast.Series(kind, index, low, high, body, (head.start, tokens[close].end))

    node = read(found)
    parser.position = close + 1
    return node


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
    colons = [k for k in range(at + 3, end) if tokens[k].kind == ":"]
    if tokens[at + 2].text == "in" and len(colons) == 1:  # Julia's: i in 1:3
        bounds = ((at + 3, colons[0]), (colons[0] + 1, end))
        return _series(parser, kind, head, tokens[at + 1].text, bounds, body, close)
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
