"""The formula editor, driven: typing, undo, what is wrong."""

import pytest
from PySide6.QtCore import Qt

from engine.base.i18n import message
from engine.document.lab import Data, Lab
from engine.document.network import Layer, Loss, Network
from engine.document.proposals import Proposal, carried_out
from engine.document.setup import Problem, resolve
from engine.formula import parse
from engine.solving.solution import Solution
from gui.editor.reading import read
from gui.i18n import set_language
from tests.gui.editor.keys import CTRL, put, settle, type_text


def setup_of(lab):
    return resolve(lab, parse(lab.formula))[0]


# Typing


def test_what_is_typed_goes_to_the_store_when_it_pauses(qtbot, editor, store):
    type_text(qtbot, editor, "x^2+y")
    assert editor.reading.formula is not None
    assert editor.reading.formula.variables == ("x", "y")
    assert editor.preview.layout_shown is not None
    editor._hold.timeout.emit()
    assert store.lab.formula == "x^2+y"


def test_no_prefix_is_solved_on_the_way(qtbot, editor, store):
    put(editor, "x^2+y")
    solved = []
    store.solve_requested.connect(lambda _revision, lab, _quality: solved.append(lab.formula))
    type_text(qtbot, editor, "+sum(i=1..200, i sin(x")
    editor._end_step()
    readable = [text for text in solved if read(text).formula is not None]
    assert readable == [store.lab.formula], "only what was finished, not f = 20100 s"


def test_enter_and_a_pause_finish_a_formula(qtbot, editor, store):
    put(editor, "x^2+y")
    type_text(qtbot, editor, "+t")
    assert store.lab.formula == "x^2+y+"
    editor._hold.timeout.emit()
    assert store.lab.formula == "x^2+y+t"
    type_text(qtbot, editor, " t")
    qtbot.keyClick(editor.field, Qt.Key.Key_Return)
    assert store.lab.formula == "x^2+y+t t"


@pytest.mark.parametrize(
    ("typed", "axes"),
    [
        ("u x^2+y^2", ("x", "y")),
        ("u^2+x^2", ("u", "x")),
        ("a^2+x^2", ("x",)),
        ("f(a,x,y)=a x y", ("a", "x")),
    ],
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


def test_a_network_is_trained_when_enter_is_pressed_on_it(qtbot, editor, store):
    table = Data(columns=("x_1", "x_2", "y"), rows=((0.0, 1.0, 1.0), (1.0, 1.0, 0.0)))
    store.edit(data=table, formula="ŷ = w x_1", loss=Loss("l1"))
    editor.field.select((0, len(editor.field.text)))
    type_text(qtbot, editor, "net(2, 3 tanh, 1)")
    assert store.lab.network is None
    assert r"\tanh" in editor.reading.tex and "Enter" in editor.message.text()
    qtbot.keyClick(editor.field, Qt.Key.Key_Return)
    assert store.lab.network == Network(inputs=2, layers=(Layer(3, "tanh"), Layer(1)), loss=Loss("l1"))
    assert editor.isHidden() and editor.field.text == "ŷ = w x_1"
    fitted = carried_out(Lab(), table, Proposal("y", ("x_1", "x_2"), "network", "l1"))
    assert (store.lab.steps, store.lab.racers) == (fitted.steps, fitted.racers) != (100, Lab().racers)
    store.undo()
    assert store.lab.steps == 100 and store.lab.racers[0].optimizer.lr == 0.1
    assert store.lab.network is None and store.lab.formula == "ŷ = w x_1"


OVER = Data(columns=("x_1", "x_2", "y"), rows=((0.0, 1.0, 2.0), (1.0, 0.0, 1.0)))


def test_matrices_with_a_shape_are_trained_when_enter_is_pressed(qtbot, editor, store):
    store.edit(data=OVER, formula="ŷ = w x_1")
    editor.field.selectAll()
    type_text(qtbot, editor, "W_2 tanh(W_1 x) where W_1: 3x2")
    assert store.lab.network is None and "Enter" in editor.message.text()
    qtbot.keyClick(editor.field, Qt.Key.Key_Return)
    bare = (Layer(3, "tanh", bias=False), Layer(1, bias=False))
    assert store.lab.network == Network(inputs=2, layers=bare)
    assert store.lab.formula == "ŷ = w x_1"


def test_a_chip_reads_letters_as_matrices_and_the_formula_stays(qtbot, editor, store):
    store.edit(data=OVER, formula="ŷ = w x_1")
    assert not editor.matrices.isVisible()
    put(editor, "W_2 tanh(W_1 x + b_1) + b_2")
    assert editor.matrices.isVisible()
    qtbot.mouseClick(editor.matrices, Qt.MouseButton.LeftButton)
    assert store.lab.network == Network(inputs=2, layers=(Layer(8, "tanh"), Layer(1)))
    assert store.lab.formula == "W_2 tanh(W_1 x + b_1) + b_2"
    store.undo()
    assert store.lab.network is None and editor.matrices.isVisible()
    store.edit(data=Data(columns=("x", "y"), rows=((1.0, 2.0),)))
    assert not editor.matrices.isVisible()


def test_the_loss_of_a_model_is_chosen_under_it_and_undone(qtbot, editor, store):
    store.edit(data=OVER, formula="ŷ = w x_1")
    fields = editor.loss.fields
    assert editor.loss.isVisible() and fields.choice.key == "mse" and not fields.delta.isVisible()
    fields.choice.chosen.emit("huber")
    fields.delta.value_edited.emit(0.5)
    fields.delta.editing_done.emit()
    fields.reduction.chosen.emit("sum")
    assert store.lab.loss == Loss("huber", delta=0.5, reduction="sum")
    assert fields.delta.isVisible() and "huber" in editor.reading.tex
    for loss in (Loss("huber", delta=0.5), Loss("huber"), Loss()):
        store.undo()
        assert store.lab.loss == loss
    assert fields.choice.key == "mse"
    put(editor, "ŷ = w x_1 +")
    assert editor.loss.isVisible(), "while it is unfinished nothing comes or goes"
    put(editor, "mean((w x_1 - y)^2)")
    assert not editor.loss.isVisible()


def test_a_network_without_a_table_says_what_to_do(qtbot, editor, store):
    type_text(qtbot, editor, "net(2, 1)")
    qtbot.keyClick(editor.field, Qt.Key.Key_Return)
    assert store.lab.network is None and "table" in editor.message.text()
