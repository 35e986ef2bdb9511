"""`make screenshots`: the pictures of the README, taken of the real window on real labs."""

import sys
import tempfile

from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QSettings, Qt
from PySide6.QtWidgets import QApplication

from engine.base.paths import EXAMPLES, ROOT
from engine.document.axes import PrincipalComponents
from engine.document.labfile import read
from gui.app import Session
from gui.gl_setup import configure_before_app

PICTURES = ROOT / "resources" / "screenshots"
SHOTS = (
    # name, example, language, theme, width, height, playhead, what is to be seen beside
    ("window", "05-himmelblau", "en", "dark", 1600, 900, 40.0, None),
    ("window-light-ko", "12-race", "ko", "light", 1366, 768, 30.0, None),
    ("training", "18-xor", "en", "light", 1366, 768, 120.0, "training"),
)
COMPONENTS = PrincipalComponents(through="playhead")
PATIENCE_MS = 60_000


def wait_until(done: object) -> None:
    """Run the event loop until `done()` holds."""
    deadline = QDeadlineTimer(PATIENCE_MS)
    while not done():  # type: ignore[operator]
        if deadline.hasExpired():
            raise TimeoutError("the window did not come to rest")
        QCoreApplication.processEvents()


def rest(milliseconds: int = 700) -> None:
    """Let the pictures refine."""
    deadline = QDeadlineTimer(milliseconds)
    wait_until(deadline.hasExpired)


def main() -> int:
    wanted = sys.argv[1:]
    configure_before_app()
    app = QApplication(sys.argv[:1])
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, tempfile.mkdtemp())
    PICTURES.mkdir(exist_ok=True)
    for name, example, language, theme, width, height, t_steps, panel in SHOTS:
        if wanted and name not in wanted:
            continue
        lab = read(EXAMPLES / f"{example}.nabla")
        lab = replace(lab, axes=COMPONENTS) if panel == "training" else lab
        session = Session(app, lab, None, language, theme)  # type: ignore[arg-type]
        filled: list[bool] = []
        session.window.filled.connect(lambda filled=filled: filled.append(True))
        session.window.setWindowState(Qt.WindowState.WindowNoState)
        session.window.resize(width, height)
        session.start()
        wait_until(lambda filled=filled: bool(filled))
        wait_until(lambda session=session: session.store is not None and session.store.solution is not None)
        wait_until(lambda session=session: session.store.solution.complete)
        session.store.set_view(t_steps=t_steps, camera=replace(session.store.view.camera))
        if panel is not None:
            session.window._arrangement.bring_forward(panel)
        rest()
        # From the screen: text over OpenGL is drawn when the window is, and not when it is only grabbed.
        window = session.window
        window.screen().grabWindow(window.winId()).save(str(PICTURES / f"{name}.png"))
        print(PICTURES / f"{name}.png")
        session.window.discard()
        session.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
