"""The composition root: makes the store, the bridge, the player and the window, and starts Qt.

The shell is painted first; what is slow to import comes after it (numpy and pyqtgraph), and the symbolic
child starts up meanwhile. GUI thread.
"""

import ctypes
import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from engine.base.i18n import Language, languages, message
from engine.base.paths import RESOURCES
from gui.exit_codes import EXIT_BAD_INPUT, EXIT_CANNOT_RENDER

if TYPE_CHECKING:
    from PySide6.QtCore import QTranslator
    from PySide6.QtWidgets import QApplication

    from engine.document.lab import Lab
    from gui.bridge import Bridge
    from gui.player import Player
    from gui.store import Store
    from gui.theme import Theme

NO_DISPLAY: Final = message(
    "There is no display to open a window on. Use `main.py solve` for numbers and `main.py export` for "
    "pictures and films: neither needs one."
)


def run(lab_path: str | None, *, language: Language | None = None, theme: str | None = None) -> int:
    """Open the window on a lab (or the default one) and run until it is closed; the exit code.

    Who opens a bad lab by a double click sees no terminal: the window says what is wrong with it.
    """
    lab, refused = None, None
    if lab_path is not None:
        from engine.document.carried import CARRIERS, read_lab
        from engine.document.labfile import LabFileError

        try:
            lab = read_lab(Path(lab_path)).lab
        except LabFileError as error:
            refused = error.message
    if not has_display():
        print(f"nablascope: {(refused or NO_DISPLAY).render(language or 'en')}", file=sys.stderr)
        return EXIT_CANNOT_RENDER if refused is None else EXIT_BAD_INPUT

    from gui.gl_setup import configure_before_app

    configure_before_app()
    sys.setswitchinterval(0.0005)  # a key press waits less for the engine's thread
    from PySide6.QtWidgets import QApplication

    app = QApplication(sys.argv[:1])
    path = Path(lab_path) if lab_path else None
    document = refused is None and (path is None or path.suffix.lower() not in CARRIERS)
    session = Session(app, lab, path if document else None, language, theme)
    if path is not None and not document:
        session.window.filled.connect(partial(session.window.open_lab, path))
    session.start()
    code = app.exec()
    session.close()
    return code


def has_display() -> bool:
    """Whether a window can be opened: asked before Qt, which would abort the process."""
    if sys.platform != "linux":
        return True
    if os.environ.get("QT_QPA_PLATFORM") or os.environ.get("WAYLAND_DISPLAY"):
        return True
    if not os.environ.get("DISPLAY"):
        return False
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    failed = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not failed


class Session:
    """Everything that lives as long as the program does. The window is built anew for another language."""

    def __init__(
        self,
        app: "QApplication",
        lab: "Lab | None",
        path: Path | None,
        language: Language | None,
        theme: str | None,
    ) -> None:
        from PySide6.QtCore import QSettings
        from PySide6.QtGui import QIcon

        from gui.garbage import Collector

        self._collector = Collector()
        self._app = app
        app.setApplicationName("Nablascope")
        app.setOrganizationName("Nablascope")
        app.setWindowIcon(QIcon(str(RESOURCES / "icons" / "nablascope.svg")))
        self._settings = QSettings()
        self._language_wish = language
        self._theme_wish = theme
        self._lab = lab
        self._path = path
        self.store: Store | None = None
        self.player: Player | None = None
        self._bridge: Bridge | None = None
        self._translator: QTranslator | None = None
        self._build_window()

    def _build_window(self) -> None:
        from gui.i18n import set_language
        from gui.main_window import MainWindow
        from gui.style import apply_theme

        set_language(self._language())
        self._translate_qt()
        theme = self._theme()
        apply_theme(theme)
        self.window = MainWindow(theme, self._settings)
        self.window.filled.connect(self._collector.start)
        self.window.language_chosen.connect(self._on_language_chosen)
        self.window.projector_chosen.connect(self._on_projector_chosen)
        self.window.theme_chosen.connect(self._on_theme_chosen)

    def start(self) -> None:
        """Show the empty window; fill it once it has been painted."""
        from PySide6.QtCore import QTimer

        self.window.show()
        self._app.processEvents()
        QTimer.singleShot(0, self._fill)

    def _fill(self) -> None:
        from engine.symbolic.client import Deriver

        deriver = Deriver()
        deriver.warm_up()  # it imports sympy on the other core while this thread imports the rest

        from engine.solving.stages import Solver
        from gui.bridge import Bridge
        from gui.player import Player
        from gui.store import Store

        self.store = Store(self._lab)
        self.player = Player(self.store)
        self._bridge = Bridge(self.store, Solver(deriver))
        self.store.request_solve()
        self.window.fill(self.store, self.player, self._bridge, self._path)

    def close(self) -> None:
        """End the threads and the child process."""
        if self._bridge is not None:
            self._bridge.close()
        self._collector.close()

    def _translate_qt(self) -> None:
        """Qt's own texts (the buttons of its dialogs) in the user's language."""
        from PySide6.QtCore import QLibraryInfo, QTranslator

        if self._translator is not None:
            self._app.removeTranslator(self._translator)
            self._translator = None
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        translator = QTranslator()
        if self._language() != "en" and translator.load(f"qtbase_{self._language()}", folder):
            self._app.installTranslator(translator)
            self._translator = translator

    def _language(self) -> Language:
        from PySide6.QtCore import QLocale

        chosen = self._language_wish or self._settings.value("language")
        if chosen in languages():
            return str(chosen)
        system = QLocale.system().name().partition("_")[0]
        return system if system in languages() else "en"

    def _theme(self) -> "Theme":
        from PySide6.QtCore import Qt

        from gui.theme import THEMES, projected

        chosen = self._theme_wish or self._settings.value("theme")
        if chosen not in THEMES:
            dark = self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
            chosen = "dark" if dark else "light"
        projector = self._settings.value("projector", False, type=bool)
        return projected(THEMES[chosen]) if projector else THEMES[chosen]

    def _on_language_chosen(self, language: Language) -> None:
        self._settings.setValue("language", language)
        self._language_wish = None
        self._rebuild_window()

    def _on_projector_chosen(self, on: bool) -> None:
        self._settings.setValue("projector", on)
        self._rebuild_window()

    def _rebuild_window(self) -> None:
        old = self.window
        geometry = old.saveGeometry()
        self._build_window()
        self.window.restoreGeometry(geometry)
        self.window.show()
        assert self.store and self.player and self._bridge
        self.window.fill(self.store, self.player, self._bridge, old.path, front=old.front)
        old.discard()

    def _on_theme_chosen(self, name: str) -> None:
        from gui.style import apply_theme

        self._settings.setValue("theme", name)
        self._theme_wish = None
        theme = self._theme()
        apply_theme(theme)
        self.window.set_theme(theme)
