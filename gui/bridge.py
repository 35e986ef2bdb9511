"""The crossing between the engine's threads and the GUI thread: Labs go there, Solutions come back; what
follows the playhead beside them is asked for by `gui.following` and `gui.replaying`."""

import logging
from collections.abc import Iterator

from PySide6.QtCore import QObject, Qt, Signal

from engine.base.cancellation import CancelCheck, Cancelled
from engine.base.i18n import message
from engine.document.lab import Lab
from engine.document.setup import Problem
from engine.solving.solution import Solution
from engine.solving.stages import Request, Solver
from engine.solving.worker import Worker
from gui.following import Following, WindowedView
from gui.replaying import Replaying
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
        self.following = Following(store, self)
        self.replaying = Replaying(store, self)

    def close(self) -> None:
        """End the threads and the child process."""
        self.worker.close()
        self.following.close()
        self.replaying.close()

    def serve_windows(self, view: WindowedView) -> None:
        """Sample what `view` shows after a zoom, as finely as the whole map, whenever it asks for it."""
        self.following.serve(view)

    def _handle(self, request: Request, cancelled: CancelCheck) -> Iterator[Solution]:
        try:
            yield from self._solver.solve(request, cancelled)
        except Cancelled:
            raise
        except Exception as error:
            log.exception("a request failed")
            text = message("Something went wrong inside Nablascope: {detail}", detail=repr(error))
            problem = Problem("formula", text, hint=message("Please report it, with the formula."))
            yield self._solver.unsolved(request, problem)

    def _on_solve_requested(self, revision: int, lab: Lab, quality: Quality) -> None:
        self.worker.submit(Request(revision, lab, quality, asked=self._store.asked))

    def _on_solved(self, solution: Solution) -> None:
        self._store.accept(solution)
