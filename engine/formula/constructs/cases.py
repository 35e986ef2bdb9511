"""\\begin{cases} a & x < 0 \\\\ b & \\text{otherwise} \\end{cases}: LaTeX's functions in pieces.

Any thread; stdlib and msgspec only.
"""

from typing import Final

from engine.base.i18n import message
from engine.formula import ast, complaints
from engine.formula.ast import Branch, Node, as_value
from engine.formula.errors import FormulaError
from engine.formula.frames import ALIGNED
from engine.formula.reader import SUM, Reader
from engine.formula.tokens import COMPARISONS, Token

_ENVIRONMENTS: Final = ("cases", "dcases", "rcases", "array", "matrix", *ALIGNED)


def environment(reader: Reader) -> Node:
    """An environment, whose lines are the pieces."""
    head = reader.advance()
    name = _name(reader)
    if name not in _ENVIRONMENTS:
        raise FormulaError(
            message("Unknown environment {name}", name=name),
            head.span,
            message("Use cases for a function in pieces"),
        )
    if name == "array" and reader.token.kind == "{":
        while reader.advance().kind not in ("}", "end"):
            pass
    branches: list[Branch] = []
    otherwise: Node | None = None
    while not _at_end(reader.token):
        if reader.token.kind == "&":
            reader.position += 1  # of aligned lines after a brace
        value, condition = _line_with_brackets(reader) or _line(reader)
        if condition is None:
            otherwise = value
        else:
            branches.append(Branch(value, condition))
        while reader.token.kind in (",", ";", "newrow") or reader.at_word("and"):
            reader.position += 1
        if reader.token.kind == "end":
            raise FormulaError(
                message("This bracket is not closed"), head.span, message("Add {sign}", sign=r"\end{cases}")
            )
    reader.position += 1
    _name(reader)
    span = (head.start, reader.before.end)
    if not branches:
        raise complaints.no_condition(span)
    return ast.Cases(tuple(branches), otherwise, span)


def _at_end(token: Token) -> bool:
    return token.kind == "command" and token.text == "end"


def _name(reader: Reader) -> str:
    """What stands in the braces after \\begin and \\end."""
    name = ""
    if reader.token.kind == "{":
        reader.position += 1
        while reader.token.kind not in ("}", "end"):
            name += reader.advance().text
        reader.position += reader.token.kind == "}"
    return name.rstrip("*")


def _line(reader: Reader) -> tuple[Node, Node | None]:
    """A line, "x^2, & x < 0": the value and its condition, None for otherwise."""
    value = as_value(reader.read(SUM))
    if reader.token.kind == ",":
        reader.position += 1
    if reader.token.kind == "&":
        reader.position += 1
    while reader.at_word("if", "for", "when", "where"):
        reader.position += 1
    if reader.at_word("otherwise", "else", "True", "true"):
        reader.position += 1
        return value, None
    if reader.token.kind == "newrow" or _at_end(reader.token):
        return value, None
    return value, reader.condition()


def _line_with_brackets(reader: Reader) -> tuple[Node, Node] | None:
    """A line "x^2 (x < 0)", without &: the brackets at its end hold the condition. None if it is none."""
    tokens, begin = reader.tokens, reader.position
    stop = begin
    while tokens[stop].kind not in ("newrow", "&", "end") and tokens[stop].text != "end":
        stop += 1
    close = stop - 1
    while tokens[close].kind in (",", ";", "."):
        close -= 1
    if tokens[stop].kind == "&" or tokens[close].kind != ")":
        return None
    depth, opening = 0, close
    while opening > begin:
        depth += (tokens[opening].kind == ")") - (tokens[opening].kind == "(")
        if depth == 0:
            break
        opening -= 1
    if opening == begin or not any(token.kind in COMPARISONS for token in tokens[opening + 1 : close]):
        return None
    comma = tokens[opening - 1].kind == ","
    value = as_value(reader.nested(begin, opening - comma, lambda: reader.read(SUM)))
    condition = reader.nested(opening + 1, close, reader.condition)
    reader.position = stop
    return value, condition
