"""Pasting: LaTeX and Python are rewritten; our own notation is left alone."""

import pytest

from engine.formula import parse, to_latex
from gui.editor.paste import cleaned, one_line


@pytest.mark.parametrize(
    ("pasted", "text"),
    [
        (r"$\frac{1}{2}x^2 + \sin^2 y$", "1/2 x^2 + sin(y)^2"),
        (r"f(x,y) = \sqrt{x^{2}+y^{2}}", "f(x, y) = sqrt(x^2 + y^2)"),
        ("np.sin(x)**2 + 3*y", "sin(x)^2 + 3y"),
        ("x² + y²", "x^2 + y^2"),
    ],
)
def test_foreign_notation_is_rewritten(pasted, text):
    clean = cleaned(pasted, "", "")
    assert clean is not None
    assert to_latex(parse(clean).ast) == to_latex(parse(text).ast)
    assert "\\" not in clean and "**" not in clean and "$" not in clean


@pytest.mark.parametrize("pasted", ["x^2 + y^2", "3x sin(y)", r"\frac{", "hello \\world", ""])
def test_the_rest_is_left_alone(pasted):
    assert cleaned(pasted, "", "") is None


def test_brackets_where_the_neighbours_would_bind():
    assert cleaned(r"\frac{1}{2}", "x^", "") == "(1/2)"
    assert cleaned(r"a \cdot b", "2 + ", " + 1") == "a b"
    assert cleaned(r"f(x)=\frac{1}{2}x", "2*", "") is None


def test_one_line():
    assert one_line(" x^2\r\n  + y^2\n") == "x^2 + y^2"


def test_lines_of_their_own_are_parted_on_one_line():
    assert one_line("z = w x\r\n\na = z^2\n") == "z = w x; a = z^2"
    assert one_line("f(x) = x^2\n + x") == "f(x) = x^2 + x"


def test_a_model_is_pasted_as_a_model():
    pasted = r"\begin{aligned} z &= w x + b \\ \hat{y} &= \tanh(z) \end{aligned}"
    assert cleaned(pasted, "", "", ("x", "y")) == "z = w x + b; y_hat = tanh(z)"


def test_a_shape_on_a_line_of_its_own_stays_one():
    assert one_line("W_2 tanh(W_1 x) + b_2\nW_1: 8x2") == "W_2 tanh(W_1 x) + b_2; W_1: 8x2"
    assert one_line("W_1: 8×2\n\nW_1 x") == "W_1: 8×2; W_1 x"
    assert cleaned(r"\hat y = W_1 x; W_1: 1 \times 2", "", "", ("y",)) is None, "there is no formula"
