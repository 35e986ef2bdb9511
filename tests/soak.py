"""`make soak`: the real window is worked at random for minutes; nothing raises, Qt does not complain, and
memory stays flat.

`python -m tests.soak [minutes] [seed]`; ten minutes unless told.
"""

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QSettings, QtMsgType, qInstallMessageHandler
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

PATIENCE_MS = 60_000
PAUSE_MS = 150
PARTS = 10
GROWTH_MB = 60  # in the second half, when all has been seen once


def pause() -> None:
    """As QTest.qWait, which keeps the interpreter to itself: meanwhile no other thread would work."""
    deadline = QDeadlineTimer(PAUSE_MS)
    while not deadline.hasExpired():
        QCoreApplication.processEvents()
        time.sleep(0.005)


class Worked:
    """A window, and one thing at random after another that a person does with it."""

    def __init__(self, session: Session, rng: random.Random) -> None:
        self.session, self.rng = session, rng
        self.actions: dict[str, Callable[[], None]] = {
            name.removeprefix("do_"): getattr(self, name) for name in dir(self) if name.startswith("do_")
        }
        self.counts = dict.fromkeys(self.actions, 0)

    @property
    def store(self) -> Store:
        assert self.session.store is not None
        return self.session.store

    @property
    def player(self) -> Player:
        assert self.session.player is not None
        return self.session.player

    def step(self) -> None:
        name = self.rng.choice(sorted(self.actions))
        self.counts[name] += 1
        self.actions[name]()
        self.rest()

    def rest(self) -> None:
        """Until what was asked for is shown, and a little longer."""
        deadline = QDeadlineTimer(PATIENCE_MS)
        pause()
        while not self.shown():
            if deadline.hasExpired():
                raise TimeoutError(f"{self.store.lab.formula!r} was not solved in {PATIENCE_MS} ms")
            pause()

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
        for _ in range(10):
            azimuth_deg = self.rng.uniform(-180, 180)
            self.store.set_view(camera=replace(self.store.view.camera, azimuth_deg=azimuth_deg))
            QCoreApplication.processEvents()

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
    sys.excepthook = lambda kind, error, where: wrong.append(repr(error))
    qInstallMessageHandler(
        lambda level, context, text: wrong.append(text) if level != QtMsgType.QtDebugMsg else None
    )
    session = Session(app, None, None, "en", "dark")
    session.start()
    worked = Worked(session, rng)
    worked.rest()
    began, held_mb = time.monotonic(), [memory_mb()]
    while len(held_mb) <= PARTS and not wrong:
        try:
            worked.step()
        except TimeoutError as error:
            wrong.append(str(error))
        if (time.monotonic() - began) / 60 > minutes * len(held_mb) / PARTS:
            held_mb.append(memory_mb())
            print(f"{sum(worked.counts.values())} actions, {held_mb[-1]:.0f} MB", flush=True)
    print(*wrong, sep="\n")
    session.window.discard()
    session.close()
    return 1 if wrong or held_mb[-1] - held_mb[PARTS // 2] > GROWTH_MB else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
