"""Ridges and grooves: kinks that go on along a curve. Followed to their lowest points, or traced where level.

A search that compares values in some directions gets stuck on a groove, for the way on is as narrow as it is
sharp; here the lowest point of a whole circle is looked for instead. In two variables; "low" is of sign·L.
Any thread; numpy only.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.analysis.landscape import Landscape
from engine.analysis.newton import unique
from engine.base.arrays import Floats

ARCS: Final = 32  # of a circle, each with one lowest point at most
WAYS: Final = 4  # arcs that are looked at closely
SECTIONS: Final = 60
GOLDEN: Final = 0.5 * (5.0**0.5 - 1.0)
FIRST_RADIUS: Final = 0.01  # widths
LARGEST_RADIUS: Final = 0.05
SMALLEST_RADIUS: Final = 1e-9
MOST_MOVES: Final = 120
MERGE_EVERY: Final = 16  # moves; by then what is still on its way is on a ridge
MERGED: Final = 0.05  # widths: of those nearer than this on their way only one goes on
LOWER: Final = 4e-16  # of L: less than that is rounding
LEVEL_RADIUS: Final = 1e-3  # widths
LEVEL: Final = 1e-8  # of how L varies as far off
STRIDE: Final = 0.02  # widths between the points that are shown of a ridge
MOST_STRIDES: Final = 150
TURN: Final = 1.2  # radians that a ridge may turn in a stride


def followed(landscape: Landscape, theta: Floats, sign: float) -> Floats:
    """Where points (m, 2) end that move on as long as a circle around them has a lower point, (n, 2)."""
    theta = theta.copy()
    value = sign * landscape.value(theta)
    radius = np.full(len(theta), FIRST_RADIUS)
    active = np.arange(len(theta))
    arrived = np.zeros(len(theta), bool)
    for move in range(1, MOST_MOVES + 1):
        if not len(active) or landscape.late():
            break
        trial, reached = _lowest_around(landscape, theta[active], radius[active], sign)
        better = reached < value[active] - LOWER * np.abs(value[active])
        moved = active[better]
        theta[moved], value[moved] = trial[better], reached[better]
        radius[active] = np.where(
            better, np.minimum(2.0 * radius[active], LARGEST_RADIUS), 0.25 * radius[active]
        )
        arrived[active] = radius[active] <= SMALLEST_RADIUS
        active = active[~arrived[active] & landscape.inside(theta[active], LARGEST_RADIUS)]
        if move % MERGE_EVERY == 0:
            active = active[np.argsort(value[active])]
            active = active[unique(landscape, theta[active], MERGED)]
    return theta[arrived]


def is_level(landscape: Landscape, theta: Floats, sign: float) -> NDArray[np.bool_]:
    """From which lowest points (m, 2) a way leads on that is as low."""
    _, around = _lowest_around(landscape, theta, np.full(len(theta), LEVEL_RADIUS), sign)
    return np.asarray(around <= sign * landscape.value(theta) + LEVEL * landscape.rise(theta, LEVEL_RADIUS))


def traced(landscape: Landscape, theta: Floats, sign: float) -> Floats:
    """The points (m, 2) of level ridges and those that follow a stride apart, both ways along the ridges."""
    radius = np.full(len(theta), STRIDE)
    onward, _ = _lowest_around(landscape, theta, radius, sign)
    first = _heading(landscape, theta, onward)
    place, heading = np.concatenate([theta, theta]), np.concatenate([first, first + np.pi])
    level = sign * landscape.value(place)
    points = [theta]
    for _ in range(MOST_STRIDES):
        if not len(place) or landscape.late():
            break
        radius = np.full(len(place), STRIDE)
        on, value = _lowest_on_arc(landscape, place, radius, heading - TURN, heading + TURN, sign)
        goes_on = landscape.inside(on) & (np.abs(value - level) <= LEVEL * landscape.rise(place, STRIDE))
        fresh = landscape.away(on, np.concatenate(points), 0.5 * STRIDE)
        going = goes_on & fresh
        points.append(on[goes_on])
        heading = _heading(landscape, place, on)[going]
        place, level = on[going], level[going]
    return np.concatenate(points)


def _heading(landscape: Landscape, begin: Floats, end: Floats) -> Floats:
    way = (end - begin) / landscape.widths
    return np.arctan2(way[:, 1], way[:, 0])


def _lowest_around(landscape: Landscape, theta: Floats, radius: Floats, sign: float) -> tuple[Floats, Floats]:
    """The lowest point of the circle around each of theta (m, 2), and its value (m,)."""
    angles = 2.0 * np.pi * np.arange(ARCS) / ARCS
    arc = 2.0 * np.pi / ARCS
    _, values = _on_circle(landscape, theta[:, None], radius[:, None], angles[None], sign)
    dips = (values <= np.roll(values, 1, axis=1)) & (values <= np.roll(values, -1, axis=1))
    # A groove leaves the circle twice, and the coarse look cannot tell which of the ways out is the lower.
    best = np.argsort(np.where(dips, values, np.inf), axis=1)[:, :WAYS]
    middle = angles[best]
    point, value = _lowest_on_arc(
        landscape, theta[:, None], radius[:, None], middle - arc, middle + arc, sign
    )
    lowest = value.argmin(axis=1)
    rows = np.arange(len(theta))
    return point[rows, lowest], value[rows, lowest]


def _lowest_on_arc(
    landscape: Landscape, theta: Floats, radius: Floats, begin: Floats, end: Floats, sign: float
) -> tuple[Floats, Floats]:
    """The same on the arc from the angle `begin` to `end`, (…), by golden sections; theta (…, 2)."""
    middle = 0.5 * (begin + end)
    left, right = end - GOLDEN * (end - begin), begin + GOLDEN * (end - begin)
    low = _on_circle(landscape, theta, radius, left, sign)[1]
    high = _on_circle(landscape, theta, radius, right, sign)[1]
    for _ in range(SECTIONS):
        lower = low <= high
        begin, end = np.where(lower, begin, left), np.where(lower, right, end)
        fresh = np.where(lower, end - GOLDEN * (end - begin), begin + GOLDEN * (end - begin))
        reached = _on_circle(landscape, theta, radius, fresh, sign)[1]
        left, right = np.where(lower, fresh, right), np.where(lower, left, fresh)
        low, high = np.where(lower, reached, high), np.where(lower, low, reached)
    point, value = _on_circle(landscape, theta, radius, 0.5 * (begin + end), sign)
    # A ridge along an axis may be so sharp that only its very coordinate will do.
    for axis, towards in ((0, 1.0), (0, -1.0), (1, 1.0), (1, -1.0)):
        way = np.zeros(2)
        way[axis] = towards
        beside = theta + radius[..., None] * landscape.widths * way
        reached = sign * landscape.value(beside)
        ahead = np.cos(middle) * way[0] + np.sin(middle) * way[1] >= np.cos(TURN)
        better = ahead & (reached < value)
        point, value = np.where(better[..., None], beside, point), np.where(better, reached, value)
    return point, value


def _on_circle(
    landscape: Landscape, theta: Floats, radius: Floats, angle: Floats, sign: float
) -> tuple[Floats, Floats]:
    """The points at these angles of the circles, and sign·L there; infinite where it is undefined."""
    way = np.stack(np.broadcast_arrays(np.cos(angle), np.sin(angle)), axis=-1)
    point = theta + radius[..., None] * landscape.widths * way
    value = sign * landscape.value(point)
    return point, np.where(np.isnan(value), np.inf, value)
