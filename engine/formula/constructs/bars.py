"""Bars: |x|, ‖x, y‖ and ||x||, with the index of a norm.

Any thread; stdlib and msgspec only.
"""

from engine.base.i18n import message
from engine.formula import ast
from engine.formula.ast import Node
from engine.formula.constructs.arguments import arguments, components, is_vector
from engine.formula.errors import FormulaError
from engine.formula.reader import Reader
from engine.formula.tokens import Token


def absolute(reader: Reader) -> Node:
    """|x|; and ||x||, where the bars close as they open."""
    if reader.token.text == "close":
        raise reader.unexpected()
    opened = reader.advance()
    if reader.token.kind == "|" and not reader.token.spaced and _double_bars(reader):
        reader.position += 1
        args = _inside(reader, several=True)
        if reader.token.kind != "|" or reader.peek().kind != "|":
            raise reader.unexpected()
        reader.position += 1
        return _norm(reader, args, opened, reader.advance().end)
    args = _inside(reader, several=False)
    if reader.token.kind != "|":
        return _left_open(reader, "abs", args, opened)
    return ast.Call("abs", tuple(args), (opened.start, reader.advance().end), opened.span)


def norm(reader: Reader) -> Node:
    """‖x, y‖ and ‖(x, y)‖."""
    if reader.token.text == "close":
        raise reader.unexpected()
    opened = reader.advance()
    args = _inside(reader, several=True)
    if reader.token.kind != "‖":
        return _left_open(reader, "norm", args, opened)
    return _norm(reader, args, opened, reader.advance().end)


def _double_bars(reader: Reader) -> bool:
    """Whether the bars that open here as || close as || too."""
    rest = [token.kind for token in reader.tokens[reader.position + 1 :]]
    pairs = [k for k in range(len(rest) - 1) if rest[k] == rest[k + 1] == "|"]
    return bool(pairs) and "|" not in rest[: pairs[0]]


def _inside(reader: Reader, several: bool) -> list[Node]:
    """The values up to a bar; several: those of a norm."""
    if several and is_vector(reader):
        return list(arguments(reader, True))
    reader.bars += 1
    args = [reader.expression()]
    while several and reader.token.kind == ",":
        reader.position += 1
        args.append(reader.expression())
    reader.bars -= 1
    return args


def _left_open(reader: Reader, function: str, args: list[Node], opened: Token) -> Node:
    """The call as far as it is written.

    Raises:
        FormulaError: in a formula that should be finished.
    """
    if reader.partial:
        return ast.Call(function, tuple(args), (opened.start, args[-1].span[1]), opened.span)
    if reader.token.kind == "end":
        raise FormulaError(
            message("This bar is not closed"), opened.span, message("Add {sign}", sign=opened.kind)
        )
    raise reader.unexpected()


def _norm(reader: Reader, args: list[Node], opened: Token, end: int) -> Node:
    call = ast.Call("norm", components(reader, args), (opened.start, end), opened.span)
    return indexed_norm(reader, call)


def indexed_norm(reader: Reader, norm: ast.Call) -> Node:
    """`norm` with the index that may follow it: ‖x‖_2, and ‖x‖_1 as |x| + |y| + …

    Raises:
        FormulaError: the index is neither 1 nor 2.
    """
    if reader.token.kind != "_":
        return norm
    braced = reader.peek().kind == "{"
    index = reader.peek(1 + braced)
    if index.text not in ("1", "2"):
        raise FormulaError(message("Only the norms 1 and 2 are known"), index.span)
    reader.position += 4 if braced else 2
    if index.text == "2":
        return norm
    parts = tuple(ast.Call("abs", (part,), part.span, norm.head) for part in norm.args)
    return ast.Add(parts, norm.span) if len(parts) > 1 else parts[0]
