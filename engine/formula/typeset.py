"""Ast → LaTeX for the eye, with a hook on every leaf's place in the source.

What is made parses back to the same function. Any thread; stdlib and msgspec only.
"""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from engine.formula import ast
from engine.formula.ast import Node, Span
from engine.formula.functions import CONSTANTS, FUNCTIONS, FunctionSpec
from engine.formula.names import name_latex, split_index
from engine.formula.parser import Formula
from engine.formula.text import to_text

Mark = Callable[[Span, str], str]

_ADD, _MUL, _POW, _ATOM = 1, 2, 3, 4
_SIGNS: Final = {"<": "<", "<=": r"\le", ">": ">", ">=": r"\ge", "=": "=", "!=": r"\ne"}
_RAISED: Final = frozenset({"trigonometric", "hyperbolic"})


class Typeset(Struct, frozen=True):
    """A formula typeset with its atoms marked: the k-th mark is coloured `mark_colour(k)` in `latex`.

    Attributes:
        latex: every leaf and function name inside \\color{#rrggbb}{…}. spans: their places in the source.
    """

    latex: str
    spans: tuple[Span, ...]


def mark_colour(position: int) -> str:
    """The colour that stands for the mark at `position` in a Typeset: "#000001", "#000002", …"""
    return f"#{position + 1:06x}"


def typeset(formula: Formula) -> Typeset:
    """`formula` with its marks, for finding where in the picture each part of the source is."""
    spans: list[Span] = []

    def mark(span: Span, latex: str) -> str:
        if spans[-1:] != [span]:  # a letter and its index are one leaf
            spans.append(span)
        return rf"{{\color{{{mark_colour(len(spans) - 1)}}}{latex}}}"

    return Typeset(to_latex(formula.ast, mark), tuple(spans))


def to_latex(node: Node, mark: Mark | None = None, names: Callable[[str], str] = name_latex) -> str:
    """The LaTeX of `node`.

    Args:
        mark: mark(span, latex) may wrap each leaf and function name; called in reading order, twice for a
            letter with an index.
        names: how variables look.
    """
    return _Printer(mark, names).level(node, _ADD)


def _plain(span: Span, latex: str) -> str:
    return latex


class _Printer:
    def __init__(self, mark: Mark | None, names: Callable[[str], str]) -> None:
        self.mark = mark or _plain
        self.names = names

    def level(self, node: Node, wanted: int, last: bool = True) -> str:
        """`node`, in brackets if it binds less than `wanted`. last: nothing follows in its product."""
        if _level_of(node) < wanted:
            return rf"\left({self.bare(node, True)}\right)"
        return self.bare(node, last)

    def bare(self, node: Node, last: bool) -> str:
        match node:
            case ast.Number(text=text, span=span):
                return self.mark(span, _number(text))
            case ast.Constant(name=name, span=span):
                return self.mark(span, CONSTANTS[name].latex)
            case ast.Variable(name=name, span=span) | ast.Column(name=name, span=span):
                letter, index = split_index(self.names(name))
                return self.mark(span, letter) + (f"_{{{self.mark(span, index)}}}" if index else "")
            case ast.Index(name=name, span=span):
                return self.mark(span, name)
            case ast.Indexed(base=base, index=index, span=span):
                return self.mark(span, f"{self.names(base)}_{{{to_latex(index)}}}")
            case ast.Add(terms=terms):
                return self.sum_of(terms)
            case ast.Neg(operand=inner):
                return "-" + self.level(inner, _MUL)
            case ast.Mul(factors=factors):
                return self.product(factors, last)
            case ast.Div(numerator=over, denominator=under):
                return rf"\frac{{{self.level(over, _ADD)}}}{{{self.level(under, _ADD)}}}"
            case ast.Pow(base=base, exponent=exponent):
                return self.power(base, exponent, last)
            case ast.Call():
                return self.call(node, None, last)
            case ast.Compare(operands=operands, ops=ops):
                parts = [self.level(operands[0], _ADD)]
                for op, operand in zip(ops, operands[1:], strict=True):
                    parts += [_SIGNS[op], self.level(operand, _ADD)]
                return " ".join(parts)
            case ast.Logic(op=op, operands=operands):
                return self.logic(op, operands)
            case ast.Cases():
                return self.cases(node)
            case ast.Series():
                return self.series(node)
            case ast.Aggregate(kind="sum", body=ast.Number(text="1"), span=span):
                return self.mark(span, "n")  # the number of rows
            case ast.Aggregate(kind=kind, body=body):
                return rf"\operatorname{{{kind}}}\left({self.level(body, _ADD)}\right)"
            case ast.Hole(text=text, span=span):
                return self.mark(span, rf"\text{{{_escaped(text)}}}" if text else r"\square")

    def sum_of(self, terms: tuple[Node, ...]) -> str:
        parts: list[str] = []
        for position, term in enumerate(terms):
            inner = term.operand if isinstance(term, ast.Neg) else term
            sign = "-" if isinstance(term, ast.Neg) else "+" if position else ""
            parts.append(sign + self.level(inner, _MUL))
        return "".join(parts)

    def product(self, factors: tuple[Node, ...], last: bool) -> str:
        if any(isinstance(f, ast.Hole) and f.text and not f.text.isalnum() for f in factors):
            return "".join(self.level(f, _ADD) for f in factors)  # strays: all as it was typed, side by side
        latex = ""
        for position, factor in enumerate(factors):
            final = position == len(factors) - 1
            following = None if final else factors[position + 1]
            ends = last if following is None else _begins_with_function(following)
            whole = isinstance(factor, ast.Div | ast.Number)
            if position and _applied(factors[position - 1], factor):
                part = rf"\left({self.bare(factor, True)}\right)"
            else:
                part = self.level(factor, _MUL if whole else _POW, ends)
            if isinstance(factor, ast.Series) and not (final and last):
                part = rf"\left({part}\right)"
            if position and _needs_dot(factors[position - 1], factor):
                latex += r" \cdot " + part
            elif position and (_is_word(factors[position - 1]) or _is_word(factor)):
                latex += r"\," + part
            else:
                latex += (" " if latex and latex[-1].isalpha() and part[0].isalnum() else "") + part
        return latex

    def power(self, base: Node, exponent: Node, last: bool) -> str:
        raised = self.level(exponent, _ADD)
        if isinstance(base, ast.Call) and isinstance(exponent, ast.Number) and exponent.text.isdecimal():
            spec = FUNCTIONS[base.function]
            if spec.category in _RAISED and "#" not in spec.latex and spec.arity == (1, 1):
                return self.call(base, raised, last)
        if isinstance(base, ast.Call) and base.function == "abs":
            return f"{self.bare(base, True)}^{{{raised}}}"
        below = self.level(base, _ATOM)
        starred = isinstance(base, ast.Variable) and "^" in below
        return f"{{{below}}}^{{{raised}}}" if starred else f"{below}^{{{raised}}}"

    def call(self, node: ast.Call, power: str | None, last: bool) -> str:
        spec = FUNCTIONS[node.function]
        if spec.name == "factorial":
            return self.level(node.args[0], _ATOM) + self.mark(node.head, "!")
        if "#" in spec.latex:
            args = [self.level(argument, _ADD) for argument in node.args]
            latex = spec.latex.replace("#*", ",".join(args))
            for position, argument in enumerate(args, 1):
                latex = latex.replace(f"#{position}", argument)
            return latex
        head = self.mark(node.head, spec.latex)
        if spec.name == "log" and len(node.args) == 2:
            head = f"{head}_{{{self.level(node.args[1], _ADD)}}}"
            return head + self.arguments(spec, node.args[:1], last)
        if power is not None:
            head = f"{head}^{{{power}}}"
        return head + self.arguments(spec, node.args, last)

    def arguments(self, spec: FunctionSpec, args: tuple[Node, ...], last: bool) -> str:
        if len(args) == 1 and last and (spec.bare or spec.name == "log") and _may_stand_bare(args[0]):
            return " " + self.level(args[0], _MUL)
        return rf"\left({', '.join(self.level(argument, _ADD) for argument in args)}\right)"

    def logic(self, op: str, operands: tuple[Node, ...]) -> str:
        if op == "not":
            return rf"\lnot \left({self.bare(operands[0], True)}\right)"
        parts = [
            rf"\left({self.bare(part, True)}\right)" if isinstance(part, ast.Logic) else self.bare(part, True)
            for part in operands
        ]
        return (r" \land " if op == "and" else r" \lor ").join(parts)

    def cases(self, node: ast.Cases) -> str:
        rows = [
            rf"{self.level(branch.value, _ADD)} & \text{{if }} {self.level(branch.condition, _ADD)}"
            for branch in node.branches
        ]
        if node.otherwise is not None:
            rows.append(rf"{self.level(node.otherwise, _ADD)} & \text{{otherwise}}")
        return r"\begin{cases}" + r" \\ ".join(rows) + r"\end{cases}"

    def series(self, node: ast.Series) -> str:
        sign = r"\sum" if node.kind == "sum" else r"\prod"
        bounds = f"_{{{node.index}={self.level(node.lo, _ADD)}}}^{{{self.level(node.hi, _ADD)}}}"
        return f"{sign}{bounds} {self.level(node.body, _MUL)}"


def _number(text: str) -> str:
    mantissa, _, exponent = text.partition("e")
    if not exponent:
        return mantissa
    if mantissa == "1":
        return f"10^{{{exponent}}}"
    return rf"{mantissa} \cdot 10^{{{exponent}}}"


def _escaped(text: str) -> str:
    return "".join(
        c if c.isalnum() or c == " " else rf"\{c}" if c in "{}_^%$&#" else c for c in text if c != "\\"
    )


def _level_of(node: Node) -> int:
    match node:
        case ast.Add() | ast.Neg() | ast.Compare() | ast.Logic():
            return _ADD
        case ast.Mul() | ast.Series():
            return _MUL
        case ast.Div():
            return _MUL
        case ast.Number(text=text) if "e" in text:
            return _MUL
        case ast.Pow():
            return _POW
        case ast.Call(function="exp"):
            return _POW
        case ast.Call(function=name):
            spec = FUNCTIONS[name]
            delimited = (
                name == "abs" or name == "norm" or name in ("sqrt", "cbrt", "root", "floor", "ceil", "binom")
            )
            return _ATOM if delimited or _bracketed(spec) else _POW
        case _:
            return _ATOM


def _bracketed(spec: FunctionSpec) -> bool:
    """Whether the function always shows brackets of its own."""
    return "#" not in spec.latex and not spec.bare and spec.name != "log"


def _may_stand_bare(node: Node) -> bool:
    """Arguments that need no brackets: x, 2x, \\frac{x}{2}."""
    if isinstance(node, ast.Mul):
        head, *rest = node.factors
        return ((isinstance(head, ast.Number) and "e" not in head.text) or _is_letter(head)) and all(
            map(_is_letter, rest)
        )
    return _is_letter(node) or (isinstance(node, ast.Number) and "e" not in node.text)


def _is_letter(node: Node) -> bool:
    return isinstance(node, ast.Variable | ast.Column | ast.Constant | ast.Index | ast.Indexed | ast.Hole)


def _applied(left: Node, right: Node) -> bool:
    """Whether `right` stood in brackets after an unknown name: of those nothing else could be so near."""
    named = isinstance(left, ast.Hole) and left.text.isalpha() and len(left.text) > 1
    return named and left.span[1] == right.span[0]


def _is_word(node: Node) -> bool:
    """A name of several letters: beside another it needs a gap."""
    return (
        isinstance(node, ast.Variable | ast.Column) and r"\mathrm" in name_latex(node.name).partition("_")[0]
    )


def _begins_with_function(node: Node) -> bool:
    """Whether `node` begins with a function's name, which ends a bare argument before it."""
    match node:
        case ast.Pow(base=ast.Call() as base, exponent=ast.Number()):
            return _begins_with_function(base)
        case ast.Call(function=name):
            return "#" not in FUNCTIONS[name].latex
        case ast.Mul(factors=factors):
            return _begins_with_function(factors[0])
        case _:
            return False


def _needs_dot(left: Node, right: Node) -> bool:
    if _begins_with_digit(right):
        return True
    if isinstance(left, ast.Number) and isinstance(right, ast.Div):
        return True
    if isinstance(left, ast.Div) and isinstance(right, ast.Div):
        return True
    # σ(…) and f(…) could be taken for a function
    return isinstance(left, ast.Variable) and not left.name[:1].isascii() and _level_of(right) < _POW


def _begins_with_digit(node: Node) -> bool:
    match node:
        case ast.Number():
            return True
        case ast.Pow(base=base):
            return _begins_with_digit(base) and _level_of(base) >= _ATOM
        case ast.Mul(factors=factors):
            return _begins_with_digit(factors[0])
        case ast.Call(function="factorial", args=(argument,)):
            return _begins_with_digit(argument)
        case _:
            return False


__all__ = ["Mark", "Typeset", "mark_colour", "to_latex", "to_text", "typeset"]
