"""What belongs to a value and stands behind it: !, °, %, the mark of a positive part, a method.

Each gives the value back where its sign means something else. Any thread; stdlib and msgspec only.
"""

from engine.base.i18n import message
from engine.formula import ast
from engine.formula.ast import Node, as_value
from engine.formula.constructs.arguments import arguments
from engine.formula.constructs.calls import checked
from engine.formula.constructs.powers import degrees
from engine.formula.constructs.shorthand import written_out
from engine.formula.errors import FormulaError
from engine.formula.functions import function_named
from engine.formula.reader import Reader
from engine.formula.shorthands import SHORTHANDS


def factorial(reader: Reader, node: Node) -> Node:
    """x!"""
    sign = reader.advance()
    if reader.token.kind == "!":
        raise FormulaError(
            message("Double factorials are not part of the language"), (sign.start, reader.token.end)
        )
    return ast.Call("factorial", (as_value(node),), (node.span[0], sign.end), sign.span)


def degree(reader: Reader, node: Node) -> Node:
    """30°"""
    return degrees(node, reader.advance().end)


def percent(reader: Reader, node: Node) -> Node:
    """50% + x, 20% x; not in 5 % 3 and 5%3."""
    if not isinstance(node, ast.Number):
        return node
    sign, after = reader.token, reader.peek()
    operand = reader.can_begin(after)
    ends = after.kind in ("end", ",", ")", "]", "}")
    if (operand and not after.spaced) or (sign.spaced and not ends):
        return node
    if operand:
        reader.scope.read_as(message("% after a number is read as percent; the remainder is mod(a, b)"))
    reader.position += 1
    return ast.Div(node, ast.Number("100", sign.span), (node.span[0], sign.end))


def positive_part(reader: Reader, node: Node) -> Node:
    """[x]_+ and (x)_{+}."""
    sign = reader.token
    kinds = [reader.peek(ahead).kind for ahead in (1, 2, 3)]
    if reader.before.kind not in (")", "]", "}") or not (kinds[0] == "+" or kinds == ["{", "+", "}"]):
        return node
    reader.position += 2 if kinds[0] == "+" else 4
    zero = ast.Number("0", sign.span)
    return ast.Call("max", (zero, as_value(node)), (node.span[0], reader.before.end), sign.span)


def method(reader: Reader, node: Node) -> Node:
    """x.pow(2) and (x − y).abs(), as tensors write functions: what stands before is the first argument."""
    if reader.peek().kind != "word":
        return node
    reader.position += 1
    head = reader.advance()
    spec, known = function_named(head.text), head.text.lower() in SHORTHANDS
    if reader.token.kind != "(" or (spec is None and not known):
        raise FormulaError(message("Unknown name {name}", name=head.text[:40]), head.span)
    args: tuple[Node, ...] = (as_value(node),)
    if reader.peek().kind == ")":
        reader.position += 2
    else:
        args += arguments(reader, True)
    if spec is None:
        return written_out(reader, head, args)
    return checked(reader, spec, args, (node.span[0], reader.before.end), head)
