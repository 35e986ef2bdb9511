"""Opening and saving labs: the dialogs, the question before losing changes, recent files, examples.

GUI thread.
"""

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox, QWidget

from engine.lab import Lab, Text
from engine.labfile import SUFFIX, LabFileError, read, write
from gui.i18n import language, tr
from gui.store import Store

EXAMPLES: Final = Path(__file__).resolve().parent.parent / "resources" / "examples"
RECENT_LIMIT: Final = 8


class Files(QObject):
    """The document of the window and its place on disk.

    Signals:
        path_changed: another document, or it was saved elsewhere.
    """

    path_changed = Signal()

    def __init__(self, store: Store, settings: QSettings, window: QWidget, path: Path | None) -> None:
        super().__init__(window)
        self._store = store
        self._settings = settings
        self._window = window
        self.path = path

    def new(self) -> None:
        if self.may_discard():
            self._show(Lab(), None)

    def open(self) -> None:
        if not self.may_discard():
            return
        name, _ = QFileDialog.getOpenFileName(
            self._window, tr("Open a lab"), self._folder(), tr("Labs (*{suffix})", suffix=SUFFIX)
        )
        if name:
            self.load(Path(name))

    def load(self, path: Path, *, example: bool = False) -> bool:
        """Show the lab at `path`; an example becomes a new document. False, with a message, if it is bad."""
        try:
            lab = read(path)
        except LabFileError as error:
            QMessageBox.warning(self._window, tr("This lab cannot be opened"), tr(error.message))
            return False
        self._show(lab, None if example else path)
        if not example:
            self._remember(path)
        return True

    def save(self) -> bool:
        return self.save_as() if self.path is None else self._write(self.path)

    def save_as(self) -> bool:
        name, _ = QFileDialog.getSaveFileName(
            self._window, tr("Save the lab"), self._folder(), tr("Labs (*{suffix})", suffix=SUFFIX)
        )
        if not name:
            return False
        path = Path(name)
        return self._write(path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX))

    def may_discard(self) -> bool:
        """Whether the document may be left: it is saved, or the user says so."""
        if not self._store.modified:
            return True
        buttons = QMessageBox.StandardButton
        answer = QMessageBox.question(
            self._window,
            tr("Save the changes?"),
            tr("This lab has changes that are not saved."),
            buttons.Save | buttons.Discard | buttons.Cancel,
            buttons.Save,
        )
        if answer == buttons.Save:
            return self.save()
        return answer == buttons.Discard

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
            lab = read(path)
            action = menu.addAction(
                localized(lab.title) or path.stem, partial(self._leave_for, path, example=True)
            )
            action.setToolTip(localized(lab.note))

    def _leave_for(self, path: Path, *, example: bool = False) -> None:
        if self.may_discard():
            self.load(path, example=example)

    def _show(self, lab: Lab, path: Path | None) -> None:
        self.path = path
        self._store.load(lab)
        self.path_changed.emit()

    def _write(self, path: Path) -> bool:
        try:
            write(self._store.document(), path)
        except LabFileError as error:
            QMessageBox.warning(self._window, tr("This lab could not be saved"), tr(error.message))
            return False
        self._store.mark_saved()
        self.path = path
        self._remember(path)
        self.path_changed.emit()
        return True

    def _folder(self) -> str:
        return str(self.path.parent) if self.path else ""

    def _recent(self) -> list[str]:
        names = self._settings.value("recent")
        if isinstance(names, str):  # how a list of one comes back from some stores
            return [names]
        return [str(name) for name in names] if isinstance(names, list) else []

    def _remember(self, path: Path) -> None:
        name = str(path.resolve())
        others = [other for other in self._recent() if other != name]
        self._settings.setValue("recent", [name, *others][:RECENT_LIMIT])


def localized(text: Text) -> str:
    """The user's language of a text of a Lab, else English, else any."""
    return text.get(language()) or text.get("en") or next(iter(text.values()), "")
