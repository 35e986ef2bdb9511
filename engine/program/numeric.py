"""The numbers behind the operations: everything that a printed program may name. Any thread; numpy only."""

import functools
from typing import Any, Final

import numpy as np

from engine.formula import gamma, special
from engine.formula.functions import FUNCTIONS


def _power_log(base: Any, exponent: Any) -> Any:
    """x^y ln x, and its limit 0 at x = 0 for y > 0."""
    zero = np.equal(base, 0) & np.greater(exponent, 0)
    return np.where(zero, 0.0, np.power(base, exponent) * np.log(np.where(zero, 1.0, base)))


def _gate(a: Any, b: Any) -> Any:
    """a·b, 0 where either is 0."""
    return np.where(np.equal(a, 0) | np.equal(b, 0), 0.0, np.multiply(a, b))


def _share(a: Any, extreme: Any) -> Any:
    return np.equal(a, extreme) * 1.0


def _rows_total(values: Any, count: float) -> Any:
    """The sum over the rows; one entry may stand for all of them."""
    values = np.asarray(values)
    if values.shape[-1] == 1:
        return values[..., 0] * count
    return np.add.reduce(values, axis=-1)


def _units_total(values: Any, axes: tuple[int, ...]) -> Any:
    return np.add.reduce(values, axis=axes)


def _rows_mean(values: Any, count: float) -> Any:
    return _rows_total(values, count) / count


def _median(values: Any) -> Any:
    """The middle of the rows, of an even number the mean of the two in the middle."""
    return np.median(values, axis=-1)


def _median_share(values: Any) -> Any:
    """How much of the median each row makes."""
    order = np.argsort(values, axis=-1, kind="stable")
    n = values.shape[-1]
    share = np.zeros(np.shape(values))
    for place in {(n - 1) // 2, n // 2}:
        np.put_along_axis(share, order[..., place : place + 1], 1.0 if n % 2 else 0.5, axis=-1)
    return share


def _logsumexp(values: Any, axes: int | tuple[int, ...]) -> Any:
    top = np.max(values, axis=axes, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    total = np.log(np.sum(np.exp(values - top), axis=axes, keepdims=True)) + top
    return np.squeeze(total, axis=axes)


@functools.lru_cache(maxsize=8)
def _ones(count: float) -> Any:
    """So many ones: a sum over the rows of a layer is a product with them, which is faster."""
    ones = np.ones(int(count))
    ones.flags.writeable = False
    return ones


def _dot(a: Any, b: Any, axes: int) -> Any:
    """The sum of the products over the last `axes` axes, one or two."""
    if a.ndim == b.ndim == axes:
        return np.vdot(a, b)
    found = np.vecdot(a, b)
    return found if axes == 1 else np.add.reduce(found, axis=-1)


def _extended(values: Any, last: float, has_rows: bool, out: Any = None) -> Any:
    """The values with one more unit, or one more column of a matrix; `out` may have both already."""
    if out is not None and values.base is out:
        return out
    if out is None:
        units = -2 if has_rows else -1
        shape = list(values.shape)
        shape[units] += 1
        out = np.empty(shape)
    if has_rows:
        out[..., :-1, :] = values
        out[..., -1, :] = last
    else:
        out[..., :-1] = values
        out[..., -1] = last
    return out


def _like(a: Any, model: Any) -> Any:
    return np.broadcast_arrays(a, model)[0]


UFUNCS: Final[dict[str, Any]] = {
    name: getattr(np, name)
    for name in (
            "add", "subtract", "multiply", "divide", "negative", "power", "absolute", "maximum", "minimum",
            "hypot", "logaddexp", "square", "sqrt", "cbrt", "exp", "log", "log2", "log10", "log1p", "expm1",
            "sin", "cos", "tan", "arcsin", "arccos", "arctan", "arctan2", "sinh", "cosh", "tanh", "arcsinh",
            "arccosh", "arctanh", "sign", "floor", "ceil", "rint", "mod", "greater", "greater_equal", "less",
            "less_equal", "equal", "not_equal", "logical_and", "logical_or", "logical_not",
        )
}  # fmt: skip
"""Those that can write into an array that is there already."""

OTHERS: Final[dict[str, Any]] = {
    **{
        name: getattr(special, name)
        for name in (
            "whole_power", "root", "one_minus_square", "arcsec", "arcoth", "arsech", "sinc", "dsinc",
            "d2sinc", "dsigmoid", "d2sigmoid", "dsilu", "d2silu", "step", "sigmoid", "sech", "csch", "frac",
            "norm", "erf", "erfc", "normcdf", "normpdf", "gelu", "leakyrelu", "elu", "softsign", "silu",
            "mish", "logit", "huber", "logarithm",
        )
    },
    **{
        name: getattr(gamma, name)
        for name in ("gamma", "loggamma", "digamma", "polygamma", "factorial", "beta", "binom")
    },
    "where": np.where,
    "clip": np.clip,
    "nan": np.nan,
    "inf": np.inf,
    "power_log": _power_log,
    "gate": _gate,
    "share": _share,
    "rows_total": _rows_total,
    "rows_mean": _rows_mean,
    "rows_median": _median,
    "median_share": _median_share,
    "rows_max": lambda values: np.max(values, axis=-1),
    "rows_min": lambda values: np.min(values, axis=-1),
    "rows_logsumexp": lambda values: _logsumexp(values, -1),
    "units_max": lambda values, axes: np.max(values, axis=axes),
    "units_logsumexp": _logsumexp,
    "matmul": np.matmul,
    "ones": _ones,
    "dot": _dot,
    "extended": _extended,
    "like": _like,
    "units_total": _units_total,
}  # fmt: skip

COSTS: Final = {"erf": 20, "erfc": 20, "normcdf": 20, "gelu": 20, "gamma": 60, "factorial": 60,
                "loggamma": 60, "digamma": 60, "polygamma": 150, "beta": 160, "binom": 160}  # fmt: skip
"""What takes much longer than a sum, in sums."""

NAMES: Final[dict[str, Any]] = {**UFUNCS, **OTHERS}

PRIME: Final = "′"
"""After the name of a function, its derivative: sinc′."""

# Functions of the table whose numbers are a plain function of NumPy, or that only programs have.
_PLAIN: Final[dict[str, str]] = {
    "ln": "log({0})",
    "log": "logarithm({args})",
    "abs": "absolute({0})",
    "round": "rint({0})",
    "relu": "maximum({0}, 0.0)",
    "softplus": "logaddexp({0}, 0.0)",
    "max": "maximum({args})",
    "min": "minimum({args})",
    "logsumexp": "logaddexp({args})",
    "power": "power({args})",
    "power_log": "power_log({args})",
    "one_minus_square": "one_minus_square({0})",
}


def template(function: str) -> str:
    """How a call is printed: source with {0}, {1}, or {args}. sinc′ is the derivative of sinc."""
    if function in _PLAIN:
        return _PLAIN[function]
    spec, order = FUNCTIONS[function.rstrip(PRIME)], function.count(PRIME)
    return f"{spec.slopes[order - 1]}({{0}})" if order else spec.numpy
