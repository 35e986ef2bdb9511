"""The camera: what is projected can be looked at again, whatever the view."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.document.lab import Camera
from gui.surface.camera import (
    DISTANCE,
    HOME,
    between,
    eye,
    orbited,
    panned,
    pixel_size,
    preset,
    project,
    projection_matrix,
    ray,
    view_matrix,
    zoomed,
)

SIZE = (800.0, 500.0)
cameras = st.builds(
    Camera,
    azimuth_deg=st.floats(-180, 180),
    elevation_deg=st.floats(-90, 90),
    distance=st.floats(3.0, 12.0),
    center=st.tuples(*[st.floats(-0.5, 0.5)] * 3),
    fov_deg=st.floats(15, 80),
    orthographic=st.booleans(),
)
points = st.tuples(st.floats(-1, 1), st.floats(-1, 1), st.floats(-0.6, 0.6))


@given(cameras, points)
def test_the_line_of_sight_goes_through_the_point(camera: Camera, point: tuple[float, ...]) -> None:
    pixel = project(point, camera, SIZE)
    origin, direction = ray((pixel[0], pixel[1]), camera, SIZE)
    to_point = np.asarray(point) - origin
    assert np.linalg.norm(to_point - (to_point @ direction) * direction) < 1e-7
    assert -1 <= pixel[2] <= 1, "nothing of the box is cut off before or behind"


def test_the_centre_is_in_the_middle() -> None:
    assert project(HOME.center, HOME, SIZE)[:2] == pytest.approx((400, 250))


@pytest.mark.parametrize("orthographic", [False, True])
def test_from_above_the_view_lies_like_the_contour_map(orthographic: bool) -> None:
    top = preset("top", replace(HOME, orthographic=orthographic))
    origin, right, up = project([[0, 0, 0], [0.5, 0, 0], [0, 0.5, 0]], top, SIZE)[:, :2]
    assert right[0] > origin[0] and right[1] == pytest.approx(origin[1])
    assert up[1] < origin[1] and up[0] == pytest.approx(origin[0])


def test_from_the_front_x_runs_to_the_right_and_z_upwards() -> None:
    front = preset("front", HOME)
    origin, right, high = project([[0, 0, 0], [0.5, 0, 0], [0, 0, 0.5]], front, SIZE)[:, :2]
    assert right[0] > origin[0] and high[1] < origin[1]


def test_home_keeps_the_lens() -> None:
    lost = Camera(azimuth_deg=3, distance=20, center=(1, 1, 1), orthographic=True, fov_deg=50)
    assert preset("home", lost) == replace(HOME, orthographic=True, fov_deg=50)


@given(cameras, points, st.floats(0.6, 1.6))
def test_zooming_keeps_the_point_under_the_cursor(
    camera: Camera, point: tuple[float, ...], factor: float
) -> None:
    pixel = project(point, camera, SIZE)
    nearer = zoomed(camera, factor, (pixel[0], pixel[1]), SIZE, anchor=point)
    depth = (eye(nearer) - np.asarray(point)) @ (eye(nearer) - np.asarray(nearer.center))
    if depth > 0.2 and max(map(abs, nearer.center)) < 2.9:
        assert project(point, nearer, SIZE)[:2] == pytest.approx(pixel[:2], abs=1e-3)


def test_zoom_stops() -> None:
    camera = HOME
    for _ in range(100):
        camera = zoomed(camera, 2.0, (400, 250), SIZE)
    assert camera.distance == DISTANCE[0]


@given(cameras, st.floats(-50, 50), st.floats(-50, 50))
def test_panning_moves_the_centre_by_pixels(camera: Camera, dx: float, dy: float) -> None:
    before = project(camera.center, panned(camera, dx, dy, SIZE), SIZE)[:2]
    assert before == pytest.approx((400 + dx, 250 + dy), abs=0.2)


def test_orbiting_stops_at_the_poles_and_wraps_around() -> None:
    camera = orbited(HOME, 400.0, 500.0)
    assert camera.elevation_deg == 90.0
    assert -180 < camera.azimuth_deg <= 180
    assert math.isclose((camera.azimuth_deg - HOME.azimuth_deg) % 360, 40.0)


def test_a_flight_turns_the_short_way() -> None:
    a, b = replace(HOME, azimuth_deg=170.0), replace(HOME, azimuth_deg=-170.0, distance=20.0)
    middle = between(a, b, 0.5)
    assert abs(middle.azimuth_deg) == pytest.approx(180.0)
    assert middle.distance == pytest.approx(math.sqrt(a.distance * 20.0))
    assert between(a, b, 0.0) == a
    assert between(a, b, 1.0) == b


def test_a_shift_moves_the_picture_by_a_part_of_a_pixel() -> None:
    matrix = projection_matrix(HOME, SIZE, (0.25, -0.5)) @ view_matrix(HOME)
    clip = matrix @ np.array([0.3, 0.2, 0.1, 1.0])
    x = (clip[0] / clip[3] + 1) / 2 * SIZE[0]
    y = (1 - clip[1] / clip[3]) / 2 * SIZE[1]
    plain = project((0.3, 0.2, 0.1), HOME, SIZE)
    assert (x - plain[0], y - plain[1]) == pytest.approx((0.25, -0.5), abs=1e-6)


def test_the_size_of_a_pixel() -> None:
    unit = pixel_size(HOME, SIZE)
    right = np.array(HOME.center) + unit * 10 * np.array(
        [-math.sin(math.radians(HOME.azimuth_deg)), math.cos(math.radians(HOME.azimuth_deg)), 0]
    )
    assert project(right, HOME, SIZE)[0] == pytest.approx(410.0, abs=1e-6)


def test_what_is_behind_the_eye_has_no_pixel() -> None:
    assert np.isnan(project(3 * eye(HOME), HOME, SIZE)).all()
