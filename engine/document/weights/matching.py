"""Which tensor of a file is which weight of ours, where others gave the names. Any thread; stdlib only.

PyTorch's matrices are (out, in) and called weight; those of Keras, flax and scikit-learn are (in, out), and
the first two call them kernel.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from msgspec import Struct

from engine.base.i18n import message
from engine.document.weights.stored import WeightFileError, shape_text
from engine.document.weights.tensors import Shape

Named = tuple[str, Shape]
MOST_NAMED: Final = 4


class Source(Struct, frozen=True):
    """Where a weight of ours comes from: the tensor `theirs` of the file, rows and columns swapped or not."""

    ours: str
    theirs: str
    transposed: bool = False


def matched(found: Sequence[Named], wanted: Sequence[Named]) -> tuple[Source, ...]:
    """The source of each of `wanted`: by name where all names are ours, else by order and shape.

    Matrices are matched with matrices and vectors with vectors, in the order of `found`; in another order
    only where each shape occurs once.

    Raises:
        WeightFileError: they do not fit; names a tensor, what was found and what is wanted.

    >>> matched([("fc.kernel", (2, 8)), ("fc.bias", (8,))], [("0.weight", (8, 2)), ("0.bias", (8,))])[0]
    Source(ours='0.weight', theirs='fc.kernel', transposed=True)
    """
    theirs = dict(found)
    if all(name in theirs for name, _ in wanted):
        for name, shape in wanted:
            if theirs[name] != shape:
                raise _other_shape(name, shape, name, theirs[name])
        if len(found) == len(wanted):
            return tuple(Source(name, name) for name, _ in wanted)
    else:
        pairs = _in_order(found, wanted)
        if len(found) == len(wanted) and pairs is not None:
            for transposed in _orientations(found):
                if all(_oriented(shape, transposed) == other for (_, other), (_, shape) in pairs):
                    return tuple(
                        Source(name, other, transposed and len(shape) == 2)
                        for (name, _), (other, shape) in pairs
                    )
            by_shape = {shape: name for name, shape in found}
            if len(by_shape) == len(wanted) and all(shape in by_shape for _, shape in wanted):
                return tuple(Source(name, by_shape[shape]) for name, shape in wanted)
            (name, shape), (other, their_shape) = next(pair for pair in pairs if pair[0][1] != pair[1][1])
            raise _other_shape(name, shape, other, their_shape)
    raise WeightFileError(
        message(
            "The network has {count} tensors ({wanted}), the file {other_count} ({found}).",
            count=len(wanted),
            wanted=_listed(wanted),
            other_count=len(found),
            found=_listed(found),
        )
    )


def widths_in(found: Sequence[Named]) -> tuple[tuple[int, ...], bool] | None:
    """The widths of the layers of a file, input first, and whether they have a bias; None where unclear.

    >>> widths_in([("0.weight", (8, 2)), ("0.bias", (8,)), ("2.weight", (1, 8)), ("2.bias", (1,))])
    ((2, 8, 1), True)
    """
    matrices = [shape for _, shape in found if len(shape) == 2]
    vectors = [shape for _, shape in found if len(shape) == 1]
    for transposed in _orientations(found):
        layers = [_oriented(shape, transposed) for shape in matrices]
        chained = all(out == following for (out, _), (_, following) in pairwise(layers))
        biases = [(out,) for out, _ in layers]
        if layers and chained and len(matrices) + len(vectors) == len(found) and vectors in ([], biases):
            return (layers[0][1], *(out for out, _ in layers)), bool(vectors)
    return None


def _in_order(found: Sequence[Named], wanted: Sequence[Named]) -> list[tuple[Named, Named]] | None:
    """(ours, theirs), in our order; None where one has more matrices or vectors than the other."""
    queues: dict[int, list[Named]] = {}
    for named in found:
        queues.setdefault(len(named[1]), []).append(named)
    pairs = []
    for named in wanted:
        queue = queues.get(len(named[1]))
        if not queue:
            return None
        pairs.append((named, queue.pop(0)))
    return pairs


def _orientations(found: Sequence[Named]) -> tuple[bool, ...]:
    """Whether matrices may be transposed: as their names say, else first as ours."""
    names = [name.lower() for name, shape in found if len(shape) == 2]
    if any(name.endswith("kernel") for name in names):
        return (True,)
    if any(name.endswith("weight") for name in names):
        return (False,)
    return (False, True)


def _oriented(shape: Shape, transposed: bool) -> Shape:
    return shape[::-1] if transposed and len(shape) == 2 else shape


def _other_shape(ours: str, wanted: Shape, theirs: str, found: Shape) -> WeightFileError:
    if ours == theirs:
        return WeightFileError(
            message(
                "{tensor} has the shape {found} in the file; the network wants {wanted}.",
                tensor=ours,
                found=shape_text(found),
                wanted=shape_text(wanted),
            )
        )
    return WeightFileError(
        message(
            "The network wants {wanted} for {tensor}; in its place the file has {other} of shape {found}.",
            tensor=ours,
            wanted=shape_text(wanted),
            other=theirs[:80],
            found=shape_text(found),
        )
    )


def _listed(tensors: Sequence[Named]) -> str:
    listed = ", ".join(f"{name[:40]} {shape_text(shape)}" for name, shape in tensors[:MOST_NAMED])
    return listed + (", …" if len(tensors) > MOST_NAMED else "") or "–"
