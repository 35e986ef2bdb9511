"""∑_{i=1}^{3} and ∏_{i=1}^{3}, as a sign or as the word sum: what follows is the body.

Any thread; stdlib and msgspec only.
"""

from typing import Final

from engine.base.i18n import message
from engine.formula import ast, complaints
from engine.formula.ast import Node, as_value
from engine.formula.constructs import rows
from engine.formula.constructs.arguments import tex_argument
from engine.formula.errors import FormulaError
from engine.formula.reader import PRODUCT, Reader
from engine.formula.tokens import CLOSES

# The words that need no bracket.
OPERATORS: Final = frozenset(["sum", "prod", "product", "Sum", "Product", "SUM", "PROD"])


def big_sum(reader: Reader) -> Node:
    """∑_{i=1}^{3} body."""
    return _series(reader, "sum")


def big_product(reader: Reader) -> Node:
    """∏_{i=1}^{3} body."""
    return _series(reader, "product")


def _series(reader: Reader, kind: ast.SeriesKind) -> Node:
    head = reader.advance()
    index, lo, hi = "", None, None
    while reader.token.kind in ("_", "^"):
        lowered = reader.advance().kind == "_"
        if not lowered:
            hi = _upper(reader)
        elif reader.token.kind in ("{", "("):
            index, lo = _lower(reader)
        else:
            raise reader.unexpected()
    if reader.scope.data and isinstance(hi, ast.Variable):
        return rows.counted(reader, kind, head, index, hi)
    if lo is None or hi is None:
        example = "sum(i=1..3, x_i^2)" if head.kind == "word" else r"\sum_{i=1}^{3} x_i^2"
        raise complaints.no_bounds(head.span, example)
    reader.scope.indices.append(index)
    body = as_value(reader.read(PRODUCT))
    reader.scope.indices.pop()
    return ast.Series(kind, index, lo, hi, body, (head.start, body.span[1]))


def _lower(reader: Reader) -> tuple[str, Node]:
    """{i = 1}: the index, and where it begins."""
    opened = reader.advance()
    index = reader.token
    if index.kind != "word" or len(index.text) != 1:
        raise FormulaError(message("The index of a sum is a single letter"), index.span)
    reader.position += 1
    if reader.token.kind != "=":
        raise complaints.unknown_bounds(opened.span)
    reader.position += 1
    return index.text, reader.until(CLOSES[opened.kind], opened)[0]


def _upper(reader: Reader) -> Node:
    """{3}, or the one sign that follows: where the index ends."""
    token = reader.token
    if token.kind == "word":
        return reader.primary()
    if token.kind == "end" and not reader.partial:
        raise reader.unexpected()
    return tex_argument(reader, token)
