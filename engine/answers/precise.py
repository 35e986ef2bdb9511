"""The value of a tree at a point to many digits, and whether something small was lost on the way.

Every operation is bounded: a value beyond the bounds counts as undefined, as a pole does. The exponents of
these numbers have no limit that matters, so e^(−x²) is a number far out too. Any
thread; mpmath only, no sympy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Final

import mpmath

from engine.formula import ast
from engine.formula.ast import Node
from engine.formula.differentiate import with_defaults

Real = Any  # an mpf of one context
DIGITS: Final = 50
COARSE_DIGITS: Final = 30
FINEST_DIGITS: Final = 200
MOST_BITS: Final = 20_000_000  # of an exponent
MOST_POWER: Final = 1_000_000
GUARD_BITS: Final = 24
# A tie of two sides of a condition, relative; they are computed to more digits than that.
TIE: Final = 1e-25


class Undefined(Exception):
    """The function has no value there, or one beyond the bounds."""


def _context(digits: int) -> Any:
    context = mpmath.MPContext()
    context.dps = digits
    return context


CONTEXTS: Final = {digits: _context(digits) for digits in (COARSE_DIGITS, DIGITS, FINEST_DIGITS)}


class Precise:
    """Values of trees at one point.

    Args:
        point: the value of each variable, exact. digits: one of CONTEXTS.

    Attributes:
        absorbed: whether a sum lost a term that was too small to be seen in it.
        saturated: whether a function such as tanh was so far out that it no longer tells its argument.
    """

    def __init__(self, point: Mapping[str, Fraction], digits: int = DIGITS) -> None:
        self.mp = CONTEXTS[digits]
        self.point = {name: self._number(value) for name, value in point.items()}
        self.absorbed = self.saturated = False
        self._known: dict[int, tuple[Node, Real]] = {}

    def value(self, node: Node) -> Real:
        """The value of an expanded tree.

        Raises:
            Undefined: it has none here.
        """
        known = self._known.get(id(node))
        if known is None:
            # the node is kept, so that its id stays its own
            known = self._known[id(node)] = (node, self._checked(self._value(node)))
        return known[1]

    def _number(self, value: Fraction) -> Real:
        return self.mp.mpf(value.numerator) / value.denominator

    def _checked(self, value: Real) -> Real:
        if not isinstance(value, self.mp.mpf) or not self.mp.isfinite(value):
            raise Undefined
        if value and abs(self.mp.mag(value)) > MOST_BITS:
            raise Undefined
        return value

    def _value(self, node: Node) -> Real:
        match node:
            case ast.Number(text=text):
                return self._number(Fraction(text))
            case ast.Variable(name=name):
                return self.point[name]
            case ast.Constant(name=name):
                return +self.mp.pi if name == "pi" else +self.mp.e
            case ast.Add(terms=terms):
                return self._sum([self.value(term) for term in terms])
            case ast.Neg(operand=inner):
                return -self.value(inner)
            case ast.Mul(factors=factors):
                return self._product(factors)
            case ast.Div(numerator=above, denominator=below):
                under = self.value(below)
                if not under:
                    raise Undefined
                return self.value(above) / under
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

    def _sum(self, terms: list[Real]) -> Real:
        sizes = [self.mp.mag(term) for term in terms if term]
        if sizes and max(sizes) - min(sizes) > self.mp.prec - GUARD_BITS:
            self.absorbed = True
        return self.mp.fsum(terms)

    def _product(self, factors: tuple[Node, ...]) -> Real:
        product = self.mp.mpf(1)
        for factor in factors:
            product *= self.value(factor)
        return product

    def _power(self, base: Node, exponent: Node) -> Real:
        if base == ast.Constant("e"):
            return self.exp(self.value(exponent))
        u, v = self.value(base), self.value(exponent)
        whole = int(v) if abs(v) <= MOST_POWER and self.mp.isint(v) else None
        if not u:
            if v < 0:
                raise Undefined
            return self.mp.mpf(0 if v else 1)
        if whole is not None:
            if abs(self.mp.mag(u) * whole) > MOST_BITS:
                raise Undefined
            return u**whole
        if u < 0:
            raise Undefined
        return self.exp(v * self.mp.ln(u))

    def exp(self, x: Real) -> Real:
        """eˣ. Raises Undefined beyond the bounds."""
        if abs(x) > MOST_POWER:
            raise Undefined
        return self.mp.exp(x)

    def _call(self, node: ast.Call) -> Real:
        args = [self.value(argument) for argument in with_defaults(node)]
        lo, hi = _SATURATES.get(node.function, (-mpmath.inf, mpmath.inf))
        if not lo <= args[0] <= hi:
            self.saturated = True
        limit = _LARGEST.get(node.function)
        if limit is not None and any(abs(argument) > limit for argument in args):
            raise Undefined
        try:
            return _FUNCTIONS[node.function](self, *args)
        except (ValueError, ZeroDivisionError, OverflowError, mpmath.libmp.NoConvergence) as error:
            raise Undefined from error

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


def _compared(a: Real, op: ast.Comparison, b: Real) -> bool:
    tie = bool(abs(a - b) <= TIE * max(abs(a), abs(b)))
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


def _needs(holds: Any) -> None:
    if not holds:
        raise Undefined


def _where(test: Callable[[Real], Any], function: Callable[[Precise, Real], Real]) -> Callable[..., Real]:
    """`function`, undefined where the test of its argument fails."""

    def bounded(p: Precise, x: Real) -> Real:
        _needs(test(x))
        return function(p, x)

    return bounded


def _root(p: Precise, x: Real, n: Real) -> Real:
    _needs(n and (x > 0 or (not x and n > 0) or (x < 0 and n % 2 == 1)))
    return p.mp.sign(x) * p.exp(p.mp.ln(abs(x)) / n) if x else x


def _log(p: Precise, x: Real, base: Real | None = None) -> Real:
    _needs(x > 0 and (base is None or (base > 0 and base != 1)))
    return p.mp.ln(x) if base is None else p.mp.ln(x) / p.mp.ln(base)


def _gamma(p: Precise, *values: Real) -> list[Real]:
    """Γ of each; undefined at its poles."""
    _needs(all(x > 0 or not p.mp.isint(x) for x in values))
    return [p.mp.gamma(x) for x in values]


def _binom(p: Precise, n: Real, k: Real) -> Real:
    whole, chosen, left = _gamma(p, n + 1, k + 1, n - k + 1)
    return whole / (chosen * left)


def _beta(p: Precise, x: Real, y: Real) -> Real:
    first, second, both = _gamma(p, x, y, x + y)
    return first * second / both


def _polygamma(p: Precise, n: Real, x: Real) -> Real:
    _needs(p.mp.isint(n) and 0 <= n <= 20 and (x > 0 or not p.mp.isint(x)))
    return p.mp.psi(int(n), x)


def _atan2(p: Precise, y: Real, x: Real) -> Real:
    _needs(x or y)
    return p.mp.atan2(y, x)


def _mod(p: Precise, x: Real, y: Real) -> Real:
    _needs(y)
    return x - y * p.mp.floor(x / y)


def _sigmoid(p: Precise, x: Real) -> Real:
    return 1 / (1 + p.exp(-x))


def _softplus(p: Precise, x: Real) -> Real:
    return p.mp.log1p(p.exp(-abs(x))) + max(x, 0 * x)


def _logsumexp(p: Precise, *values: Real) -> Real:
    most = max(values)
    return most + p.mp.ln(sum(p.exp(x - most) for x in values))


def _dot(p: Precise, *values: Real) -> Real:
    half = len(values) // 2
    return p.mp.fsum(a * b for a, b in zip(values[:half], values[half:], strict=True))


def _huber(p: Precise, x: Real, d: Real) -> Real:
    return x * x / 2 if abs(x) <= d else d * (abs(x) - d / 2)


_FUNCTIONS: Final[Mapping[str, Callable[..., Real]]] = {
    "sqrt": _where(lambda x: x >= 0, lambda p, x: p.mp.sqrt(x)),
    "cbrt": lambda p, x: p.mp.sign(x) * p.mp.cbrt(abs(x)),
    "root": _root,
    "exp": lambda p, x: p.exp(x),
    "log": _log,
    "ln": _log,
    "log2": lambda p, x: _log(p, x, p.mp.mpf(2)),
    "log10": lambda p, x: _log(p, x, p.mp.mpf(10)),
    "log1p": _where(lambda x: x > -1, lambda p, x: p.mp.log1p(x)),
    "expm1": lambda p, x: p.mp.expm1(x),
    "factorial": lambda p, x: _gamma(p, x + 1)[0],
    "binom": _binom,
    "sin": lambda p, x: p.mp.sin(x),
    "cos": lambda p, x: p.mp.cos(x),
    "tan": lambda p, x: p.mp.tan(x),
    "cot": _where(bool, lambda p, x: p.mp.cot(x)),
    "sec": lambda p, x: p.mp.sec(x),
    "csc": _where(bool, lambda p, x: p.mp.csc(x)),
    "arcsin": _where(lambda x: abs(x) <= 1, lambda p, x: p.mp.asin(x)),
    "arccos": _where(lambda x: abs(x) <= 1, lambda p, x: p.mp.acos(x)),
    "arctan": lambda p, x: p.mp.atan(x),
    "arccot": lambda p, x: p.mp.atan(1 / x) if x else p.mp.pi / 2,
    "arcsec": _where(lambda x: abs(x) >= 1, lambda p, x: p.mp.acos(1 / x)),
    "arccsc": _where(lambda x: abs(x) >= 1, lambda p, x: p.mp.asin(1 / x)),
    "atan2": _atan2,
    "sinc": lambda p, x: p.mp.sin(x) / x if x else p.mp.mpf(1),
    "sinh": lambda p, x: p.mp.sinh(x),
    "cosh": lambda p, x: p.mp.cosh(x),
    "tanh": lambda p, x: p.mp.tanh(x),
    "coth": _where(bool, lambda p, x: p.mp.coth(x)),
    "sech": lambda p, x: p.mp.sech(x),
    "csch": _where(bool, lambda p, x: p.mp.csch(x)),
    "arsinh": lambda p, x: p.mp.asinh(x),
    "arcosh": _where(lambda x: x >= 1, lambda p, x: p.mp.acosh(x)),
    "artanh": _where(lambda x: abs(x) < 1, lambda p, x: p.mp.atanh(x)),
    "arcoth": _where(lambda x: abs(x) > 1, lambda p, x: p.mp.atanh(1 / x)),
    "abs": lambda p, x: abs(x),
    "sign": lambda p, x: p.mp.sign(x),
    "step": lambda p, x: p.mp.mpf(1 if x > 0 else 0),
    "floor": lambda p, x: p.mp.floor(x),
    "ceil": lambda p, x: p.mp.ceil(x),
    "round": lambda p, x: p.mp.nint(x),
    "frac": lambda p, x: x - p.mp.floor(x),
    "mod": _mod,
    "max": lambda p, *values: max(values),
    "min": lambda p, *values: min(values),
    "clip": lambda p, x, a, b: min(max(x, a), b),
    "relu": lambda p, x: max(x, 0 * x),
    "leakyrelu": lambda p, x, a: x if x > 0 else a * x,
    "elu": lambda p, x, a: x if x > 0 else a * p.mp.expm1(x),
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "softsign": lambda p, x: x / (1 + abs(x)),
    "gelu": lambda p, x: x * p.mp.ncdf(x),
    "silu": lambda p, x: x * _sigmoid(p, x),
    "mish": lambda p, x: x * p.mp.tanh(_softplus(p, x)),
    "logit": _where(lambda x: 0 < x < 1, lambda p, x: p.mp.ln(x / (1 - x))),
    "logsumexp": _logsumexp,
    "huber": _huber,
    "erf": lambda p, x: p.mp.erf(x),
    "erfc": lambda p, x: p.mp.erfc(x),
    "normcdf": lambda p, x: p.mp.ncdf(x),
    "normpdf": lambda p, x: p.exp(-x * x / 2) / p.mp.sqrt(2 * p.mp.pi),
    "gamma": lambda p, x: _gamma(p, x)[0],
    "loggamma": lambda p, x: p.mp.ln(abs(_gamma(p, x)[0])),
    "digamma": lambda p, x: _polygamma(p, p.mp.mpf(0), x),
    "polygamma": _polygamma,
    "beta": _beta,
    "norm": lambda p, *values: p.mp.sqrt(p.mp.fsum(x * x for x in values)),
    "dot": _dot,
}

# Beyond these arguments a function is so near its limit that 50 digits do not tell it from that.
_SATURATES: Final[Mapping[str, tuple[float, float]]] = {
    "tanh": (-40, 40),
    "coth": (-40, 40),
    "sigmoid": (-mpmath.inf, 100),
    "softplus": (-mpmath.inf, 100),
    "silu": (-mpmath.inf, 100),
    "mish": (-mpmath.inf, 50),
    "elu": (-100, mpmath.inf),
    "erf": (-10, 10),
    "erfc": (-10, mpmath.inf),
    "normcdf": (-mpmath.inf, 14),
    "gelu": (-mpmath.inf, 14),
}

# The largest arguments that are computed: beyond them, work would grow without bound.
_LARGEST: Final[Mapping[str, float]] = {
    **dict.fromkeys(("exp", "expm1", "sinh", "cosh", "tanh", "coth", "sech", "csch", "elu"), 1e6),
    **dict.fromkeys(("sin", "cos", "tan", "cot", "sec", "csc", "sinc"), 1e30),
    **dict.fromkeys(("factorial", "binom", "gamma", "loggamma", "digamma", "polygamma", "beta"), 1e4),
    **dict.fromkeys(("erf", "erfc", "normcdf", "gelu", "normpdf"), 1e3),
}


def constant_value(node: Node) -> Real:
    """The value of a tree without variables.

    Raises:
        Undefined: it has none.
    """
    return Precise({}).value(node)
