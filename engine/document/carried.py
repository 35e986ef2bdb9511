"""A lab inside a picture or film of it, so that a figure reopens. Any thread; msgspec and stdlib.

In every format it is one line of letters, between MARK and END, wherever the format has room for words (a
text chunk, XMP, a comment, `<metadata>`): a program that copies the file without drawing it anew keeps it.
"""

import base64
import binascii
import mmap
import zlib
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from engine.base.i18n import message
from engine.base.oldfile import UnreadableError, check_plain, unreadable
from engine.document.lab import Lab
from engine.document.labfile import MAX_BYTES, LabFileError, decode, read

CARRIERS: Final = frozenset({".png", ".svg", ".pdf", ".webp", ".gif", ".mp4", ".webm"})
"""The endings of files that may carry a lab."""

MARK: Final = b"nablascope:lab:1:"
END: Final = b";"
MOST_TABLE: Final = 1_000_000  # bytes of a lab's letters, beyond which its table stays out
MOST_FILE: Final = 64_000_000_000  # bytes of a file that is searched
LEFT_OUT: Final = b"no-table:"  # after MARK: the lab had a table, which is not here


WITHOUT_TABLE: Final = message(
    "The table of this lab was left out of the file; without it the lab may not be solved. "
    "Load it again as data."
)


class Carried(Struct, frozen=True):
    """What a file carries. table_left_out: the lab had a table that was not put in."""

    lab: Lab
    table_left_out: bool


def carried_line(lab: Lab, *, with_table: bool = True) -> bytes:
    """The letters to be put into a file: ASCII, without spaces, quotes or angle brackets.

    Equal labs give equal letters. The table stays out where it is not wanted, or would take over MOST_TABLE.
    """
    line = _line(lab, b"")
    if lab.data is not None and (not with_table or len(line) > MOST_TABLE):
        return _line(replace(lab, data=None), LEFT_OUT)
    return line


def leaves_table_out(line: bytes) -> bool:
    """Whether letters by `carried_line` lack the lab's table."""
    return line.startswith(MARK + LEFT_OUT)


def _line(lab: Lab, word: bytes) -> bytes:
    data = zlib.compress(msgspec.json.encode(lab, order="deterministic"), 9)
    return MARK + word + base64.urlsafe_b64encode(data) + END


def read_carried(path: Path) -> Carried:
    """The lab that a file carries: the last one, where there are several.

    Raises:
        LabFileError: it carries none, or a damaged one, or the file cannot be read.
    """
    line = _found(path)
    if line is None:
        raise LabFileError(
            message(
                "“{name}” carries no lab: only pictures and films that Nablascope has written with their "
                "lab do.",
                name=path.name,
            )
        )
    left_out = line.startswith(LEFT_OUT)
    unpacked = zlib.decompressobj()
    try:
        letters = base64.b64decode(line.removeprefix(LEFT_OUT), altchars=b"-_", validate=True)
        data = unpacked.decompress(letters, MAX_BYTES)
    except (binascii.Error, zlib.error) as error:
        raise _damaged(path) from error
    if not unpacked.eof:  # too long, or cut off
        raise _damaged(path)
    return Carried(decode(data), left_out)


def _found(path: Path) -> bytes | None:
    """What lies between the last MARK and its END, of at most a lab's length."""
    try:
        check_plain(path, MOST_FILE)
        if path.stat().st_size == 0:
            return None
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            begin = content.rfind(MARK)
            if begin < 0:
                return None
            begin += len(MARK)
            end = content.find(END, begin, begin + 2 * MAX_BYTES)
            return content[begin:end] if end >= 0 else b""
    except UnreadableError as error:
        raise LabFileError(error.message) from error
    except (OSError, ValueError) as error:
        raise LabFileError(unreadable(path, error).message) from error


def _damaged(path: Path) -> LabFileError:
    return LabFileError(
        message("The lab that “{name}” carries is damaged; open the lab's own file.", name=path.name)
    )


def read_lab(path: Path) -> Carried:
    """The lab of a lab file, or of a picture or film that carries one.

    Raises:
        LabFileError: as `read` of a lab file and `read_carried`.
    """
    return read_carried(path) if path.suffix.lower() in CARRIERS else Carried(read(path), False)
