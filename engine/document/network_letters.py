"""A network written out as a formula of its single weights, so that a derivative of it can be written.

The weight 0.weight[1,0] is the letter w_1_1_0, the bias 0.bias[1] the letter b_1_1: the layer counted from
1, then the places as PyTorch counts them. Any thread; no sympy.
"""

from collections.abc import Sequence
from itertools import chain, pairwise
from typing import Final

from engine.document.network import LossName, Network, Penalty
from engine.document.network_setup import Examples
from engine.document.network_text import FUNCTIONS
from engine.document.setup import ordered
from engine.formula import Formula, FormulaError, parse

MAX_LENGTH: Final = 100_000  # characters of a layer; the language's own bound is far below


def letters_of(network: Network) -> tuple[str, ...]:
    """The letters of the single weights, in flat order.

    >>> from engine.document.network_text import parse_network
    >>> letters_of(parse_network("2-1-1"))
    ('w_1_0_0', 'w_1_0_1', 'b_1_0', 'w_2_0_0', 'b_2_0')
    """
    letters = []
    for layer, (fan_in, fan_out) in enumerate(pairwise(network.widths), 1):
        letters += [f"w_{layer}_{i}_{j}" for i in range(fan_out) for j in range(fan_in)]
        letters += [f"b_{layer}_{i}" for i in range(fan_out)] if network.layers[layer - 1].bias else []
    return tuple(letters)


def spelled_out(network: Network, examples: Examples) -> Formula | None:
    """The loss as a formula over the table, its variables in flat order; None where it is too long for one.

    Deep networks are: a unit of a layer names all of the layer before.
    """
    units = _inputs(examples)
    longest = max(map(len, units), default=1)
    for layer, (fan_in, fan_out) in enumerate(pairwise(network.widths), 1):
        if fan_in * fan_out * (longest + 8) > MAX_LENGTH:
            return None
        activation = network.layers[layer - 1].activation
        name = FUNCTIONS.get(activation, activation)
        sums = [_sum(network, layer, i, units) for i in range(fan_out)]
        units = [f"({text})" if activation == "linear" else f"{name}({text})" for text in sums]
        longest = max(map(len, units))
    text = _loss(network, examples.targets, units)
    try:
        return ordered(parse(text, data=(*examples.names, *examples.targets)), letters_of(network))
    except FormulaError:
        return None


def _inputs(examples: Examples) -> list[str]:
    """What goes in, by the names of the columns: x_1, or standardised (x_1 - 0.5)/0.25."""
    if examples.mean is None or examples.std is None:
        return list(examples.names)
    pairs = zip(examples.names, examples.mean.tolist(), examples.std.tolist(), strict=True)
    return [f"(({name} {'+' if mean < 0 else '-'} {abs(mean)!r})/{std!r})" for name, mean, std in pairs]


def _sum(network: Network, layer: int, i: int, units: Sequence[str]) -> str:
    terms = [f"w_{layer}_{i}_{j} {unit}" for j, unit in enumerate(units)]
    return " + ".join([*terms, *([f"b_{layer}_{i}"] if network.layers[layer - 1].bias else [])])


def _loss(network: Network, targets: Sequence[str], outputs: Sequence[str]) -> str:
    loss = network.loss
    each = _each(loss.name, network, targets, outputs)
    over = "sum" if loss.reduction == "sum" else "mean"
    share = f"/{len(each)}" if loss.reduction == "mean" and len(each) > 1 else ""
    text = f"{over}({' + '.join(each)}){share}"
    return text if network.penalty is None else f"{text} + {_penalty(network, network.penalty)}"


def _each(name: LossName, network: Network, targets: Sequence[str], outputs: Sequence[str]) -> list[str]:
    """The loss of each element, or of the row, where it is of classes."""
    loss = network.loss
    pairs = list(zip(outputs, targets, strict=False))
    match name:
        case "mse":
            return [f"({a} - {y})^2" for a, y in pairs]
        case "l1":
            return [f"abs({a} - {y})" for a, y in pairs]
        case "huber":
            return [f"huber({a} - {y}, {loss.delta!r})" for a, y in pairs]
        case "smooth_l1":
            return [f"huber({a} - {y}, {loss.beta!r})/{loss.beta!r}" for a, y in pairs]
        case "bce_with_logits":
            return [f"(softplus({a}) - {y} {a})" for a, y in pairs]
        case "hinge_embedding":
            return [f"piecewise({y} = 1: {a}, relu(1 - {a}))" for a, y in pairs]
    (k,) = targets
    *first, last = outputs
    right = f"piecewise({', '.join(chain((f'{k} = {j}: {a}' for j, a in enumerate(first)), [last]))})"
    if name == "cross_entropy":
        return [f"logsumexp({', '.join(outputs)}) - {right}"]
    gaps = " + ".join(f"relu(1 + {a} - {right})" for a in outputs)
    return [f"({gaps} - 1)/{len(outputs)}"]  # the right class's own gap is 1


def _penalty(network: Network, penalty: Penalty) -> str:
    chosen = [name for name in letters_of(network) if penalty.of == "all" or name.startswith("w")]
    size = "{}^2" if penalty.kind == "l2" else "abs({})"
    return f"{penalty.factor!r} ({' + '.join(map(size.format, chosen))})"
