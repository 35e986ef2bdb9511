"""A network of 105 weights in the whole window, 1366×768: frames while it plays, pictures while one drags.

The rates are of a clock, as a person sees them, and so of an idle machine. The work of the window's thread,
and of each part of it, is compared with what a loop of NumPy takes of the processor in the same run: on a
machine that is idle a thousand of its steps are 31 ms.
"""

import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from engine.optimizers import parse_spec
from gui.app import Session
from gui.gl_setup import configure_before_app
from gui.panels.training import Training
from gui.store import Store
from tests.benchmarks.bench_training import by_hand, network_lab, posed
from tests.benchmarks.timing import Row
from tests.gui.windows import in_front, opened, solved

SECONDS: Final = 4.0
GOAL_FRAME_MS: Final = 1000.0 / 30.0
GOAL_PICTURE_MS: Final = 1000.0 / 20.0
PLAYGROUND_MS: Final = 1e6 / 2169  # nn.ts of TensorFlow playground in node, without drawing; an idle machine


class Spent:
    """Seconds of this thread that went into methods, without those of other methods that they call."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.calls: defaultdict[str, int] = defaultdict(int)
        self._inner = [0.0]

    def watch(self, owner: type, method: str, part: str) -> None:
        act: Callable[..., Any] = getattr(owner, method)

        def watched(*args: Any, **named: Any) -> Any:
            began = time.thread_time()
            self._inner.append(0.0)
            try:
                return act(*args, **named)
            finally:
                whole = time.thread_time() - began
                self.seconds[part] += whole - self._inner.pop()
                self._inner[-1] += whole
                self.calls[part] += 1

        setattr(owner, method, watched)

    def clear(self) -> None:
        self.seconds.clear()
        self.calls.clear()


def run() -> Iterator[Row]:
    configure_before_app()
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    sys.setswitchinterval(0.0005)  # as the program has it
    spent = watched()
    with tempfile.TemporaryDirectory() as folder, opened(app, Path(folder)) as session:
        session.window.resize(1366, 768)
        store = session.store
        assert store is not None
        store.load(network_lab(200))
        _until(lambda: solved(session))
        for key in ("training", "curves"):
            in_front(session.window, key)
            _for(0.5)
            yield from playing(session, store, spent, key)
        in_front(session.window, "training")
        yield from dragging(store)
        yield from training(store)


def watched() -> Spent:
    from gui.contour.view import ContourView
    from gui.network.fit_view import FitView
    from gui.network.view import NetworkView
    from gui.panels.curves import Curves
    from gui.store import Store
    from gui.surface.view import SurfaceView
    from gui.widgets.chart_view import ChartView

    spent = Spent()
    for owner, method, part in (
        (SurfaceView, "paintGL", "surface"),
        (SurfaceView, "_on_frame_changed", "surface, moved"),
        (SurfaceView, "_on_solution_changed", "surface, another slice"),
        (ContourView, "paintEvent", "map"),
        (ContourView, "_on_frame_changed", "map, moved"),
        (ContourView, "_on_section_changed", "map, another slice"),
        (NetworkView, "paintEvent", "network, painted"),
        (NetworkView, "set_picture", "network, told"),
        (FitView, "paintEvent", "fit, painted"),
        (Training, "_refresh", "training, its numbers"),
        (Curves, "_on_frame_changed", "curves"),
        (ChartView, "paintEvent", "charts"),
        (Store, "_refresh_frame", "the rest of a move"),
    ):
        spent.watch(owner, method, part)
    return spent


def playing(session: Session, store: Store, spent: Spent, front: str) -> Iterator[Row]:
    assert session.player is not None
    store.set_view(t_steps=0.0, speed=10.0, loop=True)
    frames: list[float] = []
    session.window.surface.frameSwapped.connect(lambda: frames.append(time.perf_counter()))
    session.player.play()
    _for(0.5)
    spent.clear()
    frames.clear()
    used = time.thread_time()
    _for(SECONDS)
    used = time.thread_time() - used
    count = len(frames)
    session.player.pause()
    _for(0.5)
    yield f"playing, {front} in front: a frame", 1e3 * SECONDS / count, "30 a second", GOAL_FRAME_MS
    yield "  of it on the window's thread", 1e3 * used / count, "1000 steps in NumPy", hand_ms()
    for part, seconds in sorted(spent.seconds.items(), key=lambda each: -each[1]):
        yield f"    {part} ({spent.calls[part] / count:.1f} times)", 1e3 * seconds / count, "", None


def dragging(store: Store) -> Iterator[Row]:
    """A start is moved by a drawn weight, as the hand on the map does, and by one that is not drawn."""
    solution = store.solution
    assert solution is not None and solution.setup is not None
    start = dict(zip(solution.setup.descended, solution.setup.starts[0].tolist(), strict=True))
    drawn = [axis.name for axis in solution.setup.axes]
    seen: set[int] = set()
    store.solution_changed.connect(lambda found: seen.add(found.revision))
    for what, name in (("a drawn weight", drawn[0]), ("a hidden weight", "4.bias[0]")):
        assert name in start and (name in drawn) == (what == "a drawn weight")
        seen.clear()
        used, k, end = time.thread_time(), 0, time.perf_counter() + SECONDS
        while time.perf_counter() < end:
            k += 1
            moved = {**start, name: start[name] + 0.01 * (k % 100)}
            store.edit(starts=(moved,), merge_key="drag", quality="draft")
            _for(0.008)
        used = time.thread_time() - used
        yield (
            f"a start dragged by {what}: a picture",
            1e3 * SECONDS / len(seen),
            "20 a second",
            GOAL_PICTURE_MS,
        )
        yield "  of it on the window's thread", 1e3 * used / len(seen), "1000 steps in NumPy", hand_ms()
    store.edit(starts=({},))


def training(store: Store) -> Iterator[Row]:
    """A training that grows on screen, its drawing included."""
    pictures: list[int] = []
    store.solution_changed.connect(lambda solution: pictures.append(solution.revision))
    store.edit(steps=200_000, racers=(parse_spec("gd(lr=0.05)"),))
    _until(lambda: store.descending)
    _for(1.0)
    pictures.clear()
    begun, began = _trained(store), time.perf_counter()
    _for(SECONDS)
    steps, seconds = _trained(store) - begun, time.perf_counter() - began
    store.set_view(held=True)
    yield "1000 steps of a training that is drawn", 1e6 * seconds / steps, "playground's nn.ts", PLAYGROUND_MS
    yield "  a picture of it", 1e3 * seconds / max(len(pictures), 1), "1000 steps in NumPy", hand_ms()
    store.edit(steps=100)


def _trained(store: Store) -> int:
    """How many steps the training has come to, as far as that is shown."""
    progress = store.solution.descending if store.solution is not None else None
    return progress.step if progress is not None else 0


def hand_ms() -> float:
    """What 1000 steps written by hand take of the processor now."""
    _, setup, x, y = posed(200)
    times = []
    for _ in range(9):
        began = time.thread_time()
        by_hand(setup.starts[0], x, y, 1000)
        times.append(1e3 * (time.thread_time() - began))
    return statistics.median(times)


def _until(done: Callable[[], bool]) -> None:
    while not done():
        _for(0.01)


def _for(seconds: float) -> None:
    """As the program waits: a thread that asks again and again would take the interpreter from the others."""
    loop = QEventLoop()
    QTimer.singleShot(round(1e3 * seconds), loop.quit)
    loop.exec()
