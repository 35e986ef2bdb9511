"""Text → Formula: the tree, its variables in order, and how ambiguous places were read.

`parse` is strict; `parse_partial` draws what is there of an unfinished formula and never raises.
Any thread; stdlib and msgspec only.
"""

from collections.abc import Collection, Sequence

from msgspec import Struct

from engine.base.i18n import Message, message
from engine.formula import ast
from engine.formula.ast import Hole, Node
from engine.formula.errors import MAX_LEVELS, FormulaError
from engine.formula.expand import check_bounds, expand
from engine.formula.lexing import tokenize
from engine.formula.names import name_key, natural_order
from engine.formula.scope import Scope
from engine.formula.statement import reader_of, unfinished, whole


class Formula(Struct, frozen=True):
    """A parsed formula.

    Attributes:
        text: as typed. ast: its tree, as written.
        variables: in order: as declared by "f(x, y) = …", then x, y, z; w_1, w_2, w_10; Latin before Greek;
            over a data table: as declared, then as they appear.
        name: if it was given one ("f").
        readings: how ambiguous places were read, each a sentence to show beside the preview.
        expanded: the tree with its sums and products over an index written out.
        columns: the columns of the data table it uses.
        declared: those of `variables` that "f(x, y) = …" names, or means: x_1 in f(x) = x_1² + x_2².
    """

    text: str
    ast: Node
    variables: tuple[str, ...]
    name: str | None = None
    readings: tuple[Message, ...] = ()
    expanded: Node = Hole()
    columns: tuple[str, ...] = ()
    declared: tuple[str, ...] = ()


def parse(text: str, *, data: Collection[str] = (), declared: Sequence[str] = ()) -> Formula:
    """Read a formula in any of the notations of LANGUAGE.md.

    Args:
        text: as typed or pasted. data: names of data columns, that mean(…) and sum(…) reduce.
        declared: names of variables, where the text has no "f(x, y) =" to say them; for words such as loss.

    Raises:
        FormulaError: it cannot be read; says where and what to do.
    """
    if not text.strip():
        raise FormulaError(
            message("The formula is empty"),
            (0, len(text)),
            message("Write for example {example}", example="x^2 + y^2"),
        )
    try:
        reader = reader_of(tokenize(text), data, declared)
        scope = reader.scope
        tree = _with_row_counts(whole(reader), scope.row_counts)
        expanded = expand(tree, scope.spelling)
        check_bounds(expanded)
    except RecursionError:
        raise FormulaError(message("The formula is nested too deeply"), (0, len(text))) from None
    leaves = [node for node in ast.walk(expanded) if isinstance(node, ast.Variable | ast.Column)]
    used = dict.fromkeys(node.name for node in leaves if isinstance(node, ast.Variable))
    columns = {node.name for node in leaves if isinstance(node, ast.Column)}
    named = [name for name in reader.header.variables if not _stands_for_others(name, used, scope)]
    others = [name for name in used if name not in named]
    if not columns:
        others.sort(key=natural_order)
    heads = tuple(f"{name_key(name)}_" for name in reader.header.variables if name not in named)
    return Formula(
        text=text,
        ast=tree,
        variables=(*named, *others),
        name=reader.header.name,
        readings=tuple(scope.readings),
        expanded=expanded,
        columns=tuple(sorted(columns, key=natural_order)),
        declared=(*named, *(name for name in others if name_key(name).startswith(heads))),
    )


def parse_partial(text: str, *, data: Collection[str] = ()) -> Node:
    """The tree of an unfinished or wrong formula, a Hole wherever something is missing or not understood.

    "x^2 +" is x² + □, "x/" a fraction over □. Of a finished formula it is the tree that `parse` gives, but
    the n of a sum over the rows of the data stays a letter. Never raises.
    """
    try:
        tree = unfinished(reader_of(tokenize(text, lenient=True), data, partial=True))
        if ast.depth(tree) <= MAX_LEVELS:
            return tree
    except (FormulaError, RecursionError):
        pass
    return Hole(text[:200], (0, len(text)))


def _stands_for_others(name: str, used: Collection[str], scope: Scope) -> bool:
    """Whether a declared name is no variable itself: a column, or x in f(x) = x_1² + x_2²."""
    vector = name not in used and any(name_key(other).startswith(f"{name_key(name)}_") for other in used)
    return vector or name_key(name) in scope.data


def _with_row_counts(tree: Node, counts: Collection[str]) -> Node:
    """The n of a sum over the rows of the data, also in front of it, as sum(1)."""
    if not counts:
        return tree
    if isinstance(tree, ast.Variable) and tree.name in counts:
        return ast.Aggregate("sum", ast.Number("1", tree.span), tree.span)
    return ast.rebuild(tree, lambda child: _with_row_counts(child, counts))
