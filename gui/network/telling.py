"""What is said of a neuron or of a weight under the mouse: its name, its numbers. Any thread; no Qt."""

from engine.base.arrays import Floats
from engine.base.i18n import Message, message
from engine.base.round_numbers import format_tick
from gui.network.picture import Edge, NetworkPicture, Neuron, Part, number, place


def name_of(picture: NetworkPicture, part: Part) -> str:
    """As PyTorch names a weight, `0.weight[1,0]`; a neuron by its layer and its place in it, `1[3]`."""
    if isinstance(part, Neuron):
        return f"{part.layer}[{part.index}]"
    return f"{picture.tensor(part).name}[{','.join(map(str, place(part)))}]"


def numbers_of(picture: NetworkPicture, part: Part) -> str:
    """Its name and what is known of it: `0.weight[1,0] = 0.53, ∂L/∂w = −0.02`."""
    parts = []
    if isinstance(part, Edge):
        tensor, at = picture.tensor(part), place(part)
        parts.append(f"{name_of(picture, part)} = {format_tick(float(tensor.values[at]))}")
        known: tuple[tuple[str, Floats | None], ...] = (("∂L/∂w", tensor.gradient), ("Δw", tensor.update))
    else:
        units, at = picture.units[part.layer], (part.index,)
        known = (("z", units.sums if part.layer else None), ("a", units.activations), ("δ", units.deltas))
    for symbol, array in known:
        value = number(array, *at)
        if value is not None:
            parts.append(f"{symbol} = {format_tick(value)}")
    return ", ".join(parts)


def said_of(picture: NetworkPicture, part: Part) -> Message:
    """A line for a tool tip and for a screen reader."""
    numbers = numbers_of(picture, part)
    if isinstance(part, Edge):
        kind = message("Weight") if part.source is not None else message("Bias")
        return message("{kind} {numbers}", kind=kind, numbers=numbers)
    layer, last = part.layer, len(picture.units) - 1
    if layer == 0:
        return message("Input {number}: {numbers}", number=part.index + 1, numbers=numbers)
    if layer == last:
        return message("Output {number}: {numbers}", number=part.index + 1, numbers=numbers)
    return message(
        "Layer {layer}, neuron {number}: {numbers}", layer=layer, number=part.index + 1, numbers=numbers
    )


def summary(picture: NetworkPicture) -> Message:
    """The network in a line, for a screen reader."""
    widths = " → ".join(str(units.size) for units in picture.units)
    weights = sum(
        tensor.values.size for each in picture.weights for tensor in (each.matrix, each.bias) if tensor
    )
    return message("Network {widths}, {count} weights", widths=widths, count=weights)
