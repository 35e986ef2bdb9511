"""What a run has come to is known to the search for critical points."""

import numpy as np
from msgspec.structs import replace

from engine.analysis.findings import Analysis
from engine.document.lab import Lab
from engine.solving.analysing import analysed, unknown_minima
from engine.solving.stages import report_request


def solved(solver, formula):
    *_, solution = solver.solve(report_request(Lab(formula=formula)))
    return solution


def test_a_minimum_that_only_a_run_has_met_is_searched_for_once(solver):
    solution = solved(solver, "(x-1)^2+3(y-2)^2")
    none = Analysis()
    (met,) = unknown_minima(none, solution.setup, solution.runs)
    assert np.allclose(met, (1, 2), atol=1e-5)
    assert not len(unknown_minima(solution.analysis, solution.setup, solution.runs))

    kept, made = {"analyse": none}, []

    def keep(stage, key, make):
        if stage not in kept:
            made.append(stage)
            kept[stage] = make()
        return kept[stage]

    for _ in range(2):
        found = analysed(
            keep, "key", solution.objective, solution.setup, solution.field, solution.runs, lambda: False
        )
    assert made == ["reached"]
    (point,) = found.critical_points
    assert point.kind == "minimum" and np.allclose(point.point, (1, 2))


def test_what_did_not_converge_or_lies_outside_is_no_seed(solver):
    solution = solved(solver, "(x-9)^2+y^2")  # its minimum lies beyond the drawn range
    assert solution.runs[0].outcome == "converged"
    assert not len(unknown_minima(Analysis(), solution.setup, solution.runs))
    stuck = tuple(replace(run, outcome="max_steps") for run in solution.runs)
    assert not len(unknown_minima(Analysis(), solution.setup, stuck))
