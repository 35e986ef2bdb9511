"""Texts of answers: formulas behind what they are called, numbers with units, vectors, update rules."""

from fractions import Fraction

import pytest

from engine.answers.canonical import same_form
from engine.answers.reading import AnswerError, read_formula, read_quantity, read_vector
from engine.answers.units import read_unit
from engine.answers.update_rules import read_rule
from engine.formula import parse, to_text


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("∂f/∂x = 2x+3y", "2x + 3y"),
        (r"\frac{\partial f}{\partial x} = 2x", "2x"),
        ("df/dx=2x", "2x"),
        ("f'(x)=2x", "2x"),
        ("f_x = w1+w_2", "w_1 + w_2"),
        (r"\theta_1", "θ_1"),
    ],
)
def test_what_is_asked_for_may_stand_in_front(text: str, read: str) -> None:
    assert to_text(read_formula(text, "answer")) == read


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("(2x+3y, 3x)", ["2x + 3y", "3x"]),
        (r"\nabla f = \left\langle 1, 2\right\rangle", ["1", "2"]),
        (r"\begin{bmatrix} 1 \\ 2 \\ 3 \end{bmatrix}", ["1", "2", "3"]),
        ("[[1],[2]]", ["1", "2"]),
        ("[1; 2]", ["1", "2"]),
        ("1, 2", ["1", "2"]),
        (r"2 \hat{i} - 3\hat{j}", ["2", "-3"]),
        ("(x+y)i - 2k + j", ["x + y", "1", "-2"]),
        ("max(1, 2)", ["max(1, 2)"]),
    ],
)
def test_vectors_in_the_notations_of_books(text: str, parts: list[str]) -> None:
    assert [to_text(part) for part in read_vector(text, "answer")] == parts


def test_a_vector_that_is_none_says_so() -> None:
    for text in ("(1, 2,)", "i j", "(" + "1," * 40 + "1)", "(1; x+)"):
        with pytest.raises(AnswerError):
            read_vector(text, "answer")


@pytest.mark.parametrize(
    ("text", "size", "dimensions"),
    [
        ("m/s^2", Fraction(1), {"m": 1, "s": -2}),
        ("km/h", Fraction(5, 18), {"m": 1, "s": -1}),
        ("kg m² s⁻²", Fraction(1), {"kg": 1, "m": 2, "s": -2}),
        ("kΩ", Fraction(1000), {"kg": 1, "m": 2, "s": -3, "A": -2}),
        (r"\text{mm}", Fraction(1, 1000), {"m": 1}),
        ("원", Fraction(1), {"won": 1}),
        ("min", Fraction(60), {"s": 1}),
    ],
)
def test_units(text: str, size: Fraction, dimensions: dict[str, int]) -> None:
    unit = read_unit(text)
    assert unit is not None
    assert (unit.size, unit.dimensions) == (size, dimensions)


def test_what_is_no_unit() -> None:
    assert [read_unit(text) for text in ("", "x", "m m2 foo", "5", "m^", "kx")] == [None] * 6


def test_a_number_is_told_from_its_unit() -> None:
    assert to_text(read_quantity("sqrt(2) m", "answer").tree) == "sqrt(2)"
    assert read_quantity("2 pi", "answer").unit.dimensions == {}
    assert read_quantity("3e2 kWh", "answer").unit.size == 3_600_000
    for text in ("x", "3 foo", "m", "1/0"):
        with pytest.raises(AnswerError):
            read_quantity(text, "answer")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (r"\mathbf{w} \leftarrow \mathbf{w} - \eta \nabla_w L", {"w": "w - η g"}),
        (r"\theta^{(t+1)} = \theta^{(t)} - \eta \nabla J(\theta^{(t)})", {"θ": "θ - η g"}),
        ("x[k+1] = x[k] - eta*grad(x[k])", {"x": "x - η g"}),
        ("w = w - learning_rate * w.grad", {"w": "w - η g"}),
        ("w_1 ← w_1 − η ∂L/∂w_2", {"w_1": "w_1 - η g_w_2"}),
        ("x ← x − η f_x(x,y)", {"x": "x - η g"}),
        ("θ − η∇f → θ", {"θ": "θ - η g"}),
        ("b *= 2", {"b": "b*2"}),
        ("-eta g", {"": "-η g"}),
        ("θ_{t+1} = θ_t − η∇f(θ_{t+1})", {"θ": "θ - η g_ahead"}),
        ("m = β m + g; θ -= η m", {"m": "β m + g", "θ": "θ - η*(β m + g)"}),
        ("x ← x − 학습률*∇f", {"x": "x - η*g"}),
    ],
)
def test_update_rules_in_the_notations_of_books_and_programs(text: str, lines: dict[str, str]) -> None:
    found = read_rule(text, "answer").lines
    assert list(found) == list(lines)
    for name, tree in found.items():
        assert same_form(tree, read_formula(lines[name], "answer")), to_text(tree)


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("(x+y)^2", "x^2+2xy+y^2", True),
        ("1/x+1/y", "(x+y)/(x y)", True),
        ("e^x e^y e^(-2x)", "e^(y-x)", True),
        ("x^(1/2)x^(1/2)", "x", True),
        ("sin(x+x)", "sin(2x)", True),
        ("(x^2-1)/(x-1)", "x+1", True),
        ("ln(x)/log(x)", "1", True),
        ("sin(x)^2+cos(x)^2", "1", False),
        ("sqrt(x^2)", "x", False),
        ("x^100 (x+1)^200", "x", False),
        ("piecewise(x>0: x, x)", "x", False),
        ("1/(x-x)", "1/(x-x)", False),
    ],
)
def test_normal_forms_prove_and_never_refute(left: str, right: str, same: bool) -> None:
    assert same_form(parse(left).expanded, parse(right).expanded) is same
