"""The only crossing between the engine's threads and the GUI thread."""

import logging
from collections.abc import Iterator
from typing import Protocol

from msgspec import Struct
from PySide6.QtCore import QObject, Qt, Signal, SignalInstance

from engine.base.cancellation import CancelCheck, Cancelled
from engine.base.i18n import message
from engine.document.lab import Display, Lab
from engine.document.setup import Problem
from engine.function.field import resolution_of, sample
from engine.function.sampled import Field
from engine.solving.solution import Solution
from engine.solving.stages import Request, Solver
from engine.solving.worker import Worker
from gui.store import Quality, Store

log = logging.getLogger(__name__)


class Window(Struct, frozen=True, eq=False):
    """A part of the plane to be sampled, ((x_lo, x_hi), (y_lo, y_hi)), of the map of `solution`."""

    solution: Solution
    display: Display
    ranges: tuple[tuple[float, float], tuple[float, float]]


class Answer(Struct, frozen=True, eq=False):
    """The Field of a window."""

    window: Window
    field: Field


class WindowedView(Protocol):
    """A view that can be zoomed: it says which part of the plane it shows, and is given a Field of it."""

    window_changed: SignalInstance

    def set_window_field(self, field: Field) -> None: ...


def _sample_window(window: Window, cancelled: CancelCheck) -> Iterator[Answer]:
    solution = window.solution
    if solution.objective is None or solution.setup is None:
        return
    field = sample(
        solution.objective.while_wanted(cancelled),
        solution.setup,
        window.display,
        resolution=resolution_of("full", solution.objective.rows),
        at=solution.setup.starts[0],
        window=window.ranges,
        reference=solution.field,
    )
    yield Answer(window, field)


class Bridge(QObject):
    """Takes the store's requests to the engine thread and its Solutions back, one queued signal each."""

    solved = Signal(object)
    window_answered = Signal(object)
    window_sampled = Signal(object)

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
        self.window_answered.connect(self._on_window_answered, Qt.ConnectionType.QueuedConnection)
        self._windows: Worker[Window, Answer] | None = None

    def close(self) -> None:
        """End the threads and the child process."""
        self.worker.close()
        if self._windows is not None:
            self._windows.close()

    def serve_windows(self, view: WindowedView) -> None:
        """Sample what `view` shows after a zoom, as finely as the whole map, whenever it asks for it."""
        if self._windows is None:
            self._windows = Worker(_sample_window, self.window_answered.emit, name="windows")
        self.window_sampled.connect(view.set_window_field)
        view.window_changed.connect(self._on_window_changed)

    def _on_window_changed(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        solution = self._store.solution
        if self._windows is not None and solution is not None and solution.objective is not None:
            self._windows.submit(Window(solution, self._store.lab.display, (x, y)))

    def _on_window_answered(self, answer: Answer) -> None:
        # The map may have become another one meanwhile; its view then asks anew.
        shown = self._store.solution
        if shown is not None and shown.field is answer.window.solution.field:
            self.window_sampled.emit(answer.field)

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
