"""text → tree is exact, LaTeX → tree means the same, over generated trees; sympy's own output is read."""

import random

import mpmath
import pytest
import sympy
from hypothesis import assume, given

from engine.formula import FormulaError, ast, parse, parse_partial, to_latex, to_text
from engine.formula.ast import same
from engine.formula.names import name_key
from tests.engine.formula.generated import trees
from tests.engine.formula.oracle import evaluate

POINT = {
    "x": 0.7, "y": 1.3, "z": -0.6, "w_1": 0.4, "w_2": 1.1, "θ": 0.9, "λ": 0.3, "y_hat": 0.8, "k": 1.7,
    "σ_1": 0.2,
    "β": 0.55, "x_0": 0.1, "x_1": 0.45, "x_2": 1.6, "x_3": -0.9, "x_4": 0.25, "x_5": 0.35,
}  # fmt: skip


def read(text: str) -> ast.Node:
    """The tree of a text that may be refused for its size only."""
    try:
        return parse(text).ast
    except FormulaError as error:
        assume(not any(word in str(error) for word in ("large", "many", "long", "deep")))
        raise


def value(text: str) -> mpmath.mpf:
    formula = parse(text)
    return evaluate(formula.expanded, {name: POINT[name_key(name)] for name in formula.variables})


@given(trees)
def test_text_parses_to_the_same_tree(tree: ast.Node) -> None:
    text = to_text(tree)
    assert same(read(text), tree), text


@given(trees)
def test_latex_parses_to_the_same_function(tree: ast.Node) -> None:
    text, latex = to_text(tree), to_latex(tree)
    read(text)
    with mpmath.workdps(30):
        wanted, found = value(text), value(latex)
        if not mpmath.isfinite(wanted):
            assert not mpmath.isfinite(found), latex
        else:
            assert abs(found - wanted) <= mpmath.mpf(10) ** -20 * max(1, abs(wanted)), (text, latex)


@given(trees)
def test_the_drawing_of_a_finished_formula_is_its_tree(tree: ast.Node) -> None:
    text = to_text(tree)
    assert same(parse_partial(text), read(text))


X, Y = sympy.symbols("x y", real=True)


def random_expression(rng: random.Random, size: int) -> sympy.Expr:
    if size <= 1:
        return rng.choice(
            [
                X,
                Y,
                X,
                Y,
                sympy.Integer(rng.randint(1, 9)),
                sympy.Rational(rng.randint(1, 9), rng.randint(2, 9)),
                sympy.pi,
                sympy.E,
                sympy.Float(rng.choice(["0.5", "1.25", "1e-5", "2.5e10"])),
            ]
        )
    left, right = random_expression(rng, size // 2), random_expression(rng, size - size // 2)
    return rng.choice([
        lambda: left + right, lambda: left * right, lambda: left - right, lambda: left / right,
        lambda: left ** rng.randint(1, 3), lambda: left ** sympy.Rational(rng.choice([1, 2, -1, -3]), 2),
        lambda: left ** sympy.Rational(1, 3), lambda: left**-2,
        lambda: sympy.sin(left), lambda: sympy.cos(left) ** 2, lambda: sympy.tan(left),
        lambda: sympy.exp(left),
        lambda: sympy.exp(-left**2), lambda: sympy.log(left), lambda: sympy.log(left) ** 2,
        lambda: sympy.sqrt(left),
        lambda: sympy.Abs(left), lambda: sympy.atan(left), lambda: sympy.asin(left),
        lambda: sympy.atan2(left, right),
        lambda: sympy.sinh(left), lambda: sympy.tanh(left), lambda: sympy.cosh(left),
        lambda: sympy.asinh(left),
        lambda: sympy.Max(left, right), lambda: sympy.Min(left, right), lambda: sympy.sign(left),
        lambda: sympy.floor(left), lambda: sympy.ceiling(left), lambda: sympy.gamma(left),
        lambda: sympy.erf(left),
        lambda: sympy.factorial(left), lambda: sympy.sec(left), lambda: sympy.cot(left),
        lambda: sympy.Mod(left, right),
        lambda: sympy.loggamma(left), lambda: sympy.cbrt(left), lambda: sympy.root(left, 4),
        lambda: sympy.acosh(left),
        lambda: sympy.Piecewise((left, X < Y), (right, True)),
        lambda: sympy.Piecewise((left, (X > 0) & (Y >= 1)), (right, X <= 2), (X, True)),
    ])()  # fmt: skip


@pytest.mark.parametrize("seed", range(300))
@pytest.mark.parametrize("printer", [str, sympy.latex], ids=["str", "latex"])
def test_what_sympy_prints_is_read(seed: int, printer) -> None:
    rng = random.Random(seed)
    expression = random_expression(rng, rng.randint(2, 7))
    if (
        expression.has(sympy.I, sympy.zoo, sympy.nan, sympy.oo, sympy.re, sympy.im, sympy.arg)
        or not expression.free_symbols
    ):
        return
    if expression.has(sympy.Function("polygamma")):
        return
    point = {X: sympy.Float("0.7", 30), Y: sympy.Float("1.3", 30)}
    values = (
        part.evalf(25, subs=point)
        for part in sympy.preorder_traversal(expression)
        if isinstance(part, sympy.Expr)
    )
    wanted, *parts = values
    if not wanted.is_Float or abs(wanted) > 1e12:
        return
    text = printer(expression)
    with mpmath.workdps(25):
        found = value(text)
    if mpmath.isnan(found):
        assert any(part.has(sympy.I, sympy.nan, sympy.zoo) for part in parts), text  # not real on the way
        return
    assert float(found) == pytest.approx(float(wanted), rel=1e-9, abs=1e-9), text
