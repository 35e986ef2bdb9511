"""Both passes through a network: the numbers of the textbook, and those that training uses."""

import numpy as np
import pytest

from engine.document.network import Layer, Loss, Network
from engine.function.network import loss_over
from engine.function.passes import outputs_of, passes, units_of


def test_a_neuron_by_hand() -> None:
    network = Network(inputs=2, layers=(Layer(1, "tanh"), Layer(1)))
    theta = np.array([0.5, -1.0, 0.25, 2.0, -0.5])  # W₁, b₁, W₂, b₂
    found = passes(network, theta, np.array([[1.0], [2.0]]), np.array([[1.0]]))
    z = 0.5 - 2.0 + 0.25
    a = np.tanh(z)
    error = 2 * a - 0.5 - 1.0
    assert found.sums[0].item() == pytest.approx(z)
    assert found.units[0].item() == pytest.approx(a)
    assert found.losses.item() == pytest.approx(error**2)
    assert found.deltas[1].item() == pytest.approx(2 * error)
    assert found.deltas[0].item() == pytest.approx(2 * error * 2.0 * (1 - a * a))


@pytest.mark.parametrize(
    ("hidden", "loss"),
    [("tanh", "mse"), ("sigmoid", "bce_with_logits"), ("relu", "huber"), ("gelu", "cross_entropy")],
)
def test_the_products_of_all_rows_are_the_gradient(hidden: str, loss: str) -> None:
    outputs = 3 if loss == "cross_entropy" else 1
    network = Network(
        inputs=2,
        layers=(Layer(4, hidden), Layer(3, "tanh"), Layer(outputs)),  # type: ignore[arg-type]
        loss=Loss(loss),  # type: ignore[arg-type]
    )
    random = np.random.default_rng(4)
    theta = random.normal(size=network.parameters)
    inputs = random.normal(size=(2, 7))
    labels = random.integers(outputs, size=7)
    wanted = np.eye(outputs)[labels].T if outputs > 1 else random.integers(2, size=(1, 7)).astype(float)
    found = passes(network, theta, inputs, wanted)
    value, gradient = loss_over(network, inputs, wanted, {}).value_and_gradient(theta)
    assert found.losses.mean() == pytest.approx(float(value), rel=1e-13)
    before = (inputs, *found.units[:-1])
    by_hand = [
        part.ravel()
        for delta, a in zip(found.deltas, before, strict=True)
        for part in (delta @ a.T / 7, delta.mean(axis=1))
    ]
    np.testing.assert_allclose(np.concatenate(by_hand), gradient, rtol=1e-11, atol=1e-14)
    np.testing.assert_array_equal(outputs_of(network, theta, inputs), found.units[-1])
    assert [each.shape for each in units_of(network, theta, inputs)] == [(4, 7), (3, 7), (outputs, 7)]


def test_a_network_of_one_layer_without_bias() -> None:
    network = Network(inputs=1, layers=(Layer(1, bias=False),))
    found = passes(network, np.array([3.0]), np.array([[1.0, 2.0]]), np.array([[0.0, 6.0]]))
    assert found.losses.tolist() == [9.0, 0.0]
    assert found.deltas[0].tolist() == [[6.0, 0.0]]
