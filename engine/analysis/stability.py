"""The second-order picture around a point: curvatures, condition number, the largest stable learning rate.

Any thread; numpy only.
"""

from typing import Final

import numpy as np
from msgspec import Struct

from engine.base.arrays import Floats
from engine.base.vectors import eigensystem
from engine.function.limits import shown_gradient
from engine.program import krylov
from engine.program.function import DENSE, Function, dense_hessian

FLAT: Final = 1e-12  # of the largest curvature: below it Newton's method does not follow a direction


class LocalModel(Struct, frozen=True, kw_only=True):
    """L near a point, to second order.

    Attributes:
        point: (d,). value: L there. gradient: (d,), at a kink its limit, where it has one.
        eigenvalues: (k,), ascending: all k = d of them, of more than DENSE variables the lowest and the
            highest alone. eigenvectors: (d, k), column i belongs to eigenvalue i.
        step: (d,), where Newton's method goes from here; 0 along flat directions.
        condition: |λ|_max / |λ|_min; inf where the Hessian is singular, NaN where it is undefined or not
            known.
        limit: 2/λ_max, gradient descent's largest stable η; inf where nothing curves upwards.
    """

    point: Floats
    value: float
    gradient: Floats
    eigenvalues: Floats
    eigenvectors: Floats
    step: Floats
    condition: float
    limit: float

    def rate(self, lr: float) -> float:
        """The factor by which gradient descent of rate η shrinks the error each step: max |1 − ηλ|.

        Beyond 1 it grows. NaN where the Hessian is undefined.
        """
        return float(np.max(np.abs(1.0 - lr * self.eigenvalues)))


def stability_limit(eigenvalues: Floats) -> float:
    """2/λ_max of a Hessian with these eigenvalues: beyond this η gradient descent overshoots ever further.

    inf where no eigenvalue is positive; NaN where they are undefined.

    >>> stability_limit(np.array([2.0, 8.0]))
    0.25
    """
    largest = float(eigenvalues.max())
    return 2.0 / largest if largest > 0 else float("nan" if np.isnan(largest) else "inf")


def local_model(function: Function, point: Floats) -> LocalModel:
    """The LocalModel of L at `point` (d,)."""
    point = np.asarray(point, dtype=np.float64)
    with np.errstate(all="ignore"):
        value, gradient = function.value(point), shown_gradient(function, point)
        if len(point) > DENSE:
            return _by_products(function, point, float(value), gradient)
        eigenvalues, eigenvectors = eigensystem(dense_hessian(function, point))
        sizes = np.abs(eigenvalues)
        along = eigenvectors.T @ gradient
        curved = sizes > FLAT * sizes.max()
        step = -eigenvectors @ (np.where(curved, along, 0.0) / np.where(curved, eigenvalues, 1.0))
        condition = float(sizes.max() / sizes.min()) if sizes.min() > 0 else float("inf")
    return LocalModel(
        point=point,
        value=float(value),
        gradient=gradient,
        eigenvalues=eigenvalues,
        eigenvectors=_turned(eigenvectors),
        step=step,
        condition=condition if np.isfinite(eigenvalues).all() else float("nan"),
        limit=stability_limit(eigenvalues),
    )


def _by_products(function: Function, point: Floats, value: float, gradient: Floats) -> LocalModel:
    """The same where no Hessian is made, from its products with directions."""
    multiply = krylov.along(function, point)
    values, vectors, known = krylov.ends(multiply, len(point))
    told = all(known) and values[0] > 0
    return LocalModel(
        point=point,
        value=value,
        gradient=gradient,
        eigenvalues=values,
        eigenvectors=_turned(vectors),
        step=-krylov.solved(multiply, gradient),
        condition=float(values[1] / values[0]) if told else float("nan"),
        limit=stability_limit(values),
    )


def _turned(vectors: Floats) -> Floats:
    """Of ±v the one whose largest component is positive, so that a direction never flips by rounding."""
    largest = np.abs(vectors).argmax(axis=0)
    sign = np.sign(np.take_along_axis(vectors, largest[None], axis=0))
    return vectors * np.where(sign < 0, -1.0, 1.0)
