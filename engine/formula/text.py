"""Ast → one line of plain text that parses to the same tree.

Any thread; stdlib and msgspec only.
"""

from collections.abc import Callable

from engine.formula import ast
from engine.formula.ast import Node

_ADD, _MUL, _POW, _ATOM = 1, 2, 3, 4


def to_text(node: Node) -> str:
    """`node` in the plain notation: 3x y^2 + sin(x)/2."""
    match node:
        case ast.Number(text=text):
            return text
        case ast.Constant(name=name) | ast.Variable(name=name) | ast.Column(name=name) | ast.Index(name=name):
            return name
        case ast.Indexed(base=base, index=index):
            inner = to_text(index)
            return f"{base}_{inner}" if isinstance(index, ast.Index) else f"{base}_{{{inner}}}"
        case ast.Add(terms=terms):
            return signed_sum(terms, lambda term: _level(term, _MUL))
        case ast.Neg(operand=inner):
            return "-" + _level(inner, _MUL)
        case ast.Mul(factors=factors):
            return _product(factors)
        case ast.Div(numerator=over, denominator=under):
            return f"{_level(over, _MUL)}/{_level(under, _POW)}"
        case ast.Pow(base=base, exponent=exponent):
            return f"{_level(base, _ATOM)}^{_level(exponent, _ATOM, plain=True)}"
        case ast.Call(function="factorial", args=(argument,)):
            return f"{_level(argument, _ATOM, plain=True)}!"
        case ast.Call(function=name, args=args):
            return f"{name}({', '.join(map(to_text, args))})"
        case ast.Compare(operands=operands, ops=ops):
            parts = [_level(operands[0], _ADD)]
            for op, operand in zip(ops, operands[1:], strict=True):
                parts += [op, _level(operand, _ADD)]
            return " ".join(parts)
        case ast.Logic(op="not", operands=(inner,)):
            return f"not ({to_text(inner)})"
        case ast.Logic(op=op, operands=operands):
            return f" {op} ".join(
                f"({to_text(part)})" if isinstance(part, ast.Logic) else to_text(part) for part in operands
            )
        case ast.Cases(branches=branches, otherwise=otherwise):
            rows = [f"{to_text(branch.condition)}: {to_text(branch.value)}" for branch in branches]
            if otherwise is not None:
                rows.append(to_text(otherwise))
            return f"piecewise({', '.join(rows)})"
        case ast.Series(kind=kind, index=index, lo=lo, hi=hi, body=body):
            return f"{kind}({index}={to_text(lo)}..{to_text(hi)}, {to_text(body)})"
        case ast.Aggregate(kind=kind, body=body):
            return f"{kind}({to_text(body)})"
        case ast.Hole(text=text):
            return text or "□"


def _level(node: Node, wanted: int, plain: bool = False) -> str:
    """`node`, in brackets if it binds less than `wanted`; plain: only names and numbers go without."""
    text = to_text(node)
    if plain and not isinstance(node, ast.Number | ast.Variable | ast.Constant | ast.Index | ast.Column):
        return f"({text})"
    return f"({text})" if _level_of(node) < wanted else text


def _level_of(node: Node) -> int:
    match node:
        case ast.Add() | ast.Neg() | ast.Compare() | ast.Logic():
            return _ADD
        case ast.Mul() | ast.Div():
            return _MUL
        case ast.Pow() | ast.Call(function="factorial"):
            return _POW
        case _:
            return _ATOM


def signed_sum(terms: tuple[Node, ...], written: Callable[[Node], str]) -> str:
    """The terms, each as it is `written`, with their signs between them."""
    text = ""
    for position, term in enumerate(terms):
        negative = isinstance(term, ast.Neg)
        inner = term.operand if isinstance(term, ast.Neg) else term
        sign = ("-" if negative else "") if position == 0 else (" - " if negative else " + ")
        text += sign + written(inner)
    return text


def _product(factors: tuple[Node, ...]) -> str:
    text = ""
    for position, factor in enumerate(factors):
        # a quotient may stand first only: x/2 y is (x/2)·y
        part = _level(factor, _POW if position or not isinstance(factor, ast.Div) else _MUL)
        text += (_joint(factors[position - 1], factor, part) if position else "") + part
    return text


def _joint(left: Node, right: Node, part: str) -> str:
    """What stands between two factors: nothing in 3x, a space in x y, a sign where letters would mislead."""
    if part[0].isdigit() or part[0] == ".":
        return "*"
    if isinstance(left, ast.Number):
        return "" if part[0] == "(" or (len(part) == 1 or not part[1].isalpha()) else " "
    if part[0] == "(":
        simple = isinstance(left, ast.Variable) and len(left.name) == 1 and left.name.isascii()
        return "" if simple or _level_of(left) < _ATOM or isinstance(left, ast.Call) else "*"
    return " "
