"""Cycles are collected on the GUI thread only, and not while the program starts.

Python collects on whichever thread happens to allocate. On the engine's thread it could destroy a widget or a
timer that a closed window left behind, which Qt does not allow. GUI thread.
"""

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS: Final = 1000


class Collector(QObject):
    """Takes Python's own collections over from its making until `close`; collects once it is started."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_enabled = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self.collect)

    def start(self) -> None:
        """Collect from now on. What is there is there to stay, and is not looked through each time; until the
        next start, when a new window has taken the place of an old one."""
        if gc.get_freeze_count():
            gc.unfreeze()
            gc.collect()
        gc.freeze()
        self._timer.start()

    def collect(self) -> None:
        """Collect the oldest generation that has reached Python's threshold, if any has."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation] > 0:
                gc.collect(generation)
                return

    def close(self) -> None:
        """Give the collections back to Python."""
        self._timer.stop()
        gc.unfreeze()
        if self._was_enabled:
            gc.enable()
