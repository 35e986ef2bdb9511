"""`make soak`: the real window is worked at random; nothing raises, Qt does not complain, and memory settles.
Where the window stood still longest is told.

`python -m tests.soak [minutes] [seed]`; ten minutes unless told. The window runs in its own event loop, as it
does for a person: only there are closed windows deleted.
"""

import collections
import os
import random
import signal
import statistics
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Final

from msgspec.structs import replace
from PySide6.QtCore import QObject, QSettings, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from engine.base.paths import EXAMPLES
from engine.document.labfile import read
from engine.optimizers import METHODS, Racer
from gui.app import Session
from gui.gl_setup import configure_before_app
from gui.player import Player
from gui.store import Store
from tests.engine.formula.fuzz import SEEDS
from tests.gui.screen import open_screen

PATIENCE_S: Final = 60.0
PAUSE_MS: Final = 150
SETTLED_MIN: Final = 10.0  # minutes after which memory is to stay; of a shorter soak nothing is said
GROWTH: Final = 0.05
SIZE_PX: Final = (1366, 768)
BEAT_MS: Final = 5
STALL_S: Final = 0.05
CALLS: Final = 3
PLACES: Final = 12  # where the window stood still that are printed


class Heart(QObject):
    """How long the GUI thread leaves its events waiting, and what it does meanwhile.

    The machine may be busy with others: what counts is the thread's own computing time. The thread itself
    looks where it stands, in a signal: whoever looked from another one would hold what it draws with.

    Attributes:
        doing: what was asked of the window last.
        stalls: the computing time of each in seconds, by what was asked and where the thread was seen.
    """

    def __init__(self) -> None:
        super().__init__()
        self.doing = "start"
        self.stalls: dict[tuple[str, str], list[float]] = collections.defaultdict(list)
        self._seen = ""
        self._computed_s = time.thread_time()
        signal.signal(signal.SIGALRM, self._look)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._beat)
        self._timer.start(BEAT_MS)

    def stop(self) -> None:
        self._timer.stop()
        signal.setitimer(signal.ITIMER_REAL, 0.0)

    def _beat(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, STALL_S)
        computed_s = time.thread_time()
        if computed_s - self._computed_s > STALL_S:
            self.stalls[self.doing, self._seen].append(computed_s - self._computed_s)
        self._computed_s, self._seen = computed_s, ""

    def _look(self, number: int, frame: FrameType | None) -> None:
        """Of the calls in progress the innermost of the window's own."""
        ours = []
        while frame is not None and len(ours) < CALLS:
            path = Path(frame.f_code.co_filename)
            if "gui" in path.parts:
                ours.append(f"{path.stem}.{frame.f_code.co_name}:{frame.f_lineno}")
            frame = frame.f_back
        self._seen = " < ".join(ours)

    def told(self) -> str:
        """The places where it stood still longest, worst first."""
        worst = sorted(self.stalls.items(), key=lambda item: -max(item[1]))[:PLACES]
        return "\n".join(
            f"{1000 * max(times):5.0f} ms at most, {len(times)} times: {doing}: {where or 'between'}"
            for (doing, where), times in worst
        )


class Worked(QObject):
    """A window, and one thing at random after another that a person does with it, in its own event loop."""

    def __init__(self, session: Session, rng: random.Random) -> None:
        super().__init__()
        self.session, self.rng = session, rng
        self.heart = Heart()
        self.actions: dict[str, Callable[[], None]] = {
            name.removeprefix("do_"): getattr(self, name) for name in dir(self) if name.startswith("do_")
        }
        self.counts = dict.fromkeys(self.actions, 0)
        self.late: str | None = None
        self._asked_s = time.monotonic()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_pause_over)
        self._timer.start(PAUSE_MS)

    @property
    def store(self) -> Store:
        assert self.session.store is not None
        return self.session.store

    @property
    def player(self) -> Player:
        assert self.session.player is not None
        return self.session.player

    def stop(self) -> None:
        self._timer.stop()
        self.heart.stop()

    def _on_pause_over(self) -> None:
        """The next thing, as soon as what was asked for is shown."""
        if self.shown():
            name = self.rng.choice(sorted(self.actions))
            self.counts[name] += 1
            self.heart.doing = name
            self._asked_s = time.monotonic()
            self.actions[name]()
        elif time.monotonic() - self._asked_s > PATIENCE_S:
            self.late = f"{self.store.lab.formula!r} was not solved in {PATIENCE_S} s"

    def shown(self) -> bool:
        store = self.session.store
        solution = store.solution if store else None
        if store is None or solution is None or solution.revision != store.revision:
            return False
        return solution.complete or solution.fatal or store.view.held  # or a paused training, which stays

    def do_open_an_example(self) -> None:
        self.store.load(read(self.rng.choice(sorted(EXAMPLES.glob("*.nabla")))))

    def do_type_a_formula(self) -> None:
        self.store.edit(formula=self.rng.choice(SEEDS))

    def do_choose_a_method(self) -> None:
        method = METHODS[self.rng.choice(sorted(set(METHODS) - {"rule"}))]
        self.store.edit(racers=(Racer(optimizer=method()),))

    def do_drag_the_start(self) -> None:
        setup = self.store.solution.setup if self.store.solution else None
        names = setup.descended if setup is not None else ()
        self.store.edit(starts=({name: self.rng.uniform(-4, 4) for name in names},))

    def do_turn_the_camera(self) -> None:
        azimuth_deg = self.rng.uniform(-180, 180)
        self.store.set_view(camera=replace(self.store.view.camera, azimuth_deg=azimuth_deg))

    def do_hover(self) -> None:
        self.store.set_view(hover=(self.rng.uniform(-5, 5), self.rng.uniform(-5, 5)))

    def do_play_or_pause(self) -> None:
        self.player.toggle()

    def do_undo(self) -> None:
        self.store.undo()

    def do_redo(self) -> None:
        self.store.redo()

    def do_choose_a_look(self) -> None:
        self.session.window.theme_chosen.emit(self.rng.choice(("light", "dark")))

    def do_choose_a_language(self) -> None:
        """The window is built anew."""
        self.session.window.language_chosen.emit(self.rng.choice(("en", "ko")))


def memory_mb() -> float:
    """What this process holds in memory now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") / 1e6


def main(arguments: list[str]) -> int:
    minutes = float(arguments[0]) if arguments else 10.0
    rng = random.Random(int(arguments[1]) if len(arguments) > 1 else 0)
    open_screen()
    configure_before_app()
    app = QApplication(sys.argv[:1])
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, tempfile.mkdtemp())
    wrong: list[str] = []
    sys.excepthook = lambda kind, error, where: wrong.append("".join(traceback.format_exception(error)))
    qInstallMessageHandler(
        lambda level, context, text: wrong.append(text) if level != QtMsgType.QtDebugMsg else None
    )
    session = Session(app, None, None, "en", "dark")
    session.window.resize(*SIZE_PX)
    session.start()
    worked = Worked(session, rng)
    held: list[tuple[float, float]] = []  # minutes, MB
    began_s = time.monotonic()

    def look() -> None:
        held.append(((time.monotonic() - began_s) / 60, memory_mb()))
        print(
            f"{held[-1][0]:.1f} min, {sum(worked.counts.values())} actions, {held[-1][1]:.0f} MB", flush=True
        )
        if wrong or worked.late or held[-1][0] >= minutes:
            app.exit()  # `quit` would ask whether to save

    clock = QTimer()
    clock.timeout.connect(look)
    clock.start(round(min(30.0, 3 * minutes) * 1000))
    app.exec()
    worked.stop()
    print(*wrong, worked.late or "", worked.heart.told(), sep="\n")
    session.window.discard()
    session.close()
    return 1 if wrong or worked.late or grown(held) > GROWTH else 0


def grown(held: list[tuple[float, float]]) -> float:
    """How much memory grew since it is to have settled, as a share of it: of the medians of the quarters at
    both ends, for one large lab is no growth."""
    settled_mb = [mb for minute, mb in held if minute >= SETTLED_MIN]
    if not settled_mb:
        return 0.0
    few = len(settled_mb) // 4 + 1
    return statistics.median(settled_mb[-few:]) / statistics.median(settled_mb[:few]) - 1.0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
