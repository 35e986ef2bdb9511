"""Long runs in the window: their steps are made again on a thread of their own, and the film goes on."""

import threading
from collections.abc import Iterator
from functools import partial

import numpy as np
import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from engine.descent.history import History
from engine.descent.loop import Descent, descend
from engine.solving import descending
from engine.solving.solution import Solution
from engine.solving.stages import Solver
from engine.symbolic import Deriver
from gui.bridge import Bridge
from gui.store import Store
from tests.gui.test_following import TILTED

LONG = replace(TILTED, steps=300, stop=False)


@pytest.fixture
def replays(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """Who made steps again."""
    seen: set[int] = set()
    made = History._made

    def watched(*args):
        seen.add(threading.get_ident())
        return made(*args)

    monkeypatch.setattr(History, "_made", watched)
    monkeypatch.setattr(descending, "Descent", partial(Descent, memory=6_000))
    return seen


@pytest.fixture
def made(qtbot: QtBot, deriver: Deriver, replays: set[int]) -> Iterator[tuple[Store, Bridge]]:
    store = Store(LONG)
    bridge = Bridge(store, Solver(deriver))
    store.request_solve()
    qtbot.waitUntil(lambda: bool(store.solution and store.solution.complete), timeout=20_000)
    yield store, bridge
    bridge.close()


def shown(store: Store) -> tuple[float, list[float]]:
    assert store.frame is not None
    return store.frame.t_steps, store.frame.markers[0].position.tolist()


def whole(solution: Solution) -> np.ndarray:
    """The points as a run has them that keeps all."""
    setup, objective = solution.setup, solution.objective
    assert setup is not None and objective is not None
    (run,) = descend(objective, setup, solution.lab.racers, steps=300, stop=False)
    return np.asarray(run.points)


def test_a_jump_shows_the_point_when_its_steps_are_made(
    qtbot: QtBot, made: tuple[Store, Bridge], replays: set[int]
) -> None:
    store, _ = made
    assert store.solution is not None
    expected = whole(store.solution)
    replays.clear()
    for t in (150.0, 299.0, 37.0, 38.0, 300.0):
        store.set_view(t_steps=t)
        qtbot.waitUntil(lambda t=t: shown(store)[0] == t, timeout=10_000)
        assert shown(store)[1] == expected[int(t)].tolist()
    assert replays and threading.get_ident() not in replays


def test_until_then_the_last_frame_stays_and_the_playhead_goes_on(
    qtbot: QtBot, made: tuple[Store, Bridge], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, _ = made
    gate, waiting = threading.Event(), threading.Event()
    step = History._step

    def gated(*args):
        waiting.set()
        gate.wait(10)
        return step(*args)

    monkeypatch.setattr(History, "_step", gated)
    before = shown(store)
    store.set_view(t_steps=150.0)
    qtbot.waitUntil(waiting.is_set, timeout=10_000)
    for t in (151.0, 152.0, 200.5):  # a film that goes on meanwhile
        store.set_view(t_steps=t)
        assert shown(store) == before and store.shown_steps == before[0]
    with qtbot.waitSignal(store.frame_changed, timeout=10_000) as first:
        gate.set()
    assert first.args[0].t_steps == 150.0  # what was asked for is shown, and then where the playhead is
    qtbot.waitUntil(lambda: shown(store)[0] == 200.5, timeout=10_000)


def test_a_new_solution_is_shown_at_once_at_a_step_that_is_kept(
    qtbot: QtBot, made: tuple[Store, Bridge], replays: set[int]
) -> None:
    store, _ = made
    store.set_view(t_steps=203.0)
    qtbot.waitUntil(lambda: shown(store)[0] == 203.0, timeout=10_000)
    old = store.solution
    frames: list[float] = []
    store.solution_changed.connect(lambda _: frames.append(shown(store)[0]))
    store.edit(starts=({"x": -3.0, "y": 2.0, "z": 1.0},))
    qtbot.waitUntil(
        lambda: bool(store.solution is not old and store.solution.complete and shown(store)[0] == 203.0),
        timeout=20_000,
    )
    assert store.solution is not None
    assert shown(store)[1] == whole(store.solution)[203].tolist()
    kept = store.solution.runs[0].points.source.kept_steps.tolist()
    assert set(frames) <= {203.0, *kept}
