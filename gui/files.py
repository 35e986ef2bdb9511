"""Opening and saving labs: the dialogs, the question before losing changes, recent files, examples.

GUI thread.
"""

import re
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from engine.base.paths import EXAMPLES
from engine.document.carried import CARRIERS, WITHOUT_TABLE, read_lab
from engine.document.lab import Lab, Text
from engine.document.labfile import SUFFIX, LabFileError, read, write
from gui.i18n import language, tr
from gui.store import Store
from gui.widgets.questions import ask_to_save, confirmed, warn

RECENT_LIMIT: Final = 8


class Files(QObject):
    """The document of the window and its place on disk.

    Signals:
        path_changed: another document, or it was saved elsewhere.
        opened: another document is shown.
    """

    path_changed = Signal()
    opened = Signal()

    def __init__(self, store: Store, settings: QSettings, window: QWidget, path: Path | None) -> None:
        super().__init__(window)
        self._store = store
        self._settings = settings
        self._window = window
        self.path = path
        self._seen = _state_of(path)  # as it was read or written here

    def new(self) -> None:
        if self.may_discard():
            self._show(Lab(), None)

    def open(self) -> None:
        if not self.may_discard():
            return
        kinds = (
            tr("Labs, and pictures and films of them ({kinds})", kinds=_pattern(SUFFIX, *sorted(CARRIERS))),
            tr("Labs (*{suffix})", suffix=SUFFIX),
        )
        name, _ = QFileDialog.getOpenFileName(
            self._window, tr("Open a lab"), self._folder(), ";;".join(kinds)
        )
        if name:
            self.load(Path(name))

    def load(self, path: Path, *, example: bool = False) -> bool:
        """Show the lab at `path`; an example, and what a picture or film carries, becomes a new document.
        False, with a message, if it is bad."""
        try:
            carried = read_lab(path)
        except LabFileError as error:
            if not path.exists():
                self._settings.setValue("recent", [name for name in self._recent() if Path(name) != path])
            warn(self._window, tr("This lab cannot be opened"), tr(error.message))
            return False
        self._show(carried.lab, None if example or path.suffix.lower() in CARRIERS else path)
        if not example:
            self._remember(path)
        if carried.table_left_out:
            warn(self._window, tr("This lab is without its table"), tr(WITHOUT_TABLE))
        return True

    def recover(self, copy: Path) -> bool:
        """Show the lab at `copy` as a new document that is not saved. False, with a message, if it is bad."""
        try:
            lab = read(copy)
        except LabFileError as error:
            warn(self._window, tr("This lab cannot be opened"), tr(error.message))
            return False
        self._show(lab, None, saved=False)
        return True

    def save(self) -> bool:
        return self.save_as() if self.path is None else self._write(self.path)

    def save_as(self) -> bool:
        path = ask_where_to_save(
            self._window,
            tr("Save the lab"),
            self.path or Path(self._folder()) / (stem_for(self._store.lab) + SUFFIX),
            tr("Labs (*{suffix})", suffix=SUFFIX),
        )
        return path is not None and self._write(path)

    def may_discard(self) -> bool:
        """Whether the document may be left: it is saved, or the user says so."""
        if not self._store.modified:
            return True
        answer = ask_to_save(
            self._window, tr("Save the changes?"), tr("This lab has changes that are not saved.")
        )
        return self.save() if answer == "save" else answer == "discard"

    def fill_recent(self, menu: QMenu) -> None:
        """Put the recent labs into `menu`."""
        menu.clear()
        for name in self._recent():
            menu.addAction(Path(name).name, partial(self._leave_for, Path(name)))
        menu.setEnabled(not menu.isEmpty())

    def fill_examples(self, menu: QMenu) -> None:
        """Put the gallery into `menu`, each with what it teaches as its tip."""
        menu.clear()
        menu.setToolTipsVisible(True)
        for path in sorted(EXAMPLES.glob(f"*{SUFFIX}")):
            try:
                lab = read(path)
            except LabFileError:  # one that is damaged takes no other with it
                continue
            action = menu.addAction(
                localized(lab.title) or path.stem, partial(self._leave_for, path, example=True)
            )
            action.setToolTip(localized(lab.note))

    def _leave_for(self, path: Path, *, example: bool = False) -> None:
        if self.may_discard():
            self.load(path, example=example)

    def _show(self, lab: Lab, path: Path | None, *, saved: bool = True) -> None:
        self.path = path
        self._seen = _state_of(path)
        self._store.load(lab, saved=saved)
        self.path_changed.emit()
        self.opened.emit()

    def _write(self, path: Path) -> bool:
        if path == self.path and _state_of(path) not in (self._seen, None):
            question = tr("“{name}” was changed on the disk since it was read. Replace it?", name=path.name)
            if not confirmed(self._window, tr("Save the lab"), question, tr("Replace it"), tr("Cancel")):
                return False
        try:
            write(self._store.document(), path)
        except LabFileError as error:
            warn(self._window, tr("This lab could not be saved"), tr(error.message))
            return False
        self._store.mark_saved()
        self.path = path
        self._seen = _state_of(path)
        self._remember(path)
        self.path_changed.emit()
        return True

    def _folder(self) -> str:
        """Where the last lab was; the user's own folder at first."""
        recent = [Path(name).parent for name in self._recent()]
        places = [self.path.parent] if self.path else recent
        return str(next((place for place in places if place.is_dir()), ""))

    def _recent(self) -> list[str]:
        names = self._settings.value("recent")
        if isinstance(names, str):  # how a list of one comes back from some stores
            return [names]
        return [str(name) for name in names] if isinstance(names, list) else []

    def _remember(self, path: Path) -> None:
        name = str(path.resolve())
        others = [other for other in self._recent() if other != name]
        self._settings.setValue("recent", [name, *others][:RECENT_LIMIT])


def _pattern(*endings: str) -> str:
    return " ".join(f"*{ending}" for ending in endings)


def _state_of(path: Path | None) -> tuple[int, int] | None:
    """What tells whether another program has written a file; None: there is none."""
    try:
        found = path.stat() if path is not None else None
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size) if found is not None else None


def ask_where_to_save(parent: QWidget, title: str, suggested: Path, kinds: str) -> Path | None:
    """Ask for a file to write. A name without the suffix of `suggested` gets it before the dialog asks
    whether to replace what is there."""
    dialog = QFileDialog(parent, title, str(suggested.parent), kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suggested.suffix)
    dialog.selectFile(suggested.name)
    return Path(dialog.selectedFiles()[0]) if dialog.exec() else None


def stem_for(lab: Lab) -> str:
    """A name for a file of `lab`, from its title."""
    title = re.sub(r'[\\/:*?"<>|%\x00-\x1f]+', " ", localized(lab.title))
    return " ".join(title.split())[:60] or tr("Untitled")


def localized(text: Text) -> str:
    """The user's language of a text of a Lab, else English, else any."""
    return text.get(language()) or text.get("en") or next(iter(text.values()), "")
