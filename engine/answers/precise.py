"""The value of a tree at a point to fifty digits, and how far it may be off: ball arithmetic, in short.

Every operation is bounded: a value beyond the bounds counts as undefined, as a pole does. The exponents of
these numbers have no limit that matters, so e^(−x²) is a number far out too. Any
thread; mpmath only, no sympy.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from msgspec import Struct

from engine.answers.precise_functions import (
    LARGEST_EXPONENT,
    MP,
    NOT_0_AT_0,
    SATURATES,
    Real,
    Undefined,
    called,
)
from engine.formula import ast
from engine.formula.ast import Node
from engine.formula.differentiate import with_defaults
from engine.formula.functions import FUNCTIONS

MOST_BITS: Final = 20_000_000  # of an exponent
EXACT: Final = -(10**12)  # the error of what is exact, in bits
SLACK: Final = 4  # bits by which an error is taken larger than it was computed
TINY: Final = 1e-20  # an argument so near 0 that e^x or cos x no longer tells it from 0


class Ball(Struct, frozen=True):
    """A value, and the exponent of 2 of its largest possible error."""

    value: Real
    error: int = EXACT

    @property
    def noise(self) -> bool:
        """Whether it may be 0, though it does not look so, or be of either sign."""
        return self.error > EXACT and _bits(self.value) <= self.error + SLACK


def _bits(value: Real) -> int:
    """The exponent of 2 of a value's size."""
    return int(MP.mag(value)) if value else EXACT


def _rounded(value: Real, error: int = EXACT) -> Ball:
    """A value just computed. Raises Undefined: it is none."""
    if not isinstance(value, MP.mpf) or not MP.isfinite(value):
        raise Undefined
    bits = _bits(value)
    if value and abs(bits) > MOST_BITS:
        raise Undefined
    return Ball(value, max(error, bits - MP.prec + 1) if value else error)


class Precise:
    """Values of trees at one point.

    Args:
        point: the value of each variable, exact.

    Attributes:
        lost: whether something that would tell two functions apart was too small to be seen: a term of a sum,
            or an argument at which a function such as tanh is all but constant.
    """

    def __init__(self, point: Mapping[str, Fraction]) -> None:
        self.point = {name: _number(value) for name, value in point.items()}
        self.lost = False
        self._known: dict[int, tuple[Node, Ball]] = {}

    def value(self, node: Node) -> Ball:
        """The value of an expanded tree.

        Raises:
            Undefined: it has none here.
        """
        known = self._known.get(id(node))
        if known is None:
            # the node is kept, so that its id stays its own
            known = self._known[id(node)] = (node, self._value(node))
        return known[1]

    def _value(self, node: Node) -> Ball:
        match node:
            case ast.Number(text=text):
                return _number(Fraction(text))
            case ast.Variable(name=name):
                return self.point[name]
            case ast.Constant(name=name):
                return _rounded(+MP.pi if name == "pi" else +MP.e)
            case ast.Add(terms=terms):
                return self._sum([self.value(term) for term in terms])
            case ast.Neg(operand=inner):
                ball = self.value(inner)
                return Ball(-ball.value, ball.error)
            case ast.Mul(factors=factors):
                return _product([self.value(factor) for factor in factors])
            case ast.Div(numerator=above, denominator=below):
                return _quotient(self.value(above), self.value(below))
            case ast.Pow(base=base, exponent=exponent):
                return self._power(base, exponent)
            case ast.Call():
                return self._call(node)
            case ast.Cases(branches=branches, otherwise=otherwise):
                for branch in branches:
                    if self._holds(branch.condition):
                        return self.value(branch.value)
                if otherwise is not None:
                    return self.value(otherwise)
        raise Undefined

    def _sum(self, terms: list[Ball]) -> Ball:
        seen = [_bits(term.value) for term in terms if term.value and not term.noise]
        if seen and max(seen) - min(seen) > MP.prec - SLACK:
            self.lost = True
        error = max(term.error for term in terms) + len(terms).bit_length()
        return _rounded(MP.fsum(term.value for term in terms), error)

    def _power(self, base: Node, exponent: Node) -> Ball:
        if isinstance(base, ast.Constant) and base.name == "e":
            return self._exp(self.value(exponent))
        u, v = self.value(base), self.value(exponent)
        if not u.value:
            if v.value < 0:
                raise Undefined
            return Ball(MP.mpf(0 if v.value else 1), u.error)
        if abs(v.value) <= LARGEST_EXPONENT and MP.isint(v.value):
            return _whole_power(u, int(v.value))
        if u.value < 0 or u.noise:
            raise Undefined
        log = MP.ln(u.value)
        error = max(v.error + _bits(log), _bits(v.value) + u.error - _bits(u.value)) + SLACK
        return self._exp(_rounded(v.value * log, error))

    def _exp(self, x: Ball) -> Ball:
        if abs(x.value) > LARGEST_EXPONENT or x.error > 0:
            raise Undefined
        self._look(x)
        value = MP.exp(x.value)
        return _rounded(value, _bits(value) + max(x.error, _bits(x.value) - MP.prec) + SLACK)

    def _look(self, x: Ball) -> None:
        """Note an argument that is all but 0, of a function that is not 0 there."""
        if x.value and abs(x.value) < TINY and not x.noise:
            self.lost = True

    def _call(self, node: ast.Call) -> Ball:
        name = node.function
        balls = [self.value(argument) for argument in with_defaults(node)]
        args = [ball.value for ball in balls]
        if name == "exp":
            return self._exp(balls[0])
        lo, hi = SATURATES.get(name, (-MP.inf, MP.inf))
        if not lo <= args[0] <= hi:
            self.lost = True
        if name in NOT_0_AT_0:
            self._look(balls[0])
        value = called(name, args)
        errors = [ball.error for ball in balls]
        if max(errors) == EXACT:
            return _rounded(value, EXACT)
        # How far the value moves with its arguments; both ways where it may jump.
        error = EXACT
        for way in (1, -1) if FUNCTIONS[name].kink else (1,):
            moved = [a + way * MP.ldexp(1, e) if e > EXACT else a for a, e in zip(args, errors, strict=True)]
            error = max(error, _bits(called(name, moved) - value) + SLACK)
        return _rounded(value, error)

    def _holds(self, condition: Node) -> bool:
        match condition:
            case ast.Logic(op="not", operands=(inner,)):
                return not self._holds(inner)
            case ast.Logic(op=op, operands=parts):
                return (all if op == "and" else any)(self._holds(part) for part in parts)
            case ast.Compare(operands=operands, ops=ops):
                values = [self.value(part) for part in operands]
                return all(_compared(a, op, b) for a, op, b in zip(values, ops, values[1:], strict=False))
        raise Undefined


def _number(value: Fraction) -> Ball:
    whole = value.denominator & (value.denominator - 1) == 0 and value.numerator.bit_length() <= MP.prec
    number = MP.mpf(value.numerator) / value.denominator
    return Ball(number) if whole else _rounded(number)


def _product(factors: list[Ball]) -> Ball:
    value = MP.mpf(1)
    for factor in factors:
        value *= factor.value
    largest = [max(_bits(factor.value), factor.error) for factor in factors]
    every = sum(largest)
    error = max(f.error + every - size for f, size in zip(factors, largest, strict=True))
    return _rounded(value, max(error, EXACT) + (len(factors).bit_length() if error > EXACT else 0))


def _quotient(above: Ball, below: Ball) -> Ball:
    if not below.value or below.noise:
        raise Undefined
    size = _bits(below.value)
    error = max(above.error - size, _bits(above.value) + below.error - 2 * size) + SLACK
    return _rounded(above.value / below.value, error if max(above.error, below.error) > EXACT else EXACT)


def _whole_power(u: Ball, n: int) -> Ball:
    size = _bits(u.value)
    if abs(size * n) > MOST_BITS or (u.noise and n < 0):
        raise Undefined
    value = u.value**n
    if u.error == EXACT or not n:
        return _rounded(value)
    if u.noise:
        return _rounded(value, n * (u.error + SLACK))
    return _rounded(value, _bits(value) + u.error - size + abs(n).bit_length() + 1)


def _compared(left: Ball, op: ast.Comparison, right: Ball) -> bool:
    a, b = left.value, right.value
    tie = bool(a == b) or _bits(a - b) <= max(left.error, right.error) + SLACK
    match op:
        case "<":
            return bool(a < b) and not tie
        case "<=":
            return bool(a < b) or tie
        case ">":
            return bool(a > b) and not tie
        case ">=":
            return bool(a > b) or tie
        case "=":
            return tie
        case _:
            return not tie


def constant_value(node: Node) -> Real:
    """The value of a tree without variables.

    Raises:
        Undefined: it has none.
    """
    return Precise({}).value(node).value
