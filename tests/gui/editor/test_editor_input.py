"""The formula editor for everybody: input methods, screen readers, very long formulas."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication

from engine.solving.solution import Solution
from tests.gui.editor.keys import put, settle

# Input methods


def compose(editor, preedit="", commit=""):
    event = QInputMethodEvent(preedit, [])
    if commit:
        event.setCommitString(commit)
    QApplication.sendEvent(editor.field, event)


def test_composing_changes_nothing_until_it_is_committed(editor, store):
    put(editor, "x+y", 2)
    revision = store.revision
    compose(editor, "ㅎ")
    compose(editor, "하")
    compose(editor, "한")
    assert editor.field.composing
    assert store.revision == revision
    assert editor.field.text == "x+y"
    compose(editor, "", "한")
    editor._send()
    assert not editor.field.composing
    assert editor.field.text == store.lab.formula == "x+한y"
    compose(editor, "ㄱ")
    compose(editor, "", "글")
    assert editor.field.text == "x+한글y"


def test_a_cancelled_composition_leaves_no_trace(editor, store):
    put(editor, "x+y", 3)
    compose(editor, "ㅎ")
    compose(editor, "")
    assert editor.field.text == store.lab.formula == "x+y"


def test_a_solution_that_arrives_while_composing_disturbs_nothing(editor, store):
    put(editor, "x+y", 3)
    compose(editor, "하")
    store.accept(Solution(revision=store.revision, lab=store.lab))
    settle(editor)
    assert editor.field.composing
    compose(editor, "", "하")
    assert editor.field.text == "x+y하"


def test_full_width_characters_are_read(editor, store):
    compose(editor, "", "２×ｘ")
    editor._send()
    assert editor.reading.error is None
    assert store.lab.formula == "２×ｘ"


# For everybody


def test_names_for_screen_readers(editor):
    put(editor, "x^2")
    editor._refresh_speech()
    assert "squared" in editor.preview.accessibleName() or "power" in editor.preview.accessibleName()
    for widget in (editor.field, editor.symbols, editor.copy):
        assert widget.accessibleName()
    put(editor, "x^2 ++* 3")
    settle(editor)
    assert editor.field.accessibleDescription() == editor.message.text() != ""


LONG_TEXT = "+".join(["x^2"] * 100)


def test_a_long_formula_that_takes_longer_than_a_frame_is_read_when_the_keys_pause(qtbot, editor):
    put(editor, LONG_TEXT)
    before = editor.preview.layout_shown
    editor._cost_s = 1.0
    qtbot.keyClicks(editor.field, "+y")
    assert editor.preview.layout_shown is before  # the text is there, its picture waits
    assert editor.field.text == LONG_TEXT + "+y"
    qtbot.waitUntil(lambda: editor._store.lab.formula == LONG_TEXT + "+y")
    assert editor.preview.layout_shown is not before
    assert editor._cost_s < 1.0


def test_whoever_asks_before_the_pause_gets_the_whole_formula(qtbot, editor):
    put(editor, LONG_TEXT)
    editor._cost_s = 1.0
    qtbot.keyClicks(editor.field, "+y")
    assert editor.reading.text == LONG_TEXT + "+y"
    editor._cost_s = 1.0
    qtbot.keyClicks(editor.field, "+z")
    qtbot.keyClick(editor.field, Qt.Key.Key_Return)
    assert editor._store.lab.formula == LONG_TEXT + "+y+z"


def test_a_short_formula_never_waits(qtbot, editor):
    editor._cost_s = 1.0
    qtbot.keyClicks(editor.field, "x^2")
    assert editor._reading.text == "x^2"
