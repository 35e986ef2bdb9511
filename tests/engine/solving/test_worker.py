"""The mailbox thread, driven by gates instead of sleeps."""

import logging
import threading
from collections.abc import Iterator

import pytest

from engine.base.cancellation import CancelCheck, Cancelled
from engine.solving.worker import Worker


class Bench:
    """A handler that waits at a gate, and what it delivered."""

    def __init__(self) -> None:
        self.gate = threading.Semaphore(0)
        self.started: list[int] = []
        self.delivered: list[int] = []
        self.begun = threading.Event()

    def handle(self, request: int, cancelled: CancelCheck) -> Iterator[int]:
        self.started.append(request)
        self.begun.set()
        assert self.gate.acquire(timeout=10)
        yield request
        if cancelled():
            raise Cancelled
        yield -request


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_the_latest_wins(bench: Bench) -> None:
    worker = Worker(bench.handle, bench.delivered.append)
    worker.submit(1)
    assert bench.begun.wait(10)
    for request in range(2, 101):
        worker.submit(request)
    bench.gate.release(2)
    assert worker.wait_idle(10)
    worker.close()
    assert bench.started == [1, 100]
    assert bench.delivered == [100, -100]  # 1 was superseded before its first result


def test_cancel_gives_up_what_runs_and_what_waits(bench: Bench) -> None:
    worker = Worker(bench.handle, bench.delivered.append)
    worker.submit(1)
    assert bench.begun.wait(10)
    worker.submit(2)
    worker.cancel()
    bench.gate.release()
    assert worker.wait_idle(10)
    worker.close()
    assert bench.started == [1]
    assert not bench.delivered


def test_a_failing_request_does_not_end_the_thread(caplog: pytest.LogCaptureFixture) -> None:
    def handle(request: int, cancelled: CancelCheck) -> Iterator[int]:
        if request == 1:
            raise ValueError("bad")
        yield request

    delivered: list[int] = []
    worker = Worker(handle, delivered.append)
    with caplog.at_level(logging.CRITICAL, logger="engine.solving.worker"):
        worker.submit(1)
        assert worker.wait_idle(10)
    worker.submit(2)
    assert worker.wait_idle(10)
    worker.close()
    assert delivered == [2]


def test_close_cancels_and_releases_what_the_handler_owns(bench: Bench) -> None:
    closed = threading.Event()
    worker = Worker(bench.handle, bench.delivered.append, on_close=closed.set)
    worker.submit(1)
    assert bench.begun.wait(10)
    bench.gate.release()
    worker.close()
    assert closed.is_set()
    assert bench.delivered == [1, -1][: len(bench.delivered)]  # as far as it came before
