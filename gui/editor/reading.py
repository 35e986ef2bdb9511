"""What the text of the formula means right now: its tree, how it is typeset, what is wrong with it.

Synchronous and cheap (well under a millisecond): it is done at every key press. Any thread; no Qt.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from engine.base.i18n import Message, message
from engine.document.lab import Data
from engine.document.losses import loss_as_formula
from engine.document.network import Loss, Network
from engine.document.network_matrices import looks_like_a_network, read_as_matrices, read_network
from engine.document.network_text import network_lines
from engine.document.proposals import HIDDEN
from engine.formula import Formula, FormulaError, parse, parse_partial
from engine.formula.ast import Compare, Logic, Node, Span, Variable, walk
from engine.formula.layers import INPUTS, declares_matrices
from engine.formula.models import as_tree
from engine.formula.names import name_key, name_latex, natural_order
from engine.formula.typeset import Mark, to_latex
from gui.typeset.marks import mark

DEFAULT_NAME = "f"
NO_TABLE: Final = Data()
USUAL_LOSS: Final = Loss()
_HOLE = r"\square"
_OPEN = re.compile(
    r"[(\[{][\s,]*[)\]}]?|,\s*[,)\]}]|\|+"
)  # an empty bracket or argument, or a bracket not closed
_BEGUN = re.compile(r"\\?[A-Za-z]*|[-+*/^_=<>.,]+")


class Reading(Struct, frozen=True, kw_only=True):
    """One text, read.

    Attributes:
        text: the source. formula: its meaning; None if it is unfinished or wrong.
        tree: what there is of it, with Holes where something is missing; several lines as z = … and a = …
        tex: typeset, for the eye, on as many lines as it is told in; the leaves are marked with the indices
            of `spans`.
        network: what net(…) or matrices with a shape describe, in place of a formula.
        offered: the network that it would be, were its letters matrices.
        error: what is wrong, where, and what to do; None for a formula.
        unfinished: nothing is wrong so far, only something is missing at the end or within brackets.
    """

    text: str
    formula: Formula | None
    tree: Node | None
    tex: str
    spans: tuple[Span, ...]
    network: Network | None = None
    offered: Network | None = None
    error: FormulaError | None = None
    unfinished: bool = False

    @property
    def empty(self) -> bool:
        return not self.text.strip()

    @property
    def readings(self) -> tuple[Message, ...]:
        """How ambiguous places were read."""
        return self.formula.readings if self.formula else ()


def read(text: str, table: Data = NO_TABLE, order: tuple[str, ...] = (), loss: Loss = USUAL_LOSS) -> Reading:
    """Read `text`; never raises.

    Args:
        table: the data. order: the variables in the lab's own order, if it has one.
        loss: what a model is compared with its column by.
    """
    if looks_like_a_network(text):
        return _read_network(text, table, loss)
    data = table.columns
    formula: Formula | None = None
    error: FormulaError | None = None
    try:
        formula = parse(text, data=data, loss=loss_as_formula(loss))
    except FormulaError as problem:
        error = problem
    if formula is not None and order and set(formula.variables) <= set(order):
        formula = replace(formula, variables=order)
    if formula is not None:
        tree: Node | None = formula.ast if formula.model is None else as_tree(formula.model.lines)
    else:
        tree = parse_partial(text, data=data) if text.strip() else None
    tex, spans = _picture(formula, tree)
    return Reading(
        text=text,
        formula=formula,
        tree=tree,
        tex=tex,
        spans=spans,
        offered=_in_matrices(text, table, loss) if _may_be_matrices(formula) else None,
        error=error,
        unfinished=error is not None and _is_unfinished(text, error.span),
    )


def _read_network(text: str, table: Data, loss: Loss) -> Reading:
    """A network, which needs a table to be trained over; where only a width is missing, it is offered."""
    network: Network | None = None
    error: FormulaError | None = None
    try:
        network = read_network(text, table, loss)
    except FormulaError as problem:
        error = problem
    if network is not None and not table.columns:
        error = FormulaError(
            message("A network is trained over a table"), (0, len(text)), message("Open a table first")
        )
    tree = parse_partial(text, data=table.columns) if network is None and declares_matrices(text) else None
    tex, spans = _picture(None, tree)
    return Reading(
        text=text,
        formula=None,
        tree=tree,
        tex=tex if network is None else "\n".join(network_lines(network)),
        spans=spans,
        network=None if error else network,
        offered=_in_matrices(text, table, loss) if error else None,
        error=error,
        unfinished=error is not None and _is_unfinished(text, error.span),
    )


def _picture(formula: Formula | None, tree: Node | None) -> tuple[str, tuple[Span, ...]]:
    """What there is typeset, and the places in the text that its leaves came from."""
    spans: list[Span] = []

    def wrap(span: Span, latex: str) -> str:
        if spans[-1:] != [span]:  # a letter and its index are one leaf
            spans.append(span)
        return mark(len(spans) - 1, latex, "accent" if latex == _HOLE else "")

    lines = () if tree is None else _lines(formula, tree, wrap)
    return "\n".join(lines), tuple(spans)


def _may_be_matrices(formula: Formula | None) -> bool:
    """Whether there is an x that is no column."""
    return formula is not None and any(name_key(name) == INPUTS for name in formula.variables)


def _in_matrices(text: str, table: Data, loss: Loss) -> Network | None:
    """The network that `text` is when its letters are matrices, hidden layers as wide as a proposed one's."""
    try:
        return read_as_matrices(text, table, loss, width=HIDDEN.width)
    except FormulaError:
        return None


def _is_unfinished(text: str, span: Span) -> bool:
    """Whether something is only missing: the end, the rest of a name, or what belongs into brackets."""
    part = text[span[0] : span[1]].strip()
    if span[1] >= len(text.rstrip()) and _BEGUN.fullmatch(part):
        return True
    if part in (")", "]", "}"):
        return text[: span[0]].rstrip().endswith((",", "(", "[", "{"))
    return _OPEN.fullmatch(part) is not None


def _lines(formula: Formula | None, tree: Node, wrap: Mark) -> Iterator[str]:
    """Each line as TeX; behind those of a model, how it is compared with its column."""
    model = formula.model if formula is not None else None
    if model is None:
        said = tree.operands if isinstance(tree, Logic) and any(map(_defines, tree.operands)) else ()
        if said:
            yield from (to_latex(line, wrap) for line in said)
        else:
            yield _header(formula, tree) + to_latex(tree, wrap)
        return
    assert isinstance(tree, Logic)
    typed = tree.operands if model.loss is not None else tree.operands[:-1]
    yield from (to_latex(line, wrap) for line in typed)
    yield _header(formula, tree) + (
        to_latex(model.result.tree, wrap) if model.loss is None else to_latex(model.loss)
    )


def _defines(line: Node) -> bool:
    """Whether a line is "z = …"."""
    return isinstance(line, Compare) and line.ops == ("=",) and isinstance(line.operands[0], Variable)


def _header(formula: Formula | None, tree: Node) -> str:
    """ "f(x, y) =" in grey; of the variables there are so far while the formula is unfinished."""
    name = name_latex(formula.name if formula is not None and formula.name else DEFAULT_NAME)
    variables: Iterable[str]
    if formula is not None:
        variables = formula.variables
    else:
        variables = sorted(
            {node.name for node in walk(tree) if isinstance(node, Variable)}, key=natural_order
        )
    arguments = ", ".join(map(name_latex, variables))
    call = f"{name}({arguments})" if arguments else name
    return rf"\textcolor{{muted}}{{{call}}}\mathrel{{\textcolor{{muted}}{{=}}}}"
