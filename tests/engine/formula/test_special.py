"""NumPy's missing functions against mpmath and math, to a few units of the last place."""

import math

import mpmath
import numpy as np
import pytest
from mpmath import mp

from engine.formula import gamma, special

EVERYWHERE = np.concatenate([np.linspace(-12, 12, 481), [0.5, -0.5, 4.0, -4.0, 1e-300, 26.0, -26.0]])


@pytest.mark.parametrize("name", ["erf", "erfc"])
def test_the_error_functions(name: str) -> None:
    found = getattr(special, name)(EVERYWHERE)
    wanted = [getattr(math, name)(x) for x in EVERYWHERE]
    np.testing.assert_allclose(found, wanted, rtol=4e-15)
    assert getattr(special, name)(np.array([np.inf, -np.inf])).tolist() == [
        getattr(math, name)(math.inf),
        getattr(math, name)(-math.inf),
    ]
    assert np.isnan(getattr(special, name)(np.nan))


@pytest.mark.parametrize("order", [0, 1, 2, 3, 6])
def test_polygamma(order: int) -> None:
    x = np.array([0.01, 0.3, 0.5, 1.0, 1.4616, 3.7, 12.0, 80.0, 1e4])
    with mpmath.workdps(40):
        wanted = [float(mp.polygamma(order, mp.mpf(v))) for v in x]
    np.testing.assert_allclose(gamma.polygamma(float(order), x), wanted, rtol=2e-13, atol=1e-15)


def test_digamma_and_trigamma_below_zero() -> None:
    x = np.array([-0.5, -1.3, -7.25])
    np.testing.assert_allclose(gamma.digamma(x), [float(mp.digamma(v)) for v in x], rtol=1e-12)
    np.testing.assert_allclose(gamma.polygamma(1.0, x), [float(mp.polygamma(1, v)) for v in x], rtol=1e-12)


def test_poles_are_no_numbers() -> None:
    with np.errstate(all="ignore"):
        assert np.isnan(gamma.gamma(np.array([0.0, -1.0]))).all()
        assert np.isinf(gamma.loggamma(np.array([0.0, -1.0]))).all()
        assert gamma.gamma(np.array([500.0])).tolist() == [math.inf]


@pytest.mark.parametrize("n", [0, 1, 2, 3, 7, 10, 64])
def test_whole_powers(n: int) -> None:
    x = np.array([-2.5, -1.0, 0.0, 0.3, 1.7])
    np.testing.assert_allclose(special.whole_power(x, n), x**n, rtol=1e-14)


def test_binomial_coefficients() -> None:
    n = np.array([0.0, 5.0, 5.0, 10.0, 100.0, 1000.0])
    k = np.array([0.0, 2.0, 0.0, 10.0, 50.0, 500.0])
    with np.errstate(all="ignore"):
        found = gamma.binom(n, k)
    np.testing.assert_allclose(
        found, [float(math.comb(int(a), int(b))) for a, b in zip(n, k, strict=True)], rtol=1e-11
    )


def test_roots_are_real() -> None:
    assert special.root(-8.0, 3.0) == pytest.approx(-2)
    assert np.isnan(special.root(-8.0, 2.0))
    assert special.cbrt(-27.0) == pytest.approx(-3)


def test_nothing_overflows_that_need_not() -> None:
    big = np.array([-800.0, 800.0])
    with np.errstate(over="raise", invalid="raise"):
        assert special.sigmoid(big).tolist() == [0.0, 1.0]
        assert special.softplus(big).tolist() == [0.0, 800.0]
        assert special.logsumexp(big, big + 1).tolist() == pytest.approx([-798.6867383, 801.3132617])
        assert special.sech(big).tolist() == [0.0, 0.0]
        assert special.norm(np.array([3e200]), np.array([4e200])).tolist() == pytest.approx([5e200])


@pytest.mark.parametrize("order", [0, 1, 2, 3, 6])
def test_polygamma_below_0(order: int) -> None:
    x = np.array([-1e-7, -0.3, -0.5, -1 + 1e-7, -1 - 1e-7, -3.7, -12.2, -80.5])
    with mpmath.workdps(60):
        wanted = [float(mp.polygamma(order, mp.mpf(v))) for v in x]
    np.testing.assert_allclose(gamma.polygamma(float(order), x), wanted, rtol=1e-12)


@pytest.mark.parametrize(("name", "oracle"), [("beta", mp.beta), ("binom", mp.binomial)])
def test_quotients_of_gamma_functions(name: str, oracle) -> None:
    places = [(5, 2), (-1.5, 3.2), (5, -1.5), (200, 3), (100, 100), (300, 150), (200, 201.5), (-180.5, 3),
              (2.5, -90.5), (1e5, 2.5)]  # fmt: skip
    for place in places:
        with mpmath.workdps(60):
            wanted = float(oracle(*map(mp.mpf, place)))
        with np.errstate(all="ignore"):
            found = float(getattr(gamma, name)(*map(np.float64, place)))
            beside = getattr(gamma, name)(*(np.full(2, part, float) for part in place))
        assert found == pytest.approx(wanted, rel=1e-9), place
        assert beside.tolist() == pytest.approx([wanted, wanted], rel=1e-9), place


def test_ln_gamma_near_its_zeros() -> None:
    for x in (1 + 1e-7, 1 - 1e-7, 1 + 9e-4, 2 - 1e-7, 2 + 1e-7, 2 - 9e-4):
        with mpmath.workdps(40):
            wanted = float(mp.loggamma(mp.mpf(x)))
        assert float(gamma.loggamma(x)) == pytest.approx(wanted, rel=1e-13)


def test_gamma_of_many_as_of_one() -> None:
    """Γ of arrays is Lanczos' quotient, of one number the C library's."""
    x = np.concatenate([np.linspace(-170.3, 171.6, 3001), np.linspace(-3, 3, 601), np.arange(1.0, 171.0)])
    x = np.append(x, [1e-21, -1e-21, 1 + 1e-7, 2 - 1e-7, 500.0, math.inf, -200.5])
    with np.errstate(all="ignore"):
        many, logarithms = gamma.gamma(x), gamma.loggamma(x)
    one = [float(gamma.gamma(v)) for v in x]
    np.testing.assert_allclose(many, one, rtol=3e-15, atol=5e-324)
    log_one = [float(gamma.loggamma(v)) for v in x]
    np.testing.assert_allclose(logarithms, log_one, rtol=2e-15, atol=2e-15)
    assert gamma.factorial(np.arange(20.0)).tolist() == [math.factorial(n) for n in range(20)]
    with np.errstate(all="ignore"):
        assert np.isnan(gamma.gamma(np.array([math.nan, -math.inf]))).all()
