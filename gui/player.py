"""Playback: a timer that moves the playhead `store.view.t_steps`, and nothing else.

The playhead advances by the time that passed, never by a count of frames, so a slow machine shows fewer
pictures of the same film. While runs are still growing the film goes along at their end; who pauses it holds
them, too. GUI thread.
"""

import math
import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer

from engine.solving.timeline import duration_steps
from gui.store import Change, Store

BASE_RATE_STEPS_PER_S: Final = 8.0
FRAME_MS: Final = 16
LONGEST_TICK_S: Final = 0.5  # after a pause of the whole machine the film goes on where it was
SPEEDS: Final = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0)
_TINY: Final = 1e-9


class Player(QObject):
    """Plays, pauses and steps through the solution of `store`.

    `store.view.playing` is the state; setting it there starts and stops the player too.

    Args:
        clock_s: a monotonic clock, in seconds; replaced in tests.
    """

    def __init__(
        self, store: Store, clock_s: Callable[[], float] = time.monotonic, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._clock_s = clock_s
        self._last_s = clock_s()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self.tick)
        store.view_changed.connect(self._on_view_changed)

    @property
    def end_steps(self) -> int:
        """Where the longest run ends."""
        return duration_steps(self._store.solution) if self._store.solution else 0

    @property
    def film_steps(self) -> int:
        """How long the film is, or can become while runs are growing."""
        solution = self._store.solution
        if solution is None or solution.descending is None:
            return self.end_steps
        return solution.descending.steps

    @property
    def active(self) -> bool:
        """Whether something goes on that can be paused."""
        return self._store.view.playing or self._store.descending

    def play(self) -> None:
        """Go on, also with runs that were held; from the start when the end was reached."""
        view = self._store.view
        if view.held:
            self._store.set_view(held=False, playing=True)
        elif self.end_steps > 0:
            if view.t_steps >= self.end_steps and not self._store.descending:
                self._store.set_view(t_steps=0.0)
            self._store.set_view(playing=True)

    def pause(self) -> None:
        """Stay at this moment; runs that are growing go on."""
        self._store.set_view(playing=False)

    def toggle(self) -> None:
        """Pause all that goes on, or go on with it."""
        if self.active:
            self._store.set_view(playing=False, held=self._store.descending)
        else:
            self.play()

    def step_forward(self) -> None:
        """Pause at the next whole step."""
        self.seek(math.floor(self._store.view.t_steps + _TINY) + 1.0)

    def step_back(self) -> None:
        """Pause at the last whole step before the playhead."""
        self.seek(math.ceil(self._store.view.t_steps - _TINY) - 1.0)

    def restart(self) -> None:
        """Go to the start; playback goes on if it was on."""
        self._store.set_view(t_steps=0.0)

    def jump_to_end(self) -> None:
        self.seek(float(self.end_steps))

    def seek(self, t_steps: float) -> None:
        """Pause at `t_steps`, clamped to the runs."""
        self.pause()
        self._store.set_view(t_steps=min(max(t_steps, 0.0), float(self.end_steps)))

    def tick(self) -> None:
        """Advance by the time since the last tick."""
        now_s = self._clock_s()
        elapsed_s = min(max(now_s - self._last_s, 0.0), LONGEST_TICK_S)
        self._last_s = now_s
        view, end = self._store.view, float(self.end_steps)
        t_steps = view.t_steps + elapsed_s * BASE_RATE_STEPS_PER_S * view.speed
        if t_steps < end:
            self._store.set_view(t_steps=t_steps)
        elif self._store.descending:
            self._store.set_view(t_steps=end)
        elif end == 0:
            self.pause()
        elif view.loop:
            # The last point is shown before the film begins again.
            self._store.set_view(t_steps=0.0 if view.t_steps >= end else end)
        else:
            self._store.set_view(t_steps=end)
            self.pause()

    def _on_view_changed(self, change: Change) -> None:
        if "playing" not in change:
            return
        if self._store.view.playing:
            self._last_s = self._clock_s()
            self._timer.start()
        else:
            self._timer.stop()
