"""Ast → NumPy source: one assignment a line, equal parts computed once.

The program has the targets `f`, `g0` …, `h0_0` …; variables are `v0`, `v1`, …; columns `c0`, …. A line that
belongs to the rows of the data is named `r…`, and inside it a value without rows gets one axis more.
`engine.function.objective` picks the lines it needs. Runs in the child process; never given text of the user.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from engine.formula import ast
from engine.formula.ast import Node
from engine.formula.differentiate import numeric
from engine.formula.functions import CONSTANTS

_OPERATORS = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "=": "==", "!=": "!="}


class Program:
    """Collects the lines of one Derivation."""

    def __init__(self, variables: Sequence[str], columns: Sequence[str]) -> None:
        self.lines: list[str] = []
        self.variables = {name: f"v{k}" for k, name in enumerate(variables)}
        self.columns = {name: f"c{k}" for k, name in enumerate(columns)}
        self.known: dict[Node, str] = {}
        self.counts: Counter[Node] = Counter()
        self.rowwise: dict[Node, bool] = {}

    def write(self, targets: Mapping[str, Node]) -> str:
        """The source that assigns each target its expression."""
        bare = {name: ast.without_spans(node) for name, node in targets.items()}
        for node in bare.values():
            self.count(node)
        for name, node in bare.items():
            self.lines.append(f"{name} = {self.use(node, False)}")
        return "\n".join(self.lines)

    def count(self, node: Node) -> None:
        self.counts[node] += 1
        if self.counts[node] == 1:
            for child in ast.children(node):
                self.count(child)

    def has_rows(self, node: Node) -> bool:
        """Whether a value of `node` has one entry for each row of the data."""
        found = self.rowwise.get(node)
        if found is None:
            inner = (self.has_rows(child) for child in ast.children(node))
            found = isinstance(node, ast.Column) or (not isinstance(node, ast.Aggregate) and any(inner))
            self.rowwise[node] = found
        return found

    def use(self, node: Node, rows: bool) -> str:
        """Source of `node`; rows: for a place inside an Aggregate."""
        if isinstance(node, ast.Number):
            value = float(node.text)
            return repr(value) if value != int(value) or abs(value) > 1e15 else f"{int(value)}.0"
        if isinstance(node, ast.Constant):
            return repr(CONSTANTS[node.name].value)
        name = self.known.get(node) or self.fresh(node, rows)
        # a value without rows, used among rows, broadcasts against them
        lift = rows and not self.has_rows(node) and name[0] in "tv" and name[1:].isdigit()
        return f"lifted({name})" if lift else name

    def fresh(self, node: Node, rows: bool) -> str:
        if isinstance(node, ast.Variable):
            return self.variables[node.name]
        if isinstance(node, ast.Column):
            return self.columns[node.name]
        own = self.has_rows(node)
        if self.counts[node] > 1 or (rows and not own):
            source = self.source(node, own)
            name = f"{'r' if own else 't'}{len(self.known)}"
            self.known[node] = name
            self.lines.append(f"{name} = {source}")
            return name
        return self.source(node, own)

    def source(self, node: Node, rows: bool) -> str:
        match node:
            case ast.Add(terms=(ast.Neg(operand=inner), ast.Number(text="1") as one)):
                return self.one_minus(inner, rows) or self.sum_of((one, ast.Neg(inner)), rows)
            case ast.Add(terms=(ast.Number(text="1"), ast.Neg(operand=inner))):
                return self.one_minus(inner, rows) or self.sum_of(node.terms, rows)
            case ast.Add(terms=(inner, ast.Neg(operand=ast.Number(text="1")))):
                found = self.one_minus(inner, rows)
                return f"(-{found})" if found else self.sum_of(node.terms, rows)
            case ast.Add(terms=terms):
                return self.sum_of(terms, rows)
            case ast.Neg(operand=inner):
                return f"(-{self.use(inner, rows)})"
            case ast.Mul(factors=factors):
                return f"({' * '.join(self.use(factor, rows) for factor in factors)})"
            case ast.Div(numerator=over, denominator=under):
                return f"divide({self.use(over, rows)}, {self.use(under, rows)})"
            case ast.Pow(base=base, exponent=exponent):
                return self.power(base, exponent, rows)
            case ast.Call(function="dot", args=args):
                half = len(args) // 2
                pairs = zip(args[:half], args[half:], strict=True)
                return f"({' + '.join(f'{self.use(a, rows)} * {self.use(b, rows)}' for a, b in pairs)})"
            case ast.Call(function=name, args=args):
                used = [self.use(argument, rows) for argument in args]
                return "(" + numeric(name).format(*used, args=", ".join(used)) + ")"
            case ast.Compare(operands=operands, ops=ops):
                used = [self.use(operand, rows) for operand in operands]
                links = [f"({a} {_OPERATORS[op]} {b})" for op, a, b in zip(ops, used, used[1:], strict=False)]
                return links[0] if len(links) == 1 else f"({' & '.join(links)})"
            case ast.Logic(op=op, operands=operands):
                used = [self.use(operand, rows) for operand in operands]
                if op == "not":
                    return f"logical_not({used[0]})"
                return f"({(' & ' if op == 'and' else ' | ').join(used)})"
            case ast.Cases(branches=branches, otherwise=otherwise):
                source = "nan" if otherwise is None else self.use(otherwise, rows)
                for branch in reversed(branches):
                    source = (
                        f"where({self.use(branch.condition, rows)}, {self.use(branch.value, rows)}, {source})"
                    )
                return source
            case ast.Aggregate(kind=kind, body=body):
                rest = "" if self.has_rows(body) or not self.columns else " + 0.0 * c0"
                return f"rows_{kind}({self.use(body, True)}{rest})"
        raise TypeError(type(node).__name__)

    def sum_of(self, terms: Sequence[Node], rows: bool) -> str:
        parts = [self.use(terms[0], rows)]
        for term in terms[1:]:
            negative = isinstance(term, ast.Neg)
            parts.append(" - " if negative else " + ")
            parts.append(self.use(term.operand if isinstance(term, ast.Neg) else term, rows))
        return f"({''.join(parts)})"

    def one_minus(self, node: Node, rows: bool) -> str | None:
        """Source of 1 − node that keeps its digits where `node` is nearly 1, if there is one."""
        match node:
            case ast.Call(function="sigmoid", args=(inner,)):
                return f"sigmoid(-{self.use(inner, rows)})"
            case ast.Pow(base=ast.Call(function="tanh", args=(inner,)), exponent=ast.Number(text="2")):
                return f"whole_power(sech({self.use(inner, rows)}), 2)"
            case ast.Pow(base=inner, exponent=ast.Number(text="2")):
                return f"one_minus_square({self.use(inner, rows)})"
            case (
                ast.Pow(base=ast.Constant(name="e"), exponent=inner) | ast.Call(function="exp", args=(inner,))
            ):
                return f"(-expm1({self.use(inner, rows)}))"
            case _:
                return None

    def power(self, base: Node, exponent: Node, rows: bool) -> str:
        if base == ast.Constant("e"):
            return f"exp({self.use(exponent, rows)})"
        negative = isinstance(exponent, ast.Neg)
        number = exponent.operand if isinstance(exponent, ast.Neg) else exponent
        if isinstance(number, ast.Number) and number.text.isdecimal() and int(number.text) <= 64:
            power = f"whole_power({self.use(base, rows)}, {int(number.text)})"
            return f"divide(1.0, {power})" if negative else power
        return f"power({self.use(base, rows)}, {self.use(exponent, rows)})"
