"""Partial derivatives of a tree by the rules of the school book.

A function's own derivatives stand in the table of functions, in the formula language. At a kink the
derivative is the one given by sign(0) = 0 and step(0) = 0. Any thread; stdlib and msgspec only.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from fractions import Fraction
from typing import Final

import msgspec

from engine.formula import ast
from engine.formula.algebra import ONE, ZERO, exact, minus, number, over, plus, power, times
from engine.formula.ast import Node
from engine.formula.functions import FUNCTIONS
from engine.formula.parser import parse

ARGUMENTS: Final = ("x", "y", "z")


@functools.cache
def rule(function: str, argument: int) -> Node:
    """The derivative of a function of the table by one of its arguments, which are named x, y, z."""
    return ast.without_spans(parse(FUNCTIONS[function].derivatives[argument]).ast)


@functools.cache
def kink_of(function: str) -> Node | None:
    """Where a function of the table has a kink, as a condition on x, y, z; None if nowhere."""
    kink = FUNCTIONS[function].kink
    if not kink:
        return None
    cases = ast.without_spans(parse(f"piecewise({kink}: 1, 0)").ast)
    assert isinstance(cases, ast.Cases)
    return cases.branches[0].condition


def substitute(node: Node, values: Mapping[str, Node]) -> Node:
    """`node` with variables replaced by trees."""
    if isinstance(node, ast.Variable):
        return values.get(node.name, node)
    return ast.rebuild(node, lambda child: substitute(child, values))


def with_defaults(call: ast.Call) -> tuple[Node, ...]:
    """The arguments of a call, with those that may be left out."""
    spec = FUNCTIONS[call.function]
    missing = spec.defaults[len(call.args) - spec.arity[0] :] if spec.defaults else ()
    return (*call.args, *(ast.Number(text) for text in missing))


def outer_derivatives(call: ast.Call) -> tuple[Node, ...]:
    """The derivatives of a call by each of its arguments; empty for functions of any number of them."""
    name = "ln" if call.function == "log" and len(call.args) == 1 else call.function
    args = with_defaults(call)
    values = dict(zip(ARGUMENTS, args, strict=False))
    count = len(FUNCTIONS[name].derivatives)
    return tuple(substitute(rule(name, k), values) for k in range(min(len(args), count)))


class Differentiator:
    """Derivatives by one variable, for people. Equal subtrees of one object are differentiated once."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._known: dict[int, tuple[Node, Node]] = {}

    def __call__(self, node: Node) -> Node:
        """The derivative of a tree whose series are sums of the same variables, or written out."""
        known = self._known.get(id(node))
        if known is None:
            # the node is kept, so that its id stays its own
            known = self._known[id(node)] = (node, self._derivative(node))
        return known[1]

    def _derivative(self, node: Node) -> Node:
        match node:
            case ast.Variable(name=name):
                return ONE if name == self.name else ZERO
            case ast.Add(terms=terms):
                return plus(*map(self, terms))
            case ast.Neg(operand=inner):
                return minus(self(inner))
            case ast.Mul(factors=factors):
                return self._product(factors)
            case ast.Div(numerator=above, denominator=below):
                return self._quotient(above, below)
            case ast.Pow(base=base, exponent=exponent):
                return self._power(node, base, exponent)
            case ast.Call():
                return self._call(node)
            case ast.Cases(branches=branches, otherwise=otherwise):
                return self._cases(branches, otherwise)
            case ast.Series(kind="sum", body=body):
                slope = self(body)
                return ZERO if slope == ZERO else msgspec.structs.replace(node, body=slope)
            case ast.Aggregate(body=body):
                slope = self(body)
                return ZERO if slope == ZERO else _over_rows(node, slope)
            case _:
                return ZERO

    def _product(self, factors: tuple[Node, ...]) -> Node:
        terms: list[Node] = []
        for position, factor in enumerate(factors):
            slope = self(factor)
            if slope != ZERO:
                terms.append(times(*factors[:position], slope, *factors[position + 1 :]))
        return plus(*terms)

    def _quotient(self, above: Node, below: Node) -> Node:
        up, down = self(above), self(below)
        if down == ZERO:
            return over(up, below)
        if up == ZERO:
            return minus(over(times(above, down), power(below, ast.Number("2"))))
        return over(plus(times(up, below), minus(times(above, down))), power(below, ast.Number("2")))

    def _power(self, node: Node, base: Node, exponent: Node) -> Node:
        inner, outer = self(base), self(exponent)
        if outer == ZERO:
            if inner == ZERO:
                return ZERO
            return times(exponent, power(base, _less_one(exponent)), inner)
        if inner != ZERO and outer != ZERO and base != ast.Constant("e"):
            by_base = times(exponent, over(inner, base))
            return times(node, plus(times(outer, ast.Call("ln", (base,))), by_base))
        growth = node if base == ast.Constant("e") else times(node, ast.Call("ln", (base,)))
        by_exponent = times(growth, outer)
        if inner == ZERO:
            return by_exponent
        return plus(times(exponent, power(base, _less_one(exponent)), inner), by_exponent)

    def _call(self, node: ast.Call) -> Node:
        if all(self(argument) == ZERO for argument in node.args):
            return ZERO
        match node.function:
            case "max" | "min":
                return self._extreme(node)
            case "norm":
                if len(node.args) == 1:
                    return times(ast.Call("sign", node.args), self(node.args[0]))
                return over(plus(*(times(a, self(a)) for a in node.args)), node)
            case "dot":
                half = len(node.args) // 2
                pairs = zip(node.args[:half], node.args[half:], strict=True)
                return plus(*(self._product((a, b)) for a, b in pairs))
            case "logsumexp":
                shares = (ast.Pow(ast.Constant("e"), ast.Add((a, ast.Neg(node)))) for a in node.args)
                return plus(*(times(share, self(a)) for share, a in zip(shares, node.args, strict=True)))
        terms: list[Node] = []
        for argument, outer in zip(with_defaults(node), outer_derivatives(node), strict=True):
            slope = self(argument)
            if slope != ZERO:
                terms.append(times(outer, slope))
        return plus(*terms)

    def _extreme(self, node: ast.Call) -> Node:
        """max and min: where two are equal, the slope of the first counts."""
        slopes = [self(argument) for argument in node.args]
        if all(slope == slopes[0] for slope in slopes):
            return slopes[0]
        sign: ast.Comparison = ">=" if node.function == "max" else "<="
        branches: list[ast.Branch] = []
        for position, argument in enumerate(node.args[:-1]):
            wins = tuple(_wins(argument, other, sign) for k, other in enumerate(node.args) if k != position)
            condition: Node = wins[0] if len(wins) == 1 else ast.Logic("and", wins)
            branches.append(ast.Branch(slopes[position], condition))
        return ast.Cases(tuple(branches), slopes[-1])

    def _cases(self, branches: tuple[ast.Branch, ...], otherwise: Node | None) -> Node:
        slopes = tuple(ast.Branch(self(branch.value), branch.condition) for branch in branches)
        last = None if otherwise is None else self(otherwise)
        if last is not None and all(branch.value == last for branch in slopes):
            return last
        return ast.Cases(slopes, last)


def _wins(argument: Node, other: Node, sign: ast.Comparison) -> Node:
    """That `argument` is ≥ or ≤ `other`, a number on the right: 1 − x ≤ 0."""
    if exact(argument) is None or exact(other) is not None:
        return ast.Compare((argument, other), (sign,))
    mirrored: ast.Comparison = "<=" if sign == ">=" else ">="
    return ast.Compare((other, argument), (mirrored,))


def _less_one(exponent: Node) -> Node:
    value = exact(exponent)
    return plus(exponent, ast.Neg(ONE)) if value is None else number(value - Fraction(1))


def derivative(node: Node, name: str) -> Node:
    """∂node/∂name of an expanded tree."""
    return Differentiator(name)(node)


def _over_rows(whole: ast.Aggregate, slope: Node) -> Node:
    """The derivative of an Aggregate of a body whose own is `slope`."""
    kind, body = whole.kind, whole.body
    if kind == "mean" or kind == "sum":
        return ast.Aggregate(kind, slope)
    if kind == "logsumexp":
        share = ast.Pow(ast.Constant("e"), plus(body, minus(whole)))
        return ast.Aggregate("sum", times(share, slope))
    # The rows that make it: those at the extreme, or nearest to the median, which share it.
    far = body if kind != "median" else ast.Call("abs", (plus(body, minus(whole)),))
    best = whole if kind != "median" else ast.Aggregate("min", far)
    made = ast.Compare((far, best), ("=",))

    def over_those(value: Node) -> Node:
        return ast.Aggregate("sum", ast.Cases((ast.Branch(value, made),), ZERO))

    return over(over_those(slope), over_those(ONE))
