"""Boxes show what comes from a file as it is, and their buttons say what they do."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from shiboken6 import delete

from gui.i18n import set_language
from gui.widgets.questions import ask_to_save, confirmed, warn


@pytest.fixture
def pressed(monkeypatch: pytest.MonkeyPatch, qapp: QApplication):
    """Press a button by its words in every box that opens; the boxes that did."""

    class Pressed(list[QMessageBox]):
        button = ""

    boxes = Pressed()

    def run(box: QMessageBox) -> int:
        boxes.append(box)
        found = {button.text(): button for button in box.buttons()}
        monkeypatch.setattr(QMessageBox, "clickedButton", lambda _box: found.get(boxes.button))
        return 0

    monkeypatch.setattr(QMessageBox, "exec", run)
    return boxes


def test_markup_of_a_file_is_shown_as_it_is(pressed) -> None:
    warn(None, "Lab", "<b>bold</b> <img src=x>")
    assert pressed[0].textFormat() == Qt.TextFormat.PlainText
    assert pressed[0].text() == "<b>bold</b> <img src=x>"


@pytest.mark.parametrize(
    ("language", "words"), [("en", ["Save", "Do not save", "Cancel"]), ("ko", ["저장", "저장 안 함", "취소"])]
)
def test_the_buttons_say_what_becomes_of_the_changes(pressed, language, words) -> None:
    set_language(language)
    answers = []
    for word in (*words, ""):
        pressed.button = word
        answers.append(ask_to_save(None, "?", "?"))
    assert answers == ["save", "discard", "cancel", "cancel"]
    assert {button.text() for button in pressed[0].buttons()} == set(words)


def test_a_question_is_answered_by_its_own_words(pressed) -> None:
    pressed.button = "Stop it"
    assert confirmed(None, "?", "?", "Stop it", "Go on")
    pressed.button = "Go on"
    assert not confirmed(None, "?", "?", "Stop it", "Go on")
    assert pressed[0].defaultButton().text() == "Go on"


def test_a_question_whose_window_goes_is_cancelled(qapp: QApplication, monkeypatch) -> None:
    window = QWidget()
    monkeypatch.setattr(QMessageBox, "exec", lambda box: delete(window))
    assert ask_to_save(window, "?", "?") == "cancel"
