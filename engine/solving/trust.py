"""How far a plane can be believed to show a path: how much of it lies in the plane, and how far it is away.

Any thread; numpy only.
"""

from typing import Final, Literal

import numpy as np
from msgspec import Struct

from engine.base.cancellation import CancelCheck, never
from engine.base.vectors import length
from engine.descent.rows import some
from engine.descent.run import Run
from engine.function.field import precision_of, resolution_of, sample
from engine.function.plane import Plane
from engine.function.sampled import Field
from engine.solving.sight import Sight, another_draw
from engine.solving.solution import Solution

Level = Literal["high", "fair", "low"]

RANDOM_WALK: Final = (6 / np.pi**2, 6 / np.pi**2 / 4)
"""The shares of the first two principal components of a long random walk in very many dimensions.

Source: Antognini & Sohl-Dickstein 2018, "PCA of high dimensional random walks with comparison to neural
network training", section 2.
"""

# What a level asks for. To hold no more than the principal plane of a random walk does earns no trust.
HELD: Final[dict[Level, float]] = {"high": 0.9, "fair": 0.76}
AWAY: Final[dict[Level, float]] = {"high": 0.1, "fair": 0.3}
ALIKE: Final[dict[Level, float]] = {"high": 0.9, "fair": 0.6}
MOST_POINTS: Final = 1000  # of a path, evenly apart


class Held(Struct, frozen=True):
    """What a plane's axes hold of a path.

    Attributes:
        shares: of the variance of its points along each axis; NaN of a path that does not move.
        extent: how far it gets from its start, in the unit of the variables.
    """

    shares: tuple[float, ...]
    extent: float

    @property
    def share(self) -> float:
        """Of all axes together."""
        return sum(self.shares)


class Redraw(Struct, frozen=True):
    """How another draw of random directions changes the picture.

    Attributes:
        correlation: of the heights at the same coordinates. spread: of the heights, times that of the first.
    """

    correlation: float
    spread: float


class Trust(Struct, frozen=True):
    """At one moment of a run.

    Attributes:
        distance: of the run's point from the plane. redraw: of axes drawn at random, where it is known.
    """

    held: Held
    distance: float
    redraw: Redraw | None = None

    @property
    def away(self) -> float:
        """The distance as a part of the path's extent; NaN of a path that does not move."""
        return self.distance / self.held.extent if self.held.extent > 0 else np.nan

    @property
    def level(self) -> Level:
        """The best of which all numbers are good enough: HELD, AWAY and, of random directions, ALIKE."""
        alike = self.redraw.correlation if self.redraw is not None else 1.0
        levels: tuple[Level, ...] = ("high", "fair")
        return next(
            (
                level
                for level in levels
                if self.held.share >= HELD[level] and self.away <= AWAY[level] and alike >= ALIKE[level]
            ),
            "low",
        )


def held_of(plane: Plane, run: Run) -> Held:
    """What the axes of `plane` hold of the path of `run`, where its points are finite."""
    points = some(run.points, MOST_POINTS)
    points = points[np.isfinite(points).all(axis=1)]
    extent = float(length(points - points[0]).max(initial=0.0))
    if not (0 < extent < np.inf):
        return Held((np.nan,) * plane.count, extent)
    apart = points / extent
    apart = apart - apart.mean(axis=0)
    shares = np.square(plane.along(apart)).sum(axis=0) / np.square(apart).sum()
    return Held(tuple(shares.tolist()), extent)


def redrawn(solution: Solution, sight: Sight, field: Field, cancelled: CancelCheck = never) -> Redraw | None:
    """What another draw would change of `field`, which `sight` sees; None where nothing is drawn at random.

    Raises:
        Cancelled: as soon as `cancelled` says so.
    """
    other = another_draw(solution, sight, field.plane)
    objective, setup = solution.objective, solution.setup
    if other is None or objective is None or setup is None:
        return None
    resolution = resolution_of("moving", objective.work)
    dtype = precision_of("moving", objective.work, layered=objective.layered)
    wanted = objective.while_wanted(cancelled)
    a, b = (
        sample(wanted, setup, solution.lab.display, plane=plane, resolution=resolution, dtype=dtype).z
        for plane in (field.plane, other)
    )
    both = np.isfinite(a) & np.isfinite(b)
    if not both.any() or not (np.ptp(a[both]) > 0 and np.ptp(b[both]) > 0):
        return None
    correlation = float(np.corrcoef(a[both], b[both])[0, 1])
    return Redraw(correlation, float(np.ptp(b[both]) / np.ptp(a[both])))
