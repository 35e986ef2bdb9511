"""The one place where the window's state lives and changes: the Lab (undoable) and the ViewState (not).

GUI thread. Every widget is given the store and reads from it; none is given another widget.
"""

import math
from collections.abc import Hashable
from typing import Any, Final, Literal, Protocol

from msgspec import Struct
from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from engine.base.i18n import Message
from engine.descent.run import Run
from engine.document.lab import LOOKS, Camera, Lab
from engine.function.sampled import Field
from engine.solving.prediction import Prediction
from engine.solving.replay import at_hand, nearest_kept
from engine.solving.sampling import Look
from engine.solving.solution import Solution
from engine.solving.timeline import Frame, duration_steps, frame_at
from engine.solving.trust import Redraw
from engine.words.backprop_text import WeightPlace

UNDO_LIMIT: Final = 200
MOST_ASKED: Final = 40  # derivatives that are kept written out beside the usual ones
Quality = Literal["draft", "full"]


class ViewState(Struct, frozen=True, kw_only=True):
    """How the solution is looked at: neither undoable nor solved.

    Attributes:
        t_steps: the playhead; speed: a factor of the base rate of playback.
        held: a descent that goes on is to stay where it is.
        hover: the point of the drawn plane under the mouse, in either view, in data coordinates.
        selected_run: the run whose steps the panels show.
        highlighted_term: the symbol of the term whose arrow is emphasised.
        row: of the table, from 0, whose way through the network is shown; weight: whose chain rule is.
        plane: what surface and map show: the loss, or what the model predicts over its two inputs;
            output: which of several it predicts.
    """

    camera: Camera = Camera()
    t_steps: float = 0.0
    playing: bool = False
    held: bool = False
    speed: float = 1.0
    loop: bool = False
    hover: tuple[float, float] | None = None
    selected_run: int = 0
    highlighted_term: str | None = None
    row: int = 0
    weight: WeightPlace | None = None
    plane: Literal["loss", "prediction"] = "loss"
    output: int = 0


class Change(Struct, frozen=True):
    """Which fields changed, and who changed them (who may then skip its own refresh)."""

    fields: frozenset[str]
    initiator: object = None

    def __contains__(self, field: str) -> bool:
        return field in self.fields


class Errand(Protocol):
    """A frozen value that says what is to be worked out beside the GUI thread (`gui.errands`)."""

    def done(self) -> object:
        """The answer. Not on the GUI thread."""


class Store(QObject):
    """The only writer of the Lab and the ViewState.

    Attributes:
        redraw, no_plane: of the plane that is drawn, as of `show_section`.

    Signals:
        lab_changed(Change): fields of the Lab. Views that need no solve (colours) refresh on this.
        solve_requested(revision, lab, quality): for the bridge.
        solution_changed(Solution): the newest that belongs to the current revision, as it is `shown`; its
            `field`, `runs`… may still be those of the last good formula (see `problems`).
        section_changed(Solution): the same, but its `field` is a slice through another point.
        prediction_changed(Prediction | None): surface and map show this, or the loss again.
        view_changed(Change): fields of the ViewState.
        frame_changed(Frame): the playhead moved, or the runs changed.
        steps_wanted(Solution, t_steps, selected run): of long runs, before there can be a Frame of them.
        errand_given(Errand): for `gui.errands`. errand_done(Errand, answer): None if it failed.
    """

    lab_changed = Signal(object)
    solve_requested = Signal(int, object, str)
    solution_changed = Signal(object)
    section_changed = Signal(object)
    prediction_changed = Signal(object)
    view_changed = Signal(object)
    frame_changed = Signal(object)
    steps_wanted = Signal(object, float, int)
    errand_given = Signal(object)
    errand_done = Signal(object, object)

    def __init__(self, lab: Lab | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lab: Lab = lab or Lab()
        self.view: ViewState = ViewState(camera=self.lab.camera)
        self.revision: int = 0
        self.asked: tuple[tuple[str, ...], ...] = ()
        self.solution: Solution | None = None
        self.frame: Frame | None = None
        self.prediction: Prediction | None = None  # in the place of the loss, in surface and map
        self.redraw: Redraw | None = None
        self.no_plane: Message | None = None
        self._section: Field | None = None
        self._shown: Solution | None = None  # made of the solution and the section when it is asked for
        self._shown_of: Solution | None = None
        self._saved: Lab | None = self.lab
        self._undo: list[Lab] = []
        self._redo: list[Lab] = []
        self._merge_key: Hashable | None = None
        self._drafting = False  # a draft was asked for and has not been shown yet
        self._in_gesture = False
        self._deferred: dict[str, Any] | None = None
        self._sought = math.inf  # where the playhead is to be once runs that grow are so long; at their end

    # The Lab

    def edit(
        self,
        *,
        merge_key: Hashable | None = None,
        initiator: object = None,
        quality: Quality = "full",
        **changes: Any,
    ) -> None:
        """Replace fields of the Lab. Edits in a row with one `merge_key` (a drag) undo as one.

        `quality="draft"` is for the middle of a gesture: while one draft is being solved, only the newest of
        the edits that follow is kept, and made when the draft has been shown. So a drag shows every picture
        the machine has time for, whatever the rate of the mouse. End it with an edit of full quality.
        """
        if quality == "draft" and self._drafting:
            self._deferred = {"merge_key": merge_key, "initiator": initiator, **changes}
            return
        self._deferred = None
        lab = replace(self.lab, **changes)
        if lab == self.lab and quality == "draft":
            return
        if lab != self.lab:
            if merge_key is None or merge_key != self._merge_key:
                self._undo = [*self._undo[-UNDO_LIMIT + 1 :], self.lab]
            self._redo.clear()
        self._merge_key = merge_key
        self._set_lab(lab, initiator, quality)

    def edit_display(
        self, *, merge_key: Hashable | None = None, initiator: object = None, **changes: Any
    ) -> None:
        """Replace fields of `lab.display`."""
        self.edit(display=replace(self.lab.display, **changes), merge_key=merge_key, initiator=initiator)

    def end_merge(self) -> None:
        """The gesture ended: the next edit is its own undo step."""
        self._merge_key = None

    def load(self, lab: Lab, *, saved: bool = True) -> None:
        """Open another document; forgets the undo history. It counts as changed until it is `saved`."""
        self._undo.clear()
        self._redo.clear()
        self._merge_key = None
        self._deferred = None
        self._saved = lab if saved else None
        self._set_lab(lab, None, "full")
        self.set_view(camera=lab.camera, t_steps=0.0, selected_run=0, playing=False, highlighted_term=None)
        self.set_view(row=0, weight=None, plane="loss", output=0)

    def document(self) -> Lab:
        """The Lab as it would be saved: with the camera of the view."""
        return replace(self.lab, camera=self.view.camera)

    def mark_saved(self) -> None:
        self._saved = self.lab

    @property
    def modified(self) -> bool:
        return self.lab != self._saved

    @property
    def can_undo(self) -> bool:
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        return bool(self._redo)

    def around(self, *, undo: bool) -> tuple[Lab, Lab] | None:
        """The Labs before and after what Undo takes back, or what Redo makes again."""
        if undo:
            return (self._undo[-1], self.lab) if self._undo else None
        return (self.lab, self._redo[-1]) if self._redo else None

    def undo(self) -> None:
        if self._undo:
            self._deferred = None
            self._redo.append(self.lab)
            self._merge_key = None
            self._set_lab(self._undo.pop(), None, "full")

    def redo(self) -> None:
        if self._redo:
            self._deferred = None
            self._undo.append(self.lab)
            self._merge_key = None
            self._set_lab(self._redo.pop(), None, "full")

    def _set_lab(self, lab: Lab, initiator: object, quality: Quality) -> None:
        fields = frozenset(
            name for name in Lab.__struct_fields__ if getattr(lab, name) != getattr(self.lab, name)
        )
        self.lab = lab
        self.revision += 1
        self._drafting = self._in_gesture = quality == "draft"
        if not fields <= LOOKS:
            self.set_view(held=False)
        self.lab_changed.emit(Change(fields, initiator))
        self.solve_requested.emit(self.revision, lab, quality)

    def look_at(self, *names: str) -> None:
        """Ask for the derivative by one variable, or by two, to be written out: somebody looks at it."""
        if names not in self.asked:
            self.asked = (*self.asked[-MOST_ASKED:], names)
            self.request_solve()

    def request_solve(self) -> None:
        """Ask for the current Lab to be solved (at start-up)."""
        self.solve_requested.emit(self.revision, self.lab, "full")

    # The Solution

    def accept(self, solution: Solution) -> bool:
        """Show `solution` unless it is stale; whether it was taken."""
        if solution.revision != self.revision:
            return False
        if not _same_axes(self.solution, solution):
            self._section = None  # else the slice stays until it is renewed, so that a view never blinks
        before = self.solution.descending if self.solution is not None else None
        if solution.section is not None and not self._shows_as_fine(solution):
            self._section, self.no_plane = solution.section, None  # until a finer one is there
        self.solution = solution
        if not self._at_hand(self.view.t_steps):  # no panel is to wait for the steps at the playhead
            self.frame = frame_at(solution, nearest_kept(solution, self.view.t_steps))
        self.solution_changed.emit(self.shown)
        descended = solution.stage in ("descend", "analyse")
        if descended and solution.runs and self.view.selected_run >= len(solution.runs):
            self.set_view(selected_run=len(solution.runs) - 1)  # the one that was selected is gone
        if solution.descending is not None and before is None and self.view.t_steps == 0.0:
            self._sought = math.inf  # who has not moved it sees what is new
        self._refresh_frame(growing=solution.descending is not None or before is not None)
        if solution.descending is None and self.view.held and descended:
            self.set_view(held=False)  # it was over before it could be held
        if self._drafting and (solution.fatal or descended):
            self._drafting = False
            if self._deferred is not None:
                self.edit(quality="draft", **self._deferred)
        return True

    def _shows_as_fine(self, solution: Solution) -> bool:
        """Whether the slice that `solution` brings is shown, as finely as that or more so."""
        section, shown, before = solution.section, self._section, self.solution
        return (
            section is not None
            and shown is not None
            and before is not None
            and before.objective is solution.objective
            and shown.plane.axes == section.plane.axes
            and shown.plane.coincides(section.plane)
            and len(shown.x) >= len(section.x)
        )

    @property
    def descending(self) -> bool:
        """Whether runs are growing, and nobody has held them."""
        return self.solution is not None and self.solution.descending is not None and not self.view.held

    @property
    def moving(self) -> bool:
        """Whether what is drawn will soon be something else: a film, a gesture, or runs that grow."""
        return self.view.playing or self._drafting or self.descending

    @property
    def look(self) -> Look:
        """What of more variables than two is looked at."""
        drawn = self.shown.field.plane if self.shown is not None and self.shown.field is not None else None
        return Look(self.view.t_steps, self.view.selected_run, drawn if self._in_gesture else None)

    @property
    def in_gesture(self) -> bool:
        """Whether the last edit is one of a gesture that has not ended: the picture keeps its axes."""
        return self._in_gesture

    @property
    def shown(self) -> Solution | None:
        """The Solution with the slice that is drawn in the place of its own Field, where that is another."""
        solution = self.solution
        if solution is None or self._section is None:
            return solution
        shown = self._shown
        if shown is None or shown.field is not self._section or self._shown_of is not solution:
            shown, self._shown_of = replace(solution, field=self._section), solution
            self._shown = shown
        return shown

    def show_section(
        self, field: Field | None, redraw: Redraw | None = None, no_plane: Message | None = None
    ) -> None:
        """Draw `field` in the place of the Solution's own; None for that.

        Args:
            redraw: what another draw of its axes would change. no_plane: why the chosen axes make no plane.
        """
        self._section, self.redraw, self.no_plane = field, redraw, no_plane
        self.section_changed.emit(self.shown)

    def show_prediction(self, prediction: Prediction | None) -> None:
        """Let surface and map show `prediction`; None for the loss."""
        self.prediction = prediction
        self.prediction_changed.emit(prediction)

    @property
    def selected_run(self) -> Run | None:
        """The run the panels show, if there is any."""
        runs = self.solution.runs if self.solution else ()
        return runs[min(self.view.selected_run, len(runs) - 1)] if runs else None

    # The ViewState

    def set_view(self, *, initiator: object = None, **changes: Any) -> None:
        """Replace fields of the ViewState."""
        if "t_steps" in changes:
            t_steps = changes["t_steps"]
            self._sought = t_steps if self.solution and t_steps < duration_steps(self.solution) else math.inf
        self._set_view(initiator, changes)

    def _set_view(self, initiator: object, changes: dict[str, Any]) -> None:
        view = replace(self.view, **changes)
        fields = frozenset(name for name in changes if getattr(view, name) != getattr(self.view, name))
        if not fields:
            return
        self.view = view
        self.view_changed.emit(Change(fields, initiator))
        if "t_steps" in fields or ("selected_run" in fields and not self._at_hand(self.view.t_steps)):
            self._refresh_frame()

    @property
    def shown_steps(self) -> float:
        """The moment that is shown: where the playhead is, or the last one that was at hand."""
        return self.frame.t_steps if self.frame is not None else self.view.t_steps

    def show_moment(self, solution: Solution, t_steps: float) -> None:
        """Show that moment, whose steps are at hand now; the playhead may be at another, which is next."""
        if self.solution is None or self.solution.runs is not solution.runs:
            return
        if t_steps != self.view.t_steps:
            self._show_frame(t_steps)
        self._refresh_frame()

    def _refresh_frame(self, *, growing: bool = False) -> None:
        """The frame at the playhead, which goes along with the end of runs that grow, if it was there."""
        if self.solution is None:
            return
        limit = float(duration_steps(self.solution))
        t_steps = min(self._sought if growing else self.view.t_steps, limit)
        if t_steps != self.view.t_steps:
            self._set_view(None, {"t_steps": t_steps})
        elif self._at_hand(self.view.t_steps):
            self._show_frame(self.view.t_steps)
        else:
            self.steps_wanted.emit(self.solution, self.view.t_steps, self.view.selected_run)

    def _show_frame(self, t_steps: float) -> None:
        if self.solution is not None:
            self.frame = frame_at(self.solution, t_steps)
            self.frame_changed.emit(self.frame)

    def _at_hand(self, t_steps: float) -> bool:
        return self.solution is None or at_hand(self.solution, t_steps, self.view.selected_run)


def _same_axes(a: Solution | None, b: Solution) -> bool:
    """Whether a slice that was drawn of one can stand for one of the other."""
    return (
        a is not None
        and a.setup is not None
        and b.setup is not None
        and (a.setup.axes, a.setup.descended) == (b.setup.axes, b.setup.descended)
    )
