"""Round numbers: ticks and how they are written."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.base.round_numbers import (
    format_distinct,
    format_tick,
    format_ticks,
    nice_step,
    nice_ticks,
    round_to,
)

INTERVALS = [
    (-5, 5),
    (0, 0.37),
    (1e6, 1e6 + 1),
    (0, 1e300),
    (-1e-300, 1e-300),
    (-1.7e308, 1.7e308),
    (995, 1005),
    (-0.001, 0.0037),
    (1e22, 1.0001e22),
]


@pytest.mark.parametrize(("lo", "hi"), INTERVALS)
@pytest.mark.parametrize("n", [4, 6, 10])
def test_ticks_are_round_even_few_and_inside(lo, hi, n):
    ticks = nice_ticks(lo, hi, n)
    assert 2 <= len(ticks) <= n + 1
    slack = 1e-9 * (hi / 2 - lo / 2)
    assert (ticks >= lo - slack).all() and (ticks <= hi + slack).all()
    steps = np.diff(ticks / 4)
    assert np.allclose(steps, steps[0], rtol=1e-6)


@given(
    st.floats(-1e12, 1e12, allow_nan=False),
    st.floats(1e-6, 1e6),
    st.integers(2, 12),
)
def test_ticks_of_any_interval(lo, width, n):
    ticks = nice_ticks(lo, lo + width, n)
    assert len(ticks) <= n + 1
    assert (np.diff(ticks) > 0).all()
    assert all(len(label.strip("−").replace(".", "")) <= 6 for label in format_ticks(ticks).labels)


def test_steps_are_one_two_two_and_a_half_or_five():
    for span in np.geomspace(1e-5, 1e5, 200):
        mantissa, _ = nice_step(float(span), 7)
        assert mantissa in (10, 20, 25, 50)


def test_degenerate_intervals_do_not_raise():
    assert nice_ticks(3.0, 3.0).tolist() == [3.0]
    assert nice_ticks(float("nan"), 1.0).size == 0
    assert nice_ticks(0.0, math.inf).size == 0
    assert nice_ticks(5, -5, 5).tolist() == nice_ticks(-5, 5, 5).tolist()
    assert nice_ticks(0.0, 5e-324).size >= 1


def test_an_end_that_misses_a_round_number_by_a_hair_is_that_number():
    assert nice_ticks(-0.9999999999, 0.9999999999, 4).tolist() == [-1.0, -0.5, 0.0, 0.5, 1.0]


def test_ticks_have_no_tail_of_binary_digits():
    assert nice_ticks(0, 1, 10).tolist() == [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1 + 0.2, "0.3"),
        (-2.0, "−2"),
        (12345.0, "12345"),
        (-12345.6, "−12346"),
        (123456.0, "1.235×10⁵"),
        (0.0001, "0.0001"),
        (0.00012345, "0.0001234"),
        (1e-5, "10⁻⁵"),
        (-2.5e300, "−2.5×10³⁰⁰"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "–"),
        (-0.0, "0"),
    ],
)
def test_single_number(value, text):
    assert format_tick(value) == text


def test_labels_of_an_axis_share_decimals_factor_and_offset():
    assert format_ticks([-0.5, 0, 0.5]).labels == ("−0.5", "0.0", "0.5")
    assert format_ticks([0, 2e-301]).note == "×10⁻³⁰¹"
    far = format_ticks(nice_ticks(1e6, 1e6 + 1, 5))
    assert far.note == "+10⁶"
    assert far.labels[0] == "0.0"
    assert format_ticks([]).labels == ()


def test_distinct_labels_get_as_many_digits_as_they_need():
    assert format_distinct([1.00001, 1.00002]) == ("1.00001", "1.00002")
    assert format_distinct([1.0, 1.0]) == ("1", "1")


def test_round_to():
    assert round_to(2.675, -2) == 2.67  # the double 2.675 lies below
    assert round_to(1234.0, 2) == 1200.0
    assert math.isnan(round_to(math.nan, 0))
