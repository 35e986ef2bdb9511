"""The stage of sampling: the slice through the first start, and the one that somebody looks at.

Runs on the engine thread; numpy only.
"""

from collections.abc import Hashable

from msgspec import Struct
from msgspec.structs import replace

from engine.base.cancellation import CancelCheck
from engine.document.lab import Lab
from engine.document.setup import Setup, draws_directions
from engine.function.field import Quality, looks, precision_of, resolution_of, sample
from engine.function.objective import Objective
from engine.function.plane import Plane
from engine.function.sampled import Field
from engine.solving.kept import Kept
from engine.solving.replay import at_hand
from engine.solving.section import section
from engine.solving.sight import NoPlane, plane_of, sight_at, under_hand
from engine.solving.solution import Solution
from engine.solving.timeline import frame_at


class Look(Struct, frozen=True, eq=False):
    """What of more variables than two is looked at while a Lab is solved.

    Attributes:
        t_steps, run: the playhead, and the run that it is on.
        plane: what is drawn in mid-gesture: what then is looked at has its directions and its ranges.
    """

    t_steps: float
    run: int
    plane: Plane | None = None

    def is_elsewhere(self, lab: Lab, setup: Setup) -> bool:
        """Whether it may see another slice than that through the start."""
        if setup.open_axes:
            return True
        if len(setup.descended) <= len(setup.axes):
            return False
        return draws_directions(lab, setup) or (lab.display.follow and self.t_steps > 0)


class Slices(Struct, frozen=True, eq=False):
    """The slices of one request.

    Attributes:
        wanted: the objective, which raises Cancelled. quality: of the request. live: whether somebody waits.
        look: what is looked at; None: nobody looks. cancelled: the request is given up.
    """

    kept: Kept
    objective: Objective
    wanted: Objective
    setup: Setup
    lab: Lab
    quality: Quality
    live: bool
    look: Look | None
    cancelled: CancelCheck

    @property
    def is_aside(self) -> bool:
        """Whether something else is seen than the Field over the drawn variables: directions, or weights in
        other ranges."""
        hidden = len(self.setup.descended) > len(self.setup.axes)
        return draws_directions(self.lab, self.setup) or (hidden and bool(self.setup.open_axes))

    @property
    def soon(self) -> Quality:
        """Of the Field that is to be there at once: over data a coarse one, for the runs do not wait for the
        fine one. Where directions are drawn, that of the variables is seen only if they make no plane."""
        if self.quality != "full":
            return self.quality
        if self.is_aside:
            return "moving" if self.look is not None else "draft"
        return "draft" if self.live and self.objective.rows > 1 else "full"

    def first(self) -> Field | None:
        """That through the first start. In mid-gesture it is an old one, or the one that is looked at, where
        that is another: one slice is sampled for a picture."""
        elsewhere = self.look is not None and self.look.is_elsewhere(self.lab, self.setup)
        if self.quality != "draft" or not elsewhere:
            return self.own(self.soon)
        old: Field | None = self.kept.get("slice", self._about)
        return old

    def seen(self, solution: Solution) -> Solution:
        """`solution`, whose runs may go on, with the slice that is looked at."""
        section = self._section(solution)
        field = solution.field or section or self.own(self.soon)
        return replace(solution, field=field, section=section)

    def own(self, quality: Quality) -> Field:
        """The Field through the first start; a fine one that is there serves a coarse one, too."""
        at = self.setup.starts[0]
        hidden = tuple(at[i] for i in range(len(at)) if i not in self.setup.drawn)
        work, layered = self.objective.work, self.objective.layered
        fine: Field | None = self.kept.get("sample", (self._about, hidden, resolution_of("full", work)))
        if fine is not None:
            return fine
        resolution = resolution_of(quality, work)
        field = self.kept.get_or(
            "sample",
            (self._about, hidden, resolution),
            lambda: sample(
                self.wanted,
                self.setup,
                self.lab.display,
                resolution=resolution,
                plane=Plane.of(self.setup, at),
                dtype=precision_of(quality, work, layered=layered),
            ),
        )
        return self.kept.keep("slice", self._about, field)

    @property
    def _about(self) -> Hashable:
        """The function, the axes, and how heights are shown."""
        return (id(self.objective), self.setup.axes, self.setup.descended, looks(self.lab.display))

    def _section(self, solution: Solution) -> Field | None:
        """A coarse Field over the plane that is looked at; None where it is that of the Solution's own one,
        or where there is no such plane, or none yet."""
        plane = self._plane(solution)
        if plane is None or (solution.field is not None and plane.coincides(solution.field.plane)):
            return None
        return self.kept.get_or(
            "section",
            (self._about, plane),
            lambda: section(solution, plane, "draft", cancelled=self.cancelled),
        )

    def _plane(self, solution: Solution) -> Plane | None:
        look = self.look
        if look is None or not look.is_elsewhere(self.lab, self.setup):
            return None
        if not at_hand(solution, look.t_steps, look.run):
            return None
        sight = sight_at(solution, frame_at(solution, look.t_steps), look.run)
        if sight is None:
            return None
        if look.plane is not None and look.plane.origin.shape == sight.point.shape:
            sight = under_hand(sight, look.plane)
        try:
            return plane_of(solution, sight, self.cancelled)
        except NoPlane:
            return None
