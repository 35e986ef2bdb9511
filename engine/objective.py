"""The function as numbers."""

from collections.abc import Mapping
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.symbolic import Derivation


class Objective:
    """L(θ) of the d descended variables, the held ones and the data bound. Broadcasts over leading axes."""

    variables: tuple[str, ...]

    @classmethod
    def bind(
        cls,
        derivation: Derivation,
        held: Mapping[str, float],
        data: Mapping[str, NDArray[np.float64]] | None = None,
    ) -> Self:
        raise NotImplementedError

    def value(self, theta: ArrayLike) -> NDArray[np.float64]:
        """(…, d) → (…)."""
        raise NotImplementedError

    def gradient(self, theta: ArrayLike) -> NDArray[np.float64]:
        """(…, d) → (…, d)."""
        raise NotImplementedError

    def hessian(self, theta: ArrayLike) -> NDArray[np.float64]:
        """(…, d) → (…, d, d)."""
        raise NotImplementedError
