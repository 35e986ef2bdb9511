"""The adjoint, the partial that is written, and a 40-digit difference are one, away from kinks; at kinks see
test_torch_kinks.py."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mpmath import mp

from engine.formula import ast, parse
from engine.formula.differentiate import Differentiator
from engine.formula.functions import FUNCTIONS
from engine.function.limits import shown_gradient
from engine.function.objective import Objective
from engine.program.build import Builder
from engine.program.graph import Graph
from engine.program.program import Program
from tests.engine.formula import generated, oracle
from tests.engine.formula.oracle import evaluate

TINY = mp.mpf(10) ** -20
FAR = 1e5  # an argument beyond it takes mpmath for ever


def objective(text: str) -> Objective:
    return Objective.bind(parse(text), {})


def limited(function, args):
    if any(not mpmath.isnan(each) and abs(each) > FAR for each in args):
        return mp.nan
    return exact_call(function, args)


exact_call = oracle._real


def slope_at(tree, names, place, k):
    """The 40-digit difference by variable k, or None where f has no smooth value that is well-conditioned."""
    found = []
    for nudge in (0, 1):  # what changes much when the point moves in its ninth digit, floats cannot tell
        values = {
            name: mp.mpf(x) * (1 + nudge * mp.mpf(10) ** -9) for name, x in zip(names, place, strict=True)
        }
        sides = [evaluate(tree, {**values, names[k]: values[names[k]] + s * TINY}) for s in (1, -1, 2, -2)]
        if not all(mpmath.isfinite(side) for side in sides):
            return None
        near, far = (sides[0] - sides[1]) / (2 * TINY), (sides[2] - sides[3]) / (4 * TINY)
        if abs(near - far) > 1e-9 * (1 + abs(near)) or abs(near) > 1e8:
            return None
        found.append(near)
    return found[0] if abs(found[0] - found[1]) <= 1e-6 * (1 + abs(found[0])) else None


@settings(
    max_examples=150, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
@given(tree=generated.trees, seed=st.integers(0, 2**16))
def test_away_from_kinks_the_three_agree(tree, seed):
    if any(isinstance(node, ast.Series | ast.Indexed | ast.Index) for node in ast.walk(tree)):
        return  # they are written out before anything is computed
    names = tuple(sorted({node.name for node in ast.walk(tree) if isinstance(node, ast.Variable)}))
    if not names:
        return
    graph = Graph()
    letters = {name: graph.variable(k) for k, name in enumerate(names)}
    function = Objective(
        Program(graph, Builder(graph, letters).node(tree), list(letters.values()), 0), names, {}, ()
    )
    place = np.random.default_rng(seed).uniform(-2.5, 2.5, len(names))
    value, gradient = function.value_and_gradient(place)
    if np.isnan(value):
        assert np.isnan(gradient).all()
        return
    if function.kinks(place):
        return
    with pytest.MonkeyPatch.context() as patch, mpmath.workdps(60):
        patch.setattr(oracle, "_real", limited)
        values = dict(zip(names, place.tolist(), strict=True))
        wanted = evaluate(tree, values)
        if not mpmath.isfinite(wanted) or abs(wanted) > 1e8:
            return
        assert float(value) == pytest.approx(float(wanted), rel=1e-6, abs=1e-6)
        for k, name in enumerate(names):
            exact = slope_at(tree, names, place.tolist(), k)
            if exact is None:
                continue
            assert gradient[k] == pytest.approx(float(exact), rel=1e-5, abs=1e-5), name
            shown = evaluate(Differentiator(name)(tree), values)
            if mpmath.isfinite(shown):
                assert float(shown) == pytest.approx(float(exact), rel=1e-5, abs=1e-5), f"shown {name}"


ORDERED = sorted(name for name, spec in FUNCTIONS.items() if spec.derivatives and (spec.arity[1] or 0) > 1)


@pytest.mark.parametrize("name", [*ORDERED, "clip(x, y, -y)", "huber(x, y)", "elu(x, y)"])
def test_value_and_partial_agree_whatever_the_order_of_parameters(name):
    count = FUNCTIONS[name].arity[1] if name in FUNCTIONS else None
    formula = parse(name if count is None else f"{name}({', '.join('xyz'[:count])})")
    function = Objective.bind(formula, {})
    random = np.random.default_rng(3)
    checked = 0
    for place in random.uniform(-3.0, 3.0, (60, function.dimension)):
        if name in ("polygamma", "root"):
            place[0 if name == "polygamma" else 1] = random.integers(1, 4)
        value, gradient = function.value_and_gradient(place)
        if np.isnan(value):
            assert np.isnan(gradient).all()
            continue
        if function.kinks(place):
            continue
        with mpmath.workdps(60):
            wanted = evaluate(formula.expanded, dict(zip(formula.variables, place.tolist(), strict=True)))
            assert float(value) == pytest.approx(float(wanted), rel=1e-9, abs=1e-12)
            for k in range(function.dimension):
                exact = slope_at(formula.expanded, formula.variables, place.tolist(), k)
                if exact is not None:
                    assert gradient[k] == pytest.approx(float(exact), rel=1e-8, abs=1e-10), place
                    checked += 1
    assert checked > 20 or name == "binom"


@pytest.mark.parametrize(
    ("text", "place", "value", "gradient"),
    [
        ("huber(x, y)", (-1.0, -2.0), -4.0, (2.0, 3.0)),
        ("clip(x, y, -y)", (0.5, 1.0), -1.0, (0.0, -1.0)),
        ("0^x", (2.0,), 0.0, (0.0,)),
        ("clip(x, 2, 1)", (1.5,), 1.0, (0.0,)),
    ],
)
def test_slopes_of_what_is_shown(text, place, value, gradient):
    found = objective(text).value_and_gradient(place)
    assert found[0] == value and found[1].tolist() == list(gradient)


@pytest.mark.parametrize(
    ("text", "place", "gradient"),
    [
        ("relu(x) + min(x, 0)", (0.0,), (1.0,)),
        ("max(x, y) + min(x, y)", (1.0, 1.0), (1.0, 1.0)),
        ("x abs(x)", (0.0,), (0.0,)),
        ("piecewise(x < 1: x^2, 2x - 1)", (1.0,), (2.0,)),
        ("abs(x)", (0.0,), (0.0,)),  # no limit: the convention
        ("floor(x) + x", (1.0,), (1.0,)),  # a jump: the convention
        ("x^2 abs(y) + y", (2.0, 0.0), (0.0, 1.0)),
        ("relu(x) - relu(-x) + y^3", (0.0, 2.0), (1.0, 12.0)),
    ],
)
def test_what_is_shown_at_a_kink_is_the_limit_where_there_is_one(text, place, gradient):
    assert objective(text).kinks(place)
    assert shown_gradient(objective(text), place) == pytest.approx(list(gradient), rel=1e-9, abs=1e-9)


def test_many_points_are_refined_at_once_and_the_others_stay():
    function = objective("relu(x) + min(x, 0) + y^2")
    points = np.array([[[0.0, 1.0], [1.0, 2.0]], [[-1.0, 3.0], [0.0, 4.0]]])
    assert shown_gradient(function, points)[..., 0] == pytest.approx(np.ones((2, 2)))
    assert shown_gradient(function, points)[..., 1] == pytest.approx(2 * points[..., 1])


def test_a_row_that_has_no_value_leaves_the_gradient_undefined():
    data = {"a": np.array([1.0, -1.0])}
    function = Objective.bind(parse("mean(ln(a x))", data=("a",)), {}, data)
    value, gradient = function.value_and_gradient([2.0])
    assert np.isnan(value) and np.isnan(gradient).all()


SATURATED = [
    "ln(0.5(1 + tanh(x/2)))",
    "ln(1 - tanh(x))",
    "ln(e^x + e^(2x) + 1)",
    "x - ln(e^x + e^(-x))",
    "ln(e^x/(e^x + e^(-x) + 3))",
    "ln(cosh(x))",
    "ln(sqrt(1 + e^x))",
    "log2(1 + e^x)",
    "ln((1 + e^x)^3)",
    "logsumexp(x, 0, -x)",
    "-(0.3 ln(sigmoid(x)) + 0.7 ln(1 - sigmoid(x)))",
]
EVERY_DIGIT = [  # relative to the smallest of values
    "ln(sigmoid(x))",
    "ln(1 - sigmoid(x))",
    "ln(1/(1 + e^(-x)))",
    "ln(1 - 1/(1 + e^(-x)))",
    "ln(e^x/(1 + e^x))",
    "ln(1 + e^x)",
    "log1p(exp(x))",
    "-ln(1 + exp(-x))",
    "softplus(x)",
    "1/(1 + e^x)",
    "e^x/(1 + e^x)",
    "e^(2x)/(e^x + e^(2x))",
    "ln(e^x/(e^x + e^3))",
]


@pytest.mark.parametrize(
    ("text", "rounding"), [*((text, 1e-15) for text in SATURATED), *((text, 1e-300) for text in EVERY_DIGIT)]
)
def test_saturation_loses_neither_value_nor_slope(text, rounding):
    formula = parse(text)
    function = Objective.bind(formula, {})
    for x in (-800.0, -40.0, -1e-9, 0.5, 40.0, 800.0):
        value, gradient = function.value_and_gradient([x])
        with mpmath.workdps(1500):
            h = mp.mpf(10) ** -400
            at, up, down = (evaluate(formula.expanded, {"x": mp.mpf(x) + s * h}) for s in (0, 1, -1))
            slope = (up - down) / (2 * h)
            for found, wanted in ((float(value), at), (float(gradient[0]), slope)):
                assert math.isfinite(found)
                assert abs(found - wanted) <= 1e-12 * abs(wanted) + rounding, (x, found, float(wanted))
