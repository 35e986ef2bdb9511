"""Training a network of 105 weights, its plane of loss and its Hessian, against NumPy by hand and PyTorch.

`NumPy, preallocated` is a loop written for this one network: rows last, buffers that are there already, the
bias as a row of ones; it keeps nothing but the loss, while each of our steps is kept whole and judged.
"""

from collections.abc import Iterator

import numpy as np
from msgspec.structs import replace

from engine.descent.batches import Batches
from engine.descent.loop import advance, descend
from engine.descent.motion import Motion
from engine.document.lab import Data, Lab
from engine.document.network import Loss
from engine.document.network_setup import drawn_weights, examples_of, resolve_network
from engine.document.network_text import parse_network
from engine.document.setup import Setup
from engine.function.network import bind_network, loss_over
from engine.function.objective import Objective
from engine.optimizers import parse_spec
from tests.benchmarks.timing import GOAL, Row, best_ms

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
    for what, ticks, limit_ms in (("128²", u, 1000.0), ("31², the first picture", u[::4][:31], 150.0)):
        plane = best_ms(lambda _, ticks=ticks: large.plane(setup.starts[0], along, across, ticks, ticks), 3)
        yield f"plane of loss {what}, 105 weights, 500 rows, with slopes", plane, GOAL, limit_ms
    hessian = best_ms(lambda _: objective.curvature(start, np.eye(105)), 5)
    by_rules = best_ms(lambda _: hessian_by_hand(start, x, y), 5)
    yield "Hessian of 105 weights", hessian, "NumPy, R-operator by hand", by_rules
    yield from by_batches()


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


def hessian_by_hand(start: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The Hessian, (105, 105): both passes in forward mode, in all directions at once (Pearlmutter 1994)."""
    n, d = len(y), len(start)
    shapes = [(8, 2), (8,), (8, 8), (8,), (1, 8), (1,)]
    ends = np.cumsum([np.prod(shape) for shape in shapes])[:-1]
    w_1, b_1, w_2, b_2, w_3, b_3 = (p.reshape(s) for p, s in zip(np.split(start, ends), shapes, strict=True))
    ways = np.split(np.eye(d), ends, axis=1)
    v_1, c_1, v_2, c_2, v_3, c_3 = (p.reshape(d, *s) for p, s in zip(ways, shapes, strict=True))
    a = np.tanh(w_1 @ x + b_1[:, None])
    b = np.tanh(w_2 @ a + b_2[:, None])
    e = (w_3 @ b + b_3[:, None] - y) * (2 / n)
    f_1, f_2 = 1 - a * a, 1 - b * b
    back_2, r_a = w_3.T @ e, (v_1 @ x + c_1[..., None]) * f_1
    delta_2 = back_2 * f_2
    back_1 = w_2.T @ delta_2
    r_b = (v_2 @ a + w_2 @ r_a + c_2[..., None]) * f_2
    r_e = (v_3 @ b + w_3 @ r_b + c_3[..., None]) * (2 / n)
    r_2 = (v_3.mT @ e + w_3.T @ r_e) * f_2 - 2 * b * r_b * back_2
    r_1 = (v_2.mT @ delta_2 + w_2.T @ r_2) * f_1 - 2 * a * r_a * back_1
    parts = [r_1 @ x.T, r_1.sum(-1), r_2 @ a.T + delta_2 @ r_a.mT, r_2.sum(-1)]
    parts += [r_e @ b.T + e @ r_b.mT, r_e.sum(-1)]
    return np.concatenate([part.reshape(d, -1) for part in parts], axis=1)


def by_batches() -> Iterator[Row]:
    """100 steps of a network of 50,890 weights, without what is kept of them."""
    random = np.random.default_rng(0)
    x, labels = random.uniform(0, 1, (784, 1000)), random.integers(0, 10, 1000)
    network = replace(parse_network("784-64relu-10"), loss=Loss("cross_entropy"))
    objective = loss_over(network, x, (labels == np.arange(10)[:, None]) * 1.0, {})
    start = drawn_weights(network, 1, 0)
    reach = np.full(start.shape[1], np.inf)  # nothing is too far away
    racer = parse_spec("adam(lr=0.001)")

    def steps(_k: int) -> None:
        batches = Batches(objective, 1000, 32, shuffle=True, seed=0)
        advance(Motion(objective, racer, start, batches=batches), -reach, reach, steps=100)

    what = "100 steps of adam of 784-64-10, batches of 32 of 1,000 rows"
    yield what, best_ms(steps, 5), *_torch_by_batches(x, labels)


def _torch_by_batches(x: np.ndarray, labels: np.ndarray) -> tuple[str, float | None]:
    try:
        import torch
    except ImportError:
        return "", None
    torch.set_num_threads(1)
    linear = torch.nn.Linear
    net = torch.nn.Sequential(linear(784, 64), torch.nn.ReLU(), linear(64, 10)).double()
    inputs, wanted = torch.tensor(x.T.copy()), torch.tensor(labels)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.001)

    def steps(_k: int) -> None:
        order = torch.randperm(1000)
        for k in range(100):
            rows = order[k % 31 * 32 : (k % 31 + 1) * 32]
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(net(inputs[rows]), wanted[rows]).backward()
            optimizer.step()

    return "PyTorch eager", best_ms(steps, 5)


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
