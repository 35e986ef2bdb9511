"""Errands: done on a thread, the newest of each kind; a failure is None."""

import threading

import pytest
from msgspec import Struct
from pytestqt.qtbot import QtBot

from gui.errands import Errands
from gui.store import Store

GATE = threading.Semaphore(0)


class Gated(Struct, frozen=True):
    number: int

    def done(self) -> tuple[int, int]:
        assert GATE.acquire(timeout=20)
        return self.number, threading.get_ident()


class Failing(Struct, frozen=True):
    def done(self) -> object:
        raise ValueError("no")


def test_of_each_kind_one_is_done_and_then_the_newest(qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    store = Store()
    errands = Errands(store)
    done: list[tuple[object, object]] = []
    store.errand_done.connect(lambda errand, answer: done.append((errand, answer)))
    for number in range(5):
        store.errand_given.emit(Gated(number))
    with caplog.at_level("CRITICAL"):
        store.errand_given.emit(Failing())
        qtbot.waitUntil(lambda: len(done) == 1)  # the other kind does not wait
    assert done == [(Failing(), None)]
    GATE.release(2)
    qtbot.waitUntil(lambda: len(done) == 3)
    answers = [answer for _, answer in done[1:]]
    assert [number for number, _ in answers] == [0, 4]  # type: ignore[misc]
    assert all(thread != threading.get_ident() for _, thread in answers)  # type: ignore[misc]
    store.errand_given.emit(Gated(7))
    GATE.release()
    qtbot.waitUntil(lambda: len(done) == 4)
    errands.close()
