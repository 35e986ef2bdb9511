"""Sums and means over the rows of the data table.

Any thread; stdlib and msgspec only.
"""

from engine.formula import ast, complaints
from engine.formula.ast import Node, as_value
from engine.formula.constructs.arguments import arguments
from engine.formula.reader import PRODUCT, Reader
from engine.formula.tokens import Token


def mean(reader: Reader) -> Node:
    """mean(expr) over the rows of the data; mean(a, b) of values is their average."""
    head = reader.advance()
    args, span = inside(reader, head)
    if len(args) > 1:
        return ast.Div(ast.Add(args, span), ast.Number(str(len(args)), head.span), span)
    if not reader.scope.varies_by_row(args[0]):
        raise complaints.no_column("mean", span)
    return ast.Aggregate("mean", args[0], span)


def total(reader: Reader) -> Node:
    """sum(expr) over the rows of the data; sum(a, b) of values. sum(1) is the number of rows."""
    head = reader.advance()
    args, span = inside(reader, head)
    if len(args) > 1:
        return ast.Add(args, span)
    counts = bool(reader.scope.data) and args[0] == ast.Number("1", args[0].span)
    if not counts and not reader.scope.varies_by_row(args[0]):
        raise complaints.no_bounds(span)
    return ast.Aggregate("sum", args[0], span)


def inside(reader: Reader, head: Token) -> tuple[tuple[Node, ...], ast.Span]:
    """The arguments in the brackets here, which may name columns, and where all of it is."""
    reader.scope.aggregates += 1
    args = arguments(reader, True)
    reader.scope.aggregates -= 1
    return args, (head.start, reader.before.end)


def counted(reader: Reader, kind: ast.SeriesKind, head: Token, index: str, count: ast.Variable) -> Node:
    """∑_{i=1}^{n} (w x_i − y_i)² with columns x and y: over the rows; `count` is their number.

    Raises:
        FormulaError: there is no column in it.
    """
    scope = reader.scope
    scope.aggregates += 1
    scope.row_indices.append(index)
    body = as_value(reader.read(PRODUCT))
    scope.row_indices.pop()
    scope.aggregates -= 1
    if kind != "sum" or not scope.varies_by_row(body):
        raise complaints.unknown_bounds(count.span)
    scope.row_counts.add(count.name)
    return ast.Aggregate("sum", body, (head.start, body.span[1]))
