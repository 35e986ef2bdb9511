"""The crossing between the engine's threads and the GUI thread: Labs go there, Solutions come back; what
follows the playhead beside them is asked for by `gui.following`, `gui.replaying` and `gui.errands`."""

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from engine.base.cancellation import CancelCheck, Cancelled
from engine.base.i18n import message
from engine.document.lab import Lab
from engine.document.setup import Problem
from engine.solving.solution import Solution
from engine.solving.stages import Request, Solver
from engine.solving.worker import Worker
from gui.errands import Errands
from gui.following import Following, WindowedView
from gui.predicting import Predicting
from gui.replaying import Replaying
from gui.store import Change, Quality, Store
from gui.timing import single_shot

log = logging.getLogger(__name__)


LONGEST_REST_S: Final = 0.3  # from one picture of growing runs to the next


class Bridge(QObject):
    """Takes the store's requests to the engine thread and its Solutions back.

    Signals:
        solved: a Solution has come, and the store has seen it.
    """

    solved = Signal()
    _delivered = Signal()

    def __init__(self, store: Store, solver: Solver | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._solver = solver or Solver()
        self._held = threading.Event()  # descents stay where they are
        self._waiting: deque[Solution] = deque()  # on their way to the GUI thread
        self._lock = threading.Lock()
        self.worker: Worker[Request, Solution] = Worker(
            self._handle,
            self._deliver,
            on_close=self._solver.close,
        )
        # By way of a timer: Qt goes through what other threads post until there is nothing more, and through
        # what a person does only then; Solutions that come as fast as they are drawn would leave no room.
        self._take = single_shot(self, 0, self._on_solved)
        self._delivered.connect(self._take.start, Qt.ConnectionType.QueuedConnection)
        # Only one thread runs Python at a time: growing runs are drawn again no sooner than after as long as
        # their last picture took.
        self._drawn = single_shot(self, 0, self._on_drawn)
        self._rested = QTimer(self, singleShot=True)
        self._rested.timeout.connect(self._on_solved)
        self._began_s = self._next_s = 0.0
        store.solve_requested.connect(self._on_solve_requested)
        store.view_changed.connect(self._on_view_changed)
        self.following = Following(store, self)
        self.predicting = Predicting(store, self)
        self.replaying = Replaying(store, self)
        self.errands = Errands(store, self)

    def close(self) -> None:
        """End the threads and the child process."""
        self.worker.close()
        self._take.stop()
        self._rested.stop()
        self.following.close()
        self.predicting.close()
        self.replaying.close()
        self.errands.close()

    def serve_windows(self, view: WindowedView) -> None:
        """Sample what `view` shows after a zoom, as finely as the whole map, whenever it asks for it."""
        self.following.serve(view)

    def _handle(self, request: Request, cancelled: CancelCheck) -> Iterator[Solution]:
        try:
            yield from self._solver.solve(request, cancelled, self._held.is_set)
        except Cancelled:
            raise
        except Exception as error:
            log.exception("a request failed")
            text = message("Something went wrong inside Nablascope: {detail}", detail=repr(error))
            problem = Problem("formula", text, hint=message("Please report it, with the formula."))
            yield self._solver.unsolved(request, problem)

    def _deliver(self, solution: Solution) -> None:
        """Engine thread. Runs that grow faster than they are drawn are drawn as they are last."""
        with self._lock:
            late = self._waiting[-1] if self._waiting else None
            if late is not None and late.descending is not None and late.revision == solution.revision:
                self._waiting[-1] = solution
                if _grows(solution):
                    return
            else:
                self._waiting.append(solution)
        self._delivered.emit()

    def _on_solve_requested(self, revision: int, lab: Lab, quality: Quality) -> None:
        store = self._store
        self.worker.submit(Request(revision, lab, quality, asked=store.asked, live=True, look=store.look))

    def _on_view_changed(self, change: Change) -> None:
        """Hold the descent, or go on with it where it is."""
        if "held" not in change:
            return
        if self._store.view.held:
            self._held.set()
            return
        self._held.clear()
        solution = self._store.solution
        progress = solution.descending if solution is not None else None
        if solution and progress and progress.held and solution.revision == self._store.revision:
            self._store.request_solve()

    def _on_solved(self) -> None:
        with self._lock:
            if not self._waiting:  # taken before its own signal came
                return
            now_s = time.monotonic()
            if now_s < self._next_s and len(self._waiting) == 1 and _grows(self._waiting[0]):
                self._rested.start(math.ceil(1e3 * (self._next_s - now_s)))
                return
            solution = self._waiting.popleft()
            more = bool(self._waiting)
        if more:
            self._take.start()
        if _grows(solution):
            self._began_s = now_s
            self._drawn.start()
        self._store.accept(solution)
        self.solved.emit()

    def _on_drawn(self) -> None:
        now_s = time.monotonic()
        self._next_s = now_s + min(now_s - self._began_s, LONGEST_REST_S)


def _grows(solution: Solution) -> bool:
    """Whether more of its runs is to come."""
    return solution.descending is not None and not solution.descending.held
