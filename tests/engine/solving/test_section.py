"""The slice through the run's point: its numbers, its steadiness, and what lies in it."""

import itertools

import numpy as np
import pytest
from msgspec.structs import replace

from engine.analysis.findings import Analysis, CriticalPoint
from engine.document.lab import Data, Display, Lab
from engine.function.plane import Plane
from engine.solving.section import found_in, plane_at, section
from engine.solving.solution import Solution
from engine.solving.stages import Request, Solver
from engine.solving.timeline import duration_steps, frame_at

X = np.linspace(-1.0, 1.0, 7)
Y = np.tanh(1.3 * X - 0.4) * 0.8 + 0.1
NEURON = Lab(
    formula="mean((w_1 tanh(u_1 x + b_1) + c - y)^2)",
    order=("w_1", "u_1", "b_1", "c"),
    data=Data(columns=("x", "y"), rows=tuple(zip(X.tolist(), Y.tolist(), strict=True))),
    starts=({"w_1": -1.0, "u_1": 0.5, "b_1": 0.3, "c": 1.0},),
    steps=40,
)
TILTED = Lab(formula="x^2+y^2+(z-x)^2", starts=({"x": 3.0, "y": -2.0, "z": 4.0},), steps=30, others="free")


def neuron(w, u, b, c):
    """The loss, in plain NumPy."""
    return np.mean((w[..., None] * np.tanh(u[..., None] * X + b[..., None]) + c[..., None] - Y) ** 2, axis=-1)


def section_at(solution, frame, quality):
    plane = plane_at(solution, frame, 0)
    assert plane is not None
    return section(solution, plane, quality)


def solved(lab: Lab, solver: Solver) -> Solution:
    *_, solution = solver.solve(Request(1, lab))
    return solution


@pytest.mark.parametrize("t_steps", [0.0, 7.5, 40.0])
def test_the_slice_goes_through_the_run_at_the_playhead(solver, t_steps):
    solution = solved(NEURON, solver)
    frame = frame_at(solution, t_steps)
    field = section_at(solution, frame, "full")
    at = frame.markers[0].position
    i, j = solution.setup.drawn
    theta = [np.full(field.z.shape, value) for value in at]
    theta[i], theta[j] = np.meshgrid(field.x, field.y)
    assert np.abs(field.z - neuron(*theta)).max() < 1e-12
    assert float(field.plane.distance(at)) == 0.0


def test_a_slice_of_a_formula_without_data(solver):
    solution = solved(TILTED, solver)
    frame = frame_at(solution, 4.25)
    field = section_at(solution, frame, "moving")
    x, y = np.meshgrid(field.x, field.y)
    z = frame.markers[0].position[2]
    assert np.abs(field.z - (x**2 + y**2 + (z - x) ** 2)).max() < 1e-12
    assert field.z.shape == (61, 61)


def test_who_stays_at_the_start_sees_the_slice_through_it_and_how_far_it_is(solver):
    solution = solved(replace(TILTED, display=Display(follow=False)), solver)
    frame = frame_at(solution, 30.0)
    plane = plane_at(solution, frame, 0)
    assert plane is solution.field.plane
    assert section(solution, plane) is solution.field
    end = solution.runs[0].points[-1]
    assert float(plane.distance(end)) == pytest.approx(abs(end[2] - 4.0))


def test_two_variables_have_one_plane(solver):
    solution = solved(Lab(formula="x^2+3xy+y^2"), solver)
    for t_steps in (0.0, 3.5):
        assert section_at(solution, frame_at(solution, t_steps), "full") is solution.field


def test_a_run_that_leaves_the_numbers_takes_no_slice_with_it(solver):
    lab = replace(TILTED, formula="x^2+y^2-(z-x)^4", stop=False, steps=60)
    solution = solved(lab, solver)
    end = frame_at(solution, float(duration_steps(solution)))
    assert not np.isfinite(end.markers[0].position).all()
    assert plane_at(solution, end, 0) is solution.field.plane


def test_colours_do_not_change_with_every_frame(solver):
    solution = solved(NEURON, solver)
    fields = [section_at(solution, frame_at(solution, t / 4), "moving") for t in range(161)]
    ranges = [(field.z_lo, field.z_hi) for field in fields]
    changes = sum(a != b for a, b in itertools.pairwise(ranges))
    assert changes <= 6
    for field in fields:
        assert field.z_lo <= field.z_min and (field.z_max <= field.z_hi or field.clipped)
        assert field.z_max - field.z_min > 0.55 * (field.z_hi - field.z_lo)


def test_only_what_lies_in_the_plane_is_found_in_it(solver):
    solution = solved(TILTED, solver)
    (bottom,) = solution.analysis.critical_points
    assert bottom.kind == "minimum"
    assert found_in(solution, solution.field.plane).critical_points == ()
    through = Plane(np.array([1.0, 1.0, 1e-4]), (0, 1))
    assert found_in(solution, through).critical_points == (bottom,)
    assert found_in(solution, Plane(np.array([0.0, 0.0, 0.1]), (0, 1))).critical_points == ()


def test_of_two_variables_everything_is_found():
    point = CriticalPoint(np.zeros(2), 0.0, "minimum", np.ones(2))
    solution = Solution(revision=1, lab=Lab(), analysis=Analysis(critical_points=(point,)))
    assert found_in(solution, Plane(np.ones(2), (0, 1))) is solution.analysis
