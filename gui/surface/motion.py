"""The camera's moves by themselves: a flight to a named view, and turning around. GUI thread."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QElapsedTimer, QObject, QTimer

from engine.document.lab import Camera
from engine.solving.timeline import ease
from gui.surface.camera import between, orbited

FLIGHT_S: Final = 0.45
TURN_DEG_PER_S: Final = 18.0
TICK_MS: Final = 16


class Motion(QObject):
    """Calls `move` with a new camera while something is in motion; a person's own move ends a flight."""

    def __init__(self, look: Callable[[], Camera], move: Callable[[Camera], None], parent: QObject) -> None:
        super().__init__(parent)
        self._look, self._move = look, move
        self._flight: tuple[Camera, Camera] | None = None
        self._turning = False
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._on_tick)

    @property
    def turning(self) -> bool:
        return self._turning

    def fly_to(self, target: Camera) -> None:
        self._flight = (self._look(), target)
        self._start()

    def set_turning(self, turning: bool) -> None:
        self._turning = turning
        if turning:
            self._start()

    def stop_flight(self) -> None:
        self._flight = None

    def _start(self) -> None:
        self._clock.start()
        self._timer.start()

    def _on_tick(self) -> None:
        if self._flight is not None:
            start, target = self._flight
            share = min(self._clock.elapsed() / 1000.0 / FLIGHT_S, 1.0)
            if share >= 1.0:
                self._flight = None
                self._clock.restart()
            self._move(between(start, target, ease(share)))
        elif self._turning:
            self._move(orbited(self._look(), TURN_DEG_PER_S * self._clock.restart() / 1000.0, 0.0))
        else:
            self._timer.stop()
