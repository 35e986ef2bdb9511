"""Statistics over the rows of a column: values and slopes against NumPy and closed forms, text and LaTeX."""

import numpy as np
import pytest

from engine.formula import FormulaError, parse, to_latex
from engine.formula.differentiate import Differentiator
from engine.formula.howto import explain
from engine.formula.text import to_text
from engine.function.objective import Objective
from tests.engine.formula.oracle import evaluate

A = np.array([0.5, -1.0, 3.0, 2.0, 0.25])
B = np.array([1.0, 0.0, 1.0, 1.0, 0.0])
DATA = {"a": A, "b": B}


def objective(text, data=None):
    data = data or DATA
    return Objective.bind(parse(text, data=tuple(data)), {}, data)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    return np.exp(z - z.max()) / np.exp(z - z.max()).sum()


def lse(z):
    return z.max() + np.log(np.exp(z - z.max()).sum())


CASES = {
    "var(w a)": lambda w: np.var(w * A),
    "std(w a + b)": lambda w: np.std(w * A + B),
    "median(w a)": lambda w: np.median(w * A),
    "max(w a)": lambda w: np.max(w * A),
    "min(w a - b)": lambda w: np.min(w * A - B),
    "logsumexp(w a)": lambda w: lse(w * A),
    "sum(softmax(w a) b)": lambda w: (softmax(w * A) * B).sum(),
    "bce(sigmoid(w a), b)": lambda w: (
        -np.mean(B * np.log(sigmoid(w * A)) + (1 - B) * np.log(1 - sigmoid(w * A)))
    ),
    "crossentropy(sigmoid(w a), b)": lambda w: -np.mean(B * np.log(sigmoid(w * A))),
    "mean((a - mean(w a))^2) + max(w, 0)": lambda w: np.mean((A - np.mean(w * A)) ** 2) + max(w, 0),
    "max(mean(w a), 0.1) + 2 std(w a)^2": lambda w: max(np.mean(w * A), 0.1) + 2 * np.var(w * A),
}


@pytest.mark.parametrize("text", CASES)
@pytest.mark.parametrize("w", [0.7, -1.3])
def test_values_slopes_and_curvatures(text, w):
    function, wanted = objective(text), CASES[text]
    value, gradient = function.value_and_gradient([w])
    assert value == pytest.approx(wanted(w), rel=1e-13)
    h = 1e-6
    assert gradient[0] == pytest.approx((wanted(w + h) - wanted(w - h)) / (2 * h), rel=1e-7, abs=1e-8)
    bent = function.curvature(np.array([w]), np.eye(1))[0, 0]
    assert bent == pytest.approx(
        (function.gradient([w + h])[0] - function.gradient([w - h])[0]) / (2 * h), rel=1e-6, abs=1e-6
    )


@pytest.mark.parametrize("text", CASES)
def test_the_written_partial_is_the_adjoint(text):
    formula = parse(text, data=tuple(DATA))
    slope = Differentiator("w")(formula.expanded)
    again = parse(to_text(slope), data=tuple(DATA))
    written = Objective.bind(again, {}, DATA)
    theta = [0.7] if written.dimension else []
    assert float(written.value(theta)) == pytest.approx(float(objective(text).gradient([0.7])[0]), rel=1e-12)


def test_an_even_number_of_rows_has_a_median_between_two():
    data = {"a": np.array([1.0, 4.0, 2.0, 9.0])}
    value, gradient = objective("median(w a)", data).value_and_gradient([1.0])
    assert (value, gradient.tolist()) == (3.0, [3.0])


def test_ties_share_the_slope_and_are_kinks():
    data = {"a": np.array([1.0, 1.0, 0.0]), "b": np.array([2.0, 4.0, 9.0])}
    function = objective("max(a + w b)", data)
    assert function.gradient([0.0]).tolist() == [3.0]
    assert function.kinks([0.0]) and not function.kinks([1.0])


def test_saturated_probabilities():
    value, gradient = objective("bce(sigmoid(w a), b)").value_and_gradient([800.0])
    z = 800.0 * A
    wanted = np.mean(np.maximum(z, 0) - B * z)
    assert value == pytest.approx(wanted, rel=1e-12) and np.isfinite(gradient).all()


@pytest.mark.parametrize(
    ("text", "shown", "latex"),
    [
        ("max(w a)", "max(w a)", r"\operatorname{max}\left(w a\right)"),
        ("var(a)", "mean((a - mean(a))^2)", None),
        ("std(a)", "sqrt(mean((a - mean(a))^2))", None),
        ("variance(a) + stdev(b)", "mean((a - mean(a))^2) + sqrt(mean((b - mean(b))^2))", None),
        ("median(a)", "median(a)", None),
        ("crossentropy(w, b)", "-mean(b ln(w))", None),
        ("max(w, 2) + np.max(a)", "max(w, 2) + max(a)", None),
        ("sum(softmax(a))", "sum(e^(a - logsumexp(a)))", None),
    ],
)
def test_text_reads_back(text, shown, latex):
    formula = parse(text, data=("a", "b"))
    assert to_text(formula.ast) == shown
    assert to_text(parse(shown, data=("a", "b")).ast) == shown
    if latex is not None:
        assert to_latex(formula.ast) == latex


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("var(w)", "var needs a column of the data"),
        ("softmax(a)", "softmax has a value for each row"),
        ("bce(a)", "bce takes 2 arguments, not 1"),
        ("max(a, 0)", "a is a column of the data, with a value for each row"),
        ("softmax(w)", "softmax needs a column of the data"),
    ],
)
def test_errors(text, said):
    with pytest.raises(FormulaError) as found:
        parse(text, data=("a", "b"))
    assert found.value.message.render("en") == said


def test_without_data_max_of_one_is_itself():
    assert float(evaluate(parse("max(x)").expanded, {"x": 3.0})) == 3.0


@pytest.mark.parametrize("text", CASES)
def test_how_it_is_derived_ends_at_the_derivative(text):
    formula = parse(text, data=tuple(DATA))
    last = explain(formula, "w")[-1].tree
    again = Objective.bind(parse(to_text(last), data=tuple(DATA)), {}, DATA)
    found = again.value([0.7] if again.dimension else [])
    assert float(found) == pytest.approx(float(objective(text).gradient([0.7])[0]), rel=1e-12)
