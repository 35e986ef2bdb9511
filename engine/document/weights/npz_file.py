"""Arrays of NumPy in a zip archive. Read with every size checked first; arrays of Python objects never.

The headers are read by a pattern, since nothing of a file is evaluated here, and the numbers as they lie,
since nothing is unpickled. Any thread; numpy and the standard library only.
"""

import functools
import io
import math
import re
import struct
import zipfile
import zlib
from typing import BinaryIO, Final

import numpy as np

from engine.base.arrays import Floats
from engine.base.i18n import message
from engine.document.weights.stored import BrokenFileError, Stored, check_names, check_size
from engine.document.weights.tensors import MAX_NAME, MAX_TENSORS, Tensors

MAX_DIRECTORY: Final = MAX_TENSORS * (MAX_NAME + 200)  # bytes: what the names and places of all take at most
MAX_HEADER: Final = 10_000
HEADER: Final = re.compile(
    rb"\{ ?'descr': ?'(?P<type>[<>|=]?[biufcmMOSUV]\d{0,3})'"
    rb", ?'fortran_order': ?(?P<columns_first>True|False)"
    rb", ?'shape': ?\((?P<shape>(\d{1,12}(, ?\d{1,12}){0,7},?)?)\),? ?\}\s*"
)
SUFFIX: Final = ".npy"
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, RuntimeError)


def stored_in(file: BinaryIO) -> tuple[Stored, ...]:
    """The arrays of an open archive, in its order.

    Raises:
        BrokenFileError: it is not of the format, or larger than the bounds.
    """
    _check_directory(file)
    try:
        archive = zipfile.ZipFile(file)
        members = archive.infolist()
        check_names([member.filename for member in members])
        stored = tuple(_stored(archive, member) for member in members)
    except _BROKEN as error:
        raise BrokenFileError(message("it is damaged ({detail})", detail=str(error))) from error
    check_size(stored)
    return stored


def encode(tensors: Tensors) -> bytes:
    """The bytes of an archive, the same every time."""
    target = io.BytesIO()
    np.savez(target, allow_pickle=False, **tensors.arrays)
    return target.getvalue()


def _check_directory(file: BinaryIO) -> None:
    """Raise unless the archive's own directory is small: it is read whole, whatever it claims to hold."""
    size = file.seek(0, 2)
    file.seek(max(size - 42, 0))
    end = file.read(42)
    if len(end) < 22 or end[-22:-18] != b"PK\5\6" or end[:4] == b"PK\6\7":
        raise BrokenFileError(message("it is no archive of arrays, or cut off"))
    count, length = struct.unpack("<HL", end[-12:-6])
    if count > MAX_TENSORS or length > MAX_DIRECTORY:
        raise BrokenFileError(message("it holds more than {most} tensors", most=MAX_TENSORS))


def _stored(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Stored:
    name = member.filename.removesuffix(SUFFIX)
    if name == member.filename:
        raise BrokenFileError(message("{file} in it is no array", file=name))
    with archive.open(member) as stream:
        begin = stream.read(8)
        wide = begin[6:7] == b"\1"
        length = int.from_bytes(stream.read(2 if wide else 4), "little")
        header = HEADER.fullmatch(stream.read(length)) if length <= MAX_HEADER else None
    kind = _kind(header["type"].decode()) if header is not None else None
    if begin[:6] != b"\x93NUMPY" or header is None or kind is None:
        raise BrokenFileError(message("{tensor} is no plain array of numbers", tensor=name))
    shape = tuple(int(part) for part in re.findall(rb"\d+", header["shape"]))
    start = 8 + (2 if wide else 4) + length
    if kind.hasobject:
        raise BrokenFileError(
            message("{tensor} holds Python objects, which are never unpacked here", tensor=name)
        )
    if member.file_size != start + kind.itemsize * math.prod(shape):
        raise BrokenFileError(message("{tensor} is shorter or longer than its shape says", tensor=name))
    order = "F" if header["columns_first"] == b"True" else "C"
    return Stored(
        name, shape, kind.name, functools.partial(_numbers, archive, member, start, kind, shape, order)
    )


def _kind(written: str) -> np.dtype[np.generic] | None:
    try:
        return np.dtype(written)
    except TypeError:
        return None


def _numbers(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    start: int,
    kind: np.dtype[np.generic],
    shape: tuple[int, ...],
    order: str,
) -> Floats:
    size = member.file_size - start
    try:
        with archive.open(member) as stream:
            stream.read(start)
            content = stream.read(size)
            stream.read(1)  # at its end the checksum is compared
    except _BROKEN as error:
        raise BrokenFileError(message("it is damaged ({detail})", detail=str(error))) from error
    if len(content) != size:
        raise BrokenFileError(message("it is cut off"))
    return np.frombuffer(content, kind).astype(np.float64).reshape(shape, order="F" if order == "F" else "C")
