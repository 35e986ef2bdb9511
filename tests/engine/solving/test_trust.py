"""The trust meter: its numbers by hand, and the rule of its levels."""

import numpy as np
import pytest
from msgspec.structs import replace

from engine.document.axes import RandomDirections
from engine.function.plane import Plane
from engine.solving.section import plane_at, section
from engine.solving.sight import sight_at
from engine.solving.stages import Request
from engine.solving.timeline import frame_at
from engine.solving.trust import RANDOM_WALK, Held, Redraw, Trust, held_of, redrawn
from tests.engine.solving.test_sight import TILTED


@pytest.fixture
def solution(solver):
    *_, solution = solver.solve(Request(1, TILTED))
    return solution


def test_the_share_is_that_of_the_variance_and_the_extent_the_way_from_the_start(solution):
    run = solution.runs[0]
    held = held_of(solution.field.plane, run)
    variances = run.points.var(axis=0)
    assert held.shares == pytest.approx(tuple(variances[:2] / variances.sum()))
    assert held.share == pytest.approx(variances[:2].sum() / variances.sum())
    assert held.extent == pytest.approx(np.linalg.norm(run.points - run.points[0], axis=1).max())
    trust = Trust(held, frame_at(solution, 7.0).distance(solution.field.plane, 0))
    assert trust.distance == pytest.approx(abs(run.points[7, 2] - run.points[0, 2]))
    assert trust.away == pytest.approx(trust.distance / held.extent)


def test_a_run_that_stands_has_no_share():
    run = type("Run", (), {"points": np.ones((4, 3))})
    held = held_of(Plane(np.ones(3), (0, 1)), run)
    assert np.isnan(held.share) and held.extent == 0.0
    assert Trust(held, 0.0).level == "low" and np.isnan(Trust(held, 0.0).away)


@pytest.mark.parametrize(
    ("share", "away", "alike", "level"),
    [
        (0.95, 0.05, None, "high"),
        (0.95, 0.2, None, "fair"),
        (0.8, 0.0, None, "fair"),
        (sum(RANDOM_WALK) - 0.001, 0.0, None, "low"),  # no more than a random walk's own plane
        (0.99, 0.31, None, "low"),
        (0.99, 0.0, 0.95, "high"),
        (0.99, 0.0, 0.7, "fair"),
        (0.99, 0.0, 0.2, "low"),
    ],
)
def test_the_level_is_the_worst_of_its_numbers(share, away, alike, level):
    redraw = None if alike is None else Redraw(alike, 1.0)
    assert Trust(Held((share, 0.0), 2.0), 2.0 * away, redraw).level == level


def test_another_draw_is_compared_at_the_same_coordinates(solution):
    solution = replace(solution, lab=replace(solution.lab, axes=RandomDirections(seed=1)))
    frame = frame_at(solution, 0.0)
    sight, plane = sight_at(solution, frame, 0), plane_at(solution, frame, 0)
    field = section(solution, plane, "moving")
    found = redrawn(solution, sight, field)
    before = replace(solution, lab=replace(solution.lab, axes=RandomDirections(seed=0)))
    earlier = plane_at(before, frame, 0)
    other = section(before, replace(earlier, axes=plane.axes), "moving")
    assert found.correlation == pytest.approx(np.corrcoef(field.z.ravel(), other.z.ravel())[0, 1])
    assert found.spread == pytest.approx(np.ptp(other.z) / np.ptp(field.z))
    assert redrawn(before, sight_at(solution, None, 0).__class__(TILTED.axes, plane.origin), field) is None
