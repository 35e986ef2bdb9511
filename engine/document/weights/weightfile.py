"""Files of weights: read bounded and checked against what is wanted, written all or nothing.

Any thread; msgspec, numpy and the standard library only.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
from msgspec import Struct

from engine.base.i18n import message
from engine.base.newfile import write_whole
from engine.base.oldfile import UnreadableError, check_plain, unreadable
from engine.document.weights import npz_file, safetensors_file
from engine.document.weights.matching import Named, Source, matched
from engine.document.weights.stored import FLOATING, BrokenFileError, Stored, WeightFileError
from engine.document.weights.tensors import MAX_BYTES, SCALING, Tensors

SUFFIXES: Final = (".safetensors", ".npz")
MAX_FILE_BYTES: Final = MAX_BYTES + safetensors_file.MAX_HEADER
_READERS: Final[dict[str, Callable[[BinaryIO], tuple[Stored, ...]]]] = {
    ".safetensors": safetensors_file.stored_in,
    ".npz": npz_file.stored_in,
}
_WRITERS: Final[dict[str, Callable[[Tensors], bytes]]] = {
    ".safetensors": safetensors_file.encode,
    ".npz": npz_file.encode,
}

_FROM_TORCH: Final = (
    "import torch, safetensors.torch as st\n"
    "st.save_file({{n: t.contiguous() for n, t in torch.load({old}, weights_only=True).items()}}, {new})"
)
_FROM_KERAS: Final = (
    "import keras, numpy, safetensors.numpy as st\n"
    'st.save_file({{f"{{i}}.{{w.name}}": numpy.array(w) for i, w in'
    " enumerate(keras.models.load_model({old}).weights)}}, {new})"
)
_FROM_ONNX: Final = (
    "import onnx, onnx.numpy_helper as helper, safetensors.numpy as st\n"
    "st.save_file({{t.name: helper.to_array(t).copy() for t in onnx.load({old}).graph.initializer}}, {new})"
)
CONVERSIONS: Final = {
    ".pt": _FROM_TORCH,
    ".pth": _FROM_TORCH,
    ".keras": _FROM_KERAS,
    ".h5": _FROM_KERAS,
    ".onnx": _FROM_ONNX,
}


class Loaded(Struct, frozen=True):
    """Weights under our names and in our order, and where in the file each was.

    Attributes:
        standardised: whether they were made for inputs that are.
    """

    tensors: Tensors
    sources: tuple[Source, ...]
    standardised: bool = False

    @property
    def renamed(self) -> tuple[Source, ...]:
        """What to show: those of another name, or with rows and columns swapped."""
        return tuple(source for source in self.sources if source != Source(source.ours, source.ours))


def survey(path: Path) -> tuple[Named, ...]:
    """The names and shapes in a file, in the order of the layers; its numbers are not read.

    Raises:
        WeightFileError: as for `read`, but for what is wanted.
    """
    with _opened(path) as stored:
        return tuple((one.name, one.shape) for one in stored if one.name not in SCALING)


def read(path: Path, wanted: Sequence[Named]) -> Loaded:
    """The tensors `wanted`, (name, shape) of each, from a .safetensors or .npz file.

    Raises:
        WeightFileError: the file is missing, unreadable, too large, damaged, or of another format (with the
            Python that turns it into one of ours); or its tensors are others, or of no finite numbers.
    """
    with _opened(path) as stored:
        by_name = {one.name: one for one in stored if one.name not in SCALING}
        standardised = len(by_name) < len(stored)
        sources = matched([(one.name, one.shape) for one in by_name.values()], wanted)
        for source in sources:
            kind = by_name[source.theirs].kind
            if kind not in FLOATING:
                raise WeightFileError(
                    message(
                        "{tensor} holds numbers of type {found}; weights are of type {wanted}.",
                        tensor=source.theirs,
                        found=kind,
                        wanted=", ".join(FLOATING),
                    )
                )
        arrays = {}
        for source in sources:
            array = by_name[source.theirs].read()
            if not np.isfinite(array).all():
                raise WeightFileError(
                    message(
                        "{tensor} holds numbers that are not finite: no run can begin there.",
                        tensor=source.theirs,
                    )
                )
            arrays[source.ours] = array.T if source.transposed else array
    return Loaded(Tensors.of(arrays), sources, standardised)


def encoded(tensors: Tensors, kind: str) -> bytes:
    """The bytes of a file of a `kind`, "safetensors" or "npz"; the same every time."""
    return _WRITERS["." + kind](tensors)


def write(tensors: Tensors, path: Path) -> None:
    """Write a .safetensors or .npz file, the same bytes every time; a failure leaves an old file whole.

    Raises:
        WeightFileError: another suffix, or the folder is missing, not writable, or full.
    """
    suffix = path.suffix.lower()
    if suffix not in _WRITERS:
        raise _other_format(path)
    try:
        write_whole(path, _WRITERS[suffix](tensors))
    except OSError as error:
        raise WeightFileError(
            message(
                "“{name}” cannot be written: {detail}.", name=path.name, detail=error.strerror or str(error)
            )
        ) from error


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Stored, ...]]:
    """What a file holds, to be read while it is open."""
    suffix = path.suffix.lower()
    if suffix not in _READERS:
        raise _other_format(path)
    try:
        check_plain(path, MAX_FILE_BYTES)
        with path.open("rb") as file:
            yield _READERS[suffix](file)
    except BrokenFileError as error:
        raise WeightFileError(
            message(
                "“{name}” cannot be read as {format}: {detail}.",
                name=path.name,
                format=suffix,
                detail=error.message,
            )
        ) from error
    except UnreadableError as error:
        raise WeightFileError(error.message) from error
    except OSError as error:
        raise WeightFileError(unreadable(path, error).message) from error


def _other_format(path: Path) -> WeightFileError:
    code = CONVERSIONS.get(path.suffix.lower())
    if code is None:
        return WeightFileError(
            message(
                "“{name}”: weights are kept in {suffixes} files.",
                name=path.name,
                suffixes=", ".join(SUFFIXES),
            )
        )
    old, new = repr(path.name), repr(path.with_suffix(".safetensors").name)
    return WeightFileError(
        message(
            "“{name}” cannot be opened here. Two lines of Python turn it into a file that can:\n{code}",
            name=path.name,
            code=code.format(old=old, new=new),
        )
    )
