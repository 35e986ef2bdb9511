"""What a person does in the formula editor."""

from PySide6.QtCore import Qt

CTRL = Qt.KeyboardModifier.ControlModifier


def type_text(qtbot, editor, text):
    """Type, and let what is not held back go to the store."""
    for character in text:
        qtbot.keyClicks(editor.field, character)
        if editor._hold.isActive() and editor._hold.interval() == 0:
            qtbot.waitUntil(lambda: not editor._hold.isActive())


def press(qtbot, editor, key, modifiers=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(editor.field, key, modifiers)
    editor._send()


def put(editor, text, caret=None):
    """Replace the text as the store would, and set the caret."""
    editor._store.edit(formula=text)
    place = len(text) if caret is None else caret
    editor.field.select((place, place))


def settle(editor):
    """Typing has paused."""
    editor.message.judge()
