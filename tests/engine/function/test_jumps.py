"""Jumps of a curve, told from what is only steep."""

import numpy as np
import pytest

from engine.document.lab import Display
from engine.formula import parse
from engine.function.field import sample
from engine.function.objective import Objective
from tests.engine.numpy_objective import box


def breaks_of(text):
    field = sample(Objective.bind(parse(text), {}), box(y=None), Display(), resolution=65)
    return field.x, field.breaks


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("floor(x)", [-4, -3, -2, -1, 0, 1, 2, 3, 4, 5]),
        ("round(x)", [-4.5, -3.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5, 4.5]),
        ("sign(x-1/3)+x/3", [1 / 3]),
        ("arctan(1/(x-1/3))", [1 / 3]),
        (r"\begin{cases}x^2&x<\pi\\0&\text{otherwise}\end{cases}", [np.pi]),
    ],
)
def test_it_is_known_between_which_samples_f_jumps(text, places):
    x, breaks = breaks_of(text)
    assert len(breaks) == len(places)
    assert (x[breaks] <= places).all() and (places <= x[breaks + 1]).all()


@pytest.mark.parametrize(
    "text", ["x", "sin(50x)", "tanh(10^6 x)", "|x|", "cbrt(x)", "arctan(10^9 x)", "sqrt(x)", "x^3"]
)
def test_what_is_steep_is_no_jump(text):
    assert not len(breaks_of(text)[1])
