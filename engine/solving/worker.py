"""A thread with a one-slot mailbox: of the requests that arrive while it works, only the newest is done.

The handler runs on this thread and yields results as they become ready; each that is still wanted is handed
to `deliver`, still on this thread. Knows no Qt: `gui.bridge` carries results over to the GUI thread.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from engine.base.cancellation import CancelCheck, Cancelled

RequestT = TypeVar("RequestT")
ResultT = TypeVar("ResultT")

log = logging.getLogger(__name__)


class Worker(Generic[RequestT, ResultT]):
    """Latest wins.

    Args:
        handle: (request, cancelled) → results; checks `cancelled` between its stages and may raise Cancelled.
        deliver: called with each result, on the worker's thread.
        on_close: releases what the handler owns; called once, on the worker's thread, at the end.
    """

    def __init__(
        self,
        handle: Callable[[RequestT, CancelCheck], Iterator[ResultT]],
        deliver: Callable[[ResultT], None],
        *,
        on_close: Callable[[], None] = lambda: None,
        name: str = "engine",
    ) -> None:
        self._handle = handle
        self._deliver = deliver
        self._on_close = on_close
        self._wake = threading.Condition()
        self._slot: RequestT | None = None
        self._current: RequestT | None = None
        self._closing = False
        self._abandoned = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, request: RequestT) -> None:
        """Put `request` into the slot, in place of any that waits there. Any thread."""
        with self._wake:
            self._slot = request
            self._wake.notify_all()

    def cancel(self) -> None:
        """Give up the current request and the waiting one. Any thread."""
        with self._wake:
            self._slot = None
            self._abandoned = self._current is not None

    def close(self, timeout_s: float = 5.0) -> None:
        """Stop, cancelling what is under way, and wait for the thread to end. Any other thread."""
        with self._wake:
            self._closing = True
            self._wake.notify_all()
        self._thread.join(timeout_s)

    def wait_idle(self, timeout_s: float = 30.0) -> bool:
        """Wait until nothing is waiting or under way; False if that took longer than `timeout_s`."""
        with self._wake:
            return self._wake.wait_for(lambda: self._slot is None and self._current is None, timeout_s)

    def _cancelled(self) -> bool:
        with self._wake:
            if self._closing or self._abandoned:
                return True
            return self._slot is not None

    def _run(self) -> None:
        try:
            while True:
                with self._wake:
                    self._current = None
                    self._abandoned = False
                    self._wake.notify_all()
                    self._wake.wait_for(lambda: self._slot is not None or self._closing)
                    if self._closing:
                        return
                    request, self._slot = self._slot, None
                    self._current = request
                assert request is not None
                self._work(request)
        finally:
            self._on_close()

    def _work(self, request: RequestT) -> None:
        try:
            for result in self._handle(request, self._cancelled):
                if self._cancelled():
                    return
                self._deliver(result)
        except Cancelled:
            return
        except Exception:
            # One bad request must not end the thread; the handler turns foreseeable failures into results.
            log.exception("a request failed")
