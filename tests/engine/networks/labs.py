"""Labs of networks for tests: a table of columns, and the cases that PyTorch trained as Labs."""

from collections.abc import Mapping

import numpy as np
from msgspec.structs import replace

from engine.document.lab import Data, Lab
from engine.document.network import Penalty, Training
from engine.document.network_setup import examples_of, resolve_network
from engine.document.network_text import parse_loss, parse_network
from engine.document.setup import Setup
from engine.document.weights.tensors import Tensors
from engine.function.network import bind_network
from engine.function.objective import Objective
from engine.optimizers import parse_spec
from tests.engine.networks.torch_cases import COLUMNS, INPUTS, STEPS, Case


def table(columns: Mapping[str, np.ndarray]) -> Data:
    return Data(
        columns=tuple(columns),
        rows=tuple(zip(*(column.tolist() for column in columns.values()), strict=True)),
    )


def lab_of(case: Case) -> Lab:
    """The run of a case, rows in order, with the rules that end runs switched off."""
    columns = {name: COLUMNS[name] for name in (*INPUTS, *case.targets)}
    penalty = case.penalty
    network = replace(
        parse_network(case.network),
        loss=parse_loss(case.loss),
        penalty=penalty and Penalty(penalty.kind, penalty.factor, penalty.of),
        targets=case.targets,
        weights=Tensors.of(case.start),
    )
    return Lab(
        data=table(columns),
        network=network,
        training=Training(batch=None if case.batch == "full" else case.batch, shuffle=False),
        racers=(parse_spec(case.optimizer),),
        steps=STEPS,
        stop=False,
    )


def bound(lab: Lab) -> tuple[Objective, Setup]:
    """The loss over all rows as a function, and where it begins."""
    examples, problems = examples_of(lab)
    assert lab.network is not None and examples is not None, problems
    setup, problems = resolve_network(lab, examples)
    assert setup is not None, problems
    return bind_network(lab.network, examples, setup), setup
