"""A moment of training as the values that are drawn: the network with its numbers, and its fit.

Any thread; no Qt. The numbers are the engine's (`engine.solving.training_moment`); what is chosen here is
only what is shown.
"""

from typing import Final

import numpy as np

from engine.base.arrays import Floats
from engine.document.network import Network
from engine.document.network_setup import Examples
from engine.document.network_text import input_latex
from engine.formula.names import is_name, name_latex
from engine.solving.solution import Solution
from engine.solving.training_moment import (
    InputPlane,
    TrainingMoment,
    classes_of,
    input_line,
    input_plane,
    network_of,
    predictions,
    taken_for,
    targets_of,
    weights_at,
)
from gui.i18n import tr
from gui.network.fit import ConfusionFit, CurveFit, FitPicture, PredictedFit, RegionFit
from gui.network.picture import Edge, NetworkPicture, Phase, Tensor, Units, Weights

CURVE_POINTS: Final = 200
MAP_SIDE: Final = 30  # points a side of the small maps in the neurons, at most
MOST_MAPPED: Final = 32  # neurons of a layer that get one


def filled_network(
    solution: Solution,
    moment: TrainingMoment,
    *,
    chosen: Edge | None = None,
    phase: Phase | None = None,
    plane: InputPlane | None = None,
) -> NetworkPicture | None:
    """The network at a moment; `plane` gives the hidden neurons their small maps."""
    found = network_of(solution)
    if found is None:
        return None
    network, examples = found
    passes = moment.passes
    layers = [
        Units(
            size=network.inputs,
            title=tr("Inputs"),
            names=tuple(input_latex(network, name) for name in examples.names),
            activations=passes.inputs[:, 0],
        )
    ]
    depth = len(network.layers)
    for k, layer in enumerate(network.layers):
        last = k == depth - 1
        maps = None
        if plane is not None and not last and layer.width <= MOST_MAPPED:
            maps = plane.units[k][:, :: _stride(plane), :: _stride(plane)]
        title = tr("Output") if last else layer.activation
        layers.append(
            Units(
                size=layer.width,
                title=title,
                sums=passes.sums[k][:, 0],
                activations=passes.units[k][:, 0],
                deltas=passes.deltas[k][:, 0],
                maps=maps,
            )
        )
    tensors = [_tensor(moment, name) for name in network.shapes]
    pairs = iter(tensors)
    weights = tuple(Weights(next(pairs), next(pairs) if layer.bias else None) for layer in network.layers)
    return NetworkPicture(units=tuple(layers), weights=weights, chosen=chosen, phase=phase)


def filled_fit(
    solution: Solution, position: Floats, plane: InputPlane | None, probe: tuple[float, float] | None = None
) -> FitPicture | None:
    """The fit at a moment: a curve of one input, regions of two, else confusion or predicted against true."""
    found = network_of(solution)
    if found is None:
        return None
    network, examples = found
    theta = weights_at(solution, position)
    said = predictions(solution, theta)
    if said is None:
        return None
    test = np.zeros(examples.inputs.shape[-1], bool)
    test[examples.test] = True
    tested = test if test.any() else None
    classes = classes_of(network, examples)
    targets = targets_of(network, examples)
    names = tuple(map(column_latex, examples.names))
    if network.inputs == 1 and len(said) == 1:
        line = input_line(solution, theta, CURVE_POINTS)
        assert line is not None
        return CurveFit(
            names=(names[0], column_latex(examples.targets[0])),
            x=line[0],
            fitted=line[1][0],
            rows=np.stack([examples.inputs[0], targets], axis=-1),
            predicted=said[0],
            test=tested,
        )
    if plane is not None and (classes or len(said) == 1):
        return RegionFit(
            names=(names[0], names[1]),
            x=plane.x,
            y=plane.y,
            values=plane.outputs[0] if len(plane.outputs) == 1 else plane.outputs,
            rows=examples.inputs.T,
            targets=targets,
            classes=classes,
            predicted=taken_for(network, said) if classes else said[0],
            test=tested,
            probe=probe,
        )
    if classes:
        return ConfusionFit(counts=_counts(targets, taken_for(network, said), len(classes)), classes=classes)
    return PredictedFit(name=column_latex(examples.targets[0]), true=targets, predicted=said[0], test=tested)


def plane_of(solution: Solution, position: Floats, side: int) -> InputPlane | None:
    """What the network makes of the plane of its two inputs, `side` points a side."""
    if network_of(solution) is None:
        return None
    return input_plane(solution, weights_at(solution, position), side)


def column_latex(name: str) -> str:
    """A column as it is typeset."""
    return name_latex(name) if is_name(name) else rf"\text{{{name}}}"


def examples_text(network: Network, examples: Examples, row: int) -> str:
    """A row of the table in a line: x_1 = 0.3, x_2 = −1.2, y = 1."""
    pairs = zip(examples.names, examples.inputs[:, row], strict=True)
    return ", ".join(f"{name} = {value:.4g}" for name, value in pairs)


def _tensor(moment: TrainingMoment, name: str) -> Tensor:
    updates = moment.updates
    return Tensor(name, moment.tensors[name], moment.gradients[name], updates[name] if updates else None)


def _stride(plane: InputPlane) -> int:
    return -(-len(plane.x) // MAP_SIDE)


def _counts(targets: Floats, taken: Floats, classes: int) -> np.ndarray:
    """How many rows of each class were taken for each, (k, k)."""
    counts = np.zeros((classes, classes), np.intp)
    np.add.at(counts, (targets.astype(np.intp), taken.astype(np.intp)), 1)
    return counts
