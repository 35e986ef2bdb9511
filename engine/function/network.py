"""A network over its examples as a function of its weights: the loss, as torch.nn.functional has it.

Any thread; numpy only.
"""

import functools
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from engine.base.arrays import Floats
from engine.document.network import (
    CLASSES,
    Activation,
    Layer,
    Loss,
    LossName,
    Network,
    Penalty,
    scalar_names,
)
from engine.document.network_setup import Examples
from engine.document.setup import Setup
from engine.function.objective import Objective
from engine.program.graph import Graph, Node
from engine.program.printed import Compiled, compiled
from engine.program.program import Program

LEAK: Final = 0.01  # torch.nn.LeakyReLU's slope of negative numbers
MANY_INPUTS: Final = 16
MARGIN: Final = 1.0  # of hinge_embedding and multi_margin


def bind_network(network: Network, examples: Examples, setup: Setup) -> Objective:
    """The loss of `network` over all its `examples`, penalty included, the weights in `setup.held` fixed."""
    return loss_over(network, examples.seen(examples.inputs), examples.wanted, setup.held)


def loss_over(network: Network, inputs: Floats, wanted: Floats, held: Mapping[str, float]) -> Objective:
    """The loss of `network` over rows: inputs (i, n), wanted (o, n). held: single weights that are fixed."""
    return NetworkLoss(network, inputs, wanted, held)


class NetworkLoss(Objective):
    """As `loss_over`. In a plane along a few weights most of a network stands still, and is computed once."""

    def __init__(self, network: Network, inputs: Floats, wanted: Floats, held: Mapping[str, float]) -> None:
        super().__init__(
            program_of(network.inputs, network.layers, network.loss, network.penalty),
            scalar_names(network.shapes),
            held,
            (with_one(inputs, network.layers[0].bias), wanted),
            joined_order(network) if any(layer.bias for layer in network.layers) else None,
        )
        self._network = network

    def _moving(self, theta: Floats, ways: Floats) -> tuple[Objective, Floats, Floats] | None:
        """The loss as a function of the units that directions move and of all layers above these.

        Below the first layer with a weight that moves nothing does, and in it only the units of such weights,
        whose part of the sums of the next layer is added to that of the others.
        """
        blocks, layers, penalty = self._blocks, self._network.layers, self._network.penalty
        moved = blocks.places_of(ways)
        if not moved or (penalty is not None and penalty.factor):
            return None
        first, n = moved[0], float(self.rows)
        here, above = layers[first], layers[first + 1 :]
        matrices, turned = blocks.split(theta), blocks.directions(ways)
        all_units = np.arange(here.width)
        units = np.flatnonzero(turned[first].any(axis=(0, 2)))
        if not above or first + 1 in moved:
            units = all_units
        if not first and len(units) == here.width:
            return None
        forward = forward_program(self._network.inputs, layers[: first + 1])
        given, wanted = self._columns
        with np.errstate(all="ignore"):
            made = forward.compute(*matrices[: first + 1], given, n, forward.no_buffers())
        below = with_one(made[first - 1], here.bias) if first else given
        columns, parts, ends = [below, wanted], list(matrices[first:]), list(turned[first:])
        if len(units) < here.width:
            rest, kept = np.setdiff1d(all_units, units), parts[1][:, units]
            sums = parts[1][:, rest] @ made[first][rest]
            columns.append(sums + parts[1][:, -1:] if above[0].bias else sums)
            parts[:2], ends[:2] = [parts[0][units], kept], [ends[0][:, units], np.zeros((2, *kept.shape))]
        program = part_program(layers[first:], below.shape[0], len(units), self._network.loss)
        numbers = np.concatenate([part.ravel() for part in parts])
        part_ways = np.concatenate(
            [np.broadcast_to(e, (2, *p.shape)).reshape(2, -1) for e, p in zip(ends, parts, strict=True)],
            axis=1,
        )
        moves = np.concatenate([np.full(part.size, first + k in moved) for k, part in enumerate(parts)])
        names = [str(k) for k in range(len(numbers))]
        held = {names[k]: float(numbers[k]) for k in np.flatnonzero(~moves)}
        part = Objective(program, names, held, columns).while_wanted(self._cancelled)
        return part, numbers[moves], part_ways[:, moves]


def with_one(inputs: Floats, bias: bool) -> Floats:
    """(i, n) → (i + 1, n): the inputs and the unit that is always 1, where the first layer has a bias.

    Many inputs lie in memory row after row, so that a batch of rows is soon taken.
    """
    whole = np.vstack([inputs, np.ones(inputs.shape[-1])]) if bias else inputs
    return np.asfortranarray(whole) if len(whole) >= MANY_INPUTS else whole


def joined_order(network: Network) -> NDArray[np.intp]:
    """The places in flat order of the numbers of the matrices, [W b] where there is a bias, row by row.

    >>> joined_order(Network(inputs=2, layers=(Layer(2),))).tolist()
    [0, 1, 4, 2, 3, 5]
    """
    parts, begin = [], 0
    for layer, (fan_in, fan_out) in zip(network.layers, pairwise(network.widths), strict=True):
        size = fan_in * fan_out
        matrix = np.arange(begin, begin + size).reshape(fan_out, fan_in)
        begin += size
        if layer.bias:
            matrix = np.hstack([matrix, np.arange(begin, begin + fan_out)[:, None]])
            begin += fan_out
        parts.append(matrix.ravel())
    return np.concatenate(parts)


@functools.lru_cache(maxsize=16)
def program_of(inputs: int, layers: tuple[Layer, ...], loss: Loss, penalty: Penalty | None) -> Program:
    """The loss as a function of the matrices, [W b] where there is a bias.

    Its columns are `with_one` of the inputs, and what is wanted.
    """
    graph = Graph()
    net = written(graph, inputs, layers)
    output = loss_node(graph, loss, net.units[-1], graph.column(1, (layers[-1].width,)))
    if penalty is not None and penalty.factor:
        whole = penalty.of == "all"
        chosen = [
            matrix if whole or not layer.bias else graph.shortened(matrix)
            for matrix, layer in zip(net.matrices, layers, strict=True)
        ]
        output = graph.add(output, _penalty_node(graph, penalty, chosen))
    return Program(graph, output, net.matrices, columns=2)


@functools.lru_cache(maxsize=16)
def part_program(layers: tuple[Layer, ...], inputs: int, units: int, loss: Loss) -> Program:
    """The loss as a function of the matrices of some `units` of the first of `layers`, and of those above.

    Its columns are what goes into these units, `inputs` of them, what is wanted and, unless the units are
    all, what the others add to the sums of the next layer; the matrix from the units has no bias.
    """
    graph = Graph()
    here, *above = layers
    first = written(graph, inputs, (replace(here, width=units, bias=False),))
    matrices, outputs = first.matrices, first.units[-1]
    if units < here.width:
        onward = graph.variable(1, (above[0].width, units))
        sums = graph.add(graph.matmul(onward, outputs), graph.column(2, (above[0].width,)))
        matrices, outputs = [*matrices, onward], _ACTIVATIONS[above[0].activation](graph, sums)
        above = above[1:]
    if above:
        given = graph.extended(outputs, 1.0) if above[0].bias else outputs
        rest = written(graph, inputs, tuple(above), given, len(matrices))
        matrices, outputs = [*matrices, *rest.matrices], rest.units[-1]
    output = loss_node(graph, loss, outputs, graph.column(1, (layers[-1].width,)))
    return Program(graph, output, matrices, columns=3 if units < here.width else 2)


@functools.lru_cache(maxsize=16)
def forward_program(inputs: int, layers: tuple[Layer, ...]) -> Compiled:
    """The units of every layer as a function of the matrices and of `with_one` of the inputs."""
    graph = Graph()
    net = written(graph, inputs, layers)
    return compiled(net.units, [*(f"v{k}" for k in range(len(net.matrices))), "c0"])


class Written(NamedTuple):
    """A network in a Graph.

    A bias is the weight of a unit that is always 1, so that a layer is one product.

    Attributes:
        matrices: of each layer [W b], (o, i + 1), or W. sums: W a + b. units: what it makes of them; the last
            one's are the outputs.
    """

    matrices: list[Node]
    sums: list[Node]
    units: list[Node]


def bind_prediction(network: Network, examples: Examples, theta: Floats, output: int = 0) -> Objective:
    """What `network` predicts as a function of its inputs, as the table has them.

    Of logits the probability, of classes that of class `output`, of several targets that one.

    Args:
        theta: all weights, in flat order.
    """
    i, o = network.inputs, network.widths[-1]
    fixed = {
        **dict(zip(scalar_names(network.shapes), theta.tolist(), strict=True)),
        **{f"output {k}": float(k == output) for k in range(o)},
        **{f"mean {k}": 0.0 if examples.mean is None else float(examples.mean[k]) for k in range(i)},
        **{f"std {k}": 1.0 if examples.std is None else float(examples.std[k]) for k in range(i)},
    }
    program = prediction_program(network.inputs, network.layers, network.loss.name)
    rest = np.arange(len(theta), len(fixed) + i)
    order = np.concatenate([joined_order(network), rest])
    return Objective(program, (*fixed, *examples.names), fixed, (), order)


@functools.lru_cache(maxsize=16)
def prediction_program(inputs: int, layers: tuple[Layer, ...], loss: LossName) -> Program:
    """An output as a function of the matrices, of a 1 for it and 0 for the others, of the means and standard
    deviations of the inputs, and of these."""
    graph, depth = Graph(), len(layers)
    chosen = graph.variable(depth, (layers[-1].width,))
    mean, std, given = (graph.variable(depth + k, (inputs,)) for k in (1, 2, 3))
    seen = graph.div(graph.sub(given, mean), std)
    net = written(graph, inputs, layers, graph.extended(seen, 1.0) if layers[0].bias else seen)
    output = graph.units(graph.mul(net.units[-1], chosen))
    if loss in CLASSES:
        output = graph.call("exp", graph.sub(output, graph.over_units("logsumexp", net.units[-1])))
    elif loss == "bce_with_logits":
        output = graph.call("sigmoid", output)
    return Program(graph, output, [*net.matrices, chosen, mean, std, given], columns=0)


def written(
    graph: Graph, inputs: int, layers: tuple[Layer, ...], given: Node | None = None, number: int = 0
) -> Written:
    """Write the network into `graph`.

    given: what goes into the first matrix, which is its variable `number`; None: its column 0, which is
    `with_one` of the inputs.
    """
    units = graph.column(0, (inputs + layers[0].bias,)) if given is None else given
    matrices, sums, made = [], [], []
    for k, layer in enumerate(layers):
        if k and layer.bias:
            units = graph.extended(units, 1.0)
        matrices.append(graph.variable(number + k, (layer.width, *units.shape)))
        sums.append(graph.matmul(matrices[-1], units))
        units = _ACTIVATIONS[layer.activation](graph, sums[-1])
        made.append(units)
    return Written(matrices, sums, made)


def loss_node(graph: Graph, loss: Loss, outputs: Node, wanted: Node) -> Node:
    """The loss of `outputs`, (o,) among rows, with its reduction over the elements, of classes over rows."""
    if loss.name == "mse":
        gap = graph.sub(outputs, wanted)
        shape, whole = gap.shape, graph.dot(gap, gap)
    else:
        each = _LOSSES[loss.name](graph, loss, outputs, wanted)
        shape, whole = each.shape, graph.total(graph.units(each))
    if loss.reduction == "sum":
        return whole
    count = graph.mul(graph.count(), graph.const(float(shape[0] if shape else 1)))
    return graph.div(whole, count)


def row_losses(graph: Graph, loss: Loss, outputs: Node, wanted: Node) -> Node:
    """The loss of each row alone, as if it were the whole table."""
    each = _LOSSES[loss.name](graph, loss, outputs, wanted)
    share = 1.0 if loss.reduction == "sum" or not each.shape else float(each.shape[0])
    return graph.div(graph.units(each), graph.const(share))


def _penalty_node(graph: Graph, penalty: Penalty, tensors: list[Node]) -> Node:
    sizes = (
        graph.dot(each, each) if penalty.kind == "l2" else graph.units(graph.call("abs", each))
        for each in tensors
    )
    return graph.mul(graph.const(penalty.factor), graph.total_of(sizes))


_ACTIVATIONS: Final[dict[Activation, Callable[[Graph, Node], Node]]] = {
    "linear": lambda graph, z: z,
    "sigmoid": lambda graph, z: graph.call("sigmoid", z),
    "tanh": lambda graph, z: graph.call("tanh", z),
    "relu": lambda graph, z: graph.call("relu", z),
    "leaky_relu": lambda graph, z: graph.call("leakyrelu", z, graph.const(LEAK)),
    "elu": lambda graph, z: graph.call("elu", z, graph.const(1.0)),
    "gelu": lambda graph, z: graph.call("gelu", z),
    "softplus": lambda graph, z: graph.call("softplus", z),
}


def _squares(graph: Graph, loss: Loss, a: Node, y: Node) -> Node:
    return graph.whole_power(graph.sub(a, y), 2)


def _sizes(graph: Graph, loss: Loss, a: Node, y: Node) -> Node:
    return graph.call("abs", graph.sub(a, y))


def _huber(graph: Graph, loss: Loss, a: Node, y: Node) -> Node:
    return graph.call("huber", graph.sub(a, y), graph.const(loss.delta))


def _smooth_l1(graph: Graph, loss: Loss, a: Node, y: Node) -> Node:
    within = graph.call("huber", graph.sub(a, y), graph.const(loss.beta))
    return graph.div(within, graph.const(loss.beta))


def _bce_with_logits(graph: Graph, loss: Loss, a: Node, y: Node) -> Node:
    return graph.sub(graph.call("softplus", a), graph.mul(a, y))


def _cross_entropy(graph: Graph, loss: Loss, a: Node, y: Node) -> Node:
    return graph.sub(graph.over_units("logsumexp", a), graph.units(graph.mul(a, y)))


def _hinge_embedding(graph: Graph, loss: Loss, a: Node, y: Node) -> Node:
    """a where y is 1, else max(0, 1 − a), whose slope at its kink is that of the line, as torch has it."""
    zero = graph.const(0.0)
    gap = graph.sub(graph.const(MARGIN), a)
    within = graph.where(graph.compare(">=", gap, zero), gap, zero)
    return graph.where(graph.compare("=", y, graph.const(1.0)), a, within)


def _multi_margin(graph: Graph, loss: Loss, a: Node, y: Node) -> Node:
    """Of a row: the sum over the wrong classes of max(0, 1 − a of the right one + a), by the classes."""
    right = graph.units(graph.mul(a, y))
    gaps = graph.call("relu", graph.add(graph.sub(a, right), graph.const(MARGIN)))
    wrong = graph.mul(gaps, graph.sub(graph.const(1.0), y))
    return graph.div(graph.units(wrong), graph.const(float(a.shape[0])))


# Of each element, or of each row; mse is a product of the residuals with themselves.
_LOSSES: Final[dict[LossName, Callable[[Graph, Loss, Node, Node], Node]]] = {
    "mse": _squares,
    "l1": _sizes,
    "huber": _huber,
    "smooth_l1": _smooth_l1,
    "bce_with_logits": _bce_with_logits,
    "cross_entropy": _cross_entropy,
    "hinge_embedding": _hinge_embedding,
    "multi_margin": _multi_margin,
}
