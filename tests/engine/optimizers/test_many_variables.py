"""Newton's method, the trust region, the stopping rules and the sentences beyond 64 variables."""

import numpy as np
import pytest
from msgspec.structs import replace

from engine.analysis import local_model
from engine.descent.loop import descend
from engine.document.setup import Setup
from engine.optimizers import parse_spec
from engine.optimizers.truncated import truncated
from engine.words.explanation import explain
from tests.engine.numpy_objective import box

D = 100


class Chain:
    """Rosenbrock's function of 100 variables, or a quadratic form."""

    rows = 1
    dimension = D

    def __init__(self, hessian=None):
        self.h = hessian

    def value(self, theta):
        if self.h is not None:
            return 0.5 * np.einsum("...i,...i->...", theta @ self.h, theta)
        x, y = theta[..., :-1], theta[..., 1:]
        return ((1 - x) ** 2 + 100 * (y - x**2) ** 2).sum(axis=-1)

    def gradient(self, theta):
        if self.h is not None:
            return theta @ self.h
        x, y = theta[..., :-1], theta[..., 1:]
        result = np.zeros_like(theta)
        result[..., :-1] = -2 * (1 - x) - 400 * x * (y - x**2)
        result[..., 1:] += 200 * (y - x**2)
        return result

    def value_and_gradient(self, theta):
        return self.value(theta), self.gradient(theta)

    def while_wanted(self, cancelled):
        return self

    def kinks(self, theta):
        return np.zeros(theta.shape[:-1], bool)

    def curvature(self, theta, directions):
        if self.h is not None:
            return directions @ self.h
        x, y = theta[..., None, :-1], theta[..., None, 1:]
        a, b = directions[..., :-1], directions[..., 1:]
        result = np.zeros(np.broadcast_shapes(directions.shape))
        result[..., :-1] = (2 - 400 * (y - 3 * x**2)) * a - 400 * x * b
        result[..., 1:] += 200 * b - 400 * x * a
        return result


def setup(start) -> Setup:
    names = ("x", "y", *(f"w_{k}" for k in range(D - 2)))
    wide = np.full(D, np.inf)
    lo, hi = -wide, wide
    lo[:2], hi[:2] = -5.0, 5.0
    return replace(box(), variables=names, descended=names, starts=np.asarray(start)[None], lo=lo, hi=hi)


@pytest.mark.parametrize("spec", ["newton", "trust_region"])
def test_newton_methods_converge_and_say_so(spec):
    start = np.tile([-0.5, 0.5], D // 2)
    (run,) = descend(Chain(), setup(start), [parse_spec(spec)], steps=600)
    assert run.outcome == "converged"
    assert run.points[-1] == pytest.approx(np.ones(D), abs=1e-5)
    assert explain(Chain(), setup(start), run).render("en").startswith("Converged in")


def test_a_step_ends_at_the_rim_and_where_it_curves_downwards():
    g = np.ones((1, D))
    (p,), _ = truncated(Chain(np.eye(D)), np.zeros((1, D)), g)
    assert p == pytest.approx(-np.ones(D))
    (p,), _ = truncated(Chain(np.eye(D)), np.zeros((1, D)), g, np.array([2.0]))
    assert np.linalg.norm(p) == pytest.approx(2.0)
    (p,), spent = truncated(Chain(-np.eye(D)), np.zeros((1, D)), g)
    assert p.tolist() == [-1.0] * D and spent.tolist() == [1]
    (p,), _ = truncated(Chain(-np.eye(D)), np.zeros((1, D)), g, np.array([3.0]))
    assert p == pytest.approx(-0.3 * np.ones(D))


def test_minimum_saddle_and_sharpness_are_told_without_a_hessian():
    sizes = np.linspace(1.0, 40.0, D)
    model = local_model(Chain(np.diag(sizes)), np.ones(D))
    assert model.limit == pytest.approx(2.0 / 40.0)
    assert model.condition == pytest.approx(40.0)
    assert model.point + model.step == pytest.approx(np.zeros(D), abs=1e-6)
    (run,) = descend(Chain(np.diag(sizes)), setup(np.ones(D)), [parse_spec("gd(lr=0.04)")], steps=2000)
    assert run.outcome == "converged"
    sizes[0] = -1.0
    start = np.ones(D)
    start[0] = 0.0
    (run,) = descend(Chain(np.diag(sizes)), setup(start), [parse_spec("gd(lr=0.04)")], steps=2000)
    assert run.outcome == "stalled_at_saddle"
    assert "saddle" in explain(Chain(np.diag(sizes)), setup(start), run).render("en")
