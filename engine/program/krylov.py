"""The curvature of a function of many variables, of which no Hessian is made: its ends by Lanczos's method, a
step of Newton's by conjugate gradients. Both ask only for the Hessian times a direction.

Any thread; numpy only.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np

from engine.base.arrays import Floats
from engine.base.vectors import length
from engine.program.function import DENSE, Function, dense_hessian

Multiply = Callable[[Floats], Floats]

MOST_STEPS: Final = 120
CHECK_EVERY: Final = 5
TOLERANCE: Final = 1e-8  # of the largest curvature: an end that is known as well as this is known
BREAKDOWN: Final = 1e-13  # of the largest curvature: then the directions seen are all there is
PROBES: Final = 8


class Ends(NamedTuple):
    """values: (2,), the lowest and the highest eigenvalue; NaN where undefined. vectors: (d, 2), columns.

    known: whether each is known to TOLERANCE.
    """

    values: Floats
    vectors: Floats
    known: tuple[bool, bool]


def ends(multiply: Multiply, dimension: int, *, steps: int = MOST_STEPS, seed: int = 0) -> Ends:
    """The lowest and the highest eigenvalue of a symmetric operator, by Lanczos's method.

    Each new direction is made orthogonal to all earlier ones, twice, for rounding brings them back.

    Args:
        multiply: (d,) → (d,). steps: products at the most. seed: of the first direction.

    Source: Golub & Van Loan 2013, "Matrix Computations", section 10.3 (full reorthogonalisation).

    >>> ends(lambda v: np.arange(1.0, 201.0) * v, 200).values.round(6).tolist()
    [1.0, 200.0]
    """
    most = min(steps, dimension)
    basis = np.zeros((most, dimension))
    q = np.random.default_rng(seed).standard_normal(dimension)
    q /= length(q)
    diagonal, beside = np.zeros(most), np.zeros(most)
    values, ritz, left, k = np.zeros(1), np.ones((1, 1)), 0.0, 0
    for k in range(most):
        basis[k] = q
        w = multiply(q)
        if not np.isfinite(w).all():
            return Ends(np.full(2, np.nan), np.full((dimension, 2), np.nan), (False, False))
        diagonal[k] = q @ w
        for _ in range(2):
            w = w - basis[: k + 1].T @ (basis[: k + 1] @ w)
        beside[k] = left = float(length(w))
        last = k + 1 == most
        if last or k % CHECK_EVERY == CHECK_EVERY - 1 or left == 0:
            inner = np.diag(diagonal[: k + 1])
            inner += np.diag(beside[:k], 1) + np.diag(beside[:k], -1)
            values, ritz = np.linalg.eigh(inner)
            size = float(np.abs(values).max())
            if left <= BREAKDOWN * size:
                left = 0.0
                break
            if last or (np.abs(left * ritz[-1, [0, -1]]) <= TOLERANCE * size).all():
                break
        q = w / left
    errors = np.abs(left * ritz[-1, [0, -1]])
    size = float(np.abs(values).max())
    known = errors <= TOLERANCE * size
    vectors = basis[: k + 1].T @ ritz[:, [0, -1]]
    return Ends(values[[0, -1]], vectors, (bool(known[0]), bool(known[1])))


def solved(multiply: Multiply, b: Floats, *, steps: int = MOST_STEPS, tolerance: float = 1e-10) -> Floats:
    """x with H x = b, (d,), by conjugate gradients; as far as it came where H curves downwards.

    Source: Nocedal & Wright 2006, Algorithm 5.2, with the test for negative curvature of Algorithm 7.1.
    """
    x, r = np.zeros_like(b), b.astype(np.float64)
    p, rr = r.copy(), float(r @ r)
    first = rr
    for _ in range(min(steps, 2 * len(b))):
        if not rr > tolerance**2 * first:
            break
        along = multiply(p)
        curved = float(p @ along)
        if not curved > 0:
            break
        alpha = rr / curved
        x, r = x + alpha * p, r - alpha * along
        before, rr = rr, float(r @ r)
        p = r + rr / before * p
    return x


def along(function: Function, theta: Floats, scale: Floats | float = 1.0) -> Multiply:
    """The Hessian at theta (d,) times a direction; of the function in units of `scale`, (d,) or a number."""

    def multiply(v: Floats) -> Floats:
        return np.asarray(function.curvature(theta, (scale * v)[None])[0] * scale)

    return multiply


def curvature_size(function: Function, theta: Floats) -> Floats:
    """The Frobenius norm of the Hessian at points (s, d), (s,): exact up to DENSE variables, else estimated.

    ‖H‖² is the mean of |Hv|² over directions v of random signs (Hutchinson 1990).
    """
    if function.dimension <= DENSE:
        hessian = dense_hessian(function, theta)
        return length(hessian.reshape(*hessian.shape[:-2], function.dimension**2))
    signs = np.random.default_rng(0).choice((-1.0, 1.0), size=(PROBES, theta.shape[-1]))
    probed = function.curvature(theta, np.broadcast_to(signs, (*theta.shape[:-1], *signs.shape)))
    return np.asarray(length(probed.reshape(*probed.shape[:-2], signs.size)) / np.sqrt(PROBES))
