"""The panels are tested in the look of the application, and in English."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from gui.i18n import set_language
from gui.style import apply_theme
from gui.theme import LIGHT


@pytest.fixture(scope="session", autouse=True)
def look(qapp: QApplication) -> None:
    apply_theme(LIGHT)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("en")
