"""One stage that fails, or that ends early, takes neither the others nor the runs."""

import time

import numpy as np
import pytest

from engine.analysis import analyse
from engine.base.cancellation import Cancelled
from engine.base.vectors import length
from engine.document.lab import Data, Lab, Variable
from engine.function.field import resolution_of
from engine.solving import analysing, outcomes
from engine.solving.stages import Request, Solver, report_request
from engine.writers.json_report import report

HOSTILE = [
    "x^2/x",
    "x/x",
    "x+x/x",
    "x^2+y^3/y",
    "sqrt(x^2)^2",
    "e^(ln(x^2))",
    "(x^4+x^2y^2)/x^2",
    "x^(y+z)",
    "(x/y)^(a+b)",
    "1/x^(y+z)",
    "max(x,0)^0.5",
    "exp(800) x",
]


def solved(solver: Solver, lab: Lab):
    *_, solution = solver.solve(report_request(lab))
    return solution


@pytest.mark.parametrize("text", HOSTILE)
def test_holes_poles_and_overflow_are_analysed(solver, text, caplog):
    caplog.set_level("INFO")
    solution = solved(solver, Lab(formula=text, steps=20))
    assert solution.complete and solution.analysis is not None and len(solution.runs) == 1
    assert not caplog.records, "nothing failed on the way"
    gave_up = report(solution)["search"]["gave_up"]
    assert gave_up is None or "ended after" in gave_up, "late, at the most"


def test_starts_on_a_pole_and_ranges_of_nothing(solver, caplog):
    caplog.set_level("INFO")
    pole = Lab(formula="1/(x-y)+1/(y-x)", starts=({"x": 0.3, "y": 0.37},), steps=20)
    sliver = Lab(formula="x^2", variables={"x": Variable(lo=0.0, hi=5e-324)}, steps=20)
    for lab in (pole, sliver):
        assert solved(solver, lab).complete
    assert not caplog.records


def test_a_removable_hole_is_where_the_minimum_is_said_to_be(solver):
    said = [each.render("en") for each in solved(solver, Lab(formula="sqrt(x^2)^2")).analysis.diagnosis]
    assert said[0].startswith("(x = 0) is the only minimum")


@pytest.mark.a_stage_fails
def test_a_stage_that_fails_leaves_the_others(solver, monkeypatch, caplog):
    def fail(*_args, **_options):
        raise np.linalg.LinAlgError("SVD did not converge")

    monkeypatch.setattr(analysing, "analyse", fail)
    monkeypatch.setattr(outcomes, "explain", fail)
    caplog.set_level("INFO")
    solution = solved(solver, Lab(formula="x^2+2y^2"))
    assert solution.complete and solution.runs[0].outcome == "converged"
    assert solution.runs[0].explanation.render("en").startswith("Converged in")
    assert report(solution)["search"]["gave_up"].startswith("Critical points are not known")
    assert [record.message for record in caplog.records] == ["explanation failed", "analysis failed"]


def test_what_was_not_searched_is_said(solver):
    formula = " + ".join(f"w_{k}^4 - w_{k}" for k in range(7))
    solution = solved(solver, Lab(formula=formula, steps=5))
    search = report(solution)["search"]
    assert search["variables"] == 7 and search["found"] == 0 and search["cap"] is None
    assert search["gave_up"] == "Critical points are searched for up to 6 free variables; here are 7."
    assert not solution.analysis.lacks_minimum


def test_a_quadratic_of_many_variables_is_told_without_a_search(solver):
    formula = " + ".join(f"{k + 1} w_{k}^2" for k in range(9))
    said = solved(solver, Lab(formula=formula, steps=5)).analysis.diagnosis[0].render("en")
    assert "is the only minimum" in said


def test_a_search_out_of_time_keeps_what_it_found(solver):
    *_, solution = solver.solve(Request(0, Lab(formula="sin(x) cos(y)"), "draft"))
    analysis = analyse(solution.objective, solution.setup, solution.field, seconds=1e-9)
    assert analysis.gave_up is not None and not analysis.lacks_minimum
    assert "ended after 1e-09 s" in analysis.diagnosis[0].render("en")


def test_functions_in_functions_cost_what_is_known_before(solver):
    """Ten deep: drawn and searched as coarsely as they cost; what takes longer still is given up and said."""
    deep = "y"
    for _ in range(10):
        deep = f"beta(x, {deep})"
    *_, solution = solver.solve(Request(0, Lab(formula=deep, steps=20), "draft"))
    assert resolution_of("full", solution.objective.work) < 401
    begin_s = time.thread_time()
    analysis = analyse(solution.objective, solution.setup, solution.field, seconds=0.2)
    assert time.thread_time() - begin_s < 4.0  # on a busy machine; once without an end
    assert analysis.gave_up is not None


def test_a_search_in_special_functions_stops_when_nobody_wants_it(solver):
    *_, solution = solver.solve(Request(0, Lab(formula="beta(x, beta(x, y))"), "draft"))
    asked = []

    def cancelled():
        asked.append(1)
        return len(asked) > 3

    wanted = solution.objective.while_wanted(cancelled)
    points = np.full((2_000_000, 2), 1.5)
    with pytest.raises(Cancelled):
        wanted.value(points)
    assert len(asked) == 4


def test_a_written_out_network_is_solved(solver):
    units = " + ".join(f"w_{{{k}}} tanh(u_{{{k}}} x_1 + b_{{{k}}})" for k in range(25))
    x = np.linspace(-2, 2, 40)
    data = Data(columns=("x_1", "y"), rows=tuple(zip(x.tolist(), np.sin(x).tolist(), strict=True)))
    solution = solved(solver, Lab(formula=f"mean(({units} + c - y)^2)", data=data, steps=30))
    answer = report(solution)
    assert len(answer["variables"]) == 76
    assert answer["at_start"]["hessian"] is None and "at_start.hessian" in answer["omitted"]
    assert answer["runs"][0]["values"][-1] < answer["runs"][0]["values"][0]


def test_slopes_whose_squares_overflow_have_a_direction_and_a_length(solver):
    said = solved(solver, Lab(formula="10^200 x + 10^200 y", steps=3)).analysis.diagnosis[0].render("en")
    assert "along (−0.7071, −0.7071)" in said
    start = ({"x": 4.0, "y": 3.0},)
    solution = solved(solver, Lab(formula="(x^2+y^2)^150", starts=start, steps=1, stop=False))
    gradient = solution.objective.gradient([4.0, 3.0])
    # |∇f| = 300 r^299 at r = 5
    assert float(length(gradient)) == pytest.approx(300 * 5.0**299, rel=1e-12)
