"""Lengths and directions of vectors whose squares would leave the range of numbers, and symmetric matrices
that may hold NaN or ∞. Any thread; numpy only."""

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from engine.base.arrays import Floats

LEAST_SQUARE: Final = 1e-280  # a smaller sum of squares has lost digits


def length(vectors: ArrayLike) -> Floats:
    """The Euclidean length along the last axis, (…, d) → (…), whatever the size of the numbers.

    ∞ where an entry is infinite and none is NaN; NaN where one is.

    >>> [f"{size:.3g}" for size in length([[3e200, 4e200], [3e-200, 4e-200], [0.0, 0.0]])]
    ['5e+200', '5e-200', '0']
    """
    v = np.asarray(vectors, dtype=np.float64)
    if v.size == v.shape[-1]:  # one of them
        square = float(np.vdot(v, v))
        if LEAST_SQUARE <= square < math.inf:
            return np.array(math.sqrt(square), ndmin=v.ndim - 1)
    with np.errstate(all="ignore"):
        squares = np.asarray(np.vecdot(v, v))
        lost = ~((squares >= LEAST_SQUARE) & (squares < np.inf))
        result = np.array(np.sqrt(squares))
        if lost.any():
            some = v[lost]
            top = np.abs(some).max(axis=-1, initial=0.0, keepdims=True)
            scaled = some / np.where((top > 0) & (top < np.inf), top, 1.0)
            result[lost] = np.sqrt((scaled * scaled).sum(axis=-1)) * np.where(top > 0, top, 1.0)[..., 0]
        return result


def unit(vectors: ArrayLike) -> Floats:
    """Each vector (…, d) divided by its length; 0 stays 0.

    Infinite entries outweigh finite ones: (∞, 1) points along the first axis. NaN where an entry is NaN.

    >>> unit([[1e200, 1e200], [np.inf, 1.0], [0.0, 0.0]]).round(4).tolist()
    [[0.7071, 0.7071], [1.0, 0.0], [0.0, 0.0]]
    """
    v = np.asarray(vectors, dtype=np.float64)
    infinite = np.isinf(v)
    if infinite.any():
        endless = infinite.any(axis=-1, keepdims=True) & ~np.isnan(v).any(axis=-1, keepdims=True)
        v = np.where(endless, np.where(infinite, np.sign(v), 0.0), v)
    top = np.abs(v).max(axis=-1, initial=0.0, keepdims=True)
    scaled = v / np.where(top == 0, 1.0, top)
    size = np.sqrt((scaled * scaled).sum(axis=-1, keepdims=True))
    return np.asarray(scaled / np.where(top == 0, 1.0, size))


def eigenvalues(matrices: ArrayLike) -> Floats:
    """Of symmetric matrices, ascending, (…, d, d) → (…, d); NaN where an entry is not finite."""
    return eigensystem(matrices)[0]


def eigensystem(matrices: ArrayLike) -> tuple[Floats, Floats]:
    """Eigenvalues (…, d), ascending, and eigenvectors in columns (…, d, d) of symmetric matrices.

    The eigenvalues are NaN where an entry is not finite; the vectors are then the axes.
    """
    m = np.asarray(matrices, dtype=np.float64)
    finite = np.asarray(np.isfinite(m).all(axis=(-2, -1)))
    if finite.all():
        values, vectors = np.linalg.eigh(m)
        return values, vectors
    values, vectors = np.linalg.eigh(np.where(finite[..., None, None], m, 0.0))
    return np.where(finite[..., None], values, np.nan), np.where(
        finite[..., None, None], vectors, np.eye(m.shape[-1])
    )
