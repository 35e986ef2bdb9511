"""What the window wants to know beside the Solution, worked out on threads of its own: a moment of a
training, the accuracy of its runs.

A panel gives an errand to the store and draws what comes back; of each kind one is under way, and of those
given meanwhile only the newest is done. GUI thread; the work is not.
"""

import logging
from collections.abc import Callable, Iterator
from functools import partial
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from engine.base.cancellation import CancelCheck
from engine.solving.worker import Worker
from gui.store import Errand, Store

RequestT = TypeVar("RequestT")
log = logging.getLogger(__name__)


class Answering(QObject, Generic[RequestT]):
    """A thread that answers; it begins with the first request.

    Signals:
        answered(object): each result, on the GUI thread.
    """

    answered = Signal(object)
    _arrived = Signal(object)

    def __init__(
        self,
        handle: Callable[[RequestT, CancelCheck], Iterator[object]],
        name: str,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._handle, self._name = handle, name
        self._worker: Worker[RequestT, object] | None = None
        self._arrived.connect(self.answered, Qt.ConnectionType.QueuedConnection)

    def submit(self, request: RequestT) -> None:
        """Answer this one, and none that is not answered yet."""
        if self._worker is None:
            self._worker = Worker(self._handle, self._arrived.emit, name=self._name)
        self._worker.submit(request)

    def close(self) -> None:
        """End the thread."""
        if self._worker is not None:
            self._worker.close()

    def wait_idle(self, timeout_s: float) -> bool:
        """Wait until nothing is being answered; False if that took longer."""
        return self._worker is None or self._worker.wait_idle(timeout_s)


class Errands(QObject):
    """Does what is given to the store."""

    def __init__(self, store: Store, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._desks: dict[type, Answering[Errand]] = {}
        self._under_way: dict[type, Errand] = {}
        self._next: dict[type, Errand] = {}
        store.errand_given.connect(self._on_given)

    def close(self) -> None:
        """End the threads."""
        for desk in self._desks.values():
            desk.close()

    def _on_given(self, errand: Errand) -> None:
        kind = type(errand)
        if kind in self._under_way:
            self._next[kind] = errand  # taken up when that is done: else the playhead would outrun every one
            return
        if kind not in self._desks:
            desk = self._desks[kind] = Answering[Errand](_done, kind.__name__, self)
            desk.answered.connect(partial(self._on_done, kind))
        self._under_way[kind] = errand
        self._desks[kind].submit(errand)

    def _on_done(self, kind: type, answer: object) -> None:
        errand = self._under_way.pop(kind)
        if kind in self._next:
            self._on_given(self._next.pop(kind))
        self._store.errand_done.emit(errand, answer)


def _done(errand: Errand, cancelled: CancelCheck) -> Iterator[object]:
    try:
        yield errand.done()
    except Exception:
        log.exception("an errand failed")
        yield None
