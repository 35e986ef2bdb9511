"""Values to fifty digits: every function of the language against our floats, and the errors they carry."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest

from engine.answers.precise import Precise
from engine.answers.precise_functions import Undefined
from engine.formula import parse
from engine.formula.functions import FUNCTIONS
from engine.program.build import Builder
from engine.program.graph import Graph
from engine.program.printed import compiled

POINTS = [
    ("0.3", "1.7", "-0.4"),
    ("2.5", "2", "1"),
    ("-1.25", "3", "0.5"),
    ("1", "0.25", "2"),
    ("-0.5", "-2", "-1"),
]


def value(text: str, **point: str) -> float:
    return float(ball(text, **point).value)


def ball(text: str, **point: str):  # type: ignore[no-untyped-def]
    return Precise({name: Fraction(number) for name, number in point.items()}).value(parse(text).expanded)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_of_the_language_has_the_value_that_the_window_shows(name: str) -> None:
    letters = ("x", "y", "z")[: max(FUNCTIONS[name].arity[0], 1)]
    text = {"dot": "dot((x, y), (y, z))", "max": "max(x, y, z)", "norm": "norm(x, y, z)"}.get(
        name, f"{name}({', '.join(letters)})"
    )
    formula = parse(text)
    graph = Graph()
    places = {name: graph.variable(k) for k, name in enumerate(formula.variables)}
    program = compiled([Builder(graph, places).node(formula.expanded)], [f"v{k}" for k in range(len(places))])
    seen = 0
    for row in POINTS:
        point = dict(zip(("x", "y", "z"), row, strict=True))
        with np.errstate(all="ignore"):
            floats = [np.array([float(point[name])]) for name in formula.variables]
            expected = float(np.asarray(program.compute(*floats, 1.0, ())[0]).ravel()[0])
        try:
            found = value(text, **point)
        except Undefined:
            assert not np.isfinite(expected), (text, point)
            continue
        assert found == pytest.approx(expected, rel=1e-11, abs=1e-13), (text, point)
        seen += 1
    assert seen >= 1


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("sin(x)^2 + cos(x)^2", 1),
        ("cosh(x)^2 - sinh(x)^2", 1),
        ("(x + 1e30) - 1e30", 7),
        ("e^(ln(x))", 7),
        ("x^(1/3)*x^(2/3)", 7),
        ("sqrt(x)^2 / x", 1),
        ("tan(arctan(x))", 7),
        ("gamma(x)/gamma(x-1)", 6),
    ],
)
def test_a_value_is_as_near_as_its_error_says(text: str, exact: int) -> None:
    found = ball(text, x="7")
    assert abs(found.value - exact) <= mpmath.ldexp(1, found.error)
    assert found.error < -60


def test_the_digits_that_cancel_are_in_the_error() -> None:
    assert ball("cosh(x)^2 - sinh(x)^2", x="200").error > 0
    assert ball("x - x", x="0.5").error < -(10**9)


@pytest.mark.parametrize(
    "text",
    [
        "1/(x-7)", "ln(7-x)", "sqrt(-x)", "x^x^x^x^x", "e^(e^(e^x))", "(-x)^0.5", "gamma(7-x)", "arcsin(x)",
        "1/(sin(x)^2+cos(x)^2-1)", "sin(1e40 x)", "gamma(1e6 x)", "0^(-x)", "piecewise(x<0: 1)",
    ],
)  # fmt: skip
def test_what_has_no_value_or_one_beyond_all_bounds_is_undefined(text: str) -> None:
    with pytest.raises(Undefined):
        value(text, x="7")


@pytest.mark.parametrize(
    "text", ["x+1e-60", "tanh(100x)", "cos(1e-30x)", "e^(1e-40x)", "arctan(1e40x)", "1+e^(-99x)"]
)
def test_what_is_too_small_to_be_seen_is_noted(text: str) -> None:
    precise = Precise({"x": Fraction(7)})
    precise.value(parse(text).expanded)
    assert precise.lost


def test_noise_is_not_taken_for_something_small() -> None:
    precise = Precise({"x": Fraction(7)})
    precise.value(parse("x + (sin(x)^2+cos(x)^2-1)").expanded)
    assert not precise.lost


def test_ties_of_conditions_are_told_by_the_error() -> None:
    assert value("piecewise(sin(x)^2+cos(x)^2 = 1: 2, 3)", x="7") == 2
    assert value("piecewise(not (x < 7 or x > 8): 2, 3)", x="7") == 2
