"""A normal form of formulas as quotients of polynomials, exact: equal forms are equal functions.

Functions and roots are letters here, each with the normal form of what stands in it. So the form proves much
and refutes nothing: sin²x + cos²x and 1 have different ones. Work is bounded. Any thread; stdlib only.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from engine.formula import ast
from engine.formula.algebra import exact
from engine.formula.ast import Node

MOST_TERMS: Final = 120
MOST_POWER: Final = 12

Letter = tuple[object, ...]  # ("x",) of a variable, else what makes it
Monomial = tuple[tuple[Letter, Fraction], ...]  # letters and their powers, in the order of their text
Polynomial = dict[Monomial, Fraction]

ONE: Final[Polynomial] = {(): Fraction(1)}


class NoForm(Exception):
    """The formula has no normal form here, or too long a one."""


class Quotient:
    """A polynomial over another one."""

    def __init__(self, over: Polynomial, under: Polynomial = ONE) -> None:
        self.over, self.under = over, under

    def key(self) -> Letter:
        """The same for the same letters, powers and numbers; scaled so that the first number below is 1."""
        if not self.over:
            return ()
        scale = self.under[min(self.under, key=repr)]
        parts = (
            tuple(sorted(((m, c / scale) for m, c in part.items()), key=repr))
            for part in (self.over, self.under)
        )
        return tuple(parts)


def same_form(left: Node, right: Node) -> bool:
    """Whether the normal forms of two expanded trees show them to be equal wherever both are defined."""
    try:
        a, b = form(left), form(right)
        return _times(a.over, b.under) == _times(b.over, a.under)
    except (NoForm, RecursionError, ValueError):
        return False


def form(node: Node) -> Quotient:
    """The normal form of an expanded tree.

    Raises:
        NoForm: it has none, or too long a one.
    """
    value = exact(node)
    if value is not None:
        return _constant(value)
    match node:
        case ast.Variable(name=name):
            return _letter((name,))
        case ast.Constant(name=name):
            return _letter(("constant", name))
        case ast.Neg(operand=inner):
            return _product(_constant(Fraction(-1)), form(inner))
        case ast.Add(terms=terms):
            total = Quotient({})
            for term in terms:
                total = _sum(total, form(term))
            return total
        case ast.Mul(factors=factors):
            product = Quotient(ONE)
            for factor in factors:
                product = _product(product, form(factor))
            return product
        case ast.Div(numerator=above, denominator=below):
            return _product(form(above), _inverse(form(below)))
        case ast.Pow(base=base, exponent=exponent):
            return _power(base, exponent)
        case ast.Call():
            return _call(node)
    raise NoForm


def _call(node: ast.Call) -> Quotient:
    match node.function, node.args:
        case "exp", (inner,):
            return _exponential(form(inner))
        case "sqrt", (inner,):
            return _root(form(inner), Fraction(1, 2))
        case "log", (inner,):
            return _letter(("ln", form(inner).key()))
    return _letter((node.function, *(form(argument).key() for argument in node.args)))


def _power(base: Node, exponent: Node) -> Quotient:
    value = exact(exponent)
    if value is None:
        if isinstance(base, ast.Constant) and base.name == "e":
            return _exponential(form(exponent))
        return _letter(("power", form(base).key(), form(exponent).key()))
    inner = form(base)
    if value.denominator != 1:
        return _root(inner, value)
    if abs(value) > MOST_POWER and len(inner.over) + len(inner.under) > 2:
        raise NoForm
    if value < 0:
        inner, value = _inverse(inner), -value
    if len(inner.over) == 1 and len(inner.under) == 1:
        return Quotient(_monomial_power(inner.over, value), _monomial_power(inner.under, value))
    power = Quotient(ONE)
    for _ in range(int(value)):
        power = _product(power, inner)
    return power


def _exponential(exponent: Quotient) -> Quotient:
    """e to a sum is a product: one letter for each term, to the power of its number."""
    if exponent.under != ONE:
        return _letter(("exp", exponent.key()))
    powers: Mapping[Letter, Fraction] = {("exp", term): count for term, count in exponent.over.items()}
    return Quotient({_ordered(powers): Fraction(1)})


def _root(inner: Quotient, power: Fraction) -> Quotient:
    """A power that is no whole number, of one letter for all that stands under it."""
    if len(inner.over) == 1 and inner.under == ONE:
        ((monomial, count),) = inner.over.items()
        if count == 1 and len(monomial) == 1 and monomial[0][1].denominator != 1:
            return Quotient({((monomial[0][0], monomial[0][1] * power),): Fraction(1)})
        if count == 1 and len(monomial) == 1 and monomial[0][1] == 1:
            return Quotient({((monomial[0][0], power),): Fraction(1)})
    return Quotient({((("root", inner.key()), power),): Fraction(1)})


def _constant(value: Fraction) -> Quotient:
    return Quotient({(): value} if value else {})


def _letter(letter: Letter) -> Quotient:
    return Quotient({((letter, Fraction(1)),): Fraction(1)})


def _inverse(quotient: Quotient) -> Quotient:
    if not quotient.over:
        raise NoForm
    if len(quotient.over) == 1:  # below one term, powers are negative, and no fraction is left
        return Quotient(_times(quotient.under, _monomial_power(quotient.over, Fraction(-1))))
    return Quotient(quotient.under, quotient.over)


def _monomial_power(single: Polynomial, power: Fraction) -> Polynomial:
    ((monomial, count),) = single.items()
    if abs(power) * max(len(str(count)), 1) > 10_000:
        raise NoForm
    return {tuple((letter, e * power) for letter, e in monomial): count ** int(power)}


def _sum(a: Quotient, b: Quotient) -> Quotient:
    if a.under == b.under:
        return Quotient(_plus(a.over, b.over), a.under)
    over = _plus(_times(a.over, b.under), _times(b.over, a.under))
    return Quotient(over, _times(a.under, b.under))


def _product(a: Quotient, b: Quotient) -> Quotient:
    return Quotient(_times(a.over, b.over), _times(a.under, b.under))


def _plus(a: Polynomial, b: Polynomial) -> Polynomial:
    total = dict(a)
    for monomial, count in b.items():
        total[monomial] = total.get(monomial, Fraction(0)) + count
    if len(total) > MOST_TERMS:
        raise NoForm
    return {monomial: count for monomial, count in total.items() if count}


def _times(a: Polynomial, b: Polynomial) -> Polynomial:
    if len(a) * len(b) > MOST_TERMS * 10:
        raise NoForm
    total: Polynomial = {}
    for left, count in a.items():
        for right, other in b.items():
            powers: dict[Letter, Fraction] = dict(left)
            for letter, power in right:
                powers[letter] = powers.get(letter, Fraction(0)) + power
            monomial = _ordered(powers)
            total[monomial] = total.get(monomial, Fraction(0)) + count * other
    if len(total) > MOST_TERMS:
        raise NoForm
    return {monomial: count for monomial, count in total.items() if count}


def _ordered(powers: Mapping[Letter, Fraction]) -> Monomial:
    return tuple(sorted(((letter, power) for letter, power in powers.items() if power), key=repr))
