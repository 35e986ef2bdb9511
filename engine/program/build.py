"""Ast → Graph: what a formula computes, in a form that keeps its digits.

1 − x² is (1 − x)(1 + x), 1/(1 + e^−z) is the logistic function, and a logarithm of what is made of
exponentials is written without them, so that it is finite wherever its value is. Any thread; no sympy.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from engine.formula import ast
from engine.formula.algebra import exact
from engine.formula.differentiate import with_defaults
from engine.formula.functions import CONSTANTS
from engine.program.graph import Graph, Node
from engine.program.positive import log_of, quotient_of

MOST_MULTIPLIED = 64  # factors: a higher whole power is a power


class Builder:
    """Writes trees into a Graph.

    Args:
        letters: the nodes of variables and columns, by name.
    """

    def __init__(self, graph: Graph, letters: Mapping[str, Node]) -> None:
        self.graph = graph
        self.letters = letters
        self._known: dict[int, tuple[ast.Node, Node]] = {}

    def node(self, tree: ast.Node) -> Node:
        """The node of an expanded tree."""
        known = self._known.get(id(tree))
        if known is None:
            # the tree is kept, so that its id stays its own
            known = self._known[id(tree)] = (tree, self._node(tree))
        return known[1]

    def _node(self, tree: ast.Node) -> Node:
        graph = self.graph
        match tree:
            case ast.Number(text=text):
                return graph.const(float(text))
            case ast.Constant(name=name):
                return graph.const(CONSTANTS[name].value)
            case ast.Variable(name=name) | ast.Column(name=name):
                return self.letters[name]
            case ast.Add(terms=terms):
                return self._sum(terms)
            case ast.Neg(operand=inner):
                return graph.neg(self.node(inner))
            case ast.Mul(factors=factors):
                return self._product([self.node(factor) for factor in factors])
            case ast.Div(numerator=above, denominator=below):
                return quotient(graph, self.node(above), self.node(below))
            case ast.Pow(base=base, exponent=exponent):
                return self._power(base, exponent)
            case ast.Call(function="dot", args=args):
                half = len(args) // 2
                pairs = zip(args[:half], args[half:], strict=True)
                return graph.total_of(graph.mul(self.node(a), self.node(b)) for a, b in pairs)
            case ast.Call(function=name):
                return call(graph, name, [self.node(argument) for argument in with_defaults(tree)])
            case ast.Compare(operands=operands, ops=ops):
                used = [self.node(operand) for operand in operands]
                links = [graph.compare(op, a, b) for op, a, b in zip(ops, used, used[1:], strict=False)]
                return self._joined(graph.both, links)
            case ast.Logic(op="not", operands=(operand,)):
                return graph.opposite(self.node(operand))
            case ast.Logic(op=op, operands=operands):
                return self._joined(graph.both if op == "and" else graph.either, map(self.node, operands))
            case ast.Cases(branches=branches, otherwise=otherwise):
                result = graph.const(math.nan) if otherwise is None else self.node(otherwise)
                for branch in reversed(branches):
                    result = graph.where(self.node(branch.condition), self.node(branch.value), result)
                return result
            case ast.Aggregate(kind=kind, body=body):
                rows = self.node(body)
                match kind:
                    case "mean":
                        return graph.mean(rows)
                    case "sum":
                        return graph.total(rows)
                return graph.over_rows(kind, rows)
        raise TypeError(type(tree).__name__)

    def _joined(self, join: Callable[[Node, Node], Node], parts: Sequence[Node] | map[Node]) -> Node:
        first, *rest = parts
        for part in rest:
            first = join(first, part)
        return first

    def _sum(self, terms: Sequence[ast.Node]) -> Node:
        if len(terms) == 2:
            one_less = self._one_less(self.node(terms[0]), self.node(terms[1]))
            if one_less is not None:
                return one_less
        return self.graph.total_of(map(self.node, terms))

    def _one_less(self, a: Node, b: Node) -> Node | None:
        """1 − u or u − 1 where there is a form of it that keeps its digits near u = 1."""
        graph = self.graph
        for one, other in ((a, b), (b, a)):
            if one.value == 1 and other.op == "neg":
                return one_minus(graph, other.args[0])
            if one.value == -1:
                found = one_minus(graph, other)
                return None if found is None else graph.neg(found)
        return None

    def _product(self, factors: Sequence[Node]) -> Node:
        result = factors[0]
        for factor in factors[1:]:
            result = self.graph.mul(result, factor)
        return result

    def _power(self, base: ast.Node, exponent: ast.Node) -> Node:
        graph = self.graph
        if base == ast.Constant("e", base.span):
            return call(graph, "exp", [self.node(exponent)])
        whole = exact(exponent)
        below = self.node(base)
        if whole is not None and whole.denominator == 1 and abs(whole) <= MOST_MULTIPLIED:
            size = graph.whole_power(below, abs(whole.numerator))
            return size if whole >= 0 else quotient(graph, graph.const(1.0), size)
        if whole == Fraction(1, 2):
            return call(graph, "sqrt", [below])
        return graph.call("power", below, self.node(exponent))


def one_minus(graph: Graph, u: Node) -> Node | None:
    """1 − u in a form that keeps its digits where u is nearly 1, if there is one."""
    if u.op == "call" and u.param == "sigmoid":
        return graph.call("sigmoid", graph.neg(u.args[0]))
    if u.op == "call" and u.param == "exp":
        return graph.neg(graph.call("expm1", u.args[0]))
    if u.op == "whole_power" and u.param == 2:
        inner = u.args[0]
        if inner.op == "call" and inner.param == "tanh" and not inner.rows:
            return graph.whole_power(graph.call("sech", inner.args[0]), 2)
        return graph.call("one_minus_square", inner)
    return None


def quotient(graph: Graph, a: Node, b: Node) -> Node:
    """a/b."""
    return quotient_of(graph, a, b) or graph.div(a, b)


def call(graph: Graph, name: str, args: Sequence[Node]) -> Node:
    """A function of the table, in the form that serves best."""
    first = args[0]
    if all(arg.value is not None for arg in args):
        return graph.call(name, *args)
    match name:
        case "ln" | "log2" | "log10" | "log1p" | "log":
            inner = graph.add(graph.const(1.0), first) if name == "log1p" else first
            if name == "log1p" and first.op == "neg":
                inner = one_minus(graph, first.args[0]) or inner
            found = log_of(graph, inner)
            if found is None:
                return graph.call("ln" if name == "log" and len(args) == 1 else name, *args)
            if name == "log" and len(args) == 2:
                return graph.div(found, call(graph, "ln", args[1:]))
            scale = {"log2": math.log(2.0), "log10": math.log(10.0)}.get(name)
            return found if scale is None else graph.div(found, graph.const(scale))
        case "max" | "min" | "logsumexp":
            result = first
            for other in args[1:]:
                result = graph.call(name, result, other)
            return result
        case "norm":
            return graph.call("abs", first) if len(args) == 1 else graph.call("norm", *args)
    return graph.call(name, *args)
