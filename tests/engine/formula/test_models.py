"""A model over a table, and formulas of several lines: what they mean, and what is said of wrong ones."""

import contextlib
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.formula import Formula, FormulaError, ast, parse, parse_partial, to_latex, to_text
from engine.formula.ast import same
from engine.function.objective import Objective

COLUMNS = ("x", "x_1", "x_2", "y", "y_1", "price", "study_hours")
WHOLE = "L = mean((a - y)^2)"


def read(text: str) -> Formula:
    return parse(text, data=COLUMNS)


def refused(text: str, data: tuple[str, ...] = COLUMNS) -> tuple[str, str]:
    """What is said of `text`, and the part of it that is meant."""
    with pytest.raises(FormulaError) as caught:
        parse(text, data=data)
    return str(caught.value), text[slice(*caught.value.span)]


@pytest.mark.parametrize(
    ("text", "loss"),
    [
        (r"\hat y = w_1 x_1 + w_2 x_2", "mean((w_1 x_1 + w_2 x_2 - y)^2)"),
        ("ŷ = w x + b", "mean((w x + b - y)^2)"),
        ("y = w x + b", "mean((w x + b - y)^2)"),
        ("y_hat = b", "mean((b - y)^2)"),
        (r"\hat{y}_1 = w x", "mean((w x - y_1)^2)"),
        (r"\widehat{price} = w x", "mean((w x - price)^2)"),
        ("study_hours = w x", "mean((w x - study_hours)^2)"),
        (r"\hat{study_hours} = w x", "mean((w x - study_hours)^2)"),
        ("ŷ = w (x - mean(x))", "mean((w (x - mean(x)) - y)^2)"),
        (r"\[ \hat y = \sigma(w x + b). \]", "mean((sigmoid(w x + b) - y)^2)"),
    ],
)
def test_a_model_is_its_loss_over_the_rows(text: str, loss: str) -> None:
    formula = read(text)
    wanted = read(loss)
    assert same(formula.ast, wanted.ast) and same(formula.expanded, wanted.expanded)
    assert (formula.variables, formula.columns) == (wanted.variables, wanted.columns)
    assert formula.name == "L" and formula.model is not None


def test_a_model_keeps_what_was_typed() -> None:
    model = read("y = w x + b").model
    assert model is not None and model.target == "y" and model.parts == ()
    assert model.result.name == "y_hat" and to_text(model.result.tree) == "w x + b"
    assert model.loss is not None and to_text(model.loss) == "mean((y_hat - y)^2)"
    assert "column" in read("y = w x + b").readings[0].render()
    assert not read("ŷ = w x + b").readings


def test_the_loss_can_be_another() -> None:
    formula = parse("ŷ = w x", data=COLUMNS, loss="sum(abs(p - t))")
    assert to_text(formula.ast) == "sum(abs(w x - y))"
    assert parse("ŷ = w x - L", data=COLUMNS).name is None  # L is a letter of it


@pytest.mark.parametrize(
    ("text", "name"),
    [("y = x^2", "y"), ("ŷ = x^2 + y^2", "y_hat"), ("f(x, y) = x^2 + y", "f"), ("z = 3x", "z")],
)
def test_without_a_table_a_name_is_a_name(text: str, name: str) -> None:
    formula = parse(text)
    assert formula.model is None and formula.name == name


@pytest.mark.parametrize("text", ["y = mean((w x - y)^2)", "z = mean((w x - y)^2)", "f(w) = w mean(x)"])
def test_what_reduces_the_rows_itself_is_no_model(text: str) -> None:
    assert read(text).model is None


@pytest.mark.parametrize(
    "text",
    [
        f"z = w x + b; a = σ(z); {WHOLE}",
        f"z = w x + b\na = σ(z)\n{WHOLE}",
        f"z = w x + b\r\n\r\n  a = σ(z);\n{WHOLE};",
        f"{WHOLE} where a = σ(z), z = w x + b",
        f"{WHOLE} where z = w x + b and a = σ(z)",
        f"{WHOLE}\nwhere a = σ(z)\n z = w x + b",
        f"a = σ(z); {WHOLE}; z = w x + b",
        r"\begin{aligned} z &= w x + b \\ a &= \sigma(z) \\ L &= \mathrm{mean}((a - y)^2) \end{aligned}",
        r"L = \frac{1}{n} \sum_{i=1}^{n} (a_i - y_i)^2 \text{ where } a = \sigma(z), \quad z = w x + b",
        "z = w x + b; mean((σ(z) - y)^2)",
        "z = w x + b; ŷ = σ(z)",
    ],
)
def test_lines_are_put_into_each_other(text: str) -> None:
    rows = {"x": np.array([0.5, -1.0, 2.0]), "y": np.array([1.0, 0.0, 1.0])}
    formula = read(text)
    assert formula.variables == ("w", "b") and formula.model is not None
    w, b = 0.7, -0.3
    wanted = np.mean((1 / (1 + np.exp(-(w * rows["x"] + b))) - rows["y"]) ** 2)
    assert Objective.bind(formula, {}, rows).value(np.array([w, b])) == pytest.approx(wanted, rel=1e-14)


def test_each_line_is_a_factor_of_the_chain_rule() -> None:
    model = read(f"{WHOLE} where a = σ(z), z = w x + b").model
    assert model is not None and model.target is None and model.loss is None
    assert [(line.name, to_text(line.tree)) for line in model.lines] == [
        ("z", "w x + b"),
        ("a", "sigmoid(z)"),
        ("L", "mean((a - y)^2)"),
    ]


def test_lines_need_no_table() -> None:
    formula = parse("r = x^2 + y^2; f(x, y) = sin(r)/r")
    assert (formula.name, formula.variables, formula.declared) == ("f", ("x", "y"), ("x", "y"))
    assert to_text(formula.ast) == "sin(x^2 + y^2)/(x^2 + y^2)"


def test_words_name_lines() -> None:
    formula = read("hidden_1 = relu(v x); pred = w hidden_1; my_loss = mean((pred - y)^2)")
    assert formula.name == "my_loss"
    assert to_text(formula.ast) == "mean((w relu(v x) - y)^2)"


def test_lines_with_numbers_stand_in_a_sum() -> None:
    formula = read("z_1 = w_1 x; z_2 = w_2 x; ŷ = sum(i=1..2, v_i z_i)")
    assert same(formula.expanded, read("ŷ = v_1 w_1 x + v_2 w_2 x").expanded)


@pytest.mark.parametrize(
    "text", ["x^2 +\n y^2", "f(x, y) =\n x^2\n + y^2", "piecewise(\nx = 0: 1,\ny = 1: 2,\n3)", "x\n.pow(2)"]
)
def test_a_formula_may_go_on_in_the_next_line(text: str) -> None:
    assert parse(text).model is None
    assert same(parse(text).ast, parse(text.replace("\n", " ").replace(" .pow", ".pow")).ast)


@pytest.mark.parametrize(
    ("text", "said", "meant"),
    [
        ("ŷ = w y", "stands in its own model", "y"),
        ("ĉ = w x", "c, which is no column", "ĉ"),
        ("z = w x; a = w; L = mean(z)", "a is used by no other line", "a"),
        ("z = w x; z = b; L = mean(z)", "z is defined twice", "z"),
        ("a = b; b = a; L = mean(x)", "needs itself", "a"),
        ("a = 2b; b = a", "needs itself: b → a → b", "b"),
        ("z = z + w x; L = mean(z)", "cannot stand in its own formula", "z"),
        ("x = w; L = mean((x - y)^2)", "x is a column of the data", "x"),
        ("z = w x; L = z^2", "z has a value for each row", "z"),
        ("z = w; L = mean(z)", "mean needs a column", "mean(z)"),
        ("z(v) = w v; L = mean(z x)", "name without brackets", "z(v)"),
        ("z = w unknown; L = mean(z)", "Unknown name unknown", "unknown"),
        ("w x; L = mean(x)", "has no name", "w x"),
    ],
)
def test_lines_that_do_not_fit_say_so(text: str, said: str, meant: str) -> None:
    message, part = refused(text)
    assert said in message and part == meant


def test_a_declared_variable_is_not_defined_too() -> None:
    assert "declared twice" in refused("x = 3; f(x, y) = x y", ())[0]
    assert "One formula" not in refused("x^2 + ; y = 3", ())[0]


@pytest.mark.parametrize(
    "text",
    [
        ";".join(
            [
                "a = x + x",
                *(f"{b} = {a} + {a}" for a, b in zip("abcdfghijklmn", "bcdfghijklmno", strict=True)),
            ]
        ),
        ";".join(["z_0 = x", *(f"z_{k} = sin(z_{k - 1})" for k in range(1, 80))]),
        ";".join(["z_0 = x", *(f"z_{k} = ((((((z_{k - 1}+1)^2+1)^2+1)^2+1)^2+1)^2)" for k in range(1, 20))]),
        "\n" * 1900 + "x",
        "a =\n" * 400,
        ("a" * 60 + "\n") * 30,
        "where " * 300,
        ";" * 700,
    ],
)
def test_hostile_lines_are_refused_at_once(text: str) -> None:
    begin = time.thread_time()
    with contextlib.suppress(FormulaError):
        parse(text)
    to_latex(parse_partial(text))
    assert time.thread_time() - begin < 1.0


_values = st.recursive(
    st.sampled_from(("w", "b", "v_1", "x", "2", "0.5")),
    lambda inner: st.one_of(
        st.builds("({} + {})".format, inner, inner),
        st.builds("{}*({})".format, inner, inner),
        st.builds("tanh({})".format, inner),
        st.builds("({})^2".format, inner),
    ),
    max_leaves=6,
)


@given(first=_values, second=_values, parted=st.sampled_from(("; ", "\n", " where ", ", ")))
def test_lines_are_what_their_substitution_is(first: str, second: str, parted: str) -> None:
    lines = [f"z = {first}", f"ŷ = {second} + tanh(z)"]
    if parted in (" where ", ", "):
        lines.reverse()
    formula, plain = read(parted.join(lines)), read(f"mean(({second} + tanh({first}) - y)^2)")
    rows = {name: np.array([0.3, -1.2]) for name in plain.columns}
    assert sorted(formula.variables) == sorted(plain.variables) and formula.columns == plain.columns
    point = {name: 0.1 + 0.2 * k for k, name in enumerate(sorted(plain.variables))}
    values = [
        Objective.bind(each, {}, rows).value(np.array([point[name] for name in each.variables]))
        for each in (formula, plain)
    ]
    assert values[0] == pytest.approx(values[1], rel=1e-12)


def test_an_unfinished_model_shows_its_lines() -> None:
    tree = parse_partial("z = w x +; ŷ = σ(", data=COLUMNS)
    assert isinstance(tree, ast.Logic) and len(tree.operands) == 2
    assert to_latex(tree.operands[0]) == r"z = w x+\square"
    assert isinstance(parse_partial("ŷ = w x +", data=COLUMNS), ast.Logic)
    assert isinstance(parse_partial("z = x +"), ast.Add)
