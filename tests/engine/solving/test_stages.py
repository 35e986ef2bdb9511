"""Lab → Solution: the stages, what each reuses, and what stays when something is wrong."""

import numpy as np
import pytest
from msgspec.structs import replace

from engine.base.cancellation import Cancelled
from engine.document.lab import Data, Lab, Variable
from engine.formula import parse
from engine.function.field import DRAFT_RESOLUTION, FULL_RESOLUTION, resolution_of
from engine.optimizers import GradientDescent, Leg, Racer
from engine.solving import stages
from engine.solving.solution import Solution
from engine.solving.stages import Request, Solver
from engine.symbolic import Deriver


def last(solver: Solver, lab: Lab, quality: str = "full", revision: int = 1) -> Solution:
    *_, solution = solver.solve(Request(revision, lab, quality))  # type: ignore[arg-type]
    return solution


def test_the_stages_come_in_order_and_each_is_of_the_request(solver: Solver) -> None:
    solver.deriver.derive(parse(Lab().formula))
    solutions = list(solver.solve(Request(7, Lab())))
    assert [solution.stage for solution in solutions] == ["derive", "descend", "analyse"]
    assert {solution.revision for solution in solutions} == {7}
    assert solutions[0].field is None
    assert solutions[-1].complete


def test_the_bowl_is_right_from_end_to_end(solver: Solver) -> None:
    solution = last(solver, Lab())
    assert solution.derivation is not None
    assert [partial.text for partial in solution.derivation.partials] == ["2x", "2y"]
    field = solution.field
    assert field is not None
    np.testing.assert_allclose(field.z, field.x[None, :] ** 2 + field.y[:, None] ** 2, rtol=1e-6, atol=1e-6)
    (run,) = solution.runs
    expected = np.array([4.0, 3.0]) * 0.8 ** np.arange(len(run.points))[:, None]
    np.testing.assert_allclose(run.points, expected, rtol=1e-12)
    assert run.outcome == "converged"
    assert solution.analysis is not None
    (point,) = solution.analysis.critical_points
    assert point.kind == "minimum"


def test_a_new_start_samples_nothing_and_analyses_nothing_again(solver: Solver) -> None:
    first = last(solver, Lab())
    second = last(solver, Lab(starts=({"x": 1.0, "y": 1.0},)))
    assert second.field is first.field
    assert second.analysis is first.analysis
    assert second.derivation is first.derivation
    assert second.runs[0].points[0].tolist() == [1, 1]


def test_another_colour_renews_nothing(solver: Solver) -> None:
    lab = Lab()
    first = last(solver, lab)
    second = last(solver, replace(lab, display=replace(lab.display, colormap="magma", floor=False)))
    assert second.field is first.field
    assert second.runs is first.runs
    assert second.analysis is first.analysis


def test_a_draft_is_coarse_unless_the_full_picture_is_there(solver: Solver, fine: None) -> None:
    held = Lab(formula="x^2 + z y^2", variables={"z": Variable(role="held", value=1.0)})
    other = replace(held, variables={"z": Variable(role="held", value=2.0)})
    assert len(last(solver, held).field.x) == FULL_RESOLUTION  # type: ignore[union-attr]
    moved = replace(held, starts=({"x": 1.0, "y": 1.0},))
    assert len(last(solver, moved, "draft").field.x) == FULL_RESOLUTION  # type: ignore[union-attr]
    draft = last(solver, other, "draft")
    assert draft.stage == "descend"
    assert len(draft.field.x) == DRAFT_RESOLUTION  # type: ignore[union-attr]
    assert len(last(solver, other).field.x) == FULL_RESOLUTION  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        (Lab(formula=""), "formula"),
        (Lab(formula="x^2 +"), "formula"),
        (Lab(formula="9^9^9^9"), "formula"),
        (Lab(variables={"x": Variable(lo=1, hi=1)}), "variables.x.hi"),
    ],
)
def test_what_is_wrong_is_placed_and_the_last_good_picture_stays(
    solver: Solver, wrong: Lab, place: str
) -> None:
    good = last(solver, Lab())
    bad = last(solver, wrong, revision=2)
    assert bad.revision == 2
    assert bad.fatal
    assert bad.problems[0].place == place
    assert bad.problems[0].message.render("ko")
    assert bad.field is good.field
    assert bad.runs is good.runs
    healed = last(solver, Lab(), revision=3)
    assert not healed.problems
    assert healed.field is good.field


def test_nan_everywhere_is_said_but_drawn_as_nothing(solver: Solver) -> None:
    solution = last(solver, Lab(formula="sqrt(-1 - x^2 - y^2)"))
    assert not solution.fatal
    assert [problem.place for problem in solution.problems] == ["formula"]
    assert solution.field is not None
    assert not solution.field.finite.any()


def test_a_constant_is_drawn_over_the_usual_plane(solver: Solver) -> None:
    solution = last(solver, Lab(formula="3"))
    assert solution.setup is not None
    assert solution.setup.variables == ("x", "y")
    assert solution.field is not None
    assert (solution.field.z == 3).all()
    assert solution.field.z_lo < 3 < solution.field.z_hi


def test_one_variable_is_solved_too(solver: Solver) -> None:
    solution = last(solver, Lab(formula="x^4/4 - 2x^2 + x"))
    assert solution.runs[0].points.shape[1] == 1
    assert solution.analysis is not None
    assert len(solution.analysis.critical_points) == 3


def test_three_free_variables_descend_together(solver: Solver) -> None:
    lab = Lab(
        formula="x^2 + y^2 + (z - 1)^2",
        others="free",
        racers=(Racer(optimizer=GradientDescent(lr=0.1)),),
        starts=({"x": 1, "y": 2, "z": 3},),
    )
    solution = last(solver, lab)
    np.testing.assert_allclose(solution.runs[0].points[-1], [0, 0, 1], atol=1e-3)


def test_a_loss_over_data_has_its_minimum_at_the_least_squares_solution(solver: Solver) -> None:
    rng = np.random.default_rng(1)
    table = rng.normal(size=(12, 3))
    lab = Lab(
        formula="mean((w_1 x_1 + w_2 x_2 - y)^2)",
        data=Data(columns=("x_1", "x_2", "y"), rows=tuple(map(tuple, table.tolist()))),
    )
    solution = last(solver, lab)
    assert solution.setup is not None
    assert solution.setup.descended == ("w_1", "w_2")
    assert solution.analysis is not None
    (point,) = solution.analysis.critical_points
    expected, *_ = np.linalg.lstsq(table[:, :2], table[:, 2], rcond=None)
    np.testing.assert_allclose(point.point, expected, atol=1e-8)


def test_cancelling_stops_between_the_stages(solver: Solver) -> None:
    stages: list[str] = []
    with pytest.raises(Cancelled):
        stages.extend(
            solution.stage
            for solution in solver.solve(Request(1, Lab(formula="x^2 + 7y^2")), lambda: bool(stages))
        )
    assert stages == ["derive"]


def test_runs_that_there_is_no_room_for_are_said_to_end(
    solver: Solver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.descent.record.RECORD_LIMIT", 600)
    solution = last(solver, Lab(steps=2000, stop=False))
    (problem,) = solution.problems
    assert (problem.place, problem.fatal) == ("steps", False)
    assert "room for 99 steps" in problem.message.render()
    assert solution.runs[0].steps == 99
    assert not last(solver, Lab(steps=99, stop=False)).problems
    assert not last(solver, Lab(steps=2000)).problems  # it converges before


def large(rows: int) -> Lab:
    """A loss over many rows."""
    table = np.random.default_rng(1).normal(size=(rows, 2))
    data = Data(columns=("a", "b"), rows=tuple(map(tuple, table.tolist())))
    return Lab(formula="mean((w_1 a + w_0 - b)^2)", data=data, steps=3)


def test_over_many_rows_the_field_is_coarser(solver: Solver) -> None:
    lab = large(2000)
    fields = [
        last(solver, replace(lab, seed=seed), quality).field for seed, quality in enumerate(["draft", "full"])
    ]
    sizes = [len(field.x) for field in fields if field is not None]
    assert sizes == [resolution_of("draft", 2000), resolution_of("full", 2000)]
    assert sizes[0] < DRAFT_RESOLUTION and sizes[1] < FULL_RESOLUTION
    assert last(solver, replace(lab, seed=2), "draft").field is fields[1]


@pytest.mark.parametrize("stage", ["derive", "descend"])
def test_cancelling_stops_in_the_midst_of_much_data(solver: Solver, stage: str) -> None:
    """Of a field, of a descent and of an analysis: nothing goes on for long that nobody wants."""
    stages: list[str] = []
    since: list[int] = []

    def cancelled() -> bool:
        if stages[-1:] == [stage]:
            since.append(1)
        return len(since) > 20

    with pytest.raises(Cancelled):
        stages.extend(solution.stage for solution in solver.solve(Request(1, large(5000)), cancelled))
    assert stages[-1] == stage
    assert len(since) == 21


def test_a_racer_with_bad_settings_sits_out_and_the_others_run(solver: Solver) -> None:
    racers = (
        Racer(optimizer=GradientDescent(lr=0.0)),
        Racer(optimizer=GradientDescent(lr=0.1)),
        Racer(optimizer=GradientDescent(lr=0.1, nesterov=True)),
        Racer(optimizer=GradientDescent(lr=0.1), legs=(Leg(optimizer=GradientDescent(lr=-1.0), steps=3),)),
        Racer(optimizer=GradientDescent(lr=float("nan")), enabled=False),
    )
    solution = last(solver, Lab(racers=racers))
    assert solution.complete
    assert [run.racer_index for run in solution.runs] == [1]
    places = [problem.place for problem in solution.problems]
    assert places[0] == "racers.0.optimizer.lr"
    assert places[1].startswith("racers.2.optimizer.")
    assert places[2:] == ["racers.3"]
    assert not any(problem.fatal for problem in solution.problems)


def test_a_derivative_is_written_when_it_is_looked_at(solver: Solver) -> None:
    formula = " + ".join(f"x_{k}^2" for k in range(1, 15))
    lab = Lab(formula=formula, others="free", steps=2)
    *_, plain = solver.solve(Request(0, lab))
    assert plain.derivation is not None
    assert plain.derivation.written == {}  # too many to write them all
    *_, asked = solver.solve(Request(1, lab, asked=(("x_7",), ("x_7", "x_2"), ("gone",))))
    assert asked.derivation is not None
    texts = {entry: each.text for entry, each in asked.derivation.written.items()}
    assert texts == {(6,): "2x_7", (1, 6): "0"}
    assert asked.runs == plain.runs


def test_runs_do_not_wait_for_derivatives_that_take_long(monkeypatch: pytest.MonkeyPatch) -> None:
    with Deriver() as deriver:
        deriver.derive(parse("x"))
        monkeypatch.setattr(stages, "PATIENCE_S", 0.0)
        solutions = list(Solver(deriver).solve(Request(0, Lab(formula="x^2 y + sin(x y)", steps=3))))
    first = solutions[0]
    assert first.stage == "descend" and first.runs and first.derivation is not None
    last = solutions[-1].derivation
    assert last is not None and [each.text for each in last.partials if each] == [
        "2x y + y cos(x y)",
        "x(x + cos(x y))",
    ]
