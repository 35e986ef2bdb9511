"""New files of names that nobody else has: where what is not whole yet is written. Any thread; no Qt."""

import os
import secrets
from pathlib import Path


def new_file(folder: Path, prefix: str, suffix: str = "", mode: int = 0o666) -> tuple[int, Path]:
    """Make an empty file in `folder`: its descriptor, open for writing bytes, and its path.

    Args:
        mode: its permissions, less those that the user's umask takes away. (The tempfile module's files are
            private, and the umask cannot be read without changing it for every thread.)

    Raises:
        OSError: the folder is missing, not writable, or full.
    """
    path = folder / f"{prefix}{secrets.token_hex(8)}{suffix}"
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
    return os.open(path, flags, mode), path


def write_whole(path: Path, content: bytes) -> None:
    """Write a file aside first, then move it into place, so that a failure leaves the old one whole.

    A link stays one, and an old file's permissions are kept.

    Raises:
        OSError: the folder is missing, not writable, or full.
    """
    aside: Path | None = None
    path = path.resolve()
    before = path.stat().st_mode & 0o7777 if path.exists() else None
    try:
        handle, aside = new_file(path.parent, f".{path.name}.", mode=0o666 if before is None else before)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if before is not None:
            aside.chmod(before)
        aside.replace(path)
        aside = None
    finally:
        if aside is not None:
            aside.unlink(missing_ok=True)
