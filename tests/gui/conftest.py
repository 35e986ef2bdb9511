"""Shared by all tests of the window: there is a screen, and OpenGL is configured, before the one QApplication
is made, which looks as the window's does and collects cycles on its own thread only; every test begins in
English; and `session` is one window for all tests of a module, with the default lab for each."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.document.lab import Lab
from engine.symbolic import Deriver
from gui.app import Session
from gui.garbage import Collector
from gui.gl_setup import configure_before_app
from gui.i18n import set_language
from gui.style import apply_theme
from gui.theme import LIGHT
from tests.gui.screen import open_screen
from tests.gui.windows import opened, solved

open_screen()
configure_before_app()


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["nablascope-tests"]


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> Iterator[QApplication]:
    apply_theme(LIGHT)
    collector = Collector()
    collector.start()
    yield qapp
    collector.close()


@pytest.fixture
def one_child(monkeypatch: pytest.MonkeyPatch, deriver: Deriver) -> None:
    """A command that is run in this process derives in the child of all tests."""
    monkeypatch.setattr("engine.solving.stages.Deriver", lambda: deriver)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Whatever language the test chooses, the next one begins in English."""
    yield
    set_language("en")


@pytest.fixture(scope="module")
def window_session(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with opened(qapp, tmp_path_factory.mktemp("settings")) as session:
        yield session


@pytest.fixture
def session(window_session: Session, qtbot: QtBot) -> Session:
    assert window_session.store is not None
    window_session.store.load(Lab())
    qtbot.waitUntil(lambda: solved(window_session), timeout=30_000)
    return window_session
