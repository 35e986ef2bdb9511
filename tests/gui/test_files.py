"""Opening and saving: the names that are suggested, and what is forgotten."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QSettings, QUrl
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from engine.document.carried import carried_line
from engine.document.lab import Data, Lab
from engine.document.labfile import read, write
from gui import files as files_module
from gui.editor.source_field import SourceField
from gui.files import Files
from gui.store import Store


@pytest.fixture
def files(qtbot: QtBot, tmp_path: Path) -> Files:
    window = QWidget()
    qtbot.addWidget(window)
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    store = Store(Lab(title={"en": "A lesson: valleys / hills"}))
    return Files(store, settings, window, None)


def answer(monkeypatch: pytest.MonkeyPatch, typed: str | None = None) -> list[str]:
    """Press Save in the dialog, with another name if one is `typed`; the names that it came up with."""
    suggested: list[str] = []

    def press_save(dialog: QFileDialog) -> int:
        suggested.extend(Path(name).name for name in dialog.selectedFiles())
        if typed is not None:
            dialog.selectFile(typed)
        return QFileDialog.DialogCode.Accepted

    monkeypatch.setattr(QFileDialog, "exec", press_save)
    return suggested


def test_a_name_is_suggested_and_gets_its_suffix(
    files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suggested = answer(monkeypatch, str(tmp_path / "mine"))
    assert files.save()
    assert suggested == ["A lesson valleys hills.nabla"]
    assert files.path == tmp_path / "mine.nabla"
    assert read(files.path).title == {"en": "A lesson: valleys / hills"}
    assert files.save_as()
    assert suggested[1:] == ["mine.nabla"]


def test_a_recent_lab_that_is_gone_is_forgotten(
    files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files_module, "warn", lambda *texts: None)
    one, two = tmp_path / "one.nabla", tmp_path / "two.nabla"
    for path in (one, two):
        write(Lab(), path)
        assert files.load(path)
    one.unlink()
    assert not files.load(one)
    assert [Path(name).name for name in files._recent()] == ["two.nabla"]


def test_a_picture_gives_its_lab_back_and_says_what_is_missing(
    files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warned: list[str] = []
    monkeypatch.setattr(files_module, "warn", lambda _window, title, text: warned.append(text))
    lab = Lab(formula="x^2", data=Data(columns=("x",), rows=((1.0,),)))
    picture = tmp_path / "a.png"
    picture.write_bytes(carried_line(lab))
    assert files.load(picture)
    assert (files.path, warned, files._store.lab) == (None, [], lab)
    picture.write_bytes(carried_line(lab, with_table=False))
    assert files.load(picture)
    assert "table" in warned[0] and files._store.lab.data is None
    picture.write_bytes(b"none")
    assert not files.load(picture)
    assert "carries no lab" in warned[1]


def test_a_file_that_is_dropped_on_the_formula_is_not_typed(qtbot: QtBot) -> None:
    field = SourceField()
    qtbot.addWidget(field)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/tmp/a.nabla")])
    assert not field.canInsertFromMimeData(data)
    data = QMimeData()
    data.setText("x^2")
    assert field.canInsertFromMimeData(data)


def test_a_damaged_file_takes_no_menu_with_it(
    files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(files_module, "warn", lambda _window, _title, text: said.append(text))
    monkeypatch.setattr(files_module, "EXAMPLES", tmp_path)
    write(Lab(title={"en": "A bowl"}), tmp_path / "b.nabla")
    for name, data in (("a.nabla", b"{"), ("c.nabla", b'{"version": 99}'), ("d.nabla", b"\xff\x00")):
        (tmp_path / name).write_bytes(data)
    (tmp_path / "e.nabla").mkdir()
    menu = QMenu()
    files.fill_examples(menu)
    assert [action.text() for action in menu.actions()] == ["A bowl"]
    names = [str(path) for path in sorted(tmp_path.iterdir())]
    files._settings.setValue("recent", [*names, str(tmp_path / "b.nabla" / "beneath.nabla")])
    files.fill_recent(menu)
    for action in menu.actions():
        action.trigger()
    assert len(said) == 5  # all but the bowl
    assert files.path == tmp_path / "b.nabla"


def test_what_another_program_has_written_is_not_replaced_without_a_question(
    files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    answer = False

    def confirmed(_window: object, _title: str, text: str, *_buttons: str) -> bool:
        asked.append(text)
        return answer

    monkeypatch.setattr(files_module, "confirmed", confirmed)
    path = tmp_path / "one.nabla"
    write(Lab(), path)
    assert files.load(path)
    assert files.save() and not asked, "it is as this window left it"
    write(Lab(formula="x y"), path)
    assert not files.save()
    assert "one.nabla" in asked[0] and read(path).formula == "x y"
    answer = True
    assert files.save() and read(path) == Lab()
    answer = False
    assert files.save() and len(asked) == 2
