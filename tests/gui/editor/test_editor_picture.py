"""The typeset formula over the field: what is clicked, hovered, scrolled; paste and copy."""

from PySide6.QtCore import QEvent, QMimeData, Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtWidgets import QApplication

from engine.solving.solution import Solution
from gui.editor.clipboard import copy_latex, copy_picture, copy_plain, copy_python
from gui.editor.preview import MOST_HEIGHT_PX
from tests.gui.driving import LEFT, hover
from tests.gui.editor.keys import CTRL, put


def click_on(qtbot, editor, span):
    box = editor.preview.places.boxes(span)[0]
    at = editor.preview.origin() + box.center()
    qtbot.mouseMove(editor.preview, at.toPoint())
    qtbot.mouseClick(editor.preview, LEFT, pos=at.toPoint())


def test_a_click_on_a_part_selects_its_source(qtbot, editor):
    put(editor, "x^2 + sin(y)")
    click_on(qtbot, editor, (10, 11))
    assert editor.field.selection == (10, 11)
    assert editor.field.hasFocus()
    click_on(qtbot, editor, (10, 11))
    start, end = editor.field.selection
    assert editor.field.text[start:end] == "sin(y)"


def test_alt_up_widens_the_selection(qtbot, editor):
    put(editor, "2 sin(x+y)", 7)
    parts = []
    for _ in range(4):
        qtbot.keyClick(editor.field, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
        parts.append(editor.field.text[slice(*editor.field.selection)].strip("()"))
    assert parts == ["x", "x+y", "sin(x+y", "2 sin(x+y"]


def test_the_menu_of_the_field(qtbot, editor):
    put(editor, "x+y")
    texts = [action.text() for action in editor.edit_menu().actions() if action.text()]
    assert len(texts) >= 9
    editor.field.selectAll()
    menu = editor.edit_menu()
    next(action for action in menu.actions() if action.text() == "Cut").trigger()
    assert editor.field.text == ""
    next(action for action in menu.actions() if action.text() == "Undo").trigger()
    assert editor.field.text == "x+y"


def test_hovering_tints_the_source(qtbot, editor):
    put(editor, "x^2 + y")
    box = editor.preview.places.boxes((6, 7))[0]
    at = editor.preview.origin() + box.center()
    hover(editor.preview, at.toPoint())
    assert editor.field._highlight == (6, 7)
    QApplication.sendEvent(editor.preview, QEvent(QEvent.Type.Leave))
    assert editor.field._highlight is None


def test_the_caret_is_marked_in_the_picture(qtbot, editor):
    put(editor, "x + y", 5)
    assert editor.preview._caret == 5
    before = editor.preview.grab().toImage()
    editor.field.moveCursor(QTextCursor.MoveOperation.Start)
    assert editor.preview._caret == 0
    assert editor.preview.grab().toImage() != before
    editor.field.clearFocus()
    assert editor.preview._caret is None


def test_a_long_formula_gets_the_height_it_needs(qtbot, editor):
    put(editor, "+".join(f"x^{n}*sin({n}y)" for n in range(2, 10)))
    editor.adjustSize()
    layout = editor.preview.layout_shown
    assert editor.preview.sizeHint().height() >= layout.height
    assert not editor.preview._side_bar.isVisible()
    assert layout.width <= editor.preview.width()


def test_a_very_long_one_is_scrolled_to_the_caret(qtbot, editor):
    put(editor, "+".join(f"x^{n}*sin({n}y)" for n in range(2, 60)), 0)
    assert editor.preview.sizeHint().height() == MOST_HEIGHT_PX
    editor.adjustSize()
    top = editor.preview.origin().y()
    assert top > 0
    editor.field.moveCursor(QTextCursor.MoveOperation.End)
    assert editor.preview.origin().y() < top - 50
    editor.preview.grab()


def test_one_nested_too_deeply_to_be_set_is_shown_as_text(editor):
    put(editor, "x/(" * 40 + "y" + ")" * 40)
    assert editor.reading.error is None
    assert editor.preview.layout_shown.error is None
    editor.preview.grab()


# Paste and copy


def paste(editor, text):
    data = QMimeData()
    data.setText(text)
    editor.field.insertFromMimeData(data)


def test_latex_is_rewritten_and_can_be_undone(qtbot, editor, store):
    paste(editor, r"$\frac{1}{2}x^{2} + \sin y$")
    assert "\\" not in editor.field.text
    assert editor.reading.formula is not None
    store.accept(Solution(revision=store.revision, lab=store.lab))
    assert editor.message.text().startswith("Rewritten")
    qtbot.keyClick(editor.field, Qt.Key.Key_Z, CTRL)
    assert not editor.message.text().startswith("Rewritten")
    assert editor.field.text == r"$\frac{1}{2}x^{2} + \sin y$"
    qtbot.keyClick(editor.field, Qt.Key.Key_Z, CTRL)
    assert editor.field.text == ""


def test_python_is_rewritten(editor):
    paste(editor, "np.exp(-x**2)")
    assert "np" not in editor.field.text and "**" not in editor.field.text
    assert editor.reading.error is None


def test_plain_text_is_pasted_as_it_is(editor):
    paste(editor, "3x  +y")
    assert editor.field.text == "3x  +y"


def test_copying(editor):
    put(editor, "x^2/2 + sin(y)")
    clipboard = QGuiApplication.clipboard()
    copy_latex(editor.reading.formula)
    assert r"\frac" in clipboard.text() and "textcolor" not in clipboard.text()
    copy_plain(editor.reading.formula)
    assert clipboard.text() == "x^2/2 + sin(y)"
    copy_python(editor.reading.formula)
    assert clipboard.text() == "f = lambda x, y: x**2/2 + np.sin(y)"
    copy_picture(editor.reading.formula)
    assert clipboard.image().width() > 100
    actions = editor.copy_menu().actions()
    assert all(action.isEnabled() for action in actions)
    actions[1].trigger()
    assert clipboard.text() == "x^2/2 + sin(y)"


def test_a_wrong_formula_cannot_be_copied_as_one(editor):
    put(editor, "x +")
    assert not any(action.isEnabled() for action in editor.copy_menu().actions())


def test_mathml_of_the_clipboard_says_more_than_its_plain_text(qtbot, editor):
    data = QMimeData()
    data.setText("x22")
    mathml = (
        '<mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML"><mml:mfrac><mml:msup><mml:mi>x</mml:mi>'
        "<mml:mn>2</mml:mn></mml:msup><mml:mn>2</mml:mn></mml:mfrac></mml:math>"
    )
    for kind, content in (
        ("MathML", mathml.encode()),
        ("application/mathml+xml", mathml.encode("utf-16-le")),
    ):
        data.setData(kind, content)
        editor.field.selectAll()
        editor.field.insertFromMimeData(data)
        assert editor.field.text == "x^2/2"
