"""One slice a picture: of what a gesture moves, that which is looked at is sampled and no other."""

import numpy as np
import pytest
from msgspec.structs import replace

import engine.solving.sampling as sampling
import engine.solving.section as sections
from engine.document.axes import PrincipalComponents
from engine.document.lab import Lab
from engine.solving.sampling import Look
from engine.solving.section import plane_at
from engine.solving.solution import Solution
from engine.solving.stages import Request, Solver
from engine.solving.timeline import frame_at
from tests.engine.solving.test_section import NEURON, neuron


@pytest.fixture
def sampled(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How fine each Field was that was sampled."""
    seen: list[int] = []
    for module in (sampling, sections):
        sample = module.sample

        def watched(*args, sample=sample, **named):
            field = sample(*args, **named)
            seen.append(len(field.x))
            return field

        monkeypatch.setattr(module, "sample", watched)
    return seen


def moved(k: int) -> Lab:
    return replace(NEURON, starts=({**NEURON.starts[0], "c": 1.0 + 0.1 * k},))


def drafted(solver: Solver, lab: Lab, look: Look) -> Solution:
    *_, solution = solver.solve(Request(2, lab, "draft", live=True, look=look))
    return solution


def test_a_start_that_is_dragged_costs_one_slice_a_picture(solver: Solver, sampled: list[int]) -> None:
    list(solver.solve(Request(1, NEURON, live=True, look=Look(20.0, 0))))
    for k in (1, 2, 3):
        sampled.clear()
        solution = drafted(solver, moved(k), Look(20.0, 0))
        assert len(sampled) == 1
        at = frame_at(solution, 20.0).markers[0].position
        field = solution.section
        assert field is not None and float(field.plane.distance(at)) == 0.0
        theta = [np.full(field.z.shape, value) for value in at]
        i, j = solution.setup.drawn
        theta[i], theta[j] = np.meshgrid(field.x, field.y)
        assert np.abs(field.z - neuron(*theta)).max() < 1e-6


def test_at_the_start_it_is_the_slice_through_the_start(solver: Solver, sampled: list[int]) -> None:
    list(solver.solve(Request(1, NEURON, live=True, look=Look(0.0, 0))))
    sampled.clear()
    solution = drafted(solver, moved(1), Look(0.0, 0))
    assert len(sampled) == 1 and solution.section is None
    assert float(solution.field.plane.distance(solution.setup.starts[0])) == 0.0


def test_rows_that_move_cost_one_slice_a_picture_too(solver: Solver, sampled: list[int]) -> None:
    list(solver.solve(Request(1, NEURON, live=True, look=Look(20.0, 0))))
    sampled.clear()
    data = NEURON.data
    other = replace(NEURON, data=replace(data, rows=((0.5, 0.5), *data.rows[1:])))
    solution = drafted(solver, other, Look(20.0, 0))
    assert len(sampled) == 1 and solution.field is solution.section


def test_directions_are_what_is_seen_first_and_stay_under_the_hand(
    solver: Solver, sampled: list[int]
) -> None:
    lab = replace(NEURON, axes=PrincipalComponents())
    first = next(s for s in solver.solve(Request(1, lab, live=True, look=Look(0.0, 0))) if s.runs)
    assert first.section is not None and first.section.plane.directions is not None
    assert first.section.plane.coincides(plane_at(first, frame_at(first, 0.0), 0))
    plane = first.section.plane
    sampled.clear()
    for k in (1, 2):
        solution = drafted(solver, replace(moved(k), axes=lab.axes), Look(0.0, 0, plane))
        assert solution.section is first.section
    assert not sampled


def test_over_data_a_coarse_slice_is_there_first(solver: Solver) -> None:
    solutions = [each for each in solver.solve(Request(1, NEURON, live=True, look=Look(0.0, 0))) if each.runs]
    assert solutions[0].field is not solutions[-1].field


def test_who_does_not_look_gets_no_slice(solver: Solver) -> None:
    *_, solution = solver.solve(Request(1, replace(NEURON, axes=PrincipalComponents())))
    assert solution.section is None and solution.field is not None
