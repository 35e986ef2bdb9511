"""`main.py export`: options → Spec; solves, draws and writes one lab, or several by child processes.

The main thread of a process without a window. Qt, GL and the encoders are loaded only by what needs them.
"""

import argparse
import contextlib
import json
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from engine.base.cancellation import Cancelled
from engine.base.i18n import Message, message, translate
from gui.exit_codes import EXIT_DONE, EXIT_INTERRUPTED
from gui.export.arguments import spec_from
from gui.export.aside import check_target, write_whole
from gui.export.errors import ExportError
from gui.export.spec import (
    IN_SPACE,
    NUMBERS,
    SCRIPTS,
    WEIGHTS,
    Spec,
    check,
    checked_size,
    format_of,
    is_film,
    is_sequence,
)

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from engine.document.lab import Lab
    from engine.solving.solution import Solution
    from gui.export.renderer import Progress

_REPORT_EVERY_S: Final = 0.5
_PREVIEW_WIDTH_PX: Final = 480


def run_export(options: argparse.Namespace) -> int:
    """Do what the options ask for; the exit code. What is wrong goes to standard error.

    Raises:
        ArgumentError: the formula, the lab or an option of theirs is bad.
    """
    from gui.export.batch import run_batch

    try:
        spec = spec_from(options)
        output = Path(options.output)
        if len(options.lab) > 1 or output.is_dir() or options.output.endswith(("/", os.sep)):
            return run_batch(options, output)
        return _export_one(options, spec, output)
    except ExportError as error:
        print(f"nablascope: {error.message.render(options.lang)}", file=sys.stderr)
        return error.code
    except (Cancelled, KeyboardInterrupt):
        print(f"nablascope: {translate('Cancelled; no file was written.', options.lang)}", file=sys.stderr)
        return EXIT_INTERRUPTED


def _export_one(options: argparse.Namespace, spec: Spec, path: Path) -> int:
    from gui.labargs import lab_from_options

    check(spec, path)
    check_target(path.with_name(path.name % 0) if is_sequence(path) else path, options.force)
    lab = lab_from_options(options, options.lab[0] if options.lab else None)
    kind = format_of(path)
    with _Interruption(listen=options.progress == "json") as interruption:
        if kind == "nabla":
            from engine.document.labfile import encode

            write_whole(path, encode(lab))
        elif kind in WEIGHTS:
            write_whole(path, weights_written(kind, solved(lab), spec))
        elif kind in NUMBERS:
            write_whole(path, written(kind, solved(lab), spec))
        else:
            _draw(options, spec, path, lab, interruption.happened)
    return EXIT_DONE


def solved(lab: "Lab") -> "Solution":
    """Solve `lab` to the end.

    Raises:
        ArgumentError: it cannot be solved; with the place in the formula.
    """
    from engine.solving.stages import solve
    from gui.argument_error import ArgumentError

    solution = solve(lab)
    for problem in solution.problems:
        if problem.fatal:
            text = lab.formula if problem.place == "formula" else None
            raise ArgumentError(problem.message, text=text, span=problem.span, hint=problem.hint)
    return solution


def written(kind: str, solution: "Solution", spec: Spec) -> str:
    """What the file of a format of text holds.

    Raises:
        ExportError: there is nothing of that kind to write, or no plane to draw it in.
    """
    from engine.solving.sight import NoPlane
    from engine.writers import (
        network_tikz,
        to_csv,
        to_latex,
        to_network_latex,
        to_python,
        to_tikz,
        training_script,
    )

    if kind == "csv":
        return to_csv(solution)
    if kind in SCRIPTS and solution.examples is not None:
        script = training_script(solution, SCRIPTS[kind], spec.language)
        if isinstance(script, Message):
            raise ExportError(script)
        return script
    if kind == "torch.py":
        raise ExportError(
            message("Only a network is written as a script for PyTorch; export a formula as .py.")
        )
    if kind == "py":
        return to_python(solution, spec.language)
    network = solution.examples is not None
    try:
        if kind == "tikz":
            return network_tikz(solution, spec.language) if network else to_tikz(solution, spec.language)
        return to_network_latex(solution, spec.language) if network else to_latex(solution, spec.language)
    except NoPlane as error:
        raise ExportError(error.message) from error


def weights_written(kind: str, solution: "Solution", spec: Spec) -> bytes:
    """The weights of the run and the step that are chosen, as a file.

    Raises:
        ExportError: it is no network, or there is no such run.
    """
    from engine.document.network_setup import file_weights
    from engine.document.weights.weightfile import encoded

    network, examples, setup = solution.lab.network, solution.examples, solution.setup
    if network is None or examples is None or setup is None:
        raise ExportError(message("Only a network has weights to write; this is a formula."))
    if spec.run >= len(solution.runs):
        raise ExportError(
            message(
                "There is no run {number}; there are {count}.", number=spec.run + 1, count=len(solution.runs)
            )
        )
    run = solution.runs[spec.run]
    step = run.steps if spec.at_steps is None else min(round(spec.at_steps), run.steps)
    return encoded(file_weights(network, examples, setup, run.points[step]), kind)


def _draw(
    options: argparse.Namespace, spec: Spec, path: Path, lab: "Lab", cancelled: Callable[[], bool]
) -> None:
    from gui.export.contexts import drawing_context, prepare_platform

    prepare_platform()
    from PySide6.QtGui import QGuiApplication

    from engine.solving.timeline import duration_steps
    from gui.export.film import film_of
    from gui.export.renderer import export_film, export_png
    from gui.export.scene import ExportScene
    from gui.export.vectors import export_vectors
    from gui.export.views import views_of
    from gui.style import app_font

    solution = solved(lab)
    line = _line(lab, spec)
    flat = not IN_SPACE & set(views_of(solution, spec))
    app = QGuiApplication(["nablascope"])
    app.setFont(app_font())
    size_px = checked_size(spec, path)
    # What is flat is drawn by Qt alone, on a machine without any OpenGL too.
    with contextlib.nullcontext() if flat else drawing_context():
        scene = ExportScene(solution, spec, size_px, quality="draft" if is_film(path) else "full")
        try:
            steps = duration_steps(solution)
            still = float(steps) if spec.at_steps is None else min(spec.at_steps, float(steps))
            if is_film(path):
                report = _Reporter(options)
                film = film_of(spec, steps)
                export_film(scene, film, spec, path, line=line, report=report, cancelled=cancelled)
                report.finish()
            elif format_of(path) == "png":
                export_png(scene, still, spec, path, line)
            else:
                export_vectors(scene, still, spec, path, line)
        finally:
            scene.close()


def _line(lab: "Lab", spec: Spec) -> bytes:
    """The letters of the lab that the file carries; says where its table is too large for that."""
    from engine.document.carried import carried_line, leaves_table_out

    if spec.carry == "nothing":
        return b""
    line = carried_line(lab, with_table=spec.carry == "all")
    if spec.carry == "all" and leaves_table_out(line):
        text = "The table takes over 1 MB and stays out of the file; its lab opens without it."
        print(f"nablascope: {translate(text, spec.language)}", file=sys.stderr)
    return line


class _Interruption:
    """Turns Ctrl-C, SIGTERM and a "cancel" on standard input into one flag that drawing looks at."""

    def __init__(self, listen: bool) -> None:
        self._event = threading.Event()
        self._listen = listen
        self._former: dict[int, Any] = {}

    def happened(self) -> bool:
        return self._event.is_set()

    def __enter__(self) -> "_Interruption":
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._former[number] = signal.signal(number, self._on_signal)
        if self._listen:
            threading.Thread(target=self._read, name="export-cancel", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for number, former in self._former.items():
            signal.signal(number, former)
        if self._event.is_set():  # whatever else failed, failed because of it
            raise Cancelled

    def _on_signal(self, number: int, frame: object) -> None:
        if self._event.is_set():
            raise KeyboardInterrupt  # asked twice: do not wait for the frame to be finished
        self._event.set()

    def _read(self) -> None:
        sys.stdin.readline()  # "cancel", or the end when the window has gone
        self._event.set()


class _Reporter:
    """Progress on standard error: a line that renews itself, now and then a line, or JSON for the dialog."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._json = options.progress == "json"
        self._quiet = options.progress == "none"
        self._terminal = sys.stderr.isatty()
        self._language = options.lang
        self._preview = Path(options.preview_file) if options.preview_file else None
        self._every_s = _REPORT_EVERY_S if self._json or self._terminal else 10.0
        self._last = 0.0

    def __call__(self, progress: "Progress", image: "QImage") -> None:
        now = time.monotonic()
        finished = progress.frame == progress.frames
        if self._quiet or (now - self._last < self._every_s and not finished):
            return
        self._last = now
        if self._json:
            self._show_preview(image)
            line = {name: getattr(progress, name) for name in ("frame", "frames", "fps", "left_s")}
            print(json.dumps(line), file=sys.stderr, flush=True)
            return
        text = translate(
            "frame {frame} of {frames}, {fps} frames a second, {left} left",
            self._language,
            frame=progress.frame,
            frames=progress.frames,
            fps=f"{progress.fps:.1f}",
            left=clock_text(progress.left_s),
        )
        print(
            f"\r{text}\x1b[K" if self._terminal else text,
            file=sys.stderr,
            flush=True,
            end="" if self._terminal else "\n",
        )

    def finish(self) -> None:
        if self._terminal and not self._json and not self._quiet:
            print(file=sys.stderr)

    def _show_preview(self, image: "QImage") -> None:
        if self._preview is None:
            return
        from PySide6.QtCore import Qt

        small = image.scaledToWidth(
            min(_PREVIEW_WIDTH_PX, image.width()), Qt.TransformationMode.SmoothTransformation
        )
        handle, name = tempfile.mkstemp(suffix=".png", dir=self._preview.parent)
        os.close(handle)
        small.save(name)
        Path(name).replace(self._preview)


def clock_text(seconds: float) -> str:
    """A length of time as people write it.

    >>> clock_text(7.4), clock_text(83), clock_text(3723)
    ('0:07', '1:23', '1:02:03')
    """
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
