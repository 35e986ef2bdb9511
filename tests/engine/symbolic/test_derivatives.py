"""Value, gradient and Hessian against 50-digit differences of an independent interpreter: the whole table."""

import math

import mpmath
import numpy as np
import pytest
from mpmath import mp

from engine.formula import Formula, parse
from engine.formula.functions import FUNCTIONS
from engine.function.objective import Objective
from engine.program.function import dense_hessian
from engine.symbolic import Derivation, Deriver
from tests.engine.formula.oracle import evaluate

# Where each function is smooth: points (x, y) with the function applied to what stands here.
INNER = {
    "arcsin": ("x/4", "x y/8"), "arccos": ("x/4", "x y/8"), "artanh": ("x/4", "x y/8"),
    "arcosh": ("1 + x^2", "2 + x y"),
    "arsech": ("x/4", "x y/8"),
    "arcoth": ("2 + x^2", "3 + x y"), "arcsec": ("2 + x", "2 + x y"), "arccsc": ("2 + x", "2 + x y"),
    "logit": ("x/4", "x y/8"),
    "atan2": ("y, x", "x y, x + y"), "root": ("x, 3", "x y, 4"), "mod": ("x + 5, 3", "5 x y, 2 + x"),
    "clip": ("x, 0, 1", "x y, y/9, 2 + x"), "polygamma": ("1, x", "2, x y"), "beta": ("x, y", "x y, x + 2"),
    "dot": ("x, y, y, x^2", "x, 2, y, 3"), "norm": ("x, y, 2", "x y"), "max": ("x, y", "x y, x, 2 y"),
    "min": ("x, y", "x y, x, 2 y"), "logsumexp": ("x, y", "x y, x, 2 y"),
    "leakyrelu": ("x - 1", "x - 9, y/9"),
    "elu": ("x - 1", "x - 3, y"), "huber": ("x", "x y, x/9"), "log": ("x + y", "x + 1, y + 2"),
    "frac": ("x", "x y"), "binom": ("x + 2, y", "5, x y"),
}  # fmt: skip
POINTS = ((0.7, 1.3), (1.9, 0.45), (0.31, 2.2))
FORMULAS = (
    "x^2+3xy+y^2", "(1-x)^2+100(y-x^2)^2", "(x^2+y-11)^2+(x+y^2-7)^2",
    "-20exp(-0.2 sqrt(0.5(x^2+y^2)))-exp(0.5(cos(2 pi x)+cos(2 pi y)))+e+20",
    "20+x^2-10cos(2 pi x)+y^2-10cos(2 pi y)",
    "1/(x^2+y^2)", "x^y", "2^(x y)", "x^y^x", "log(x y)/(1+x^2)", "(x+y)/(x-3y)", "e^(x/y)",
    "x^(1/3) y^(2/5)", "x^-3 y",
    "sin(x)^3 cos(y)^-2", "x! y", "|x-y|^3", "piecewise(x<1: x^2 y, x y^3)", "sum(i=1..4, (x - i)^2 y^i)",
    "product(i=1..3, (x + i y))", "tanh(x y)^2 - ln(1+e^x)", "sqrt(x + sqrt(y + sqrt(x y)))",
    "atan2(y, x)/(1 + x y)",
    "(y - sigmoid(2x + 1))^2", "x^2.5 + 0.1^y", "1e-3x^4 - 2.5e2/y", "norm(x - 1, y)^3", "30° x", "5! x^0",
    "((x^2)^3)^2/x^11", "sqrt(x x) + sqrt(x^2 y)", "(x^2 y^2)^(3/2)", "sqrt(5 - sqrt(-(-x^2)))",
)  # fmt: skip


def difference(formula: Formula, point: tuple[float, ...], orders: tuple[int, ...]) -> mp.mpf:
    """A mixed partial derivative by central differences with 50 digits."""
    h = mp.mpf(10) ** -12
    names = formula.variables

    def at(*places):
        return evaluate(formula.expanded, dict(zip(names, places, strict=True)))

    def partial(orders: tuple[int, ...], places: list):
        for k, order in enumerate(orders):
            if order:
                less = (*orders[:k], order - 1, *orders[k + 1 :])
                up, down = list(places), list(places)
                up[k] += h
                down[k] -= h
                return (partial(less, up) - partial(less, down)) / (2 * h)
        return at(*places)

    return partial(orders, [mp.mpf(value) for value in point])


def check(formula: Formula, derivation: Derivation) -> None:
    objective = Objective.bind(formula, {})
    d = len(formula.variables)
    for place in POINTS:
        point = np.array(place[:d])
        value, gradient = objective.value_and_gradient(point)
        hessian = dense_hessian(objective, point)
        with mpmath.workdps(60):
            wanted = evaluate(formula.expanded, dict(zip(formula.variables, place, strict=False)))
            close(value, wanted, "value")
            for i in range(d):
                unit = tuple(int(k == i) for k in range(d))
                slope = difference(formula, place[:d], unit)
                close(gradient[i], slope, f"gradient {i}")
                shown = parse(derivation.written[i,].text)
                close(
                    float(evaluate(shown.expanded, dict(zip("xy", place, strict=True)))),
                    slope,
                    "shown partial",
                )
                for j in range(d):
                    both = tuple(int(k == i) + int(k == j) for k in range(d))
                    curvature = difference(formula, place[:d], both)
                    close(hessian[i, j], curvature, f"hessian {i} {j}")
                    entry = parse(derivation.second(i, j).text)
                    at_point = evaluate(entry.expanded, dict(zip("xy", place, strict=True)))
                    close(float(at_point), curvature, "shown second partial")


def close(found: float, wanted: mp.mpf, what: str) -> None:
    if mpmath.isnan(wanted):
        assert np.isnan(found), what
    else:
        assert float(found) == pytest.approx(float(wanted), rel=1e-9, abs=1e-9), what


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
@pytest.mark.parametrize("form", [0, 1])
def test_every_function_of_the_table(name: str, form: int, deriver: Deriver) -> None:
    inner = INNER.get(name, ("x", "x y/2"))[form]
    formula = parse(f"{name}({inner})")
    check(formula, deriver.derive(formula))


# Where digits are lost: near 0 and 1, and far out.
SIZES = (1e-12, 1e-7, 1e-5, 1e-3, 0.02, 1 - 1e-7, 1.0, 1 + 1e-7, 2.0001, 5.0, 12.0, 30.0, 300.0)
NEAR = (0.0, 0.5 + 1e-7, *(sign * size for size in SIZES for sign in (1, -1)))
KINKS = {"abs": {0.0}, "relu": {0.0}, "leakyrelu": {0.0}, "elu": {0.0}, "huber": {1.0, -1.0}, "cbrt": {0.0}}
SMOOTH = sorted(
    {name for name in FUNCTIONS if FUNCTIONS[name].arity[0] == 1 and FUNCTIONS[name].arity[1] is not None}
    - {"sign", "step", "floor", "ceil", "round", "frac", "norm"}
)


@pytest.mark.long
@pytest.mark.parametrize("name", SMOOTH)
def test_no_digits_are_lost_near_special_points(name: str, deriver: Deriver) -> None:
    formula = parse(f"{name}(x)")
    objective = Objective.bind(formula, {})
    for place in sorted(set(NEAR) - KINKS.get(name, set())):
        value, gradient = objective.value_and_gradient([place])
        found = (float(value), float(gradient[0]), float(dense_hessian(objective, [place])[0, 0]))
        with mpmath.workdps(700):
            h = mp.mpf(10) ** -150
            low, at, high = (evaluate(formula.expanded, {"x": mp.mpf(place) + step}) for step in (-h, 0, h))
            wanted = (at, (high - low) / (2 * h), (low - 2 * at + high) / h**2)
            for what, number, exact in zip(("value", "gradient", "hessian"), found, wanted, strict=True):
                if mpmath.isfinite(at) and mpmath.isfinite(exact) and abs(exact) < 1e300:
                    error = abs(number - exact)
                    assert error <= 1e-9 * abs(exact) + 1e-300, (what, place, number, float(exact))


@pytest.mark.parametrize(("text", "shown"), [("sinc(x)", "(cos(x) - sinc(x))/x"),
                                             ("sigmoid(x)", "sigmoid(x)(1 - sigmoid(x))")])  # fmt: skip
def test_what_is_shown_is_the_rule_of_the_table(text: str, shown: str, deriver: Deriver) -> None:
    assert deriver.derive(parse(text)).partials[0].text == shown


@pytest.mark.parametrize(
    ("text", "slope"),
    [("x(e^y - 1)", math.expm1), ("x(1 - e^y)", lambda y: -math.expm1(y)), ("x(exp(y) - 1)", math.expm1)],
)
def test_one_less_than_a_power_of_e_keeps_its_digits(text: str, slope, deriver: Deriver) -> None:
    objective = Objective.bind(parse(text), {})
    assert objective.gradient([1.0, 1e-12])[0] == pytest.approx(slope(1e-12), rel=1e-14)


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas(text: str, deriver: Deriver) -> None:
    formula = parse(text)
    check(formula, deriver.derive(formula))


@pytest.mark.parametrize(
    ("text", "partials"),
    [
        ("x^2+3xy+y^2", ["2x + 3y", "3x + 2y"]),
        ("x^2+y^2", ["2x", "2y"]),
        ("(1-x)^2+100(y-x^2)^2", ["-400x(y - x^2) - 2(1 - x)", "200(y - x^2)"]),
        (
            "(x^2+y-11)^2+(x+y^2-7)^2",
            ["4x(x^2 + y - 11) + 2(x + y^2 - 7)", "4y(x + y^2 - 7) + 2(x^2 + y - 11)"],
        ),
        ("sin x cos y", ["cos(x) cos(y)", "-sin(x) sin(y)"]),
        ("x y(1 - x - y)", ["y(1 - 2x - y)", "x(1 - x - 2y)"]),
        ("x^2 y(4 - x - y)", ["x y(8 - 3x - 2y)", "x^2(4 - x - 2y)"]),
        ("(x + y)^2/(x - y)^2", ["-4y(x + y)/(x - y)^3", "4x(x + y)/(x - y)^3"]),
        ("(x - y)^2(x + y)", ["(x - y)(3x + y)", "-(x - y)(x + 3y)"]),
        ("(x^2 - y^2)/(x^2 + y^2)", ["4x y^2/(x^2 + y^2)^2", "-4x^2 y/(x^2 + y^2)^2"]),
        ("x/sqrt(x^2 + y^2)", ["y^2/(x^2 + y^2)^(3/2)", "-x y/(x^2 + y^2)^(3/2)"]),
        ("r x(1 - x/K)", ["r x^2/K^2", "x(1 - x/K)", "r(1 - 2x/K)"]),
        ("n R T/V - a n^2/V^2", ["-n^2/V^2", "(R T V - 2a n)/V^2", "n T/V", "n R/V", "n(2a n - R T V)/V^3"]),
        ("-y ln(p) - (1 - y) ln(1 - p)", ["(p - y)/(p(1 - p))", "ln(1 - p) - ln(p)"]),
        ("x^x", ["x^x(ln(x) + 1)"]),
        ("x^n y^m", ["x^n y^m ln(y)", "x^n y^m ln(x)", "n x^(n - 1) y^m", "m x^n y^(m - 1)"]),
        (
            "(x^2 + y^2) e^(-x^2 - y^2)",
            ["2x(1 - x^2 - y^2) e^(-x^2 - y^2)", "2y(1 - x^2 - y^2) e^(-x^2 - y^2)"],
        ),
        ("sin x e^y", ["e^y cos(x)", "e^y sin(x)"]),
        ("atan2(y, x)", ["-y/(x^2 + y^2)", "x/(x^2 + y^2)"]),
        ("abs(x - y)^3", ["3(x - y)^2 sign(x - y)", "-3(x - y)^2 sign(x - y)"]),
        ("max(0, 1 - x)", ["piecewise(1 - x <= 0: 0, -1)"]),
        ("sin x sin y", ["cos(x) sin(y)", "sin(x) cos(y)"]),
        ("e^(-x^2)", ["-2x e^(-x^2)"]),
        ("x e^(-x^2-y^2)", ["(1 - 2x^2) e^(-x^2 - y^2)", "-2x y e^(-x^2 - y^2)"]),
        ("exp(x y)", ["y e^(x y)", "x e^(x y)"]),
        ("1/(x^2+y^2)", ["-2x/(x^2 + y^2)^2", "-2y/(x^2 + y^2)^2"]),
        ("log x + y^2", ["1/x", "2y"]),
        ("0.1x^2 + 0.25y^2", ["0.2x", "0.5y"]),
        ("x^3/3 - x y^2", ["x^2 - y^2", "-2x y"]),
        ("sqrt(x^2+y^2)", ["x/sqrt(x^2 + y^2)", "y/sqrt(x^2 + y^2)"]),
        ("2x^2+4xy+2y^2", ["4x + 4y", "4x + 4y"]),
        ("x^3-3x y^2", ["3x^2 - 3y^2", "-6x y"]),
        ("x/y", ["1/y", "-x/y^2"]),
        ("sigmoid(w x)", ["x sigmoid(w x)(1 - sigmoid(w x))", "w sigmoid(w x)(1 - sigmoid(w x))"]),
        ("|x|", ["sign(x)"]),
        ("max(x, y)", ["piecewise(x >= y: 1, 0)", "piecewise(x >= y: 0, 1)"]),
        ("x^2+3xy+y^2+z^2 x", ["z^2 + 2x + 3y", "3x + 2y", "2x z"]),
        ("3", []),
    ],
)
def test_partials_read_as_on_the_board(text: str, partials: list[str], deriver: Deriver) -> None:
    derivation = deriver.derive(parse(text))
    assert [partial.text for partial in derivation.partials] == partials


def test_latex_of_partials(deriver: Deriver) -> None:
    derivation = deriver.derive(parse("e^(-y^2) + x^2 cos y"))
    assert [p.latex for p in derivation.partials] == [r"2x\cos y", r"-2y e^{-y^{2}}-x^{2}\sin y"]
