"""Weights are drawn as wide as their paths, unless somebody chose the range."""

import numpy as np
import pytest
from msgspec.structs import replace

from engine.document.lab import Data, Lab, Variable
from engine.document.network import Layer, Network
from engine.optimizers import parse_spec
from engine.solving.reach import with_whole_runs
from engine.solving.sampling import Look
from engine.solving.section import plane_at
from engine.solving.sight import sight_at, under_hand
from engine.solving.stages import Request, Solver
from engine.solving.timeline import frame_at

X = np.linspace(0.0, 1.0, 11)
STEEP = Lab(
    network=Network(inputs=1, layers=(Layer(1),)),
    data=Data(columns=("x", "y"), rows=tuple(zip(X.tolist(), (300.0 - 70.0 * X).tolist(), strict=True))),
    racers=(parse_spec("bfgs()"),),
    steps=60,
)


@pytest.fixture(scope="module")
def solution(deriver):
    *_, solution = Solver(deriver).solve(Request(1, STEEP, live=True, look=Look(0.0, 0)))
    return solution


def test_the_path_and_the_minimum_are_in_sight(solution) -> None:
    plane = plane_at(solution, frame_at(solution, 0.0), 0)
    path = solution.runs[0].points
    low, high = (np.array([getattr(axis, end) for axis in plane.axes]) for end in ("lo", "hi"))
    assert (path >= low).all() and (path <= high).all()
    np.testing.assert_allclose(path[-1], [-70.0, 300.0], rtol=1e-5)  # the line that the rows lie on
    assert ((high - low) < 4 * np.ptp(path, axis=0).max()).all(), "and they are no dot in it"
    assert with_whole_runs(solution) is None
    assert solution.section is not None and solution.section.plane.coincides(plane)


def test_a_range_that_was_chosen_stays(solver: Solver) -> None:
    chosen = replace(STEEP, variables={"0.bias[0]": Variable(lo=-10.0, hi=250.0)})
    *_, solution = solver.solve(Request(2, chosen))
    across, up = plane_at(solution, frame_at(solution, 0.0), 0).axes
    assert (up.lo, up.hi) == (-10.0, 250.0) and across.lo < -70.0
    wider = with_whole_runs(solution)
    assert wider is not None and wider.variables.keys() == {"0.bias[0]"}, "only that one is widened"


def test_ranges_do_not_change_under_the_hand(solution) -> None:
    frame = frame_at(solution, 0.0)
    sight = sight_at(solution, frame, 0)
    drawn = replace(sight.plane, axes=solution.setup.axes)
    assert under_hand(sight, drawn).plane.axes == solution.setup.axes


def test_all_diverge_and_something_is_drawn(solver: Solver) -> None:
    wild = replace(STEEP, racers=(parse_spec("gd(lr=1e6)"),))
    *_, solution = solver.solve(Request(2, wild))
    for axis in plane_at(solution, frame_at(solution, 0.0), 0).axes:
        assert np.isfinite([axis.lo, axis.hi]).all() and axis.lo < axis.hi
