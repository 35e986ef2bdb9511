"""What the text of a cell says: a number in any of the notations of spreadsheets, a missing value, a class.

Any thread; no Qt.
"""

import math
import re
from collections.abc import Iterable
from typing import Final

import msgspec

from engine.base.i18n import Message, message

NUMBER: Final = re.compile(r"[+-]?(\d++\.?\d*+|\.\d++)([eE][+-]?\d++)?")  # in linear time
GROUPED: Final = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(?P<fraction>\.\d+)?")  # 1,234 or 1,234.5
DECIMAL_COMMA: Final = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?")
_PERCENT: Final = re.compile(r"(?P<number>[+-]?[\d.,]++(?:[eE][+-]?\d++)?) ?%")
_BRACKETS: Final = re.compile(r"\( ?(?P<number>[\d.,]++%?) ?\)")  # of accountants: (5) is −5
# A number in another notation: to be told of, not to be taken for a class.
STRANGE_NUMBER: Final = re.compile(r"[+-]?(?=[.,' ]*+\d)[\d.,' ]++([eE][+-]?\d++)?[ %]*+")
# What stands for a value that is not there: with pandas, R, spreadsheets, and in the tables of UCI.
MISSING: Final = frozenset(
    ["", "NA", "<NA>", "N/A", "n/a", "#N/A", "#NA", "NaN", "nan", "-nan", "-NaN", "NULL", "null", "None", "?"]
)


_SAID: Final = {
    "percent": message(
        "Percent signs are hundredths: {entry} is read as {value}, first in line {line}, column {name}."
    ),
    "brackets": message(
        "Numbers in brackets are negative: {entry} is read as {value}, first in line {line}, column {name}."
    ),
    "thousands": message(
        "Commas part thousands: {entry} is read as {value}, first in line {line}, column {name}."
    ),
    "comma": message(
        "Commas are decimal points: {entry} is read as {value}, first in line {line}, column {name}."
    ),
}


def looks_like_a_number(entry: str) -> bool:
    """Whether a text is, or was meant as, a number or a missing value, and so cannot name a class."""
    return (
        entry in MISSING
        or STRANGE_NUMBER.fullmatch(entry) is not None
        or _BRACKETS.fullmatch(entry) is not None
    )


def writes_decimal_commas(entries: Iterable[str]) -> bool:
    """Whether some entry can only be read so: 1,5 and 0,125 but not 1,234."""
    return any(
        "," in entry and DECIMAL_COMMA.fullmatch(entry) and not GROUPED.fullmatch(entry)
        for entry in (each.rstrip(" \u00a0%") for each in entries)
    )


class Cells:
    """Reads the cells of one table, and remembers what was done to some of them.

    Args:
        decimal_comma: whether 1,5 is one and a half.
    """

    def __init__(self, decimal_comma: bool) -> None:
        self._comma = decimal_comma
        self._done: dict[str, tuple[str, float, int, str]] = {}

    def number(self, entry: str, line: int = 0, column: str = "") -> float:
        """The number that `entry` says; NaN if it says none.

        Args:
            line, column: where it stands, to tell of it; 0 to tell nothing.
        """
        if NUMBER.fullmatch(entry) is not None:
            if not self._comma:
                return float(entry)
            return math.nan if "." in entry else float(entry)
        kind, value = self._in_another_notation(entry)
        if line and not math.isnan(value):
            self._done.setdefault(kind, (entry, value, line, column))
        return value

    def notes(self) -> list[Message]:
        """Sentences of what was done to cells, the first of each kind named."""
        return [
            msgspec.structs.replace(
                _SAID[kind],
                values={"entry": entry[:20], "value": f"{value:.15g}", "line": line, "name": column},
            )
            for kind, (entry, value, line, column) in self._done.items()
        ]

    def _in_another_notation(self, entry: str) -> tuple[str, float]:
        percent, brackets = _PERCENT.fullmatch(entry), _BRACKETS.fullmatch(entry)
        if percent is not None:
            value = self.number(percent["number"])
            if not math.isfinite(value):
                return "percent", math.nan
            return "percent", float(f"{value!r}e-2") if "e" not in repr(value) else value / 100
        if brackets is not None:
            return "brackets", -self.number(brackets["number"])
        if self._comma and "." not in entry:
            plain = entry.replace(",", ".", 1)
            return "comma", float(plain) if NUMBER.fullmatch(plain) else math.nan
        grouped = None if self._comma else GROUPED.fullmatch(entry)
        if grouped is not None and grouped["fraction"]:
            return "thousands", float(entry.replace(",", ""))
        return "", math.nan
