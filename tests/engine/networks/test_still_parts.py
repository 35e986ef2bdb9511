"""In a plane along a few weights most of a network stands still: computed once, it changes nothing."""

import numpy as np
import pytest
from msgspec.structs import replace

from engine.document.network import Loss, LossName, Penalty
from engine.document.network_text import parse_network
from engine.function.network import loss_over

U, V = np.linspace(-2, 2, 7), np.linspace(-1, 1, 5)


@pytest.mark.parametrize(
    ("text", "loss"),
    [
        ("2-6tanh-1", "mse"),
        ("2-4tanh-5relu-3elu-1", "huber"),
        ("2-5sigmoid-3tanh-3", "cross_entropy"),
        ("2-1tanh-2", "l1"),
    ],
)
@pytest.mark.parametrize("penalty", [None, Penalty("l2", 0.1)])
def test_the_plane_along_any_two_weights_is_the_loss(
    text: str, loss: LossName, penalty: Penalty | None
) -> None:
    random = np.random.default_rng(0)
    network = replace(parse_network(text), loss=Loss(loss), penalty=penalty)
    outputs = network.widths[-1]
    wanted = np.eye(outputs)[random.integers(0, outputs, 30)].T
    function = loss_over(network, random.uniform(-2, 2, (2, 30)), wanted, {"0.weight[0,1]": 0.3})
    theta = random.standard_normal(function.dimension)
    for _ in range(20):
        i, j = random.choice(function.dimension, 2, replace=False)
        along, across = np.eye(function.dimension)[[i, j]]
        z, by_u, by_v = function.plane(theta, along, across, U, V, np.float64)
        points = theta + U[:, None] * along + V[:, None, None] * across
        value, slopes = function.value_and_gradient(points)
        assert np.allclose(z, value, rtol=1e-12)
        assert np.allclose(by_u, slopes[..., i], rtol=1e-10, atol=1e-12)
        assert np.allclose(by_v, slopes[..., j], rtol=1e-10, atol=1e-12)


def test_a_weight_moves_its_unit_and_what_is_above() -> None:
    inputs, wanted = np.random.default_rng(0).uniform(-2, 2, (2, 1, 30))
    function = loss_over(parse_network("1-16tanh-8tanh-1"), inputs, wanted, {})
    theta, d = np.zeros(function.dimension), function.dimension

    def moving(*places: int) -> int | None:
        part = function._moving(theta, np.eye(d)[list(places)])
        return None if part is None else part[0]._blocks.count

    assert moving(0, 16) == 1 * 2 + 8 * 1 + 9  # a weight of the first unit, and its bias
    assert moving(0, 1) == 2 * 2 + 8 * 2 + 9
    assert moving(32, 33) == 1 * 17 + 1 * 1
    assert moving(d - 1, d - 2) == 9
    assert moving(0, 32) is None
