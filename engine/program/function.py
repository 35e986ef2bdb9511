"""The door: what optimizers, stopping rules, analysis and basins may ask of a function of many variables.

Any thread; numpy only.
"""

from typing import Final, Protocol, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.base.arrays import Floats
from engine.base.cancellation import CancelCheck

DENSE: Final = 64  # variables up to which a whole Hessian is made


class Function(Protocol):
    """L(θ) of `dimension` variables; everything broadcasts over leading axes of theta, (…, d)."""

    @property
    def dimension(self) -> int: ...

    @property
    def rows(self) -> int:
        """Rows of data that a value is made of; 1 without data."""
        ...

    def value(self, theta: Floats, /) -> Floats:
        """(…, d) → (…)."""
        ...

    def gradient(self, theta: Floats, /) -> Floats:
        """(…, d) → (…, d)."""
        ...

    def value_and_gradient(self, theta: Floats, /) -> tuple[Floats, Floats]:
        """(…, d) → (…), (…, d)."""
        ...

    def curvature(self, theta: Floats, directions: Floats, /) -> Floats:
        """The Hessian times each of k directions, (…, d) and (…, k, d) → (…, k, d)."""
        ...

    def kinks(self, theta: Floats, /) -> NDArray[np.bool_]:
        """Where the gradient is a convention: at a kink, a tie or a 0/0; (…, d) → (…)."""
        ...

    def on(self, rows: NDArray[np.intp], /) -> Self:
        """The same function over some rows of the table."""
        ...

    def while_wanted(self, cancelled: CancelCheck, /) -> Self:
        """The same function, which raises Cancelled in the midst of its rows once `cancelled` says so."""
        ...


def dense_hessian(function: Function, theta: ArrayLike) -> Floats:
    """The Hessian, symmetric, (…, d) → (…, d, d).

    Raises:
        ValueError: the function has more than DENSE variables.
    """
    d = function.dimension
    if d > DENSE:
        raise ValueError(f"a Hessian of {d} variables is not made whole")
    theta = np.asarray(theta, dtype=float)
    hessian = function.curvature(theta, np.broadcast_to(np.eye(d), (*theta.shape[:-1], d, d)))
    return np.asarray(0.5 * (hessian + np.swapaxes(hessian, -1, -2)))
