"""The functions of the table as sympy knows them: its own where they suit, ours with their derivatives else.

Ours stay as they are (no rewriting into Piecewise or Heaviside), so that derivatives read as a teacher writes
them: (σ(x))' = σ(x)(1 − σ(x)). At a kink the derivative is the one given by sign(0) = 0 and step(0) = 0.
Runs in the child process only.
"""

# ruff: noqa: N801 -- sympy names its functions in small letters

from __future__ import annotations

from typing import Any, Final

import sympy
from sympy import Expr, Function, Integer, Rational

ONE: Final = Integer(1)
HUNDREDTH: Final = Rational(1, 100)


class Piece(Function):  # type: ignore[misc]
    """Piece(v₁, c₁, v₂, c₂, …, otherwise): opaque branches; differentiates branch by branch."""

    @classmethod
    def eval(cls, *args: Expr) -> Expr | None:
        values = [*args[:-1:2], args[-1]]
        if all(value == values[0] for value in values):
            return values[0]
        return None

    def _eval_derivative(self, symbol: Expr) -> Expr:
        args = self.args
        changed = [a if k % 2 and k < len(args) - 1 else a.diff(symbol) for k, a in enumerate(args)]
        return Piece(*changed)


class Undefined(Function):  # type: ignore[misc]
    """No value: what an unfinished piecewise function has outside its branches."""

    nargs = 0

    def _eval_derivative(self, symbol: Expr) -> Expr:
        return self


class _Condition(Function):  # type: ignore[misc]
    def _eval_derivative(self, symbol: Expr) -> Expr:
        return Integer(0)


class Less(_Condition):
    pass


class LessEqual(_Condition):
    pass


class Equal(_Condition):
    pass


class Unequal(_Condition):
    pass


class AllOf(_Condition):
    pass


class AnyOf(_Condition):
    pass


class Not(_Condition):
    pass


class mean(Function):  # type: ignore[misc]
    """The mean over the rows of the data."""

    def _eval_derivative(self, symbol: Expr) -> Expr:
        inner = self.args[0].diff(symbol)
        return Integer(0) if inner == 0 else type(self)(inner)


class rows_sum(mean):
    """The sum over the rows of the data."""


class _Flat(Function):  # type: ignore[misc]
    """A function that is constant in pieces: its derivative is 0 wherever it has one."""

    def _eval_derivative(self, symbol: Expr) -> Expr:
        return Integer(0)


class sign(_Flat):
    pass


class step(_Flat):
    pass


class floor(_Flat):
    pass


class ceil(_Flat):
    pass


class round_(_Flat):
    pass


class absolute(Function):  # type: ignore[misc]
    def fdiff(self, argindex: int = 1) -> Expr:
        return sign(self.args[0])


class frac(Function):  # type: ignore[misc]
    def fdiff(self, argindex: int = 1) -> Expr:
        return Integer(1)


class mod(Function):  # type: ignore[misc]
    def fdiff(self, argindex: int = 1) -> Expr:
        x, y = self.args
        return Integer(1) if argindex == 1 else -floor(x / y)


class _Extreme(Function):  # type: ignore[misc]
    """max and min; where two are equal, the derivative of the first counts."""

    def _eval_derivative(self, symbol: Expr) -> Expr:
        args = self.args
        slopes = [a.diff(symbol) for a in args]
        if all(slope == slopes[0] for slope in slopes):
            return slopes[0]
        pieces: list[Expr] = []
        for k, (argument, slope) in enumerate(zip(args[:-1], slopes[:-1], strict=True)):
            conditions = [self.beats(argument, other) for other in args[k + 1 :]]
            if k:
                conditions = [self.beats(argument, other) for j, other in enumerate(args) if j > k]
            pieces += [slope, conditions[0] if len(conditions) == 1 else AllOf(*conditions)]
        # a branch is reached only when the earlier ones lost to some later one, so compare with all
        if len(args) > 2:
            pieces = []
            for k, (argument, slope) in enumerate(zip(args[:-1], slopes[:-1], strict=True)):
                conditions = [self.beats(argument, other) for j, other in enumerate(args) if j != k]
                pieces += [slope, AllOf(*conditions)]
        return Piece(*pieces, slopes[-1])

    def beats(self, one: Expr, other: Expr) -> Expr:
        raise TypeError(type(self).__name__)


class maximum(_Extreme):
    def beats(self, one: Expr, other: Expr) -> Expr:
        return LessEqual(other, one)


class minimum(_Extreme):
    def beats(self, one: Expr, other: Expr) -> Expr:
        return LessEqual(one, other)


class root(Function):  # type: ignore[misc]
    """The real n-th root: of a negative x too when n is odd."""

    def fdiff(self, argindex: int = 1) -> Expr:
        x, n = self.args
        if argindex == 1:
            return root(x, n) / (n * x)
        return -root(x, n) * sympy.log(x) / n**2


class cbrt(Function):  # type: ignore[misc]
    def fdiff(self, argindex: int = 1) -> Expr:
        return 1 / (3 * cbrt(self.args[0]) ** 2)


class log2(Function):  # type: ignore[misc]
    def fdiff(self, argindex: int = 1) -> Expr:
        return 1 / (self.args[0] * sympy.log(2))


class log10(Function):  # type: ignore[misc]
    def fdiff(self, argindex: int = 1) -> Expr:
        return 1 / (self.args[0] * sympy.log(10))


class log1p(Function):  # type: ignore[misc]
    def fdiff(self, argindex: int = 1) -> Expr:
        return 1 / (1 + self.args[0])


class expm1(Function):  # type: ignore[misc]
    def fdiff(self, argindex: int = 1) -> Expr:
        return sympy.exp(self.args[0])


class sinc(Function):  # type: ignore[misc]
    def fdiff(self, argindex: int = 1) -> Expr:
        return sinc1(self.args[0])


class sinc1(Function):  # type: ignore[misc]
    """sinc' = (x cos x − sin x)/x², and 0 at 0."""

    def fdiff(self, argindex: int = 1) -> Expr:
        return sinc2(self.args[0])


class sinc2(Function):  # type: ignore[misc]
    """sinc'' = −sinc x − 2 sinc' x / x, and −1/3 at 0."""

    def fdiff(self, argindex: int = 1) -> Expr:
        x = self.args[0]
        return -sinc1(x) - 2 * (sinc2(x) * x - sinc1(x)) / x**2


class arctan2(Function):  # type: ignore[misc]
    def fdiff(self, argindex: int = 1) -> Expr:
        y, x = self.args
        return x / (x**2 + y**2) if argindex == 1 else -y / (x**2 + y**2)


class relu(Function):  # type: ignore[misc]
    def fdiff(self, argindex: int = 1) -> Expr:
        return step(self.args[0])


class sigmoid(Function):  # type: ignore[misc]
    def fdiff(self, argindex: int = 1) -> Expr:
        return self * (1 - self)


class softplus(Function):  # type: ignore[misc]
    def fdiff(self, argindex: int = 1) -> Expr:
        return sigmoid(self.args[0])


class normcdf(Function):  # type: ignore[misc]
    def fdiff(self, argindex: int = 1) -> Expr:
        return normpdf(self.args[0])


class normpdf(Function):  # type: ignore[misc]
    def fdiff(self, argindex: int = 1) -> Expr:
        return -self.args[0] * self


class gelu(Function):  # type: ignore[misc]
    def fdiff(self, argindex: int = 1) -> Expr:
        x = self.args[0]
        return normcdf(x) + x * normpdf(x)


class silu(Function):  # type: ignore[misc]
    def fdiff(self, argindex: int = 1) -> Expr:
        x = self.args[0]
        return sigmoid(x) + x * sigmoid(x) * (1 - sigmoid(x))


class logsumexp(Function):  # type: ignore[misc]
    """Its partials are the softmax: e^{a − lse}."""

    def fdiff(self, argindex: int = 1) -> Expr:
        return sympy.exp(self.args[argindex - 1] - self)


class erf(Function):  # type: ignore[misc]
    def fdiff(self, argindex: int = 1) -> Expr:
        return 2 * sympy.exp(-(self.args[0] ** 2)) / sympy.sqrt(sympy.pi)


class erfc(Function):  # type: ignore[misc]
    def fdiff(self, argindex: int = 1) -> Expr:
        return -2 * sympy.exp(-(self.args[0] ** 2)) / sympy.sqrt(sympy.pi)


class gamma(Function):  # type: ignore[misc]
    def fdiff(self, argindex: int = 1) -> Expr:
        return self * digamma(self.args[0])


class factorial(Function):  # type: ignore[misc]
    def fdiff(self, argindex: int = 1) -> Expr:
        return self * digamma(self.args[0] + 1)


class loggamma(Function):  # type: ignore[misc]
    def fdiff(self, argindex: int = 1) -> Expr:
        return digamma(self.args[0])


class digamma(Function):  # type: ignore[misc]
    def fdiff(self, argindex: int = 1) -> Expr:
        return polygamma(Integer(1), self.args[0])


class polygamma(Function):  # type: ignore[misc]
    def fdiff(self, argindex: int = 1) -> Expr:
        n, x = self.args
        return polygamma(n + 1, x)


class beta(Function):  # type: ignore[misc]
    def fdiff(self, argindex: int = 1) -> Expr:
        x, y = self.args
        return self * (digamma(self.args[argindex - 1]) - digamma(x + y))


def _norm(*args: Expr) -> Expr:
    return sympy.sqrt(sympy.Add(*(a**2 for a in args)))


def _dot(*args: Expr) -> Expr:
    half = len(args) // 2
    return sympy.Add(*(a * b for a, b in zip(args[:half], args[half:], strict=True)))


def _choose(inner: Expr, positive: Expr, other: Expr) -> Expr:
    return Piece(positive, Less(Integer(0), inner), other)


def _huber(x: Expr, d: Expr = ONE) -> Expr:
    return Piece(x**2 / 2, LessEqual(absolute(x), d), d * (absolute(x) - d / 2))


CONSTRUCTORS: Final[dict[str, Any]] = {
    "sqrt": sympy.sqrt, "cbrt": cbrt, "root": root, "exp": sympy.exp,
    "log": lambda x, b=None: sympy.log(x) if b is None else sympy.log(x) / sympy.log(b),
    "log2": log2, "log10": log10, "log1p": log1p, "expm1": expm1, "factorial": factorial,
    "sin": sympy.sin, "cos": sympy.cos, "tan": sympy.tan, "cot": sympy.cot, "sec": sympy.sec,
    "csc": sympy.csc,
    "asin": sympy.asin, "acos": sympy.acos, "atan": sympy.atan, "acot": sympy.acot, "asec": sympy.asec,
    "acsc": sympy.acsc, "atan2": arctan2, "sinc": sinc, "sinh": sympy.sinh, "cosh": sympy.cosh,
    "tanh": sympy.tanh, "coth": sympy.coth, "sech": sympy.sech, "csch": sympy.csch, "asinh": sympy.asinh,
    "acosh": sympy.acosh, "atanh": sympy.atanh, "acoth": sympy.acoth, "abs": absolute, "sign": sign,
    "step": step, "floor": floor, "ceil": ceil, "round": round_, "frac": frac, "mod": mod, "max": maximum,
    "min": minimum, "clip": lambda x, a, b: maximum(a, minimum(x, b)), "relu": relu,
    "leakyrelu": lambda x, a=HUNDREDTH: _choose(x, x, a * x),
    "elu": lambda x, a=ONE: _choose(x, x, a * (sympy.exp(x) - 1)),
    "sigmoid": sigmoid, "softplus": softplus, "softsign": lambda x: x / (1 + absolute(x)), "gelu": gelu,
    "silu": silu, "mish": lambda x: x * sympy.tanh(softplus(x)), "logit": lambda x: sympy.log(x / (1 - x)),
    "logsumexp": logsumexp, "huber": _huber, "erf": erf, "erfc": erfc, "normcdf": normcdf, "normpdf": normpdf,
    "gamma": gamma, "loggamma": loggamma, "digamma": digamma, "polygamma": polygamma, "beta": beta,
    "norm": _norm, "dot": _dot,
}  # fmt: skip

# What comes back from a derivation, by class, as functions of the table.
NAMES: Final[dict[type, str]] = {
    **{made: name for name, made in CONSTRUCTORS.items() if isinstance(made, type)},
    sympy.exp: "exp", sympy.log: "ln", sympy.asin: "arcsin", sympy.acos: "arccos", sympy.atan: "arctan",
    sympy.acot: "arccot", sympy.asec: "arcsec", sympy.acsc: "arccsc", sympy.asinh: "arsinh",
    sympy.acosh: "arcosh", sympy.atanh: "artanh", sympy.acoth: "arcoth", sympy.Abs: "abs", sympy.sign: "sign",
}  # fmt: skip
COMPARISONS: Final = {"<": Less, "<=": LessEqual, "=": Equal, "!=": Unequal}
