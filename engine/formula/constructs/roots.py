"""Roots: √x, ∛x, ⁵√x, Word's √(3&x), \\sqrt{x} and \\sqrt[n]{x}.

Any thread; stdlib and msgspec only.
"""

from engine.formula import ast
from engine.formula.ast import Node, as_value
from engine.formula.constructs.arguments import tex_argument
from engine.formula.constructs.brackets import bracketed
from engine.formula.reader import FACTOR, POWER, Reader
from engine.formula.tokens import parts


def radical(reader: Reader) -> Node:
    """√x, √(x + 1), ∛x, ⁵√x: takes in the next factor with its power."""
    sign = reader.advance()
    if reader.token.kind == "(":
        inside, close = parts(reader.tokens, reader.position)
        bar = next((k for k in range(*inside[0]) if reader.tokens[k].kind == "&"), None)
        if bar is not None and len(inside) == 1:  # Word's √(3&x)
            order = reader.nested(inside[0][0], bar, reader.expression)
            under = reader.nested(bar + 1, close, reader.expression)
            reader.position = close + 1
            return ast.Call("root", (under, order), (sign.start, reader.before.end), sign.span)
    inner = as_value(reader.read(FACTOR if reader.token.kind == "-" else POWER))
    span = (sign.start, inner.span[1])
    if sign.kind == "∛":
        return ast.Call("cbrt", (inner,), span, sign.span)
    if sign.kind == "∜":
        return ast.Call("root", (inner, ast.Number("4", sign.span)), span, sign.span)
    if not sign.text.isalnum() or sign.text == "2":
        return ast.Call("sqrt", (inner,), span, sign.span)
    if sign.text.isdigit():  # ⁵√x
        return ast.Call("root", (inner, ast.Number(sign.text, sign.span)), span, sign.span)
    return ast.Call("root", (inner, reader.scope.named(sign.text, sign.span)), span, sign.span)  # ⁿ√x


def tex_root(reader: Reader) -> Node:
    """\\sqrt{x} and \\sqrt[n]{x}."""
    head = reader.advance()
    order: Node | None = None
    if reader.token.kind == "[":
        order, _ = reader.until("]", reader.advance())
    inner = as_value(bracketed(reader)) if reader.token.kind == "(" else tex_argument(reader, head)
    span = (head.start, reader.before.end)
    if order is None or (isinstance(order, ast.Number) and order.text == "2"):
        return ast.Call("sqrt", (inner,), span, head.span)
    if isinstance(order, ast.Number) and order.text == "3":
        return ast.Call("cbrt", (inner,), span, head.span)
    return ast.Call("root", (inner, order), span, head.span)
