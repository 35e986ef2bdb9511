"""Planes of directions: what is projected where, and how far it is away, against least squares."""

import numpy as np
import pytest

from engine.document.setup import Axis
from engine.function.plane import Directions, Plane

RANDOM = np.random.default_rng(3)
WAYS = np.linalg.qr(RANDOM.standard_normal((6, 2)))[0].T
CENTER, ORIGIN = RANDOM.standard_normal((2, 6))
POINTS = RANDOM.standard_normal((5, 6))
AXES = (Axis("alpha", -1.0, 1.0), Axis("beta", -2.0, 2.0))
TILTED = Plane(ORIGIN, axes=AXES, directions=Directions(CENTER, WAYS))
FLAT = Plane(ORIGIN, (1, 4), AXES)


def nearest(point, origin, ways):
    """The point of the plane that is nearest to `point`."""
    shares, *_ = np.linalg.lstsq(ways.T, point - origin, rcond=None)
    return origin + shares @ ways


@pytest.mark.parametrize(("plane", "ways"), [(TILTED, WAYS), (FLAT, np.eye(6)[[1, 4]])])
def test_the_distance_is_that_of_the_nearest_point_which_has_the_same_coordinates(plane, ways):
    for point in POINTS:
        foot = nearest(point, plane.origin, ways)
        assert float(plane.distance(point)) == pytest.approx(np.linalg.norm(point - foot))
        assert plane.away(point) == pytest.approx(point - foot)
        assert plane.coordinates(foot) == pytest.approx(plane.coordinates(point))
        assert plane.theta(*plane.coordinates_of(point)) == pytest.approx(foot)
    assert plane.distance(POINTS).shape == (5,)


def test_coordinates_are_counted_from_the_center_in_the_unit_of_the_weights():
    assert TILTED.coordinates_of(CENTER) == (0.0, 0.0)
    moved = CENTER + 0.5 * WAYS[0] - 2.0 * WAYS[1]
    assert TILTED.coordinates_of(moved) == pytest.approx((0.5, -2.0))
    assert FLAT.coordinates_of(moved) == (moved[1], moved[4])


@pytest.mark.parametrize("plane", [TILTED, FLAT])
def test_a_point_is_moved_along_the_axes_and_stays_across_them(plane):
    moved = plane.moved(POINTS[0], (0.3, 0.7))
    assert plane.coordinates_of(moved) == pytest.approx((0.3, 0.7))
    assert plane.away(moved) == pytest.approx(plane.away(POINTS[0]))
    many = plane.moved(plane.origin, [[0.0, 0.0], [0.3, 0.7]])
    assert many.shape == (2, 6) and many[1] == pytest.approx(plane.theta(0.3, 0.7))


def test_planes_are_the_same_by_their_axes_and_their_points():
    assert TILTED.through(POINTS[0]).is_of(TILTED) and not TILTED.through(POINTS[0]).coincides(TILTED)
    assert TILTED.through(ORIGIN.copy()).coincides(TILTED)
    assert not TILTED.is_of(FLAT)
    assert not TILTED.whole and Plane(np.zeros(2), (0, 1)).whole


def test_it_holds_what_cannot_be_seen_beside_it():
    inside = TILTED.theta(0.1, 0.2)
    across = POINTS[0] - nearest(POINTS[0], ORIGIN, WAYS)
    across /= np.linalg.norm(across)
    widths = np.ones(6)
    assert TILTED.holds([inside, inside + 1e-3 * across, inside + 1e-1 * across], widths).tolist() == [
        True,
        True,
        False,
    ]
