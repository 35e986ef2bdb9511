"""Text → Formula: the tree, its variables in order, and how ambiguous places were read.

`parse` is strict; `parse_partial` draws what is there of an unfinished formula and never raises.
Any thread; stdlib and msgspec only.
"""

import functools
from collections.abc import Collection, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from engine.base.i18n import Message, message
from engine.formula import ast
from engine.formula.ast import Hole, Node
from engine.formula.errors import MAX_LEVELS, FormulaError
from engine.formula.expand import check_bounds, expand
from engine.formula.frames import without_alignment
from engine.formula.lexing import tokenize
from engine.formula.lines import cuts
from engine.formula.mathml import as_latex, is_mathml
from engine.formula.meaning import meaning_of, unfinished_meaning
from engine.formula.models import Model
from engine.formula.names import name_key, natural_order
from engine.formula.scope import Scope
from engine.formula.statement import readers_of

# Of a model, unless another one is chosen.
MEAN_SQUARES: Final = "mean((p - t)^2)"


class Formula(Struct, frozen=True):
    """A parsed formula.

    Attributes:
        text: as typed; of MathML, its LaTeX. ast: its tree, as written; of several lines, with the parts put
            into each other; of a model, its loss.
        variables: in order: as declared by "f(x, y) = …", then x, y, z; w_1, w_2, w_10; Latin before Greek;
            over a data table: as declared, then as they appear.
        name: if it was given one ("f").
        readings: how ambiguous places were read, each a sentence to show beside the preview.
        expanded: the tree with its sums and products over an index written out.
        columns: the columns of the data table it uses.
        declared: those of `variables` that "f(x, y) = …" names, or means: x_1 in f(x) = x_1² + x_2².
        model: the lines as they were, where they are several, or one that predicts a column.
    """

    text: str
    ast: Node
    variables: tuple[str, ...]
    name: str | None = None
    readings: tuple[Message, ...] = ()
    expanded: Node = Hole()
    columns: tuple[str, ...] = ()
    declared: tuple[str, ...] = ()
    model: Model | None = None


def parse(
    text: str, *, data: Collection[str] = (), declared: Sequence[str] = (), loss: str = MEAN_SQUARES
) -> Formula:
    """Read a formula in any of the notations of LANGUAGE.md.

    Args:
        text: as typed or pasted. data: names of data columns, that mean(…) and sum(…) reduce.
        declared: names of variables, where the text has no "f(x, y) =" to say them; for words such as loss.
        loss: what makes a function of a model such as ŷ = w x + b: a formula over the columns p, what is
            predicted, and t, what the table says.

    Raises:
        FormulaError: it cannot be read; says where and what to do.
    """
    if not text.strip():
        raise FormulaError(
            message("The formula is empty"),
            (0, len(text)),
            message("Write for example {example}", example="x^2 + y^2"),
        )
    if is_mathml(text):
        return _of_mathml(text, data, declared, loss)
    try:
        readers = readers_of(tokenize(text), data, declared)
        scope = readers[0].scope
        meaning = meaning_of(readers)
        header, tree, model = meaning.header, meaning.tree, meaning.model
        if model is not None and model.target is not None:
            model = replace(model, loss=model.compared(_loss_tree(loss)))
            tree = model.compared(_loss_tree(loss), tree)
        tree = _with_row_counts(tree, scope.row_counts)
        expanded = expand(tree, scope.spelling)
        check_bounds(expanded)
    except RecursionError:
        raise FormulaError(message("The formula is nested too deeply"), (0, len(text))) from None
    leaves = [node for node in ast.walk(expanded) if isinstance(node, ast.Variable | ast.Column)]
    used = dict.fromkeys(node.name for node in leaves if isinstance(node, ast.Variable))
    columns = {node.name for node in leaves if isinstance(node, ast.Column)}
    named = [name for name in header.variables if not _stands_for_others(name, used, scope)]
    others = [name for name in used if name not in named]
    if not columns:
        others.sort(key=natural_order)
    heads = tuple(f"{name_key(name)}_" for name in header.variables if name not in named)
    return Formula(
        text=text,
        ast=tree,
        variables=(*named, *others),
        name=header.name,
        readings=tuple(scope.readings),
        expanded=expanded,
        columns=tuple(sorted(columns, key=natural_order)),
        declared=(*named, *(name for name in others if name_key(name).startswith(heads))),
        model=model,
    )


def _of_mathml(text: str, data: Collection[str], declared: Sequence[str], loss: str) -> Formula:
    """`parse` of MathML: the formula is then LaTeX, and what is wrong with it is said of all of the text."""
    try:
        return parse(as_latex(text), data=data, declared=declared, loss=loss)
    except FormulaError as error:
        raise FormulaError(error.message, (0, len(text)), error.hint) from None


def parse_partial(text: str, *, data: Collection[str] = ()) -> Node:
    """The tree of an unfinished or wrong formula, a Hole wherever something is missing or not understood.

    "x^2 +" is x² + □, "x/" a fraction over □. Of a finished formula it is the tree that `parse` gives, but
    the n of a sum over the rows of the data stays a letter. Of a model or of several lines it is what each
    line says, "ŷ = w x and …". Never raises.
    """
    try:
        readers = readers_of(tokenize(text, lenient=True), data, partial=True)
        tree = unfinished_meaning(readers)
        if ast.depth(tree) <= MAX_LEVELS:
            return tree
    except (FormulaError, RecursionError):
        pass
    return Hole(text[:200], (0, len(text)))


def line_ends(text: str) -> tuple[int, ...]:
    """The places in `text` where the end of a line parts two lines of the formula, as ";" would."""
    try:
        tokens = without_alignment(tokenize(text, lenient=True))
        ends = (tokens[before].start for before, _ in cuts(tokens) if tokens[before].kind == "line")
        return tuple(place for place in ends if text[place] in "\r\n")
    except FormulaError:
        return ()


@functools.lru_cache(maxsize=32)
def _loss_tree(loss: str) -> Node:
    """What `loss` says of the columns p and t."""
    return ast.without_spans(parse(loss, data=("p", "t")).ast)


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
