"""A table is read beside the window, from a file or from what was pasted: how far that is, and a way to stop.

GUI thread; the reading is on one of its own. A second table takes the place of one that is being read.
"""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from engine.base.cancellation import CancelCheck
from engine.base.i18n import Message
from engine.document.datafile import Table, parse_table, read_table
from engine.document.table_errors import DataError
from engine.solving.worker import Worker
from gui.i18n import tr
from gui.style import set_role

SHOWN_AFTER_MS: Final = 300


class _Source(Struct, frozen=True):
    """A file, or a text with the names of the columns that it may go on with."""

    source: Path | str
    names: tuple[str, ...]


_Answer = tuple[_Source, Table | Message]


class TableReading(QWidget):
    """A line that is shown while reading takes longer than a moment.

    Signals:
        read(Table): a table was read. failed(Message): it is none, and why.
        ended(): after either, or after it was stopped.
    """

    read = Signal(object)
    failed = Signal(object)
    ended = Signal()
    _progressed = Signal(float)
    _answered = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._worker: Worker[_Source, _Answer] | None = None
        self._source: _Source | None = None
        self._name = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._label = QLabel()
        set_role(self._label, "muted")
        self.stop = QPushButton(tr("Stop reading"))
        self.stop.clicked.connect(self._on_stopped)
        row.addWidget(self._label)
        row.addWidget(self.stop)
        row.addStretch(1)
        self._patience = QTimer(self, singleShot=True)
        self._patience.timeout.connect(self.show)
        self._progressed.connect(self._on_progressed, Qt.ConnectionType.QueuedConnection)
        self._answered.connect(self._on_answered, Qt.ConnectionType.QueuedConnection)
        self.hide()

    def text(self) -> str:
        """What the line says."""
        return self._label.text()

    def begin(self, source: Path | str, names: Sequence[str] = ()) -> None:
        """Read a file, or a text in which a table stands."""
        self._end()
        self._name = source.name if isinstance(source, Path) else tr("the pasted table")
        self._on_progressed(0.0)
        self._patience.start(SHOWN_AFTER_MS)
        self._source = _Source(source, tuple(names))
        self._worker = Worker(self._table, self._deliver, name="table")
        self._worker.submit(self._source)

    # On the reading thread

    def _table(self, request: _Source, cancelled: CancelCheck) -> Iterator[_Answer]:
        try:
            if isinstance(request.source, Path):
                yield request, read_table(request.source, "drop", cancelled, self._report)
            else:
                yield request, parse_table(request.source, request.names, "drop", cancelled, self._report)
        except DataError as error:
            yield request, error.message

    def _report(self, share: float) -> None:
        with contextlib.suppress(RuntimeError):  # the window is gone
            self._progressed.emit(share)

    def _deliver(self, answer: _Answer) -> None:
        with contextlib.suppress(RuntimeError):
            self._answered.emit(*answer)

    # On the GUI thread

    def _on_progressed(self, share: float) -> None:
        self._label.setText(tr("Reading {name}: {percent} %", name=self._name, percent=round(100 * share)))

    def _on_answered(self, source: _Source, answer: Table | Message) -> None:
        if source is not self._source:
            return  # it was stopped meanwhile, or another was begun
        self._end()
        if isinstance(answer, Table):
            self.read.emit(answer)
        else:
            self.failed.emit(answer)
        self.ended.emit()

    def forget(self) -> None:
        """Stop: what is being read is wanted no more."""
        if self._worker is not None:
            self._on_stopped()

    def _on_stopped(self) -> None:
        self._end()
        self.ended.emit()

    def _end(self) -> None:
        self._patience.stop()
        self.hide()
        if self._worker is not None:
            self._worker.close(timeout_s=0.0)  # it stops at the next line
            self._worker = self._source = None
