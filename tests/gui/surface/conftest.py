"""Canvases to draw scenes on."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from tests.gui.surface.canvas import Canvas


@pytest.fixture
def canvas(qapp: QApplication) -> Iterator[Canvas]:
    made = Canvas()
    yield made
    made.close()


@pytest.fixture
def other_canvas(qapp: QApplication) -> Iterator[Canvas]:
    made = Canvas()
    yield made
    made.close()
