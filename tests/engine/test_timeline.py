"""frame_at: exact on the points, honest between them."""

import numpy as np
import pytest

from engine.i18n import message
from engine.lab import Lab
from engine.optimizers import Racer
from engine.solution import Run, Solution
from engine.timeline import duration_steps, ease, frame_at


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
    assert frame_at(Solution(revision=0, lab=Lab()), 5).markers == ()


def test_easing_rests_at_both_ends() -> None:
    assert (ease(0), ease(0.5), ease(1)) == (0, 0.5, 1)
    assert ease(1e-6) < 1e-11
    assert 1 - ease(1 - 1e-6) < 1e-11
