"""The formula editor, driven: typing, errors, brackets, slots, completion, paste, undo, IME, copying."""

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QMouseEvent, QTextCursor
from PySide6.QtWidgets import QApplication

from engine.formula import parse
from engine.i18n import message
from engine.lab import Lab
from engine.setup import resolve
from engine.solution import Problem, Solution
from gui.editor.clipboard import copy_latex, copy_picture, copy_plain, copy_python
from gui.editor.formula_editor import FormulaEditor
from gui.editor.preview import MOST_HEIGHT_PX
from gui.i18n import set_language
from gui.store import Store
from gui.theme import LIGHT
from tests.gui.driving import LEFT, shown

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def store(qapp):
    return Store(Lab(formula=""))


@pytest.fixture
def editor(qtbot, store):
    widget = shown(qtbot, FormulaEditor(store, LIGHT), 360, 200)
    widget.activateWindow()
    widget.field.setFocus()
    qtbot.waitUntil(widget.field.hasFocus)
    return widget


def type_text(qtbot, editor, text):
    """Type, and let what is not held back go to the store."""
    for character in text:
        qtbot.keyClicks(editor.field, character)
        if editor._hold.isActive() and editor._hold.interval() == 0:
            qtbot.waitUntil(lambda: not editor._hold.isActive())


def press(qtbot, editor, key, modifiers=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(editor.field, key, modifiers)
    editor._send()


def setup_of(lab):
    return resolve(lab, parse(lab.formula))[0]


def put(editor, text, caret=None):
    """Replace the text as the store would, and set the caret."""
    editor._store.edit(formula=text)
    place = len(text) if caret is None else caret
    editor.field.select((place, place))


def settle(editor):
    """Typing has paused."""
    editor.message.judge()


# Typing


def test_every_key_goes_to_the_store(qtbot, editor, store):
    type_text(qtbot, editor, "x^2+y")
    assert store.lab.formula == "x^2+y"
    assert editor.reading.formula is not None
    assert editor.reading.formula.variables == ("x", "y")
    assert editor.preview.layout_shown is not None


def test_letters_on_the_way_to_a_name_are_not_solved(qtbot, editor, store):
    put(editor, "x^2+y")
    solved = []
    store.solve_requested.connect(lambda _revision, lab, _quality: solved.append(lab.formula))
    type_text(qtbot, editor, "+sin x")
    assert store.lab.formula == solved[-1] == "x^2+y+sin x"
    assert "x^2+y+s" not in solved and "x^2+y+si" not in solved


def test_a_new_variable_is_solved_after_a_moment(qtbot, editor, store):
    put(editor, "x^2+y")
    type_text(qtbot, editor, "+t")
    assert store.lab.formula == "x^2+y+"
    editor._hold.timeout.emit()
    assert store.lab.formula == "x^2+y+t"
    type_text(qtbot, editor, " t")
    assert store.lab.formula == "x^2+y+t t"


@pytest.mark.parametrize(
    ("typed", "axes"), [("a x^2+y^2", ("x", "y")), ("a^2+x^2", ("a", "x")), ("f(a,x,y)=a x y", ("a", "x"))]
)
def test_what_is_drawn_stays_drawn_while_a_formula_is_extended(qtbot, editor, store, typed, axes):
    put(editor, "x^2+y^2", caret=0)
    store.accept(Solution(revision=store.revision, lab=store.lab, setup=setup_of(store.lab)))
    if typed.endswith("x^2+y^2"):
        type_text(qtbot, editor, typed.removesuffix("x^2+y^2"))
    else:
        editor.field.selectAll()
        type_text(qtbot, editor, typed)
    editor._end_step()
    assert store.lab.formula == typed
    assert tuple(axis.name for axis in setup_of(store.lab).axes) == axes
    store.undo()
    assert store.lab == Lab(formula="x^2+y^2")


def test_leaving_sends_what_was_held(qtbot, editor, store):
    put(editor, "x+y")
    type_text(qtbot, editor, "+a")
    editor.field.clearFocus()
    assert store.lab.formula == "x+y+a"


def test_what_is_typed_is_painted_before_it_is_solved(qtbot, editor, store):
    order = []
    store.solve_requested.connect(lambda *_: order.append("solve"))
    painted = editor.preview.paintEvent
    editor.preview.paintEvent = lambda event: (order.append("paint"), painted(event))
    qtbot.waitUntil(lambda: not editor.preview.visibleRegion().isEmpty())
    order.clear()
    qtbot.keyClicks(editor.field, "x")
    assert order == []
    qtbot.waitUntil(lambda: "solve" in order)
    assert order[0] == "paint"


def test_a_shortcut_finds_the_whole_formula(qtbot, editor, store):
    put(editor, "x+y")
    type_text(qtbot, editor, "+a")
    assert store.lab.formula == "x+y+"
    qtbot.keyClick(editor.field, Qt.Key.Key_S, CTRL)
    assert store.lab.formula == "x+y+a"


def test_a_burst_of_typing_is_one_undo_step(qtbot, editor, store):
    type_text(qtbot, editor, "x^2")
    editor._pause.timeout.emit()
    type_text(qtbot, editor, "+y")
    qtbot.keyClick(editor.field, Qt.Key.Key_Z, CTRL)
    assert store.lab.formula == editor.field.text == "x^2"
    qtbot.keyClick(editor.field, Qt.Key.Key_Z, CTRL)
    assert editor.field.text == ""
    qtbot.keyClick(editor.field, Qt.Key.Key_Y, CTRL)
    qtbot.keyClick(editor.field, Qt.Key.Key_Y, CTRL)
    assert store.lab.formula == editor.field.text == "x^2+y"


def test_undo_puts_the_caret_behind_the_change(qtbot, editor, store):
    put(editor, "abs(x)+y", 5)
    store.end_merge()
    type_text(qtbot, editor, "^2")
    store.undo()
    assert editor.field.text == "abs(x)+y"
    assert editor.field.caret == 5


def test_a_change_from_outside_is_shown_and_not_sent_back(editor, store):
    revision = store.revision
    store.edit(formula="x y")
    assert editor.field.text == "x y"
    assert store.revision == revision + 1


def test_lines_become_one(editor, store):
    store.load(Lab(formula="x^2\n+ y"))
    assert editor.field.text == "x^2 + y"


# Errors


def test_a_slash_makes_a_fraction_at_once(qtbot, editor):
    type_text(qtbot, editor, "x+y/")
    assert r"\frac{" in editor.reading.tex
    assert r"\square" in editor.reading.tex


def test_an_unfinished_formula_is_calm(qtbot, editor):
    type_text(qtbot, editor, "x^2+")
    settle(editor)
    assert editor.message.text()
    assert editor.message.property("role") == "muted"
    assert editor.reading.unfinished
    assert r"\square" in editor.reading.tex


def test_help_for_the_function_one_is_in(qtbot, editor):
    type_text(qtbot, editor, "x + atan2(")
    settle(editor)
    assert editor.message.text().startswith("atan2: ")
    type_text(qtbot, editor, "y, x)")
    assert editor.message.text() == ""


def test_empty_brackets_are_unfinished(qtbot, editor):
    type_text(qtbot, editor, "x/(")
    settle(editor)
    assert editor.message.property("role") == "muted"


def test_a_wrong_formula_is_red_after_a_pause_only(qtbot, editor):
    type_text(qtbot, editor, "x+*y+z")
    assert editor.message.property("role") == "muted"
    assert editor.field._error is None
    settle(editor)
    assert editor.message.property("role") == "danger"
    span, kind = editor.field._error
    assert kind == "danger"
    assert editor.field.text[slice(*span)] == "*"
    assert editor.preview._error == span
    editor.preview.grab()
    type_text(qtbot, editor, "+")
    assert editor.message.property("role") == "danger" or editor.message.text() == ""
    put(editor, "x+y")
    assert editor.message.text() == ""
    assert editor.field._error is None


def test_an_unfinished_formula_is_wrong_once_it_is_left(qtbot, editor):
    type_text(qtbot, editor, "x^2+")
    editor.field.clearFocus()
    assert editor.message.property("role") == "danger"


def test_enter_asks_for_the_verdict(qtbot, editor):
    type_text(qtbot, editor, "x^2+")
    qtbot.keyClick(editor.field, Qt.Key.Key_Return)
    assert editor.message.property("role") == "danger"
    assert editor.field.text == "x^2+"


def test_an_unknown_name_gets_a_suggestion(qtbot, editor):
    put(editor, "arctn(x) + y")
    settle(editor)
    assert "arctan" in editor.message.text()


def test_the_editor_speaks_korean(qtbot, editor):
    set_language("ko")
    put(editor, "x")
    put(editor, "")
    assert editor.message.text().startswith("수식을 입력하세요")


def test_what_the_engine_finds_wrong_is_shown(editor, store):
    put(editor, "sqrt(-1-x^2)")
    problem = Problem("formula", message("No real value anywhere"), (0, 3), message("Try"), fatal=False)
    store.accept(Solution(revision=store.revision, lab=store.lab, problems=(problem,)))
    assert editor.message.text() == "No real value anywhere. Try."
    assert editor.message.property("role") == "warning"
    store.accept(Solution(revision=store.revision, lab=store.lab))
    assert editor.message.text() == ""


def test_how_it_was_read_is_told(editor):
    put(editor, "1/2x")
    assert editor.message.text()
    assert editor.message.property("role") == "muted"


def test_a_huge_text_is_refused_and_nothing_is_lost(editor, store):
    put(editor, "x+y")
    editor.paste("x+" * 500_000)
    assert editor.message.property("role") == "danger"
    assert "1,000,000" in editor.message.text() or "999,999" in editor.message.text()
    assert store.lab.formula == editor.field.text == "x+y"


def test_a_long_text_is_kept_and_called_too_long(editor, store):
    editor.paste("x+" * 1500 + "x")
    settle(editor)
    assert editor.reading.error is not None
    assert len(store.lab.formula) == 3001


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
    assert all(entry.help["en"] and entry.help["ko"] for entry in editor.completer.popup.entries)


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
    from engine.formula import parse
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


# The picture


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
    QApplication.sendEvent(editor.preview, _move(at))
    assert editor.field._highlight == (6, 7)
    QApplication.sendEvent(editor.preview, QEvent(QEvent.Type.Leave))
    assert editor.field._highlight is None


def _move(at):

    none = Qt.MouseButton.NoButton
    return QMouseEvent(
        QEvent.Type.MouseMove, QPointF(at), QPointF(at), none, none, Qt.KeyboardModifier.NoModifier
    )


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
