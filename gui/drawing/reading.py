"""What can be read at one point of the map: f and its gradient there. Any thread."""

import math
from dataclasses import dataclass, replace

import numpy as np

from engine.base.arrays import Floats
from engine.base.round_numbers import without_dust
from engine.document.lab import Slice
from engine.function.box import box_widths
from engine.function.limits import shown_gradient
from engine.function.plane import Plane
from engine.solving.solution import Solution
from engine.solving.timeline import Frame


@dataclass(frozen=True)
class Reading:
    """f and its partials at (x, y); NaN where undefined.

    Attributes:
        gradient: (d,), by all descended variables, the drawn ones among them.
    """

    x: float
    y: float
    f: float
    fx: float
    fy: float
    gradient: tuple[float, ...]

    @property
    def steepness(self) -> float:
        """|∇f| in the drawn plane: of the drawn variables alone."""
        return math.hypot(self.fx, self.fy)

    @property
    def gradient_norm(self) -> float:
        """|∇f|, of all variables."""
        return math.hypot(*self.gradient)

    @property
    def direction_deg(self) -> float:
        """Of ∇f, counter-clockwise from the horizontal axis, in [0, 360); NaN for a zero gradient."""
        if not (self.steepness > 0 and math.isfinite(self.steepness)):
            return math.nan
        return math.degrees(math.atan2(self.fy, self.fx)) % 360.0


def read_at(solution: Solution, x: float, y: float, plane: Plane | None = None) -> Reading | None:
    """The exact numbers of the solution's function at (x, y); with one axis y does not matter.

    Args:
        plane: default the drawn one, that of the solution's Field.
    """
    objective, field = solution.objective, solution.field
    if objective is None or field is None:
        return None
    plane = plane or field.plane
    theta = plane.theta(x, y)
    with np.errstate(all="ignore"):
        value = float(objective.value(theta))
        gradient = shown_gradient(objective, theta)
    fx, fy = _slopes(plane, gradient)
    return Reading(x, y, value, fx, fy, tuple(gradient.tolist()))


def _slopes(plane: Plane, gradient: Floats) -> tuple[float, float]:
    """Along the axes; with one axis the second is 0."""
    slopes = plane.along(gradient)
    return float(slopes[0]), float(slopes[1]) if len(slopes) > 1 else 0.0


def sizes(solution: Solution) -> tuple[float, Floats] | None:
    """How large f and its partials, (d,), are in the picture: what is shown of them beside it is no dust."""
    field, setup = solution.field, solution.setup
    if field is None or setup is None:
        return None
    height = field.z_hi - field.z_lo
    return height, height / box_widths(setup.lo, setup.hi)


def readable(reading: Reading, solution: Solution) -> Reading:
    """`reading` with zeros in the place of what rounding has left of them."""
    known, field = sizes(solution), solution.field
    if known is None or field is None or len(known[1]) != len(reading.gradient):
        return reading
    height, slopes = known
    gradient = tuple(map(without_dust, reading.gradient, slopes.tolist()))
    fx, fy = _slopes(field.plane, np.array(gradient))
    if field.plane.directions is not None:  # rounding of the sums over all variables
        fx, fy = (without_dust(slope, math.hypot(*gradient)) for slope in (fx, fy))
    return replace(reading, f=without_dust(reading.f, height), fx=fx, fy=fy, gradient=gradient)


def slice_point(
    chosen: Slice, solution: Solution, frame: Frame | None, run: int
) -> tuple[float, float] | None:
    """Where the slices are: where they were put, else at the marker of the selected run."""
    setup, field = solution.setup, solution.field
    if setup is None or field is None:
        return None
    if chosen.point is not None:
        return chosen.point
    if not len(setup.starts):
        return None
    position = setup.starts[0]
    marker = frame.marker_of(run) if frame is not None else None
    if marker is not None and len(marker.position) == len(position):  # else still of the formula before
        position = marker.position
    return field.plane.coordinates_of(position)
