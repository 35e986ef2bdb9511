"""The only crossing between the engine's threads and the GUI thread."""

import logging
from collections.abc import Iterator

from PySide6.QtCore import QObject, Qt, Signal

from engine.cancellation import CancelCheck, Cancelled
from engine.i18n import message
from engine.lab import Lab
from engine.solution import Problem, Solution
from engine.solve import Request, Solver
from engine.worker import Worker
from gui.store import Quality, Store

log = logging.getLogger(__name__)


class Bridge(QObject):
    """Takes the store's requests to the engine thread and its Solutions back, one queued signal each."""

    solved = Signal(object)

    def __init__(self, store: Store, solver: Solver | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._solver = solver or Solver()
        self.worker: Worker[Request, Solution] = Worker(
            self._handle,
            self.solved.emit,
            on_close=self._solver.close,
        )
        self.solved.connect(self._on_solved, Qt.ConnectionType.QueuedConnection)
        store.solve_requested.connect(self._on_solve_requested)

    def close(self) -> None:
        """End the engine thread and its child process."""
        self.worker.close()

    def _handle(self, request: Request, cancelled: CancelCheck) -> Iterator[Solution]:
        try:
            yield from self._solver.solve(request, cancelled)
        except Cancelled:
            raise
        except Exception as error:
            log.exception("a request failed")
            text = message("Something went wrong inside Nablascope: {detail}", detail=repr(error))
            problem = Problem("formula", text, hint=message("Please report it, with the formula."))
            yield Solution(revision=request.revision, lab=request.lab, problems=(problem,))

    def _on_solve_requested(self, revision: int, lab: Lab, quality: Quality) -> None:
        self.worker.submit(Request(revision, lab, quality))

    def _on_solved(self, solution: Solution) -> None:
        self._store.accept(solution)
