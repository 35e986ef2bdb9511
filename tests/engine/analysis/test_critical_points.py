"""Critical points against published ones, families, and the sentences about a landscape."""

import collections
import functools
import time

import numpy as np
import pytest

from engine.analysis import analyse, kind_of, local_model, stability_limit
from engine.analysis.landscape import Landscape
from engine.analysis.newton import unique
from engine.base.cancellation import Cancelled
from engine.formula import parse
from engine.function.field import sample
from engine.function.objective import Objective
from engine.program.function import dense_hessian
from tests.engine.functions import HIMMELBLAU, oracle, setup_of
from tests.engine.numpy_objective import DISPLAY, NumpyObjective, box, himmelblau

GOLDSTEIN = (
    "(1 + (x + y + 1)**2*(19 - 14*x + 3*x**2 - 14*y + 6*x*y + 3*y**2))"
    "*(30 + (2*x - 3*y)**2*(18 - 32*x + 12*x**2 + 48*y - 36*x*y + 27*y**2))"
)
BUKIN = "100*sqrt(Abs(y - x**2/100)) + Abs(x + 10)/100"
SIGN = "Piecewise((-1, x < 0), (1, x > 0), (0, True)) + 0*y"
ACKLEY = "-20*exp(-0.2*sqrt(0.5*(x**2 + y**2))) - exp(0.5*(cos(2*pi*x) + cos(2*pi*y))) + E + 20"

# (function, lo, hi, how many of each kind, some of the points as published)
PUBLISHED = [
    (
        HIMMELBLAU,
        -5,
        5,
        {"minimum": 4, "saddle": 4, "maximum": 1},
        [
            ("minimum", 3, 2),
            ("minimum", -2.805118, 3.131313),
            ("minimum", -3.779310, -3.283186),
            ("minimum", 3.584428, -1.848127),
            ("maximum", -0.270845, -0.923039),
            ("saddle", 3.385154, 0.073852),
            ("saddle", 0.086678, 2.884255),
            ("saddle", -3.073026, -0.081353),
            ("saddle", -0.127961, -1.953715),
        ],
    ),
    (
        "20 + x**2 + y**2 - 10*cos(2*pi*x) - 10*cos(2*pi*y)",
        -5,
        5,
        {"minimum": 121, "saddle": 220, "maximum": 100},
        [("minimum", 0, 0), ("minimum", 0.994959, 0.994959)],
    ),
    ("(1 - x)**2 + 100*(y - x**2)**2", -5, 5, {"minimum": 1}, [("minimum", 1, 1)]),
    ("(1 - x)**2 + 100*(y - x**2)**2", -100, 100, {"minimum": 1}, [("minimum", 1, 1)]),
    (ACKLEY, -5, 5, {"minimum": 121, "saddle": 220, "maximum": 100}, [("minimum", 0, 0)]),
    (
        "(4 - 2.1*x**2 + x**4/3)*x**2 + x*y + (-4 + 4*y**2)*y**2",
        (-3, -2),
        (3, 2),
        {"minimum": 6, "saddle": 7, "maximum": 2},
        [("minimum", 0.089842, -0.712656), ("minimum", -0.089842, 0.712656), ("saddle", 0, 0)],
    ),
    (
        "(x**4 - 16*x**2 + 5*x + y**4 - 16*y**2 + 5*y)/2",
        -5,
        5,
        {"minimum": 4, "saddle": 4, "maximum": 1},
        [("minimum", -2.903534, -2.903534)],
    ),
    (
        "sin(x + y) + (x - y)**2 - 1.5*x + 2.5*y + 1",
        (-1.5, -3),
        (4, 4),
        {"minimum": 2, "saddle": 1},
        [("minimum", -0.547198, -1.547198)],
    ),
    (
        "(1.5 - x + x*y)**2 + (2.25 - x + x*y**2)**2 + (2.625 - x + x*y**3)**2",
        -4.5,
        4.5,
        {"minimum": 1, "saddle": 2},
        [("minimum", 3, 0.5), ("saddle", 0, 1)],
    ),
    ("(x + 2*y - 7)**2 + (2*x + y - 5)**2", -10, 10, {"minimum": 1}, [("minimum", 1, 3)]),
    ("0.26*(x**2 + y**2) - 0.48*x*y", -10, 10, {"minimum": 1}, [("minimum", 0, 0)]),
    (
        "2*x**2 - 1.05*x**4 + x**6/6 + x*y + y**2",
        -5,
        5,
        {"minimum": 3, "saddle": 2},
        [("minimum", 0, 0), ("minimum", 1.747552, -0.873776)],
    ),
    (
        GOLDSTEIN,
        -2,
        2,
        {"minimum": 4, "saddle": 4, "maximum": 1},
        [("minimum", 0, -1), ("minimum", -0.6, -0.4), ("minimum", 1.8, 0.2), ("minimum", 1.2, 0.8)],
    ),
    (
        "sin(x)*cos(y)",
        -5,
        5,
        {"minimum": 6, "saddle": 12, "maximum": 6},
        [("minimum", -np.pi / 2, 0), ("saddle", 0, np.pi / 2), ("maximum", np.pi / 2, 0)],
    ),
    (
        "(y - 5.1*x**2/(4*pi**2) + 5*x/pi - 6)**2 + 10*(1 - 1/(8*pi))*cos(x) + 10",
        (-5, 0),
        (10, 15),
        {"minimum": 3, "saddle": 2},
        [("minimum", np.pi, 2.275), ("minimum", -np.pi, 12.275), ("minimum", 9.424778, 2.475)],
    ),
    (  # Schaffer's second function: curved valleys, 10⁵ times as steep across as along
        "1/2 + (sin(x**2 - y**2)**2 - 1/2)/(1 + (x**2 + y**2)/1000)**2",
        -5,
        5,
        {"minimum": 29, "maximum": 32},
        [("minimum", 0, 0), ("maximum", 0, 4.518834)],
    ),
    ("exp(-x**2 - y**2)", -5, 5, {"maximum": 1}, [("maximum", 0, 0)]),
    ("x**3 - 3*x*y**2", -5, 5, {"saddle": 1}, [("saddle", 0, 0)]),
    ("x**4 + y**4", -5, 5, {"minimum": 1}, [("minimum", 0, 0)]),
    ("x**2 + y**3", -5, 5, {"neither": 1}, [("neither", 0, 0)]),
    ("x**3 + y**3 - 3*x*y", -5, 5, {"minimum": 1, "saddle": 1}, [("minimum", 1, 1), ("saddle", 0, 0)]),
    ("x**2 + 3*x*y + y**2", -5, 5, {"saddle": 1}, [("saddle", 0, 0)]),
    ("(x - 5)**2 + (y + 5)**2", -5, 5, {"minimum": 1}, [("minimum", 5, -5)]),
    ("(x - 1000000.5)**2 + (y - 1000000.25)**2", 1e6, 1e6 + 1, {"minimum": 1}, []),
    ("(x**2 + y**2)*10**-200", -5, 5, {"minimum": 1}, [("minimum", 0, 0)]),
    ("(x**2 + y**2)*10**200", -5, 5, {"minimum": 1}, [("minimum", 0, 0)]),
    ("Abs(x) + Abs(y)", -5, 5, {"minimum": 1}, [("minimum", 0, 0)]),
    ("sqrt(x**2 + y**2)", -5, 5, {"minimum": 1}, [("minimum", 0, 0)]),
    (BUKIN, (-15, -3), (-5, 3), {"minimum": 1}, [("minimum", -10, 1)]),
    (BUKIN, -5, 5, {}, []),  # all of its groove leads out of the box
    (
        "Abs(x*sin(x) + x/10) + Abs(y*sin(y) + y/10)",
        -5,
        5,
        {"minimum": 16, "maximum": 25},
        [("minimum", 0, 0), ("minimum", -0.100167, 3.24176)],
    ),
    (
        "sin(x) + sin(y) + sin(x + y)",
        -4,
        4,
        {"minimum": 1, "maximum": 1, "saddle": 4},
        [("maximum", np.pi / 3, np.pi / 3), ("saddle", np.pi, np.pi)],
    ),
    ("x + y", -5, 5, {}, []),
    ("1/(x**2 + y**2)", -5, 5, {}, []),
    ("log(x) + y**2", -5, 5, {}, []),
]


@functools.cache
def analysis_of(text, lo=-5, hi=5, names="x y"):
    function = oracle(text, names)
    return analyse(function, setup_of(function, [[1.0] * len(function.variables)], lo, hi))


@pytest.mark.long
@pytest.mark.parametrize(
    ("text", "lo", "hi", "counts", "some"), PUBLISHED, ids=[row[0][:40] for row in PUBLISHED]
)
def test_finds_the_published_critical_points(text, lo, hi, counts, some):
    found = analysis_of(text, lo, hi)
    assert collections.Counter(point.kind for point in found.critical_points) == counts
    assert not found.families
    for kind, x, y in some:
        same = [
            p for p in found.critical_points if p.kind == kind and np.allclose(p.point, (x, y), atol=2e-6)
        ]
        assert len(same) == 1


def test_every_point_has_no_slope_and_its_own_value_and_eigenvalues():
    function = oracle(HIMMELBLAU)
    for point in analysis_of(HIMMELBLAU).critical_points:
        assert np.abs(function.gradient(point.point)).max() < 1e-9
        assert point.value == pytest.approx(float(function.value(point.point)))
        assert np.allclose(point.eigenvalues, np.linalg.eigvalsh(dense_hessian(function, point.point)))
        assert point.kind == kind_of(point.eigenvalues)


@pytest.mark.parametrize(
    ("text", "kind", "on_it"),
    [
        ("(x - y)**2", "minimum", lambda x, y: x - y),
        ("(x**2 + y**2 - 1)**2", "minimum", lambda x, y: x**2 + y**2 - 1),
        ("-(x**2 + y**2 - 4)**2", "maximum", lambda x, y: x**2 + y**2 - 4),
        ("x**2*y**2", "minimum", lambda x, y: x * y),
        ("x**2", "minimum", lambda x, y: x),
        ("(y - x**2)**2", "minimum", lambda x, y: y - x**2),
        ("Abs(x - y)", "minimum", lambda x, y: x - y),
        ("Abs(x**2 + y**2 - 4)", "minimum", lambda x, y: x**2 + y**2 - 4),
        ("sin(sqrt(x**2 + y**2))/sqrt(x**2 + y**2)", "minimum", lambda x, y: np.hypot(x, y) - 4.493409458),
        ("-Abs(x**3 - y)", "maximum", lambda x, y: x**3 - y),
    ],
)
def test_a_continuum_is_one_family_and_not_many_points(text, kind, on_it):
    found = analysis_of(text)
    (family,) = found.families
    assert family.kind == kind
    assert len(family.points) >= 20
    assert np.abs(on_it(*family.points.T)).max() < 1e-6
    assert len(found.critical_points) <= 1  # the middle of a circle


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("3 + 0*x", [3]),
        (SIGN, [-1, 1]),
        ("Max(0, x**2 + y**2 - 4)", [0]),
        ("Piecewise((5, x < -2), (3, x + y < 4), (4, True))", [3, 4, 5]),
    ],
)
def test_a_plateau_is_one_family_shown_by_one_point(text, values):
    found = analysis_of(text)
    assert [family.value for family in found.families] == values
    assert not found.critical_points
    for family in found.families:
        assert family.region
        assert family.points.shape == (1, 2)
        assert oracle(text).value(family.points[0]) == family.value


def test_the_top_of_the_sombrero_is_a_maximum_though_the_formula_has_a_hole_there():
    (top,) = analysis_of("sin(sqrt(x**2 + y**2))/sqrt(x**2 + y**2)").critical_points
    assert (top.kind, top.point.tolist(), top.value) == ("maximum", [0.0, 0.0], 1.0)
    assert np.allclose(top.eigenvalues, -1 / 3, atol=1e-4)


def test_what_rounding_leaves_of_a_zero_is_zero():
    for text in (HIMMELBLAU, "(1 - x)**2 + 100*(y - x**2)**2", "(x - 0.1)**2*(x - 0.3)**2 + (y - 0.7)**2"):
        minima = [point for point in analysis_of(text).critical_points if point.kind == "minimum"]
        assert {point.value for point in minima} == {0.0}


def test_one_variable_and_three():
    points = analysis_of("x**3 - 3*x", names="x").critical_points
    assert [(p.kind, round(float(p.point[0]), 6)) for p in points] == [("minimum", 1.0), ("maximum", -1.0)]
    points = analysis_of("x**4 - 2*x**2 + (y - x)**2 + (z - 1)**2", names="x y z").critical_points
    assert collections.Counter(p.kind for p in points) == {"minimum": 2, "saddle": 1}


def test_of_four_variables_every_combination_is_found():
    wells = " + ".join(f"({name}**2 - 1)**2" for name in "wxyz")
    points = analysis_of(wells, names="w x y z").critical_points
    assert collections.Counter(p.kind for p in points) == {"minimum": 16, "saddle": 64, "maximum": 1}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x**2 + 3*x*y + y**2", ["is a saddle, not a minimum", "−1, 5", "no minimum", "diverges"]),
        ("x**2 + 4*y**2", ["only minimum", "2, 8", "η < 2/λ_max = 0.25", "η = 0.2", "is 4"]),
        ("-x**2 - y**2", ["no positive eigenvalue"]),
        ("x + y", ["plane"]),
        ("3 + 0*x", ["f is constant: every point is stationary"]),
        (SIGN, ["plateau", "f is −1 all over", "f is 1 all over"]),
        ("x**4 - 2*x**2 + y**2", ["Both minima have f = −1.", "at each of them for η < 2/λ_max = 0.25"]),
        ("x**4 - 2*x**2 + x/2 + y**2", ["lowest minimum is f = −1.515", "that the run reaches"]),
        ("(x - y)**2", ["straight valley floor", "(0.7071, 0.7071)"]),
        ("x**2 + y", ["no curvature but a slope"]),
        ("exp(-x**2 - y**2)", ["1 maximum"]),
        ("1/(x**2 + y**2)", ["No critical point was found"]),
        ("x**4 + y**4", ["does not decide", "a minimum"]),
        ("(x**2 + y**2 - 1)**2", ["curve of minima"]),
        ("Abs(x) + Abs(y)", ["kink"]),
        (HIMMELBLAU, ["4 minima, 4 saddles, 1 maximum", "All 4 minima have f = 0.", "the run reaches"]),
    ],
)
def test_the_diagnosis_says_what_matters(text, words):
    said = " ".join(sentence.render() for sentence in analysis_of(text).diagnosis)
    for word in words:
        assert word in said


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        ("x**2 + 3*x*y + y**2", True),
        ("-x**2 - y**2", True),
        ("x + y", True),
        ("exp(-x**2 - y**2)", True),
        ("(x - 9)**2 + y**2", True),  # its minimum lies outside of the range
        ("x**2 + 4*y**2", False),
        ("(x - y)**2", False),  # a valley of them
        ("Abs(x) + Abs(y)", False),  # at a kink
        ("x**4 + y**4", False),  # flat
        ("3 + 0*x", False),  # everywhere
        (HIMMELBLAU, False),
    ],
)
def test_whether_there_is_a_minimum_is_known_before_anyone_presses_play(text, lacking, deriver):
    function = Objective.bind(parse(f"f(x, y) = {text}"), {}, None)
    field = sample(function, box(), DISPLAY, resolution=33)
    assert analyse(function, box(), field).lacks_minimum is lacking


def test_the_local_model():
    function = oracle("x**2 + 4*y**2")
    model = local_model(function, np.array([1.0, 1.0]))
    assert model.eigenvalues.tolist() == [2.0, 8.0]
    assert (model.condition, model.limit) == (4.0, 0.25)
    assert model.rate(0.2) == pytest.approx(0.6)
    assert model.rate(0.3) > 1
    assert stability_limit(np.array([-2.0, -1.0])) == np.inf


def test_where_the_field_had_to_be_coarse_the_search_begins_as_coarsely():
    objective = NumpyObjective(
        himmelblau,
        lambda x, y: 4 * x * (x**2 + y - 11) + 2 * (x + y**2 - 7),
        lambda x, y: 2 * (x**2 + y - 11) + 4 * y * (x + y**2 - 7),
    )
    found, evaluations = [], []
    for resolution in (3, 65, 401):
        field = sample(objective, box(), DISPLAY, resolution=resolution)
        objective.evaluations = 0
        points = analyse(objective, box(), field).critical_points
        found.append([(point.kind, *point.point.round(5).tolist()) for point in points])
        evaluations.append(objective.evaluations)
    assert len(found[0]) == 9
    assert found[0] == found[1] == found[2]
    assert evaluations[1] < evaluations[2] / 3


def naively_unique(theta, tolerance):
    kept = []
    for i, point in enumerate(theta):
        if all(np.abs(point - theta[j]).max() > tolerance for j in kept):
            kept.append(i)
    return kept


@pytest.mark.parametrize("d", [1, 2, 3, 20])
def test_of_results_for_one_point_the_first_is_kept(d):
    random = np.random.default_rng(d)
    centres = random.random((25, d))
    centres[5:15, 0] = 0.5  # a valley along the other axes
    theta = np.repeat(centres, 8, axis=0) + 1e-3 * random.uniform(-1, 1, (200, d))
    theta = random.permutation(theta)
    unit = Landscape(oracle("x"), np.zeros(d), np.ones(d))
    for tolerance in (1e-9, 1e-3, 2e-3, 0.1):
        assert unique(unit, theta, tolerance).tolist() == naively_unique(theta, tolerance)
    assert not len(unique(unit, theta[:0], 0.1))


def test_many_variables_do_not_multiply_the_work():
    random = np.random.default_rng(0)
    unit = Landscape(oracle("x"), np.zeros(20), np.ones(20))
    theta = np.repeat(random.random((600, 20)), 2, axis=0)
    begun = time.process_time()
    assert unique(unit, theta, 1e-5).tolist() == list(range(0, 1200, 2))
    assert time.process_time() - begun < 1.0


def test_can_be_cancelled():
    function = oracle(HIMMELBLAU)
    for patience in (0, 3, 12):
        calls = []

        def cancelled(calls=calls, patience=patience):
            calls.append(None)
            return len(calls) > patience

        with pytest.raises(Cancelled):
            analyse(function, setup_of(function), cancelled=cancelled)
