"""A network as a function: PyTorch's losses, and derivatives against mpmath, differences and each other."""

import mpmath
import numpy as np
import pytest
from msgspec.structs import replace

from engine.descent.batches import Batches
from engine.descent.loop import descend
from engine.document.lab import Lab, Variable
from engine.document.network import Network, Penalty
from engine.document.network_text import ACTIVATIONS, LOSSES, parse_loss, parse_network
from engine.function.objective import Objective
from engine.program.function import dense_hessian
from engine.program.krylov import curvature_size
from tests.engine.networks.labs import bound, lab_of, table
from tests.engine.networks.torch_cases import CASES, COLUMNS, Case

FULL = [case for case in CASES if case.batch == "full"]
TARGETS = {"bce_with_logits": "c", "cross_entropy": "k", "hinge_embedding": "s", "multi_margin": "k"}


def network_over(text: str, loss: str = "mse", rows: int = 50, **fields: object) -> Lab:
    columns = {
        name: COLUMNS[name][:rows] for name in ("x_1", "x_2", TARGETS.get(loss.partition("(")[0], "y"))
    }
    network: Network = replace(parse_network(text), loss=parse_loss(loss), **fields)
    return Lab(network=network, data=table(columns))


@pytest.mark.parametrize("case", FULL, ids=str)
def test_losses_are_pytorch_s(case: Case) -> None:
    lab = lab_of(case)
    objective, setup = bound(lab)
    (run,) = descend(objective, setup, lab.racers, steps=lab.steps, stop=False)
    np.testing.assert_allclose(run.values, case.losses, rtol=1e-9)
    np.testing.assert_allclose(
        run.points[-1], np.concatenate([w.ravel() for w in case.final.values()]), rtol=1e-8, atol=1e-8
    )


@pytest.mark.parametrize("case", [case for case in CASES if case.batch != "full"], ids=str)
def test_losses_by_batches_are_pytorch_s(case: Case) -> None:
    lab = lab_of(case)
    objective, setup = bound(lab)
    batches = Batches.of(objective, 50, lab.training, seed=0)
    (run,) = descend(objective, setup, lab.racers, steps=lab.steps, stop=False, batches=batches)
    np.testing.assert_allclose(run.values, case.losses, rtol=1e-9)
    np.testing.assert_allclose(run.batch_values, case.batch_losses, rtol=1e-9)


EVERY = [(f"2-3{name}-1", "mse") for name in ACTIVATIONS] + [
    (f"2-3tanh-{3 if TARGETS.get(loss) == 'k' else 1}", loss) for loss in LOSSES
]


@pytest.mark.parametrize(("text", "loss"), EVERY)
def test_gradient_and_curvature_are_the_differences_of_value_and_gradient(text: str, loss: str) -> None:
    objective, setup = bound(network_over(text, loss, rows=20))
    theta, h = setup.starts[0], 1e-6
    ways = h * np.eye(objective.dimension)
    rise = (objective.value(theta + ways) - objective.value(theta - ways)) / (2 * h)
    np.testing.assert_allclose(objective.gradient(theta), rise, atol=1e-8)
    turn = (objective.gradient(theta + ways) - objective.gradient(theta - ways)) / (2 * h)
    np.testing.assert_allclose(dense_hessian(objective, theta), turn, atol=1e-7)


@pytest.mark.parametrize(("text", "loss"), EVERY)
def test_a_plane_in_single_precision_is_the_same_to_six_digits(text: str, loss: str) -> None:
    objective, setup = bound(network_over(text, loss, rows=20))
    ways = np.random.default_rng(2).standard_normal((2, objective.dimension))
    u, v = np.linspace(-1, 1, 9), np.linspace(-1, 1, 7)
    exact = objective.plane(setup.starts[0], *ways, u, v, np.float64)
    rough = objective.plane(setup.starts[0], *ways, u, v, np.float32)
    for mine, true in zip(rough, exact, strict=True):
        assert mine.dtype == np.float32 and mine.shape == true.shape == (7, 9)
        # Where a unit is at its kink one side of it is as good as the other.
        close = np.abs(mine - true) <= 1e-5 * np.abs(true).max()
        assert close.mean() > 0.95
    assert objective.layered and objective.work == 20


def test_a_value_through_many_weights_costs_more() -> None:
    objective, _ = bound(network_over("2-8tanh-8tanh-1", rows=20))
    assert objective.work == round(20 * 105 / 30)


def test_a_penalty_of_the_matrices_leaves_the_biases_alone() -> None:
    plain, setup = bound(network_over("2-3tanh-2tanh-1", rows=20))
    heavy, _ = bound(network_over("2-3tanh-2tanh-1", rows=20, penalty=Penalty("l2", 0.25)))
    theta = setup.starts[0]
    matrices = np.array(["weight" in name for name in setup.descended])
    more = heavy.value(theta) - plain.value(theta)
    assert float(more) == pytest.approx(0.25 * (theta[matrices] ** 2).sum(), rel=1e-12)
    steeper = heavy.gradient(theta) - plain.gradient(theta)
    np.testing.assert_allclose(steeper, 0.5 * theta * matrices, atol=1e-14)
    curved = dense_hessian(heavy, theta) - dense_hessian(plain, theta)
    np.testing.assert_allclose(curved, 0.5 * np.diag(matrices), atol=1e-12)


def test_every_digit_of_a_derivative_is_mpmath_s() -> None:
    """By the definition of the network in 50 digits."""
    objective, setup = bound(network_over("2-2tanh-1", rows=3))
    theta = setup.starts[0]
    x, y = np.array([COLUMNS["x_1"][:3], COLUMNS["x_2"][:3]]).T, COLUMNS["y"][:3]

    def loss(*w: mpmath.mpf) -> mpmath.mpf:
        total = mpmath.mpf(0)
        for (p, q), wanted in zip(x, y, strict=True):
            a, b = (mpmath.tanh(w[2 * k] * p + w[2 * k + 1] * q + w[4 + k]) for k in (0, 1))
            total += (w[6] * a + w[7] * b + w[8] - wanted) ** 2
        return total / 3

    with mpmath.workdps(50):
        point = tuple(map(mpmath.mpf, theta))
        order = np.eye(9, dtype=int)
        slopes = [float(mpmath.diff(loss, point, tuple(map(int, way)))) for way in order]
        second = [[float(mpmath.diff(loss, point, tuple(map(int, a + b)))) for b in order] for a in order]
        value = float(loss(*point))
    assert objective.value(theta) == pytest.approx(value, rel=1e-14)
    np.testing.assert_allclose(objective.gradient(theta), slopes, rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(dense_hessian(objective, theta), second, rtol=1e-12, atol=1e-14)


@pytest.fixture
def deep() -> tuple[Objective, np.ndarray]:
    objective, setup = bound(network_over("2-8tanh-8tanh-1", penalty=Penalty("l1", 0.01)))
    assert objective.dimension == 105
    return objective, setup.starts[0]


def test_leading_axes_are_points(deep) -> None:
    objective, theta = deep
    points = theta * np.linspace(0.5, 1.5, 700).reshape(7, 100, 1)
    value, gradient = objective.value_and_gradient(points)
    assert value.shape == (7, 100) and gradient.shape == (7, 100, 105)
    np.testing.assert_allclose(objective.value(points), value, rtol=1e-14)
    for place in ((0, 0), (3, 50), (6, 99)):
        one, slope = objective.value_and_gradient(points[place])
        assert value[place] == pytest.approx(float(one), rel=1e-13)
        np.testing.assert_allclose(gradient[place], slope, atol=1e-14)
    ways = np.random.default_rng(1).standard_normal((2, 3, 105))
    turned = objective.curvature(points[:2, 0], ways)
    np.testing.assert_allclose(turned[1], objective.curvature(points[1, 0], ways[1]), atol=1e-12)
    np.testing.assert_allclose(turned[1], ways[1] @ dense(objective, points[1, 0]), atol=1e-12)


@pytest.mark.parametrize("text", ["2-8tanh-8tanh-1", "2-1"])
def test_no_points_have_no_values(text: str) -> None:
    objective, _ = bound(network_over(text))
    d = objective.dimension
    none = np.empty((0, d))
    value, gradient = objective.value_and_gradient(none)
    assert value.shape == (0,) and gradient.shape == (0, d)
    assert objective.curvature(none, np.empty((0, 2, d))).shape == (0, 2, d)
    assert objective.kinks(none).shape == (0,)
    assert curvature_size(objective, none).shape == (0,)


def dense(objective: Objective, theta: np.ndarray) -> np.ndarray:
    return objective.curvature(theta, np.eye(objective.dimension))


def test_the_hessian_of_105_weights_is_symmetric(deep) -> None:
    hessian = dense(*deep)
    np.testing.assert_allclose(hessian, hessian.T, atol=1e-14)


def test_rows_of_the_table_are_the_function_over_them(deep) -> None:
    objective, theta = deep
    rows = np.array([7, 3, 3, 20])
    few, _ = bound(network_over("2-8tanh-8tanh-1", penalty=Penalty("l1", 0.01)))
    parts = [few.on(np.array([row])).value_and_gradient(theta) for row in rows]
    value, gradient = objective.on(rows).value_and_gradient(theta)
    assert value == pytest.approx(np.mean([part[0] for part in parts]), rel=1e-13)
    np.testing.assert_allclose(gradient, np.mean([part[1] for part in parts], axis=0), atol=1e-14)
    assert objective.rows == 50 and objective.on(rows).rows == 4


def test_two_weights_span_the_grid_and_any_two_directions_a_plane(deep) -> None:
    objective, theta = deep
    x, y = np.linspace(-2, 2, 7), np.linspace(-1, 1, 5)
    z, fx, fy = objective.on_grid(x, y, 3, 90, theta, dtype=np.float64)
    point = theta.copy()
    point[[3, 90]] = x[5], y[1]
    value, gradient = objective.value_and_gradient(point)
    np.testing.assert_allclose((z[1, 5], fx[1, 5], fy[1, 5]), (value, gradient[3], gradient[90]), rtol=1e-12)
    e, g = np.random.default_rng(2).standard_normal((2, 105))
    z, along, across = objective.plane(theta, e, g, x, y, dtype=np.float64)
    value, gradient = objective.value_and_gradient(theta + x[5] * e + y[1] * g)
    np.testing.assert_allclose(
        (z[1, 5], along[1, 5], across[1, 5]), (value, gradient @ e, gradient @ g), rtol=1e-11
    )


def test_a_held_weight_stays_and_the_others_have_their_slopes() -> None:
    lab = network_over("2-3tanh-1")
    free, setup = bound(lab)
    names = ("0.weight[1,0]", "0.bias[0]", "0.bias[1]", "0.bias[2]", "2.bias[0]")
    held = {name: Variable(role="held", value=0.3) for name in names}
    objective, fewer = bound(replace(lab, variables=held))
    kept = [k for k, name in enumerate(setup.descended) if name not in names]
    assert fewer.descended == tuple(setup.descended[k] for k in kept)
    whole = setup.starts[0].copy()
    whole[[k for k in range(13) if k not in kept]] = 0.3
    value, gradient = free.value_and_gradient(whole)
    assert objective.value(whole[kept]) == pytest.approx(float(value), rel=1e-14)
    np.testing.assert_allclose(objective.gradient(whole[kept]), gradient[kept], atol=1e-15)
    np.testing.assert_allclose(
        dense_hessian(objective, whole[kept]), dense(free, whole)[np.ix_(kept, kept)], atol=1e-14
    )
    z, fx, _ = objective.on_grid([0.1, 0.2], [0.4], 1, 2, whole[kept], dtype=np.float64)
    point = whole[kept]
    point[[1, 2]] = 0.2, 0.4
    value, gradient = objective.value_and_gradient(point)
    np.testing.assert_allclose((z[0, 1], fx[0, 1]), (value, gradient[1]), rtol=1e-13)


def test_a_kink_is_where_some_unit_of_some_row_is_at_0() -> None:
    objective, setup = bound(network_over("2-3relu-1", rows=4))
    theta = setup.starts[0].copy()
    assert not objective.kinks(theta)
    theta[6:9] = 0.0
    theta[2:4] = 0.0  # the second unit says 0 whatever comes in
    assert objective.kinks(theta)
    penalised, setup = bound(network_over("2-3tanh-1", rows=4, penalty=Penalty("l1", 0.1)))
    theta = setup.starts[0].copy()
    assert not penalised.kinks(theta)
    theta[3] = 0.0
    assert penalised.kinks(theta)


def test_weights_that_overflow_give_nan_or_infinity_and_no_exception() -> None:
    objective, _ = bound(network_over("2-3relu-1"))
    value, gradient = objective.value_and_gradient(np.full(13, 1e200))
    assert value == np.inf and not np.isfinite(gradient).all()
    assert np.isnan(objective.value(np.full(13, np.nan)))
