"""Sums, products and powers built with the obvious cleared away: 0 + a, 1·a, 2·3a, −(−a).

Numbers stay exact: 0.1·2 is 0.2. Nothing is expanded or factored. Any thread; stdlib and msgspec only.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Final

from engine.formula import ast
from engine.formula.ast import Node

ZERO: Final[Node] = ast.Number("0")
ONE: Final[Node] = ast.Number("1")
_LONGEST: Final = 16


def exact(node: Node) -> Fraction | None:
    """The number that `node` is (3, −0.5, 2/3); None if it is anything else."""
    match node:
        case ast.Number(text=text):
            return Fraction(text)
        case ast.Neg(operand=inner):
            value = exact(inner)
            return None if value is None else -value
        case ast.Div(numerator=ast.Number(text=over), denominator=ast.Number(text=under)) if Fraction(under):
            return Fraction(over) / Fraction(under)
        case _:
            return None


def number(value: Fraction) -> Node:
    """`value` as a node: a short exact decimal if it has one, else a fraction."""
    if value < 0:
        return ast.Neg(number(-value))
    if value.denominator == 1:
        return ast.Number(whole_text(value.numerator))
    text = decimal_text(value)
    if text is not None:
        return ast.Number(text)
    return ast.Div(ast.Number(whole_text(value.numerator)), ast.Number(whole_text(value.denominator)))


def whole_text(value: int) -> str:
    """A whole number ≥ 0 as it is read: 1200000000 as 12e8, one beyond 40 digits rounded to 17."""
    text = str(value)
    stripped = text.rstrip("0")
    if len(text) - len(stripped) > 6:
        if len(stripped) <= _LONGEST + 1:
            return f"{stripped}e{len(text) - len(stripped)}"
    elif len(text) <= 40:
        return text
    return f"{text[0]}.{text[1:17]}e{len(text) - 1}"


def decimal_text(value: Fraction) -> str | None:
    """The exact decimal of a fraction ≥ 0, if it is short."""
    twos = fives = 0
    rest = value.denominator
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    places = max(twos, fives)
    if rest != 1 or places > 300:
        return None
    digits = str(value.numerator * 10**places // value.denominator)
    if len(digits) > _LONGEST:
        return None
    if places > _LONGEST:
        return f"{digits}e-{places}"
    digits = digits.rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def plus(*terms: Node) -> Node:
    """The sum, zeros dropped and numbers added up: last, or first where a bracket began with one."""
    kept: list[Node] = []
    constant = Fraction(0)
    for term in terms:
        for part in term.terms if isinstance(term, ast.Add) else (term,):
            value = exact(part)
            if value is None:
                kept.append(part)
            else:
                constant += value
    first = terms[0].terms[0] if terms and isinstance(terms[0], ast.Add) else None
    if constant or not kept:
        kept.insert(0 if first is not None and exact(first) is not None else len(kept), number(constant))
    return kept[0] if len(kept) == 1 else ast.Add(tuple(kept))


def collected(terms: Sequence[Node]) -> list[Node]:
    """Terms with like ones taken together, where the first of them stands: 1 − x − y − x is 1 − 2x − y."""
    sums: dict[Node, Fraction] = {}
    for term in terms:
        coefficient, rest = _coefficient(term)
        sums[rest] = sums.get(rest, Fraction(0)) + coefficient
    if len(sums) == len(terms):
        return list(terms)
    found: list[Node] = []
    for rest, count in sums.items():
        if count and isinstance(rest, ast.Div):
            found.append(over(times(number(count), rest.numerator), rest.denominator))
        elif count:
            found.append(times(number(count), rest))
    return found or [ZERO]


def _coefficient(term: Node) -> tuple[Fraction, Node]:
    """A term as a number and the rest: −3x y is −3 and x y."""
    value = exact(term)
    if value is not None:
        return value, ONE
    if isinstance(term, ast.Neg):
        coefficient, rest = _coefficient(term.operand)
        return -coefficient, rest
    if isinstance(term, ast.Div):
        coefficient, above = _coefficient(term.numerator)
        return coefficient, ast.Div(above, term.denominator)
    if isinstance(term, ast.Mul):
        value = exact(term.factors[0])
        if value is not None:
            return value, ast.mul(*term.factors[1:])
    return Fraction(1), term


def minus(node: Node) -> Node:
    """−node, with −(−a) = a and −0 = 0."""
    if isinstance(node, ast.Neg):
        return node.operand
    return node if node == ZERO else ast.Neg(node)


def times(*factors: Node) -> Node:
    """The product: 0 if a factor is 0, signs in front, numbers multiplied (first)."""
    kept: list[Node] = []
    coefficient = Fraction(1)
    stack = list(reversed(factors))
    while stack:
        factor = stack.pop()
        value = exact(factor)
        if value is not None:
            coefficient *= value
        elif isinstance(factor, ast.Neg):
            coefficient = -coefficient
            stack.append(factor.operand)
        elif isinstance(factor, ast.Mul):
            stack.extend(reversed(factor.factors))
        else:
            kept.append(factor)
    if not coefficient:
        return ZERO
    negative = coefficient < 0
    size = abs(coefficient)
    if not kept:
        return number(coefficient)
    if size != 1:
        kept.insert(0, number(size))
    product = kept[0] if len(kept) == 1 else ast.Mul(tuple(kept))
    return ast.Neg(product) if negative else product


def over(numerator: Node, denominator: Node) -> Node:
    """The quotient, with signs in front; numbers divided."""
    a, b = exact(numerator), exact(denominator)
    if a == 0 and b != 0:
        return ZERO
    if b == 1:
        return numerator
    if a is not None and b:
        return number(a / b)
    if isinstance(numerator, ast.Neg):
        return minus(over(numerator.operand, denominator))
    if isinstance(denominator, ast.Neg):
        return minus(over(numerator, denominator.operand))
    return ast.Div(numerator, denominator)


def power(base: Node, exponent: Node) -> Node:
    """The power, with a¹ = a and a⁰ = 1."""
    value = exact(exponent)
    if value == 1:
        return base
    if value == 0:
        return ONE
    return ast.Pow(base, exponent)


def in_order(node: Node, unsettled: Callable[[Node], bool]) -> Node:
    """The factors of products as they are written: numbers, letters and their powers, brackets, functions.

    Only sums, products, signs and fractions are gone into; equals keep their order.

    Args:
        unsettled: of which leaves a product keeps its order.
    """

    def ordered(part: Node) -> Node:
        return in_order(part, unsettled)

    match node:
        case ast.Mul(factors=factors) if not any(map(unsettled, ast.walk(node))):
            return ast.Mul(tuple(sorted(map(ordered, factors), key=_rank)), node.span)
        case ast.Add() | ast.Mul() | ast.Neg() | ast.Div():
            return ast.rebuild(node, ordered)
        case _:
            return node


def _rank(factor: Node) -> int:
    match factor:
        case ast.Number():
            return 0
        case ast.Variable() | ast.Column() | ast.Index() | ast.Indexed() | ast.Constant():
            return 1
        case ast.Pow(base=ast.Constant()) | ast.Call() | ast.Pow(base=ast.Call()):
            return 3
        case ast.Pow(base=base):
            return _rank(base)
        case _:
            return 0 if exact(factor) is not None else 2
