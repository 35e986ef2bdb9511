"""The derivation of a partial: typeset lines under named rules, in both languages, to be copied."""

import pytest
from PySide6.QtGui import QGuiApplication

from engine.formula import parse
from gui.editor.explanation import ExplanationDialog
from gui.i18n import set_language


@pytest.fixture
def dialog(qtbot):
    formula = parse("x^2 + 3x y + y^2")
    widget = ExplanationDialog(formula, "x", {"x": "2x + 3y", "y": "3x + 2y"})
    qtbot.addWidget(widget)
    widget.show()
    return widget


def test_each_line_is_typeset_under_its_rule(dialog):
    assert len(dialog.rows) == len(dialog.steps) > 3
    for row, step in zip(dialog.rows, dialog.steps, strict=True):
        assert row.line.error is None
        assert row.line.tex == step.latex
        assert row.rule.text()
    assert dialog.steps[-1].latex.startswith("=")
    assert "2" in dialog.steps[-1].latex


def test_what_is_held_is_grey(dialog):
    assert any("muted" in step.latex for step in dialog.steps)
    assert dialog.held.tex.endswith(r"$\textcolor{muted}{y}$")
    dialog.grab()


def test_the_other_variable(qtbot, dialog):
    first = dialog.steps
    dialog.choice.chosen.emit("y")
    assert dialog.steps != first
    assert dialog.choice.key == "y"
    assert dialog.windowTitle().endswith("∂f/∂y")


def test_one_variable_holds_nothing(qtbot):
    dialog = ExplanationDialog(parse("x^3"), "x", {"x": "3x^2"})
    qtbot.addWidget(dialog)
    assert dialog.choice is None
    assert not dialog.held.isVisibleTo(dialog)
    assert dialog.windowTitle().endswith("df/dx")


def test_copying_all_of_it(dialog):
    dialog.copy.click()
    text = QGuiApplication.clipboard().text()
    assert text.startswith("\\begin{align*}") and text.endswith("\\end{align*}\n")
    assert text.count("&=") == len(dialog.steps)
    assert "color" not in text


def test_in_korean(qtbot):
    set_language("ko")
    dialog = ExplanationDialog(parse("x^2 sin y"), "x", {})
    qtbot.addWidget(dialog)
    texts = [row.rule.text() for row in dialog.rows]
    assert all(any("가" <= letter <= "힣" for letter in text) for text in texts)
