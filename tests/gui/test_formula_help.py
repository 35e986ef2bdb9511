"""The help page of the formula language."""

import numpy as np
import pytest
from PySide6.QtGui import QPalette, QTextDocument, QTextTable
from PySide6.QtWidgets import QDialog, QTextBrowser, QWidget

from engine.formula import parse
from engine.formula.functions import FUNCTIONS
from engine.formula.names import name_key
from engine.function.objective import Objective
from gui.formula_help import COLUMNS, SAMPLES, formula_page, show_formula_help
from gui.i18n import set_language


@pytest.fixture(params=["en", "ko"])
def page(request, qapp):
    set_language(request.param)
    yield formula_page(QPalette(), 1.0, qapp)
    set_language("en")


def tables(page: QTextDocument) -> list[QTextTable]:
    return [frame for frame in page.rootFrame().childFrames() if isinstance(frame, QTextTable)]


@pytest.mark.parametrize("spellings", SAMPLES, ids=lambda spellings: spellings[0])
def test_the_spellings_of_a_sample_mean_the_same(spellings, deriver):
    data = {name: np.array([0.3, 0.7, 1.1]) * scale for scale, name in enumerate(COLUMNS, 1)}
    first, *others = (Objective.bind(parse(spelling, data=tuple(data)), {}, data) for spelling in spellings)
    for other in others:
        assert [name_key(name) for name in other.variables] == [name_key(name) for name in first.variables]
        point = np.linspace(0.4, 1.3, len(first.variables))
        np.testing.assert_allclose(other.value(point), first.value(point), rtol=1e-14)


def test_the_page_has_every_function_and_every_formula_is_a_picture(page):
    text = page.toPlainText()
    samples, functions = tables(page)[:2]
    assert samples.rows() == len(SAMPLES) + 1
    assert functions.rows() == len(FUNCTIONS) + 1
    for name in FUNCTIONS:
        assert name in text
    for table in (samples, functions):
        for row in range(1, table.rows()):
            picture = table.cellAt(row, 0).firstCursorPosition().block().begin().fragment().charFormat()
            assert picture.isImageFormat()
            image = page.resource(QTextDocument.ResourceType.ImageResource, picture.toImageFormat().name())
            assert image is not None and image.width() > 5


def test_a_beginner_meets_samples_first_and_the_grammar_last(page):
    text = page.toPlainText()
    assert (
        text.index("x**2 + 3*x*y")
        < text.index("cuberoot")
        < text.index("-x^2\n")
        < text.index("comparison =")
    )


def test_the_dialog_needs_no_horizontal_scroll(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    show_formula_help(parent)
    dialog = parent.findChild(QDialog)
    browser = dialog.findChild(QTextBrowser)
    qtbot.waitExposed(dialog)
    assert browser.horizontalScrollBar().maximum() == 0
