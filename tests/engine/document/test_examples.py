"""Every lab of the gallery solves, and does what its note says."""

import numpy as np
import pytest

from engine.base.paths import EXAMPLES
from engine.document.labfile import read
from engine.solving.solution import Solution
from engine.solving.stages import Request, Solver

SOLVED: dict[str, Solution] = {}


def solved(solver: Solver, name: str) -> Solution:
    """The lab's solution, the same one for every test that asks."""
    if name not in SOLVED:
        *_, SOLVED[name] = solver.solve(Request(0, read(EXAMPLES / f"{name}.nabla")))
    return SOLVED[name]


@pytest.mark.parametrize("name", sorted(path.stem for path in EXAMPLES.glob("*.nabla")))
def test_an_example_solves_without_a_problem(solver: Solver, name: str) -> None:
    solution = solved(solver, name)
    assert solution.complete
    assert solution.problems == ()
    assert all(run.steps > 0 for run in solution.runs)


@pytest.mark.parametrize(
    ("name", "outcomes"),
    [
        ("01-bowl", {"converged"}),
        ("03-saddle", {"diverged", "left_domain"}),
        ("05-himmelblau", {"converged"}),
        ("14-neural-network", {"converged"}),
        ("15-one-variable", {"converged"}),
    ],
)
def test_the_runs_end_as_the_note_says(solver: Solver, name: str, outcomes: set[str]) -> None:
    assert {run.outcome for run in solved(solver, name).runs} <= outcomes


def test_the_four_starts_on_himmelblau_find_four_minima(solver: Solver) -> None:
    solution = solved(solver, "05-himmelblau")
    ends = {tuple(run.points[-1].round(2)) for run in solution.runs}
    assert ends == {(3.0, 2.0), (-2.81, 3.13), (-3.78, -3.28), (3.58, -1.85)}


def test_the_two_starts_part_at_the_watershed(solver: Solver) -> None:
    left, right = solved(solver, "15-one-variable").runs
    assert left.points[-1][0] == pytest.approx(-2.1149, abs=1e-3)
    assert right.points[-1][0] == pytest.approx(1.8608, abs=1e-3)


def test_momentum_carries_over_the_ridges(solver: Solver) -> None:
    plain, momentum = solved(solver, "06-rastrigin").runs
    assert momentum.values[-1] < plain.values[-1]


def test_on_the_banana_curvature_wins(solver: Solver) -> None:
    plain, _, lbfgs = solved(solver, "04-rosenbrock").runs
    assert lbfgs.outcome == "converged"
    assert plain.outcome == "max_steps"
    assert lbfgs.steps < 100


def test_a_linear_neuron_reaches_its_normal_equations(solver: Solver) -> None:
    solution = solved(solver, "16-linear-neuron")
    assert solution.examples is not None
    x, y = solution.examples.inputs.T, solution.examples.wanted[0]
    (run,) = solution.runs
    assert run.outcome == "converged"
    np.testing.assert_allclose(run.points[-1], np.linalg.solve(x.T @ x, x.T @ y), atol=1e-4)


def test_equal_units_stay_equal(solver: Solver) -> None:
    (run,) = solved(solver, "21-symmetric-start").runs
    first = run.points[-1][:8].reshape(4, 2)  # 0.weight
    assert (first == first[0]).all()
    assert run.values[-1] > 0.4
    (other,) = solved(solver, "18-xor").runs
    assert other.values[-1] < 0.1


def test_the_test_loss_turns_round(solver: Solver) -> None:
    (run,) = solved(solver, "22-over-fitting").runs
    assert run.test_values is not None
    least = int(run.test_values.argmin())
    assert 0 < least < run.steps
    assert run.test_values[-1] > 1.2 * run.test_values[least]
    assert run.values[-1] < run.values[least]


def test_a_deep_linear_network_rests_at_its_saddle(solver: Solver) -> None:
    solution = solved(solver, "24-deep-linear")
    first, _ = solution.runs
    nearest = np.linalg.norm(first.points, axis=1).min()
    assert nearest < 0.1 and first.outcome == "converged"
    kinds = {
        (point.kind, tuple(np.round(point.point, 6) + 0.0)) for point in solution.analysis.critical_points
    }
    assert ("saddle", (0.0, 0.0)) in kinds


def test_ridge_is_the_minimum_of_loss_and_penalty(solver: Solver) -> None:
    solution = solved(solver, "25-ridge")
    assert solution.examples is not None
    x, y = solution.examples.inputs.T, solution.examples.wanted[0]
    (run,) = solution.runs
    wanted = np.linalg.solve(x.T @ x / len(y) + 0.05 * np.eye(2), x.T @ y / len(y))
    np.testing.assert_allclose(run.points[-1], wanted, atol=1e-4)


def test_the_rate_beyond_two_over_the_curvature_diverges(solver: Solver) -> None:
    solution = solved(solver, "26-learning-rates")
    assert solution.examples is not None
    x = solution.examples.inputs.T
    limit = 2 / np.linalg.eigvalsh(2 * x.T @ x / len(x)).max()
    *held, last = (run.racer.optimizer.lr for run in solution.runs)
    assert max(held) < limit < last
    assert solution.runs[-1].values[-1] > solution.runs[-1].values[0]
    assert {run.outcome for run in solution.runs[1:-1]} == {"converged"}


def test_gradients_of_a_deep_sigmoid_network_vanish(solver: Solver) -> None:
    solution = solved(solver, "27-vanishing-gradients")
    (run,) = solution.runs
    assert solution.objective is not None
    slope = solution.objective.gradient(run.points[0])
    assert np.linalg.norm(slope[-5:]) > 10_000 * np.linalg.norm(slope[:8])
    assert np.ptp(run.points[:, :8], axis=0).max() < 0.01
    assert run.values[-1] > 0.9 * run.values[1]
