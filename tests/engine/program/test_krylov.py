"""Curvatures without a Hessian, against those of one."""

import numpy as np
import pytest

from engine.program import krylov


class Quadratic:
    """½ xᵀHx."""

    rows = 1

    def __init__(self, hessian):
        self.hessian = hessian
        self.dimension = len(hessian)

    def curvature(self, theta, directions):
        return directions @ self.hessian


def symmetric(d, seed=0):
    a = np.random.default_rng(seed).standard_normal((d, d))
    return a + a.T


@pytest.mark.parametrize("d", [1, 2, 70, 105, 400])
def test_the_ends_are_those_of_eigvalsh(d):
    h = symmetric(d)
    found = krylov.ends(lambda v: h @ v, d)
    assert found.values == pytest.approx(np.linalg.eigvalsh(h)[[0, -1]], rel=1e-9)
    assert found.known == (True, True)
    assert np.abs(h @ found.vectors - found.vectors * found.values).max() < 1e-6 * np.abs(found.values).max()


def test_a_low_end_that_is_not_reached_is_not_called_known():
    values = np.concatenate([np.geomspace(1e-9, 1e-3, 300), np.linspace(0.5, 1.0, 300)])
    found = krylov.ends(lambda v: values * v, 600, steps=20)
    assert found.known[0] is False
    assert found.values[1] == pytest.approx(1.0, rel=1e-2)


def test_repeated_and_undefined_curvatures():
    assert krylov.ends(lambda v: 3.0 * v, 80).values.tolist() == pytest.approx([3.0, 3.0])
    assert krylov.ends(lambda v: 0.0 * v, 80).values.tolist() == [0.0, 0.0]
    assert np.isnan(krylov.ends(lambda v: np.nan * v, 80).values).all()


def test_conjugate_gradients_solve_and_stop_where_it_curves_downwards():
    h = symmetric(90)
    h = h @ h + np.eye(90)
    b = np.arange(90.0)
    assert krylov.solved(lambda v: h @ v, b, steps=400) == pytest.approx(
        np.linalg.solve(h, b), rel=1e-5, abs=1e-8
    )
    assert krylov.solved(lambda v: -v, b).tolist() == [0.0] * 90


def test_the_size_of_the_curvature():
    small, large = Quadratic(symmetric(20)), Quadratic(symmetric(200))
    assert krylov.curvature_size(small, np.zeros((3, 20))) == pytest.approx(np.linalg.norm(small.hessian))
    assert krylov.curvature_size(large, np.zeros((1, 200))) == pytest.approx(
        np.linalg.norm(large.hessian), rel=0.1
    )
    along = krylov.along(small, np.zeros(20), np.full(20, 2.0))
    assert along(np.ones(20)) == pytest.approx(4.0 * small.hessian @ np.ones(20))
