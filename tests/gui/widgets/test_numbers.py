"""Numbers as people write and read them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.widgets.numbers import read_number, write_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1", 0.1),
        (" -2 ", -2.0),
        ("+3", 3.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e-3", 1e-3),
        ("1E5", 1e5),
        ("−0.5", -0.5),
        ("１２．５", 12.5),
        ("1/3", 1 / 3),
        ("-3/4", -0.75),
        ("pi", math.pi),
        ("2π", math.tau),
        ("2 * pi", math.tau),
        ("π/2", math.pi / 2),
        ("-e", -math.e),
        ("1e999", math.inf),
        ("0,1", 0.1),
        ("-1,5", -1.5),
        ("0,125", 0.125),
        ("1234,567", 1234.567),
        ("2,5e-3", 0.0025),
        ("１２，５", 12.5),
    ],
)
def test_what_is_read(text: str, value: float) -> None:
    assert read_number(text) == pytest.approx(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "abc",
        "1,234",
        "-12,345",
        "1,234,567",
        "1,234.5",
        "1,",
        ",5",
        "1,5/2",
        "--1",
        "1/0",
        "1/2/3",
        "nan",
        "inf",
        "1e",
        "2e",
        "e5x",
        "1 2",
        "0x10",
        "1_0",
        "/2",
        "9" * 80,
    ],
)
def test_what_is_not_a_number(text: str) -> None:
    assert read_number(text) is None


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_is_written_is_read_back_to_twelve_digits(value: float) -> None:
    again = read_number(write_number(value))
    assert again is not None
    assert math.isclose(again, value, rel_tol=1e-11, abs_tol=5e-324)


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_none(text: str) -> None:
    number = read_number(text)
    assert number is None or not math.isnan(number)
