"""What was not saved survives the end of the program."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings
from PySide6.QtWidgets import QMessageBox, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from engine.document.lab import Lab
from engine.document.labfile import read
from gui.files import Files
from gui.recovery import Recovery
from gui.store import Store
from tests.gui.program import run_python

CRASH = """
import os, sys
from PySide6.QtCore import QCoreApplication, QSettings
from PySide6.QtWidgets import QApplication, QWidget
from gui.files import Files
from gui.recovery import Recovery
from gui.store import Store
app = QApplication([])
settings = QSettings(sys.argv[1], QSettings.Format.IniFormat)
store = Store()
recovery = Recovery(store, Files(store, settings, QWidget(), None), settings)
store.edit(formula="x^2 + 7y^2")
recovery.keep()
os._exit(1)
"""


class Workplace:
    """A window's store, files and recovery on one settings file."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
        self.store = Store()
        self.files = Files(self.store, settings, self.window, None)
        self.recovery = Recovery(self.store, self.files, settings, self.window)
        self.window.show()


def copies(folder: Path) -> list[Path]:
    return sorted((folder / "unsaved").glob("*"))


def crash(folder: Path) -> None:
    ended = run_python("-c", CRASH, str(folder / "settings.ini"), env=os.environ)
    assert ended.returncode == 1


def test_a_copy_is_there_only_while_something_could_be_lost(qtbot: QtBot, tmp_path: Path) -> None:
    place = Workplace(qtbot, tmp_path)
    assert not place.recovery.isVisible()
    place.store.edit(formula="x^2 + 5y^2")
    assert place.recovery._pause.isActive()
    place.recovery.keep()
    (copy,) = (path for path in copies(tmp_path) if path.suffix == ".nabla")
    assert read(copy).formula == "x^2 + 5y^2"
    # A second window of the program that is still running does not offer it.
    assert Workplace(qtbot, tmp_path).recovery._found is None
    place.files.path = tmp_path / "a.nabla"
    assert place.files.save()
    assert copies(tmp_path) == []  # at once: who saves and is killed has lost nothing
    place.store.edit(formula="y")
    place.recovery.keep()
    place.recovery.forget()
    assert copies(tmp_path) == []


def test_after_a_crash_the_lab_is_offered_and_restored(qtbot: QtBot, tmp_path: Path) -> None:
    crash(tmp_path)
    place = Workplace(qtbot, tmp_path)
    assert place.recovery.isVisible()
    place.recovery.restore.click()
    assert place.store.lab.formula == "x^2 + 7y^2"
    assert place.store.modified
    assert place.files.path is None
    assert not place.recovery.isVisible()
    (copy,) = (path for path in copies(tmp_path) if path.suffix == ".nabla")
    assert copy == place.recovery._copy, "it is kept as this session's own"
    place.recovery.forget()


def test_it_can_be_thrown_away_and_a_bad_copy_is_refused(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(QMessageBox, "warning", lambda *texts: told.append(texts[-1]))
    crash(tmp_path)
    next(path for path in copies(tmp_path) if path.suffix == ".nabla").write_text("{")
    place = Workplace(qtbot, tmp_path)
    place.recovery.restore.click()
    assert "JSON" in told[0]
    assert place.store.lab == Lab()
    place.recovery.dismiss.click()
    assert not [path for path in copies(tmp_path) if path.suffix == ".nabla"]
    assert not Workplace(qtbot, tmp_path).recovery.isVisible()


def test_a_window_that_is_gone_hears_no_more_of_the_lab(qtbot: QtBot, tmp_path: Path) -> None:
    place = Workplace(qtbot, tmp_path)
    place.recovery.setParent(None)
    place.recovery.deleteLater()
    QCoreApplication.sendPostedEvents(place.recovery, QEvent.Type.DeferredDelete)
    place.store.edit(formula="y")  # as after a change of the language; a Python error would fail the test
    assert not isValid(place.recovery)
