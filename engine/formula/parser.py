"""Text → Formula: the tree, its variables in order, and how ambiguous places were read.

`parse` is strict; `parse_partial` draws what is there of an unfinished formula and never raises.
Any thread; stdlib and msgspec only.
"""

from collections.abc import Collection

from msgspec import Struct

from engine.formula import ast
from engine.formula.ast import Hole, Node
from engine.formula.errors import FormulaError
from engine.formula.expand import check_bounds, expand
from engine.formula.grammar import Parser
from engine.formula.names import name_key, natural_order
from engine.formula.tokens import tokenize
from engine.i18n import Message, message


class Formula(Struct, frozen=True):
    """A parsed formula.

    Attributes:
        text: as typed. ast: its tree, as written.
        variables: in order: as declared by "f(x, y) = …", then x, y, z; w_1, w_2, w_10; Latin before Greek.
        name: if it was given one ("f").
        readings: how ambiguous places were read, each a sentence to show beside the preview.
        expanded: the tree with its sums and products over an index written out.
        columns: the columns of the data table it uses.
    """

    text: str
    ast: Node
    variables: tuple[str, ...]
    name: str | None = None
    readings: tuple[Message, ...] = ()
    expanded: Node = Hole()
    columns: tuple[str, ...] = ()


def parse(text: str, *, data: Collection[str] = ()) -> Formula:
    """Read a formula in any of the notations of LANGUAGE.md.

    Args:
        text: as typed or pasted. data: names of data columns, that mean(…) and sum(…) reduce.

    Raises:
        FormulaError: it cannot be read; says where and what to do.
    """
    if not text.strip():
        raise FormulaError(
            message("The formula is empty"),
            (0, len(text)),
            message("Write for example {example}", example="x^2 + y^2"),
        )
    parser = Parser(tokenize(text), data)
    try:
        tree = parser.statement()
        parser.check_name(tree)
        tree = _with_row_counts(tree, parser.scope.row_counts)
        expanded = expand(tree, parser.scope.spelling)
        check_bounds(expanded)
    except RecursionError:
        raise FormulaError(message("The formula is nested too deeply"), (0, len(text))) from None
    used = {node.name for node in ast.walk(expanded) if isinstance(node, ast.Variable)}
    columns = {node.name for node in ast.walk(expanded) if isinstance(node, ast.Column)}
    declared = [name for name in parser.header.variables if name_key(name) not in parser.scope.data]
    others = sorted(used - set(declared), key=natural_order)
    return Formula(
        text=text,
        ast=tree,
        variables=(*declared, *others),
        name=parser.header.name,
        readings=tuple(parser.scope.readings),
        expanded=expanded,
        columns=tuple(sorted(columns, key=natural_order)),
    )


def parse_partial(text: str, *, data: Collection[str] = ()) -> Node:
    """The tree of an unfinished or wrong formula, a Hole wherever something is missing or not understood.

    "x^2 +" is x² + □, "x/" a fraction over □. Of a finished formula it is the tree that `parse` gives.
    Never raises.
    """
    try:
        parser = Parser(tokenize(text, lenient=True), data, partial=True)
        return parser.statement()
    except (FormulaError, RecursionError):
        return Hole(text[:200], (0, len(text)))


def _with_row_counts(tree: Node, counts: Collection[str]) -> Node:
    """The n of a sum over the rows of the data, also in front of it, as sum(1)."""
    if not counts:
        return tree
    if isinstance(tree, ast.Variable) and tree.name in counts:
        return ast.Aggregate("sum", ast.Number("1", tree.span), tree.span)
    return ast.rebuild(tree, lambda child: _with_row_counts(child, counts))
