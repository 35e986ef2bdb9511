"""The drawn plane: the points that agree with one point in every variable that is not drawn.

Of d descended variables one or two are drawn; the d − 2 others, the hidden ones, are the same all over the
picture. Any thread; numpy only.
"""

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray

from engine.base.arrays import Floats

NEAR: Final = 1e-3  # of the range of a variable: nobody sees a point nearer than this beside the plane


class Plane(Struct, frozen=True, eq=False):
    """Attributes:
    origin: (d,), float64, a point of it; its drawn coordinates do not matter.
    drawn: the indices of the axes among the d variables.
    """

    origin: Floats
    drawn: tuple[int, ...]

    @property
    def hidden(self) -> list[int]:
        """The indices of the variables that are not drawn."""
        return [i for i in range(len(self.origin)) if i not in self.drawn]

    def is_of(self, other: "Plane") -> bool:
        """Whether both are planes of the same drawn variables, among equally many."""
        return self.drawn == other.drawn and self.origin.shape == other.origin.shape

    def coincides(self, other: "Plane") -> bool:
        """Whether both have the same points."""
        hidden = self.hidden
        return self.is_of(other) and bool(np.array_equal(self.origin[hidden], other.origin[hidden]))

    def theta(self, x: float, y: float) -> Floats:
        """The point (x, y) of it as values of all variables, (d,); with one axis y does not matter."""
        theta = self.origin.copy()
        theta[list(self.drawn)] = (x, y)[: len(self.drawn)]
        return theta

    def distance(self, points: ArrayLike) -> Floats:
        """How far `points`, (…, d), are from it, (…,), in the unit of the variables.

        >>> float(Plane(np.array([0.0, 0.0, 1.0, 2.0]), (0, 1)).distance([9.0, 9.0, 4.0, 6.0]))
        5.0
        """
        hidden = self.hidden
        away = np.asarray(points, dtype=np.float64)[..., hidden] - self.origin[hidden]
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(np.sqrt(np.square(away).sum(axis=-1)))

    def holds(self, points: ArrayLike, widths: Floats) -> NDArray[np.bool_]:
        """Which of `points`, (…, d), lie in it, as far as can be seen, (…,).

        Args:
            widths: (d,), the ranges of the variables, as of `engine.function.box.box_widths`.
        """
        hidden = self.hidden
        away = np.asarray(points, dtype=np.float64)[..., hidden] - self.origin[hidden]
        with np.errstate(invalid="ignore"):
            return np.asarray((np.abs(away) <= NEAR * widths[hidden]).all(axis=-1))
