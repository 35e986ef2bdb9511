"""Messages quote no more than one can read."""

from engine.base.i18n import MOST_QUOTED, message, quoting


def test_what_is_quoted_is_short() -> None:
    long = "a" * 500
    said = quoting(message("{name} in {place}", name=long, place=message("row {row}", row=long))).render()
    assert len(said) == 2 * MOST_QUOTED + len(" in row ")
    assert said.count("…") == 2
    short = message("{name}: {count}", name="x" * MOST_QUOTED, count=5)
    assert quoting(short) == short
