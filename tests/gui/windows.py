"""The whole window: opened for tests, and what they ask of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QSettings
from PySide6.QtWidgets import QApplication

from gui.app import Session
from gui.main_window import MainWindow
from gui.style import apply_theme
from gui.theme import LIGHT


@contextmanager
def opened(app: QApplication, settings: Path) -> Iterator[Session]:
    """The window on the default lab; it neither reads nor writes the user's own settings."""
    default = QSettings.defaultFormat()
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(settings))
    session = Session(app, None, None, "en", "dark")
    filled: list[bool] = []
    session.window.filled.connect(lambda: filled.append(True))
    session.start()
    deadline = QDeadlineTimer(60_000)
    while not (filled and solved(session)):
        assert not deadline.hasExpired()
        QCoreApplication.processEvents()
    yield session
    session.window.discard()
    session.close()
    QSettings.setDefaultFormat(default)
    apply_theme(LIGHT)  # as other tests found it


def solved(session: Session) -> bool:
    """Whether nothing more of the lab is to be solved."""
    store = session.store
    if store is None or store.solution is None or store.solution.revision != store.revision:
        return False
    return store.solution.complete or store.solution.fatal


def in_front(window: MainWindow, key: str) -> None:
    """Put a panel of the drawer in front."""
    assert window._arrangement is not None
    window._arrangement.bring_forward(key)
