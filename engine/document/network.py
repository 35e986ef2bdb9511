"""A network as a value of the Lab: its layers, its loss, where its weights come from.

Text is read and written in `engine.document.network_text`; what of it fits a table is judged in
`engine.document.network_setup`. Any thread; msgspec only.
"""

import math
from collections.abc import Iterator
from itertools import pairwise, product
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from engine.document.weights.tensors import Shape, Tensors

MAX_WIDTH: Final = 4_096
MAX_LAYERS: Final = 20
MAX_WEIGHTS: Final = 500_000

Activation = Literal["linear", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "softplus"]
LossName = Literal[
    "mse", "l1", "huber", "smooth_l1", "bce_with_logits", "cross_entropy", "hinge_embedding", "multi_margin"
]
Initialisation = Literal[
    "default", "glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "zeros", "constant"
]
Scaling = Literal["none", "standard"]
CLASSES: Final[frozenset[LossName]] = frozenset({"cross_entropy", "multi_margin"})
"""Losses whose target is one column of classes, with an output for each class."""
Width = Annotated[int, Meta(ge=1, le=MAX_WIDTH)]
Positive = Annotated[float, Meta(gt=0, le=1e6)]


class Layer(Struct, frozen=True, forbid_unknown_fields=True):
    """The units of a layer, whether a bias is added to their weighted sums, and what is made of these.

    Activations are PyTorch's.
    """

    width: Width
    activation: Activation = "linear"
    bias: bool = True


class Loss(Struct, frozen=True, forbid_unknown_fields=True):
    """A loss of torch.nn.functional by its name, with its arguments.

    Attributes:
        delta: of huber; beta: of smooth_l1. reduction: over all elements; of classes over the rows.
    """

    name: LossName = "mse"
    delta: Positive = 1.0
    beta: Positive = 1.0
    reduction: Literal["mean", "sum"] = "mean"


class Penalty(Struct, frozen=True, forbid_unknown_fields=True):
    """`factor` times the sum of the squares (l2) or of the sizes (l1), of the matrices or of all weights."""

    kind: Literal["l1", "l2"]
    factor: Annotated[float, Meta(ge=0, le=1e6)]
    of: Literal["weights", "all"] = "weights"


class Network(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A network of dense layers and what it learns.

    Attributes:
        inputs: how many columns go in. layers: from the first hidden one to the outputs.
        targets: the columns to be predicted: one for each output, or one of classes; none: the last ones.
        features: the columns that go in; none: all that are not predicted.
        scaling: what is made of the columns that go in: nothing, or of each its distance from its mean in
            standard deviations, both of the rows to train on.
        init: how weights begin: PyTorch's own for a Linear, or one of torch.nn.init, biases then 0; drawn
            by the lab's seed. constant: what "constant" fills weights with, biases too.
        label_noise: the spread of what is added to the targets of the rows to train on, or the share of
            their labels that another one replaces.
        weights: where runs start instead, such as those of a file.
    """

    inputs: Width
    layers: Annotated[tuple[Layer, ...], Meta(min_length=1, max_length=MAX_LAYERS)]
    targets: Annotated[tuple[str, ...], Meta(max_length=MAX_WIDTH)] = ()
    features: Annotated[tuple[str, ...], Meta(max_length=MAX_WIDTH)] = ()
    scaling: Scaling = "none"
    init: Initialisation = "default"
    constant: float = 0.1
    loss: Loss = Loss()
    penalty: Penalty | None = None
    label_noise: Annotated[float, Meta(ge=0, le=1e6)] = 0.0
    weights: Tensors | None = None

    @property
    def widths(self) -> tuple[int, ...]:
        """From the inputs to the outputs."""
        return (self.inputs, *(layer.width for layer in self.layers))

    @property
    def shapes(self) -> dict[str, Shape]:
        """The tensors by name, as torch.nn.Sequential names them: activations count as modules.

        >>> Network(inputs=2, layers=(Layer(8, "tanh"), Layer(1))).shapes
        {'0.weight': (8, 2), '0.bias': (8,), '2.weight': (1, 8), '2.bias': (1,)}
        """
        shapes: dict[str, Shape] = {}
        module = 0
        for layer, (fan_in, fan_out) in zip(self.layers, pairwise(self.widths), strict=True):
            shapes[f"{module}.weight"] = (fan_out, fan_in)
            if layer.bias:
                shapes[f"{module}.bias"] = (fan_out,)
            module += 1 if layer.activation == "linear" else 2
        return shapes

    @property
    def parameters(self) -> int:
        """How many weights there are, biases among them."""
        return sum(math.prod(shape) for shape in self.shapes.values())


def scalar_names(shapes: dict[str, Shape]) -> tuple[str, ...]:
    """The single weights in flat order.

    >>> scalar_names({"0.weight": (1, 2), "0.bias": (1,)})
    ('0.weight[0,0]', '0.weight[0,1]', '0.bias[0]')
    """
    return tuple(_scalars(shapes))


def _scalars(shapes: dict[str, Shape]) -> Iterator[str]:
    for name, shape in shapes.items():
        for place in product(*map(range, shape)):
            yield f"{name}[{','.join(map(str, place))}]"


class Training(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a table is gone through.

    Attributes:
        batch: rows of a step, the last of an epoch may be fewer; None: all rows.
        epochs: how often all rows are gone through; None: as many steps as the lab says.
        shuffle: whether each epoch has an order of its own, by the lab's seed.
        split: the share of rows to train on, the others being tested on; None: all.
    """

    batch: Annotated[int, Meta(ge=1)] | None = None
    epochs: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    shuffle: bool = True
    split: Annotated[float, Meta(gt=0, lt=1)] | None = None
