"""The least and the greatest value where they lie on an edge: of the drawn range, or of the domain of f.

Inside, extremes are critical points; on an edge the slope need not vanish. Any thread; numpy only.
"""

from typing import Final

import numpy as np

from engine.analysis.findings import Edge, Extreme
from engine.base.arrays import Floats
from engine.document.setup import Setup
from engine.function.sampled import Field
from engine.program.function import Function

ROUNDS, SAMPLES = 8, 33  # of the search along an edge of the range
HALVINGS: Final = 60  # of the way to an edge of the domain
DIGITS, NEAR = 7, 1e-15  # of a place that may be a round number, and how near it then is
SAME: Final = 1e-6  # of the range of the samples


def edges(function: Function, setup: Setup, field: Field) -> tuple[Edge, ...]:
    """Those of the least and the greatest sample of `field`; of d drawn variables, and no other free ones."""
    if not field.finite.any() or field.z_min == field.z_max or len(setup.descended) != len(setup.drawn):
        return ()
    with np.errstate(all="ignore"):
        sides: tuple[tuple[Extreme, float], ...] = (("least", 1.0), ("greatest", -1.0))
        found = [_edge(function, setup, field, extreme, sign) for extreme, sign in sides]
    return tuple(edge for edge in found if edge is not None)


def _edge(function: Function, setup: Setup, field: Field, extreme: Extreme, sign: float) -> Edge | None:
    axes = (field.x, field.y)[: len(setup.drawn)]
    values = np.where(field.finite, sign * field.z, np.inf)
    if len(axes) == 1:
        values = values[:1]
    j, i = np.unravel_index(int(values.argmin()), values.shape)
    place = (int(i), int(j))[: len(axes)]
    point = np.empty(len(axes))
    for k, ticks in enumerate(axes):
        point[setup.drawn[k]] = ticks[place[k]]
    beside = _undefined_beside(field, place)
    if beside is not None:
        at = point.copy()
        at[setup.drawn[beside[0]]] = axes[beside[0]][place[beside[0]] + beside[1]]
        return _of_domain(function, point, at, field, extreme, sign)
    on = [k for k, ticks in enumerate(axes) if place[k] in (0, len(ticks) - 1)]
    if not on:
        return None
    for k, ticks in enumerate(axes):
        if k not in on:
            lo, hi = ticks[place[k] - 1], ticks[place[k] + 1]
            point = _lowest_along(function, point, setup.drawn[k], float(lo), float(hi), sign)
    return Edge(extreme=extreme, of="range", point=point, value=float(function.value(point)), reached=True)


def _undefined_beside(field: Field, place: tuple[int, ...]) -> tuple[int, int] | None:
    """The axis and the way to a sample beside `place` where f is undefined."""
    for k, size in enumerate((len(field.x), len(field.y))[: len(place)]):
        for way in (-1, 1):
            there = list(place)
            there[k] += way
            if 0 <= there[k] < size and not field.finite[there[1] if len(there) > 1 else 0, there[0]]:
                return k, way
    return None


def _of_domain(
    function: Function,
    inside: Floats,
    outside: Floats,
    field: Field,
    extreme: Extreme,
    sign: float,
) -> Edge:
    """The edge between a point where f is finite and one where it is not, by halving."""
    seen = [float(function.value(inside))]
    for step in range(1, HALVINGS + 1):
        middle = 0.5 * inside + 0.5 * outside
        if np.isfinite(function.value(middle)):
            inside = middle
        else:
            outside = middle
        if step % (HALVINGS // 3) == 0:
            seen.append(float(function.value(inside)))
    at = np.round(inside, DIGITS) + 0.0
    value, there = seen[-1], float(function.value(at))
    if abs(there - value) <= SAME * (field.z_max - field.z_min):
        return Edge(extreme=extreme, of="domain", point=at, value=there, reached=True)
    # Towards a limit f changes ever less.
    bounded = abs(seen[3] - seen[2]) <= 0.5 * abs(seen[2] - seen[1])
    value = value if bounded else -sign * np.inf
    # Whether a limit is a value too is known where the edge is a number that floats have.
    known = not bounded or bool((np.abs(at - inside) <= NEAR * np.maximum(np.abs(at), 1.0)).all())
    return Edge(extreme=extreme, of="domain", point=at, value=value, reached=False if known else None)


def _lowest_along(function: Function, point: Floats, index: int, lo: float, hi: float, sign: float) -> Floats:
    """The lowest place of sign·f on the line through `point` from lo to hi."""
    for _ in range(ROUNDS):
        s = np.linspace(lo, hi, SAMPLES)
        line = np.tile(point, (SAMPLES, 1))
        line[:, index] = s
        values = sign * function.value(line)
        k = int(np.where(np.isnan(values), np.inf, values).argmin())
        point = line[k]
        lo, hi = s[max(k - 1, 0)], s[min(k + 1, SAMPLES - 1)]
    rounded = point.copy()
    rounded[index] = np.round(rounded[index], DIGITS) + 0.0
    return rounded if sign * function.value(rounded) <= sign * function.value(point) else point
