"""The ranges in which whole runs are seen."""

import numpy as np
import pytest
from msgspec.structs import replace

from engine.descent.run import Outcome
from engine.document.lab import Lab, Variable
from engine.solving.reach import FARTHEST, with_whole_runs
from engine.solving.solution import Solution
from tests.engine.hand_made import solve_by_hand
from tests.engine.numpy_objective import NumpyObjective, box


def ended_at(*end: float, outcome: Outcome = "converged", lab: Lab | None = None) -> Solution:
    """A run from (4, 3) to `end` in [−5, 5]²."""
    solution = solve_by_hand(NumpyObjective(lambda x, y: x**2 + y**2), box(), steps=1, lab=lab)
    points = np.array([[4.0, 3.0], end])
    run = replace(solution.runs[0], points=points, outcome=outcome)
    return replace(solution, runs=(run,))


def test_a_run_that_is_seen_changes_nothing() -> None:
    assert with_whole_runs(ended_at(-5.0, 5.0)) is None


def test_the_ranges_grow_to_round_numbers_and_the_start_stays() -> None:
    lab = with_whole_runs(ended_at(8.0, -7.0, lab=Lab(variables={"y": Variable(role="vertical")})))
    assert lab is not None
    assert lab.variables == {"x": Variable(lo=-5, hi=9), "y": Variable(role="vertical", lo=-8, hi=5)}
    assert lab.starts == ({"x": 4.0, "y": 3.0},)


@pytest.mark.parametrize("end", [5.0004, 6.0, 37.21, 104.0])
def test_the_outermost_point_is_inside_with_a_margin(end: float) -> None:
    lab = with_whole_runs(ended_at(end, 0.0))
    assert lab is not None
    x = lab.variables["x"]
    assert x.lo is not None
    assert x.hi is not None
    assert end + 0.04 * (end - x.lo) < x.hi < end + 0.2 * (end - x.lo)
    assert len(f"{x.hi:.12g}") <= 6


@pytest.mark.parametrize(
    ("end", "outcome"),
    [(9.0, "diverged"), (5 + 10 * FARTHEST + 1, "max_steps"), (np.nan, "left_domain"), (np.inf, "max_steps")],
)
def test_what_is_gone_is_not_followed(end: float, outcome: Outcome) -> None:
    assert with_whole_runs(ended_at(end, 0.0, outcome=outcome)) is None


def test_without_a_setup_there_is_nothing_to_widen() -> None:
    assert with_whole_runs(Solution(revision=0, lab=Lab())) is None
