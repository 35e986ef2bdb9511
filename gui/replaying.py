"""The steps of long runs around the playhead: made again on a thread of its own before a Frame asks for them.

Of a long run only every k-th step is kept (`engine.descent.history`). Until those at the playhead are at hand
the last Frame stays; what the playhead has passed meanwhile is not made. GUI thread; it never replays here.
"""

import logging
from collections.abc import Iterator

from msgspec import Struct
from PySide6.QtCore import QObject

from engine.base.cancellation import CancelCheck
from engine.solving.replay import prepare
from engine.solving.solution import Solution
from gui.errands import Answering
from gui.store import Store

log = logging.getLogger(__name__)


class Request(Struct, frozen=True, eq=False):
    """The steps of `solution` around the moment `t_steps`; `selected`: the run that always shows them."""

    solution: Solution
    t_steps: float
    selected: int


def _prepared(request: Request, cancelled: CancelCheck) -> Iterator[Request]:
    prepare(request.solution, request.t_steps, request.selected, cancelled)
    yield request


class Replaying(QObject):
    """Serves the store's `steps_wanted`."""

    def __init__(self, store: Store, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._asked: Request | None = None  # and not answered yet
        self._replays = Answering[Request](_prepared, "replays", self)
        self._replays.answered.connect(self._on_prepared)
        store.steps_wanted.connect(self._on_steps_wanted)

    def close(self) -> None:
        """End the thread."""
        self._replays.close()

    def wait_idle(self, timeout_s: float) -> bool:
        """Wait until nothing is being made; False if that took longer."""
        return self._replays.wait_idle(timeout_s)

    def _on_steps_wanted(self, solution: Solution, t_steps: float, selected: int) -> None:
        if self._asked is not None and self._asked.solution.runs is solution.runs:
            return  # asked again when it is answered: else a film that is faster than its steps never moved
        self._asked = Request(solution, t_steps, selected)
        self._replays.submit(self._asked)

    def _on_prepared(self, request: Request) -> None:
        if request is self._asked:
            self._asked = None
        self._store.show_moment(request.solution, request.t_steps)
