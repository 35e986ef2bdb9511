"""Rows of the table of results, against numbers worked out by hand."""

import numpy as np
import pytest

from engine.analysis.findings import Analysis, CriticalPoint, Family
from engine.base.i18n import message
from engine.descent.run import Run
from engine.function.local_shape import local_shape
from engine.optimizers import METHODS, GradientDescent, Racer
from engine.words.results import curve_of, curve_range, rate_limit, result_of


def run_through(points: list[list[float]], values: list[float], racer: Racer | None = None) -> Run:
    path = np.array(points)
    return Run(
        racer=racer or Racer(optimizer=GradientDescent(lr=0.1)),
        racer_index=0,
        start_index=0,
        points=path,
        values=np.array(values),
        gradients=2 * path,
        terms=(),
        evaluations=np.arange(len(path)),
        outcome="max_steps",
        explanation=message("…"),
    )


def minimum(x: float, value: float = 0.0, curvature: float = 2.0) -> CriticalPoint:
    return CriticalPoint(np.array([x, 0.0]), value, "minimum", np.array([1.0, curvature]))


def test_the_distance_is_to_the_nearest_minimum() -> None:
    run = run_through([[4.0, 0.0], [1.0, 1.0]], [16.0, 2.0])
    analysis = Analysis(critical_points=(minimum(9.0), minimum(1.0)))
    assert result_of(run, analysis).distance == 1.0


def test_steps_to_tolerance_are_those_after_which_f_stays_close() -> None:
    values = [1000.0, 0.5, 3.0, 0.9, 0.2]
    run = run_through([[float(i), 0.0] for i in range(5)], values)
    result = result_of(run, Analysis(critical_points=(minimum(0.0),)))
    assert result.steps_to_tolerance == 3  # at step 2 it was out again
    assert (result.steps, result.evaluations, result.value) == (4, 4, 0.2)


def test_a_run_that_never_comes_close_has_no_such_step() -> None:
    run = run_through([[0.0, 0.0], [1.0, 0.0]], [10.0, 5.0])
    assert result_of(run, Analysis(critical_points=(minimum(0.0),))).steps_to_tolerance is None


def test_a_blown_up_run_has_no_distance() -> None:
    run = run_through([[0.0, 0.0], [np.inf, 0.0]], [10.0, np.inf])
    result = result_of(run, Analysis(critical_points=(minimum(0.0),)))
    assert result.distance is None and result.steps_to_tolerance is None


def test_a_valley_floor_counts_as_minima() -> None:
    floor = Family(np.array([[0.0, y] for y in np.linspace(-1, 1, 21)]), 0.0, "minimum")
    run = run_through([[3.0, 0.0], [0.5, 0.5]], [9.0, 0.25])
    assert result_of(run, Analysis(families=(floor,))).distance == pytest.approx(0.5)


def test_without_an_analysis_nothing_is_claimed() -> None:
    result = result_of(run_through([[1.0, 0.0]], [1.0]), None)
    assert (result.distance, result.steps_to_tolerance, result.steps) == (None, None, 0)


def test_curves_have_the_lengths_of_the_steps_even_of_huge_ones() -> None:
    run = run_through([[0.0, 0.0], [3e200, 4e200], [3e200, 4e200]], [0.0, 1.0, 1.0])
    assert curve_of(run, "length") == pytest.approx([5e200, 0.0])
    assert curve_of(run, "gradient")[1] == pytest.approx(1e201)
    assert curve_of(run, "value") is run.values


def test_a_curve_that_blows_up_is_cut_and_an_ordinary_one_is_not() -> None:
    assert curve_range([np.array([10.0, 4.0, 1.0])]) == (1.0, 10.0)
    lo, hi = curve_range([np.array([10.0, 4.0, 1.0]), np.array([10.0, 1e5, 1e300, np.inf, np.nan])])
    assert lo == 1.0 and 10.0 <= hi <= 100.0
    assert curve_range([np.array([np.nan])]) == (0.0, 1.0)


def test_the_rate_limit_is_the_methods_own() -> None:
    analysis = Analysis(critical_points=(minimum(0.0, curvature=8.0),))
    points, values = [[1.0, 0.0], [0.5, 0.0]], [1.0, 0.5]
    limit = rate_limit(run_through(points, values), analysis)
    assert (limit.rate, limit.point.tolist()) == (
        pytest.approx(0.25),
        analysis.critical_points[0].point.tolist(),
    )
    heavy = Racer(optimizer=GradientDescent(lr=0.1, momentum=0.5))
    assert rate_limit(run_through(points, values, heavy), analysis).rate == pytest.approx(0.375)
    adam = Racer(optimizer=METHODS["adam"]())
    assert rate_limit(run_through(points, values, adam), analysis) is None
    assert rate_limit(run_through(points, values), Analysis()) is None


@pytest.mark.parametrize(
    ("eigenvalues", "shape"),
    [
        ([1.0, 5.0], "bowl"),
        ([-3.0, -1.0], "dome"),
        ([-1.0, 1.0], "saddle"),
        ([0.0, 2.0], "valley"),
        ([-2.0, 0.0], "ridge"),
        ([0.0, 0.0], "flat"),
        ([1e-300, 2e-300], "bowl"),
        ([np.nan, 1.0], "undefined"),
    ],
)
def test_shapes(eigenvalues: list[float], shape: str) -> None:
    assert local_shape(np.array(eigenvalues)) == shape
