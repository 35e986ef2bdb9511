"""One value or another: a if c else b, c ? a : b, if c then a else b, if(c, a, b), where(c, a, b).

Any thread; stdlib and msgspec only.
"""

from engine.base.i18n import message
from engine.formula import ast, complaints
from engine.formula.ast import Branch, Node
from engine.formula.constructs.piecewise import piecewise
from engine.formula.errors import FormulaError
from engine.formula.reader import OR, SUM, Reader
from engine.formula.tokens import CLOSES, STEPS, parts


def if_else(reader: Reader, value: Node, _start: int) -> Node:
    """Python's a if c else b, from the if on."""
    if isinstance(value, ast.CONDITIONS):
        return value
    reader.position += 1
    condition = reader.read(OR)
    if not isinstance(condition, ast.CONDITIONS):
        raise complaints.no_condition(condition.span)
    otherwise = _after_else(reader)
    return ast.Cases((Branch(value, condition),), otherwise, (value.span[0], otherwise.span[1]))


def question(reader: Reader, condition: Node, _start: int) -> Node:
    """C's c ? a : b, from the question mark on."""
    if not isinstance(condition, ast.CONDITIONS):
        return condition
    reader.position += 1
    value = reader.expression()
    if reader.token.kind != ":":
        raise reader.unexpected()
    reader.position += 1
    otherwise = reader.expression()
    return ast.Cases((Branch(value, condition),), otherwise, (condition.span[0], otherwise.span[1]))


def if_then(reader: Reader) -> Node:
    """if c then a else b."""
    head = reader.advance()
    condition = reader.read(OR)
    if not isinstance(condition, ast.CONDITIONS) or not reader.at_word("then"):
        raise complaints.no_condition(condition.span, "if(x < 0, −x, x)")
    reader.position += 1
    value = reader.expression()
    otherwise = _after_else(reader)
    return ast.Cases((Branch(value, condition),), otherwise, (head.start, otherwise.span[1]))


def _after_else(reader: Reader) -> Node:
    """The value after the word else.

    Raises:
        FormulaError: the word is missing.
    """
    if not reader.at_word("else"):
        raise FormulaError(
            message("An else is missing"),
            reader.token.span,
            message("Write for example {example}", example="x if x > 0 else −x"),
        )
    reader.position += 1
    return reader.expression()


def then_follows(reader: Reader) -> bool:
    """Whether the "if" at the reader's place is one of if … then … else."""
    depth = 0
    for token in reader.tokens[reader.position + 1 :]:
        depth += STEPS.get(token.kind, 0)
        if depth < 0 or token.kind == ",":
            return False
        if depth == 0 and token.kind == "word" and token.text == "then":
            return True
    return False


def choice(reader: Reader) -> Node:
    """if(c, a, b), If[c, a, b], where(c, a, b), If(c, a, d, b, e), R's if (c) a else b."""
    if len(parts(reader.tokens, reader.position + 1)[0]) > 3:
        return piecewise(reader)
    head, opened = reader.advance(), reader.advance()
    condition = reader.condition()
    values: list[Node] = []
    while reader.token.kind in (",", ";") and len(values) < 2:
        reader.position += 1
        values.append(reader.expression())
    end = reader.closing(CLOSES[opened.kind], opened)
    if not values and reader.starts_factor():
        values.append(ast.as_value(reader.read(SUM)))
        if reader.at_word("else"):
            values.append(_after_else(reader))
        end = reader.before.end
    if not values:
        raise FormulaError(
            message("A value is missing"),
            (head.start, end),
            message("Write for example {example}", example="if(x < 0, −x, x)"),
        )
    otherwise = values[1] if len(values) > 1 else None
    return ast.Cases((Branch(values[0], condition),), otherwise, (head.start, end))


def merge(reader: Reader) -> Node:
    """Fortran's merge(a, b, c): a where c holds, else b."""
    head, opened = reader.advance(), reader.advance()
    values: list[Node] = []
    for _ in range(2):
        values.append(reader.expression())
        if reader.token.kind != ",":
            raise reader.unexpected()
        reader.position += 1
    condition = reader.condition()
    end = reader.closing(")", opened)
    return ast.Cases((Branch(values[0], condition),), values[1], (head.start, end))
