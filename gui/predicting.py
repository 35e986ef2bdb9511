"""What the model predicts over its two inputs at the playhead, while it is looked at instead of the loss.

As with the slice (`gui.following`): sampled on a thread of its own, coarsely while the playhead moves and
finely when it rests, of what is asked for meanwhile only the newest. GUI thread; it never samples here.
"""

import logging
from collections.abc import Iterator
from typing import Final

import numpy as np
from msgspec import Struct
from PySide6.QtCore import QObject, Qt, Signal

from engine.base.arrays import Floats
from engine.base.cancellation import CancelCheck, Cancelled
from engine.descent.run import Run
from engine.function.field import Quality
from engine.solving.prediction import Prediction, predicted, predicts_a_plane
from engine.solving.solution import Solution
from engine.solving.steady import Steady, steady_in
from engine.solving.worker import Worker
from gui.store import Change, Store
from gui.timing import single_shot

log = logging.getLogger(__name__)

REST_MS: Final = 140  # without a move of the playhead for so long, the surface is sampled finely
SHOWN: Final = frozenset({"plane", "output", "selected_run", "playing"})  # of the ViewState


class Request(Struct, frozen=True, eq=False):
    """A surface of ŷ to be sampled: of which weights, (d,), of which run and which output."""

    solution: Solution
    run: Run
    position: Floats
    output: int
    quality: Quality

    def serves(self, other: "Request") -> bool:
        """Whether an answer to this one is one to `other`, too."""
        return (
            self.solution is other.solution
            and self.run is other.run
            and self.output == other.output
            and np.array_equal(self.position, other.position)
            and self.quality in (other.quality, "full")
        )


class Answer(Struct, frozen=True, eq=False):
    """The surface of a Request; None: it failed."""

    request: Request
    prediction: Prediction | None = None


class Predicting(QObject):
    """Keeps the store's prediction at the selected run's point while the ViewState's plane is it."""

    answered = Signal(object)

    def __init__(self, store: Store, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._asked: Request | None = None  # and not answered yet
        self._done: Request | None = None  # what is shown
        self._steady: tuple[Run, int, Steady] | None = None  # the worker's
        self._rest = single_shot(self, REST_MS, self._refresh)
        self._worker: Worker[Request, Answer] | None = None
        self.answered.connect(self._on_answered, Qt.ConnectionType.QueuedConnection)
        store.frame_changed.connect(self._on_moved)  # after every solution, too
        store.view_changed.connect(self._on_view_changed)

    def close(self) -> None:
        """End the thread."""
        self._rest.stop()
        if self._worker is not None:
            self._worker.close()

    def wait_idle(self, timeout_s: float) -> bool:
        """Wait until nothing is being sampled; False if that took longer."""
        return self._worker is None or self._worker.wait_idle(timeout_s)

    def _on_view_changed(self, change: Change) -> None:
        if change.fields & SHOWN:
            self._on_moved()

    def _on_moved(self, _: object = None) -> None:
        if self._store.view.plane == "prediction":
            self._rest.start()
        self._refresh()

    def _wanted(self) -> Request | None:
        store = self._store
        solution, run = store.solution, store.selected_run
        marker = store.frame.marker_of(store.view.selected_run) if store.frame is not None else None
        if solution is None or run is None or marker is None or solution.setup is None:
            return None
        if marker.position.shape != (len(solution.setup.descended),) or not predicts_a_plane(solution):
            return None
        moving = store.moving or self._rest.isActive()
        quality: Quality = "moving" if moving else "full"
        return Request(solution, run, marker.position, store.view.output, quality)

    def _refresh(self) -> None:
        store = self._store
        if store.view.plane == "loss":
            self._done = None
            if store.prediction is not None:
                store.show_prediction(None)
            return
        wanted = self._wanted()
        if wanted is None:
            solution = store.solution
            if solution is not None and solution.stage in ("descend", "analyse"):  # it is no such model
                store.set_view(plane="loss")
            return
        if self._done is not None and self._done.serves(wanted):
            return
        if self._asked is not None and (self._asked.quality == "moving" or self._asked.serves(wanted)):
            return  # asked again when it is answered: else a slow model would never be seen to move
        if self._worker is None:
            self._worker = Worker(self._sampled, self.answered.emit, name="predictions")
        self._asked = wanted
        self._worker.submit(wanted)

    def _sampled(self, request: Request, cancelled: CancelCheck) -> Iterator[Answer]:
        """On the worker's thread."""
        try:
            known = self._steady
            if known is None or known[0] is not request.run or known[1] != request.output:
                steady = steady_in(request.solution, request.run, request.output)
                known = self._steady = (request.run, request.output, steady)
            yield Answer(
                request,
                predicted(
                    request.solution,
                    request.position,
                    request.quality,
                    request.output,
                    known[2].said,
                    cancelled=cancelled,
                ),
            )
        except Cancelled:
            raise
        except Exception:
            log.exception("a prediction could not be sampled")
            yield Answer(request)

    def _on_answered(self, answer: Answer) -> None:
        newest = answer.request is self._asked
        if newest:
            self._asked = None
        if newest and answer.prediction is not None and self._store.view.plane == "prediction":
            self._done = answer.request
            self._store.show_prediction(answer.prediction)
        if answer.prediction is not None:
            self._refresh()
