"""What was not saved when the program ended badly: kept aside while one works, offered at the next start.

The copies lie beside the settings, one for each process, and are gone after an ordinary end. GUI thread.
"""

import contextlib
import os
from pathlib import Path
from typing import Final

from PySide6.QtCore import QLockFile, QSettings
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from engine.document.labfile import SUFFIX, LabFileError, write
from gui.files import Files
from gui.i18n import tr
from gui.store import Change, Store
from gui.style import set_role
from gui.timing import single_shot

PAUSE_MS: Final = 4_000  # after the last change


class Recovery(QFrame):
    """Keeps a copy of the unsaved lab; the bar that offers the copy of a session that ended badly.

    Args:
        settings: the copies lie beside its file.
    """

    def __init__(
        self, store: Store, files: Files, settings: QSettings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._files = files
        self._folder = Path(settings.fileName()).parent / "unsaved"
        self._copy = self._folder / f"{os.getpid()}{SUFFIX}"
        self._lock = _lock_of(self._copy)
        self._pause = single_shot(self, PAUSE_MS, self.keep)
        set_role(self, "panel")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        text = QLabel(tr("The last session ended before its lab was saved."))
        text.setWordWrap(True)
        self.restore = QPushButton(tr("Restore it"))
        self.dismiss = QPushButton(tr("Throw it away"))
        set_role(self.dismiss, "flat")
        row.addWidget(text, 1)
        row.addWidget(self.restore)
        row.addWidget(self.dismiss)
        self.restore.clicked.connect(self._on_restore)
        self.dismiss.clicked.connect(self._on_dismiss)
        self._found = self._left_behind()
        if self._found is None:
            self.hide()
        store.lab_changed.connect(self._on_lab_changed)
        files.path_changed.connect(self.keep)

    def keep(self) -> None:
        """Write the copy, or remove it where there is nothing to lose."""
        self._pause.stop()
        if not self._store.modified:
            self.forget()
            return
        with contextlib.suppress(OSError, LabFileError):  # a full disk is told when one saves
            self._folder.mkdir(parents=True, exist_ok=True)
            self._lock.tryLock(0)
            write(self._store.document(), self._copy)

    def forget(self) -> None:
        """Nothing is left to be restored: it is saved, or the program ends as it should."""
        self._pause.stop()
        _remove(self._copy)
        self._lock.unlock()

    def _on_lab_changed(self, _change: Change) -> None:
        self._pause.start()

    def _left_behind(self) -> Path | None:
        """The newest copy whose process is gone."""
        try:
            copies = sorted(self._folder.glob(f"*{SUFFIX}"), key=lambda path: path.stat().st_mtime)
        except OSError:
            return None
        return next((path for path in reversed(copies) if path != self._copy and _is_free(path)), None)

    def _on_restore(self) -> None:
        if self._found is not None and self._files.may_discard() and self._files.recover(self._found):
            self.keep()
            self._on_dismiss()

    def _on_dismiss(self) -> None:
        if self._found is not None:
            _remove(self._found)
        self.hide()


def _lock_of(copy: Path) -> QLockFile:
    """Held by the process that writes `copy`; free when that process is gone, however it ended."""
    lock = QLockFile(str(copy.with_suffix(".lock")))
    lock.setStaleLockTime(0)  # it may be held for hours
    return lock


def _is_free(copy: Path) -> bool:
    lock = _lock_of(copy)
    if not lock.tryLock(0):
        return False
    lock.unlock()
    return True


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
