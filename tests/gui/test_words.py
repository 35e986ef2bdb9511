"""How words begin."""

import pytest

from gui.i18n import capitalized


@pytest.mark.parametrize(
    ("text", "shown"), [("weight decay", "Weight decay"), ("θ의 갱신량", "θ의 갱신량"), ("η", "η"), ("", "")]
)
def test_a_line_begins_with_a_capital_but_greek_letters_are_symbols(text: str, shown: str) -> None:
    assert capitalized(text) == shown
