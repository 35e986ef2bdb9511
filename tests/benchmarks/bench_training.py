"""Training a network of 105 weights, its plane of loss and its Hessian, against NumPy by hand and PyTorch.

`NumPy, preallocated` is a loop written for this one network: rows last, buffers that are there already, the
bias as a row of ones; it keeps nothing but the loss, while each of our steps is kept whole and judged.
"""

from collections.abc import Iterator

import numpy as np

from engine.descent.loop import descend
from engine.document.lab import Data, Lab
from engine.document.network_setup import examples_of, resolve_network
from engine.document.network_text import parse_network
from engine.document.setup import Setup
from engine.function.network import bind_network
from engine.function.objective import Objective
from engine.optimizers import parse_spec
from tests.benchmarks.timing import Row, best_ms

STEPS = 1000
RATE = 0.05
ROWS = 200


def run() -> Iterator[Row]:
    objective, setup, x, y = posed(ROWS)
    start = setup.starts[0]
    racers = (parse_spec(f"gd(lr={RATE})"),)
    ours = best_ms(lambda _: descend(objective, setup, racers, steps=STEPS), 7)
    what = f"{STEPS} steps of 2-8-8-1 tanh, {ROWS} rows, kept and judged"
    yield what, ours, "NumPy, preallocated", best_ms(lambda _: by_hand(start, x, y, STEPS), 7)
    yield what, ours, *_torch(start, x, y)
    large, setup, *_ = posed(500)
    along, across = np.random.default_rng(1).standard_normal((2, 105))
    u = np.linspace(-1, 1, 128)
    plane = best_ms(lambda _: large.plane(setup.starts[0], along, across, u, u), 3)
    yield "plane of loss 128², 105 weights, 500 rows, with slopes", plane, "", None
    yield "Hessian of 105 weights", best_ms(lambda _: objective.curvature(start, np.eye(105)), 5), "", None


def network_lab(rows: int) -> Lab:
    """A network of 105 weights, 2-8-8-1 tanh, and the rows it learns from."""
    x = np.random.default_rng(0).uniform(-2, 2, (2, rows))
    y = np.sin(2 * x[0]) + 0.3 * x[1] ** 2
    data = Data(columns=("x_1", "x_2", "y"), rows=tuple(zip(*x.tolist(), y.tolist(), strict=True)))
    return Lab(network=parse_network("2-8tanh-8tanh-1"), data=data)


def posed(rows: int) -> tuple[Objective, Setup, np.ndarray, np.ndarray]:
    """The loss of that network, its start, the inputs (2, n) and the target (n,)."""
    lab = network_lab(rows)
    examples, _ = examples_of(lab)
    assert lab.network is not None and examples is not None
    setup, _ = resolve_network(lab, examples)
    assert setup is not None
    return bind_network(lab.network, examples, setup), setup, examples.inputs, examples.wanted[0]


def by_hand(start: np.ndarray, x: np.ndarray, y: np.ndarray, steps: int) -> np.ndarray:
    """The losses of gradient descent, one buffer for each array."""
    n = len(y)
    parts = np.split(start, np.cumsum([16, 8, 64, 8, 8]))
    w_1, w_2, w_3 = (
        np.hstack([weight.reshape(len(bias), -1), bias[:, None]])
        for weight, bias in zip(parts[::2], parts[1::2], strict=True)
    )
    inputs = np.vstack([x, np.ones(n)])
    first, second = np.ones((9, n)), np.ones((9, n))
    a, b = first[:8], second[:8]
    out, back_1, back_2, room = np.empty((1, n)), np.empty((8, n)), np.empty((8, n)), np.empty((8, n))
    g_1, g_2, g_3 = np.empty_like(w_1), np.empty_like(w_2), np.empty_like(w_3)
    losses = np.empty(steps)
    for k in range(steps):
        np.tanh(np.matmul(w_1, inputs, out=a), out=a)
        np.tanh(np.matmul(w_2, first, out=b), out=b)
        np.subtract(np.matmul(w_3, second, out=out), y, out=out)
        losses[k] = np.vdot(out, out) / n
        np.multiply(out, 2 / n, out=out)
        np.matmul(out, second.T, out=g_3)
        np.matmul(w_3[:, :8].T, out, out=back_2)
        np.multiply(back_2, np.subtract(1.0, np.multiply(b, b, out=room), out=room), out=back_2)
        np.matmul(back_2, first.T, out=g_2)
        np.matmul(w_2[:, :8].T, back_2, out=back_1)
        np.multiply(back_1, np.subtract(1.0, np.multiply(a, a, out=room), out=room), out=back_1)
        np.matmul(back_1, inputs.T, out=g_1)
        for weights, slope in ((w_1, g_1), (w_2, g_2), (w_3, g_3)):
            np.subtract(weights, np.multiply(slope, RATE, out=slope), out=weights)
    return losses


def _torch(start: np.ndarray, x: np.ndarray, y: np.ndarray) -> tuple[str, float | None]:
    try:
        import torch
    except ImportError:
        return "", None
    torch.set_num_threads(1)
    linear, tanh = torch.nn.Linear, torch.nn.Tanh
    net = torch.nn.Sequential(linear(2, 8), tanh(), linear(8, 8), tanh(), linear(8, 1)).double()
    torch.nn.utils.vector_to_parameters(torch.tensor(start), net.parameters())
    inputs, wanted = torch.tensor(x.T.copy()), torch.tensor(y[:, None])
    optimizer = torch.optim.SGD(net.parameters(), lr=RATE)

    def loop(_k: int) -> None:
        for _ in range(STEPS):
            optimizer.zero_grad()
            torch.nn.functional.mse_loss(net(inputs), wanted).backward()
            optimizer.step()

    return "PyTorch eager", best_ms(loop)
