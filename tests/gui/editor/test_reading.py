"""Reading: the tree, the header, what is unfinished and what is wrong."""

import pytest

from engine.document.lab import Data
from engine.document.network import Layer, Loss, Network
from gui.editor.reading import read


def test_a_formula():
    reading = read("x^2+3xy+y^2")
    assert reading.error is None
    assert reading.formula is not None
    assert reading.formula.variables == ("x", "y")
    assert "muted" in reading.tex and "f(x, y)" in reading.tex
    assert [reading.text[a:b] for a, b in sorted(reading.spans)] == ["x", "2", "3", "x", "y", "y", "2"]


def test_its_own_name_and_order():
    assert "L(w_{2}, w_{1})" in read("L(w_2, w_1) = w_1 + w_2").tex


@pytest.mark.parametrize("text", ["x^2+", "x/", "sin(", "2*(x+", "x^", "-", "max(x, )", "x + ln", "\\sqrt{"])
def test_unfinished(text):
    reading = read(text)
    assert reading.unfinished
    assert reading.formula is None
    assert r"\square" in reading.tex


@pytest.mark.parametrize("text", ["(x+y", "|x", "x + sqr", "\\fra"])
def test_unfinished_with_nothing_missing_to_see(text):
    assert read(text).unfinished


@pytest.mark.parametrize("text", ["x^2 ++* y", ") + x", "foo(x) + y", "x^2 + y)", "5!!", "1,5x"])
def test_wrong(text):
    reading = read(text)
    assert reading.error is not None
    assert not reading.unfinished


def test_empty():
    assert read("   ").empty
    assert read("").tex == ""


@pytest.mark.parametrize(
    "text", ["9^9^9^9", "__import__('os').system('x')", "x" * 100_000, "((" * 5000, "\x00"]
)
def test_hostile_text_is_only_an_error(text):
    assert read(text).error is not None


def test_columns_of_the_data_table():
    assert read("mean((w - a)^2)", Data(columns=("a",))).error is None


def test_the_labs_own_order_of_the_variables():
    assert "f(y, x)" in read("x + y", order=("y", "x")).tex
    assert "f(x, y)" in read("x + y", order=("x",)).tex


TABLE = Data(columns=("x", "y"))


def test_a_model_and_its_loss_stand_under_each_other():
    reading = read("ŷ = w x + b", TABLE)
    model, loss = reading.tex.split("\n")
    assert r"\hat{y}" in model and "muted" not in model
    assert r"L(w, b)" in loss and r"\hat{y}-y" in loss
    assert [reading.text[a:b] for a, b in reading.spans] == ["ŷ", "w", "x", "b"]


def test_each_line_is_typeset_by_itself():
    lines = read("z = w x; a = tanh(z); L = mean((a - y)^2)", TABLE).tex.split("\n")
    assert len(lines) == 3 and "L(w)" in lines[2] and "muted" in lines[2]
    assert all(name in line for name, line in zip("za", lines[:2], strict=True))


def test_unfinished_lines_are_typeset_as_far_as_they_go():
    reading = read("z = w x; ŷ = z +", TABLE)
    assert reading.unfinished and reading.tex.count("\n") == 1
    assert reading.tex.endswith(r"\square}")


def test_the_loss_is_the_one_that_is_chosen():
    assert r"\left|\hat{y}-y\right|" in read("ŷ = w x", TABLE, loss=Loss("l1")).tex


OVER = Data(columns=("x_1", "x_2", "y"))
IN_MATRICES = Network(inputs=2, layers=(Layer(8, "tanh"), Layer(1)))


def test_a_shape_makes_matrices_of_letters():
    reading = read("W_2 tanh(W_1 x + b_1) + b_2 where W_1: 8x2", OVER)
    assert reading.network == IN_MATRICES and reading.offered is None and reading.error is None
    assert reading.tex == r"\hat{y} = W_{2} \tanh\left(W_{1} x + b_{1}\right) + b_{2}"
    no_table = read("W x where W: 1x2")
    assert no_table.network is None and no_table.error is not None


def test_without_a_shape_matrices_are_offered_where_x_is_no_column():
    text = "W_2 tanh(W_1 x + b_1) + b_2"
    assert read(text, OVER).offered == IN_MATRICES
    assert read(text, OVER).formula is not None and read(text, OVER).network is None
    assert read(text, Data(columns=("x", "y"))).offered is None
    assert read(text).offered is None
    assert read("sin(x) + y", OVER).offered is None


def test_wrong_matrices_are_typeset_all_the_same():
    reading = read("W_2 tanh(W_1 x) where W_1: 8x2, W_2: 1x6", OVER)
    assert reading.network is None and reading.error is not None and reading.offered is None
    assert r"\tanh" in reading.tex and "8" not in reading.tex
    assert [reading.text[a:b] for a, b in reading.spans] == ["W_2", "tanh", "W_1", "x"]
    assert read("net(2, 8 tnh, 1)", OVER).tex == ""


def test_a_width_that_nothing_says_is_offered_too():
    reading = read("W_3 relu(W_2 tanh(W_1 x)) where W_1: 4x2", OVER)
    assert reading.network is None and reading.error is not None
    assert reading.offered is not None and reading.offered.widths == (2, 4, 8, 1)
