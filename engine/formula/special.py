"""NumPy's missing functions, vectorised, to within a few units of the last places of float64.

Each takes arrays or numbers and returns float64 arrays; NaN where the function is undefined; never raises.
Any thread; numpy only.
"""

import functools
import math
from typing import Any, Final

import numpy as np


def whole_power(x: Any, n: int) -> Any:
    """xⁿ for a whole n ≥ 0 by squaring: exact in sign and much faster than a general power."""
    result = None
    while n:
        if n & 1:
            result = x if result is None else result * x
        n >>= 1
        if n:
            x = x * x
    return result if result is not None else x * 0 + 1.0


def cbrt(x: Any) -> Any:
    return np.cbrt(x)


def root(x: Any, n: Any) -> Any:
    """The real n-th root; of a negative x for odd n."""
    x = np.asarray(x, dtype=float)
    odd = np.equal(np.mod(n, 2), 1)
    size = np.power(np.abs(x), np.divide(1.0, n))
    return np.where(x < 0, np.where(odd, -size, np.nan), size)


def one_minus_square(x: Any) -> Any:
    """1 − x², exact near ±1 too."""
    return (1.0 - x) * (1.0 + x)


def arcsec(x: Any) -> Any:
    """arccos(1/x), exact near ±1 too."""
    return np.arctan2(np.sqrt(-one_minus_square(x)) + 0.0, np.sign(x))  # + 0.0: of −0 it would be −π


def arcoth(x: Any) -> Any:
    """artanh(1/x), exact near ±1 too."""
    return np.copysign(0.5 * np.log1p(np.divide(2.0, np.abs(x) - 1.0)), x)


def arsech(x: Any) -> Any:
    """arcosh(1/x), exact near 1 too."""
    over = np.divide(1.0 - x, x)
    return np.log1p(over + np.sqrt(over * (over + 2.0)))


# sin x / x = Σ (−1)ᵏ x²ᵏ/(2k + 1)!, differentiated: for |x| ≤ 1, where the quotients lose their digits.
_TERMS: Final = range(10, 0, -1)
_DSINC: Final = tuple((-1) ** k * 2 * k / math.factorial(2 * k + 1) for k in _TERMS)
_D2SINC: Final = tuple((-1) ** k * 2 * k * (2 * k - 1) / math.factorial(2 * k + 1) for k in _TERMS)


def sinc(x: Any) -> Any:
    """sin x / x; 1 at 0."""
    x = np.asarray(x, dtype=float)
    return np.where(x == 0, 1.0, np.divide(np.sin(x), np.where(x == 0, 1.0, x)))


def dsinc(x: Any) -> Any:
    """The derivative of `sinc`."""
    x = np.asarray(x, dtype=float)
    near = np.clip(x, -1.0, 1.0)
    far = (np.cos(x) - sinc(x)) / np.where(x == 0, 1.0, x)
    return np.where(np.abs(x) <= 1, near * _polynomial(_DSINC, near * near), far)


def d2sinc(x: Any) -> Any:
    """The second derivative of `sinc`."""
    x = np.asarray(x, dtype=float)
    near = np.clip(x, -1.0, 1.0)
    far = -sinc(x) - 2.0 * dsinc(x) / np.where(x == 0, 1.0, x)
    return np.where(np.abs(x) <= 1, _polynomial(_D2SINC, near * near), far)


def step(x: Any) -> Any:
    """0 up to 0, 1 above; NaN stays."""
    return np.where(np.isnan(x), np.nan, np.greater(x, 0) * 1.0)


def relu(x: Any) -> Any:
    return np.maximum(x, 0.0)


def sigmoid(x: Any) -> Any:
    """1/(1 + e^−x), accurate and without overflow on both sides."""
    small = np.exp(-np.abs(x))
    return np.where(np.greater_equal(x, 0), 1.0, small) / (1.0 + small)


def dsigmoid(x: Any) -> Any:
    """The derivative of `sigmoid`, σ(x) σ(−x)."""
    small = np.exp(-np.abs(x))
    return small / np.square(1.0 + small)


def d2sigmoid(x: Any) -> Any:
    """The second derivative of `sigmoid`; 1 − 2σ(x) is −tanh(x/2)."""
    return -np.tanh(0.5 * x) * dsigmoid(x)


def softplus(x: Any) -> Any:
    return np.logaddexp(x, 0.0)


def sech(x: Any) -> Any:
    small = np.exp(-np.abs(x))
    return 2.0 * small / (1.0 + small * small)


def csch(x: Any) -> Any:
    return np.divide(1.0, np.sinh(x))


def frac(x: Any) -> Any:
    return x - np.floor(x)


def norm(*parts: Any) -> Any:
    """The length of a vector, without overflow of its squares."""
    length = np.abs(parts[0])
    for part in parts[1:]:
        length = np.hypot(length, part)
    return length


def largest(*values: Any) -> Any:
    return functools.reduce(np.maximum, values)


def smallest(*values: Any) -> Any:
    return functools.reduce(np.minimum, values)


def logsumexp(*values: Any) -> Any:
    return functools.reduce(np.logaddexp, values)


def logarithm(x: Any, base: Any = None) -> Any:
    return np.log(x) if base is None else np.divide(np.log(x), np.log(base))


# W. J. Cody's rational approximations: erf on |x| ≤ 0.5, erfc·e^(x²) on 0.5 … 4 and beyond.
# Source: Cody 1969, Rational Chebyshev approximations for the error function, Math. Comp. 23.
_ERF_A: Final = (
    1.85777706184603153e-1, 3.16112374387056560e0, 1.13864154151050156e2, 3.77485237685302021e2,
    3.20937758913846947e3,
)  # fmt: skip
_ERF_B: Final = (
    1.0,
    2.36012909523441209e1,
    2.44024637934444173e2,
    1.28261652607737228e3,
    2.84423683343917062e3,
)
_ERF_C: Final = (
    2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594e0, 6.61191906371416295e1,
    2.98635138197400131e2, 8.81952221241769090e2, 1.71204761263407058e3, 2.05107837782607147e3,
    1.23033935479799725e3,
)  # fmt: skip
_ERF_D: Final = (
    1.0, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3,
    3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
)  # fmt: skip
_ERF_P: Final = (
    1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1,
    1.60837851487422766e-2, 6.58749161529837803e-4,
)  # fmt: skip
_ERF_Q: Final = (
    1.0, 2.56852019228982242e0, 1.87295284992346047e0, 5.27905102951428412e-1, 6.05183413124413191e-2,
    2.33520497626869185e-3,
)  # fmt: skip


def _nan(x: Any) -> Any:
    """0, and NaN where x is: clipping has hidden it."""
    return np.where(np.isnan(x), np.nan, 0.0)


def _polynomial(coefficients: tuple[float, ...], x: Any) -> Any:
    total = coefficients[0]
    for coefficient in coefficients[1:]:
        total = total * x + coefficient
    return total


def _erf_small(x: Any) -> Any:
    """erf for |x| ≤ 0.5."""
    square = x * x
    return x * _polynomial(_ERF_A, square) / _polynomial(_ERF_B, square)


def _erfc_large(x: Any) -> Any:
    """erfc for x ≥ 0.5; e^(−x²) in two factors, so that its rounding does not show."""
    coarse = np.floor(x * 16.0) / 16.0
    bell = np.exp(-coarse * coarse) * np.exp(-(x - coarse) * (x + coarse))
    middle = _polynomial(_ERF_C, x) / _polynomial(_ERF_D, x)
    inverse = 1.0 / (x * x)
    tail = inverse * _polynomial(_ERF_P, inverse) / _polynomial(_ERF_Q, inverse)
    return bell * np.where(x <= 4.0, middle, (1.0 / math.sqrt(math.pi) - tail) / x)


def erf(x: Any) -> Any:
    x = np.asarray(x, dtype=float)
    size = np.abs(x)
    large = 1.0 - _erfc_large(np.clip(size, 0.5, 30.0))
    return np.where(size <= 0.5, _erf_small(np.clip(x, -0.5, 0.5)), np.copysign(large, x)) + _nan(x)


def erfc(x: Any) -> Any:
    x = np.asarray(x, dtype=float)
    size = np.abs(x)
    large = _erfc_large(np.clip(size, 0.5, 30.0))
    return np.where(
        size <= 0.5, 1.0 - _erf_small(np.clip(x, -0.5, 0.5)), np.where(x > 0, large, 2.0 - large)
    ) + _nan(x)


def normcdf(x: Any) -> Any:
    return 0.5 * erfc(np.multiply(x, -math.sqrt(0.5)))


def normpdf(x: Any) -> Any:
    return np.exp(-0.5 * np.square(x)) / math.sqrt(2 * math.pi)


def gelu(x: Any) -> Any:
    return x * normcdf(x)


def leakyrelu(x: Any, slope: Any = 0.01) -> Any:
    return np.where(np.greater(x, 0), x, slope * x)


def elu(x: Any, scale: Any = 1.0) -> Any:
    return np.where(np.greater(x, 0), x, scale * np.expm1(np.minimum(x, 0.0)))


def softsign(x: Any) -> Any:
    return x / (1.0 + np.abs(x))


def silu(x: Any) -> Any:
    return x * sigmoid(x)


def dsilu(x: Any) -> Any:
    """The derivative of `silu`."""
    return sigmoid(x) * (1.0 + x * sigmoid(-x))


def d2silu(x: Any) -> Any:
    """The second derivative of `silu`."""
    return dsigmoid(x) * (2.0 - x * np.tanh(0.5 * x))


def mish(x: Any) -> Any:
    return x * np.tanh(softplus(x))


def logit(x: Any) -> Any:
    """ln(x/(1 − x)), exact near 1/2 too, where it is 0."""
    near = np.clip(x, 0.25, 0.75)
    middle = np.log1p((2.0 * near - 1.0) / (1.0 - near))
    return np.where(near == x, middle, np.log(np.divide(x, 1.0 - x)))


def huber(x: Any, width: Any = 1.0) -> Any:
    size = np.abs(x)
    return np.where(size <= width, 0.5 * size * size, width * (size - 0.5 * width))
