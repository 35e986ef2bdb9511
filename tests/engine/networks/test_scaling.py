"""Inputs that are standardised: the loss, its formula, the drawn plane and the file, against NumPy."""

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from engine.document.lab import Data, Lab
from engine.document.network import Training
from engine.document.network_letters import spelled_out
from engine.document.network_setup import examples_of, file_weights, resolve_network
from engine.document.network_text import parse_network
from engine.document.weights.weightfile import encoded, read
from engine.function.network import bind_network
from engine.function.objective import Objective
from engine.solving.stages import solve
from engine.solving.training_moment import input_plane, predictions
from engine.symbolic import Deriver

RANDOM = np.random.default_rng(3)
ROWS = np.column_stack([RANDOM.normal(40.0, 9.0, 12), RANDOM.normal(-3.0, 0.2, 12), RANDOM.normal(size=12)])
DATA = Data(columns=("a", "b", "y"), rows=tuple(map(tuple, ROWS.tolist())))
NETWORK = parse_network("2standard-3tanh-1")
LAB = Lab(network=NETWORK, data=DATA, steps=3, training=Training(split=0.75), seed=5)


def by_hand(theta: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    """What 2-3tanh-1 says of inputs (2, n)."""
    first, bias, second, last = np.split(theta, (6, 9, 12))
    hidden = np.tanh(first.reshape(3, 2) @ inputs + bias[:, None])
    return second @ hidden + last


def test_rows_to_train_on_say_the_mean_and_the_deviation() -> None:
    examples, problems = examples_of(LAB)
    assert examples is not None and not problems
    train = ROWS[examples.train, :2].T
    mean, std = train.mean(axis=1, keepdims=True), train.std(axis=1, keepdims=True)
    np.testing.assert_array_equal(examples.inputs, ROWS[:, :2].T)
    scaled = (ROWS[:, :2].T - mean) / std
    np.testing.assert_allclose(examples.seen(examples.inputs), scaled, rtol=1e-12)

    setup, _ = resolve_network(LAB, examples)
    assert setup is not None and LAB.network is not None
    theta = setup.starts[0]
    objective = bind_network(LAB.network, examples, setup)
    loss = float(np.mean((by_hand(theta, scaled) - ROWS[:, 2]) ** 2))
    assert float(objective.value(theta)) == pytest.approx(loss, rel=1e-12)
    formula = spelled_out(LAB.network, examples)
    assert formula is not None
    columns = dict(zip(DATA.columns, ROWS.T, strict=True))
    assert float(Objective.bind(formula, {}, columns).value(theta)) == pytest.approx(loss, rel=1e-12)


def test_pictures_keep_the_units_of_the_table(deriver: Deriver) -> None:
    solution = solve(LAB, deriver)
    theta = solution.runs[0].points[-1]
    examples = solution.examples
    plane = input_plane(solution, theta, 5)
    said = predictions(solution, theta)
    assert examples is not None and plane is not None and said is not None
    assert plane.x[0] < ROWS[:, 0].min() and plane.y[-1] > ROWS[:, 1].max()
    grid = np.stack([part.ravel() for part in np.meshgrid(plane.x, plane.y)])
    np.testing.assert_allclose(plane.outputs[0].ravel(), by_hand(theta, examples.seen(grid)), rtol=1e-10)
    np.testing.assert_allclose(said[0], by_hand(theta, examples.seen(ROWS[:, :2].T)), rtol=1e-10)


def test_a_constant_column_is_divided_by_one() -> None:
    rows = tuple((float(k), 7.0, 1.0) for k in range(3))
    examples, _ = examples_of(replace(LAB, data=Data(columns=DATA.columns, rows=rows), training=Training()))
    assert examples is not None
    assert examples.seen(examples.inputs)[1].tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("kind", ["safetensors", "npz"])
def test_a_file_of_weights_says_it(tmp_path: Path, kind: str) -> None:
    examples, _ = examples_of(LAB)
    assert examples is not None and LAB.network is not None
    setup, _ = resolve_network(LAB, examples)
    assert setup is not None
    tensors = file_weights(LAB.network, examples, setup, setup.starts[0])
    assert tensors.arrays["scaling.mean"].tolist() == examples.scaling["scaling.mean"].tolist()
    path = tmp_path / f"w.{kind}"
    path.write_bytes(encoded(tensors, kind))
    loaded = read(path, tuple(LAB.network.shapes.items()))
    assert loaded.standardised and loaded.tensors.flat.tolist() == setup.starts[0].tolist()
    plain = replace(LAB, network=replace(LAB.network, scaling="none"))
    unscaled, _ = examples_of(plain)
    assert unscaled is not None and plain.network is not None and not unscaled.scaling
    path.write_bytes(encoded(file_weights(plain.network, unscaled, setup, setup.starts[0]), kind))
    assert not read(path, tuple(LAB.network.shapes.items())).standardised
