"""Files that are read: plain ones, of a bounded size. Any thread; no Qt."""

import stat
from pathlib import Path

from engine.base.i18n import Message, message


class UnreadableError(Exception):
    """A file that cannot be read; `message` says which and why."""

    def __init__(self, text: Message) -> None:
        super().__init__(text.render())
        self.message = text


def check_plain(path: Path, most: int) -> None:
    """Say what is wrong with a file before it is opened: a pipe would be waited for, a device has no end.

    Raises:
        UnreadableError: it is missing, no plain file, or of more than `most` bytes.
    """
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error
    if not stat.S_ISREG(found.st_mode):
        raise UnreadableError(message("“{name}” is no file that can be read.", name=path.name or str(path)))
    if found.st_size > most:
        raise UnreadableError(
            message(
                "“{name}” is too large: at most {most} MB are read.", name=path.name, most=most // 1_000_000
            )
        )


def read_whole(path: Path, most: int) -> bytes:
    """The bytes of a plain file of at most `most`.

    Raises:
        UnreadableError: see `check_plain`; also one that must not be read.
    """
    check_plain(path, most)
    try:
        return path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: OSError | ValueError) -> UnreadableError:
    """What the system said of a file, in a sentence."""
    detail = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return UnreadableError(message("“{name}” cannot be read: {detail}.", name=path.name, detail=detail))
