"""An export as a child process of the same program, so that the window stays usable while it draws.

GUI thread. The child is told to stop by a line on its standard input, which works on every system, and stops
by itself when the window dies, because its standard input then ends.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTemporaryDir, QTimer, Signal
from PySide6.QtGui import QImage

from engine.document.lab import Lab
from engine.document.labfile import encode
from gui.exit_codes import EXIT_DONE, EXIT_INTERRUPTED
from gui.export.batch import program
from gui.export.renderer import Progress
from gui.export.spec import Spec

KILLED_AFTER_MS: Final = 4000


class ExportProcess(QObject):
    """One export.

    Signals:
        progressed(Progress): now and then. previewed(QImage): the frame that is being drawn, small.
        finished(): the file is there. cancelled(): nothing was written. failed(str): why, for people.
    """

    progressed = Signal(object)
    previewed = Signal(QImage)
    finished = Signal()
    cancelled = Signal()
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None, command: Sequence[str] | None = None) -> None:
        super().__init__(parent)
        self._command = list(command or program())
        self._folder = QTemporaryDir()
        self._said: list[str] = []
        self._stopping = False
        self._process = QProcess(self)
        self._process.setReadChannel(QProcess.ProcessChannel.StandardError)
        self._process.setStandardOutputFile(QProcess.nullDevice())
        self._process.readyReadStandardError.connect(self._on_said)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)

    def start(self, lab: Lab, spec: Spec, path: Path) -> None:
        """Export `lab`; an old file at `path` is replaced (the dialog has asked)."""
        folder = Path(self._folder.path())
        source = folder / "lab.nabla"
        source.write_bytes(encode(lab))
        environment = QProcessEnvironment.systemEnvironment()
        for name in ("QT_QPA_PLATFORM", "PYOPENGL_PLATFORM"):
            environment.remove(name)  # the child chooses for itself: it has no window
        self._process.setProcessEnvironment(environment)
        words = ["export", str(source), "-o", str(path), "--force", "--progress=json"]
        words += [f"--preview-file={folder / 'frame.png'}", *spec_arguments(spec)]
        self._process.start(self._command[0], [*self._command[1:], *words])

    @property
    def running(self) -> bool:
        return self._process.state() != QProcess.ProcessState.NotRunning

    @property
    def stopping(self) -> bool:
        """It was cancelled, and has not ended yet."""
        return self._stopping and self.running

    def cancel(self) -> None:
        """Ask the child to stop; it is killed if it does not."""
        if self.running and not self._stopping:
            self._stopping = True
            self._process.write(b"cancel\n")
            QTimer.singleShot(KILLED_AFTER_MS, self, self._kill)

    def _kill(self) -> None:
        if self.running:
            self._process.kill()

    def wait(self) -> None:
        """Until the child has gone: for closing the window."""
        if self.running and not self._process.waitForFinished(KILLED_AFTER_MS):
            self._process.kill()
            self._process.waitForFinished()

    def _on_said(self) -> None:
        while self._process.canReadLine():
            self._take(bytes(self._process.readLine().data()).decode(errors="replace").strip())

    def _take(self, line: str) -> None:
        if not line.startswith("{"):
            self._said.append(line)
            return
        told = json.loads(line)
        self.progressed.emit(Progress(told["frame"], told["frames"], told["fps"], told["left_s"]))
        image = QImage(str(Path(self._folder.path()) / "frame.png"))
        if not image.isNull():
            self.previewed.emit(image)

    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        for line in bytes(self._process.readAll().data()).decode(errors="replace").splitlines():
            self._take(line)
        if status == QProcess.ExitStatus.NormalExit and code == EXIT_DONE:
            self.finished.emit()
        elif self._stopping or code == EXIT_INTERRUPTED:
            self.cancelled.emit()
        else:
            self.failed.emit("\n".join(self._said[-8:]).replace("nablascope: ", ""))

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self.failed.emit(self._process.errorString())


def spec_arguments(spec: Spec) -> list[str]:
    """The options of the command line that make this Spec."""
    default = Spec()
    words = [
        f"--fps={spec.fps:g}",
        f"--lang={spec.language}",
        f"--theme={spec.theme}",
        f"--camera={spec.camera}",
        f"--dpi={spec.dpi:g}",
        f"--codec={spec.codec}",
        f"--run={spec.run + 1}",
        f"--row={spec.row + 1}",
        f"--predicted={spec.output + 1}",
    ]
    if spec.views:
        words.append(f"--view={','.join(spec.views)}")
    if spec.cards is not None:
        words.append(f"--cards={','.join(spec.cards) or 'none'}")
    if spec.size_px is not None:
        words.append(f"--size={spec.size_px[0]}x{spec.size_px[1]}")
    for option, value in (("seconds", spec.seconds), ("speed", spec.speed), ("at", spec.at_steps)):
        if value is not None:
            words.append(f"--{option}={value!r}")
    holds = ["" if hold is None else repr(hold) for hold in (spec.hold_first_s, spec.hold_last_s)]
    if any(holds):
        words.append(f"--hold={','.join(holds)}")
    words += ["--no-lab"] * (spec.carry == "nothing") + ["--no-data"] * (spec.carry == "no-table")
    words += ["--transparent"] * spec.transparent + ["--no-loop"] * (spec.loop != default.loop)
    return words
