"""The words under an exported picture: whole sentences, as many as there is room for."""

import pytest
from PySide6.QtCore import QSizeF
from PySide6.QtGui import QFontMetricsF

from gui.export.caption import set_names, set_words
from gui.export.cards import SHRINK, WORD_EM
from gui.export.compose import compose
from gui.export.spec import BOTH

SENTENCES = (
    "Converged in 76 steps to the minimum f = 0 at x = 8, y = −7.",
    "Near the end each step left 80 % of the error; theory predicts 80 %.",
    "At this minimum the method is stable for η < 1.",
    "It lies outside of the drawn range.",
)


@pytest.mark.parametrize("size_px", [(1280, 720), (640, 640), (540, 960)])
def test_an_outcome_has_room_in_every_shape(qapp, size_px):
    layout = compose(size_px, BOTH, ("caption", "step", "curve", "formula"))
    assert layout.caption is not None
    room = QSizeF(layout.caption.width() - 11 * layout.unit, layout.caption.height())
    font, lines = set_words(" ".join(SENTENCES), room, WORD_EM * layout.unit)
    assert " ".join(lines) == " ".join(SENTENCES)
    metrics = QFontMetricsF(font)
    assert all(metrics.horizontalAdvance(line) <= room.width() for line in lines)
    assert metrics.height() * len(lines) <= room.height()


def test_what_does_not_fit_is_left_out_by_the_sentence(qapp):
    for width in range(260, 1200, 20):
        room = QSizeF(width, 40)
        font, lines = set_words(" ".join(SENTENCES), room, 18)
        shown = " ".join(lines)
        assert shown in {" ".join(SENTENCES[:n]) for n in range(1, 5)}
        if shown != SENTENCES[0]:
            assert all(QFontMetricsF(font).horizontalAdvance(line) <= width for line in lines)


def test_a_few_words_are_as_large_as_they_may_be(qapp):
    font, lines = set_words("Gradient descent", QSizeF(400, 40), 18)
    assert lines == ["Gradient descent"]
    assert font.pixelSize() == 18
    smaller, lines = set_words("Gradient descent", QSizeF(130, 40), 18)
    assert lines == ["Gradient descent"]
    assert 18 * SHRINK <= smaller.pixelSize() < 18


@pytest.mark.parametrize("size_px", [(1280, 720), (640, 640), (540, 960)])
def test_every_racer_of_five_is_named(qapp, size_px):
    layout = compose(size_px, BOTH, ("caption",))
    assert layout.caption is not None
    names = ["Gradient descent, η = 0.08", "Gradient descent, η = 0.05, μ = 0.9", "RMSprop, η = 0.1"]
    names += ["Adam, η = 0.2", "Newton's method, η = 1"]
    room = QSizeF(layout.caption.width() - 8 * layout.unit, layout.caption.height())
    em, rows = set_names(names, room, layout.unit)
    assert [index for row in rows for index in row] == list(range(5))
    assert SHRINK * layout.unit <= em <= layout.unit
    assert set_names(names[:1], room, layout.unit) == (layout.unit, [[0]])


def test_more_racers_than_there_is_room_for_are_left_out(qapp):
    _, rows = set_names(["Adam, η = 0.2"] * 60, QSizeF(300, 40), 18)
    assert 2 <= len(rows) <= 3
