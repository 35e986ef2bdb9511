"""Copies of labs that were not saved: one file for each session, beside a lock that the system lets go when
the session is gone, however it ended. Any thread; no Qt.
"""

import contextlib
import os
import secrets
import sys
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from engine.document.lab import Data, Lab
from engine.document.labfile import SUFFIX, LabFileError, read, write
from engine.document.network_text import network_text

LOCK: Final = ".lock"


class Copy(Struct, frozen=True):
    """What a session left behind; formula: None where the copy cannot be read."""

    path: Path
    kept_at: datetime
    formula: str | None


class Copies:
    """This session's copy, and those that others left behind.

    Args:
        folder: where they lie; made when the first one is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.own: Final = folder / f"{datetime.now():%Y%m%d-%H%M%S}-{secrets.token_hex(3)}{SUFFIX}"
        self._lock: int | None = None
        self._table: tuple[Data, msgspec.Raw] | None = None

    def keep(self, lab: Lab) -> None:
        """Write the copy. A full or missing disk is told when one saves, not here."""
        with contextlib.suppress(OSError, LabFileError):
            self._folder.mkdir(parents=True, exist_ok=True)
            if self._lock is None:
                self._lock = _locked(self.own.with_suffix(LOCK))
            write(self._with_known_table(lab), self.own)

    def forget(self) -> None:
        """Nothing is left to be restored: it is saved, or the program ends as it should."""
        self.remove(self.own)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def left_behind(self) -> list[Copy]:
        """Those whose session is gone, the newest first."""
        found = []
        try:
            paths = [path for path in self._folder.glob(f"*{SUFFIX}") if path != self.own and _is_free(path)]
        except OSError:
            return []
        for path in paths:
            with contextlib.suppress(OSError):
                found.append(Copy(path, datetime.fromtimestamp(path.stat().st_mtime), _formula_of(path)))
        return sorted(found, key=lambda copy: copy.kept_at, reverse=True)

    def remove(self, path: Path) -> None:
        """A copy that was restored, or that the user threw away."""
        for each in (path, path.with_suffix(LOCK)):
            with contextlib.suppress(OSError):
                each.unlink(missing_ok=True)

    def _with_known_table(self, lab: Lab) -> Lab:
        """`lab` with its table as JSON already: encoding a large one each second would be felt."""
        if lab.data is None:
            return lab
        if self._table is None or self._table[0] is not lab.data:
            self._table = (lab.data, msgspec.Raw(msgspec.json.encode(lab.data)))
        return replace(lab, data=self._table[1])


def _formula_of(path: Path) -> str | None:
    try:
        lab = read(path)
    except LabFileError:
        return None
    return lab.formula if lab.network is None else network_text(lab.network)


def _is_free(copy: Path) -> bool:
    lock = copy.with_suffix(LOCK)
    if not lock.exists():
        return True
    try:
        os.close(_locked(lock))
    except OSError:
        return False
    return True


def _locked(path: Path) -> int:
    """The descriptor of a file that nobody else can lock until it is closed or this process is gone.

    Raises:
        OSError: somebody holds it.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise
    return handle
