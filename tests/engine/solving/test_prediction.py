"""What a model predicts over its inputs: by hand, for networks and for models as they are typed."""

import numpy as np
import pytest
from msgspec.structs import replace

from engine.document.datasets import MADE
from engine.document.lab import Data, Lab, Training
from engine.document.network import Layer, Loss, Network
from engine.optimizers import parse_spec
from engine.solving.prediction import outputs_named, predicted, predictor_at, predicts_a_plane
from engine.solving.solution import Solution
from engine.solving.stages import Request, Solver
from engine.solving.steady import steady_in

PLACES = np.random.default_rng(4).normal(size=(9, 2))
ROWS = tuple((float(a), float(b), float(2 * a - b + 0.5)) for a, b in PLACES)
PLANE = Data(columns=("x_1", "x_2", "y"), rows=ROWS)


def solved(solver: Solver, lab: Lab) -> Solution:
    *_, solution = solver.solve(Request(0, replace(lab, racers=(parse_spec("adam(lr=0.1)"),), steps=60)))
    assert not solution.problems
    return solution


def differences(function, points: np.ndarray, h: float = 1e-6) -> np.ndarray:
    ways = h * np.eye(points.shape[-1])
    return np.stack([(function(points + way) - function(points - way)) / (2 * h) for way in ways], axis=-1)


def test_a_network_says_the_probability_of_its_class(solver: Solver) -> None:
    network = Network(
        inputs=2, layers=(Layer(3, "tanh"), Layer(1)), targets=("c",), loss=Loss("bce_with_logits")
    )
    lab = Lab(data=MADE["xor"].data(), network=network, training=Training(split=0.25))
    solution = solved(solver, lab)
    theta = solution.runs[0].points[-1]
    w1, b1, w2, b2 = theta[:6].reshape(3, 2), theta[6:9], theta[9:12], theta[12]
    found = predicted(solution, theta, "full")
    assert found is not None and predicts_a_plane(solution) and outputs_named(solution) == ("c",)

    def by_hand(points: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-(np.tanh(points @ w1.T + b1) @ w2 + b2)))

    field = found.solution.field
    assert field is not None and (field.z_lo, field.z_hi) == (0.0, 1.0)
    grid = np.stack(np.meshgrid(field.x, field.y), axis=-1)
    np.testing.assert_allclose(field.z, by_hand(grid), atol=1e-12)
    slopes = differences(by_hand, grid[::20, ::20])
    np.testing.assert_allclose(np.stack([field.fx, field.fy], axis=-1)[::20, ::20], slopes, atol=1e-6)
    table = np.array(lab.data.rows if lab.data else ())
    np.testing.assert_array_equal(found.rows, table)
    assert found.predictor.test.sum() == len(table) - len(table) // 4  # a quarter is trained on
    assert field.x[0] < table[:, 0].min() and field.y[-1] > table[:, 1].max()
    coarse = predicted(solution, theta, "moving")
    assert coarse is not None and coarse.solution.field is not None
    assert len(coarse.solution.field.x) < len(field.x)


def test_each_class_has_a_surface_and_they_sum_to_one(solver: Solver) -> None:
    labels = (np.arange(9) % 3).astype(float)
    data = Data(
        columns=("x_1", "x_2", "c"), rows=tuple((a, b, c) for (a, b, _), c in zip(ROWS, labels, strict=True))
    )
    network = Network(inputs=2, layers=(Layer(3),), targets=("c",), loss=Loss("cross_entropy"))
    solution = solved(solver, Lab(data=data, network=network))
    theta = solution.runs[0].points[-1]
    assert len(outputs_named(solution)) == 3
    models = [predictor_at(solution, theta, k) for k in (0, 1, 2)]
    logits = PLACES @ theta[:6].reshape(3, 2).T + theta[6:]
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    for k, model in enumerate(models):
        assert model is not None and model.share
        np.testing.assert_allclose(model.function.value(PLACES), shares[:, k], atol=1e-12)
        np.testing.assert_array_equal(model.wanted, labels == k)


def test_a_linear_network_has_the_same_slope_everywhere(solver: Solver) -> None:
    network = Network(inputs=2, layers=(Layer(1),), targets=("y",))
    solution = solved(solver, Lab(data=PLANE, network=network))
    theta = solution.runs[0].points[-1]
    found = predicted(solution, theta, "moving", seen=(-3.0, 4.0))
    assert found is not None and found.solution.field is not None
    field = found.solution.field
    assert (field.fx == theta[0]).all() and (field.fy == theta[1]).all()
    assert (field.z_lo, field.z_hi) == (-3.0, 4.0)
    assert field.z[3, 5] == pytest.approx(theta[0] * field.x[5] + theta[1] * field.y[3] + theta[2])


def test_what_goes_in_is_standardised_where_the_network_says_so(solver: Solver) -> None:
    layers = (Layer(2, "tanh", bias=False), Layer(1))
    network = Network(inputs=2, layers=layers, targets=("y",), scaling="standard")
    solution = solved(solver, Lab(data=PLANE, network=network))
    theta = solution.runs[0].points[-1]
    model = predictor_at(solution, theta)
    assert model is not None
    mean, std = PLACES.mean(axis=0), PLACES.std(axis=0)

    def by_hand(points: np.ndarray) -> np.ndarray:
        return np.tanh((points - mean) / std @ theta[:4].reshape(2, 2).T) @ theta[4:6] + theta[6]

    np.testing.assert_allclose(model.function.value(PLACES), by_hand(PLACES), rtol=1e-12)
    np.testing.assert_allclose(model.function.gradient(PLACES), differences(by_hand, PLACES), atol=1e-8)


def test_a_model_as_it_is_typed(solver: Solver) -> None:
    lab = Lab(formula="z = w_1 x_1 + w_2 x_2; ŷ = z + b z^2", data=PLANE)
    solution = solved(solver, lab)
    assert solution.setup is not None and predicts_a_plane(solution) and outputs_named(solution) == ("y",)
    end = solution.runs[0].points[-1]
    at = {**solution.setup.held, **dict(zip(solution.setup.descended, end, strict=True))}
    model = predictor_at(solution, end)
    assert model is not None and model.names == ("x_1", "x_2") and not model.share
    z = PLACES @ [at["w_1"], at["w_2"]]
    np.testing.assert_allclose(model.function.value(PLACES), z + at["b"] * z**2, rtol=1e-12)
    np.testing.assert_array_equal(model.wanted, [row[2] for row in ROWS])
    low, high = steady_in(solution, solution.runs[0]).said or (0.0, 0.0)
    assert low <= min(model.wanted) and high >= max(model.wanted)


@pytest.mark.parametrize("formula", ["x^2 + y^2", "mean((w x_1 + b - y)^2)", "ŷ = w x_1 + b"])
def test_what_has_no_plane_of_two_inputs(solver: Solver, formula: str) -> None:
    data = None if "w" not in formula else PLANE
    solution = solved(solver, Lab(formula=formula, data=data))
    assert not predicts_a_plane(solution)
    assert predicted(solution, solution.runs[0].points[-1], "full") is None
