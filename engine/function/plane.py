"""The drawn plane: the points that agree with one point in all that is not drawn.

Of d descended variables one or two are drawn, or two directions; across them, nothing changes all over the
picture. Any thread; numpy only.
"""

from typing import Final, Self

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import ArrayLike, NDArray

from engine.base.arrays import Floats
from engine.base.vectors import length
from engine.document.setup import Axis, Setup

NEAR: Final = 1e-3  # of the range of a variable: nobody sees a point nearer than this beside the plane


class Directions(Struct, frozen=True, eq=False):
    """Two directions as axes, in the unit of the variables, so that a plane shows lengths as they are.

    Attributes:
        center: (d,), the point whose coordinates are 0. ways: (2, d), orthonormal.
    """

    center: Floats
    ways: Floats

    def equals(self, other: "Directions | None") -> bool:
        if other is None or self is other:
            return other is not None
        return np.array_equal(self.ways, other.ways) and np.array_equal(self.center, other.center)


def _spans(axes: tuple[Axis, ...]) -> tuple[tuple[float, float], ...]:
    return tuple((axis.lo, axis.hi) for axis in axes)


class Plane(Struct, frozen=True, eq=False):
    """Attributes:
    origin: (d,), float64, a point of it; its drawn coordinates do not matter.
    drawn: the indices of the axes among the d variables; none where they are directions.
    axes: their names and ranges.
    directions: the axes that are no variables.
    """

    origin: Floats
    drawn: tuple[int, ...] = ()
    axes: tuple[Axis, ...] = ()
    directions: Directions | None = None

    @classmethod
    def of(cls, setup: Setup, origin: ArrayLike) -> Self:
        """That of the drawn variables of `setup` through `origin`, (d,)."""
        return cls(np.array(origin, dtype=np.float64), setup.drawn, setup.axes)

    def through(self, origin: Floats) -> Self:
        """The parallel one through `origin`, with the same coordinates."""
        return replace(self, origin=origin)

    @property
    def count(self) -> int:
        """How many axes it has."""
        return len(self.drawn) if self.directions is None else 2

    @property
    def whole(self) -> bool:
        """Whether it is all there is."""
        return len(self.origin) <= self.count

    @property
    def hidden(self) -> list[int]:
        """The indices of the variables that are not drawn."""
        return [i for i in range(len(self.origin)) if i not in self.drawn]

    def is_of(self, other: "Plane") -> bool:
        """Whether both have the same axes, among equally many variables: a point has the same coordinates."""
        if self.drawn != other.drawn or self.origin.shape != other.origin.shape:
            return False
        return (
            other.directions is None if self.directions is None else self.directions.equals(other.directions)
        )

    def coincides(self, other: "Plane") -> bool:
        """Whether both have the same points, and the same axes over the same ranges."""
        if self is other:
            return True
        if not self.is_of(other) or _spans(self.axes) != _spans(other.axes):
            return False
        if self.directions is not None:
            return bool(np.array_equal(self.origin, other.origin))
        hidden = self.hidden
        return bool(np.array_equal(self.origin[hidden], other.origin[hidden]))

    def along(self, vectors: ArrayLike) -> Floats:
        """What `vectors`, (…, d), are along the axes, (…, k)."""
        vectors = np.asarray(vectors, dtype=np.float64)
        if self.directions is None:
            return vectors[..., list(self.drawn)]
        with np.errstate(all="ignore"):
            return np.asarray(vectors @ self.directions.ways.T)

    def coordinates(self, points: ArrayLike) -> Floats:
        """Of `points`, (…, d), or of the feet of their perpendiculars on it, (…, k)."""
        points = np.asarray(points, dtype=np.float64)
        if self.directions is not None:
            with np.errstate(all="ignore"):
                points = points - self.directions.center
        return self.along(points)

    def coordinates_of(self, point: ArrayLike) -> tuple[float, float]:
        """Of one point, (d,); with one axis the second is 0."""
        found = self.coordinates(point)
        return float(found[0]), float(found[1]) if len(found) > 1 else 0.0

    def moved(self, points: ArrayLike, coordinates: ArrayLike) -> Floats:
        """`points`, (…, d), brought to `coordinates`, (…, k), along the axes; across them they stay.

        >>> Plane(np.zeros(3), (0, 2)).moved([1.0, 2.0, 3.0], [[7.0, 8.0]]).tolist()
        [[7.0, 2.0, 8.0]]
        """
        points = np.asarray(points, dtype=np.float64)
        coordinates = np.asarray(coordinates, dtype=np.float64)[..., : self.count]
        if self.directions is not None:
            with np.errstate(all="ignore"):
                return np.asarray(points + (coordinates - self.coordinates(points)) @ self.directions.ways)
        moved = np.array(np.broadcast_to(points, (*coordinates.shape[:-1], points.shape[-1])))
        moved[..., list(self.drawn)] = coordinates
        return moved

    def theta(self, x: float, y: float) -> Floats:
        """The point (x, y) of it as values of all variables, (d,); with one axis y does not matter."""
        return self.moved(self.origin, (x, y))

    def away(self, points: ArrayLike) -> Floats:
        """From its nearest points to `points`, (…, d), as vectors."""
        with np.errstate(over="ignore", invalid="ignore"):
            away = np.asarray(points, dtype=np.float64) - self.origin
            if self.directions is not None:
                return np.asarray(away - (away @ self.directions.ways.T) @ self.directions.ways)
        away[..., list(self.drawn)] = 0.0
        return np.asarray(away)

    def distance(self, points: ArrayLike) -> Floats:
        """How far `points`, (…, d), are from it, (…,), in the unit of the variables.

        >>> float(Plane(np.array([0.0, 0.0, 1.0, 2.0]), (0, 1)).distance([9.0, 9.0, 4.0, 6.0]))
        5.0
        """
        return length(self.away(points))

    def holds(self, points: ArrayLike, widths: Floats) -> NDArray[np.bool_]:
        """Which of `points`, (…, d), lie in it, as far as can be seen, (…,).

        Args:
            widths: (d,), the ranges of the variables, as of `engine.function.box.box_widths`; where the axes
                are directions, their own ranges count.
        """
        with np.errstate(invalid="ignore"):
            if self.directions is not None:
                width = min((axis.hi - axis.lo for axis in self.axes), default=1.0)
                return np.asarray(self.distance(points) <= NEAR * width)
            return np.asarray((np.abs(self.away(points)) <= NEAR * widths).all(axis=-1))
