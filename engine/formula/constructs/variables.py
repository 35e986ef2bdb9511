"""Variables, data columns and running indices with what indexes them: x, w_12, \\hat{y}_1, x[0], w^{(1)}.

Any thread; stdlib and msgspec only.
"""

from engine.base.i18n import message
from engine.formula import ast, complaints
from engine.formula.ast import Node, as_value
from engine.formula.constructs.brackets import bracketed
from engine.formula.errors import FormulaError
from engine.formula.header import read_index, read_name
from engine.formula.reader import Reader
from engine.formula.tokens import CLOSES, Token, parts


def variable(reader: Reader) -> Node:
    """A variable, data column or running index, with its index if it has one."""
    token, scope = reader.token, reader.scope
    _note_power_of_ten(reader)
    reader.position += 1
    name = token.text
    if name in scope.indices:
        return ast.Index(name, token.span)
    if _element_follows(reader):
        return _element(reader, name, token)
    raised = _raised_index(reader)
    if raised is not None:
        reader.position += 6
        whole = name if raised in scope.row_indices else f"{name}_{raised}"
        return scope.named(whole, (token.start, reader.before.end))
    return _indexed(reader, name, token)


def marked(reader: Reader) -> Node:
    """A variable with a mark over its letter: \\hat{y}, \\bar x.

    Raises:
        FormulaError: the mark stands over anything else.
    """
    token, scope = reader.token, reader.scope
    name, after = read_name(reader.tokens, reader.position)
    if name is None:
        raise FormulaError(message("{name} stands over a single letter", name="\\" + token.text), token.span)
    reader.position = after
    base, _, last = name.rpartition("_")
    end = reader.before.end
    if last in scope.indices:  # \hat{y}_i and \hat{y_i} in a sum over i
        return ast.Indexed(base, ast.Index(last, (end - 1, end)), (token.start, end))
    if last in scope.row_indices:
        return scope.named(base, (token.start, end))
    return _indexed(reader, name, token)


def _indexed(reader: Reader, name: str, token: Token) -> Node:
    """The variable `name`, which began with `token`, with the index that follows, if there is one."""
    scope = reader.scope
    if scope.row_indices and reader.token.kind == "_":
        index, after = read_index(reader.tokens, reader.position + 1)
        if index in scope.row_indices:
            reader.position = after
            return scope.named(name, (token.start, reader.before.end))
    while reader.token.kind == "_":
        index, after = read_index(reader.tokens, reader.position + 1)
        if index is None or index in scope.indices:
            reader.position += 1
            return _computed_index(reader, name, token)
        name, reader.position = f"{name}_{index}", after
    name += _star(reader)
    return scope.named(name, (token.start, reader.before.end))


def _computed_index(reader: Reader, name: str, token: Token) -> Node:
    """x_{i+1}: the index at the reader's place is computed from a running index.

    Raises:
        FormulaError: it is none.
    """
    lowered = reader.before
    if reader.token.kind not in ("{", "(", "word", "letter"):
        if reader.partial:
            return ast.Indexed(name, reader.hole(), (token.start, lowered.end))
        raise complaints.no_index(reader.token.span, "x_1")
    node = bracketed(reader) if reader.token.kind in ("{", "(") else reader.primary()
    if not reader.partial and not any(isinstance(part, ast.Index) for part in ast.walk(node)):
        raise FormulaError(
            message("This index is not a name or a number"),
            node.span,
            message("Write for example {example}", example="x_1"),
        )
    return ast.Indexed(name, as_value(node), (token.start, reader.before.end))


def _note_power_of_ten(reader: Reader) -> None:
    """3x10^5: say that x10 is a variable."""
    token = reader.token
    glued = (
        token.text == "x10" and not token.spaced and reader.position > 0 and reader.before.kind == "number"
    )
    if glued and reader.peek().kind == "^":
        reader.scope.read_as(message("x10 is read as a variable; for a power of ten write × or ·"))


def _element_follows(reader: Reader) -> bool:
    """Whether the brackets here, right after a letter, hold an index: x[0], x[i + 1]; x(1) of MATLAB."""
    token = reader.token
    if token.spaced or not (token.kind == "[" or (token.kind == "(" and reader.header.handle)):
        return False
    inside, close = parts(reader.tokens, reader.position)
    within = reader.tokens[reader.position + 1 : close]
    alone = len(within) == 1 and within[0].kind == "number" and within[0].text.isdigit()
    return len(inside) == 1 and (alone or any(other.text in reader.scope.indices for other in within))


def _element(reader: Reader, name: str, token: Token) -> Node:
    """x[0] and x[i + 1], as Python and Wolfram write x_0 and x_{i+1}."""
    opened = reader.advance()
    node, end = reader.until(CLOSES[opened.kind], opened)
    if isinstance(node, ast.Number):
        return reader.scope.named(f"{name}_{node.text}", (token.start, end))
    return ast.Indexed(name, node, (token.start, end))


def _raised_index(reader: Reader) -> str | None:
    """The 1 of w^{(1)} and w^{[1]}, and the i of x^{(i)} over the rows, as lectures number things."""
    if reader.token.kind != "^" or reader.peek().kind != "{":
        return None
    kinds = [reader.peek(ahead).kind for ahead in range(2, 6)]
    if kinds[::2] not in (["(", ")"], ["[", "]"]) or kinds[3] != "}":
        return None
    index = reader.peek(3).text
    return index if index.isdigit() or index in reader.scope.row_indices else None


def _star(reader: Reader) -> str:
    """The "_star" of x^* and x^{*}, which it passes; else nothing."""
    if reader.token.kind != "^":
        return ""
    kinds = [reader.peek(ahead).kind for ahead in (1, 2, 3)]
    if kinds == ["{", "*", "}"]:
        reader.position += 4
    elif kinds[0] == "*" and kinds[1] in (")", "]", "}", "+", "-", "end", ","):
        reader.position += 2
    else:
        return ""
    return "_star"
