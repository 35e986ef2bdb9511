"""What a Lab is about: a formula or a network, its variables, and the rows to train on and to test on.

Any thread; numpy only.
"""

from collections.abc import Mapping

import numpy as np
from msgspec import Struct

from engine.base.arrays import Floats
from engine.document.lab import Data, Lab
from engine.document.network_setup import Examples, network_formula, resolve_network
from engine.document.network_text import network_lines
from engine.document.setup import Problem, Setup, resolve
from engine.document.split import Rows, split_rows
from engine.formula import Formula
from engine.function.network import bind_network
from engine.function.objective import Objective
from engine.symbolic import Derivation, Expression


class Posed(Struct, frozen=True, eq=False):
    """A function to descend.

    Attributes:
        formula: of a network what stands for it. train, test: rows of the table.
        examples: what a network learns from.
    """

    formula: Formula
    setup: Setup
    train: Rows
    test: Rows
    examples: Examples | None = None


def pose_formula(lab: Lab, formula: Formula) -> tuple[Posed | None, tuple[Problem, ...]]:
    """The function of a formula; None where a problem is fatal."""
    setup, problems = resolve(lab, formula)
    if setup is None:
        return None, problems
    count = len(lab.data.rows) if lab.data is not None and formula.columns else 1
    rows = split_rows(count, lab.training.split if formula.columns else None, lab.seed)
    if isinstance(rows, Problem):
        return None, (rows,)
    return Posed(formula, setup, *rows), problems


def pose_network(lab: Lab, examples: Examples) -> tuple[Posed | None, tuple[Problem, ...]]:
    """The loss of the network of `lab`; None where a problem is fatal."""
    assert lab.network is not None
    setup, problems = resolve_network(lab, examples)
    if setup is None:
        return None, problems
    formula = network_formula(lab.network, examples)
    return Posed(formula, setup, examples.train, examples.test, examples), problems


def objectives_of(posed: Posed, lab: Lab) -> tuple[Objective, Objective | None]:
    """The function over the rows to train on; and over those to test on, where there are any."""
    if posed.examples is not None and lab.network is not None:
        whole = bind_network(lab.network, posed.examples, posed.setup)
    else:
        whole = Objective.bind(posed.formula, posed.setup.held, columns_of(lab.data))
    return (whole.on(posed.train), whole.on(posed.test)) if len(posed.test) else (whole, None)


def network_derivation(posed: Posed, lab: Lab) -> Derivation:
    """What is written of a network: itself, in matrices; no derivative."""
    assert lab.network is not None
    return Derivation(
        variables=posed.setup.variables,
        value=Expression(posed.formula.text, r",\quad ".join(network_lines(lab.network))),
        written={},
        columns=posed.formula.columns,
    )


def columns_of(data: Data | None) -> Mapping[str, Floats] | None:
    """The columns of a data table as arrays of shape (n,), or None."""
    if data is None:
        return None
    table = np.array(data.rows, dtype=np.float64).reshape(len(data.rows), len(data.columns))
    return {name: table[:, i] for i, name in enumerate(data.columns)}
