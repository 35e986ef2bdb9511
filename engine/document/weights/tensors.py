"""Named arrays as one value: the weights of a network, in the order in which they are counted.

Any thread; msgspec and numpy only.
"""

import math
from collections.abc import Mapping
from typing import Annotated, Final, Self

import numpy as np
from msgspec import Meta, Struct
from numpy.typing import ArrayLike

from engine.base.arrays import Floats

MAX_BYTES: Final = 64_000_000  # of numbers as float64, in memory and in a file
MAX_TENSORS: Final = 1_000
MAX_NAME: Final = 200
STORED: Final = "<f8"
SCALING: Final = ("scaling.mean", "scaling.std")
"""What a file of weights may hold beside them: how the inputs are standardised, (i,) each."""

Shape = tuple[Annotated[int, Meta(ge=0, le=MAX_BYTES)], ...]


class Tensors(Struct, frozen=True, forbid_unknown_fields=True):
    """Named float64 arrays; equal and hashed by content. In a lab file the numbers are one base64 string.

    Attributes:
        shapes: (name, shape) of each, in order. The names are those of torch.nn.Sequential, activations
            counted as modules: 0.weight of shape (out, in), 0.bias of shape (out,), 2.weight, …
        data: their numbers in that order, each array row by row: float64, the lowest byte first.

    Raises:
        ValueError: a name twice, or as many numbers as the shapes do not say.

    >>> weights = Tensors.of({"0.weight": [[1.0, 2.0]], "0.bias": [0.5]})
    >>> weights.shapes
    (('0.weight', (1, 2)), ('0.bias', (1,)))
    >>> weights.arrays["0.weight"].tolist(), weights.flat.tolist()
    ([[1.0, 2.0]], [1.0, 2.0, 0.5])
    """

    shapes: Annotated[
        tuple[
            tuple[Annotated[str, Meta(max_length=MAX_NAME)], Annotated[Shape, Meta(max_length=8)]],
            ...,
        ],
        Meta(max_length=MAX_TENSORS),
    ] = ()
    data: Annotated[bytes, Meta(max_length=MAX_BYTES)] = b""

    def __post_init__(self) -> None:
        if len(dict(self.shapes)) < len(self.shapes):
            raise ValueError("two tensors have the same name")
        count = sum(math.prod(shape) for _, shape in self.shapes)
        if len(self.data) != 8 * count:
            raise ValueError(f"the shapes say {count} numbers, the data has {len(self.data)} bytes")

    @classmethod
    def of(cls, arrays: Mapping[str, ArrayLike]) -> Self:
        """A copy of `arrays`, whatever their order in memory."""
        found = {name: np.asarray(array, dtype=STORED) for name, array in arrays.items()}
        return cls(
            shapes=tuple((name, array.shape) for name, array in found.items()),
            data=b"".join(array.tobytes() for array in found.values()),
        )

    @property
    def flat(self) -> Floats:
        """All numbers, shape (n,); cannot be written to."""
        return np.frombuffer(self.data, dtype=STORED).astype(np.float64, copy=False)

    @property
    def arrays(self) -> dict[str, Floats]:
        """The arrays by name, in order; they cannot be written to."""
        flat, at, arrays = self.flat, 0, {}
        for name, shape in self.shapes:
            count = math.prod(shape)
            arrays[name] = flat[at : at + count].reshape(shape)
            at += count
        return arrays
