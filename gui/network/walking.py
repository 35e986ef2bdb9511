"""How the arrow keys walk through the drawing of a network. GUI thread."""

import numpy as np

from gui.network.layout import NetworkLayout
from gui.network.picture import Edge, Neuron, Part


def walked(layout: NetworkLayout, part: Part | None, direction: str, *, edges: bool) -> Part:
    """The next part from `part`; from nothing, the first input.

    A neuron's neighbours are those above and below it and the nearest of the layers beside it. With `edges`,
    left goes from a neuron to the edges that lead into it, up and down through them, right back to it.
    """
    if part is None:
        return Neuron(0, layout.columns[0].shown[0])
    if isinstance(part, Edge):
        target = Neuron(part.layer + 1, part.target)
        into = _into(layout, target)
        if direction == "right" or part not in into:
            return target
        if direction == "left":
            return Neuron(part.layer, part.source) if part.source is not None else part
        return into[_next(into.index(part), direction, len(into))]
    if edges and direction == "left":
        into = _into(layout, part)
        return into[0] if into else part
    column = layout.columns[part.layer]
    place = column.shown.index(part.index) if part.index in column.shown else len(column.shown) - 1
    if direction in ("up", "down"):
        return Neuron(part.layer, column.shown[_next(place, direction, len(column.shown))])
    layer = part.layer + (1 if direction == "right" else -1)
    if not 0 <= layer < len(layout.columns):
        return part
    beside = layout.columns[layer]
    return Neuron(layer, beside.shown[int(np.abs(beside.y - column.y[place]).argmin())])


def _next(place: int, direction: str, count: int) -> int:
    return min(max(place + (1 if direction == "down" else -1), 0), count - 1)


def _into(layout: NetworkLayout, target: Neuron) -> list[Edge]:
    """The drawn edges into a neuron, from the uppermost source down, its bias last."""
    edges = layout.edges
    found = np.flatnonzero((edges.layer == target.layer - 1) & (edges.target == target.index)).tolist()
    return sorted((edges.edge(k) for k in found), key=lambda edge: (edge.source is None, edge.source or 0))
