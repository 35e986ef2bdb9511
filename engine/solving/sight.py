"""Which plane is looked at, and what it is: the axes that the lab chose, and the point they go through.

A Sight is what of it is known at once; a Plane takes a decomposition of a path, or some of the curvature, and
is made by who samples it. Any thread; numpy only.
"""

import threading
from collections.abc import Callable
from typing import Any, Final
from weakref import WeakKeyDictionary

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from engine.base.arrays import Floats
from engine.base.cancellation import CancelCheck, never
from engine.base.i18n import Message, message
from engine.base.round_numbers import format_tick, rounded_out
from engine.base.streams import stream
from engine.base.vectors import length
from engine.descent.rows import kept_steps, some
from engine.descent.run import Run
from engine.document.axes import (
    Axes,
    LeadingCurvature,
    LineBetweenEnds,
    PrincipalComponents,
    RandomDirections,
    TwoVariables,
)
from engine.document.lab import Lab
from engine.document.network import scalar_names
from engine.document.setup import Axis
from engine.function.directions import Pair, curved, orthonormal, principal, random_pair
from engine.function.plane import Directions, Plane
from engine.solving.ranges import MARGIN, MOST_POINTS, path_ranges
from engine.solving.solution import Solution
from engine.solving.timeline import Frame

NAMES: Final = ("alpha", "beta")  # of the coordinates, as Li et al. have them
WEIGHT_STEPS: Final = 8  # coarsely: the ranges of weights stay while their path grows

Corner = tuple[Floats, Floats]


class NoPlane(Exception):
    """The chosen axes make no plane; `message` says why and what to do."""

    def __init__(self, text: Message) -> None:
        super().__init__(text.render())
        self.message = text


class Sight(Struct, frozen=True, eq=False):
    """Attributes:
    axes: what was chosen. runs: those that its directions hang on; none of two variables.
    point: (d,), what the plane goes through. plane: where it is known at once.
    """

    axes: Axes
    point: Floats
    runs: tuple[Run, ...] = ()
    plane: Plane | None = None

    def same_as(self, other: "Sight") -> bool:
        """Whether both see the same plane."""
        if self.plane is not None and other.plane is not None:
            return self.plane.coincides(other.plane)
        return (
            self.plane is other.plane
            and self.axes == other.axes
            and len(self.runs) == len(other.runs)
            and all(a is b for a, b in zip(self.runs, other.runs, strict=True))
            and np.array_equal(self.point, other.point)
        )


def under_hand(sight: Sight, drawn: Plane) -> Sight:
    """`sight` in mid-gesture, while `drawn` is shown: neither its directions nor its ranges change under the
    hand that drags something in it."""
    if sight.plane is None:
        return sight if drawn.directions is None else replace(sight, plane=drawn)
    return replace(sight, plane=replace(sight.plane, axes=drawn.axes)) if sight.plane.is_of(drawn) else sight


def moves_with_playhead(lab: Lab) -> bool:
    """Whether what is drawn of more variables than two is another plane at each moment."""
    axes = lab.axes
    if isinstance(axes, TwoVariables):
        return lab.display.follow
    return not isinstance(axes, LineBetweenEnds) and axes.through == "playhead"


def sight_at(solution: Solution, frame: Frame | None, run: int) -> Sight | None:
    """What is to be seen at the moment `frame` of the selected `run`; None before there are variables.

    The plane through the first start where nothing is hidden, or where nothing has run.
    """
    setup, axes, runs = solution.setup, solution.lab.axes, solution.runs
    if setup is None:
        return None
    own, field = _ranged(solution, Plane.of(setup, setup.starts[0])), solution.field
    own = field.plane if field is not None and own.coincides(field.plane) else own
    marker = frame.marker_of(run) if frame is not None else None
    at = marker.position if marker is not None else own.origin
    if own.whole or not runs or runs[0].points.shape[1:] != own.origin.shape:
        axes = TwoVariables()
    elif at.shape != own.origin.shape or not np.isfinite(at).all():
        at = own.origin
    if isinstance(axes, TwoVariables):
        plane = _of_variables(solution, own, at)
        return Sight(axes, plane.origin, plane=plane)
    if isinstance(axes, LineBetweenEnds):
        pair = tuple(runs[k] for k in (axes.first, axes.second) if k < len(runs))
        return Sight(axes, pair[0].points[-1] if pair else at, pair)
    selected = runs[min(run, len(runs) - 1)]
    through = {"end": _last(selected), "start": selected.points[0], "playhead": at}[axes.through]
    return Sight(axes, through, (selected,))


def plane_of(solution: Solution, sight: Sight, cancelled: CancelCheck = never) -> Plane:
    """The plane of `sight`.

    Raises:
        NoPlane: its axes make none.
        Cancelled: as soon as `cancelled` says so.
    """
    if sight.plane is not None:
        return sight.plane
    axes = sight.axes
    if isinstance(axes, LeadingCurvature):
        return _curvature_plane(solution, sight, cancelled)
    kept = _kept(solution)
    key = (
        replace(axes, through="end") if not isinstance(axes, LineBetweenEnds) else axes,
        *map(id, sight.runs),
    )
    if key not in kept:
        kept[key] = _makers[type(axes)](solution, sight)
    plane: Plane = kept[key]
    return plane.through(sight.point)


def _of_variables(solution: Solution, own: Plane, at: Floats) -> Plane:
    """That of the drawn variables through `at`, if the display follows the run; else the Solution's own."""
    if not solution.lab.display.follow or own.whole or at.shape != own.origin.shape:
        return own
    plane = own.through(at)
    return own if plane.coincides(own) or not np.isfinite(at).all() else plane


def _last(run: Run) -> Floats:
    """The last point that is one."""
    for step in (run.steps, *kept_steps(run.points)[::-1].tolist()):
        point = np.asarray(run.points[step])
        if np.isfinite(point).all():
            return point
    return np.asarray(run.points[0])


# The planes that hang on runs alone


def _random_plane(solution: Solution, sight: Sight) -> Plane:
    axes = sight.axes
    assert isinstance(axes, RandomDirections)
    center = _last(sight.runs[0])
    pair, norm = random_pair(stream(axes.seed, "directions"), center, _filters(solution))
    assert pair is not None  # two random directions of more variables than two
    titles = tuple(message("random {number}", number=k) for k in (1, 2))
    return _laid_out(solution, sight.runs[0], Directions(center, pair.ways), titles, norm)


def another_draw(solution: Solution, sight: Sight, plane: Plane) -> Plane | None:
    """`plane` as the draw before (after the first one, the next) would have it; None if it is not drawn."""
    axes = sight.axes
    if not isinstance(axes, RandomDirections) or plane.directions is None:
        return None
    other = replace(axes, seed=axes.seed - 1 if axes.seed else 1)
    center = plane.directions.center
    pair, _ = random_pair(stream(other.seed, "directions"), center, _filters(solution))
    return None if pair is None else replace(plane, directions=Directions(center, pair.ways))


def _principal_plane(solution: Solution, sight: Sight) -> Plane:
    run = sight.runs[0]
    found = principal(some(run.points, MOST_POINTS))
    if found is None:
        raise NoPlane(
            message("This run does not move, so its path has no principal components. Choose other axes.")
        )
    titles = tuple(
        message(
            "PC {number} ({share} %)",
            number=k,
            share=format_tick(100.0 * float(share), 2 if share < 0.995 else 3),
        )
        for k, share in enumerate(found.shares, 1)
    )
    return _laid_out(solution, run, Directions(_last(run), found.ways), titles)


def _line_plane(solution: Solution, sight: Sight) -> Plane:
    axes = sight.axes
    assert isinstance(axes, LineBetweenEnds)
    if len(sight.runs) < 2:
        raise NoPlane(
            message(
                "A line between two ends needs two runs, and there is no run {number}. Add an optimizer or a "
                "start, or choose other axes.",
                number=max(axes.first, axes.second) + 1,
            )
        )
    a, b = (_last(run) for run in sight.runs)
    line = b - a
    if not float(length(line)) > 0:
        raise NoPlane(message("Both runs end at the same point, so there is no line between their ends."))
    beside = [run.points[0] - a for run in sight.runs]
    pair = orthonormal(line, *beside, *np.eye(3, len(a)))
    assert pair is not None
    numbers = (axes.first + 1, axes.second + 1)
    second = (
        message("start of run {number}", number=numbers[pair.used[1] - 1])
        if pair.used[1] <= 2
        else message("across")
    )
    titles = (message("run {a} → run {b}", a=numbers[0], b=numbers[1]), second)
    return _laid_out(solution, sight.runs[0], Directions(a, pair.ways), titles)


_makers: Final[dict[type[Any], Callable[[Solution, Sight], Plane]]] = {
    RandomDirections: _random_plane,
    PrincipalComponents: _principal_plane,
    LineBetweenEnds: _line_plane,
}


def _filters(solution: Solution) -> list[NDArray[np.intp]]:
    """What goes into each unit, as places among the descended variables; all letters of a formula are one."""
    setup, network = solution.setup, solution.lab.network
    assert setup is not None
    if network is None:
        return [np.arange(len(setup.descended))]
    place = {name: k for k, name in enumerate(setup.descended)}
    filters: list[NDArray[np.intp]] = []
    for name, shape in network.shapes.items():
        if len(shape) == 2:
            names = scalar_names({name: shape})
            rows = (names[k : k + shape[1]] for k in range(0, len(names), shape[1]))
            filters += [
                np.array([place[each] for each in row if each in place], dtype=np.intp) for row in rows
            ]
    return filters


# The plane that hangs on the point


def _curvature_plane(solution: Solution, sight: Sight, cancelled: CancelCheck) -> Plane:
    assert solution.objective is not None
    found = curved(solution.objective.while_wanted(cancelled), sight.point)
    if found.pair is None or not np.isfinite(found.eigenvalues).all():
        raise NoPlane(message("The loss has no curvature at this point, so it gives no directions."))
    titles = tuple(_curvature_title(found.pair, k, found.eigenvalues) for k in (0, 1))
    away = length(some(sight.runs[0].points, MOST_POINTS) - sight.point)
    far = float(np.max(away[np.isfinite(away)], initial=0.0)) or float(length(sight.point)) or 1.0
    lo, hi = rounded_out(-far, far, 4, MARGIN)  # coarsely: the range stays while the point moves
    axes = tuple(Axis(name, lo, hi, title) for name, title in zip(NAMES, titles, strict=True))
    return Plane(sight.point, axes=axes, directions=Directions(sight.point, found.pair.ways))


def _curvature_title(pair: Pair, k: int, eigenvalues: Floats) -> Message:
    candidate = pair.used[k]
    if candidate == 0:
        return message("gradient")
    if candidate > 2:
        return message("across")
    size = format_tick(float(eigenvalues[candidate - 1]), 3)
    return (
        message("curvature {size}", size=size)
        if candidate == 1
        else message("lowest curvature {size}", size=size)
    )


# Ranges


def _laid_out(
    solution: Solution, run: Run, directions: Directions, titles: tuple[Message, ...], least: float = 0.0
) -> Plane:
    """The plane through the directions' middle, as wide as the paths, and at least `least` to each side."""
    plane = Plane(directions.center, directions=directions)
    usual = 2.0 * float(length(directions.center))
    spans = path_ranges(solution.runs, run, plane, np.zeros(2), least, usual)
    axes = [Axis(name, *span, title) for name, span, title in zip(NAMES, spans, titles, strict=True)]
    return replace(plane, axes=tuple(axes))


def _ranged(solution: Solution, plane: Plane) -> Plane:
    """`plane` of drawn weights, as wide as the paths along those whose ranges nobody chose."""
    setup = solution.setup
    assert setup is not None
    run = next((run for run in solution.runs if run.outcome != "diverged"), None)
    if not setup.open_axes or run is None or run.points.shape[1:] != plane.origin.shape:
        return plane
    kept = _kept(solution)
    if setup.axes not in kept:
        end = _last(run)
        size = float(np.sqrt(np.mean(np.square(end)))) or 1.0  # of a weight
        spans = path_ranges(solution.runs, run, plane, plane.coordinates(end), size, 2.0 * size, WEIGHT_STEPS)
        axes = tuple(
            Axis(axis.name, *span) if axis.name in setup.open_axes else axis
            for axis, span in zip(plane.axes, spans, strict=False)
        )
        kept[setup.axes] = replace(plane, axes=axes)
    return replace(plane, axes=kept[setup.axes].axes)


# What was made is kept as long as the Solutions of the same runs are

_MADE: Final[WeakKeyDictionary[Solution, dict[tuple[Any, ...], Plane]]] = WeakKeyDictionary()
_LOCK: Final = threading.Lock()


def _kept(solution: Solution) -> dict[tuple[Any, ...], Plane]:
    with _LOCK:
        kept = _MADE.get(solution)
        if kept is None:
            same = [each for other, each in _MADE.items() if other.runs is solution.runs]
            kept = _MADE[solution] = same[0] if same else {}
    return kept
