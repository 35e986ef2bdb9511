"""The conventions at kinks, ties, bounds and tips, each asked of PyTorch itself (`make foreign`).

What is stored here is what PyTorch 2.13 says.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from msgspec.structs import replace

from engine.document.network import Network
from engine.document.network_text import parse_loss, parse_network
from engine.formula import parse
from engine.function.network import loss_over
from engine.function.objective import Objective

NAN, INF = float("nan"), float("inf")


class Row(NamedTuple):
    """A formula at a point, its gradient there, and the same function in torch."""

    text: str
    place: tuple[float, ...]
    gradient: tuple[float, ...]
    theirs: Callable[..., Any]  # (torch, x, y) → a number


ROWS = [
    Row("relu(x)", (0.0,), (0.0,), lambda t, x: t.relu(x)),
    Row("abs(x)", (0.0,), (0.0,), lambda t, x: x.abs()),
    Row("sign(x)", (0.0,), (0.0,), lambda t, x: x.sign()),
    Row("max(x, y)", (1.0, 1.0), (0.5, 0.5), lambda t, x, y: t.maximum(x, y)),
    Row("max(x, y)", (2.0, 1.0), (1.0, 0.0), lambda t, x, y: t.maximum(x, y)),
    Row("min(x, y)", (1.0, 1.0), (0.5, 0.5), lambda t, x, y: t.minimum(x, y)),
    Row("clip(x, -1, 1)", (1.0,), (1.0,), lambda t, x: x.clamp(-1, 1)),
    Row("clip(x, -1, 1)", (-1.0,), (1.0,), lambda t, x: x.clamp(-1, 1)),
    Row("clip(x, -1, 1)", (1.5,), (0.0,), lambda t, x: x.clamp(-1, 1)),
    Row("clip(x, y, 2)", (1.0, 1.0), (1.0, 0.0), lambda t, x, y: t.clamp(x, y, t.full_like(x, 2))),
    Row("clip(x, -2, y)", (1.0, 1.0), (1.0, 0.0), lambda t, x, y: t.clamp(x, t.full_like(x, -2), y)),
    Row("leakyrelu(x, 0.25)", (0.0,), (0.25,), lambda t, x: t.nn.functional.leaky_relu(x, 0.25)),
    Row("elu(x, 2)", (0.0,), (2.0,), lambda t, x: t.nn.functional.elu(x, 2.0)),
    Row("huber(x, 2)", (2.0,), (2.0,), lambda t, x: t.nn.functional.huber_loss(x, 0 * x, delta=2.0)),
    Row("huber(x, 2)", (-2.0,), (-2.0,), lambda t, x: t.nn.functional.huber_loss(x, 0 * x, delta=2.0)),
    Row("huber(x, 2)", (-3.0,), (-2.0,), lambda t, x: t.nn.functional.huber_loss(x, 0 * x, delta=2.0)),
    Row("softsign(x)", (0.0,), (1.0,), lambda t, x: t.nn.functional.softsign(x)),
    Row("sinc(x)", (0.0,), (0.0,), lambda t, x: t.sinc(x / t.pi)),
    Row("floor(x) + ceil(x)", (1.0,), (0.0,), lambda t, x: x.floor() + x.ceil()),
    Row("round(x)", (0.5,), (0.0,), lambda t, x: x.round()),
    Row("frac(x)", (1.0,), (1.0,), lambda t, x: x.frac()),
    Row("mod(x, y)", (4.0, 2.0), (1.0, -2.0), lambda t, x, y: t.remainder(x, y)),
    Row("sqrt(x)", (0.0,), (INF,), lambda t, x: x.sqrt()),
    Row("ln(x)", (0.0,), (INF,), lambda t, x: x.log()),
    Row("x^y", (0.0, 2.0), (0.0, 0.0), lambda t, x, y: x**y),
    Row("|x|^y", (0.0, 1.5), (0.0, 0.0), lambda t, x, y: x.abs() ** y),
    Row("sqrt(x^2 + y^2)", (0.0, 0.0), (NAN, NAN), lambda t, x, y: (x**2 + y**2).sqrt()),
    Row("norm(x, y)", (0.0, 0.0), (NAN, NAN), lambda t, x, y: t.hypot(x, y)),
    Row("atan2(y, x)", (0.0, 0.0), (0.0, 0.0), lambda t, x, y: t.atan2(y, x)),
    Row("relu(x) + min(x, 0)", (0.0,), (0.5,), lambda t, x: t.relu(x) + t.minimum(x, t.zeros_like(x))),
    Row("piecewise(x < y: x^2, 2y)", (1.0, 1.0), (0.0, 2.0), lambda t, x, y: t.where(x < y, x**2, 2 * y)),
    Row("logsumexp(x, y)", (1.0, 1.0), (0.5, 0.5), lambda t, x, y: t.logaddexp(x, y)),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.text} at {row.place}")
def test_a_kink_has_the_slope_that_is_stored(row: Row) -> None:
    found = Objective.bind(parse(row.text), {}).gradient(row.place)
    np.testing.assert_allclose(found, row.gradient, rtol=1e-15)


@pytest.mark.foreign
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.text} at {row.place}")
def test_the_stored_slope_is_pytorch_s(row: Row) -> None:
    torch = pytest.importorskip("torch")
    point = [torch.tensor(u, dtype=torch.float64, requires_grad=True) for u in row.place]
    row.theirs(torch, *point).backward()
    found = [0.0 if each.grad is None else each.grad.item() for each in point]
    np.testing.assert_array_equal(found, row.gradient)


# Of a column a, w a at w = 1: the largest of the rows, which is there twice.
TIED = {"a": np.array([2.0, -1.0, 2.0, 0.5])}


@pytest.mark.foreign
def test_ties_among_rows_share_the_slope_as_amax_does() -> None:
    torch = pytest.importorskip("torch")
    for name, theirs in (("max", torch.amax), ("min", torch.amin)):
        rows = torch.tensor(TIED["a"] if name == "max" else -TIED["a"], requires_grad=True)
        theirs(rows).backward()
        function = Objective.bind(
            parse(f"{name}(w a + v a^2)", data=("a",)), {}, {"a": rows.detach().numpy()}
        )
        by_w, by_v = function.gradient([1.0, 0.0])
        share = rows.grad.numpy()
        assert by_w == pytest.approx(share @ rows.detach().numpy(), rel=1e-15)
        assert by_v == pytest.approx(share @ rows.detach().numpy() ** 2, rel=1e-15)


# Losses of one output a = w x + b at w = 1, b = 0 whose rows lie on kinks: x, and what is wanted.
ON_KINKS = {
    "l1": ([0.5, -1.0], [0.5, -1.0]),
    "huber(delta=0.5)": ([1.0, -1.0], [0.5, -0.5]),
    "smooth_l1(beta=0.5)": ([1.0, -1.0], [0.5, -0.5]),
    "hinge_embedding": ([1.0, 1.0], [-1.0, 1.0]),
}
FUNCTIONS = {
    "l1": ("l1_loss", {}),
    "huber(delta=0.5)": ("huber_loss", {"delta": 0.5}),
    "smooth_l1(beta=0.5)": ("smooth_l1_loss", {"beta": 0.5}),
    "hinge_embedding": ("hinge_embedding_loss", {}),
}


@pytest.mark.foreign
@pytest.mark.parametrize("loss", ON_KINKS)
def test_losses_on_their_kinks(loss: str) -> None:
    torch = pytest.importorskip("torch")
    x, y = (np.array([column]) for column in ON_KINKS[loss])
    objective = loss_over(replace(parse_network("1-1"), loss=parse_loss(loss)), x, y, {})
    weights = torch.tensor([1.0, 0.0], dtype=torch.float64, requires_grad=True)
    name, settings = FUNCTIONS[loss]
    outputs = weights[0] * torch.tensor(x[0]) + weights[1]
    getattr(torch.nn.functional, name)(outputs, torch.tensor(y[0]), **settings).backward()
    np.testing.assert_array_equal(objective.gradient([1.0, 0.0]), weights.grad.numpy())


def without_bias(text: str, loss: str) -> Network:
    network = parse_network(text)
    layers = tuple(replace(layer, bias=False) for layer in network.layers)
    return replace(network, layers=layers, loss=parse_loss(loss))


@pytest.mark.foreign
def test_margins_on_their_kinks() -> None:
    """The right class leads by exactly 1."""
    torch = pytest.importorskip("torch")
    objective = loss_over(
        without_bias("1-3", "multi_margin"), np.ones((1, 1)), np.array([[1.0], [0.0], [0.0]]), {}
    )
    place = [2.0, 1.0, 1.5]
    outputs = torch.tensor([place], dtype=torch.float64, requires_grad=True)
    torch.nn.functional.multi_margin_loss(outputs, torch.tensor([0])).backward()
    np.testing.assert_array_equal(objective.gradient(place), outputs.grad.numpy()[0])


@pytest.mark.foreign
@pytest.mark.parametrize(
    ("activation", "module"),
    [
        ("relu", "ReLU"),
        ("leaky_relu", "LeakyReLU"),
        ("elu", "ELU"),
        ("gelu", "GELU"),
        ("softplus", "Softplus"),
    ],
)
def test_units_at_0(activation: str, module: str) -> None:
    torch = pytest.importorskip("torch")
    objective = loss_over(
        without_bias(f"1-1{activation}", "mse(reduction=sum)"), np.ones((1, 1)), np.ones((1, 1)), {}
    )
    weight = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    ((getattr(torch.nn, module)()(weight) - 1) ** 2).sum().backward()
    assert objective.gradient([0.0])[0] == pytest.approx(weight.grad.item(), rel=1e-15)
