"""What training is held to: closed forms, the normal equations, xor, and starts that cannot part."""

import numpy as np
import pytest
from msgspec.structs import replace

from engine.descent.loop import descend
from engine.document.lab import Lab
from engine.document.network_text import parse_loss, parse_network
from engine.optimizers import parse_spec
from engine.program.function import dense_hessian
from tests.engine.networks.labs import bound, table

RNG = np.random.default_rng(4)
X = RNG.uniform(-2, 2, (40, 2))
Y = X @ [1.5, -0.7] + 0.3 + 0.1 * RNG.standard_normal(40)
C = (X @ [1.0, 1.0] + 0.8 * RNG.standard_normal(40) > 0).astype(float)
ONES = np.column_stack([X, np.ones(40)])
XOR = table({"a": np.array([0, 0, 1, 1.0]), "b": np.array([0, 1, 0, 1.0]), "y": np.array([0, 1, 1, 0.0])})


def lab(text: str, target: np.ndarray, loss: str = "mse") -> Lab:
    data = table({"x_1": X[:, 0], "x_2": X[:, 1], "y": target})
    return Lab(network=replace(parse_network(text), loss=parse_loss(loss)), data=data)


def test_linear_regression_is_the_closed_form() -> None:
    objective, setup = bound(lab("2-1", Y))
    w = setup.starts[0]
    residual = ONES @ w - Y
    assert objective.value(w) == pytest.approx(np.mean(residual**2), rel=1e-14)
    np.testing.assert_allclose(objective.gradient(w), 2 * ONES.T @ residual / 40, rtol=1e-12)
    np.testing.assert_allclose(dense_hessian(objective, w), 2 * ONES.T @ ONES / 40, rtol=1e-13)


def test_logistic_regression_is_the_closed_form() -> None:
    objective, setup = bound(lab("2-1", C, "bce_with_logits"))
    w = setup.starts[0]
    p = 1 / (1 + np.exp(-ONES @ w))
    assert objective.value(w) == pytest.approx(-np.mean(C * np.log(p) + (1 - C) * np.log(1 - p)), rel=1e-13)
    np.testing.assert_allclose(objective.gradient(w), ONES.T @ (p - C) / 40, rtol=1e-11, atol=1e-16)
    np.testing.assert_allclose(dense_hessian(objective, w), ONES.T * (p * (1 - p)) @ ONES / 40, rtol=1e-12)


@pytest.mark.parametrize("spec", ["gd(lr=0.2)", "adam(lr=0.05)", "bfgs", "newton"])
def test_least_squares_reaches_the_normal_equations(spec: str) -> None:
    objective, setup = bound(lab("2-1", Y))
    (run,) = descend(objective, setup, (parse_spec(spec),), steps=3000)
    assert run.outcome == "converged"
    np.testing.assert_allclose(run.points[-1], np.linalg.solve(ONES.T @ ONES, ONES.T @ Y), atol=1e-5)


@pytest.mark.parametrize("loss", ["mse", "bce_with_logits"])
@pytest.mark.parametrize("spec", ["gd(lr=0.5)", "adam(lr=0.05)"])
def test_xor_with_two_tanh_units_trains_from_the_default_seed(loss: str, spec: str) -> None:
    base = Lab(network=replace(parse_network("2-2tanh-1"), loss=parse_loss(loss)), data=XOR)
    objective, setup = bound(base)
    assert base.seed == 0
    (run,) = descend(objective, setup, (parse_spec(spec),), steps=3000, stop=False)
    assert run.values[-1] < 0.02 < run.values[0]


@pytest.mark.parametrize("init", ["constant", "zeros"])
@pytest.mark.parametrize("spec", ["gd(lr=0.5, momentum=0.9)", "adam(lr=0.05)"])
def test_units_that_start_equal_never_part(init: str, spec: str) -> None:
    base = Lab(network=replace(parse_network("2-5tanh-1"), init=init), data=XOR)
    objective, setup = bound(base)
    (run,) = descend(objective, setup, (parse_spec(spec),), steps=500, stop=False)
    units = np.concatenate(
        [run.points[:, :10].reshape(-1, 5, 2), run.points[:, 10:20].reshape(-1, 2, 5).mT], -1
    )
    assert np.ptp(units, axis=1).max() < 1e-12
    assert run.values[-1] > 0.1  # so that it cannot do what xor needs
