"""The dialog, driven: preview, estimates, a real export by a child process, cancel, failure."""

import sys
from pathlib import Path

import av
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from gui.export.dialog import ExportDialog
from gui.export.film import film_of
from gui.export.process import ExportProcess
from gui.export.scene import ExportScene
from gui.export.spec import Spec
from gui.store import Store
from gui.theme import DARK, LIGHT

from .conftest import LAB
from .test_export_films import pixels


@pytest.fixture
def store(solution) -> Store:
    made = Store(LAB)
    assert made.accept(solution)
    return made


@pytest.fixture
def dialog(qtbot, store):
    made = ExportDialog(store, DARK)
    qtbot.addWidget(made)
    made.show()
    yield made
    made._preview.close()


def shown(dialog: ExportDialog) -> QImage:
    return dialog.picture.pixmap().toImage()


def wait_for_picture(qtbot, dialog: ExportDialog) -> QImage:
    dialog.picture.clear()
    dialog._timer.start()
    qtbot.waitUntil(lambda: not dialog.picture.pixmap().isNull(), timeout=60_000)
    return shown(dialog)


def test_the_preview_follows_slider_and_options(qtbot, dialog):
    first = wait_for_picture(qtbot, dialog)
    assert ("frames" in dialog.status.text() and "MB" in dialog.status.text()) or "kB" in dialog.status.text()
    dialog.slider.set_number(0.0)
    second = wait_for_picture(qtbot, dialog)
    assert first != second and first.size() == second.size()
    dialog.form.theme.set_key("light")
    dialog.form._on_changed()
    third = wait_for_picture(qtbot, dialog)
    assert third.pixelColor(2, 2).name() == LIGHT.plot
    dialog.form.size_choice.set_key("portrait")
    dialog.form._on_changed()
    assert wait_for_picture(qtbot, dialog).width() < third.width()


def test_at_rest_the_exact_frame_is_shown(qtbot, dialog, solution):
    dialog.form.size_choice.set_key("own")
    dialog.form.width_px.set_value(800)
    dialog.form.height_px.set_value(450)
    dialog.form.view.set_key("contour")
    dialog.form._on_changed()
    wait_for_picture(qtbot, dialog)
    dialog._exact_timer.stop()
    dialog._draw_exact()
    spec = dialog.form.spec()
    frame = ExportScene(solution, spec, (800, 450)).draw(*dialog._moment(film_of(spec, 12)))
    small = pixels(shown(dialog))
    wanted = frame.scaled(
        dialog.picture.size(), Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    assert np.abs(small - pixels(wanted)).mean() < 1.0


def test_only_what_a_format_needs_is_asked_for(dialog):
    rows = {"fps": dialog.form.fps, "seconds": dialog.form.seconds, "view": dialog.form.view}
    for kind, asked in (("mp4", {"fps", "seconds", "view"}), ("png", {"view"}), ("csv", set())):
        dialog.form.kind.set_key(kind)
        dialog.form._on_changed()
        assert {name for name, field in rows.items() if not field.isHidden()} == asked
    dialog._draw()
    assert dialog.text.toPlainText().startswith("run,optimizer")


def test_an_export_runs_beside_the_window(qtbot, dialog, tmp_path: Path):
    dialog.form.size_choice.set_key("own")
    dialog.form.width_px.set_value(320)
    dialog.form.height_px.set_value(180)
    dialog.form.seconds._take(1.0)
    dialog.form.view.set_key("contour")
    assert dialog.form.spec().size_px == (320, 180) and dialog.form.spec().seconds == 1.0
    path = tmp_path / "film.mp4"
    dialog.export_to(path)
    assert dialog.cancel_button.isVisible() and not dialog.form.isEnabled()
    qtbot.waitUntil(lambda: dialog._process is None, timeout=180_000)
    assert path.name in dialog.status.text(), dialog.status.text()
    assert dialog.open_button.isVisible() and dialog.form.isEnabled()
    with av.open(str(path)) as film:
        assert film.streams.video[0].width == 320
        assert sum(1 for _ in film.decode(video=0)) == 30


def test_a_table_needs_no_child(dialog, tmp_path: Path):
    dialog.form.kind.set_key("csv")
    dialog.export_to(tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text().startswith("run,")
    assert "a.csv" in dialog.status.text()


def test_a_folder_that_is_not_there_is_said(dialog, tmp_path: Path):
    dialog.export_to(tmp_path / "missing" / "film.mp4")
    assert "missing" in dialog.status.text()
    assert dialog._process is None


CHILD = """
import json, sys, threading
print(json.dumps({"frame": 1, "frames": 9, "fps": 5.0, "left_s": 1.6}), file=sys.stderr, flush=True)
how = sys.argv[1]
if how == "wait":
    sys.stdin.readline()
    sys.exit(130)
if how == "fail":
    print("nablascope: The disk is full.", file=sys.stderr)
    sys.exit(1)
if how == "hang":
    threading.Event().wait(60)
"""


@pytest.fixture
def start(qtbot, tmp_path: Path):
    """Starts an ExportProcess on a child of our own."""
    script = tmp_path / "child.py"
    script.write_text(CHILD)
    started: list[ExportProcess] = []

    def begin(how: str) -> ExportProcess:
        process = ExportProcess(command=[sys.executable, str(script), how])
        started.append(process)
        with qtbot.waitSignal(process.progressed, timeout=60_000) as told:
            process.start(LAB, Spec(), tmp_path / "film.mp4")
        assert told.args[0].frames == 9 and told.args[0].left_s == 1.6
        return process

    yield begin
    for process in started:
        process._kill()
        process.wait()


def test_cancel_is_told_to_the_child(qtbot, start):
    process = start("wait")
    with qtbot.waitSignal(process.cancelled, timeout=60_000):
        process.cancel()
    assert not process.running


def test_a_failure_is_told_in_the_childs_words(qtbot, start):
    said: list[str] = []
    process = start("fail")
    process.failed.connect(said.append)
    if process.running:
        qtbot.waitUntil(lambda: bool(said), timeout=60_000)
    assert said in (["The disk is full."], [])


def test_a_child_that_does_not_listen_is_killed(qtbot, start, monkeypatch):
    monkeypatch.setattr("gui.export.process.KILLED_AFTER_MS", 100)
    process = start("hang")
    with qtbot.waitSignal(process.cancelled, timeout=60_000):
        process.cancel()


def test_a_program_that_is_not_there_is_a_failure(qtbot, tmp_path: Path):
    process = ExportProcess(command=[str(tmp_path / "nothing")])
    with qtbot.waitSignal(process.failed, timeout=60_000):
        process.start(LAB, Spec(), tmp_path / "film.mp4")
