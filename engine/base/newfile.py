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
