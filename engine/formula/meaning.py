"""What all lines of a formula mean together: a function, or a model that a loss compares with its column.

Any thread; stdlib and msgspec only.
"""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from engine.base.i18n import message
from engine.formula import ast, complaints
from engine.formula.ast import Node
from engine.formula.errors import FormulaError
from engine.formula.expand import expand
from engine.formula.header import Header
from engine.formula.models import (
    Line,
    Model,
    Whole,
    as_tree,
    has_hat,
    outside,
    put_together,
    target_of,
    with_hat,
    without_hat,
)
from engine.formula.names import name_key, name_text
from engine.formula.reader import Reader
from engine.formula.scope import Scope, by_row
from engine.formula.statement import line_of

LOSS: Final = "L"  # what a loss is called, if no letter of the model is


class Meaning(Struct, frozen=True):
    """The function that the lines are, or what its model predicts.

    Attributes:
        header: its name, and the variables that it declares. tree: with the parts put into each other.
        model: None of an ordinary formula.
    """

    header: Header
    tree: Node
    model: Model | None = None


def meaning_of(readers: Sequence[Reader]) -> Meaning:
    """Read all lines and put them together.

    Raises:
        FormulaError: one cannot be read, or they do not fit together.
    """
    scope = readers[0].scope
    lines = [line_of(reader, _may_vary_by_row(reader, readers)) for reader in readers]
    if len(lines) == 1:
        whole = Whole(lines[0], (), lines[0].tree)
    else:
        whole = put_together(
            [replace(line, tree=_with_parts(line.tree, scope)) for line in lines], scope.data
        )
        _check_names(readers, lines, whole.result)
    header = next(
        each.header for each, line in zip(readers, lines, strict=True) if line.span == whole.result.span
    )
    loose = outside(whole.result.tree, whole.by_row)
    target = None if header.variables else target_of(header.name, scope.data)
    if target is not None and (loose is not None or not _reduces(whole.tree)):
        return _prediction(whole, target, scope)
    if loose is not None:
        raise _no_function(loose, whole, scope)
    if whole.parts:
        _check_reductions(whole.tree)
    return Meaning(header, whole.tree, Model(whole.result, whole.parts) if len(lines) > 1 else None)


def unfinished_meaning(readers: Sequence[Reader]) -> Node:
    """The tree of an unfinished formula; of several lines, and of a model, "name = tree and …"."""
    lines = [line_of(reader, _may_vary_by_row(reader, readers)) for reader in readers]
    if len(lines) == 1 and not _may_vary_by_row(readers[0], readers):
        return lines[0].tree
    return as_tree(lines)


def _may_vary_by_row(reader: Reader, readers: Sequence[Reader]) -> bool:
    """Whether columns may stand outside of mean(…) in a line: in a model, or a part of one."""
    header, data = reader.header, reader.scope.data
    predicts = header.name is not None and (
        target_of(header.name, data) is not None or (bool(data) and has_hat(header.name))
    )
    return len(readers) > 1 or (predicts and not header.variables)


def _check_names(readers: Sequence[Reader], lines: Sequence[Line], result: Line) -> None:
    """Refuse names of lines that mean something else already."""
    declared = {name_key(name) for reader in readers for name in reader.header.variables}
    for reader, line in zip(readers, lines, strict=True):
        name = line.name
        if name is None or (line.span == result.span and name_key(name) not in declared):
            continue
        if name_key(name) in declared:
            raise FormulaError(
                message("{name} is declared twice", name=name_text(name)),
                line.span,
                message("Give each line a name of its own"),
            )
        if reader.header.variables:
            raise FormulaError(
                message("A line that others use is a name without brackets"),
                line.span,
                message("Write for example {example}", example="z = w x + b"),
            )


def _with_parts(tree: Node, scope: Scope) -> Node:
    """`tree`, its sums over an index written out where parts stand in them: w_i z_i."""
    indexed = {name_key(node.base) for node in ast.walk(tree) if isinstance(node, ast.Indexed)}
    stands = any(part.rpartition("_")[0] in indexed for part in scope.parts)
    return expand(tree, scope.spelling) if stands else tree


def _reduces(tree: Node) -> bool:
    return any(isinstance(node, ast.Aggregate) for node in ast.walk(tree))


def _prediction(whole: Whole, target: str, scope: Scope) -> Meaning:
    """The model that predicts the column `target`."""
    for node in ast.walk(whole.tree):
        if isinstance(node, ast.Column) and node.name == target:
            raise FormulaError(
                message("{name} is to be predicted, and stands in its own model", name=name_text(target)),
                node.span,
                message("Leave it out: a model reckons with the other columns"),
            )
    _check_reductions(whole.tree)
    result = whole.result
    if result.name is not None and name_key(result.name) == name_key(target):
        result = replace(result, name=with_hat(target))
        scope.read_as(
            message("{name} is a column, so what stands here is a model of it", name=name_text(target))
        )
    taken = {name_key(node.name) for node in ast.walk(whole.tree) if isinstance(node, ast.Variable)}
    named = None if name_key(LOSS) in taken or name_key(LOSS) in scope.data else LOSS
    return Meaning(Header(named), whole.tree, Model(result, whole.parts, target))


def _no_function(loose: ast.Column | ast.Variable, whole: Whole, scope: Scope) -> FormulaError:
    """What to say of a result with a value for each row, that predicts no column."""
    name = whole.result.name
    if name is not None and has_hat(name):
        plain = without_hat(name)
        return FormulaError(
            message(
                "{name} predicts {column}, which is no column of the data",
                name=name_text(name),
                column=name_text(plain),
            ),
            whole.result.span,
            message("The columns are: {columns}", columns=", ".join(scope.data.values())),
        )
    if isinstance(loose, ast.Column):
        return by_row(loose.name, loose.span)
    return FormulaError(
        message("{name} has a value for each row of the data", name=name_text(loose.name)),
        loose.span,
        message("Put it inside mean(…) or sum(…), or name the line as a column with a hat, ŷ = …"),
    )


def _check_reductions(tree: Node) -> None:
    """Refuse a mean or sum over the rows of what has no column, the parts being put into it."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Aggregate):
            continue
        counts = node.kind == "sum" and isinstance(node.body, ast.Number)
        if not counts and not any(isinstance(part, ast.Column) for part in ast.walk(node.body)):
            raise complaints.no_column(node.kind, node.span)
