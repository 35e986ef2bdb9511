"""What the drawing of a network shows: one frozen value, filled from a moment of its training.

Arrays are float64 unless said otherwise and are not changed once given. Any thread; no Qt.
"""

import math
from typing import Final, Literal

import numpy as np
from msgspec import Struct

from engine.base.arrays import Floats

Phase = Literal["forward", "backward", "update"]
WEAKEST_REACH: Final = 1e-12


class Neuron(Struct, frozen=True):
    """A unit: `layer` 0 is the inputs'."""

    layer: int
    index: int


class Edge(Struct, frozen=True):
    """A weight: of the matrix between `layer` and `layer` + 1, or, without a source, of the bias there."""

    layer: int
    target: int
    source: int | None = None


Part = Neuron | Edge


class Tensor(Struct, frozen=True, eq=False):
    """A matrix (out, in) or a bias (out,), and in the same shape what is known of each weight.

    Attributes:
        name: as PyTorch calls it, "0.weight". gradient: ∂L/∂w. update: what the next step adds.
    """

    name: str
    values: Floats
    gradient: Floats | None = None
    update: Floats | None = None


class Units(Struct, frozen=True, eq=False, kw_only=True):
    """The n neurons of one layer, for the chosen row.

    Attributes:
        title: what stands over the layer. names: TeX, for each neuron; () for none.
        sums: before the activation, (n,); activations: after it, (n,); deltas: ∂L/∂sums, (n,).
        reach: the |activation| of the full colour; None: the largest of these, or 1.
        maps: of each neuron over the two inputs, (n, m, m), the first row lowest.
    """

    size: int
    title: str = ""
    names: tuple[str, ...] = ()
    sums: Floats | None = None
    activations: Floats | None = None
    deltas: Floats | None = None
    reach: float | None = None
    maps: Floats | None = None

    @property
    def full(self) -> float:
        """The |activation| of the full colour."""
        if self.reach is not None:
            return max(self.reach, WEAKEST_REACH)
        return max(_largest(self.activations), 1.0)


class Weights(Struct, frozen=True, eq=False):
    """From one layer to the next."""

    matrix: Tensor
    bias: Tensor | None = None


class NetworkPicture(Struct, frozen=True, eq=False, kw_only=True):
    """A dense network with its numbers.

    Attributes:
        units: from the inputs to the outputs, one more than weights.
        reach: the |w| of the widest edge, to be kept while playing; None: the largest of these.
        chosen: the weight whose chain rule is lit.
        phase: what of the step is shown: numbers going forward, δ going back, weights being changed.
    """

    units: tuple[Units, ...]
    weights: tuple[Weights, ...]
    reach: float | None = None
    chosen: Edge | None = None
    phase: Phase | None = None

    @property
    def edges(self) -> int:
        """How many there are, biases not counted."""
        return sum(weights.matrix.values.size for weights in self.weights)

    @property
    def widest(self) -> float:
        """The |w| of the widest edge."""
        if self.reach is not None:
            return max(self.reach, WEAKEST_REACH)
        tensors = [tensor for weights in self.weights for tensor in (weights.matrix, weights.bias)]
        return max(WEAKEST_REACH, *(_largest(tensor.values) for tensor in tensors if tensor is not None))

    def holds(self, part: Part) -> bool:
        """Whether the network has this part."""
        if isinstance(part, Neuron):
            return part.layer < len(self.units) and part.index < self.units[part.layer].size
        if part.layer >= len(self.weights):
            return False
        rows, columns = self.weights[part.layer].matrix.values.shape
        bias = self.weights[part.layer].bias
        return part.target < rows and (bias is not None if part.source is None else part.source < columns)

    def tensor(self, edge: Edge) -> Tensor:
        """The matrix or the bias that the weight of `edge` stands in."""
        weights = self.weights[edge.layer]
        tensor = weights.matrix if edge.source is not None else weights.bias
        assert tensor is not None, "no bias"
        return tensor

    def lit(self, part: Part) -> bool:
        """Whether `part` has a share in the chain rule of the chosen weight: in it, or after it."""
        edge = self.chosen
        if edge is None:
            return True
        if isinstance(part, Neuron):
            if part.layer == edge.layer:
                return part.index == edge.source
            return part.layer > edge.layer + 1 or part == Neuron(edge.layer + 1, edge.target)
        if part.source is None or part.layer <= edge.layer:
            return part == edge
        return part.layer > edge.layer + 1 or part.source == edge.target


def place(edge: Edge) -> tuple[int, ...]:
    """Where in its tensor the weight stands."""
    return (edge.target,) if edge.source is None else (edge.target, edge.source)


def number(array: Floats | None, *at: int) -> float | None:
    """An entry of an array that may not be known, or hold no number there."""
    if array is None:
        return None
    value = float(array[at])
    return None if math.isnan(value) else value


def _largest(values: Floats | None) -> float:
    if values is None:
        return 0.0
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max(initial=0.0))
