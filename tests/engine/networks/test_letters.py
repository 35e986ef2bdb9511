"""A network written out as a formula: the same numbers, and derivatives that can be written."""

import numpy as np
import pytest
from msgspec.structs import replace

from engine.document.lab import Lab
from engine.document.network import Penalty
from engine.document.network_letters import letters_of, spelled_out
from engine.document.network_setup import examples_of
from engine.document.network_text import ACTIVATIONS, LOSSES, parse_loss, parse_network
from engine.function.objective import Objective
from engine.solving.posing import columns_of
from tests.engine.networks.labs import bound, table
from tests.engine.networks.torch_cases import COLUMNS

TARGETS = {"bce_with_logits": "c", "cross_entropy": "k", "hinge_embedding": "s", "multi_margin": "k"}
CASES = [(f"2-2{name}-1", "mse", None) for name in ACTIVATIONS]
CASES += [("2-1tanh-3" if TARGETS.get(loss) == "k" else "2-2tanh-1", loss, None) for loss in LOSSES]
CASES += [
    ("2-2tanh-1", "huber(delta=0.5)", Penalty("l2", 0.01)),
    ("2-2tanh-1", "smooth_l1(beta=0.5)", Penalty("l1", 0.01, "all")),
    ("2-2tanh-1", "l1(reduction=sum)", None),
    ("2-1tanh-2tanh-1", "mse", None),
]


def lab(text: str, loss: str = "mse", penalty: Penalty | None = None) -> Lab:
    target = TARGETS.get(loss, "y")
    network = replace(parse_network(text), loss=parse_loss(loss), penalty=penalty)
    return Lab(network=network, data=table({name: COLUMNS[name] for name in ("x_1", "x_2", target)}))


@pytest.mark.parametrize(("text", "loss", "penalty"), CASES)
def test_the_formula_is_the_network(text: str, loss: str, penalty: Penalty | None) -> None:
    wanted = lab(text, loss, penalty)
    examples, _ = examples_of(wanted)
    assert examples is not None and wanted.network is not None
    formula = spelled_out(wanted.network, examples)
    assert formula is not None and formula.variables == letters_of(wanted.network)
    network, setup = bound(wanted)
    written = Objective.bind(formula, {}, columns_of(wanted.data))
    for theta in (setup.starts[0], 3 * setup.starts[0]):
        (value, slope), (other, its) = network.value_and_gradient(theta), written.value_and_gradient(theta)
        assert value == pytest.approx(float(other), rel=1e-13)
        np.testing.assert_allclose(slope, its, rtol=1e-11, atol=1e-15)


def test_several_targets_are_averaged() -> None:
    network = replace(parse_network("2-2"), targets=("y", "z"))
    wanted = Lab(network=network, data=table({name: COLUMNS[name] for name in ("x_1", "x_2", "y", "z")}))
    examples, _ = examples_of(wanted)
    assert examples is not None
    formula = spelled_out(network, examples)
    assert formula is not None
    (objective, setup), written = bound(wanted), Objective.bind(formula, {}, columns_of(wanted.data))
    assert objective.value(setup.starts[0]) == pytest.approx(float(written.value(setup.starts[0])), rel=1e-13)


@pytest.mark.parametrize("text", ["2-20tanh-20tanh-1", "2-500tanh-500tanh-1", "2-100tanh-1"])
def test_what_is_too_long_for_a_formula_is_not_written(text: str) -> None:
    wanted = lab(text)
    examples, _ = examples_of(wanted)
    assert wanted.network is not None and examples is not None
    assert spelled_out(wanted.network, examples) is None
