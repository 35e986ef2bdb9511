"""The timing of films: frames, holds, playhead, camera paths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.document.lab import Camera
from gui.export.film import camera_at, film_of
from gui.export.spec import Spec


@given(st.floats(0.05, 30), st.sampled_from([10.0, 24.0, 29.97, 30.0, 60.0]), st.integers(0, 5000))
def test_a_film_lasts_as_long_as_asked_and_shows_every_run_from_start_to_end(seconds, fps, steps):
    film = film_of(Spec(seconds=seconds, fps=fps), steps)
    assert film.frames == max(round(seconds * fps), 1)
    heads = [film.t_steps(frame) for frame in range(film.frames)]
    assert heads == sorted(heads)
    assert heads[-1] == steps
    if film.frames > 2:
        assert heads[0] == 0.0


def test_the_first_and_the_last_frame_stand_still_as_long_as_asked():
    film = film_of(Spec(seconds=4, fps=30, hold_first_s=1, hold_last_s=0.5), 50)
    heads = [film.t_steps(frame) for frame in range(film.frames)]
    assert heads.count(0.0) == 31  # 30 that are held, and the one where the playhead sets off
    assert heads.count(50.0) == 16


def test_a_film_of_unasked_length_is_long_enough_to_see_and_not_longer_than_a_talk_bears():
    assert film_of(Spec(), 3).seconds == pytest.approx(4)
    assert film_of(Spec(), 100_000).seconds == pytest.approx(20)
    assert film_of(Spec(speed=10), 100).seconds == pytest.approx(0.8 + 10 + 1.6)


def test_a_run_without_steps_is_a_film_that_stands_still():
    film = film_of(Spec(seconds=1), 0)
    assert {film.t_steps(frame) for frame in range(film.frames)} == {0.0}


def test_camera_paths_begin_where_the_camera_is_and_pass_through_the_views():
    start, views = Camera(), (Camera(azimuth_deg=170, elevation_deg=60), Camera(azimuth_deg=-170, distance=9))
    for path in ("still", "orbit", "views"):
        assert camera_at(path, start, views, 0.0) == start
    assert camera_at("still", start, views, 0.7) == start
    assert camera_at("orbit", start, views, 1.0).azimuth_deg == pytest.approx(start.azimuth_deg + 180)
    assert camera_at("views", start, views, 0.5) == views[0]
    end = camera_at("views", start, views, 1.0)
    assert end.distance == pytest.approx(9)
    assert camera_at("views", start, (), 0.4) == start
