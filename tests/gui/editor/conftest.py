"""The editor on the screen, empty, with the caret in it."""

import pytest

from engine.document.lab import Lab
from gui.editor.formula_editor import FormulaEditor
from gui.store import Store
from gui.theme import LIGHT
from tests.gui.driving import shown


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
