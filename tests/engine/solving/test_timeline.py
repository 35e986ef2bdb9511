"""frame_at: exact on the points, honest between them."""

import numpy as np
import pytest
from msgspec.structs import replace

from engine.base.i18n import message
from engine.descent.run import Run
from engine.document.lab import Lab
from engine.function.plane import Plane
from engine.optimizers import Racer
from engine.solving.solution import Solution
from engine.solving.timeline import duration_steps, ease, frame_at


def run(points: list[list[float]], index: int = 0) -> Run:
    path = np.array(points, dtype=float)
    return Run(
        racer=Racer(),
        racer_index=index,
        start_index=0,
        points=path,
        values=(path**2).sum(axis=1),
        gradients=2 * path,
        terms=(),
        evaluations=np.arange(len(path)),
        outcome="max_steps",
        explanation=message("Open a lab"),
    )


@pytest.fixture
def solution() -> Solution:
    runs = (run([[4, 3], [2, 1], [0, 0], [1, 1]]), run([[1, 0], [0, 0]], 1))
    return Solution(revision=0, lab=Lab(), runs=runs)


def test_whole_steps_are_exactly_the_points(solution: Solution) -> None:
    assert duration_steps(solution) == 3
    for k in range(4):
        marker = frame_at(solution, float(k)).markers[0]
        assert (marker.step, marker.fraction) == (k, 0)
        assert marker.position.tolist() == solution.runs[0].points[k].tolist()
        assert marker.value == solution.runs[0].values[k]


def test_between_steps_the_marker_is_on_the_line_of_the_update(solution: Solution) -> None:
    for u in (0.1, 0.5, 0.9):
        marker = frame_at(solution, 1 + u).markers[0]
        np.testing.assert_allclose(marker.position, [2 - 2 * ease(u), 1 - ease(u)])


def test_a_short_run_waits_at_its_end(solution: Solution) -> None:
    frame = frame_at(solution, 2.5)
    assert not frame.markers[0].finished
    assert frame.markers[1].finished
    assert frame.markers[1].position.tolist() == [0, 0]


def test_the_playhead_is_clamped(solution: Solution) -> None:
    assert frame_at(solution, -3).t_steps == 0
    assert frame_at(solution, 99).t_steps == 3
    assert not frame_at(Solution(revision=0, lab=Lab()), 5).markers


def test_easing_rests_at_both_ends() -> None:
    assert (ease(0), ease(0.5), ease(1)) == (0, 0.5, 1)
    assert ease(1e-6) < 1e-11
    assert 1 - ease(1 - 1e-6) < 1e-11


def test_many_runs_of_different_lengths_are_each_where_they_should_be() -> None:
    random = np.random.default_rng(1)
    runs = tuple(run(random.normal(size=(n, 2)).tolist(), n) for n in (1, 4, 2, 9, 3))
    frame = frame_at(Solution(revision=0, lab=Lab(), runs=runs), 2.3)
    last = frame.marker_of(99)
    assert len(frame.markers) == 5 and last is not None and last.run_index == 4
    for marker, one in zip(frame.markers, runs, strict=True):
        step = min(2, one.steps)
        share = ease(0.3) if one.steps > 2 else 0.0
        ahead = one.points[min(step + 1, one.steps)]
        np.testing.assert_allclose(marker.position, (1 - share) * one.points[step] + share * ahead)
        assert (marker.step, marker.finished) == (step, one.steps <= 2)
        if not share:
            assert marker.value == one.values[step]


def test_ways_are_the_points_up_to_the_markers_with_gaps() -> None:
    runs = (run([[4, 3], [2, 1], [0, 0]]), run([[1, 0]]), run([[5, 5], [6, 6], [7, 7], [8, 8]]))
    frame = frame_at(Solution(revision=0, lab=Lab(), runs=runs), 2.0)
    which = np.array([0, 1, 2])
    plane = Plane(np.zeros(2), (0, 1))
    ways = frame.tracks.ways(which, np.array([1, 0, 0]), frame.steps, frame.places, plane)[:, :2].tolist()
    gap = [np.nan, np.nan]
    expected = [[2, 1], [0, 0], [0, 0], gap, [1, 0], [1, 0], gap, [5, 5], [6, 6], [7, 7], [7, 7], gap]
    np.testing.assert_array_equal(ways, expected)


@pytest.mark.parametrize(("rows", "evaluated", "value"), [(1, 2, 7.0), (600_000, 0, None)])
def test_values_over_much_data_are_interpolated_between_the_steps(
    solution: Solution, rows: int, evaluated: int, value: float | None
) -> None:
    asked = []

    class Loss:
        def __init__(self) -> None:
            self.rows = rows

        def value(self, theta: np.ndarray) -> np.ndarray:
            asked.extend(theta)
            return np.full(len(theta), 7.0)

    loss = Loss()
    frame = frame_at(replace(solution, objective=loss), 0.3)
    assert len(asked) == evaluated
    first = 25 + ease(0.3) * (5 - 25) if value is None else value
    assert frame.markers[0].value == pytest.approx(first)
    np.testing.assert_allclose(frame.markers[0].position, np.array([4, 3]) - 2 * ease(0.3))
    assert frame_at(replace(solution, objective=loss), 1.0).markers[0].value == 5


def test_ten_thousand_runs_are_moved_as_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = tuple(run([[k, 0], [k, 1]]) for k in range(10_000))
    solution = Solution(revision=0, lab=Lab(), runs=runs)
    frame_at(solution, 0.0)
    made = []
    monkeypatch.setattr("engine.solving.timeline.Marker", lambda **fields: made.append(fields))
    frame = frame_at(solution, 0.5)
    assert not made and frame.places[:, 1] == pytest.approx(ease(0.5))
