"""What was not saved when the program ended badly: kept aside while one works, offered at the next start.

GUI thread; the copy is written on a thread of its own.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QLocale, QSettings, Qt
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from engine.base.cancellation import CancelCheck
from engine.document.lab import Lab
from engine.solving.worker import Worker
from gui.files import Files
from gui.i18n import language, tr
from gui.store import Change, Store
from gui.style import set_role
from gui.timing import single_shot
from gui.unsaved import Copies, Copy

EVERY_MS: Final = 800  # so long an edit waits for its copy, whatever is edited meanwhile
LONGEST: Final = 60  # letters of a formula in the list


class Recovery(QFrame):
    """Keeps a copy of the unsaved lab; the bar that offers the copies of sessions that ended badly.

    Args:
        settings: the copies lie beside its file.
    """

    def __init__(
        self, store: Store, files: Files, settings: QSettings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._files = files
        self.copies = Copies(Path(settings.fileName()).parent / "unsaved")
        self._writer: Worker[tuple[Lab | None], None] | None = None
        self._soon = single_shot(self, EVERY_MS, self.keep)
        set_role(self, "panel")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        self.text = QLabel()
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.choice = QComboBox()
        self.choice.setAccessibleName(tr("Labs that were not saved"))
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.choice.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.restore = QPushButton(tr("Restore it"))
        self.dismiss = QPushButton(tr("Throw it away"))
        set_role(self.dismiss, "flat")
        row.addWidget(self.text)
        row.addWidget(self.choice, 1)
        row.addWidget(self.restore)
        row.addWidget(self.dismiss)
        self.restore.clicked.connect(self._on_restore)
        self.dismiss.clicked.connect(self._on_dismiss)
        self._left = self.copies.left_behind()
        self._offer()
        store.lab_changed.connect(self._on_lab_changed)
        files.path_changed.connect(self.keep)
        self.keep()  # another window of the same document has left it to this one

    def keep(self) -> None:
        """Have the copy written, or removed where there is nothing to lose."""
        self._soon.stop()
        lab = self._store.document() if self._store.modified else None
        if self._writer is None:
            if lab is None:
                return
            self._writer = Worker(self._write, lambda _: None, name="copy of what is not saved")
        self._writer.submit((lab,))

    def wait(self) -> None:
        """Until the copy is as it was last asked for."""
        if self._writer is not None:
            self._writer.wait_idle()

    def forget(self) -> None:
        """The program ends as it should: nothing is to be restored."""
        self._soon.stop()
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        self.copies.forget()

    def _write(self, request: tuple[Lab | None], _cancelled: CancelCheck) -> Iterator[None]:
        (lab,) = request
        if lab is None:
            self.copies.forget()
        else:
            self.copies.keep(lab)
        return iter(())

    def _on_lab_changed(self, _change: Change) -> None:
        if not self._soon.isActive():  # else who never pauses would never have a copy
            self._soon.start()

    def _offer(self) -> None:
        one = len(self._left) == 1
        self.text.setText(
            tr("The last session ended before its lab was saved.")
            if one
            else tr("{count} sessions ended before their labs were saved.", count=len(self._left))
        )
        self.choice.clear()
        self.choice.addItems([_told(copy) for copy in self._left])
        self.setVisible(bool(self._left))

    def _on_restore(self) -> None:
        copy = self._left[self.choice.currentIndex()]
        if self._files.may_discard() and self._files.recover(copy.path):
            self.keep()
            self.wait()  # it is never on no disk
            self._on_dismiss()

    def _on_dismiss(self) -> None:
        self.copies.remove(self._left.pop(self.choice.currentIndex()).path)
        self._offer()


def _told(copy: Copy) -> str:
    """When it was kept, and its formula."""
    formula = copy.formula if copy.formula is not None else tr("cannot be read")
    shortened = formula if len(formula) <= LONGEST else formula[: LONGEST - 1] + "…"
    return f"{_date(copy.kept_at)}   {' '.join(shortened.split())}"


def _date(moment: datetime) -> str:
    locale = QLocale(language())
    return locale.toString(moment, QLocale.FormatType.ShortFormat)  # type: ignore[call-overload, no-any-return]
