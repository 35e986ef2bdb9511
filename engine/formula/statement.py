"""A whole formula: what stands around and in front of it, its value, and that nothing is left behind it.

Any thread; stdlib and msgspec only.
"""

from collections.abc import Collection, Sequence

from engine.base.i18n import message
from engine.formula import ast, complaints, spoken
from engine.formula.ast import Hole, Node, as_value
from engine.formula.braces import without_braces
from engine.formula.errors import FormulaError
from engine.formula.frames import without_alignment, without_frame
from engine.formula.grammar import GRAMMAR
from engine.formula.header import read_header
from engine.formula.lines import split
from engine.formula.models import Line
from engine.formula.names import name_key
from engine.formula.reader import Reader
from engine.formula.scope import Scope
from engine.formula.shapes import declares_shape
from engine.formula.tokens import Token, parts


def readers_of(
    tokens: list[Token], data: Collection[str] = (), declared: Sequence[str] = (), partial: bool = False
) -> list[Reader]:
    """A reader for each line, which stands at the beginning of its value, behind "f(x, y) =".

    Raises:
        FormulaError: a variable is declared twice, or the shape of a matrix.
    """
    lines = lines_of(tokens)
    shapes = [line for line in lines if declares_shape(line)]
    if shapes and not partial:
        raise FormulaError(
            message("The shape of a matrix is said of a network only"),
            (shapes[0][0].start, shapes[0][-1].start),
            message("Here every letter is a number: leave the shape out"),
        )
    if len(shapes) < len(lines):
        lines = [line for line in lines if line not in shapes]
    return readers_of_lines(lines, data, declared, partial)


def lines_of(tokens: list[Token]) -> list[list[Token]]:
    """The tokens of each line, without what only lays it out."""
    return [without_frame(line) for line in split(without_alignment(without_braces(tokens)))]


def readers_of_lines(
    lines: Sequence[list[Token]], data: Collection[str], declared: Sequence[str], partial: bool = False
) -> list[Reader]:
    """`readers_of` of lines."""
    headers = [read_header(line) for line in lines]
    parts = [header.name for header in headers if header.name is not None] if len(lines) > 1 else []
    variables = (name for header in headers for name in header.variables)
    scope = Scope((*variables, *declared, *parts), data, parts)
    readers = []
    for line, header in zip(lines, headers, strict=True):
        signs = spoken.in_signs(line, header.length, scope.declares, header.cell)
        readers.append(Reader(without_braces(signs, header.length), GRAMMAR, header, scope, partial))
    return readers


def line_of(reader: Reader, by_row: bool) -> Line:
    """The reader's line, finished, or as much as there is of it in a partial pass.

    Args:
        by_row: whether its value may have one for each row.

    Raises:
        FormulaError: it cannot be read, or something is left over.
    """
    reader.scope.aggregates += by_row
    tree = unfinished(reader) if reader.partial else whole(reader)
    reader.scope.aggregates -= by_row
    name, tokens = reader.header.name, reader.tokens
    span = tree.span if name is None else (tokens[0].start, tokens[max(reader.header.length - 2, 0)].end)
    return Line(name, span, tree)


def whole(reader: Reader) -> Node:
    """The value of a finished formula.

    Raises:
        FormulaError: it cannot be read, or something is left over.
    """
    node = reader.either()
    while reader.token.kind in (";", ",", ".", "newrow") and reader.peek().kind == "end":
        reader.position += 1  # a full stop or comma at the end of a displayed formula
    if isinstance(node, ast.CONDITIONS):
        if not _in_brackets(reader, node):
            raise complaints.comparison(node)
        node = as_value(node)
    if reader.token.kind != "end":
        raise reader.unexpected()
    _check_name(reader, node)
    return node


def _in_brackets(reader: Reader, node: Node) -> bool:
    """Whether one pair of brackets holds the whole formula: (0 < x < 1), [x > 0]."""
    opening = reader.header.length
    if reader.tokens[opening].kind not in ("(", "[", "{") or reader.token.kind != "end":
        return False
    return reader.tokens[parts(reader.tokens, opening)[1]].end == node.span[1]


def _check_name(reader: Reader, tree: Node) -> None:
    """Refuse x = x² + 1: a name for the whole that is used inside it."""
    header = reader.header
    if header.name is None or header.variables:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Variable) and name_key(node.name) == name_key(header.name):
            raise FormulaError(
                message("{name} cannot stand in its own formula", name=header.name),
                node.span,
                message("An equation is not a function: write left − right"),
            )


def unfinished(reader: Reader) -> Node:
    """All of an unfinished formula: what stands after its end is put beside it, strays as Holes."""
    found = [reader.either()]
    while reader.token.kind != "end":
        stray = reader.advance()
        found.append(Hole(stray.text or stray.kind, stray.span))
        if reader.something_follows():
            found.append(reader.either())
    if len(found) == 1:
        return found[0]
    return ast.Mul(tuple(found), (found[0].span[0], found[-1].span[1]))
