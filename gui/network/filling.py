"""A moment of training as the values that are drawn: the network with its numbers, and its fit.

Any thread; no Qt. The numbers are the engine's (`engine.solving.training_moment`); what is chosen here is
only what is shown.
"""

from typing import Final

import numpy as np

from engine.base.arrays import Floats
from engine.base.round_numbers import format_tick
from engine.document.network_text import input_latex
from engine.formula.names import is_name, name_latex, name_text
from engine.function.passes import outputs_of
from engine.solving.prediction import predictor_at
from engine.solving.solution import Solution
from engine.solving.training_moment import (
    InputPlane,
    TrainingMoment,
    around,
    classes_of,
    input_line,
    input_plane,
    network_of,
    predictions,
    squashed,
    taken_for,
    targets_of,
    weights_at,
)
from engine.solving.using import Used
from gui.i18n import tr
from gui.network.fit import ConfusionFit, CurveFit, FitPicture, PredictedFit, RegionFit
from gui.network.picture import Edge, NetworkPicture, Phase, Tensor, Units, Weights

CURVE_POINTS: Final = 200
PLANE_SIDE: Final = 81  # points a side of the plane of a typed model
MAP_SIDE: Final = 30  # points a side of the small maps in the neurons, at most
MOST_MAPPED: Final = 32  # neurons of a layer that get one
MOST_SAID: Final = 6  # outputs, and slopes, that are written out


def filled_network(
    solution: Solution,
    moment: TrainingMoment,
    *,
    chosen: Edge | None = None,
    phase: Phase | None = None,
    plane: InputPlane | None = None,
    reach: float | None = None,
) -> NetworkPicture | None:
    """The network at a moment; `plane` gives the hidden neurons their small maps.

    reach: the |w| of the widest edge; None: of this moment.
    """
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
    return NetworkPicture(units=tuple(layers), weights=weights, chosen=chosen, phase=phase, reach=reach)


def filled_fit(
    solution: Solution,
    position: Floats,
    plane: InputPlane | None,
    probe: tuple[float, ...] | None = None,
    seen: tuple[float, float] | None = None,
) -> FitPicture | None:
    """The fit at a moment: a curve of one input, regions of two, else confusion or predicted against true.

    probe: inputs that the network is used on by hand. seen: the lowest and the highest ŷ to be in sight.
    """
    found = network_of(solution)
    if found is None:
        return _fit_of_formula(solution, position, seen)
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
            probe=_on_curve(solution, theta, probe),
            seen=seen,
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
            probe=(probe[0], probe[1]) if probe is not None else None,
            seen=seen,
        )
    if classes:
        return ConfusionFit(counts=_counts(targets, taken_for(network, said), len(classes)), classes=classes)
    return PredictedFit(
        name=column_latex(examples.targets[0]), true=targets, predicted=said[0], test=tested, seen=seen
    )


def _fit_of_formula(
    solution: Solution, position: Floats, seen: tuple[float, float] | None
) -> FitPicture | None:
    """Of a model as it was typed, ŷ = …"""
    model = predictor_at(solution, position)
    if model is None:
        return None
    said, names = model.function.value(model.inputs.T), tuple(map(column_latex, model.names))
    target = column_latex(model.target)
    if len(names) == 1:
        x = np.linspace(*around(model.inputs[0]), CURVE_POINTS)
        return CurveFit(
            names=(names[0], target),
            x=x,
            fitted=model.function.value(x[:, None]),
            rows=np.stack([model.inputs[0], model.wanted], axis=-1),
            predicted=said,
            seen=seen,
        )
    if len(names) == 2:
        x, y = (np.linspace(*around(values), PLANE_SIDE) for values in model.inputs)
        grid = np.stack(np.meshgrid(x, y), axis=-1)
        return RegionFit(
            names=(names[0], names[1]),
            x=x,
            y=y,
            values=model.function.value(grid),
            rows=model.inputs.T,
            targets=model.wanted,
            predicted=said,
            seen=seen,
        )
    return PredictedFit(name=target, true=model.wanted, predicted=said, seen=seen)


def plane_of(solution: Solution, position: Floats, side: int) -> InputPlane | None:
    """What the network makes of the plane of its two inputs, `side` points a side."""
    if network_of(solution) is None:
        return None
    return input_plane(solution, weights_at(solution, position), side)


def column_latex(name: str) -> str:
    """A column as it is typeset."""
    return name_latex(name) if is_name(name) else rf"\text{{{name}}}"


def used_text(found: Used) -> str:
    """In a line what a network says, and how that would change: ŷ = 0.34, ∂ŷ/∂x₁ = 0.21, ∂ŷ/∂x₂ = −0.4."""
    many = len(found.said) > 1
    hats = [f"ŷ({name})" if many else "ŷ" for name in found.outputs]
    said = [f"{hat} = {format_tick(value)}" for hat, value in zip(hats, found.said.tolist(), strict=True)]
    slopes = [
        f"∂{hats[found.output]}/∂{name_text(name)} = {format_tick(value)}"
        for name, value in zip(found.inputs, found.slopes.tolist(), strict=True)
    ]
    return ",  ".join((*_few(said), *_few(slopes)))


def _few(texts: list[str]) -> list[str]:
    return texts if len(texts) <= MOST_SAID else [*texts[:MOST_SAID], "…"]


def _on_curve(
    solution: Solution, theta: Floats, probe: tuple[float, ...] | None
) -> tuple[float, float] | None:
    """The place of an input on the fitted curve."""
    found = network_of(solution)
    if probe is None or found is None:
        return None
    network, examples = found
    said = squashed(network, outputs_of(network, theta, examples.seen(np.array(probe)[:, None])))
    return probe[0], float(said[0, 0])


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
