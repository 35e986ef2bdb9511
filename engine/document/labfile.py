"""Lab files (*.nabla): JSON, read with every type and bound checked, written all or nothing.

Any thread; msgspec and the standard library only.
"""

import math
import re
from pathlib import Path
from typing import Any, Final

import msgspec

from engine.base.i18n import Message, message
from engine.base.newfile import write_whole
from engine.base.oldfile import UnreadableError, read_whole
from engine.document.lab import VERSION, Lab

SUFFIX: Final = ".nabla"
MAX_BYTES: Final = 20_000_000
QUOTED: Final = 80  # letters of a file that a message about it shows at most
QUOTE: Final = re.compile(rf"([`'])([^`']{{{QUOTED + 1},}})\1")
LONG: Final = 1_000_000  # bytes: beyond, a line for each number would take a multiple


class LabFileError(Exception):
    """A lab file that cannot be read or written; `message` says why and what to do."""

    def __init__(self, text: Message) -> None:
        super().__init__(text.render())
        self.message = text


def decode(data: bytes) -> Lab:
    """The Lab in the bytes of a file.

    Raises:
        LabFileError: not JSON, of a newer version, or a field of a wrong type or outside its bounds.
    """
    try:
        raw = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise LabFileError(
            message(
                "This is not a lab file: it does not hold JSON ({detail}).", detail=_shortened(str(error))
            )
        ) from error
    if not isinstance(raw, dict):
        raise LabFileError(message("This is not a lab file: it does not hold an object."))
    try:
        return msgspec.convert(_known_version(raw), Lab)
    except (msgspec.ValidationError, RecursionError) as error:
        raise LabFileError(
            message("This lab file has a wrong entry: {detail}.", detail=_placed(str(error)))
        ) from error


def _placed(detail: str) -> str:
    """What msgspec says, with its place; it names none where that is the whole file."""
    return _shortened(detail if " - at `" in detail else f"{detail} - at `$`")


def _shortened(detail: str) -> str:
    """With at most QUOTED letters of anything that the file says itself."""
    return QUOTE.sub(lambda found: f"{found[1]}{found[2][: QUOTED - 1]}…{found[1]}", detail)


def _known_version(raw: dict[str, Any]) -> dict[str, Any]:
    version = raw.get("version", VERSION)
    if isinstance(version, int) and version > VERSION:
        raise LabFileError(
            message(
                "This lab was written by a newer Nablascope (format {version}). Please update.",
                version=version,
            )
        )
    return raw


def encode(lab: Lab) -> bytes:
    """The bytes of a file that `decode` reads back to the same Lab; readable by people, unless it is long."""
    encoded = msgspec.json.encode(lab)
    return (msgspec.json.format(encoded, indent=2) if len(encoded) < LONG else encoded) + b"\n"


def read(path: Path) -> Lab:
    """Read a lab file of at most MAX_BYTES.

    Raises:
        LabFileError: see `decode`; also one that is missing, unreadable, too large or no plain file.
    """
    try:
        data = read_whole(path, MAX_BYTES)
    except UnreadableError as error:
        raise LabFileError(error.message) from error
    return decode(data)


def write(lab: Lab, path: Path) -> None:
    """Write a lab file: aside first, then moved into place, so that a failure leaves the old one whole.

    Raises:
        LabFileError: it is too large to be read again, or the folder is missing, not writable, or full.
    """
    encoded = encode(lab)
    if len(encoded) > MAX_BYTES:
        raise LabFileError(
            message(
                "This lab is too large for a file: it takes {found} MB of at most {most}.",
                found=math.ceil(len(encoded) / 1e6),
                most=MAX_BYTES // 1_000_000,
            )
        )
    try:
        write_whole(path, encoded)
    except OSError as error:
        raise LabFileError(
            message(
                "“{name}” cannot be written: {detail}.", name=path.name, detail=error.strerror or str(error)
            )
        ) from error
