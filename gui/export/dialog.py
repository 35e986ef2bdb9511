"""The export dialog: what is exported and how, the exact frame at any moment, progress, cancel.

GUI thread. Not modal: the export is a child process, and the window stays usable. It only lays out and
connects; `options_form` edits, `preview` draws, `preview_pane` shows, `process` runs, `estimate` guesses.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from msgspec.structs import replace
from PySide6.QtCore import QSize, QStandardPaths, Qt, QUrl
from PySide6.QtGui import (
    QDesktopServices,
    QGuiApplication,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engine.document.carried import carried_line, leaves_table_out
from engine.document.lab import Camera, Data
from engine.solving.solution import Solution
from engine.solving.timeline import duration_steps
from gui.export.aside import check_target, write_whole
from gui.export.command import clock_text, written
from gui.export.errors import ExportError
from gui.export.estimate import estimated_bytes, estimated_seconds, size_text
from gui.export.film import Film, film_of
from gui.export.options_form import OptionsForm
from gui.export.preview import Preview, preview_size
from gui.export.preview_pane import PreviewPane
from gui.export.process import ExportProcess
from gui.export.renderer import Progress
from gui.export.spec import FILMS, NUMBERS, Spec, check
from gui.export.views import usual_views, views_there
from gui.files import ask_where_to_save, stem_for
from gui.fitting import fit_on_screen
from gui.i18n import language, tr
from gui.store import Change, Store
from gui.style import set_role
from gui.theme import Theme
from gui.timing import single_shot
from gui.widgets.questions import confirmed

SIZE: Final = QSize(1120, 680)
DRAW_AFTER_MS: Final = 40
EXACT_AFTER_MS: Final = 600  # of rest, the frame is drawn at its true size and shown smaller
EXACT_PX: Final = 2_100_000  # up to Full HD; a larger one would hold up the window
DRAWING_S: Final = {"still": 0.02, "orbit": 0.3, "views": 0.3}  # a million pixels, before one was measured


class ExportDialog(QDialog):
    """Exports the store's lab. Show it with `show()`: the window stays usable while it works."""

    def __init__(self, store: Store, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._preview = Preview()
        self._process: ExportProcess | None = None
        self._drawing_s: dict[str, float] = dict(DRAWING_S)
        self._span_s = -1.0
        self._data: Data | None = None  # the table that the form knows of
        self._target: Path | None = None
        self._result_said = False  # how the last export ended stays to be read until something changes
        self.setWindowTitle(tr("Export"))
        self.setModal(False)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        fit_on_screen(self, SIZE)
        self._timer = single_shot(self, DRAW_AFTER_MS, self._draw)
        self._exact_timer = single_shot(self, EXACT_AFTER_MS, self._draw_exact)
        self.pane = PreviewPane(theme)
        self.pane.moved.connect(self._redraw)
        self._make_foot()
        self.form = OptionsForm(language(), theme.name, bool(store.lab.views))
        self.form.changed.connect(self._on_changed)
        self._lay_out()
        store.solution_changed.connect(self._on_solution_changed)
        store.view_changed.connect(self._on_view_changed)
        self._on_changed()

    # Widgets

    def _make_foot(self) -> None:
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.hide()
        self.status = QLabel()
        self.status.setWordWrap(True)
        self.status.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        set_role(self.status, "muted")
        self.open_button = self._button(tr("Open"), self._on_open)
        self.open_button.hide()
        self.close_button = self._button(tr("Close"), self.close)
        self.copy_button = self._button(tr("Copy to clipboard"), self._on_copy)
        self.cancel_button = self._button(tr("Cancel"), self._on_cancel)
        self.cancel_button.hide()
        self.export_button = self._button(tr("Export…"), self._on_export)
        self.export_button.setDefault(True)
        set_role(self.export_button, "primary")

    @staticmethod
    def _button(text: str, slot: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(slot)
        return button

    def _lay_out(self) -> None:
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self.form)
        scroll.setMinimumWidth(self.form.sizeHint().width() + 24)
        above = QHBoxLayout()
        above.setSpacing(18)
        above.addWidget(self.pane, 1)
        above.addWidget(scroll)
        below = QHBoxLayout()
        below.setSpacing(10)
        words = QVBoxLayout()
        words.addWidget(self.progress)
        words.addWidget(self.status)
        below.addLayout(words, 1)
        for button in (
            self.open_button,
            self.close_button,
            self.copy_button,
            self.cancel_button,
            self.export_button,
        ):
            below.addWidget(button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(18, 18, 18, 16)
        whole.setSpacing(14)
        whole.addLayout(above, 1)
        whole.addLayout(below)

    # What is exported

    @property
    def _kind(self) -> str:
        return str(self.form.kind.key)

    @property
    def _camera(self) -> Camera:
        """The eye of the film: where the window's is, saved or not."""
        return self._store.document().camera

    def _film(self, solution: Solution, spec: Spec) -> Film:
        return film_of(spec, duration_steps(solution))

    @property
    def _moving(self) -> bool:
        return self._kind in FILMS or self._kind == "frames"

    def _name(self) -> Path:
        """As the last export, else as the lab."""
        stem = (
            self._target.stem.removesuffix("-%04d").removesuffix(".torch")
            if self._target
            else stem_for(self._store.lab)
        )
        return Path(stem + self.form.name_ending)

    def _on_solution_changed(self, _solution: Solution) -> None:
        self._on_changed()

    def _on_view_changed(self, change: Change) -> None:
        if change.fields & {"camera", "selected_run", "row", "output"}:
            self._redraw()

    def _spec(self) -> Spec:
        """What the form says, of the run, the row and the output that the window shows."""
        view = self._store.view
        return replace(self.form.spec(), run=view.selected_run, row=view.row, output=view.output)

    def _on_changed(self) -> None:
        """Refresh everything that follows from the form and the lab."""
        self._exact_timer.stop()
        solution = self._store.solution
        if solution is not None:
            self.form.set_views(views_there(solution), usual_views(solution))
            data = solution.lab.data
            if data is not self._data:
                self._data = data
                too_large = data is not None and leaves_table_out(carried_line(solution.lab))
                self.form.set_table(data is not None, too_large=too_large)
        film = self._moving
        ready = solution is not None and solution.derivation is not None and bool(solution.runs)
        self.export_button.setEnabled(ready and not self.form.faulty and not self._running)
        self.copy_button.setVisible(self._kind in ("png", *NUMBERS) and not self._running)
        if solution is not None:
            span = self._film(solution, self._spec()).seconds if film else float(duration_steps(solution))
            if span != self._span_s:
                self._span_s = span
                share = 1.0 if not film else 0.5
                self.pane.slider.set_span(0.0, max(span, 1e-9))
                self.pane.slider.set_number(share * span)
        self.pane.show_slider(self._kind not in NUMBERS)
        self._redraw()

    @property
    def _running(self) -> bool:
        return self._process is not None

    # The preview

    def _redraw(self) -> None:
        """Draw anew what has changed, a moment later; what was said of the last export is over."""
        self._result_said = False
        self._exact_timer.stop()
        self._timer.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._timer.start()

    def _draw(self) -> None:
        solution = self._store.solution
        if solution is None or solution.derivation is None or self._running or not self.isVisible():
            return
        spec = self._spec()
        try:
            if self._kind in NUMBERS:
                self.pane.show_text(written(self._kind, solution, spec))
                if not self._result_said:
                    self._say(tr("The whole run"))
                return
            check(spec, self._name())
            self._draw_frame(solution, spec)
        except ExportError as error:
            if self._kind in NUMBERS:
                self.pane.show_text("")
            self._say(tr(error.message), "danger")

    def _draw_frame(self, solution: Solution, spec: Spec) -> None:
        assert spec.size_px is not None
        film = self._film(solution, spec)
        moving = self._moving
        t_steps, share = self._moment(film)
        self._say_moment(film, t_steps, share)
        size_px = preview_size(spec.size_px, self.pane.picture.size(), self.devicePixelRatioF())
        image = self._preview.draw(solution, self._camera, spec, size_px, t_steps, share)
        if self._preview.warm_s is not None:  # only of a scene that had been drawn before
            self._drawing_s[spec.camera] = self._preview.warm_s / (size_px[0] * size_px[1] / 1e6)
        self.pane.show_image(image)
        if size_px != spec.size_px and spec.size_px[0] * spec.size_px[1] <= EXACT_PX:
            self._exact_timer.start()
        frames = film.frames if moving else 1
        about = tr(
            "about {size}, about {time} to make",
            size=size_text(estimated_bytes(self._kind, spec.size_px, frames, spec)),
            time=clock_text(
                estimated_seconds(self._kind, spec.size_px, frames, self._drawing_s[spec.camera])
            ),
        )
        if not self._result_said:
            self._say(tr("{n} frames, {about}", n=frames, about=about) if moving else about)

    def _say_moment(self, film: Film, t_steps: float, share: float) -> None:
        if not self._moving:
            self.pane.say_moment(tr("step {k}", k=round(t_steps)))
            return
        self.pane.say_moment(
            tr(
                "{now} of {end} s, step {k}",
                now=f"{share * (film.frames - 1) / film.fps:.1f}",
                end=f"{film.seconds:.1f}",
                k=f"{t_steps:.1f}",
            )
        )

    def _moment(self, film: Film) -> tuple[float, float]:
        """(playhead, share of the film) at the slider."""
        if not self._moving:
            return float(round(self.pane.slider.number)), 0.0
        frame = min(round(self.pane.slider.number * film.fps), film.frames - 1)
        return film.t_steps(frame), frame / max(film.frames - 1, 1)

    def _draw_exact(self) -> None:
        """The very frame of the export, shown smaller."""
        solution, spec = self._store.solution, self._spec()
        if solution is None or spec.size_px is None or self._running or self._kind in NUMBERS:
            return
        moment = self._moment(self._film(solution, spec))
        self.pane.show_scaled(self._preview.draw(solution, self._camera, spec, spec.size_px, *moment))

    def _say(self, text: str, role: str = "muted") -> None:
        self.status.setText(text)
        set_role(self.status, role)

    # The export

    def _on_copy(self) -> None:
        solution = self._store.solution
        if solution is None:
            return
        spec = self._spec()
        clipboard = QGuiApplication.clipboard()
        if self._kind in NUMBERS:
            try:
                clipboard.setText(written(self._kind, solution, spec))
            except ExportError as error:
                self._say(tr(error.message), "danger")
                return
        elif spec.size_px is not None:
            moment = self._moment(self._film(solution, spec))
            clipboard.setImage(self._preview.draw(solution, self._camera, spec, spec.size_px, *moment))
        self._say(tr("Copied."), "success")

    def _on_export(self) -> None:
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        folder = self._target.parent if self._target else Path(documents or Path.home())
        path = ask_where_to_save(self, tr("Export"), folder / self._name(), "")
        if path is not None:
            ending, suffix = self.form.name_ending, self._name().suffix
            stem = path.stem if path.suffix == suffix else path.name
            self.export_to(path if path.name.lower().endswith(ending) else path.with_name(stem + ending))

    def export_to(self, path: Path) -> None:
        """Export to `path`; an old file is replaced (the file dialog has asked)."""
        solution = self._store.solution
        spec = self._spec()
        self._target = path
        self.open_button.hide()
        if solution is None:
            return
        try:
            check_target(path, force=True)
            if self._kind in NUMBERS:
                write_whole(path, written(self._kind, solution, spec))
                self._on_finished()
                return
            check(spec, path)
        except ExportError as error:
            self._say(tr(error.message), "danger")
            return
        if not self._moving:
            spec = replace(spec, at_steps=float(round(self.pane.slider.number)))
        process = ExportProcess(self)
        process.progressed.connect(self._on_progressed)
        process.previewed.connect(self.pane.show_scaled)
        process.finished.connect(self._on_finished)
        process.cancelled.connect(self._on_cancelled)
        process.failed.connect(self._on_failed)
        self._process = process
        self.progress.setRange(0, 0)
        self._say(tr("Preparing…"))
        self._set_running(True)
        process.start(self._store.document(), spec, path)

    def _set_running(self, running: bool) -> None:
        if not running:
            self._process = None
        self.progress.setVisible(running)
        self.cancel_button.setVisible(running)
        self.export_button.setVisible(not running)
        self.form.setEnabled(not running)
        self.pane.slider.setEnabled(not running)
        self.copy_button.setVisible(not running and self._kind in ("png", *NUMBERS))

    def _say_result(self, text: str, role: str = "muted") -> None:
        """How the export ended; the picture is again that of the slider's moment."""
        self._set_running(False)
        self._redraw()
        self._say(text, role)
        self._result_said = True

    def _on_progressed(self, progress: Progress) -> None:
        self.progress.setRange(0, progress.frames)
        self.progress.setValue(progress.frame)
        self._follow(progress.frame - 1)
        self._say(
            tr(
                "frame {frame} of {frames}, {fps} frames a second, {left} left",
                frame=progress.frame,
                frames=progress.frames,
                fps=f"{progress.fps:.1f}",
                left=clock_text(progress.left_s),
            )
        )

    def _follow(self, frame: int) -> None:
        """Let the slider stand where the picture of a running export is."""
        solution = self._store.solution
        if solution is None or not self._moving:
            return
        film = self._film(solution, self._spec())
        self.pane.slider.set_number(frame / film.fps)
        self._say_moment(film, *self._moment(film))

    def _on_finished(self) -> None:
        self.open_button.show()
        self._say_result(tr("Saved as {path}.", path=str(self._target)), "success")

    def _on_cancelled(self) -> None:
        self._say_result(tr("Cancelled; no file was written."))

    def _on_failed(self, why: str) -> None:
        self._say_result(why or tr("The export failed."), "danger")

    def _on_cancel(self) -> None:
        if self._process is not None:
            self._say(tr("Cancelling…"))
            self._process.cancel()

    def _on_open(self) -> None:
        if self._target is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._target)))

    def reject(self) -> None:
        """Close, by whatever way it was asked for: Esc, the button or the frame of the window."""
        if self._process is not None and not self._process.stopping:
            question = tr("Stop the export that is running?")
            if not confirmed(self, tr("Export"), question, tr("Stop it"), tr("Go on")):
                return
        if self._process is not None:  # it may have ended under the question
            self._process.cancel()
            self._process.wait()
        self._timer.stop()
        self._exact_timer.stop()
        self._preview.close()
        super().reject()
