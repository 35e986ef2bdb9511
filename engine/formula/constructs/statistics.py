"""What a column's rows come to: var, std, median, max, min, logsumexp, softmax, and the cross-entropies.

median, max, min and logsumexp are kinds of Aggregate; the others are read as the formulas that they stand
for, with means over the rows. var and std divide by the number of rows (ddof 0), as np.var does.
Any thread; stdlib and msgspec only.
"""

from typing import Final

from engine.base.i18n import message
from engine.formula import ast
from engine.formula.ast import Node
from engine.formula.constructs.calls import checked
from engine.formula.constructs.rows import inside
from engine.formula.errors import FormulaError
from engine.formula.functions import FUNCTIONS, function_named
from engine.formula.reader import Reader

# By the names that are read: what they mean, and with which arguments.
STATISTICS: Final[dict[str, tuple[str, str]]] = {
    "var": ("var", "x"), "variance": ("var", "x"),
    "std": ("std", "x"), "stddev": ("std", "x"), "stdev": ("std", "x"),
    "median": ("median", "x"), "softmax": ("softmax", "x"),
    "bce": ("bce", "p, y"), "binary_cross_entropy": ("bce", "p, y"), "binarycrossentropy": ("bce", "p, y"),
    "crossentropy": ("crossentropy", "p, y"), "cross_entropy": ("crossentropy", "p, y"),
}  # fmt: skip
EXTREMES: Final = ("max", "min", "logsumexp")  # of one argument over the rows, of several among them


def reduces_rows(reader: Reader) -> bool:
    """Whether max(…), min(…) or logsumexp(…) stands here with data and a single argument."""
    spec = function_named(reader.token.text)
    if spec is None or spec.name not in EXTREMES or not reader.scope.data or reader.peek(2).kind == "[":
        return False
    depth = 0
    for token in reader.tokens[reader.position + 1 :]:
        depth += (token.kind in ("(", "[", "{")) - (token.kind in (")", "]", "}"))
        if depth == 0:
            return True
        if depth == 1 and token.kind in (",", ";"):
            return False
    return False


def extreme(reader: Reader) -> Node:
    """max(e) over the rows, if e names a column; else the largest of one value."""
    head = reader.advance()
    spec = function_named(head.text)
    assert spec is not None
    args, span = inside(reader, head)
    if len(args) == 1 and reader.scope.varies_by_row(args[0]):
        return ast.Aggregate(spec.name, args[0], span)  # type: ignore[arg-type]
    return checked(reader, FUNCTIONS[spec.name], args, span, head)


def statistic(reader: Reader) -> Node:
    """The formula that the name here stands for.

    Raises:
        FormulaError: too few or too many arguments, or none of them names a column.
    """
    head = reader.advance()
    name, letters = STATISTICS[head.text.lower()]
    args, span = inside(reader, head)
    count = letters.count(",") + 1
    if len(args) != count:
        raise FormulaError(
            message(
                "{name} takes {wanted} arguments, not {count}", name=head.text, wanted=count, count=len(args)
            ),
            span,
            message("Write for example {example}", example=f"{head.text}({letters})"),
        )
    if not any(map(reader.scope.varies_by_row, args)):
        example = "e^x/(e^x + e^y)"
        raise FormulaError(
            message("{name} needs a column of the data", name=head.text),
            span,
            message("Write it out: {example}", example=example)
            if name == "softmax"
            else message("Load a data table, and name its columns here"),
        )
    if name == "softmax" and not reader.scope.aggregates:
        raise FormulaError(
            message("{name} has a value for each row", name=head.text),
            span,
            message("Put it inside mean(…) or sum(…), which reduce over the rows"),
        )
    return _written(name, args, span)


def _written(name: str, args: tuple[Node, ...], span: ast.Span) -> Node:
    x = args[0]
    match name:
        case "median":
            return ast.Aggregate("median", x, span)
        case "var" | "std":
            off = ast.Add((x, ast.Neg(ast.Aggregate("mean", x, span), span)), span)
            var = ast.Aggregate("mean", ast.Pow(off, ast.Number("2", span), span), span)
            return var if name == "var" else ast.Call("sqrt", (var,), span, span)
        case "softmax":
            off = ast.Add((x, ast.Neg(ast.Aggregate("logsumexp", x, span), span)), span)
            return ast.Pow(ast.Constant("e", span), off, span)
    p, y = args
    one = ast.Number("1", span)
    hit = ast.mul(y, ast.Call("ln", (p,), span, span))
    if name == "crossentropy":
        return ast.Neg(ast.Aggregate("mean", hit, span), span)
    missed = ast.Call("ln", (ast.Add((one, ast.Neg(p, span)), span),), span, span)
    other = ast.mul(ast.Add((one, ast.Neg(y, span)), span), missed)
    return ast.Neg(ast.Aggregate("mean", ast.Add((hit, other), span), span), span)
