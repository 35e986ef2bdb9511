"""FormulaLabel: size, overflow, selection, copying, accessibility."""

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.i18n import set_language
from gui.typeset import FormulaLabel, typeset, without_colors
from tests.gui.driving import LEFT, shown

LONG = "f=" + "+".join(f"x^{{{n}}}" for n in range(30))


@pytest.fixture
def label(qtbot):
    widget = FormulaLabel("x^2+3xy+y^2", size_px=20.0)
    qtbot.addWidget(widget)
    return widget


def test_size_hint_is_that_of_the_picture(label):
    picture = typeset("x^2+3xy+y^2", 20.0)
    hint = label.sizeHint()
    assert picture.width + 3 < hint.width() <= picture.width + 5
    assert picture.height + 3 < hint.height() <= picture.height + 5


def test_it_scrolls_when_narrow(qtbot):
    widget = shown(qtbot, FormulaLabel(LONG), 200, 60)
    assert widget._bar.isVisible()
    qtbot.keyClick(widget, Qt.Key.Key_Right)
    assert widget._bar.value() > 0
    widget.resize(5000, 60)
    assert not widget._bar.isVisible()


def test_it_holds_the_height_of_the_highest_that_it_may_show(qtbot):
    matrix = r"\begin{pmatrix}1&2\\3&4\end{pmatrix}"
    label = shown(qtbot, FormulaLabel(r"\text{undefined}", size_px=16.0), 120, 60)
    label.hold_height(matrix)
    held = FormulaLabel(matrix, size_px=16.0).sizeHint().height()
    assert label.sizeHint().height() == label.minimumSizeHint().height() == held
    label.set_tex(matrix)
    assert label.sizeHint().height() == held
    label.hold_height(LONG)  # wider than the label: with the room for its bar
    assert label.sizeHint().height() > FormulaLabel(LONG, size_px=16.0).sizeHint().height()


def test_it_wraps_and_asks_for_the_height(qtbot):
    box = QWidget()
    qtbot.addWidget(box)
    column = QVBoxLayout(box)
    widget = FormulaLabel(LONG, overflow="wrap")
    column.addWidget(widget)
    column.addStretch(1)
    box.resize(QSize(320, 600))
    box.show()
    assert widget.height() >= widget.heightForWidth(widget.width())
    assert widget.heightForWidth(200) > widget.heightForWidth(600)
    assert not widget._bar.isVisible()


def test_it_shrinks_to_fit(qtbot):
    widget = FormulaLabel("x+y+z+w+u+v", overflow="shrink", size_px=20.0)
    qtbot.addWidget(widget)
    widget.resize(int(widget.sizeHint().width() * 0.8), 40)
    assert widget._laid_out(widget._room()).width <= widget._room() + 1.0


def test_broken_tex_is_shown_and_told(label):
    label.set_tex(r"\frac{a}{")
    assert label.error
    assert label.grab().width() > 0


def test_copying(label):
    clipboard = QGuiApplication.clipboard()
    label.set_tex(r"\textcolor{accent}{\eta}x", plain="eta x")
    label.copy_latex()
    assert clipboard.text() == r"\eta x"
    label.copy_plain()
    assert clipboard.text() == "eta x"
    label.copy_picture()
    assert not clipboard.image().isNull()
    assert b"<path" in bytes(clipboard.mimeData().data("image/svg+xml").data())


def test_a_click_selects_and_the_keyboard_copies(qtbot, label):
    label.show()
    qtbot.mouseClick(label, LEFT)
    assert label.selected
    qtbot.keyClick(label, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "x^2+3xy+y^2"
    assert [action.text() for action in label.copy_menu().actions()]


def test_accessible_name_in_the_users_language(label):
    label._speech.timeout.emit()
    assert "x squared" in label.accessibleName()
    set_language("ko")
    label.set_text("기울기 $\\nabla f$")
    assert label._speech.isActive()
    label._speech.timeout.emit()
    assert label.accessibleName().startswith("기울기")
    label.set_tex("x^2")
    label._speech.timeout.emit()
    assert "제곱" in label.accessibleName()


def test_without_colors():
    assert without_colors(r"\textcolor{a}{x+\textcolor{#ff0000}{\frac{y}{2}}}z") == r"x+\frac{y}{2}z"
    assert without_colors(r"\textcolor{a}{x") == "x"
    assert without_colors(r"x{\color{muted}y}^{2}") == "x{y}^{2}"
