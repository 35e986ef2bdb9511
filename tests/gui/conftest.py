"""Shared by all tests of the window: OpenGL is configured before the one QApplication is made, and cycles are
collected on its thread only."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from gui.garbage import Collector
from gui.gl_setup import configure_before_app
from gui.style import app_font

configure_before_app()


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["nablascope-tests"]


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> Iterator[QApplication]:
    """The application, with the font that the window has."""
    qapp.setFont(app_font())
    collector = Collector()
    collector.start()
    yield qapp
    collector.close()
