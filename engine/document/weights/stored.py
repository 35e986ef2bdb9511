"""What a file says of a tensor before its numbers are read, and how it is said that something is wrong.

Any thread; no Qt.
"""

import math
from collections.abc import Callable, Collection, Iterable
from typing import Final

from msgspec import Struct

from engine.base.arrays import Floats
from engine.base.i18n import Message, message
from engine.document.weights.tensors import MAX_BYTES, MAX_NAME, MAX_TENSORS, Shape

FLOATING: Final = ("float64", "float32", "float16", "bfloat16")


class WeightFileError(Exception):
    """A file of weights that cannot be used or written; `message` says which tensor, why and what to do."""

    def __init__(self, text: Message) -> None:
        super().__init__(text.render())
        self.message = text


class BrokenFileError(WeightFileError):
    """The file is not what its name says; `message` is the second half of the sentence."""


class Stored(Struct, frozen=True):
    """A tensor of a file whose numbers were not read yet.

    Attributes:
        kind: the type of its numbers: one of FLOATING, or another that is refused.
        read: the numbers as float64, of this shape.
    """

    name: str
    shape: Shape
    kind: str
    read: Callable[[], Floats]


def check_names(names: Collection[str]) -> None:
    """Raise a BrokenFileError where there are too many, one is too long, or two are the same."""
    if len(names) > MAX_TENSORS:
        raise BrokenFileError(message("it holds more than {most} tensors", most=MAX_TENSORS))
    if any(len(name) > MAX_NAME for name in names):
        raise BrokenFileError(message("the name of a tensor in it is too long"))
    if len(set(names)) < len(names):
        raise BrokenFileError(message("two of its tensors have the same name"))


def check_size(stored: Iterable[Stored]) -> None:
    """Raise a BrokenFileError where there are more numbers than fit, before any of them is read."""
    if sum(math.prod(one.shape) for one in stored) * 8 > MAX_BYTES:
        raise BrokenFileError(message("it holds more than {most} numbers", most=f"{MAX_BYTES // 8:,}"))


def shape_text(shape: Shape) -> str:
    """A shape in a sentence.

    >>> shape_text((8, 2)), shape_text((8,)), shape_text(())
    ('8×2', '8', '1')
    """
    return "×".join(map(str, shape)) or "1"
