"""What the lab teaches: its title and its note, read and written in the user's language. GUI thread."""

from typing import Any, Final

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from engine.document.lab import Text
from gui.files import localized
from gui.i18n import language, tr
from gui.panels.panel import Panel
from gui.store import Change, Store
from gui.style import set_role
from gui.theme import Theme
from gui.widgets.plain_text import PlainText

LONGEST_TITLE: Final = 120


class Note(Panel):
    """The title above the note; both are saved with the lab."""

    def __init__(self, store: Store, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self.setAccessibleName(tr("Note"))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(6)
        self.title = QLineEdit()
        self.title.setMaxLength(LONGEST_TITLE)
        self.title.setPlaceholderText(tr("Title of this lab"))
        self.title.setAccessibleName(tr("Title of this lab"))
        set_role(self.title, "title")
        self.text = PlainText()
        self.text.setPlaceholderText(tr("What is to be seen here, and what to try; saved with the lab"))
        self.text.setAccessibleName(tr("Note"))
        self.text.setTabChangesFocus(True)
        set_role(self.text, "note")
        column.addWidget(self.title)
        column.addWidget(self.text, 1)
        self.title.textEdited.connect(lambda text: self._edit("title", text.strip()))
        self.title.editingFinished.connect(store.end_merge)
        self.text.textChanged.connect(self._on_text_changed)
        store.lab_changed.connect(self._on_lab_changed)
        self._show()

    def _on_lab_changed(self, change: Change) -> None:
        if change.fields & {"title", "note"} and change.initiator is not self:
            self._show()

    def _show(self) -> None:
        lab = self._store.lab
        for shown, text, show in (
            (self.title.text(), localized(lab.title), self.title.setText),
            (self.text.toPlainText(), localized(lab.note), self.text.setPlainText),
        ):
            if shown != text:
                show(text)

    def _on_text_changed(self) -> None:
        text = self.text.toPlainText()
        if text != localized(self._store.lab.note):
            self._edit("note", text)

    def _edit(self, field: str, text: str) -> None:
        """In the language of the window; the other language keeps its own."""
        old: Text = getattr(self._store.lab, field)
        new = {**old, language(): text} if text else {key: old[key] for key in old if key != language()}
        changes: dict[str, Any] = {field: new}
        self._store.edit(merge_key=("note", field), initiator=self, **changes)
