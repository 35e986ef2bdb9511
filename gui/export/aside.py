"""Files that are whole or not there: written aside in the same folder, then renamed. Any thread; no Qt."""

import contextlib
import errno
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from engine.base.i18n import message
from engine.base.newfile import new_file
from gui.exit_codes import EXIT_BAD_INPUT, EXIT_FAILED
from gui.export.errors import ExportError


def check_target(path: Path, force: bool) -> None:
    """Raise ExportError, with what to do, if `path` cannot be written or is there (unless `force`)."""
    folder = path.parent
    if not folder.is_dir():
        raise ExportError(message("There is no folder {folder}.", folder=str(folder)))
    if path.is_dir():
        raise ExportError(message("{path} is a folder; give the name of a file.", path=str(path)))
    if not os.access(folder, os.W_OK):
        raise ExportError(message("The folder {folder} cannot be written to.", folder=str(folder)))
    if path.exists() and not force:
        raise ExportError(
            message("{path} is there already; use --force to replace it.", path=str(path)), EXIT_BAD_INPUT
        )


@contextlib.contextmanager
def written_aside(path: Path) -> Iterator[Path]:
    """A temporary file beside `path` that takes its place at the end, and goes away on any failure.

    Raises:
        ExportError: for a full disk, or a folder that cannot be written to.
    """
    with _disk_errors(path):
        prefix, suffix = f".{path.stem}-", f".part{path.suffix}"
        _remove_orphans(path.parent, prefix, suffix)
        handle, part = new_file(path.parent, f"{prefix}{os.getpid()}-", suffix)
        os.close(handle)
        try:
            yield part
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


@contextlib.contextmanager
def folder_written_aside(pattern: Path) -> Iterator[Path]:
    """A temporary folder beside `pattern`; the files in it move to the pattern's folder at the end."""
    with _disk_errors(pattern):
        prefix, suffix = ".frames-", ".part"
        _remove_orphans(pattern.parent, prefix, suffix)
        name = tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}-", suffix=suffix, dir=pattern.parent)
        part = Path(name)
        try:
            yield part
            for file in sorted(part.iterdir()):
                file.replace(pattern.parent / file.name)
        finally:
            shutil.rmtree(part, ignore_errors=True)


def _remove_orphans(folder: Path, prefix: str, suffix: str) -> None:
    """Remove what exports that were killed left behind: their names have the number of their process."""
    named = re.compile(re.escape(prefix) + r"(\d+)-[^-]*" + re.escape(suffix))
    for part in folder.iterdir():
        match = named.fullmatch(part.name)
        if match is None or _is_alive(int(match[1])):
            continue
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):  # another user's, or Windows keeps it for who writes it
                part.unlink()


def _is_alive(process: int) -> bool:
    """Whether a process of this number runs; on Windows only our own is known, and open files stay anyhow."""
    if sys.platform == "win32" or process == os.getpid():
        return process == os.getpid()
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def write_whole(path: Path, content: str | bytes) -> None:
    """Write `content` to `path`, all of it or nothing; text as UTF-8."""
    with written_aside(path) as part:
        part.write_bytes(content.encode() if isinstance(content, str) else content)


@contextlib.contextmanager
def _disk_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise ExportError(
                message(
                    "The disk is full: {path} was not written. Nothing was left behind; free some space or "
                    "choose another folder.",
                    path=str(path),
                ),
                EXIT_FAILED,
            ) from error
        raise ExportError(
            message("{path} cannot be written: {why}.", path=str(path), why=error.strerror or str(error)),
            EXIT_BAD_INPUT,
        ) from error
