"""The stored table says what it means: its losses are those of its weights, by the closed formulas."""

import math

import numpy as np
import pytest
from numpy import exp, log1p, maximum, tanh, vectorize

from tests.engine.networks.torch_cases import CASES, COLUMNS, INITIALISATIONS, INPUTS, STEPS, Case

METHODS = {
    "gd",
    "adagrad",
    "rmsprop",
    "adadelta",
    "adam",
    "adamw",
    "nadam",
    "radam",
    "adamax",
    "rprop",
    "asgd",
}
ACTIVATIONS = {
    "": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + exp(-z)),
    "tanh": tanh,
    "relu": lambda z: maximum(z, 0),
    "leaky_relu": lambda z: np.where(z > 0, z, 0.01 * z),
    "elu": lambda z: np.where(z > 0, z, exp(z) - 1),
    "gelu": lambda z: z * (1 + vectorize(math.erf)(z / math.sqrt(2))) / 2,
    "softplus": lambda z: log1p(exp(z)),
}
INPUT = np.column_stack([COLUMNS[name] for name in INPUTS])


def huber(r: np.ndarray, delta: float) -> np.ndarray:
    return np.where(abs(r) < delta, r**2 / 2, delta * (abs(r) - delta / 2))


def margins(a: np.ndarray, k: np.ndarray) -> np.ndarray:
    wrong = maximum(0, 1 - np.take_along_axis(a, k, axis=1) + a)
    np.put_along_axis(wrong, k, 0.0, axis=1)
    return wrong.sum(axis=1) / a.shape[1]


LOSSES = {
    "mse": lambda a, y: (a - y) ** 2,
    "l1": lambda a, y: abs(a - y),
    "huber": lambda a, y: huber(a - y, 1.0),
    "huber(delta=0.5)": lambda a, y: huber(a - y, 0.5),
    "smooth_l1": lambda a, y: huber(a - y, 1.0),
    "smooth_l1(beta=0.5)": lambda a, y: huber(a - y, 0.5) / 0.5,
    "bce_with_logits": lambda a, y: log1p(exp(-a)) * y + log1p(exp(a)) * (1 - y),
    "cross_entropy": lambda a, y: np.log(exp(a).sum(axis=1)) - np.take_along_axis(a, y.astype(int), 1)[:, 0],
    "hinge_embedding": lambda a, y: np.where(y == 1, a, maximum(0, 1 - a)),
    "multi_margin": lambda a, y: margins(a, y.astype(int)),
}


def loss_of(case: Case, weights: dict[str, np.ndarray], rows: slice = slice(None)) -> float:
    arrays = iter(weights.values())
    a = INPUT[rows]
    for part in case.network.split("-")[1:]:
        a = ACTIVATIONS[part.lstrip("0123456789")](a @ next(arrays).T + next(arrays))
    y = np.column_stack([COLUMNS[name] for name in case.targets])[rows]
    each = LOSSES[case.loss.removesuffix("(reduction=sum)")](a, y)
    value = each.sum() if case.loss.endswith("(reduction=sum)") else each.mean()
    if case.penalty is not None:
        power = 2 if case.penalty.kind == "l2" else 1
        of = [w for n, w in weights.items() if case.penalty.of == "all" or n.endswith("weight")]
        value += case.penalty.factor * sum((abs(w) ** power).sum() for w in of)
    return float(value)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_losses_are_those_of_the_weights(case: Case) -> None:
    assert case.losses.shape == (STEPS + 1,)
    assert loss_of(case, case.start) == pytest.approx(case.losses[0], rel=1e-13)
    assert loss_of(case, case.final) == pytest.approx(case.losses[-1], rel=1e-12)
    if case.batch_losses is not None:
        assert case.batch_losses.shape == (STEPS,)
        assert loss_of(case, case.start, slice(case.batch)) == pytest.approx(case.batch_losses[0], rel=1e-13)


def test_there_is_a_case_of_each() -> None:
    for batch in ("full", 32):
        cases = [case for case in CASES if case.batch == batch]
        assert {case.optimizer.partition("(")[0] for case in cases} == METHODS
        assert {case.loss for case in cases} == {*LOSSES, "mse(reduction=sum)"}
    assert {case.network for case in CASES} >= {f"2-8{name}-1" for name in ACTIVATIONS}


def test_a_step_of_a_batch_begins_with_its_rows() -> None:
    """In the 3rd step the rows are the first again: the last batch of an epoch is smaller."""
    case = next(case for case in CASES if case.batch == 32 and case.optimizer == "gd(lr=0.1)")
    weights = {name: array.copy() for name, array in case.start.items()}
    for step, rows in enumerate((slice(0, 32), slice(32, 50), slice(0, 32))):
        assert loss_of(case, weights, rows) == pytest.approx(case.batch_losses[step], rel=1e-12)
        x, y = INPUT[rows], COLUMNS["y"][rows, None]
        w, b, v, c = weights.values()
        a = tanh(x @ w.T + b)
        delta = 2 * (a @ v.T + c - y) / len(x)
        back = delta @ v * (1 - a**2)
        for array, slope in zip(
            (w, b, v, c), (back.T @ x, back.sum(0), delta.T @ a, delta.sum(0)), strict=True
        ):
            array -= 0.1 * slope
        assert loss_of(case, weights) == pytest.approx(case.losses[step + 1], rel=1e-12)


def test_the_default_initialisation_is_uniform_within_one_over_the_root_of_the_inputs() -> None:
    for drawn in INITIALISATIONS:
        if drawn.name != "default":
            continue
        bound = drawn.fan_in**-0.5
        for sample in (drawn.weight, drawn.bias):
            assert sample is not None
            assert -bound <= sample.least < -0.999 * bound
            assert 0.999 * bound < sample.greatest <= bound
            assert sample.deviation == pytest.approx(bound / math.sqrt(3), rel=0.01)
            assert abs(sample.mean) < 0.01 * bound


@pytest.mark.parametrize(
    ("name", "variance"),
    [
        ("glorot_uniform", lambda fan_in, fan_out: 2 / (fan_in + fan_out)),
        ("glorot_normal", lambda fan_in, fan_out: 2 / (fan_in + fan_out)),
        ("he_uniform", lambda fan_in, fan_out: 2 / fan_in),
        ("he_normal", lambda fan_in, fan_out: 2 / fan_in),
    ],
)
def test_glorot_and_he_have_their_variance(name: str, variance) -> None:  # type: ignore[no-untyped-def]
    samples = [drawn for drawn in INITIALISATIONS if drawn.name == name]
    assert len(samples) == 3
    for drawn in samples:
        wanted = math.sqrt(variance(drawn.fan_in, drawn.fan_out))
        assert drawn.weight.deviation == pytest.approx(wanted, rel=0.01)
        if name.endswith("uniform"):
            assert 0.999 * math.sqrt(3) * wanted < drawn.weight.greatest <= math.sqrt(3) * wanted
