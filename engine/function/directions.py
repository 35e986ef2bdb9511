"""Directions through the space of all variables, as the axes of a plane. Pure; any thread; numpy only."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from engine.base.arrays import Floats
from engine.base.vectors import length, unit
from engine.program.function import Function
from engine.program.krylov import along, ends

INDEPENDENT: Final = 1e-7  # of a direction: what is left of it beside another one is no rounding
FLAT: Final = 1e-12  # of the curvature times |θ|: a smaller gradient is what rounding has left of 0
MOST_POINTS: Final = 1000  # of a path whose components are sought, evenly apart
Filters = Sequence[NDArray[np.intp]]


class Pair(NamedTuple):
    """ways: (2, d), orthonormal. used: which two of the candidates they are made of."""

    ways: Floats
    used: tuple[int, int]


def orthonormal(*candidates: Floats) -> Pair | None:
    """The first two of `candidates`, (d,) each, that do not lie along each other, made orthonormal (Gram and
    Schmidt's way); None if there are none.

    >>> orthonormal(np.array([2.0, 0, 0]), np.array([-1.0, 0, 0]), np.array([3.0, 4.0, 0])).ways.tolist()
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    """
    found: list[tuple[int, Floats]] = []
    for k, candidate in enumerate(candidates):
        way = unit(candidate)
        if not (np.isfinite(way).all() and way.any()):
            continue
        for _, other in found + found:  # twice, for rounding brings a part of it back
            way = way - (way @ other) * other
        if float(length(way)) > INDEPENDENT:
            found.append((k, unit(way)))
        if len(found) == 2:
            return Pair(np.stack([each for _, each in found]), (found[0][0], found[1][0]))
    return None


def filter_normalised(draw: Floats, theta: Floats, filters: Filters) -> Floats:
    """`draw`, (d,), each of its filters made as long as that of `theta`, (d,); 0 in what belongs to none.

    Source: Li et al. 2018, "Visualizing the Loss Landscape of Neural Nets", section 4. A filter is what goes
    into one unit: a row of its layer's matrix. Biases stay, as in the authors' code (`ignore="biasbn"`).

    >>> filter_normalised(np.array([3.0, 4.0, 1.0]), np.array([0.0, 10.0, 7.0]), [np.array([0, 1])]).tolist()
    [6.0, 8.0, 0.0]
    """
    normalised = np.zeros_like(draw)
    for each in filters:
        normalised[each] = unit(draw[each]) * length(theta[each])
    return normalised


def random_pair(random: Generator, theta: Floats, filters: Filters) -> tuple[Pair | None, float]:
    """Two directions, filter-normalised at `theta`, (d,), made orthonormal; and how long the first one was.

    Where all filters are 0, or there are none, they are as they were drawn.
    """
    draws = random.standard_normal((2, len(theta)))
    first, second = (filter_normalised(draw, theta, filters) for draw in draws)
    return orthonormal(first, second, *draws), float(length(first))


class Components(NamedTuple):
    """ways: (2, d), the leading principal components. shares: (2,), of the variance."""

    ways: Floats
    shares: Floats


def principal(points: Floats) -> Components | None:
    """The two directions in which `points`, (n, d), vary most about their mean; None if they do not vary.

    Of more than MOST_POINTS, so many evenly apart are taken. The first points from the first point to the
    last one, as does the second. Of points on a line the second is any direction across, of share 0.

    >>> x = np.linspace(-1.0, 1.0, 5)
    >>> (principal(np.stack([3 * x, x**2, 4 * x], axis=1)).ways[0].round(6) + 0.0).tolist()
    [0.6, 0.0, 0.8]
    """
    points = points[np.isfinite(points).all(axis=1)]
    if len(points) > MOST_POINTS:
        points = points[np.linspace(0, len(points) - 1, MOST_POINTS).round().astype(np.intp)]
    if not len(points):
        return None
    size = float(np.abs(points).max()) or 1.0
    apart = points / size
    apart = apart - apart.mean(axis=0)
    tall = apart.shape[0] > apart.shape[1]
    # The smaller of XᵀX and XXᵀ has the same eigenvalues.
    values, vectors = np.linalg.eigh(apart.T @ apart if tall else apart @ apart.T)
    ways = vectors.T[::-1] if tall else vectors.T[::-1] @ apart
    total = float(np.square(apart).sum())
    if total <= len(apart) * apart.shape[1] * 1e-30:  # rounding of the mean
        return None
    pair = orthonormal(*ways[:2], *_across(apart.shape[1]))
    if pair is None:
        return None
    travelled = points[-1] / size - points[0] / size
    forwards = np.where(pair.ways @ travelled < 0, -1.0, 1.0)
    shares = np.maximum([*values[::-1][:2], 0.0][:2], 0.0) / total
    return Components(pair.ways * forwards[:, None], np.asarray(shares))


class Curved(NamedTuple):
    """pair: of the candidates gradient, highest and lowest end of the spectrum of H, and some variables.
    eigenvalues: (2,), of these two ends, in this order."""

    pair: Pair | None
    eigenvalues: Floats


def curved(function: Function, theta: Floats) -> Curved:
    """The gradient at `theta`, (d,), and the eigenvector of the Hessian's highest eigenvalue across it.

    Where one of them is 0, or lies along the other, the eigenvector of the lowest takes its place.
    """
    gradient = function.gradient(theta)
    spectrum = ends(along(function, theta), len(theta))
    if length(gradient) <= FLAT * np.abs(spectrum.values).max() * length(theta):
        gradient = np.zeros_like(theta)
    leading = [_signed(spectrum.vectors[:, k]) for k in (1, 0)]
    pair = orthonormal(gradient, *leading, *_across(len(theta)))
    return Curved(pair, spectrum.values[::-1])


def _signed(vector: Floats) -> Floats:
    """Of ±v the one whose largest component is positive, so that the picture does not turn round."""
    return vector if vector[np.abs(vector).argmax()] > 0 else -vector


def _across(d: int) -> Floats:
    """Directions of which one at least is none of two others: the first three variables."""
    return np.eye(min(d, 3), d)
