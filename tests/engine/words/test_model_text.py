"""A network written out as sums, and its loss."""

from engine.document.network import Loss
from engine.document.network_text import parse_network
from engine.words.model_text import loss_latex, sums_latex


def test_a_neuron_is_the_sum_that_a_class_writes_down() -> None:
    assert sums_latex(parse_network("1-1"), ["x"]) == (r"\hat{y} = w x + b",)
    assert sums_latex(parse_network("2-1sigmoid"), ["x_1", "x_2"]) == (
        r"\hat{y} = \sigma\left(w_{1} x_{1} + w_{2} x_{2} + b\right)",
    )


def test_every_unit_has_its_line_and_a_large_network_none() -> None:
    assert sums_latex(parse_network("2-2tanh-1"), ["a", "b"]) == (
        r"h_{1} = \tanh\left(w^{(1)}_{11} a + w^{(1)}_{12} b + b^{(1)}_{1}\right)",
        r"h_{2} = \tanh\left(w^{(1)}_{21} a + w^{(1)}_{22} b + b^{(1)}_{2}\right)",
        r"\hat{y} = w^{(2)}_{1} h_{1} + w^{(2)}_{2} h_{2} + b^{(2)}",
    )
    assert sums_latex(parse_network("2-8tanh-1"), ["a", "b"]) == ()
    assert sums_latex(parse_network("3-1"), ["a", "b"]) == (), "the table has other columns"


def test_the_settings_of_a_loss_stand_in_it() -> None:
    assert "H_{0.5}" in loss_latex(Loss("huber", delta=0.5))
    assert loss_latex(Loss("mse", reduction="sum")).startswith(r"L = \textstyle\sum")
