"""The derivation rule by rule: every line is the same number, held variables are grey."""

import time
from contextlib import nullcontext
from unittest import mock

import mpmath
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from mpmath import mp

from engine.formula import FormulaError, ast, parse, to_latex, to_text
from engine.formula.differentiate import derivative
from engine.formula.howto import HELD_COLOUR, explain
from engine.symbolic import Deriver
from engine.symbolic.derive import Worksheet
from engine.symbolic.forms import Budget
from engine.symbolic.protocol import Sheet
from tests.engine.formula.oracle import evaluate

POINT = {"x": mp.mpf("0.7"), "y": mp.mpf("1.3"), "z": mp.mpf("0.4")}

leaves = st.one_of(
    st.sampled_from(("x", "x", "y", "z")).map(ast.Variable),
    st.sampled_from(("1", "2", "3", "0.5")).map(ast.Number),
)


def extend(children: st.SearchStrategy[ast.Node]) -> st.SearchStrategy[ast.Node]:
    several = st.lists(children, min_size=2, max_size=3).map(tuple)
    smooth = (
        "sin",
        "cos",
        "exp",
        "tanh",
        "arctan",
        "sqrt",
        "ln",
        "sigmoid",
        "softplus",
        "abs",
        "erf",
        "sinh",
    )
    return st.one_of(
        several.map(ast.Add),
        several.map(ast.Mul),
        children.map(ast.Neg),
        st.builds(ast.Div, children, children),
        st.builds(ast.Pow, children, st.sampled_from(("2", "3")).map(ast.Number)),
        st.builds(ast.Pow, st.just(ast.Constant("e")), children),
        st.builds(ast.Pow, children, children),
        st.builds(lambda name, inner: ast.Call(name, (inner,)), st.sampled_from(smooth), children),
        st.builds(lambda name, a, b: ast.Call(name, (a, b)), st.sampled_from(("max", "norm", "log", "atan2")),
                  children, children),
        st.builds(lambda a, b, c: ast.Cases((ast.Branch(a, ast.Compare((b, ast.Number("1")), ("<",))),), c),
                  children, children, children),
    )  # fmt: skip


@given(st.recursive(leaves, extend, max_leaves=9))
def test_every_line_is_the_derivative(tree: ast.Node) -> None:
    try:
        formula = parse(to_text(tree))
    except FormulaError:
        assume(False)
    assume("x" in formula.variables)
    steps = explain(formula, "x")
    with mpmath.workdps(40):
        wanted = evaluate(derivative(formula.expanded, "x"), POINT)
        assume(mpmath.isfinite(wanted))
        for step in steps:
            found = evaluate(step.tree, POINT)
            if mpmath.isfinite(found):  # 0·(1/0) may be cleared away on the way
                assert abs(found - wanted) <= mp.mpf(10) ** -25 * (1 + abs(wanted)), step.rule.render()
    assert steps[-1].rule.render("ko")


@given(st.recursive(leaves, extend, max_leaves=9))
def test_it_ends_with_the_partial_that_is_shown_of_any_formula(tree: ast.Node) -> None:
    try:
        formula = parse(to_text(tree))
    except FormulaError:
        assume(False)
    assume("x" in formula.variables)
    bare = ast.without_spans(formula.expanded)
    # no alarms: one that rings while Python collects its garbage is only reported, not raised
    with mock.patch.object(Budget, "attempt", lambda self: nullcontext()):
        sheet = Sheet(bare, ast.without_spans(formula.ast), formula.variables, (), time_s=1.0)
        shown = to_text(Worksheet(sheet).written((formula.variables.index("x"),)))
    last = explain(formula, "x", shown)[-1]
    assert to_latex(last.tree) == to_latex(ast.without_spans(parse(shown).ast))
    with mpmath.workdps(80):
        step = mp.mpf(10) ** -25
        ahead, back = ({**POINT, "x": POINT["x"] + sign * step} for sign in (1, -1))
        wanted = (evaluate(bare, ahead) - evaluate(bare, back)) / (2 * step)
        found = evaluate(last.tree, POINT)
        assume(mpmath.isfinite(wanted) and abs(wanted) < mp.mpf(10) ** 12)
        # (−x)^(1^x) has a value at its edge, but ln(−x) in its derivative has none
        assume(mpmath.isfinite(found) or not any(map(_varying_exponent, ast.walk(bare))))
        assert abs(found - wanted) <= mp.mpf(10) ** -20 * (1 + abs(wanted)), (shown, found, wanted)


def _varying_exponent(node: ast.Node) -> bool:
    return isinstance(node, ast.Pow) and ast.Variable("x") in ast.walk(node.exponent)


@pytest.mark.parametrize(
    "text",
    ["x^2+3xy+y^2", "(1-x)^2+100(y-x^2)^2", "sin(x y) e^(-x^2)", "x/(1+y^2)", "max(x, y)", "sigmoid(x y)",
     "x^y", "sqrt(x^2+y^2)", "2^x ln(x)", "norm(x, y)", "-x", "5x", "|x|", "floor(x) x", "leakyrelu(x)",
     "atan2(y, x)"],
)  # fmt: skip
def test_it_ends_with_the_partial_that_is_shown(text: str, deriver: Deriver) -> None:
    formula = parse(text)
    partial = deriver.derive(formula).partials[formula.variables.index("x")]
    steps = explain(formula, "x", partial.text)
    with mpmath.workdps(40):
        values = [evaluate(step.tree, POINT) for step in steps]
        shown = evaluate(parse(partial.text).expanded, POINT)
        assert all(abs(value - shown) < mp.mpf(10) ** -25 for value in values)
    assert "pending" not in steps[-1].latex
    assert "⟨" not in "".join(step.latex for step in steps)


def test_the_lines_of_a_quadratic_form() -> None:
    steps = explain(parse("x^2+3xy+y^2"), "x", "2x + 3y")
    grey = rf"{{\color{{{HELD_COLOUR}}}y}}"
    assert [step.rule.render().partition(":")[0] for step in steps] == [
        "To be found",
        "Sum rule",
        "Power rule",
        "Constant factor",
        "Constant",
    ]
    assert steps[0].latex.startswith(r"\frac{\partial f}{\partial x} = \frac{\partial}{\partial x}\left(")
    assert steps[-1].latex == f"= 2x+3{grey}"


def test_a_number_in_front_of_a_bracket_stays_there() -> None:
    lines = [to_text(step.tree) for step in explain(parse("x y(1 - x - y)"), "x", "y(1 - 2x - y)")]
    assert lines[-2:] == ["y(1 - x - y - x)", "y(1 - 2x - y)"]


def test_factors_stand_as_a_teacher_writes_them() -> None:
    grey = rf"{{\color{{{HELD_COLOUR}}}y}}"
    steps = explain(parse("sin(y)(1+x^2)^2"), "x", "4x(1+x^2) sin(y)")
    assert steps[-1].latex == rf"= 4x\left(1+x^{{2}}\right)\sin {grey}"
    assert steps[-1].rule.render().startswith("Power rule")
    last_but_one = explain(parse("cos(x y) e^(-x^2)"), "x")[-1].latex
    assert last_but_one.endswith(rf"-2x\cos\left(x{grey}\right)e^{{-x^{{2}}}}")


@pytest.mark.parametrize(
    ("text", "shown", "last"),
    [
        ("f(loss, x) = loss^2 x", "2 loss x", r"= 2\,\mathrm{loss}\,{\color{#8b919b}x}"),
        ("f(e) = e^2", "2e", "= 2e"),
        ("x gamma + x beta(x, 2) beta", "gamma + beta(x, 2) beta", None),
    ],
)
def test_the_last_line_knows_the_names_of_the_formula(text: str, shown: str, last: str | None) -> None:
    formula = parse(text)
    step = explain(formula, formula.variables[0], shown)[-1]
    assert last is None or step.latex == last
    assert {node.name for node in ast.walk(step.tree) if isinstance(node, ast.Variable)} <= set(
        formula.variables
    )


def test_one_variable_has_a_straight_d() -> None:
    assert explain(parse("g(t) = t^2"), "t")[0].latex == r"\frac{d g}{d t} = \frac{d}{d t}\left(t^{2}\right)"


def test_a_sum_over_the_data() -> None:
    formula = parse("mean((w a - b)^2)", data=("a", "b"))
    steps = explain(formula, "w", "mean(2a(w a - b))")
    assert steps[1].rule.render().startswith("Sum rule over the rows")


TOO_LONG = "The lines from here on are too long to be read"


@pytest.mark.parametrize(
    "text",
    [
        "*".join(f"(x+{k})" for k in range(1, 80)),
        "*".join(["sin(x y)"] * 20),
        "sum(i=1..200, sin(i x)^2 y)",
        "product(i=1..100, sin(i x))",
        "/".join(["(x+1)"] * 39),
        "sin(" * 40 + "x" + ")" * 40,
        "logsumexp(" + ",".join(f"sin({k}x)" for k in range(1, 60)) + ")",
    ],
)
def test_a_very_long_one_says_so_and_takes_no_time(text: str) -> None:
    formula = parse(text)
    begin = time.process_time()
    steps = explain(formula, "x")
    assert time.process_time() - begin < 1.0
    assert max(len(step.latex) for step in steps) < 10_000
    assert steps[-1].rule.render() == TOO_LONG
    assert steps[-1].latex.endswith(r"= \cdots")
    with mpmath.workdps(40):
        wanted = evaluate(derivative(formula.expanded, "x"), POINT)
        assert abs(evaluate(steps[-1].tree, POINT) - wanted) <= mp.mpf(10) ** -25 * (1 + abs(wanted))


def test_after_lines_that_are_left_out_comes_the_result() -> None:
    formula = parse("+".join(f"(x - {k})^2/100" for k in range(1, 60)))
    assert [step.rule.render() for step in explain(formula, "x", "1.18x - 35.4")] == [TOO_LONG, "Simplify"]
    too_long = " + ".join(["x"] * 600)
    assert [step.rule.render() for step in explain(formula, "x", too_long)] == [TOO_LONG]
