"""The quadratic that touches the function at a point: what a step there can be expected to do.

Any thread; numpy and msgspec only.
"""

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike

from engine.objective import Objective
from engine.solution import Floats

FLAT: Final = 1e-10  # of the largest eigenvalue's magnitude: below it a direction counts as flat


class LocalModel(Struct, frozen=True, kw_only=True):
    """f near a point: f + ∇fᵀδ + ½ δᵀHδ.

    Attributes:
        point: (d,). eigenvalues: of the Hessian, ascending, (d,). eigenvectors: (d, d), columns, orthonormal.
        shape: what the quadratic looks like.
        condition: largest over smallest eigenvalue of a bowl; None for any other shape.
        limit: 2/λ_max, the learning rate above which gradient descent overshoots more and more along the
            steepest direction; None where no direction curves upwards.
    """

    point: Floats
    eigenvalues: Floats
    eigenvectors: Floats
    shape: str
    condition: float | None
    limit: float | None


def local_model(objective: Objective, point: ArrayLike) -> LocalModel | None:
    """The LocalModel at `point`, (d,); None where the Hessian is not finite."""
    theta = np.asarray(point, dtype=np.float64)
    hessian = np.asarray(objective.hessian(theta), dtype=np.float64)
    if hessian.size == 0 or not np.isfinite(hessian).all():
        return None
    eigenvalues, eigenvectors = np.linalg.eigh(0.5 * (hessian + hessian.T))
    lowest, highest = float(eigenvalues[0]), float(eigenvalues[-1])
    tiny = FLAT * float(np.abs(eigenvalues).max())
    if highest <= tiny and lowest >= -tiny:
        shape = "flat"
    elif lowest > tiny:
        shape = "bowl"
    elif highest < -tiny:
        shape = "dome"
    elif lowest < -tiny and highest > tiny:
        shape = "saddle"
    else:
        shape = "valley" if highest > tiny else "ridge"
    return LocalModel(
        point=theta,
        eigenvalues=eigenvalues,
        eigenvectors=eigenvectors,
        shape=shape,
        condition=highest / lowest if shape == "bowl" else None,
        limit=2.0 / highest if highest > tiny else None,
    )
