"""What was not saved survives the end of the program."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings, QTimer
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from engine.document.lab import Data, Lab
from engine.document.labfile import read
from gui.files import Files
from gui.recovery import EVERY_MS, Recovery
from gui.store import Store
from gui.unsaved import Copies
from tests.gui.program import run_python

CRASH = """
import os, sys
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QWidget
from gui.files import Files
from gui.recovery import Recovery
from gui.store import Store
app = QApplication([])
for formula in sys.argv[2:]:
    settings = QSettings(sys.argv[1], QSettings.Format.IniFormat)
    store = Store()
    recovery = Recovery(store, Files(store, settings, QWidget(), None), settings)
    store.edit(formula=formula)
    recovery.keep()
    recovery.wait()
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


@pytest.fixture
def place(qtbot: QtBot, tmp_path: Path) -> Iterator[Workplace]:
    made = Workplace(qtbot, tmp_path)
    yield made
    if isValid(made.recovery):
        made.recovery.forget()


def copies(folder: Path) -> list[Path]:
    return sorted((folder / "unsaved").glob("*.nabla"))


def crash(folder: Path, *formulas: str) -> None:
    ended = run_python("-c", CRASH, str(folder / "settings.ini"), *formulas, env=os.environ)
    assert ended.returncode == 1


def test_a_copy_is_there_only_while_something_could_be_lost(place: Workplace, tmp_path: Path) -> None:
    assert not place.recovery.isVisible()
    place.store.edit(formula="x^2 + 5y^2")
    place.recovery.keep()
    place.recovery.wait()
    (copy,) = copies(tmp_path)
    assert read(copy).formula == "x^2 + 5y^2"
    assert place.recovery.copies.left_behind() == []
    assert Copies(copy.parent).left_behind() == [], "another window of the running program does not offer it"
    place.files.path = tmp_path / "a.nabla"
    assert place.files.save()
    place.recovery.wait()
    assert not list((tmp_path / "unsaved").iterdir()), "who saves and is killed has lost nothing"
    place.store.edit(formula="y")
    place.recovery.keep()
    place.recovery.forget()
    assert not list((tmp_path / "unsaved").iterdir())


def test_who_never_pauses_has_a_copy_all_the_same(place: Workplace, qtbot: QtBot, tmp_path: Path) -> None:
    place.recovery._soon.setInterval(30)
    typing = QTimer()
    typing.setInterval(5)
    typing.timeout.connect(lambda: place.store.edit(formula=place.store.lab.formula + "+1"))
    typing.start()
    qtbot.waitUntil(lambda: bool(copies(tmp_path)), timeout=5_000)
    typing.stop()
    assert read(copies(tmp_path)[0]).formula.endswith("+1")
    assert EVERY_MS <= 1_500, "at most two seconds of edits are lost, the writing included"


def test_a_table_is_written_with_its_lab(place: Workplace, tmp_path: Path) -> None:
    data = Data(columns=("a", "b"), rows=((1.0, 2.5), (3.0, 4.0)))
    place.store.edit(formula="mean((w a - b)^2)", data=data)
    place.recovery.keep()
    place.recovery.wait()
    place.store.edit(formula="mean((w a - b)^4)")
    place.recovery.keep()
    place.recovery.wait()
    (copy,) = copies(tmp_path)
    assert read(copy) == place.store.document()


def test_after_crashes_the_labs_are_offered_and_restored(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr("gui.files.warn", lambda *texts: told.append(texts[-1]))
    crash(tmp_path, "x^2 + 7y^2", "<b>x</b>")
    (bad,) = [path for path in copies(tmp_path) if read(path).formula == "<b>x</b>"]
    place = Workplace(qtbot, tmp_path)
    recovery = place.recovery
    assert recovery.isVisible() and recovery.choice.count() == 2
    assert "2" in recovery.text.text()
    offered = [recovery.choice.itemText(k) for k in range(2)]
    assert sum("x^2 + 7y^2" in text for text in offered) == sum("<b>x</b>" in text for text in offered) == 1

    bad.write_text("{")
    recovery.choice.setCurrentIndex(next(k for k, text in enumerate(offered) if "<b>" in text))
    recovery.restore.click()
    assert "JSON" in told[0] and place.store.lab == Lab()
    assert bad.exists(), "it is not thrown away by itself"
    recovery.dismiss.click()
    assert not bad.exists() and recovery.isVisible()

    recovery.restore.click()
    assert place.store.lab.formula == "x^2 + 7y^2"
    assert place.store.modified and place.files.path is None
    assert not recovery.isVisible()
    assert copies(tmp_path) == [recovery.copies.own], "it is kept as this session's own"
    recovery.forget()
    assert copies(tmp_path) == []


def test_a_copy_that_cannot_be_read_is_still_told(tmp_path: Path) -> None:
    folder = tmp_path / "unsaved"
    folder.mkdir()
    (folder / "20260101-000000-abcdef.nabla").write_bytes(b"\xff")
    (copy,) = Copies(folder).left_behind()
    assert copy.formula is None


def test_a_window_that_is_gone_hears_no_more_of_the_lab(place: Workplace) -> None:
    place.recovery.setParent(None)
    place.recovery.deleteLater()
    QCoreApplication.sendPostedEvents(place.recovery, QEvent.Type.DeferredDelete)
    place.store.edit(formula="y")  # as after a change of the language; a Python error would fail the test
    assert not isValid(place.recovery)
