"""What is drawn beside the Solution: the chosen plane, and what a zoomed map shows of it.

The playhead and the zoom are no part of a Lab. What hangs on them is sampled on a thread of its own, coarsely
while the playhead moves and finely when it rests; of what is asked for meanwhile only the newest is sampled.
GUI thread; it never samples here.
"""

import logging
from collections.abc import Iterator
from typing import Final, Protocol

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal, SignalInstance

from engine.base.cancellation import CancelCheck, Cancelled
from engine.base.i18n import Message
from engine.function.field import Quality, Window, looks
from engine.function.sampled import Field
from engine.solving.section import section
from engine.solving.sight import NoPlane, Sight, plane_of, sight_at, under_hand
from engine.solving.solution import Solution
from engine.solving.trust import Redraw, redrawn
from gui.errands import Answering
from gui.store import Change, Store
from gui.timing import single_shot

log = logging.getLogger(__name__)

FRAME_MS: Final = 40  # as long does a slice wait for a frame to be shown with
GROWN_MS: Final = 400  # the same while runs grow, whose pictures are farther apart
REST_MS: Final = 140  # without a move of the playhead for so long, the slice is sampled finely


class Request(Struct, frozen=True, eq=False):
    """A plane of the function of `solution` to be sampled.

    Attributes:
        sight: which. window: the part of the plane that a zoomed map shows; None: the whole is enough.
        whole: the Field of the whole, where it is known already.
    """

    solution: Solution
    sight: Sight
    quality: Quality
    window: Window | None = None
    whole: Field | None = None


class Answer(Struct, frozen=True, eq=False):
    """The Fields of a Request: of the whole, and of the window if one was asked for; None: it failed.

    Attributes:
        redraw: what another draw of random directions would change. no_plane: why there is no such plane.
    """

    request: Request
    whole: Field | None = None
    window: Field | None = None
    redraw: Redraw | None = None
    no_plane: Message | None = None

    def sees(self, sight: Sight) -> bool:
        """Whether it shows what `sight` sees; where that is known, what this one came to counts."""
        if self.request.sight.same_as(sight):
            return True
        return self.whole is not None and sight.plane is not None and self.whole.plane.coincides(sight.plane)


class WindowedView(Protocol):
    """A view that can be zoomed: it says which part of the plane it shows, and is given a Field of it."""

    window_changed: SignalInstance

    @property
    def in_sight(self) -> Window | None:
        """What it shows, as of the last `window_changed`; None: the whole."""

    def set_window_field(self, field: Field) -> None: ...


def _sampled(request: Request, cancelled: CancelCheck) -> Iterator[Answer]:
    solution, quality, window = request.solution, request.quality, None
    try:
        plane, whole = plane_of(solution, request.sight, cancelled), request.whole
        if whole is None:
            whole = section(solution, plane, quality, cancelled=cancelled)
        if request.window is not None:
            window = section(
                solution, plane, quality, window=request.window, reference=whole, cancelled=cancelled
            )
        answer = Answer(request, whole, window)
        yield answer
        redraw = redrawn(solution, request.sight, whole, cancelled) if quality == "full" else None
        if redraw is not None:
            yield replace(answer, window=None, redraw=redraw)
    except Cancelled:
        raise
    except NoPlane as error:
        yield Answer(request, no_plane=error.message)
    except Exception:
        log.exception("a slice could not be sampled")
        yield Answer(request)


class Following(QObject):
    """Keeps the store's slice at the selected run's point, and serves the zoomed views."""

    window_sampled = Signal(object)

    def __init__(self, store: Store, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._view: WindowedView | None = None
        self._asked: Request | None = None  # and not answered yet
        self._done: Answer | None = None  # what is shown
        self._held: Answer | None = None  # shown with the next frame
        self._given: Field | None = None  # came with a Solution
        self._frame = single_shot(self, FRAME_MS, self._show_held)
        self._rest = single_shot(self, REST_MS, self._refresh)
        self.slices = Answering[Request](_sampled, "slices", self)
        self.slices.answered.connect(self._on_answered)
        store.frame_changed.connect(self._on_moved)  # after every solution, too
        store.view_changed.connect(self._on_view_changed)

    def close(self) -> None:
        """End the thread."""
        self._rest.stop()
        self._frame.stop()
        self.slices.close()

    def wait_idle(self, timeout_s: float) -> bool:
        """Wait until nothing is being sampled; False if that took longer."""
        return self.slices.wait_idle(timeout_s)

    def serve(self, view: WindowedView) -> None:
        """Sample what `view` shows after a zoom, as finely as the whole map, whenever it asks for it."""
        self._view = view
        self.window_sampled.connect(view.set_window_field)
        view.window_changed.connect(self._on_window_changed)

    @property
    def _soon(self) -> Quality:
        """Of what moves: a hand sees more of it than a film shows."""
        return "draft" if self._store.in_gesture else "moving"

    @property
    def _moving(self) -> bool:
        return self._store.moving or self._rest.isActive()

    def _on_view_changed(self, change: Change) -> None:
        stopped = "playing" in change and not self._store.view.playing
        if change.fields & {"selected_run", "plane"} or stopped:
            self._on_moved()

    def _on_moved(self, _: object = None) -> None:
        """The playhead, the run that it is on, or the function is another one."""
        self._show_held()
        wanted = self._wanted(self._soon)
        self._take_given(wanted)
        done = self._done
        if wanted is not None and not _is_own(wanted) and (done is None or not done.sees(wanted.sight)):
            self._rest.start()
        self._refresh()

    def _take_given(self, wanted: Request | None) -> None:
        """What the Solution brought of the wanted plane needs no other sampling while all moves."""
        shown = self._store.shown
        given = wanted.solution.section if wanted is not None else None
        if (
            wanted is None
            or given is None
            or given is self._given
            or shown is None
            or shown.field is not given
        ):
            return
        self._given, sight = given, wanted.sight
        same = np.array_equal(given.plane.origin, sight.point)
        if given.plane.coincides(sight.plane) if sight.plane is not None else same:
            self._done, self._held = Answer(wanted, given), None

    def _wanted(self, quality: Quality) -> Request | None:
        store = self._store
        solution, shown = store.solution, store.shown
        sight = sight_at(solution, store.frame, store.view.selected_run) if solution is not None else None
        if solution is None or sight is None:
            return None
        plane = shown.field.plane if shown is not None and shown.field is not None else None
        if store.in_gesture and plane is not None:
            sight = under_hand(sight, plane)
        return Request(solution, sight, quality, self._view.in_sight if self._view is not None else None)

    def _is_there(self, wanted: Request) -> bool:
        if _is_own(wanted):
            return self._store.shown is self._store.solution and self._store.no_plane is None
        known = self._held or self._done
        return known is not None and known.sees(wanted.sight) and _suffices(known.request, wanted)

    def _refresh(self) -> None:
        """Have the wanted slice shown: the Solution's own at once, another one when it is sampled."""
        wanted = self._wanted(self._soon if self._moving else "full")
        if self._store.view.plane != "loss" or wanted is None or self._is_there(wanted):
            return
        if _is_own(wanted):
            self._done = None
            self._store.show_section(None)
            return
        asked = self._asked
        same = asked is not None and asked.sight.same_as(wanted.sight) and _suffices(asked, wanted)
        if asked is not None and (asked.quality != "full" or same):
            return  # asked again when it is answered: else a slow function would never be seen to move
        self._submit(wanted)

    def _submit(self, request: Request) -> None:
        self._asked = request
        self.slices.submit(request)

    def _on_window_changed(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        shown = self._store.shown
        if self._store.prediction is not None or shown is None or shown.field is None:
            return
        if shown.objective is None:
            return
        plane = shown.field.plane
        sight = Sight(shown.lab.axes, plane.origin, plane=plane)
        self._submit(Request(shown, sight, "full", (x, y), whole=shown.field))

    def _on_answered(self, answer: Answer) -> None:
        if answer.request is self._asked:
            self._asked = None
        if self._store.view.playing or self._store.descending:
            self._held = answer  # for the next frame: the window is painted once, not twice
            if not self._frame.isActive():
                self._frame.start(FRAME_MS if self._store.view.playing else GROWN_MS)
        else:
            self._show(answer)
        self._refresh()

    def _show_held(self) -> None:
        held, self._held = self._held, None
        self._frame.stop()
        if held is not None:
            self._show(held)

    def _show(self, answer: Answer) -> None:
        """Show what was sampled, unless it is out of date."""
        request, solution, shown = answer.request, self._store.solution, self._store.shown
        if (answer.whole is None and answer.no_plane is None) or solution is None or shown is None:
            return
        if request.whole is not None:
            current = shown.field is request.whole  # else another map; its view then asks anew
        else:
            current = _same_function(solution, request.solution) and self._is_followed(request)
            if current:
                self._done = answer
                self._store.show_section(answer.whole, answer.redraw, answer.no_plane)
        if current and answer.window is not None:
            self.window_sampled.emit(answer.window)

    def _is_followed(self, request: Request) -> bool:
        """Whether the slice still moves: a late answer is shown, one that is over is not."""
        wanted = self._wanted(request.quality)
        return wanted is not None and not _is_own(wanted) and wanted.sight.axes == request.sight.axes


def _is_own(request: Request) -> bool:
    """Whether its plane is that of the Solution's own Field."""
    field, plane = request.solution.field, request.sight.plane
    return field is not None and plane is not None and plane.coincides(field.plane)


def _suffices(known: Request, wanted: Request) -> bool:
    """Whether what was sampled for one, in the same plane, is fine enough for the other."""
    coarse = known.quality != "full" and wanted.quality == "full"
    return _same_function(known.solution, wanted.solution) and not coarse


def _same_function(a: Solution, b: Solution) -> bool:
    """Whether a plane of one is a plane of the other."""
    return (
        a.objective is b.objective
        and a.setup is not None
        and b.setup is not None
        and a.setup.axes == b.setup.axes
        and looks(a.lab.display) == looks(b.lab.display)
    )
