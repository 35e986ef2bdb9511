"""The dialog, driven: preview, estimates, a real export by a child process, cancel, failure."""

import argparse
import sys
from pathlib import Path

import av
import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog

from gui.export.arguments import add_arguments, spec_from
from gui.export.dialog import ExportDialog
from gui.export.film import film_of
from gui.export.options_form import OptionsForm
from gui.export.process import ExportProcess, spec_arguments
from gui.export.renderer import Progress
from gui.export.scene import ExportScene
from gui.export.spec import BOTH, TRAINING, VIEWS, Spec
from gui.theme import DARK, LIGHT
from tests.gui.driving import LEFT
from tests.gui.golden import rgb

from .conftest import LAB


@pytest.fixture
def dialog(qtbot, store):
    made = ExportDialog(store, DARK)
    qtbot.addWidget(made)
    made.show()
    yield made
    made._preview.close()


def options_of(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return parser.parse_args(["-o", "a.mp4", *words])


def previewed(dialog: ExportDialog) -> QImage:
    return dialog.pane.picture.pixmap().toImage()


def wait_for_picture(qtbot, dialog: ExportDialog) -> QImage:
    dialog._timer.start()
    return wait_for_picture_of(qtbot, dialog)


def wait_for_picture_of(qtbot, dialog: ExportDialog) -> QImage:
    dialog.pane.picture.clear()
    qtbot.waitUntil(lambda: not dialog.pane.picture.pixmap().isNull(), timeout=60_000)
    return previewed(dialog)


def test_the_preview_follows_slider_and_options(qtbot, dialog):
    first = wait_for_picture(qtbot, dialog)
    assert ("frames" in dialog.status.text() and "MB" in dialog.status.text()) or "kB" in dialog.status.text()
    dialog.pane.slider.set_number(0.0)
    second = wait_for_picture(qtbot, dialog)
    assert first != second and first.size() == second.size()
    dialog.form.theme.set_key("light")
    dialog.form._on_changed()
    third = wait_for_picture(qtbot, dialog)
    assert third.pixelColor(2, 2).name() == LIGHT.plot
    dialog.form.size_choice.set_key("portrait")
    dialog.form._on_changed()
    assert wait_for_picture(qtbot, dialog).width() < third.width()


def test_what_goes_on_paper_is_light_unless_it_is_chosen(qapp):
    form = OptionsForm("en", "dark", has_views=False)
    themes = []
    for kind in ("pdf", "mp4", "svg", "png"):
        form.kind.set_key(kind)
        form._on_changed()
        themes.append(form.spec().theme)
    assert themes == ["light", "dark", "light", "dark"]
    form.transparent.setChecked(True)
    assert form.spec().theme == "light"
    form.theme.set_key("dark")
    form.theme.chosen.emit("dark")
    form.kind.set_key("pdf")
    form._on_changed()
    assert form.spec().theme == "dark"
    form.set_table(True)
    form.table.setChecked(False)
    assert form.spec().carry == "no-table"
    form.carries.setChecked(False)
    assert form.spec().carry == "nothing"
    form.deleteLater()


def test_at_rest_the_exact_frame_is_shown(qtbot, dialog, solution):
    dialog.form.size_choice.set_key("own")
    dialog.form.width_px.set_value(800)
    dialog.form.height_px.set_value(450)
    dialog.form.views["surface"].setChecked(False)
    dialog.form._on_changed()
    wait_for_picture(qtbot, dialog)
    dialog._exact_timer.stop()
    dialog._draw_exact()
    spec = dialog.form.spec()
    frame = ExportScene(solution, spec, (800, 450)).draw(*dialog._moment(film_of(spec, 12)))
    small = rgb(previewed(dialog))
    wanted = frame.scaled(
        dialog.pane.picture.size(),
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    assert np.abs(small - rgb(wanted)).mean() < 1.0


def test_only_what_a_format_needs_is_asked_for(dialog):
    form = dialog.form
    rows = {"fps": form.fps, "seconds": form.seconds, "view": form.views["surface"].parentWidget()}
    for kind, asked in (("mp4", {"fps", "seconds", "view"}), ("png", {"view"}), ("csv", set())):
        dialog.form.kind.set_key(kind)
        dialog.form._on_changed()
        assert {name for name, field in rows.items() if not field.isHidden()} == asked
    dialog._draw()
    assert dialog.pane.text.toPlainText().startswith("run,optimizer")


def test_a_formula_and_a_network_offer_their_own_views(qtbot):
    form = OptionsForm("en", "dark", False)
    qtbot.addWidget(form)
    assert form.views["network"].isHidden() and form.spec().views == BOTH
    form.views["contour"].setChecked(False)
    assert not form.views["surface"].isEnabled()  # something is drawn
    form.set_views(VIEWS, TRAINING)
    assert form.spec().views == TRAINING and form.spec().cards == ("formula", "caption")
    assert all(not box.isHidden() for box in form.views.values())
    form.views["surface"].setChecked(False)
    form.set_views(tuple(view for view in VIEWS if view != "prediction"), TRAINING)
    assert form.spec().views == TRAINING[1:]  # what was chosen stays
    form.kind.set_key("mp4")
    form._on_changed()
    assert form.camera.isHidden()


def test_an_export_runs_beside_the_window(qtbot, dialog, tmp_path: Path):
    dialog.form.size_choice.set_key("own")
    dialog.form.width_px.set_value(320)
    dialog.form.height_px.set_value(180)
    dialog.form.seconds._take(1.0)
    dialog.form.views["surface"].setChecked(False)
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


def test_the_preview_looks_from_where_the_window_does(qtbot, dialog, store):
    before = wait_for_picture(qtbot, dialog)
    store.set_view(camera=replace(store.view.camera, azimuth_deg=40.0))
    after = wait_for_picture_of(qtbot, dialog)
    turned = replace(store.solution, lab=store.document())
    size_px = (after.width(), after.height())
    moment = dialog._moment(film_of(dialog._spec(), 12))
    wanted = ExportScene(turned, dialog._spec(), size_px).draw(*moment)
    assert np.abs(rgb(before) - rgb(wanted)).mean() > 2.0
    assert np.abs(rgb(after) - rgb(wanted)).mean() < 1.0


def test_the_run_selected_in_the_window_is_worked_out(dialog, store):
    store.set_view(selected_run=1)
    assert dialog._spec().run == 1
    words = spec_arguments(dialog._spec())
    assert "--run=2" in words
    assert spec_from(options_of(*words)) == dialog._spec()


def test_slider_and_picture_agree_during_an_export_and_after_it(qtbot, dialog):
    wait_for_picture(qtbot, dialog)
    film = film_of(dialog._spec(), 12)
    dialog._on_progressed(Progress(film.frames, film.frames, 9.0, 0.0))
    assert dialog._moment(film) == (12.0, 1.0)
    dialog.pane.show_scaled(QImage(160, 90, QImage.Format.Format_RGB32))
    dialog.pane.slider.set_number(0.0)
    dialog._on_cancelled()
    said = dialog.status.text()
    image = wait_for_picture_of(qtbot, dialog)
    small = ExportScene(dialog._store.solution, dialog._spec(), (image.width(), image.height())).draw(
        0.0, 0.0
    )
    assert np.abs(rgb(image) - rgb(small)).mean() < 1.0
    assert dialog.status.text() == said


@pytest.mark.parametrize("way", ["escape", "button", "frame"])
def test_it_closes(qtbot, store, way):
    made = ExportDialog(store, DARK)
    made.show()
    with qtbot.waitSignal(made.destroyed):
        if way == "escape":
            qtbot.keyClick(made, Qt.Key.Key_Escape)
        elif way == "button":
            qtbot.mouseClick(made.close_button, LEFT)
        else:
            assert made.close()
        assert not made.isVisible()


class Running:
    """An export that runs, in the place of a process."""

    def __init__(self, *, stopping=False):
        self.stopping, self.asked = stopping, []

    def cancel(self):
        self.asked.append("cancel")

    def wait(self):
        self.asked.append("wait")


@pytest.fixture
def closing(qtbot, store):
    """A dialog that is gone once it is closed."""
    made = ExportDialog(store, DARK)
    made.show()
    return made


def test_closing_asks_before_it_stops_an_export(closing, monkeypatch):
    said = []

    def question(*_args):
        said.append("question")
        return answer

    monkeypatch.setattr("gui.export.dialog.confirmed", question)
    closing._process = running = Running()
    answer = False
    closing.reject()
    assert (said, running.asked) == (["question"], [])
    answer = True
    closing.reject()
    assert running.asked == ["cancel", "wait"]


def test_closing_does_not_ask_about_an_export_that_is_being_cancelled(closing, monkeypatch):
    monkeypatch.setattr("gui.export.dialog.confirmed", lambda *_args: pytest.fail("asked"))
    closing._process = running = Running(stopping=True)
    closing.reject()
    assert running.asked == ["cancel", "wait"]


def test_an_export_that_ends_under_the_question_is_not_stopped(closing, monkeypatch):
    def question(*_args):
        closing._process = None
        return True

    monkeypatch.setattr("gui.export.dialog.confirmed", question)
    closing._process = running = Running()
    closing.reject()
    assert running.asked == []


def test_a_table_needs_no_child(dialog, tmp_path: Path):
    dialog.form.kind.set_key("csv")
    dialog.export_to(tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text().startswith("run,")
    assert "a.csv" in dialog.status.text()


def test_what_only_a_network_has_is_said_of_a_formula(qtbot, dialog, tmp_path: Path):
    dialog.form.kind.set_key("torch.py")
    dialog.form.changed.emit()
    qtbot.waitUntil(lambda: "PyTorch" in dialog.status.text())
    dialog._on_copy()
    dialog.export_to(tmp_path / "a.torch.py")
    assert "Only a network" in dialog.status.text()
    assert not (tmp_path / "a.torch.py").exists()


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


def test_the_file_is_named_after_the_lab_then_as_the_last_one(dialog, store, tmp_path: Path, monkeypatch):
    store.edit(title={"en": "100 % valley: a lesson"})
    names: list[str] = []

    def press_save(question: QFileDialog) -> int:
        names.append(Path(question.selectedFiles()[0]).name)
        return QFileDialog.DialogCode.Accepted

    monkeypatch.setattr(QFileDialog, "exec", press_save)
    monkeypatch.setattr(ExportDialog, "export_to", lambda self, path: setattr(self, "_target", path))
    dialog.form.kind.set_key("csv")
    dialog._on_export()
    dialog._target = tmp_path / "mine.csv"
    dialog.form.kind.set_key("frames")
    dialog._on_export()
    dialog.form.kind.set_key("torch.py")
    dialog._on_export()
    dialog.form.kind.set_key("tex")
    dialog._on_export()
    assert names == ["100 valley a lesson.csv", "mine-%04d.png", "mine.torch.py", "mine.tex"]
    assert dialog._target == tmp_path / "mine.tex"
