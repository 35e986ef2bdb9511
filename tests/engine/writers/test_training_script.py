"""The exported script of a network gives the losses of its runs, in NumPy, and in PyTorch where it is."""

from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from msgspec.structs import replace

from engine.base.i18n import Message
from engine.descent.forks import forked
from engine.document.lab import Lab, Variable
from engine.document.network import Training
from engine.document.network_text import ACTIVATIONS, LOSSES, parse_loss, parse_network, parse_penalty
from engine.optimizers import METHODS, parse_spec
from engine.solving.solution import Solution
from engine.solving.stages import Request, Solver
from engine.writers import training_script
from tests.engine.networks.labs import table
from tests.engine.writers.running import run_scripts

HOSTILE = ('"""', "a'); import os", "\\ and \n", "{x}")
COLUMNS = {
    "x_1": np.linspace(-1.5, 1.5, 20).round(3),
    "x_2": np.cos(np.arange(20.0)).round(3),
    "y": np.sin(np.arange(20.0)).round(3),
    "c": (np.arange(20) % 3 == 0) * 1.0,
    "s": (np.arange(20) % 3 == 0) * 2.0 - 1.0,
    "k": np.arange(20) % 3 * 1.0,
}
TARGETS = {"bce_with_logits": "c", "cross_entropy": "k", "hinge_embedding": "s", "multi_margin": "k"}
MORE = (
    "gd(lr=0.05, momentum=0.9, nesterov=true, weight_decay=0.01)",
    "adam(lr=0.05, beta1=0.8, weight_decay=0.1, amsgrad=true)",
    "rprop(lr=0.02, eta_minus=0.4, max_step=1)",
    "gd(lr=0.1, schedule=cosine(steps=9), noise=0.2, clip=0.5)",
    "asgd(lr=0.1, schedule=cosine(steps=9))",
    "lion(lr=0.01, weight_decay=0.1)",
    'rule(lr=0.1, keep="b = 0.9 b + g", update="-eta b / (1 + erf(b)^2)")',
)


def lab(network: str, loss: str, *specs: str, target: str | None = None, **changes: object) -> Lab:
    name = target or TARGETS.get(loss.partition("(")[0], "y")
    return Lab(
        data=table({each: COLUMNS[each] for each in ("x_1", "x_2", name)}),
        network=replace(parse_network(network), loss=parse_loss(loss)),
        racers=tuple(map(parse_spec, specs)),
        steps=9,
        stop=False,
        **changes,  # type: ignore[arg-type]
    )


def labs() -> dict[str, Lab]:
    every = lab("2-4tanh-1", "mse", *METHODS, *MORE, starts=({}, {}), seed=3)
    every = replace(every, racers=(*every.racers[:-1], replace(every.racers[-1], name=HOSTILE[0])))
    found = {
        "every method": replace(every, training=Training(batch=7, split=0.8)),
        "every method at once": replace(every, starts=({},), title={"en": "".join(HOSTILE)}),
    }
    batches = (Training(), Training(batch=6), Training(batch=6, shuffle=False), Training(split=0.7))
    for number, loss in enumerate(LOSSES):
        outputs = 3 if TARGETS.get(loss) == "k" else 1
        spelled = {"huber": "huber(delta=0.5)", "smooth_l1": "smooth_l1(beta=0.5)", "l1": "l1(reduction=sum)"}
        network = f"2-4{ACTIVATIONS[number].replace('linear', '')}-{outputs}"
        found[loss] = lab(network, spelled.get(loss, loss), "adam(lr=0.05)", training=batches[number % 4])
    scaled = Training(batch=6, split=0.7)
    found["standard"] = lab("2standard-3tanh-1", "mse", "adam(lr=0.05)", training=scaled)
    noisy = found["cross_entropy"]
    mixed = (replace(noisy.network.layers[0], bias=False), *noisy.network.layers[1:])
    found["classes"] = replace(
        noisy,
        data=replace(noisy.data, classes={"k": HOSTILE[:3]}),
        network=replace(noisy.network, label_noise=0.3, layers=mixed, penalty=parse_penalty("l1=0.01")),
    )
    held = {"0.weight[1,0]": Variable(role="held", value=0.25), "2.bias[0]": Variable(role="held", value=0.5)}
    specs = ("adamw(lr=0.1, noise=0.1)", "lion(lr=0.01)", "bfgs", "newton")
    found["held"] = lab("2-3softplus-1", "mse", *specs, variables=held)
    found["held"] = replace(
        found["held"], network=replace(found["held"].network, penalty=parse_penalty("l2=0.02,all"))
    )
    first = parse_spec("adam(lr=0.1, noise=0.1)")
    slower = replace(forked(first, 4), optimizer=parse_spec("adam(lr=0.02)").optimizer)
    other = replace(forked(slower, 7), optimizer=parse_spec("asgd(lr=0.05)").optimizer)
    decaying = replace(forked(other, 8), optimizer=parse_spec("asgd(lr=0.02)").optimizer)
    found["forked"] = replace(lab("2-1", "mse"), racers=(first, slower, other, decaying), training=batches[1])
    return found


LABS = labs()


@pytest.fixture(scope="module")
def solutions(deriver) -> dict[str, Solution]:
    """Without what is said of them beside their runs."""
    solver = Solver(deriver)
    return {name: list(solver.solve(Request(1, each, "draft")))[-1] for name, each in LABS.items()}


def printed(
    solutions: dict[str, Solution], library: Literal["numpy", "torch"], folder: Path
) -> dict[str, str]:
    """What the scripts print, by the names of the labs."""
    paths = []
    for number, solution in enumerate(solutions.values()):
        source = training_script(solution, library)
        assert isinstance(source, str)
        paths.append(folder / f"{number}.py")
        paths[-1].write_text(source, encoding="utf-8")
    return dict(zip(solutions, run_scripts(folder, paths), strict=True))


def tables_in(output: str) -> list[np.ndarray]:
    """The losses of every run."""
    tables: list[list[list[float]]] = []
    for line in output.splitlines():
        words = line.split()
        if line.startswith("step:"):
            tables.append([])
        elif tables and words and words[0].isdecimal():
            tables[-1].append([float(word) for word in words[1:]])
    return [np.array(each) for each in tables]


def check(solution: Solution, output: str) -> None:
    tables = tables_in(output)
    assert len(tables) == len(solution.runs) > 0
    for losses, run in zip(tables, solution.runs, strict=True):
        said = str(run.racer)
        # Where a line search divides by differences of gradients, rounding grows.
        near = {"rtol": 1e-8 if "BFGS" in said or "Conjugate" in said else 1e-12, "atol": 1e-14}
        np.testing.assert_allclose(losses[:, 0], run.values, **near, err_msg=said)
        columns = iter(losses.T[1:])
        if run.batch_values is not None:
            np.testing.assert_allclose(next(columns)[:-1], run.batch_values, **near, err_msg=said)
        if run.test_values is not None:
            np.testing.assert_allclose(next(columns), run.test_values, **near, err_msg=said)
        assert next(columns, None) is None


def test_the_numpy_script_repeats_the_runs(solutions: dict[str, Solution], tmp_path: Path) -> None:
    outputs = printed(solutions, "numpy", tmp_path)
    for name, solution in solutions.items():
        check(solution, outputs[name])


@pytest.mark.foreign
def test_the_torch_script_repeats_the_runs(solutions: dict[str, Solution], tmp_path: Path) -> None:
    pytest.importorskip("torch")
    outputs = printed(solutions, "torch", tmp_path)
    for name, solution in solutions.items():
        check(solution, outputs[name])


def test_it_reads_as_a_teacher_writes_it(solutions: dict[str, Solution]) -> None:
    source = training_script(solutions["every method"], "numpy")
    assert isinstance(source, str)
    for line in (
        "    z1 = W1 @ x + b1[:, None]",
        "    a1 = tanh(z1)",
        "    delta2 = slope / each.size",
        "    dW2 = delta2 @ a1.T",
        "    delta1 = (W2.T @ delta2) * tanh_slope(z1, a1)",
    ):
        assert line in source.splitlines()
    source = training_script(solutions["every method"], "torch")
    assert isinstance(source, str)
    assert (
        "        torch.nn.Linear(2, 4),\n        torch.nn.Tanh(),\n        torch.nn.Linear(4, 1)," in source
    )
    assert "(torch.optim.Adam, 9, {'lr': 0.05, 'betas': (0.8, 0.999)," in source


def test_no_name_leaves_its_quotes(solutions: dict[str, Solution]) -> None:
    for library in ("numpy", "torch"):
        source = training_script(solutions["classes"], library)
        assert isinstance(source, str)
        assert f"CLASSES = {list(HOSTILE[:3])!r}" in source.splitlines()


def test_what_is_too_much_for_a_script_is_said(solutions: dict[str, Solution]) -> None:
    solution = solutions["mse"]
    assert solution.examples is not None
    many = np.broadcast_to(solution.examples.inputs[:, :1], (2, 400_000))
    large = replace(solution, examples=replace(solution.examples, inputs=many))
    said = training_script(large, "numpy")
    assert isinstance(said, Message)
    assert "1,200,0" in said.render() and ".nabla" in said.render("ko")
