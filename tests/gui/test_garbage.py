"""Cycles go on the GUI thread only."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest

from gui.garbage import Collector


class Knot:
    """A cycle of its own."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def collector(qapp: object) -> Iterator[Collector]:
    collector = Collector()
    yield collector
    collector.close()


def test_no_other_thread_collects(collector: Collector) -> None:
    knot = weakref.ref(Knot())
    kept: list[list[int]] = []  # far more than Python's threshold
    thread = threading.Thread(target=lambda: kept.extend([i] for i in range(20_000)))
    thread.start()
    thread.join()
    assert knot() is not None
    collector.collect()
    assert knot() is None


def test_what_a_start_found_is_looked_through_at_the_next(collector: Collector) -> None:
    collector.start()
    knot = Knot()
    gone = weakref.ref(knot)
    collector.start()
    del knot
    gc.collect()
    assert gone() is not None, "frozen"
    collector.start()
    assert gone() is None


def test_afterwards_python_collects_by_itself(qapp: object) -> None:
    gc.enable()
    collector = Collector()
    collector.start()
    assert not gc.isenabled()
    collector.close()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
    gc.disable()  # as all tests of the window have it
