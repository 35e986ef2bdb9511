"""The chain rule of one weight at a moment of a training: its row's way, and what every row adds to it.

Pure functions of a Solution and a TrainingMoment; any thread; numpy only.
"""

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from engine.base.arrays import Floats
from engine.descent.batches import Batches
from engine.document.network import Activation, Network
from engine.document.network_setup import Examples
from engine.function.passes import passes
from engine.solving.solution import Solution
from engine.solving.training_moment import MOST_VALUES, TrainingMoment, network_of, weights_at
from engine.words.backprop_text import BackpropLine, RowPass, Shares, WeightPlace, backprop_lines

_FUNCTIONS: Final[dict[Activation, str]] = {"linear": "", "sigmoid": r"\sigma", "tanh": r"\tanh"}


class Backprop(Struct, frozen=True, eq=False, kw_only=True):
    """One weight at one moment.

    Attributes:
        lines: of its chain rule. shares: of the rows of the step's batch; None where they are too many.
        rows: of the table, in the order of the shares.
    """

    lines: tuple[BackpropLine, ...]
    shares: Shares | None
    rows: NDArray[np.intp]


def backprop(
    solution: Solution,
    moment: TrainingMoment,
    position: Floats,
    step: int,
    place: WeightPlace,
    names: tuple[str, ...] = (),
) -> Backprop | None:
    """The chain rule of the weight at `place`, for the row of `moment`; None where there is none of the two.

    position: (d,), of the weights that descend. step: whose batch. names: TeX of the inputs.
    """
    found = network_of(solution)
    if found is None or moment.row is None or not _holds(found[0], place):
        return None
    network, examples = found
    rows = _batch(solution, examples, step)
    shares = _shares(solution, moment, weights_at(solution, position), place, rows)
    lines = backprop_lines(_row_pass(network, moment, moment.row, names), place, shares)
    return Backprop(lines=lines, shares=shares, rows=rows)


def _holds(network: Network, place: WeightPlace) -> bool:
    if place.layer >= len(network.layers) or place.target >= network.widths[place.layer + 1]:
        return False
    layer = network.layers[place.layer]
    return layer.bias if place.source is None else place.source < network.widths[place.layer]


def _row_pass(network: Network, moment: TrainingMoment, row: int, names: tuple[str, ...]) -> RowPass:
    found = moment.passes
    tensors = iter(moment.tensors.values())
    pairs = [(next(tensors), next(tensors) if layer.bias else None) for layer in network.layers]
    return RowPass(
        row=row,
        inputs=found.inputs[:, 0],
        weights=tuple(matrix for matrix, _ in pairs),
        biases=tuple(bias for _, bias in pairs),
        functions=tuple(_function_latex(layer.activation) for layer in network.layers),
        sums=tuple(each[:, 0] for each in found.sums),
        activations=tuple(each[:, 0] for each in found.units),
        slopes=tuple(each[:, 0] for each in found.slopes),
        deltas=tuple(each[:, 0] for each in found.deltas),
        loss=float(found.losses[0]),
        loss_slopes=found.output_slopes[:, 0],
        names=names,
    )


def _function_latex(activation: Activation) -> str:
    return _FUNCTIONS.get(activation, rf"\mathrm{{{activation.replace('_', '')}}}")


def _batch(solution: Solution, examples: Examples, step: int) -> NDArray[np.intp]:
    """The rows of the table that the step from point `step` sees."""
    train, objective = np.asarray(examples.train, dtype=np.intp), solution.objective
    assert objective is not None
    batches = Batches.of(objective, len(train), solution.lab.training, solution.lab.seed)
    return train if batches is None else train[batches.rows_of(step)]


def _shares(
    solution: Solution,
    moment: TrainingMoment,
    theta: Floats,
    place: WeightPlace,
    rows: NDArray[np.intp],
) -> Shares | None:
    """δ a of each row; of a bias, δ."""
    found = network_of(solution)
    assert found is not None
    network, examples = found
    if len(rows) * sum(network.widths) > MOST_VALUES:
        return None
    every = passes(network, theta, examples.seen(examples.inputs[:, rows]), examples.wanted[:, rows])
    each = every.deltas[place.layer][place.target]
    if place.source is not None:
        below = every.units[place.layer - 1] if place.layer else every.inputs
        each = each * below[place.source]
    before = sum(2 if layer.bias else 1 for layer in network.layers[: place.layer])
    name = list(network.shapes)[before + (place.source is None)]
    at = (place.target,) if place.source is None else (place.target, place.source)
    own = np.flatnonzero(rows == moment.row)
    return Shares(
        each=each,
        place=int(own[0]) if len(own) else None,
        mean=network.loss.reduction == "mean",
        penalty=_penalty_slope(network, float(moment.tensors[name][at]), place),
        update=float(moment.updates[name][at]) if moment.updates is not None else None,
    )


def _penalty_slope(network: Network, weight: float, place: WeightPlace) -> float:
    """∂R/∂w of λ Σ w² or λ Σ |w|."""
    penalty = network.penalty
    if penalty is None or (place.source is None and penalty.of == "weights"):
        return 0.0
    return penalty.factor * (2.0 * weight if penalty.kind == "l2" else float(np.sign(weight)))
