"""The two passes through a network: what each unit makes of the inputs, and what the loss owes to each.

The same operations as in training, with every value kept. Any thread; numpy only.
"""

import functools
from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np
from msgspec import Struct

from engine.base.arrays import Floats
from engine.document.network import Layer, Loss, Network
from engine.document.weights.tensors import Shape
from engine.function.network import forward_program, joined_order, row_losses, with_one, written
from engine.program.derivatives import adjoints
from engine.program.graph import Graph
from engine.program.printed import Compiled, compiled


class Passes(Struct, frozen=True, eq=False):
    """The forward and the backward pass of some rows, n of them, each with its own loss.

    Attributes:
        inputs: (i, n). losses: (n,), of each row alone, without penalty.
        sums, units: of each layer, (h, n): z = W a + b, and a = σ(z).
        deltas: of each layer, (h, n): ∂loss/∂z of the row. slopes: of each layer, (h, n): σ'(z).
        output_slopes: ∂loss/∂a of the last layer, (o, n).
    """

    inputs: Floats
    losses: Floats
    sums: tuple[Floats, ...]
    units: tuple[Floats, ...]
    deltas: tuple[Floats, ...]
    slopes: tuple[Floats, ...]
    output_slopes: Floats


def outputs_of(network: Network, theta: Floats, inputs: Floats) -> Floats:
    """What the network says of inputs (i, n): (o, n), before the loss has its softmax or sigmoid."""
    return units_of(network, theta, inputs)[-1]


def units_of(network: Network, theta: Floats, inputs: Floats) -> tuple[Floats, ...]:
    """The activations of every layer for inputs (i, n), (h, n) each. theta: all weights, in flat order."""
    program = forward_program(network.inputs, network.layers)
    found = _run(program, network, theta, [inputs])
    return tuple(
        _whole(each, (layer.width, inputs.shape[-1]))
        for each, layer in zip(found, network.layers, strict=True)
    )


def passes(network: Network, theta: Floats, inputs: Floats, wanted: Floats) -> Passes:
    """Both passes of rows with the inputs (i, n) and what is wanted of them, (o, n)."""
    program = _both(network.inputs, network.layers, network.loss)
    n, depth = inputs.shape[-1], len(network.layers)
    losses, output_slopes, *found = _run(program, network, theta, [inputs, wanted])
    shaped = [
        _whole(each, (layer.width, n)) for each, layer in zip(found, (*network.layers,) * 4, strict=True)
    ]
    return Passes(
        inputs=inputs,
        losses=np.broadcast_to(losses, (n,)),
        sums=tuple(shaped[:depth]),
        units=tuple(shaped[depth : 2 * depth]),
        deltas=tuple(shaped[2 * depth : 3 * depth]),
        slopes=tuple(shaped[3 * depth :]),
        output_slopes=_whole(output_slopes, (network.layers[-1].width, n)),
    )


def _run(program: Compiled, network: Network, theta: Floats, columns: Sequence[Floats]) -> tuple[Any, ...]:
    numbers = theta[joined_order(network)]
    shapes = [
        (layer.width, fan_in + layer.bias)
        for fan_in, layer in zip(network.widths[:-1], network.layers, strict=True)
    ]
    ends = np.cumsum([prod(shape) for shape in shapes])[:-1]
    matrices = [part.reshape(shape) for part, shape in zip(np.split(numbers, ends), shapes, strict=True)]
    inputs, *wanted = columns
    with np.errstate(all="ignore"):
        result: tuple[Any, ...] = program.compute(
            *matrices,
            with_one(inputs, network.layers[0].bias),
            *wanted,
            float(inputs.shape[-1]),
            program.no_buffers(),
        )
    return result


def _whole(values: Any, shape: Shape) -> Floats:
    return np.array(np.broadcast_to(values, shape), dtype=np.float64)


@functools.lru_cache(maxsize=16)
def _both(inputs: int, layers: tuple[Layer, ...], loss: Loss) -> Compiled:
    graph = Graph()
    net = written(graph, inputs, layers)
    # The sum over the rows has each row's own loss as its part, so that a row's δ knows no other row.
    losses = row_losses(graph, loss, net.units[-1], graph.column(1, (layers[-1].width,)))
    *deltas, output_slopes = adjoints(graph, graph.total(losses), [*net.sums, net.units[-1]])
    slopes = [
        adjoints(graph, graph.total(graph.units(unit)), [sums])[0]
        for unit, sums in zip(net.units, net.sums, strict=True)
    ]
    models = [net.units[-1], *net.sums, *net.sums]
    whole = [
        graph.like(each, model) for each, model in zip([output_slopes, *deltas, *slopes], models, strict=True)
    ]
    names = [*(f"v{k}" for k in range(len(net.matrices))), "c0", "c1"]
    return compiled([losses, whole[0], *net.sums, *net.units, *whole[1:]], names)
