"""The functions of the formula language to fifty digits, each bounded, undefined where it is not real.

Any thread; mpmath only, no sympy.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import mpmath

Real = Any  # an mpf of our context
DIGITS: Final = 50
LARGEST_EXPONENT: Final = 1_000_000
MP: Final = mpmath.MPContext()
MP.dps = DIGITS


class Undefined(Exception):
    """The function has no value there, or one beyond the bounds, or one that cannot be told from none."""


def called(name: str, args: list[Real]) -> Real:
    """The value of a function of the table.

    Raises:
        Undefined: it has none, or its arguments are beyond the bounds.
    """
    limit = _LARGEST.get(name)
    if limit is not None and any(abs(argument) > limit for argument in args):
        raise Undefined
    try:
        return _FUNCTIONS[name](*args)
    except (ValueError, ZeroDivisionError, OverflowError, mpmath.libmp.NoConvergence) as error:
        raise Undefined from error


def _exp(x: Real) -> Real:
    _needs(abs(x) <= LARGEST_EXPONENT)
    return MP.exp(x)


def _needs(holds: Any) -> None:
    if not holds:
        raise Undefined


def _where(test: Callable[[Real], Any], function: Callable[[Real], Real]) -> Callable[..., Real]:
    """`function`, undefined where the test of its argument fails."""

    def bounded(x: Real) -> Real:
        _needs(test(x))
        return function(x)

    return bounded


def _root(x: Real, n: Real) -> Real:
    _needs(n and (x > 0 or (not x and n > 0) or (x < 0 and n % 2 == 1)))
    return MP.sign(x) * _exp(MP.ln(abs(x)) / n) if x else x


def _log(x: Real, base: Real | None = None) -> Real:
    _needs(x > 0 and (base is None or (base > 0 and base != 1)))
    return MP.ln(x) if base is None else MP.ln(x) / MP.ln(base)


def _gamma(*values: Real) -> list[Real]:
    """Γ of each; undefined at its poles."""
    _needs(all(x > 0 or not MP.isint(x) for x in values))
    return [MP.gamma(x) for x in values]


def _binom(n: Real, k: Real) -> Real:
    whole, chosen, left = _gamma(n + 1, k + 1, n - k + 1)
    return whole / (chosen * left)


def _beta(x: Real, y: Real) -> Real:
    first, second, both = _gamma(x, y, x + y)
    return first * second / both


def _polygamma(n: Real, x: Real) -> Real:
    _needs(MP.isint(n) and 0 <= n <= 20 and (x > 0 or not MP.isint(x)))
    return MP.psi(int(n), x)


def _atan2(y: Real, x: Real) -> Real:
    _needs(x or y)
    return MP.atan2(y, x)


def _mod(x: Real, y: Real) -> Real:
    _needs(y)
    return x - y * MP.floor(x / y)


def _sigmoid(x: Real) -> Real:
    return 1 / (1 + _exp(-x))


def _softplus(x: Real) -> Real:
    return MP.log1p(_exp(-abs(x))) + max(x, 0 * x)


def _logsumexp(*values: Real) -> Real:
    most = max(values)
    return most + MP.ln(sum(_exp(x - most) for x in values))


def _dot(*values: Real) -> Real:
    half = len(values) // 2
    return MP.fsum(a * b for a, b in zip(values[:half], values[half:], strict=True))


def _huber(x: Real, d: Real) -> Real:
    return x * x / 2 if abs(x) <= d else d * (abs(x) - d / 2)


_FUNCTIONS: Final[Mapping[str, Callable[..., Real]]] = {
    "sqrt": _where(lambda x: x >= 0, lambda x: MP.sqrt(x)),
    "cbrt": lambda x: MP.sign(x) * MP.cbrt(abs(x)),
    "root": _root,
    "exp": _exp,
    "log": _log,
    "ln": _log,
    "log2": lambda x: _log(x, MP.mpf(2)),
    "log10": lambda x: _log(x, MP.mpf(10)),
    "log1p": _where(lambda x: x > -1, lambda x: MP.log1p(x)),
    "expm1": lambda x: MP.expm1(x),
    "factorial": lambda x: _gamma(x + 1)[0],
    "binom": _binom,
    "sin": lambda x: MP.sin(x),
    "cos": lambda x: MP.cos(x),
    "tan": lambda x: MP.tan(x),
    "cot": _where(bool, lambda x: MP.cot(x)),
    "sec": lambda x: MP.sec(x),
    "csc": _where(bool, lambda x: MP.csc(x)),
    "arcsin": _where(lambda x: abs(x) <= 1, lambda x: MP.asin(x)),
    "arccos": _where(lambda x: abs(x) <= 1, lambda x: MP.acos(x)),
    "arctan": lambda x: MP.atan(x),
    "arccot": lambda x: MP.atan(1 / x) if x else MP.pi / 2,
    "arcsec": _where(lambda x: abs(x) >= 1, lambda x: MP.acos(1 / x)),
    "arccsc": _where(lambda x: abs(x) >= 1, lambda x: MP.asin(1 / x)),
    "atan2": _atan2,
    "sinc": lambda x: MP.sin(x) / x if x else MP.mpf(1),
    "sinh": lambda x: MP.sinh(x),
    "cosh": lambda x: MP.cosh(x),
    "tanh": lambda x: MP.tanh(x),
    "coth": _where(bool, lambda x: MP.coth(x)),
    "sech": lambda x: MP.sech(x),
    "csch": _where(bool, lambda x: MP.csch(x)),
    "arsinh": lambda x: MP.asinh(x),
    "arcosh": _where(lambda x: x >= 1, lambda x: MP.acosh(x)),
    "artanh": _where(lambda x: abs(x) < 1, lambda x: MP.atanh(x)),
    "arcoth": _where(lambda x: abs(x) > 1, lambda x: MP.atanh(1 / x)),
    "arsech": _where(lambda x: 0 < x <= 1, lambda x: MP.acosh(1 / x)),
    "arcsch": _where(bool, lambda x: MP.asinh(1 / x)),
    "abs": lambda x: abs(x),
    "sign": lambda x: MP.sign(x),
    "step": lambda x: MP.mpf(1 if x > 0 else 0),
    "floor": lambda x: MP.floor(x),
    "ceil": lambda x: MP.ceil(x),
    "round": lambda x: MP.nint(x),
    "frac": lambda x: x - MP.floor(x),
    "mod": _mod,
    "max": lambda *values: max(values),
    "min": lambda *values: min(values),
    "clip": lambda x, a, b: min(max(x, a), b),
    "relu": lambda x: max(x, 0 * x),
    "leakyrelu": lambda x, a: x if x > 0 else a * x,
    "elu": lambda x, a: x if x > 0 else a * MP.expm1(x),
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "softsign": lambda x: x / (1 + abs(x)),
    "gelu": lambda x: x * MP.ncdf(x),
    "silu": lambda x: x * _sigmoid(x),
    "mish": lambda x: x * MP.tanh(_softplus(x)),
    "logit": _where(lambda x: 0 < x < 1, lambda x: MP.ln(x / (1 - x))),
    "logsumexp": _logsumexp,
    "huber": _huber,
    "erf": lambda x: MP.erf(x),
    "erfc": lambda x: MP.erfc(x),
    "normcdf": lambda x: MP.ncdf(x),
    "normpdf": lambda x: _exp(-x * x / 2) / MP.sqrt(2 * MP.pi),
    "gamma": lambda x: _gamma(x)[0],
    "loggamma": lambda x: MP.ln(abs(_gamma(x)[0])),
    "digamma": lambda x: _polygamma(MP.mpf(0), x),
    "polygamma": _polygamma,
    "beta": _beta,
    "norm": lambda *values: MP.sqrt(MP.fsum(x * x for x in values)),
    "dot": _dot,
}

# Beyond these arguments a function is so near its limit that 50 digits do not tell it from that.
SATURATES: Final[Mapping[str, tuple[float, float]]] = {
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
    "arctan": (-1e20, 1e20),
    "arcsec": (-1e20, 1e20),
}
# Not 0 at 0, and without a slope or with one that is lost beside the value.
NOT_0_AT_0: Final = {
    *("cos", "cosh", "sec", "sech", "sinc", "arccos", "arccot", "factorial"),
    *("sigmoid", "softplus", "erfc", "normcdf", "normpdf"),
}

# The largest arguments that are computed: beyond them, work would grow without bound.
_LARGEST: Final[Mapping[str, float]] = {
    **dict.fromkeys(("exp", "expm1", "sinh", "cosh", "tanh", "coth", "sech", "csch", "elu"), 1e6),
    **dict.fromkeys(("sin", "cos", "tan", "cot", "sec", "csc", "sinc"), 1e12),
    **dict.fromkeys(("factorial", "binom", "gamma", "loggamma", "digamma", "polygamma", "beta"), 1e4),
    **dict.fromkeys(("erf", "erfc", "normcdf", "gelu", "normpdf"), 1e3),
}
