"""A moment of a network's training: its weights at the playhead, what they make of the rows, and how well.

Pure functions of a Solution and a place on the way; the same code in window and film. What costs more than
MOST_VALUES numbers is left out, so that a frame stays a frame. Any thread; numpy only.
"""

import math
from typing import Final

import numpy as np
from msgspec import Struct

from engine.base.arrays import Floats
from engine.descent.run import Run
from engine.document.network import CLASSES, Network
from engine.document.network_setup import Examples
from engine.function.passes import Passes, outputs_of, passes, units_of
from engine.solving.solution import Solution

MOST_VALUES: Final = 400_000  # activations that are made for one frame
LEAST_SIDE: Final = 12  # points of the plane of two inputs
AROUND: Final = 0.1  # of the range of the inputs, drawn beyond them at each side


class TrainingMoment(Struct, frozen=True, eq=False, kw_only=True):
    """One moment of one run.

    Attributes:
        tensors, gradients: by name, each of its tensor's shape; a weight that is held has a gradient of 0.
        updates: what the next step adds; None after the last.
        row: of the table, to which `passes` belongs; None: to other inputs, of which nothing is wanted: their
            losses and δ are NaN. inputs: (i,), as a table has them.
    """

    tensors: dict[str, Floats]
    gradients: dict[str, Floats]
    updates: dict[str, Floats] | None
    row: int | None
    inputs: Floats
    passes: Passes


def network_of(solution: Solution) -> tuple[Network, Examples] | None:
    """The network that a Solution trains, and its examples; None where it is a formula's."""
    network = solution.lab.network
    if network is None or solution.examples is None or solution.objective is None:
        return None
    if network.parameters != len(solution.setup.variables if solution.setup else ()):
        return None
    if network.inputs != len(solution.examples.names):
        return None  # what is shown until another network of as many weights is solved
    return network, solution.examples


def weights_at(solution: Solution, position: Floats) -> Floats:
    """All weights in flat order, those that are held among them. position: (d,), of those that descend."""
    setup = solution.setup
    assert setup is not None
    if not setup.held:
        return position
    moving = dict(zip(setup.descended, position.tolist(), strict=True))
    return np.array([moving[n] if n in moving else setup.held[n] for n in setup.variables])


def training_moment(
    solution: Solution,
    run: Run | None,
    position: Floats,
    step: int,
    row: int,
    used: tuple[float, ...] | None = None,
) -> TrainingMoment | None:
    """The moment of `run` between its points `step` and `step` + 1; None where no network is trained.

    used: inputs in the place of the row's, as a table has them.
    """
    found = network_of(solution)
    objective = solution.objective
    if found is None or objective is None:
        return None
    network, examples = found
    theta = weights_at(solution, position)
    row = min(max(row, 0), examples.inputs.shape[-1] - 1)
    inputs, wanted = examples.inputs[:, row], examples.wanted[:, row]
    if used is not None:
        inputs, wanted = np.array(used), np.full_like(wanted, np.nan)
    updates = None
    if run is not None and step < run.steps:
        updates = _tensors(network, _whole(solution, run.points[step + 1] - run.points[step]))
    return TrainingMoment(
        tensors=_tensors(network, theta),
        gradients=_tensors(network, _whole(solution, objective.gradient(position))),
        updates=updates,
        row=row if used is None else None,
        inputs=inputs,
        passes=passes(network, theta, examples.seen(inputs[:, None]), wanted[:, None]),
    )


def predictions(solution: Solution, theta: Floats) -> Floats | None:
    """What the network says of every row: (o, n), probabilities where the loss is of classes or of logits."""
    found = network_of(solution)
    if found is None or found[1].inputs.shape[-1] * sum(found[0].widths) > MOST_VALUES:
        return None
    network, examples = found
    return squashed(network, outputs_of(network, theta, examples.seen(examples.inputs)))


def squashed(network: Network, outputs: Floats) -> Floats:
    """Outputs (o, n) as what a person reads: the probability of each class, of logits, or ŷ itself."""
    with np.errstate(all="ignore"):
        if network.loss.name in CLASSES:
            shares = np.exp(outputs - outputs.max(axis=0, keepdims=True))
            return np.asarray(shares / shares.sum(axis=0, keepdims=True))
        if network.loss.name == "bce_with_logits":
            return np.asarray(0.5 * (1.0 + np.tanh(0.5 * outputs)))
    return outputs


class InputPlane(Struct, frozen=True, eq=False, kw_only=True):
    """What a network of two inputs makes of the plane around its rows.

    Attributes:
        x: (nx,), y: (ny,). outputs: (o, ny, nx), as of `squashed`. units: of each layer, (h, ny, nx).
    """

    x: Floats
    y: Floats
    outputs: Floats
    units: tuple[Floats, ...]


def input_plane(solution: Solution, theta: Floats, side: int) -> InputPlane | None:
    """The plane of two inputs on a grid of `side` points a side, of a large network fewer; None for any other
    number of inputs."""
    found = network_of(solution)
    if found is None or found[0].inputs != 2:
        return None
    network, examples = found
    side = min(side, max(math.isqrt(MOST_VALUES // sum(network.widths)), LEAST_SIDE))
    x, y = (np.linspace(*around(values), side) for values in examples.inputs)
    grid = np.stack([part.ravel() for part in np.meshgrid(x, y)])
    units = units_of(network, theta, examples.seen(grid))
    shaped = tuple(each.reshape(-1, side, side) for each in units)
    return InputPlane(x=x, y=y, outputs=squashed(network, units[-1]).reshape(-1, side, side), units=shaped)


def input_line(solution: Solution, theta: Floats, count: int) -> tuple[Floats, Floats] | None:
    """The curve of a network of one input: x (count,) and the outputs (o, count)."""
    found = network_of(solution)
    if found is None or found[0].inputs != 1:
        return None
    network, examples = found
    x = np.linspace(*around(examples.inputs[0]), count)
    return x, squashed(network, outputs_of(network, theta, examples.seen(x[None])))


def around(values: Floats) -> tuple[float, float]:
    """The range of some values and a little more at each side; of one value, half a unit."""
    low, high = float(values.min()), float(values.max())
    pad = AROUND * (high - low) or 0.5
    return low - pad, high + pad


def classes_of(network: Network, examples: Examples) -> tuple[str, ...]:
    """The names of the classes that are told apart; empty where a number is predicted."""
    if examples.classes is not None:
        return examples.classes
    return ("0", "1") if network.loss.name == "bce_with_logits" and network.widths[-1] == 1 else ()


def taken_for(network: Network, probabilities: Floats) -> Floats:
    """The number of the class that rows are taken for, (o, n) → (n,)."""
    if len(probabilities) == 1:
        return np.asarray(probabilities[0] > 0.5, dtype=np.float64)
    return np.asarray(probabilities.argmax(axis=0), dtype=np.float64)


def targets_of(network: Network, examples: Examples) -> Floats:
    """The number of the class of each row, or the first target, (n,)."""
    if network.loss.name in CLASSES:
        return np.asarray(examples.wanted.argmax(axis=0), dtype=np.float64)
    return np.asarray(examples.wanted[0])


def _whole(solution: Solution, values: Floats) -> Floats:
    """Numbers of the weights that descend, (d,), with 0 for those that are held."""
    setup = solution.setup
    assert setup is not None
    if not setup.held:
        return values
    moving = dict(zip(setup.descended, values.tolist(), strict=True))
    return np.array([moving.get(name, 0.0) for name in setup.variables])


def _tensors(network: Network, flat: Floats) -> dict[str, Floats]:
    """The weights, or their gradients, by the names of their tensors."""
    tensors, begin = {}, 0
    for name, shape in network.shapes.items():
        size = math.prod(shape)
        tensors[name] = flat[begin : begin + size].reshape(shape)
        begin += size
    return tensors
