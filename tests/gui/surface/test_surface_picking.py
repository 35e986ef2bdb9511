"""Picking is the inverse of projection, for what can be seen."""

import numpy as np
import pytest

from engine.document.lab import Camera
from gui.surface.box_map import BoxMap
from gui.surface.camera import preset, project
from gui.surface.picking import nearest, pick, pick_plane
from tests.gui.fields import bowl, half_sphere, pole_line, undefined, waves

SIZE = (640.0, 480.0)
TOP = preset("top", Camera())


@pytest.mark.parametrize("orthographic", [False, True])
@pytest.mark.parametrize("make", [bowl, waves])
def test_the_point_that_is_seen_is_picked(make, orthographic: bool) -> None:
    box_map = BoxMap(make())
    camera = Camera(orthographic=orthographic)
    hits = 0
    for x in np.linspace(40, 600, 23):
        for y in np.linspace(40, 440, 17):
            hit = pick((x, y), box_map, camera, SIZE)
            if hit is None:
                continue
            hits += 1
            assert project(hit, camera, SIZE)[:2] == pytest.approx((x, y), abs=0.05)
            assert hit[2] == pytest.approx(float(box_map.surface_at(hit[:2])[2]), abs=1e-3)
    assert hits > 60


def test_from_above_every_point_is_seen() -> None:
    box_map = BoxMap(waves(n=(201, 151), x=(-2, 6), y=(0, 3)))
    for point in ((-1.5, 0.2), (0.0, 1.0), (5.5, 2.7)):
        place = box_map.surface_at(box_map.plane(point))
        pixel = project(place, TOP, SIZE)
        hit = pick((pixel[0], pixel[1]), box_map, TOP, SIZE)
        assert hit is not None
        assert box_map.data(hit[:2]) == pytest.approx(point, abs=2e-3)


def test_nothing_is_picked_beside_the_surface() -> None:
    box_map = BoxMap(bowl())
    assert pick((3, 3), box_map, Camera(), SIZE) is None
    assert pick((320, 200), BoxMap(undefined()), Camera(), SIZE) is None


def test_where_it_is_undefined_there_is_nothing_to_pick() -> None:
    box_map = BoxMap(half_sphere())
    corner = project((0.9, 0.9, 0.0), TOP, SIZE)
    assert pick((corner[0], corner[1]), box_map, TOP, SIZE) is None
    middle = project((0.0, 0.0, 0.6), TOP, SIZE)
    assert pick((middle[0], middle[1]), box_map, TOP, SIZE) is not None


def test_there_is_no_wall_to_pick_at_a_pole() -> None:
    field = pole_line(n=200)
    box_map = BoxMap(field)
    camera = preset("front", Camera())
    for height in np.linspace(-0.3, 0.3, 7):
        pixel = project((0.0, -1.0, height), camera, SIZE)
        hit = pick((pixel[0], pixel[1]), box_map, camera, SIZE)
        if hit is not None:
            assert field.z_lo <= 1 / box_map.data(hit[:2])[0] + 0.5 <= field.z_hi + 1


def test_a_plane_is_hit_where_it_is() -> None:
    camera = Camera()
    pixel = project((0.3, 0.25, -0.2), camera, SIZE)
    assert pick_plane((pixel[0], pixel[1]), camera, SIZE, 1, 0.25) == pytest.approx((0.3, 0.25, -0.2))


def test_the_nearest_place() -> None:
    camera = Camera()
    places = np.array([[0, 0, 0], [0.5, 0.5, 0], [np.nan] * 3])
    pixel = project(places[1], camera, SIZE)
    assert nearest((pixel[0] + 4, pixel[1]), places, camera, SIZE, 10) == 1
    assert nearest((pixel[0] + 40, pixel[1]), places, camera, SIZE, 10) is None
    assert nearest((0, 0), np.empty((0, 3)), camera, SIZE, 10) is None
