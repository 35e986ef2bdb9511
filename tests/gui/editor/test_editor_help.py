"""The formula editor, driven: brackets, slots, completion, the palette."""

from PySide6.QtCore import Qt

from engine.formula import parse
from tests.gui.editor.keys import CTRL, put, type_text

# Brackets and slots


def test_brackets_close_and_are_typed_over(qtbot, editor):
    type_text(qtbot, editor, "(")
    assert editor.field.text == "()"
    type_text(qtbot, editor, "x)")
    assert editor.field.text == "(x)"
    assert editor.field.caret == 3
    type_text(qtbot, editor, "+|y|")
    assert editor.field.text == "(x)+|y|"


def test_backspace_takes_an_empty_pair(qtbot, editor):
    type_text(qtbot, editor, "2(")
    qtbot.keyClick(editor.field, Qt.Key.Key_Backspace)
    assert editor.field.text == "2"


def test_a_bracket_wraps_the_selection(qtbot, editor):
    put(editor, "x+y")
    editor.field.select((0, 3))
    type_text(qtbot, editor, "(")
    assert editor.field.text == "(x+y)"
    assert editor.field.selection == (1, 4)


def test_the_bracket_at_the_caret_and_its_partner_are_tinted(editor):
    put(editor, "sin(x)")
    tinted = {
        (mark.cursor.selectionStart(), mark.cursor.selectionEnd()) for mark in editor.field.extraSelections()
    }
    assert tinted == {(3, 4), (5, 6)}


def test_tab_walks_the_slots_of_a_template(qtbot, editor):
    editor._on_inserted("(|)/(|)")
    assert editor.field.text == "()/()"
    assert editor.field.caret == 1
    type_text(qtbot, editor, "x+1")
    qtbot.keyClick(editor.field, Qt.Key.Key_Tab)
    assert editor.field.caret == len("(x+1)/(")
    type_text(qtbot, editor, "y")
    qtbot.keyClick(editor.field, Qt.Key.Key_Tab)
    assert editor.field.text == "(x+1)/(y)"
    assert editor.field.caret == len("(x+1)/(y)")
    assert editor.field.hasFocus()


def test_a_template_takes_in_the_selection(editor):
    put(editor, "x+1")
    editor.field.select((0, 3))
    editor._on_inserted("sqrt(|)")
    assert editor.field.text == "sqrt(x+1)"


def test_tab_leaves_a_bracket_then_the_field(qtbot, editor):
    type_text(qtbot, editor, "(x")
    qtbot.keyClick(editor.field, Qt.Key.Key_Tab)
    assert editor.field.caret == 3
    qtbot.keyClick(editor.field, Qt.Key.Key_Tab)
    assert not editor.field.hasFocus()


# Completion


def test_alp_becomes_alpha(qtbot, editor):
    type_text(qtbot, editor, "2\\alp")
    assert editor.completer.popup.isVisible()
    assert editor.completer.popup.current.label == "alpha"
    qtbot.keyClick(editor.field, Qt.Key.Key_Return)
    assert editor.field.text == "2α"
    assert not editor.completer.popup.isVisible()


def test_sq_becomes_a_square_root_with_the_caret_in_it(qtbot, editor):
    type_text(qtbot, editor, "sq")
    assert editor.completer.popup.current.label == "sqrt"
    qtbot.keyClick(editor.field, Qt.Key.Key_Tab)
    assert editor.field.text == "sqrt()"
    assert editor.field.caret == 5


def test_arrows_choose_and_escape_closes(qtbot, editor):
    type_text(qtbot, editor, "si")
    first = editor.completer.popup.current
    qtbot.keyClick(editor.field, Qt.Key.Key_Down)
    assert editor.completer.popup.current != first
    editor.completer.popup.grab()
    qtbot.keyClick(editor.field, Qt.Key.Key_Escape)
    assert not editor.completer.popup.isVisible()
    assert editor.field.text == "si"


def test_escape_means_the_letters_as_they_are(qtbot, editor, store):
    put(editor, "x+y")
    type_text(qtbot, editor, "+ab")
    assert editor.completer.popup.isVisible()
    assert store.lab.formula == "x+y+"
    qtbot.keyClick(editor.field, Qt.Key.Key_Escape)
    assert store.lab.formula == "x+y+ab"


def test_products_of_letters_are_left_alone(qtbot, editor):
    type_text(qtbot, editor, "xy")
    assert not editor.completer.popup.isVisible()


def test_ctrl_space_proposes_for_one_letter(qtbot, editor):
    type_text(qtbot, editor, "s")
    assert not editor.completer.popup.isVisible()
    qtbot.keyClick(editor.field, Qt.Key.Key_Space, CTRL)
    assert editor.completer.popup.isVisible()


def test_every_proposal_has_help_in_both_languages(qtbot, editor):
    type_text(qtbot, editor, "ta")
    assert editor.completer.popup.entries
    assert all(entry.help.render("ko") for entry in editor.completer.popup.entries)


# The palette


def test_the_palette_types_from_the_keyboard(qtbot, editor):
    qtbot.keyClick(editor.field, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    palette = editor.palette_popup
    assert palette.isVisible()
    palette.grab()
    first = palette.focusWidget()
    qtbot.keyClick(palette, Qt.Key.Key_Right)
    assert palette.focusWidget() is not first
    qtbot.keyClick(palette, Qt.Key.Key_Left)
    qtbot.keyClick(palette, Qt.Key.Key_Return)
    assert not palette.isVisible()
    assert editor.field.text == "()/()"


def test_every_button_of_the_palette_has_a_name_and_types_a_formula(editor):
    from gui.editor.palette import TEMPLATES

    editor.open_palette()
    assert all(button.accessibleName() for button in editor.palette_popup.buttons)
    editor.palette_popup.close()
    for template in TEMPLATES:
        text = template.insert
        filled = ("x" if text[0] in "^_<>·" else "") + text.replace("|", "2")
        if text in ("<=", ">="):
            filled = f"piecewise(x {text} 1: 2, 3)"
        elif text == "·":
            filled = "x·y"
        parse(filled)
