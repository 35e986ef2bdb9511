"""Safetensors: a header of JSON, then the numbers. Read with every claim of the header checked first.

The format is that of huggingface/safetensors: eight bytes with the header's length, the header, padded with
spaces to a multiple of eight, and the tensors' bytes, without gap or overlap. What is written is, byte for
byte, what safetensors.torch.save_file writes. Any thread; msgspec and numpy only.
"""

import functools
import math
import re
from typing import Annotated, BinaryIO, Final

import msgspec
import numpy as np
from msgspec import Meta, Struct

from engine.base.arrays import Floats
from engine.base.i18n import message
from engine.document.weights.stored import BrokenFileError, Stored, check_names, check_size, shape_text
from engine.document.weights.tensors import Shape, Tensors

MAX_HEADER: Final = 1_000_000
METADATA: Final = "__metadata__"
# type → how it is called in a sentence, and the bytes of a number
TYPES: Final = {
    "F64": ("float64", 8), "F32": ("float32", 4), "F16": ("float16", 2), "BF16": ("bfloat16", 2),
    "I64": ("int64", 8), "I32": ("int32", 4), "I16": ("int16", 2), "I8": ("int8", 1),
    "U64": ("uint64", 8), "U32": ("uint32", 4), "U16": ("uint16", 2), "U8": ("uint8", 1),
    "BOOL": ("bool", 1), "C64": ("complex64", 8),
    "F8_E4M3": ("float8_e4m3", 1), "F8_E5M2": ("float8_e5m2", 1),
}  # fmt: skip


class Entry(Struct, frozen=True, forbid_unknown_fields=True):
    """What the header says of a tensor; `data_offsets` count from the header's end."""

    dtype: str
    shape: Annotated[Shape, Meta(max_length=8)]
    data_offsets: tuple[Annotated[int, Meta(ge=0)], Annotated[int, Meta(ge=0)]]


def stored_in(file: BinaryIO) -> tuple[Stored, ...]:
    """The tensors of an open file, in the order in which their names count: 2.weight before 10.weight.

    (The order in the file is no guide: its usual writers sort by the alphabet.)

    Raises:
        BrokenFileError: it is not of the format, or larger than the bounds.
    """
    size = file.seek(0, 2)
    file.seek(0)
    length = int.from_bytes(file.read(8), "little")
    if size < 8 or length > size - 8:
        raise BrokenFileError(message("it is cut off"))
    if length > MAX_HEADER:
        raise BrokenFileError(message("its header is too long"))
    entries = _entries(file.read(length))
    _check_offsets(entries, size - 8 - length)
    stored = [
        Stored(name, entry.shape, TYPES[entry.dtype][0], functools.partial(_numbers, file, 8 + length, entry))
        for name, entry in sorted(entries.items(), key=lambda item: natural_key(item[0]))
    ]
    check_size(stored)
    return tuple(stored)


def encode(tensors: Tensors) -> bytes:
    """The bytes of a file, the same every time."""
    header: dict[str, object] = {METADATA: {"format": "pt"}}
    blobs, at = [], 0
    for name, array in sorted(tensors.arrays.items()):
        blobs.append(array.tobytes())
        end = at + len(blobs[-1])
        header[name] = Entry("F64", array.shape, (at, end))
        at = end
    encoded = msgspec.json.encode(header)
    encoded += b" " * (-len(encoded) % 8)
    return b"".join((len(encoded).to_bytes(8, "little"), encoded, *blobs))


def natural_key(name: str) -> tuple[tuple[str, int], ...]:
    """Sorts 2.weight before 10.weight."""
    return tuple(
        (text, int(digits or -1)) for text, digits in re.findall(r"([^0-9]*)([0-9]*)", name) if text or digits
    )


def _entries(header: bytes) -> dict[str, Entry]:
    try:
        raw = msgspec.json.decode(header, type=dict[str, msgspec.Raw])
        msgspec.json.decode(raw.pop(METADATA, b"{}"), type=dict[str, str])
        check_names(raw)
        return {name: msgspec.json.decode(entry, type=Entry) for name, entry in raw.items()}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BrokenFileError(message("its header cannot be read ({detail})", detail=str(error))) from error


def _check_offsets(entries: dict[str, Entry], size: int) -> None:
    """Raise unless the tensors fill the `size` bytes after the header one after the other."""
    reached = 0
    for name, entry in sorted(entries.items(), key=lambda item: item[1].data_offsets):
        if entry.dtype not in TYPES:
            raise BrokenFileError(
                message(
                    "the numbers of {tensor} are of an unknown type, {kind}",
                    tensor=name,
                    kind=entry.dtype[:20],
                )
            )
        begin, end = entry.data_offsets
        wanted = TYPES[entry.dtype][1] * math.prod(entry.shape)
        if begin != reached or end > size:
            raise BrokenFileError(
                message(
                    "the numbers of {tensor} leave a gap, overlap others or end outside of it", tensor=name
                )
            )
        if end - begin != wanted:
            raise BrokenFileError(
                message(
                    "{tensor}, of shape {shape}, takes {wanted} bytes and has {found}",
                    tensor=name,
                    shape=shape_text(entry.shape),
                    wanted=str(wanted),
                    found=end - begin,
                )
            )
        reached = end
    if reached != size:
        raise BrokenFileError(
            message("it has {count} bytes of which its header says nothing", count=size - reached)
        )


def _numbers(file: BinaryIO, after_header: int, entry: Entry) -> Floats:
    begin, end = entry.data_offsets
    file.seek(after_header + begin)
    content = file.read(end - begin)
    if len(content) < end - begin:
        raise BrokenFileError(message("it is cut off"))
    if entry.dtype == "BF16":  # the upper half of a float32
        numbers = (np.frombuffer(content, "<u2").astype(np.uint32) << 16).view(np.float32)
    else:
        numbers = np.frombuffer(content, f"<f{TYPES[entry.dtype][1]}")
    return numbers.astype(np.float64).reshape(entry.shape)
