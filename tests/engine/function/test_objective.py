"""The numbers: shapes, constants, held variables, data, kinks and edges."""

import warnings

import numpy as np
import pytest

from engine.base.cancellation import Cancelled
from engine.formula import parse
from engine.function.objective import Objective
from engine.program.function import dense_hessian


@pytest.fixture
def bind():
    def make(text: str, held=None, data=None) -> Objective:
        return Objective.bind(parse(text, data=tuple(data or ())), held or {}, data)

    return make


def test_shapes_broadcast_over_leading_axes(bind) -> None:
    objective = bind("x^2 + 3x y + z")
    theta = np.arange(24.0).reshape(2, 4, 3)
    assert objective.variables == ("x", "y", "z")
    assert objective.value(theta).shape == (2, 4)
    assert objective.gradient(theta).shape == (2, 4, 3)
    assert dense_hessian(objective, theta).shape == (2, 4, 3, 3)
    assert objective.value([1, 2, 3]).shape == ()
    value, gradient = objective.value_and_gradient(theta)
    x, y, z = np.moveaxis(theta, -1, 0)
    np.testing.assert_allclose(value, x**2 + 3 * x * y + z)
    np.testing.assert_allclose(gradient, np.stack([2 * x + 3 * y, 3 * x, np.ones_like(x)], -1))


def test_a_held_variable_is_bound(bind) -> None:
    objective = bind("x^2 y + y z", {"y": 2.0})
    assert objective.variables == ("x", "z")
    assert objective.value([3.0, 5.0]) == 28
    assert objective.gradient([3.0, 5.0]).tolist() == [12, 2]
    assert dense_hessian(objective, [3.0, 5.0]).tolist() == [[4, 0], [0, 0]]


def test_constants_broadcast(bind) -> None:
    objective = bind("f(x, y) = 3")
    assert objective.value(np.zeros((5, 2))).tolist() == [3.0] * 5
    assert objective.gradient(np.zeros((5, 2))).tolist() == [[0.0, 0.0]] * 5
    z, fx, fy = objective.on_grid(np.linspace(0, 1, 3), np.linspace(0, 1, 4), 0, 1, [0, 0])
    assert z.shape == fx.shape == fy.shape == (4, 3)
    assert (z == 3).all()
    assert bind("3").value(np.zeros((7, 0))).tolist() == [3.0] * 7


def test_the_grid_is_rows_of_y(bind) -> None:
    objective = bind("x + 10y + 100z")
    z, fx, fy = objective.on_grid([1.0, 2.0, 3.0], [5.0, 6.0], 0, 1, [0.0, 0.0, 7.0])
    assert z.tolist() == [[751, 752, 753], [761, 762, 763]]
    assert (fx == 1).all() and (fy == 10).all()
    assert z.dtype == np.float32
    turned, along, _ = objective.on_grid([1.0, 2.0, 3.0], [5.0, 6.0], 1, 0, [0.0, 0.0, 7.0], dtype=np.float64)
    assert turned.tolist() == [[715, 725, 735], [716, 726, 736]]
    assert (along == 10).all()


def test_one_drawn_variable_repeats_its_row(bind) -> None:
    z, fx, fy = bind("x^2").on_grid([1.0, 2.0], [0.0, 1.0], 0, None, [0.0])
    assert z.tolist() == [[1, 4], [1, 4]]
    assert fx.tolist() == [[2, 4], [2, 4]]
    assert fy.tolist() == [[0, 0], [0, 0]]


def test_fine_detail_far_from_zero_survives_float32(bind) -> None:
    x = 1e6 + np.linspace(0, 1, 11)
    z, _, _ = bind("(x - 1e6)^2 + y").on_grid(x, [0.0, 1.0], 0, 1, [0.0, 0.0])
    np.testing.assert_allclose(z[0], np.linspace(0, 1, 11) ** 2, atol=1e-6)


DATA = {"a": np.array([1.0, 2.0, 4.0]), "b": np.array([0.5, -1.0, 3.0])}


def test_means_and_sums_over_the_rows(bind) -> None:
    objective = bind("L(c, w) = mean((w a + c - b)^2) + sum(a) c^2", data=DATA)
    theta = np.array([[0.3, -0.2], [1.5, 2.0]])
    c, w = theta.T
    assert objective.variables == ("c", "w")
    residual = w[:, None] * DATA["a"] + c[:, None] - DATA["b"]
    np.testing.assert_allclose(objective.value(theta), (residual**2).mean(1) + 7 * c**2)
    slopes = np.stack([2 * residual.mean(1) + 14 * c, 2 * (residual * DATA["a"]).mean(1)], -1)
    np.testing.assert_allclose(objective.gradient(theta), slopes)
    hessian = np.array([[2 + 14, 2 * DATA["a"].mean()], [2 * DATA["a"].mean(), 2 * (DATA["a"] ** 2).mean()]])
    np.testing.assert_allclose(dense_hessian(objective, theta), np.broadcast_to(hessian, (2, 2, 2)))
    z, fx, _ = objective.on_grid([0.3, 1.5], [-0.2, 2.0, 5.0], 1, 0, [0.0, 0.0], dtype=np.float64)
    assert z[0, 0] == pytest.approx(objective.value([-0.2, 0.3]))
    assert fx[2, 1] == pytest.approx(objective.gradient([5.0, 1.5])[1])


def test_a_lecture_s_sum_over_the_rows(bind) -> None:
    objective = bind(r"L(w, c) = \frac{1}{n}\sum_{i=1}^{n} (w a_i + c - b_i)^2", data=DATA)
    mean = bind("L(c, w) = mean((w a + c - b)^2)", data=DATA)
    assert objective.variables == ("w", "c")
    assert objective.value([0.3, -0.2]) == pytest.approx(mean.value([-0.2, 0.3]))
    assert objective.gradient([0.3, -0.2]).tolist() == pytest.approx(
        mean.gradient([-0.2, 0.3]).tolist()[::-1]
    )


def test_much_data_is_done_in_pieces(bind, monkeypatch: pytest.MonkeyPatch) -> None:
    objective = bind("mean((w a + c - b)^2)", data=DATA)
    theta = np.random.default_rng(0).normal(size=(50, 2))
    whole = objective.value_and_gradient(theta)
    grid = objective.on_grid(theta[:, 0], theta[:9, 1], 0, 1, [0.0, 0.0])
    monkeypatch.setattr("engine.function.objective._CHUNK", 100)
    np.testing.assert_array_equal(
        objective.on_grid(theta[:, 0], theta[:9, 1], 0, 1, [0.0, 0.0]), grid, "pieces of a row of the grid"
    )
    monkeypatch.setattr("engine.function.objective._CHUNK", 7)
    for part, all_ in zip(objective.value_and_gradient(theta), whole, strict=True):
        np.testing.assert_array_equal(part, all_)
    for part, all_ in zip(objective.on_grid(theta[:, 0], theta[:9, 1], 0, 1, [0.0, 0.0]), grid, strict=True):
        np.testing.assert_array_equal(part, all_)


@pytest.mark.parametrize(
    "work",
    [
        lambda objective, theta: objective.on_grid(theta[:, 0], theta[:, 1], 0, 1, [0.0, 0.0]),
        lambda objective, theta: objective.value(theta),
        lambda objective, theta: objective.gradient(theta),
        lambda objective, theta: dense_hessian(objective, theta),
    ],
)
def test_much_data_can_be_cancelled_between_two_pieces(work, bind, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr("engine.function.objective._CHUNK", 100)
    objective = bind("mean((w a + c - b)^2)", data=DATA)
    wanted = objective.while_wanted(lambda: bool(asked.append(None)) or len(asked) > 3)
    theta = np.random.default_rng(0).normal(size=(200, 2))
    with pytest.raises(Cancelled):
        work(wanted, theta)
    assert len(asked) == 4
    work(objective, theta)  # the other one is not concerned


@pytest.mark.parametrize(
    ("text", "point", "value", "gradient"),
    [
        ("|x|", [0.0], 0.0, [0.0]),  # the rule at kinks: sign(0) = 0
        ("relu(x)", [0.0], 0.0, [0.0]),
        ("max(x, y)", [1.0, 1.0], 1.0, [0.5, 0.5]),  # where equal, each has half, as PyTorch has it
        ("sqrt(x)", [-1.0], np.nan, [np.nan]),
        ("ln(x) + y^2", [-1.0, 2.0], np.nan, [np.nan, np.nan]),  # outside the domain of f
        ("1/x", [0.0], np.inf, [-np.inf]),
        ("sqrt(x^2+y^2)", [0.0, 0.0], 0.0, [np.nan, np.nan]),  # the tip of a cone
        ("e^x", [1000.0], np.inf, [np.inf]),
        ("piecewise(x < 0: x)", [1.0], np.nan, [np.nan]),
        ("x^(1/3)", [-8.0], np.nan, [np.nan]),
        ("cbrt(x)", [-8.0], -2.0, [1 / 12]),
        ("x^0.5", [0.0], 0.0, [np.inf]),
        ("floor(x)", [1.5], 1.0, [0.0]),
        ("x!", [-1.0], np.nan, [np.nan]),
        ("9^(9^(x))", [9.0], np.inf, [np.inf]),
    ],
)
def test_kinks_poles_and_edges(text, point, value, gradient, bind) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        objective = bind(text)
        np.testing.assert_allclose(objective.value(point), value, rtol=1e-14)
        np.testing.assert_allclose(objective.gradient(point), gradient, rtol=1e-14)
        dense_hessian(objective, point)
        objective.on_grid(np.linspace(-2, 2, 9), np.linspace(-2, 2, 9), 0, None, point)


def test_nothing_but_real_numbers_comes_out(bind) -> None:
    objective = bind("(-8)^(1/3) x + sqrt(-1) + ln(-x) + x/0 + 0/0")
    for found in (objective.value([1.0]), objective.gradient([1.0]), dense_hessian(objective, [1.0])):
        assert found.dtype == np.float64


def test_a_missing_column_is_named() -> None:
    with pytest.raises(KeyError):
        Objective.bind(parse("mean(a x)", data=("a",)), {}, {})
