"""The edge of where the function is defined, smooth although the samples are a grid. Any thread; numpy only.

Each node gets a signed distance to the edge, in cells, positive where f is defined; the floor shows nothing
beyond zero. Nodes a little outside get heights that continue the surface up to its edge. The places where
the grid's lines cross the edge are found by bisection of the Objective. The surface's own mesh: `rim_mesh`.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.base.arrays import Singles
from engine.function.sampled import Field

Defined = Callable[[NDArray[np.float64]], NDArray[np.float64]]  # (n, 2) in data coordinates → f, (n,)
Bools = NDArray[np.bool_]

BISECTIONS: Final = 20
RINGS: Final = 7  # nodes beyond the edge that are given a height; thinned grids need several


def edge_distance(finite: Bools) -> Singles:
    """The signed distance from the samples alone: the border of the mask, rounded off. (ny, nx), float32."""
    mask = finite.astype(np.float32)
    for axis in (0, 1):
        for _ in range(2):
            padded = np.pad(mask, [(1, 1) if axis == a else (0, 0) for a in (0, 1)], mode="edge")
            low, high = (np.take(padded, range(k, k + mask.shape[axis]), axis) for k in (0, 2))
            mask = 0.25 * low + 0.5 * mask + 0.25 * high
    # A node that is defined is never cut off, so that single samples and corners survive.
    signed = np.where(finite, np.maximum(mask - 0.5, 0.02), np.minimum(mask - 0.5, -0.02))
    return np.asarray(signed, dtype=np.float32)


def refined(
    field: Field, u: Singles, value: Defined, height: Callable[..., NDArray[np.float64]]
) -> tuple[Singles, Singles]:
    """The signed distance with the edge bisected, and the heights continued through it.

    Args:
        u: heights of the samples, (ny, nx), NaN where undefined.
        value: f at points of the plane; NaN where undefined.
        height: values of f to heights.

    Returns:
        (distance, heights), both (ny, nx), float32.
    """
    finite = field.finite
    distance = np.where(finite, np.float32(1), np.float32(-1))
    rim_sum = np.zeros(u.shape)
    rim_count = np.zeros(u.shape)
    for axis in (0, 1):
        here = [slice(None), slice(None)]
        there = [slice(None), slice(None)]
        here[axis], there[axis] = slice(None, -1), slice(1, None)
        j, i = np.nonzero(finite[tuple(here)] != finite[tuple(there)])
        if not len(j):
            continue
        dj, di = (1, 0) if axis == 0 else (0, 1)
        starts_inside = finite[j, i]
        jin, iin = np.where(starts_inside, j, j + dj), np.where(starts_inside, i, i + di)
        jout, iout = np.where(starts_inside, j + dj, j), np.where(starts_inside, i + di, i)
        inner = np.stack([field.x[iin], field.y[jin]], axis=-1)
        outer = np.stack([field.x[iout], field.y[jout]], axis=-1)
        share, rim = bisected(inner, outer, value)
        np.minimum.at(distance, (jin, iin), np.maximum(share, 0.02).astype(np.float32))
        np.maximum.at(distance, (jout, iout), np.minimum(share - 1, -0.02).astype(np.float32))
        u_in = u[jin, iin].astype(np.float64)
        u_rim = np.where(np.isfinite(rim), height(rim), u_in)
        beyond = u_in + np.clip((u_rim - u_in) / np.maximum(share, 0.1), -1.0, 1.0)
        np.add.at(rim_sum, (jout, iout), beyond)
        np.add.at(rim_count, (jout, iout), 1)
    continued = u.copy()
    known = rim_count > 0
    continued[known] = (rim_sum[known] / rim_count[known]).astype(np.float32)
    return distance, continued


def filled(u: Singles) -> Singles:
    """`u` with the NaN nodes within RINGS of the others continued evenly, the rest at 0."""
    u = u.copy()
    for _ in range(RINGS):
        missing = np.isnan(u)
        if not missing.any():
            return u
        padded = np.pad(u, 1, constant_values=np.nan)
        j, i = np.nonzero(missing)
        around = np.stack(
            [padded[j + dj, i + di] for dj in range(3) for di in range(3) if (dj, di) != (1, 1)]
        )
        count = np.isfinite(around).sum(axis=0)
        near = count > 0
        u[j[near], i[near]] = np.nansum(around[:, near], axis=0) / count[near]
    return np.nan_to_num(u, nan=0.0)


def bisected(
    inner: NDArray[np.float64], outer: NDArray[np.float64], value: Defined
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How far from `inner` (defined) to `outer` (not) the edge lies, 0 to 1, and f just inside of it."""
    lo, hi = np.zeros(len(inner)), np.ones(len(inner))
    last = np.full(len(inner), np.nan)
    for _ in range(BISECTIONS):
        middle = 0.5 * (lo + hi)
        z = value(inner + middle[:, None] * (outer - inner))
        inside = np.isfinite(z)
        last = np.where(inside, z, last)
        lo, hi = np.where(inside, middle, lo), np.where(inside, hi, middle)
    return 0.5 * (lo + hi), last
