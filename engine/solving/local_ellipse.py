"""The local ellipse: what the curvature around a point looks like in the drawn plane.

Around a point, L(θ + p) ≈ L + ∇Lᵀp + ½ pᵀHp. Drawn is the set of the p with pᵀHp = ±c, the level set of the
quadratic form alone: an ellipse with semi-axes ∝ 1/√|λ| along the eigenvectors; two pairs of hyperbola
branches where H has eigenvalues of both signs; two parallel lines where one of them is 0. Only proportions
mean something: c is chosen so that it fits the picture. Any thread; numpy only.
"""

from typing import Final, Literal

import numpy as np
from msgspec import Struct

from engine.base.arrays import Floats
from engine.base.vectors import length
from engine.descent.run import Run
from engine.function.local_shape import FLAT
from engine.solving.solution import Solution

Conic = Literal["ellipse", "hyperbola", "lines"]

REACH: Final[dict[Conic, float]] = {"ellipse": 0.18, "hyperbola": 0.1, "lines": 0.06}  # of the widths
FAR: Final = 0.22  # of the widths: where what has no end is cut off
OPENING: Final = 1.1  # the hyperbolic angle at which a branch is cut off
SAMPLES: Final = 96


class LocalEllipse(Struct, frozen=True, eq=False, kw_only=True):
    """The level set of the quadratic form of a 2 × 2 Hessian around a point, in data coordinates.

    Attributes:
        conic: what it is.
        point: its centre, (2,). eigenvalues: (2,), ascending.
        axes: (2, 2); row i is the semi-axis of eigenvalue i, along its eigenvector. Their lengths are in the
            proportion of 1/√|λ|, but for a flat direction, whose axis has no end and is cut off.
        rises: the curves on which the form is +c, each (n, 2); falls: those on which it is −c.
    """

    conic: Conic
    point: Floats
    eigenvalues: Floats
    axes: Floats
    rises: tuple[Floats, ...] = ()
    falls: tuple[Floats, ...] = ()


def local_ellipse(hessian: Floats, point: Floats, widths: Floats) -> LocalEllipse | None:
    """The level set of `hessian`, (2, 2) and symmetric, around `point`, (2,).

    Args:
        widths: (2,), of the part of the plane that is seen: the curves fill a fixed part of it.

    Returns:
        None where the Hessian is undefined, or 0 and so without a level set.

    >>> bowl = local_ellipse(np.diag([2.0, 8.0]), np.zeros(2), np.array([10.0, 10.0]))
    >>> bowl.conic, np.abs(bowl.axes).round(3).tolist()  # twice as long where it curves a quarter as much
    ('ellipse', [[1.8, 0.0], [0.0, 0.9]])
    """
    if not np.isfinite(hessian).all():
        return None
    largest = float(np.abs(hessian).max())
    if largest == 0.0:
        return None
    # Divided by its size, so that neither 1e300 nor 1e-300 leaves the range of the numbers.
    scaled, vectors = np.linalg.eigh(0.5 * (hessian / largest) + 0.5 * (hessian / largest).T)
    # Of ±v the one whose largest component is positive, so that no axis turns round by rounding.
    largest_parts = np.take_along_axis(vectors, np.abs(vectors).argmax(axis=0)[None], axis=0)
    vectors = vectors * np.where(largest_parts < 0, -1.0, 1.0)
    curved = np.abs(scaled) > FLAT * np.abs(scaled).max()
    conic: Conic = "lines" if not curved.all() else "ellipse" if scaled[0] * scaled[1] > 0 else "hyperbola"
    with np.errstate(divide="ignore"):
        semi = np.where(curved, 1.0 / np.sqrt(np.abs(scaled)), 0.0)
    axes = vectors.T * semi[:, None]
    axes *= _fitting(axes, REACH[conic] * widths)
    if conic == "lines":
        flat = vectors.T[~curved]
        axes[~curved] = flat * _fitting(flat, FAR * widths)
    if not np.isfinite(axes).all():
        return None
    curves = [(sign, point + way) for sign, way in _curves(conic, axes, scaled)]
    return LocalEllipse(
        conic=conic,
        point=point,
        eigenvalues=scaled * largest,
        axes=axes,
        rises=tuple(curve for sign, curve in curves if sign > 0),
        falls=tuple(curve for sign, curve in curves if sign < 0),
    )


def ellipse_at(solution: Solution, run: Run, step: int, widths: Floats) -> LocalEllipse | None:
    """The local ellipse at point `step` of `run`, where the plane of the Field has two axes; else None.

    Of d > 2 descended variables it is that of H along these two: across them nothing changes.
    """
    objective, field = solution.objective, solution.field
    if objective is None or field is None or field.plane.count != 2:
        return None
    plane, point = field.plane, run.points[step]
    if point.shape != plane.origin.shape or not np.isfinite(point).all():
        return None
    ways = np.eye(len(point))[list(plane.drawn)] if plane.directions is None else plane.directions.ways
    with np.errstate(all="ignore"):
        bent = plane.along(objective.curvature(point, ways))
    return local_ellipse(bent, plane.coordinates(point), widths)


def _fitting(axes: Floats, box: Floats) -> float:
    """By what the ellipse of these semi-axes, (k, 2), is to be multiplied to fill ± `box`, (2,)."""
    extent = length(axes.T)
    with np.errstate(divide="ignore"):
        return float(np.min(box / extent))


def _curves(conic: Conic, axes: Floats, eigenvalues: Floats) -> list[tuple[int, Floats]]:
    """The curves as ways from the centre, (n, 2), each with the sign of the form on it."""
    sign = [1 if value > 0 else -1 for value in eigenvalues]
    if conic == "ellipse":
        angle = np.linspace(0.0, 2.0 * np.pi, SAMPLES + 1)
        return [(sign[0], np.cos(angle)[:, None] * axes[0] + np.sin(angle)[:, None] * axes[1])]
    if conic == "hyperbola":
        angle = np.linspace(-OPENING, OPENING, SAMPLES // 2 + 1)[:, None]
        return [
            (sign[i], side * np.cosh(angle) * axes[i] + np.sinh(angle) * axes[1 - i])
            for i in (0, 1)
            for side in (1.0, -1.0)
        ]
    across = int(np.abs(eigenvalues).argmax())
    along = np.linspace(-1.0, 1.0, SAMPLES // 2 + 1)[:, None] * axes[1 - across]
    return [(sign[across], side * axes[across] + along) for side in (1.0, -1.0)]
