"""The Γ function and its kin, vectorised, to within a few units of the last places of float64.

Each takes arrays or numbers and returns float64; NaN where the function is undefined; never raises. Any
thread; numpy only.
"""

import math
from typing import Any, Final

import numpy as np

# Γ(x) = S(x) (x + g − ½)^(x − ½)/e^(x + g − ½) with S a quotient of polynomials, lowest coefficients first.
# Source: Lanczos 1964, A precision approximation of the gamma function; Boost's lanczos13m53.
_G: Final = 6.024680040776729583740234375
_SHIFTED: Final = _G - 0.5
_UPPER: Final = (
    23531376880.410759688572007674451636754734846804940, 42919803642.649098768957899047001988850926355848959,
    35711959237.355668049440185451547166705960488635843, 17921034426.037209699919755754458931112671403265390,
    6039542586.3520280050642916443072979210699388420708, 1439720407.3117216736632230727949123939715485786372,
    248874557.86205415651146038641322942321632125127801, 31426415.585400194380614231628318205362874684987640,
    2876370.6289353724412254090516208496135991145378768, 186056.26539522349504029498971604569928220784236328,
    8071.6720023658162106380029022722506138218516325024, 210.82427775157934587250973392071336271166969580291,
    2.5066282746310002701649081771338373386264310793408,
)  # fmt: skip
_LOWER: Final = (0.0, 39916800.0, 120543840.0, 150917976.0, 105258076.0, 45995730.0, 13339535.0, 2637558.0,
                 357423.0, 32670.0, 1925.0, 66.0, 1.0)  # fmt: skip
_FAR: Final = 1e20  # S does not change any more beyond
_WHOLE: Final = np.array([math.nan, *(float(math.factorial(n - 1)) for n in range(1, 24))])

# ln Γ(1 + z) = −γz + ζ(2)z²/2 − ζ(3)z³/3 + …, where the difference of logarithms loses the digits of a value
# near 0.
_NEAR_ONE: Final = (0.0, -0.577215664901532861, 1.64493406684823 / 2, 1.20205690315959 / -3,
                    1.08232323371114 / 4, 1.03692775514337 / -5)  # fmt: skip
_NEAR: Final = 1e-3

# B₂ₖ, the Bernoulli numbers of the asymptotic series.
_BERNOULLI: Final = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510)
_SHIFT: Final = 12
_LARGE: Final = 80.0  # from here on, a product of two values may leave the range of float64


def gamma(x: Any) -> Any:
    """Γ(x): the factorial of a whole x − 1 exactly, NaN at the poles."""
    x = np.asarray(x, dtype=float)
    if x.ndim == 0:
        return np.float64(_gamma_of_one(float(x)))
    size = np.abs(x)
    place = size + _SHIFTED
    # What was lost in the sum, for the power makes it grow.
    lost = np.where(size > _SHIFTED, (place - size) - _SHIFTED, (place - _SHIFTED) - size)
    half = np.power(place, 0.5 * size - 0.25)  # twice the half of it overflows later
    found = _lanczos(size) / np.exp(place) * half * half
    found = found * (1.0 + lost * _G / place)
    found = np.where(size > 172.0, np.where(np.isnan(x), np.nan, np.inf), found)
    below = x < 0
    if below.any():
        turned = -math.pi / (_sine(size) * size * found)
        found = np.where(below, np.where(size == np.floor(size), np.nan, turned), found)
    whole = (x == np.floor(x)) & (x >= 1) & (x < len(_WHOLE))
    found = np.where(whole, _WHOLE[np.where(whole, x, 0.0).astype(int)], found)
    return np.where(size < 1e-20, np.where(x == 0, np.nan, np.divide(1.0, x)), found)


def loggamma(x: Any) -> Any:
    """ln |Γ(x)|: +∞ at the poles."""
    x = np.asarray(x, dtype=float)
    if x.ndim == 0:
        return np.float64(_loggamma_of_one(float(x)))
    size = np.abs(x)
    found = np.log(_lanczos(size)) - _G + (size - 0.5) * (np.log(size + _SHIFTED) - 1.0)
    near_one, near_two = np.abs(size - 1.0) < _NEAR, np.abs(size - 2.0) < _NEAR
    if near_one.any() or near_two.any():
        small = np.where(near_one, size - 1.0, np.where(near_two, size - 2.0, 0.0))
        series = _polynomial(_NEAR_ONE, small) + np.where(near_two, np.log1p(small), 0.0)
        found = np.where(near_one | near_two, series, found)
    found = np.where(size < 1e-20, -np.log(size), found)
    if (x < 0).any():
        turned = math.log(math.pi) - np.log(np.abs(_sine(size))) - np.log(size) - found
        found = np.where(x < 0, turned, found)
    return found


def factorial(x: Any) -> Any:
    return gamma(x + 1.0)


def beta(x: Any, y: Any) -> Any:
    """B(x, y) = Γ(x) Γ(y)/Γ(x + y)."""
    return _quotient((x, y), (x + y,))


def binom(n: Any, k: Any) -> Any:
    """n over k, Γ(n + 1)/(Γ(k + 1) Γ(n − k + 1)), also of numbers that are not whole."""
    return _quotient((n + 1.0,), (k + 1.0, n - k + 1.0))


def digamma(x: Any) -> Any:
    """ψ(x), by reflection below 0, recurrence up to 12 and the asymptotic series. Abramowitz & Stegun 6.3."""
    x = np.asarray(x, dtype=float)
    reflected = x < 0.5
    z = np.where(reflected, 1.0 - x, x)
    total = np.zeros_like(z)
    for k in range(_SHIFT):
        total = total - 1.0 / (z + k)
    z = z + _SHIFT
    square = 1.0 / (z * z)
    series = np.zeros_like(z)
    for k in range(len(_BERNOULLI), 0, -1):
        series = (series + _BERNOULLI[k - 1] / (2 * k)) * square
    total = total + np.log(z) - 0.5 / z - series
    return np.where(reflected, total - math.pi * _cotangent(np.where(reflected, x, 0.5)), total)


def polygamma(n: Any, x: Any) -> Any:
    """ψ⁽ⁿ⁾(x) for a whole n from 0 to 20, by reflection below 0. Abramowitz & Stegun 6.4."""
    order = int(np.max(n)) if np.all(np.isfinite(n)) else -1
    if order < 0 or order > 20 or np.any(np.not_equal(n, order)):
        return np.full(np.broadcast(n, x).shape, np.nan)
    if order == 0:
        return digamma(x)
    x = np.asarray(x, dtype=float)
    z = np.where(x > 0, x, 1.0 - x)
    sign = -1.0 if order % 2 == 0 else 1.0
    total = np.zeros_like(z)
    for k in range(_SHIFT + order):
        total = total + math.factorial(order) / (z + k) ** (order + 1)
    z = z + _SHIFT + order
    total = total + math.factorial(order - 1) / z**order + math.factorial(order) / (2 * z ** (order + 1))
    for k, number in enumerate(_BERNOULLI, 1):
        total = total + number * math.factorial(2 * k + order - 1) / (
            math.factorial(2 * k) * z ** (2 * k + order)
        )
    result = sign * total
    # ψ⁽ⁿ⁾(x) = (−1)ⁿ ψ⁽ⁿ⁾(1 − x) − π dⁿ/dxⁿ cot πx, a polynomial of c = cot πx, for c′ = −π(1 + c²)
    cotangent = np.polynomial.Polynomial([0.0, 1.0])
    slope = np.polynomial.Polynomial([-math.pi, 0.0, -math.pi])
    for _ in range(order):
        cotangent = cotangent.deriv() * slope
    turned = -sign * result - math.pi * cotangent(_cotangent(np.where(x > 0, 0.5, x)))
    return np.where(x > 0, result, turned)


def _gamma_of_one(x: float) -> float:
    """Γ of a number, faster than that of an array of one."""
    try:
        return math.gamma(x)
    except ValueError:
        return math.nan
    except OverflowError:
        return math.inf


def _loggamma_of_one(x: float) -> float:
    if abs(x - 1.0) < _NEAR:
        return float(_polynomial(_NEAR_ONE, x - 1.0))
    if abs(x - 2.0) < _NEAR:
        return float(math.log1p(x - 2.0) + _polynomial(_NEAR_ONE, x - 2.0))
    try:
        return math.lgamma(x)
    except (ValueError, OverflowError):
        return math.inf


def _lanczos(size: Any) -> Any:
    """S of `size` ≥ 0."""
    size = np.minimum(size, _FAR)
    return _polynomial(_UPPER, size) / _polynomial(_LOWER, size)


def _polynomial(coefficients: tuple[float, ...], x: Any) -> Any:
    """Lowest coefficient first."""
    total = coefficients[-1] * x + coefficients[-2]
    for coefficient in coefficients[-3::-1]:
        total *= x
        total += coefficient
    return total


def _sine(x: Any) -> Any:
    """sin πx of x ≥ 0, exact near its zeros too."""
    rest = x - np.round(x)
    return np.where(np.mod(np.round(x), 2) == 1, -1.0, 1.0) * np.sin(math.pi * rest)


def _cotangent(x: Any) -> Any:
    """cot(πx), exact near its zeros and poles too; of a whole x it is ±inf."""
    rest = x - np.round(x)
    size = np.abs(rest)
    far = np.tan(math.pi * (0.5 - size))
    return np.copysign(np.where(size < 0.25, np.divide(1.0, np.tan(math.pi * size)), far), rest)


def _quotient(above: tuple[Any, ...], below: tuple[Any, ...]) -> Any:
    """The product of Γ of all that is `above` over that of all that is `below`; by logarithms where a
    factor is large."""
    plain = math.prod(map(gamma, above)) / math.prod(map(gamma, below))
    large = np.any([np.abs(part) > _LARGE for part in np.broadcast_arrays(*above, *below)], axis=0)
    if not large.any():
        return plain
    if large.ndim:
        parts = [part[large] for part in np.broadcast_arrays(*above, *below)]
        plain[large] = _by_logarithms(parts[: len(above)], parts[len(above) :])
        return plain
    return _by_logarithms(above, below)


def _by_logarithms(above: Any, below: Any) -> Any:
    sign = math.prod(map(_sign, (*above, *below)))
    return sign * np.exp(sum(map(loggamma, above)) - sum(map(loggamma, below)))


def _sign(x: Any) -> Any:
    """The sign of Γ(x)."""
    return np.where(np.logical_and(np.less(x, 0), np.mod(np.floor(x), 2) == 1), -1.0, 1.0)
