"""The second-order picture around a point: curvatures, condition number, the largest stable learning rate.

Any thread; numpy only.
"""

import numpy as np
from msgspec import Struct

from engine.base.arrays import Floats
from engine.program.function import Function, dense_hessian


class LocalModel(Struct, frozen=True, kw_only=True):
    """L near a point, to second order.

    Attributes:
        point: (d,). value: L there. gradient: (d,). hessian: (d, d).
        eigenvalues: (d,), ascending; eigenvectors: (d, d), column i belongs to eigenvalue i.
        condition: |λ|_max / |λ|_min; inf where the Hessian is singular, NaN where it is undefined.
        limit: 2/λ_max, gradient descent's largest stable η; inf where nothing curves upwards.
    """

    point: Floats
    value: float
    gradient: Floats
    hessian: Floats
    eigenvalues: Floats
    eigenvectors: Floats
    condition: float
    limit: float

    def rate(self, lr: float) -> float:
        """The factor by which gradient descent of rate η shrinks the error each step: max |1 − ηλ|.

        Beyond 1 it grows. NaN where the Hessian is undefined.
        """
        return float(np.max(np.abs(1.0 - lr * self.eigenvalues)))


def stability_limit(hessian: Floats) -> float:
    """2/λ_max of a symmetric (d, d) Hessian: beyond this η gradient descent overshoots ever further.

    inf where no eigenvalue is positive; NaN where an entry is not finite.

    >>> stability_limit(np.array([[2.0, 0.0], [0.0, 8.0]]))
    0.25
    """
    if not np.isfinite(hessian).all():
        return float("nan")
    largest = float(np.linalg.eigvalsh(hessian)[-1])
    return 2.0 / largest if largest > 0 else float("inf")


def local_model(function: Function, point: Floats) -> LocalModel:
    """The LocalModel of L at `point` (d,)."""
    point = np.asarray(point, dtype=np.float64)
    with np.errstate(all="ignore"):
        value, gradient = function.value_and_gradient(point)
        hessian = np.asarray(dense_hessian(function, point), dtype=np.float64)
    if np.isfinite(hessian).all():
        eigenvalues, eigenvectors = np.linalg.eigh(0.5 * (hessian + hessian.T))
        # Of ±v the one whose largest component is positive, so that a direction never flips by rounding.
        largest = np.abs(eigenvectors).argmax(axis=0)
        sign = np.sign(np.take_along_axis(eigenvectors, largest[None], axis=0))
        eigenvectors = eigenvectors * np.where(sign < 0, -1.0, 1.0)
        sizes = np.abs(eigenvalues)
        condition = float(sizes.max() / sizes.min()) if sizes.min() > 0 else float("inf")
    else:
        eigenvalues = np.full(len(point), np.nan)
        eigenvectors = np.full((len(point), len(point)), np.nan)
        condition = float("nan")
    return LocalModel(
        point=point,
        value=float(value),
        gradient=np.asarray(gradient),
        hessian=hessian,
        eigenvalues=eigenvalues,
        eigenvectors=eigenvectors,
        condition=condition,
        limit=stability_limit(hessian),
    )
