"""The note of a lab: read and written in the language of the window."""

import pytest
from pytestqt.qtbot import QtBot

from engine.document.lab import Lab
from gui.i18n import set_language
from gui.panels.note import Note
from gui.store import Store
from tests.gui.panels.fakes import THEME


@pytest.fixture
def note(qtbot: QtBot) -> Note:
    panel = Note(Store(Lab(title={"en": "Bowl", "ko": "그릇"}, note={"en": "Look."})), THEME)
    qtbot.addWidget(panel)
    panel.show()
    return panel


def test_what_is_written_is_in_the_lab_and_undone_as_one(qtbot: QtBot, note: Note) -> None:
    store = note._store
    assert (note.title.text(), note.text.toPlainText()) == ("Bowl", "Look.")
    note.text.moveCursor(note.text.textCursor().MoveOperation.End)
    qtbot.keyClicks(note.text, " And try.")
    assert store.lab.note == {"en": "Look. And try."}
    note.title.clear()
    qtbot.keyClicks(note.title, "Deep bowl")
    assert store.lab.title == {"en": "Deep bowl", "ko": "그릇"}
    store.undo()
    store.undo()
    assert (note.title.text(), note.text.toPlainText()) == ("Bowl", "Look.")


def test_each_language_has_its_own(qtbot: QtBot) -> None:
    set_language("ko")
    store = Store(Lab(note={"en": "Look."}))
    note = Note(store, THEME)
    qtbot.addWidget(note)
    assert note.text.toPlainText() == "Look."  # better than nothing
    note.text.setPlainText("보세요.")
    assert store.lab.note == {"en": "Look.", "ko": "보세요."}
    store.load(Lab())
    assert note.text.toPlainText() == ""
    assert store.lab.note == {}
