"""Any keys in any order: the editor never raises, and the store ends with the text of the field."""

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.document.lab import Lab
from gui.editor.formula_editor import FormulaEditor
from gui.store import Store
from gui.theme import LIGHT

KEYS = (
    Qt.Key.Key_Backspace,
    Qt.Key.Key_Delete,
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_Escape,
    Qt.Key.Key_Tab,
    Qt.Key.Key_Return,
    Qt.Key.Key_Down,
)
COMMANDS = (Qt.Key.Key_Z, Qt.Key.Key_Y, Qt.Key.Key_A, Qt.Key.Key_Space)
texts = st.sampled_from([*"xy2+-*/^_()[]{}|,.= si", "sin", "\\al", "sqrt("])
composed = st.sampled_from(["√", "²", "가", "ｘ"])
templates = st.sampled_from(["(|)/(|)", "sqrt(|)", "piecewise(x > 0: |, |)"])
pasted = st.sampled_from([r"$\frac{1}{2}x$", "np.sin(x)**2", "\n", "x y", "|"])
strokes = st.lists(
    st.tuples(st.just("type"), texts)
    | st.tuples(st.just("compose"), composed)
    | st.tuples(st.just("key"), st.sampled_from(KEYS))
    | st.tuples(st.just("command"), st.sampled_from(COMMANDS))
    | st.tuples(st.just("template"), templates)
    | st.tuples(st.just("paste"), pasted),
    max_size=25,
)


@given(strokes)
def test_any_keys(qapp, keys):
    store = Store(Lab(formula=""))
    editor = FormulaEditor(store, LIGHT)
    editor.resize(360, 160)
    for kind, what in keys:
        if kind == "type":
            QTest.keyClicks(editor.field, what)
        elif kind == "compose":
            QApplication.sendEvent(editor.field, QInputMethodEvent(what, []))
            commit = QInputMethodEvent("", [])
            commit.setCommitString(what)
            QApplication.sendEvent(editor.field, commit)
        elif kind == "key":
            QTest.keyClick(editor.field, what)
        elif kind == "command":
            QTest.keyClick(editor.field, what, Qt.KeyboardModifier.ControlModifier)
        elif kind == "template":
            editor._on_inserted(what)
        else:
            editor.paste(what)
        assert "\n" not in editor.field.text
        assert editor.reading.text == editor.field.text
    editor._send()
    editor.grab()
    assert store.lab.formula == editor.field.text
    editor.deleteLater()
