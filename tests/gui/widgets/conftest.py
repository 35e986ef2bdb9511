"""The widgets are tested in the look of the application."""

import pytest
from PySide6.QtWidgets import QApplication

from gui.style import apply_theme
from gui.theme import LIGHT


@pytest.fixture(scope="session", autouse=True)
def look(qapp: QApplication) -> None:
    apply_theme(LIGHT)
