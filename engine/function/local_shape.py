"""What a surface looks like around a point, from the curvatures there. Any thread; numpy only."""

from typing import Final, Literal

import numpy as np

from engine.base.arrays import Floats

Shape = Literal["bowl", "dome", "saddle", "valley", "ridge", "flat", "undefined"]
FLAT: Final = 1e-10  # of the largest curvature: below it a direction counts as flat


def local_shape(eigenvalues: Floats) -> Shape:
    """The shape that the eigenvalues (d,) of a Hessian describe.

    >>> [local_shape(np.array(pair)) for pair in ([1.0, 2.0], [-2.0, -1.0], [-1.0, 1.0], [0.0, 3.0])]
    ['bowl', 'dome', 'saddle', 'valley']
    """
    if not eigenvalues.size or not np.isfinite(eigenvalues).all():
        return "undefined"
    tiny = FLAT * float(np.abs(eigenvalues).max())
    up, down = bool((eigenvalues > tiny).any()), bool((eigenvalues < -tiny).any())
    if up and down:
        return "saddle"
    curved = bool((np.abs(eigenvalues) > tiny).all())
    if up:
        return "bowl" if curved else "valley"
    if down:
        return "dome" if curved else "ridge"
    return "flat"
