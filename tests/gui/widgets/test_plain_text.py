"""The placeholder of a field of plain text, while Hangul is composed."""

from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication

from gui.widgets.plain_text import PlainText


def compose(field, preedit="", commit=""):
    event = QInputMethodEvent(preedit, [])
    event.setCommitString(commit)
    QApplication.sendEvent(field, event)


def test_the_placeholder_makes_way_for_letters_that_are_composed(qtbot):
    field = PlainText()
    qtbot.addWidget(field)
    field.setPlaceholderText("x^2 + y^2")
    compose(field, "하")
    assert field.composing
    assert field.placeholderText() == ""
    field.setPlaceholderText("식")  # the language is switched meanwhile
    assert field.placeholderText() == ""
    compose(field)  # cancelled
    assert field.placeholderText() == "식"
    compose(field, "한")
    compose(field, commit="한")
    assert field.toPlainText() == "한"
    assert not field.composing
    assert field.placeholderText() == "식"  # Qt shows it when the field is empty again
