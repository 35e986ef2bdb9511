"""Derivatives that go wrong at one rule: what a slip would have made of the same function.

A misrule says what a step of the derivation becomes if the slip is made there, given the derivatives of the
parts. It may be made everywhere that it can be, or at one such place only. Any thread; stdlib only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from engine.formula import ast
from engine.formula.algebra import ONE, ZERO, exact, minus, number, over, plus, power, times
from engine.formula.ast import Node
from engine.formula.differentiate import Differentiator, outer_derivatives

# What becomes of a node by the slip; None where it cannot be made there.
Misrule = Callable[["Misstep", Node], Node | None]

TWO: Final = ast.Number("2")
MOST_PLACES: Final = 8


class Misstep(Differentiator):
    """Derivatives by one variable with one rule got wrong.

    Args:
        only: at which of the places where the slip can be made it is; None for all.

    Attributes:
        places: how many of them were met.
    """

    def __init__(self, name: str, misrule: Misrule, only: int | None = None) -> None:
        super().__init__(name)
        self.misrule = misrule
        self.only = only
        self.places = 0

    def _derivative(self, node: Node) -> Node:
        wrong = self.misrule(self, node)
        right = self.by_the_rule(node)
        if wrong is None or wrong == right:
            return right
        self.places += 1
        return wrong if self.only in (None, self.places - 1) else right

    def by_the_rule(self, node: Node) -> Node:
        """The derivative of `node` with its own rule right, whatever happened below it."""
        return super()._derivative(node)


def missteps(tree: Node, name: str, misrule: Misrule) -> Iterator[Node]:
    """The derivatives of `tree` with the slip made wherever it can be, then at each place by itself."""
    everywhere = Misstep(name, misrule)
    wrong = everywhere(tree)
    if everywhere.places:
        yield wrong
    if everywhere.places > 1:
        for place in range(min(everywhere.places, MOST_PLACES)):
            yield Misstep(name, misrule, place)(tree)


def power_kept(d: Misstep, node: Node) -> Node | None:
    """(uⁿ)′ = n uⁿ u′."""
    match node:
        case ast.Pow(base=base, exponent=exponent) if d(exponent) == ZERO and d(base) != ZERO:
            return times(exponent, node, d(base))
    return None


def first_power_kept(d: Misstep, node: Node) -> Node | None:
    """x′ = x."""
    return node if node == ast.Variable(d.name) else None


def exponent_lost(d: Misstep, node: Node) -> Node | None:
    """(uⁿ)′ = uⁿ⁻¹ u′, and (√u)′ = u′/√u."""
    match node:
        case ast.Pow(base=base, exponent=exponent) if d(exponent) == ZERO and d(base) != ZERO:
            value = exact(exponent)
            less = plus(exponent, minus(ONE)) if value is None else number(value - 1)
            return times(power(base, less), d(base))
        case ast.Call(function="sqrt", args=(inner,)) if d(inner) != ZERO:
            return over(d(inner), node)
    return None


def factor_lost(d: Misstep, node: Node) -> Node | None:
    """(c u)′ = u′, and (u/c)′ = u′."""
    match node:
        case ast.Mul(factors=factors):
            rest = [factor for factor in factors if exact(factor) is None]
            if rest and len(rest) < len(factors):
                return d(ast.mul(*rest))
        case ast.Div(numerator=above, denominator=below) if exact(below) is not None:
            return d(above)
    return None


def both_lost(d: Misstep, node: Node) -> Node | None:
    """Neither number is there."""
    return exponent_lost(d, node) or factor_lost(d, node)


def inner_missing(d: Misstep, node: Node) -> Node | None:
    """f(u)′ = f′(u)."""
    match node:
        case ast.Call(args=(inner,)) if d(inner) not in (ZERO, ONE):
            outer = outer_derivatives(node)
            return outer[0] if outer else None
        case ast.Pow(base=base, exponent=exponent) if d(exponent) == ZERO and d(base) not in (ZERO, ONE):
            value = exact(exponent)
            less = plus(exponent, minus(ONE)) if value is None else number(value - 1)
            return times(exponent, power(base, less))
        case ast.Pow(base=base, exponent=exponent) if d(base) == ZERO and d(exponent) not in (ZERO, ONE):
            return node if base == ast.Constant("e") else times(node, ast.Call("ln", (base,)))
        case ast.Div(numerator=above, denominator=below) if d(above) == ZERO and d(below) not in (ZERO, ONE):
            return minus(over(above, power(below, TWO)))
    return None


def derivatives_multiplied(d: Misstep, node: Node) -> Node | None:
    """(u v)′ = u′ v′, and (u/v)′ = u′/v′."""
    match node:
        case ast.Mul(factors=factors):
            slopes = [d(factor) for factor in factors]
            if sum(slope != ZERO for slope in slopes) > 1:
                pairs = zip(factors, slopes, strict=True)
                return times(*(factor if slope == ZERO else slope for factor, slope in pairs))
        case ast.Div(numerator=above, denominator=below) if ZERO not in (d(above), d(below)):
            return over(d(above), d(below))
    return None


def one_factor(position: int) -> Misrule:
    """(u v)′ = u′ v: only the factor of that number is differentiated."""

    def misrule(d: Misstep, node: Node) -> Node | None:
        if not isinstance(node, ast.Mul):
            return None
        moving = [place for place, factor in enumerate(node.factors) if d(factor) != ZERO]
        if len(moving) < 2 or position >= len(moving):
            return None
        at = moving[position]
        return times(*node.factors[:at], d(node.factors[at]), *node.factors[at + 1 :])

    return misrule


def quotient_added(d: Misstep, node: Node) -> Node | None:
    """(u/v)′ = (u′v + uv′)/v²."""
    match node:
        case ast.Div(numerator=above, denominator=below) if ZERO not in (d(above), d(below)):
            return over(plus(times(d(above), below), times(above, d(below))), power(below, TWO))
    return None


def quotient_turned(d: Misstep, node: Node) -> Node | None:
    """(u/v)′ = (uv′ − u′v)/v²."""
    match node:
        case ast.Div(numerator=above, denominator=below) if ZERO not in (d(above), d(below)):
            return over(plus(times(above, d(below)), minus(times(d(above), below))), power(below, TWO))
    return None


def sign_of_a_rule(d: Misstep, node: Node) -> Node | None:
    """(cos u)′ = sin u · u′, (1/u)′ = u′/u², and a minus before a term that is lost."""
    match node:
        case ast.Call(args=(inner,)) if d(inner) != ZERO:
            outer = outer_derivatives(node)
            return times(minus(outer[0]), d(inner)) if outer else None
        case ast.Div(numerator=above, denominator=below) if d(above) == ZERO and d(below) != ZERO:
            return over(times(above, d(below)), power(below, TWO))
        case ast.Pow(base=base, exponent=exponent):
            value = exact(exponent)
            if value is not None and value < 0 and d(base) != ZERO:
                return times(number(-value), power(base, number(value - 1)), d(base))
            if d(base) == ZERO and isinstance(exponent, ast.Neg):
                growth = node if base == ast.Constant("e") else times(node, ast.Call("ln", (base,)))
                return times(growth, d(exponent.operand))
        case ast.Neg(operand=inner) if d(inner) != ZERO:
            return d(inner)
    return None


def sign_of_a_term(d: Misstep, node: Node) -> Node | None:
    """A term with the other sign; as the terms of a sum are no nodes of their own, of products and powers."""
    return minus(d.by_the_rule(node)) if isinstance(node, ast.Mul | ast.Pow | ast.Variable) else None


def others_differentiated(d: Misstep, node: Node) -> Node | None:
    """(x² y³)′ = 2x · 3y²: the factors that are held constant are differentiated as well."""
    if not isinstance(node, ast.Mul) or d.by_the_rule(node) == ZERO:
        return None
    factors = []
    for factor in node.factors:
        slope = _by_its_own(factor) if d(factor) == ZERO else d(factor)
        factors.append(factor if slope is None else slope)
    return times(*factors)


def held_terms_differentiated(d: Misstep, node: Node) -> Node | None:
    """(x² + y²)′ = 2x + 2y: the terms that are held constant are differentiated."""
    if not isinstance(node, ast.Add):
        return None
    slopes = [(_by_its_own(term) or ZERO) if d(term) == ZERO else d(term) for term in node.terms]
    return plus(*slopes)


def nothing_held(d: Misstep, node: Node) -> Node | None:
    """Both of these."""
    return others_differentiated(d, node) or held_terms_differentiated(d, node)


def _by_its_own(node: Node) -> Node | None:
    """The derivative of a part by the one variable in it; None if it has another number of them."""
    names = {part.name for part in ast.walk(node) if isinstance(part, ast.Variable)}
    return Differentiator(names.pop())(node) if len(names) == 1 else None


def constants_kept(d: Misstep, node: Node) -> Node | None:
    """(u + c)′ = u′ + c."""
    if not isinstance(node, ast.Add) or d.by_the_rule(node) == ZERO:
        return None
    return plus(*(term if d(term) == ZERO else d(term) for term in node.terms))


def one_constant_kept(position: int) -> Misrule:
    """The constant term of that number is kept, others are not."""

    def misrule(d: Misstep, node: Node) -> Node | None:
        if not isinstance(node, ast.Add):
            return None
        held = [place for place, term in enumerate(node.terms) if d(term) == ZERO]
        if len(held) < 2 or position >= len(held):
            return None
        return plus(d.by_the_rule(node), node.terms[held[position]])

    return misrule
