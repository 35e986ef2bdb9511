"""What several lines mean together: parts put into each other, and a model compared with its column.

"z = w x + b; a = σ(z); L = mean((a − y)^2)" is one function of w and b; so is "ŷ = w x + b" with a loss.
Any thread; stdlib and msgspec only.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from engine.base.i18n import message
from engine.formula import ast
from engine.formula.ast import Node, Span
from engine.formula.errors import MAX_NODES, FormulaError
from engine.formula.names import name_key, name_text, parts_of

MAX_LINES: Final = 50


class Line(Struct, frozen=True):
    """One line "name = tree": the name as it is spelled, its place, and the tree as written."""

    name: str | None
    span: Span
    tree: Node


class Model(Struct, frozen=True):
    """What a formula of several lines, or a model, was before it became one function.

    Attributes:
        result: what the parts lead to: ŷ = … of a model, else the function itself; parts stand in it by name.
        parts: the factors of the chain rule, each behind those that it uses.
        target: the column of the data that a model predicts; None where the result is the function itself.
        loss: how a model is compared with that column, the model standing in it by name.
    """

    result: Line
    parts: tuple[Line, ...] = ()
    target: str | None = None
    loss: Node | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        """The parts and the result, each behind those that it uses."""
        return (*self.parts, self.result)

    def compared(self, loss: Node, prediction: Node | None = None) -> Node:
        """A loss of the columns p and t, of what the model predicts and its column.

        Args:
            prediction: stands for p; the name of the model if it is not given.
        """
        assert self.result.name is not None and self.target is not None
        shown = prediction or ast.Variable(self.result.name, self.result.span)
        return _filled(loss, {"p": shown, "t": ast.Column(self.target, self.result.span)})


def as_tree(lines: Sequence[Line]) -> Node:
    """What `lines` say, for the eye: z = w x + b and ŷ = σ(z)."""
    said = as_equations(lines)
    return ast.Logic("and", said, (min(part.span[0] for part in said), max(part.span[1] for part in said)))


def as_equations(lines: Sequence[Line]) -> tuple[Node, ...]:
    """Each of `lines` with its name in front, if it has one: z = w x + b."""
    return tuple(
        line.tree
        if line.name is None
        else ast.Compare(
            (ast.Variable(line.name, line.span), line.tree), ("=",), (line.span[0], line.tree.span[1])
        )
        for line in lines
    )


class Whole(Struct, frozen=True):
    """Lines put together.

    Attributes:
        result: the line that no other uses. parts: the others, each behind those that it uses.
        tree: of the result, with the parts put into it. by_row: the parts with a value for each row.
    """

    result: Line
    parts: tuple[Line, ...]
    tree: Node
    by_row: frozenset[str] = frozenset()


def target_of(name: str | None, data: Mapping[str, str]) -> str | None:
    """The column that ŷ, ŷ_1 or y predicts; None if there is none.

    Args:
        data: the columns by their keys.

    >>> target_of("y_hat_1", {"y_1": "y1"}), target_of("y", {"y": "y"}), target_of("z", {"y": "y"})
    ('y1', 'y', None)
    """
    if name is None:
        return None
    return data.get(name_key(name)) or (data.get(name_key(without_hat(name))) if has_hat(name) else None)


def has_hat(name: str) -> bool:
    """Whether a name is that of a prediction: ŷ."""
    return "hat" in parts_of(name)[1]


def without_hat(name: str) -> str:
    """y of ŷ."""
    letter, indices = parts_of(name)
    place = indices.index("hat")
    return "_".join((letter, *indices[:place], *indices[place + 1 :]))


def with_hat(name: str) -> str:
    """What predicts a column: ŷ of y."""
    letter, indices = parts_of(name)
    return "_".join((letter, "hat", *indices))


def put_together(lines: Sequence[Line], data: Mapping[str, str]) -> Whole:
    """The function that `lines` are.

    Args:
        data: the columns by their keys.

    Raises:
        FormulaError: two lines of one name, a line that nothing uses, names that need themselves or are
            columns, or a tree beyond the bounds.
    """
    if len(lines) > MAX_LINES:
        raise FormulaError(
            message("The formula has too many lines"),
            lines[MAX_LINES].span,
            message("At most {limit} lines", limit=MAX_LINES),
        )
    named: dict[str, Line] = {}
    for line in lines:
        if line.name is not None and named.setdefault(name_key(line.name), line) is not line:
            raise FormulaError(
                message("{name} is defined twice", name=name_text(line.name)),
                line.span,
                message("Give each line a name of its own"),
            )
    ends = _ends(lines)
    result = (ends or lines)[-1]
    for key, line in named.items():
        if key in data and line is not result:
            raise FormulaError(
                message("{name} is a column of the data, and cannot be defined", name=name_text(data[key])),
                line.span,
                message("Give each line a name of its own"),
            )
    _check_use(ends, result)
    ordered = _ordered((result, *lines), named)
    values: dict[str, Node] = {}
    sizes: dict[str, int] = {}
    by_row: set[str] = set()
    whole = result.tree
    for line in ordered:
        inner = [node.name for node in ast.walk(line.tree) if isinstance(node, ast.Variable)]
        size = sum(1 for _ in ast.walk(line.tree)) + sum(sizes.get(name_key(name), 0) for name in inner)
        if size > MAX_NODES:
            raise FormulaError(
                message("The formula is too long when its lines are put into each other"),
                line.span,
                message("Shorten it"),
            )
        whole = _filled(
            line.tree, {name: values[name_key(name)] for name in inner if name_key(name) in values}
        )
        if line is not result:
            assert line.name is not None
            key = name_key(line.name)
            values[key], sizes[key] = whole, size
            if outside(whole) is not None:
                by_row.add(key)
    return Whole(result, tuple(ordered[:-1]), whole, frozenset(by_row))


def outside(tree: Node, by_row: Collection[str] = ()) -> ast.Column | ast.Variable | None:
    """A column or part of `by_row` in `tree` that no mean(…) or sum(…) reduces; None if there is none."""
    if isinstance(tree, ast.Column) or (isinstance(tree, ast.Variable) and name_key(tree.name) in by_row):
        return tree
    if isinstance(tree, ast.Aggregate):
        return None
    below = (outside(child, by_row) for child in ast.children(tree))
    return next((found for found in below if found is not None), None)


def _ends(lines: Sequence[Line]) -> list[Line]:
    """The lines that no other uses."""
    used = {name for line in lines for name in _names(line.tree)}
    return [line for line in lines if line.name is None or name_key(line.name) not in used]


def _check_use(ends: Sequence[Line], result: Line) -> None:
    """Refuse a line besides the result that no other uses."""
    for line in ends:
        if line is not result:
            raise FormulaError(
                message("{name} is used by no other line", name=name_text(line.name))
                if line.name is not None
                else message("This line has no name, so no other uses it"),
                line.span,
                message("Use it in another line or remove it: only the function itself is used by none"),
            )


def _ordered(lines: Sequence[Line], named: Mapping[str, Line]) -> list[Line]:
    """What the first of `lines` uses, each behind those that it uses itself, and then the first.

    Raises:
        FormulaError: one of `lines` needs itself.
    """
    ordered: list[Line] = []
    known: set[str | None] = set()
    waiting: list[Line] = []

    def visit(line: Line) -> None:
        if line.name in known:
            return
        if line in waiting:
            circle = [name_text(each.name or "") for each in (*waiting[waiting.index(line) :], line)]
            raise FormulaError(
                message("{name} needs itself: {circle}", name=circle[0], circle=" → ".join(circle)),
                line.span,
                message("Let each line use only those that do not need it"),
            )
        waiting.append(line)
        for name in _names(line.tree):
            if name in named:
                visit(named[name])
        known.add(waiting.pop().name)
        ordered.append(line)

    for line in lines:
        visit(line)
    return ordered


def _names(tree: Node) -> dict[str, None]:
    """The keys of the variables of `tree`, as they appear."""
    return {name_key(node.name): None for node in ast.walk(tree) if isinstance(node, ast.Variable)}


def _filled(node: Node, values: Mapping[str, Node]) -> Node:
    """`node` with trees in place of variables and columns; a sum within a sum becomes one sum."""
    if isinstance(node, ast.Variable | ast.Column):
        return values.get(node.name, node)
    filled = ast.rebuild(node, lambda child: _filled(child, values))
    if isinstance(filled, ast.Add) and any(isinstance(term, ast.Add) for term in filled.terms):
        return replace(ast.add(*filled.terms), span=filled.span)
    if isinstance(filled, ast.Mul) and any(isinstance(factor, ast.Mul) for factor in filled.factors):
        return replace(ast.mul(*filled.factors), span=filled.span)
    return filled
