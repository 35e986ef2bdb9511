"""The one table: complete, without clashes; completion; marks in the typeset formula."""

import re

import numpy as np
import pytest

from engine.formula import ast, parse, parse_partial, to_latex, to_text, typeset
from engine.formula.functions import (
    CONSTANTS,
    FUNCTIONS,
    completions,
    function_named,
    sample_latex,
    suggestion,
)
from engine.formula.names import name_key, name_latex, natural_order
from engine.formula.typeset import mark_colour
from engine.program.graph import Graph
from engine.program.printed import compiled


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_row_is_complete(name: str) -> None:
    spec = FUNCTIONS[name]
    assert spec.help.render("ko") and spec.domain and spec.latex and spec.numpy
    fewest, most = spec.arity
    if most is not None and name != "dot":
        assert len(spec.derivatives) == most
        assert len(spec.defaults) == most - fewest or name == "log"
    for spelling in (spec.name, *spec.aliases):
        assert function_named(spelling) is spec
    assert sample_latex(spec)


HOLDS = {
    "x ∈ ℝ": lambda x: True,
    "x ≥ 0": lambda x: x >= 0,
    "x > 0": lambda x: x > 0,
    "x > −1": lambda x: x > -1,
    "x ≥ 1": lambda x: x >= 1,
    "x ≠ 0": lambda x: x != 0,
    "x ≠ π/2 + kπ": lambda x: True,  # no float is one
    "x ≠ kπ": lambda x: x != 0,
    "−1 ≤ x ≤ 1": lambda x: -1 <= x <= 1,
    "−1 < x < 1": lambda x: -1 < x < 1,
    "0 < x < 1": lambda x: 0 < x < 1,
    "0 < x ≤ 1": lambda x: 0 < x <= 1,
    "|x| ≥ 1": lambda x: abs(x) >= 1,
    "|x| > 1": lambda x: abs(x) > 1,
    "x ≠ −1, −2, …": lambda x: x > -1 or x % 1 != 0,
    "x ≠ 0, −1, −2, …": lambda x: x > 0 or x % 1 != 0,
}


@pytest.mark.parametrize("name", sorted(name for name, spec in FUNCTIONS.items() if spec.arity == (1, 1)))
def test_there_is_a_value_where_the_domain_says(name: str) -> None:
    x = np.array([-30.2, -3.0, -2.0, -1.5, -1.0, -0.3, -0.0, 0.0, 0.3, 0.5, 1.0, 1.5, 2.0, 3.0, 30.2])
    with np.errstate(all="ignore"):
        graph = Graph()
        (found,) = compiled([graph.call(name, graph.variable(0))], ["v0"]).compute(x, 1.0, ())
    holds = HOLDS[FUNCTIONS[name].domain]
    assert np.isfinite(found).tolist() == [holds(value) for value in x.tolist()]


def test_no_spelling_means_two_things() -> None:
    spellings = [spelling for spec in FUNCTIONS.values() for spelling in (spec.name, *spec.aliases)]
    assert len(spellings) == len(set(spellings))


@pytest.mark.parametrize(
    ("prefix", "first"),
    [("sq", "sqrt"), ("alp", "alpha"), (r"\alp", "alpha"), ("sin", "sin"), ("th", "theta"), ("pi", "pi"),
    ("sig", "sigma"),
     ("relu", "relu"), ("asin", "arcsin"), ("ta", "tau"), ("lo", "log")],
)  # fmt: skip
def test_completion(prefix: str, first: str) -> None:
    labels = [completion.label for completion in completions(prefix)]
    assert first in labels[:4]
    assert len(labels) == len(set(labels))


def test_completion_of_nothing_and_of_nonsense() -> None:
    assert completions("") == []
    assert completions("qqqq") == []
    for completion in completions("s", limit=50):
        assert (
            parse(completion.insert.replace("|", "x, y, z" if False else "x"))
            if completion.kind == "letter"
            else True
        )


@pytest.mark.parametrize(
    ("word", "meant"), [("sinn", "sin"), ("lamda", "lambda"), ("sigmod", "sigmoid"), ("zzzzzz", None)]
)
def test_suggestions(word: str, meant: str | None) -> None:
    assert suggestion(word) == meant


def test_names() -> None:
    assert name_key("w1") == name_key("w_1")
    assert name_key("theta_1") == name_key("θ1")
    assert sorted(["w_10", "y", "w_2", "θ", "x", "w1", "W"], key=natural_order) == [
        "w1", "w_2", "w_10", "W", "x", "y", "θ",
    ]  # fmt: skip
    assert name_latex("w_12") == "w_{12}"
    assert name_latex("theta_1") == r"\theta_{1}"
    assert name_latex("y_hat") == r"\hat{y}"
    assert name_latex("x_max") == r"x_{\mathrm{max}}"


def test_marks_name_the_source_of_every_leaf() -> None:
    text = "2x + sin(y)/3!"
    made = typeset(parse(text))
    assert [text[slice(*span)] for span in made.spans] == ["2", "x", "sin", "y", "3", "!"]
    assert set(typeset(parse("w_12^2")).spans) == {(0, 4), (5, 6)}  # a letter and its index are one leaf
    colours = re.findall(r"\\color\{(#[0-9a-f]{6})\}", made.latex)
    assert colours == [mark_colour(k) for k in range(len(made.spans))]


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("x^2 +", r"x^{2}+\square"),
        ("x/", r"\frac{x}{\square}"),
        ("x^", r"x^{\square}"),
        ("sqrt(", r"\sqrt{\square}"),
        ("sin", r"\sin \square"),
        ("x_", r"x_{\square}"),
        ("(x", "x"),
        ("max(x,", r"\max\left(x, \square\right)"),
        ("", r"\square"),
        ("1/(1+e^", r"\frac{1}{1+e^{\square}}"),
        ("foo x", r"\text{foo}x"),
        ("foo(x) + arctn(x+1)", r"\text{foo}\left(x\right)+\text{arctn}\left(x+1\right)"),
        ("x^2 + 1,000 y", r"x^{2}+1\text{,}000y"),
        ("(x^*)^2", r"{x^{*}}^{2}"),
    ],
)
def test_an_unfinished_formula_is_drawn(text: str, latex: str) -> None:
    assert to_latex(parse_partial(text)) == latex


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("x^2+3xy+y^2", r"x^{2}+3x y+y^{2}"),
        ("sin^2 x", r"\sin^{2} x"),
        ("sin(x) y", r"\sin\left(x\right)y"),
        ("2*3x", r"2 \cdot 3x"),
        ("exp(-x^2)", r"e^{-x^{2}}"),
        ("1e-3x", r"10^{-3}x"),
        ("log_2 x", r"\log_{2} x"),
        ("|x|^2", r"\left|x\right|^{2}"),
        ("theta_1 x_1", r"\theta_{1}x_{1}"),
        ("cbrt(x)", r"\sqrt[3]{x}"),
        ("(x+1)/2", r"\frac{x+1}{2}"),
        ("x<0 ? 1 : 2", r"\begin{cases}1 & \text{if } x < 0 \\ 2 & \text{otherwise}\end{cases}"),
        ("sum(i=1..3, x_i)", r"\sum_{i=1}^{3} x_{i}"),
    ],
)
def test_latex(text: str, latex: str) -> None:
    assert to_latex(parse(text).ast) == latex


def test_constants_know_their_value() -> None:
    assert {name: spec.value for name, spec in CONSTANTS.items()} == pytest.approx(
        {"pi": 3.14159265359, "e": 2.71828182846}
    )
    assert to_text(ast.Constant("pi")) == "pi"
