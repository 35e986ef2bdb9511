"""Where the neurons and edges of a network are drawn, and which of them. GUI thread, for the widths of texts.

A layer that is too high for its room is folded: its last neuron and as many of its first as there is room
for, and a gap that says how many are left out. A network of few edges is drawn smaller before it is folded.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

from engine.base.arrays import Floats
from gui.drawing.look import Look
from gui.network.picture import Edge, NetworkPicture, Neuron, Part
from gui.typeset import typeset

_Edges = tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp], Floats, Floats]


MOST_EDGES: Final = 110  # drawn; of more, the strongest hundred
STRONGEST: Final = 100
RADIUS_PX: Final = 24.0  # of a neuron, at most
LEAST_RADIUS_PX: Final = 7.0
NEAREST_PX: Final = 21.0  # from one neuron to the next
TIGHTEST_PX: Final = 7.0  # the same, where all edges of a small network are to be drawn in a low picture
ROOMIEST_PX: Final = 84.0
FOLD_PX: Final = 30.0  # between the last neuron and the ones before it, where some are left out
WIDEST_PX: Final = 7.0
THINNEST_PX: Final = 0.9
BIAS_PX: Final = 13.0  # how far from the rim of its neuron the edge of a bias begins
NAME_PX: Final = 15.0  # em of the names of inputs and outputs
NAME_GAP_PX: Final = 8.0
GRASP_PX: Final = 7.0  # how near an edge is near enough


@dataclass(frozen=True)
class Column:
    """The neurons of one layer that are drawn.

    Attributes:
        shown: their indices, ascending; y: of their middles, px; gap: where the others are left out, or None.
    """

    x: float
    radius: float
    shown: tuple[int, ...]
    y: Floats
    gap: float | None
    left_out: int

    @property
    def spacing(self) -> float:
        """Between the nearest two neurons; without end if there is only one."""
        return float(np.diff(self.y).min()) if len(self.y) > 1 else math.inf


@dataclass(frozen=True)
class DrawnEdges:
    """Edges as arrays, (e,), the weakest first.

    Attributes:
        layer, target, source: source −1 for a bias. ends: (e, 4), x and y of both ends, px.
        weights: w. of: how many edges the network has; drawn: how many of them these are, without biases.
    """

    layer: NDArray[np.intp]
    target: NDArray[np.intp]
    source: NDArray[np.intp]
    ends: Floats
    weights: Floats
    widths: Floats
    of: int
    drawn: int

    def find(self, edge: Edge) -> int | None:
        """The number of `edge` among these; None where it is not drawn."""
        source = -1 if edge.source is None else edge.source
        at = (self.layer == edge.layer) & (self.target == edge.target) & (self.source == source)
        found = np.flatnonzero(at)
        return int(found[0]) if len(found) else None

    def edge(self, k: int) -> Edge:
        source = int(self.source[k])
        return Edge(int(self.layer[k]), int(self.target[k]), source if source >= 0 else None)


class NetworkLayout:
    """The geometry of one picture in one rectangle.

    Attributes:
        plot: where neurons are; columns: of each layer. named: whether names stand beside the outer layers.
    """

    def __init__(self, rect: QRectF, picture: NetworkPicture, look: Look) -> None:
        self.rect = rect
        self._picture = picture
        self._look = look
        px = look.px
        line = look.tick_metrics.height()
        titled = any(units.title for units in picture.units)
        left, right = self._beside(picture.units[0].names), self._beside(picture.units[-1].names)
        self.plot = rect.adjusted(left, px(10) + (line if titled else 0), -right, -px(14) - line)
        self.columns = tuple(self._column(layer) for layer in range(len(picture.units)))

    def _beside(self, names: tuple[str, ...]) -> float:
        """The room from the middle of an outer neuron to the edge of the picture, for its name."""
        px = self._look.px
        name = max((typeset(tex, px(NAME_PX), display=False).width for tex in names), default=0.0)
        return px(RADIUS_PX) + px(NAME_GAP_PX) + name + px(NAME_GAP_PX)

    def _column(self, layer: int) -> Column:
        units, px, plot = self._picture.units[layer], self._look.px, self.plot
        layers = len(self._picture.units)
        x = plot.left() + plot.width() * layer / max(layers - 1, 1)
        room = int((plot.height() - 2 * px(LEAST_RADIUS_PX)) / px(NEAREST_PX)) + 1
        if self._picture.edges <= MOST_EDGES:
            room = int(plot.height() / px(TIGHTEST_PX))
        count = units.size
        folded = count > max(room, 3)
        if folded:
            count = max(int((plot.height() - px(FOLD_PX) - 2 * px(LEAST_RADIUS_PX)) / px(NEAREST_PX)) + 1, 2)
        shown = (*range(count - 1), units.size - 1) if folded else tuple(range(count))
        free = plot.height() - (px(FOLD_PX) if folded else 0.0)
        spacing = min(free / count, px(ROOMIEST_PX))
        radius = max(min(px(RADIUS_PX), 0.4 * spacing, 0.2 * plot.width() / max(layers - 1, 1)), 2.0)
        y = np.asarray((np.arange(count) - (count - 1) / 2) * spacing, dtype=np.float64)
        gap = None
        if folded:
            y[:-1] -= px(FOLD_PX) / 2
            y[-1] += px(FOLD_PX) / 2
            gap = plot.center().y() + float(y[-1] + y[-2]) / 2
        return Column(x, radius, shown, y + plot.center().y(), gap, units.size - count)

    def center(self, neuron: Neuron) -> QPointF | None:
        """The middle of a neuron, px; None where it is folded away."""
        column = self.columns[neuron.layer]
        if neuron.index not in column.shown:
            return None
        return QPointF(column.x, float(column.y[column.shown.index(neuron.index)]))

    @cached_property
    def edges(self) -> DrawnEdges:
        """Those that are drawn."""
        parts = [self._between(layer) for layer in range(len(self._picture.weights))]
        layer, target, source, ends, weights = (np.concatenate(each) for each in zip(*parts, strict=True))
        total = self._picture.edges
        size = np.nan_to_num(np.abs(weights), nan=0.0)
        kept = np.argsort(size, kind="stable")
        if total > MOST_EDGES:
            kept = kept[-STRONGEST:]
            chosen = self._picture.chosen
            if chosen is not None:
                at = (layer == chosen.layer) & (target == chosen.target) & (source == chosen.source)
                kept = np.union1d(kept, np.flatnonzero(at))
                kept = kept[np.argsort(size[kept], kind="stable")]
        drawn = len(kept)
        biases = [self._biases(k) for k in range(len(self._picture.weights)) if self._fits_bias(k)]
        more = [np.concatenate(each) for each in zip(*biases, strict=True)] if biases else []
        arrays = [array[kept] for array in (layer, target, source, ends, weights)]
        if more:
            arrays = [np.concatenate(pair) for pair in zip(more, arrays, strict=True)]
        layer, target, source, ends, weights = arrays
        share = np.clip(np.nan_to_num(np.abs(weights), nan=0.0) / self._picture.widest, 0.0, 1.0)
        thinnest, widest = self._look.px(THINNEST_PX), self._look.px(WIDEST_PX)
        widest = min(widest, 0.45 * min(column.radius for column in self.columns))
        widths = np.maximum(share * widest, thinnest)
        return DrawnEdges(layer, target, source, ends, weights, widths, total, drawn)

    def _between(self, layer: int) -> _Edges:
        left, right = self.columns[layer], self.columns[layer + 1]
        sources = np.tile(np.array(left.shown, dtype=np.intp), len(right.shown))
        targets = np.repeat(np.array(right.shown, dtype=np.intp), len(left.shown))
        starts = np.tile(left.y, len(right.shown))
        stops = np.repeat(right.y, len(left.shown))
        ends = np.stack(np.broadcast_arrays(left.x, starts, right.x, stops), axis=1).astype(np.float64)
        weights = self._picture.weights[layer].matrix.values[targets, sources]
        return np.full(len(weights), layer), targets, sources, ends, weights

    def _fits_bias(self, layer: int) -> bool:
        column = self.columns[layer + 1]
        return self._picture.weights[layer].bias is not None and column.radius >= self._look.px(
            LEAST_RADIUS_PX
        )

    def _biases(self, layer: int) -> _Edges:
        """Short edges from below, of the ones that every bias is a weight of."""
        column = self.columns[layer + 1]
        bias = self._picture.weights[layer].bias
        assert bias is not None
        reach = min(self._look.px(BIAS_PX), max(column.spacing - 2 * column.radius, 0.0)) + column.radius
        along = (
            np.array([-math.sqrt(0.5), math.sqrt(0.5)]) * reach
        )  # from the lower left: edges come from the left
        shown = np.array(column.shown, dtype=np.intp)
        x, y = np.full(len(shown), column.x), column.y
        ends = np.stack((x + along[0], y + along[1], x, y), axis=1)
        return np.full(len(shown), layer), shown, np.full(len(shown), -1), ends, bias.values[shown]

    def at(self, place: QPointF) -> Part | None:
        """The neuron or, with some forgiveness, the edge at a place; of several edges the nearest."""
        x, y = place.x(), place.y()
        for layer, column in enumerate(self.columns):
            far = np.hypot(column.y - y, column.x - x)
            if len(far) and far.min() <= column.radius + 1.0:
                return Neuron(layer, column.shown[int(far.argmin())])
        edges = self.edges
        if not len(edges.weights):
            return None
        x0, y0, x1, y1 = edges.ends.T
        dx, dy = x1 - x0, y1 - y0
        along = np.clip(((x - x0) * dx + (y - y0) * dy) / np.maximum(dx**2 + dy**2, 1e-9), 0.0, 1.0)
        far = np.hypot(x0 + along * dx - x, y0 + along * dy - y) - edges.widths / 2
        nearest = int(np.argmin(far))
        return edges.edge(nearest) if far[nearest] <= self._look.px(GRASP_PX) else None
