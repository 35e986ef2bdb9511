"""Numbers as people write and read them. Any thread; never Qt."""

import math
import re
import unicodedata
from typing import Final

from engine.base.round_numbers import MINUS, format_tick

_CONSTANTS: Final = {"pi": math.pi, "π": math.pi, "tau": math.tau, "τ": math.tau}
_FACTOR: Final = re.compile(
    r"(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)?\s*\*?\s*(?P<name>pi|π|tau|τ)?"
)
_COMMA: Final = re.compile(r"[+-]?(?P<whole>\d+),(?P<rest>\d+)(?P<power>[eE][+-]?\d+)?")


def read_number(text: str) -> float | None:
    """The number that `text` writes, or None: "-0.5", "−1e-3", "1/3", "π/2", "2π", full-width digits.

    A comma is a decimal point where it can be nothing else ("0,1"; see `two_readings`). May be infinite
    ("1e999"); the caller judges the range.
    """
    plain = _plain(text)
    sign = 1.0
    if plain[:1] in ("+", "-"):
        sign = -1.0 if plain[0] == "-" else 1.0
        plain = plain[1:].strip()
    if _COMMA.fullmatch(plain) and two_readings(plain) is None:
        plain = plain.replace(",", ".")
    parts = plain.split("/")
    if len(plain) > 60 or len(parts) > 2:
        return None
    values = [_factor(part) for part in parts]
    if any(value is None for value in values):
        return None
    numerator = values[0] or 0.0
    if len(values) == 1:
        return sign * numerator
    denominator = values[1] or 0.0
    return sign * numerator / denominator if denominator else None


def two_readings(text: str) -> tuple[str, str] | None:
    """What a comma lets `text` be read as, if it can be both: with thousands, and with decimals.

    >>> two_readings("1,234"), two_readings("0,125"), two_readings("1,5")
    (('1234', '1.234'), None, None)
    """
    plain = _plain(text)
    match = _COMMA.fullmatch(plain)
    if match is None or len(match["rest"]) != 3 or len(match["whole"]) > 3 or match["whole"][0] == "0":
        return None
    return plain.replace(",", ""), plain.replace(",", ".")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().replace(MINUS, "-")


def _factor(text: str) -> float | None:
    if text.strip() == "e":  # only alone: "1e" is on its way to "1e5"
        return math.e
    match = _FACTOR.fullmatch(text.strip())
    if match is None or not (match["number"] or match["name"]):
        return None
    number = float(match["number"]) if match["number"] else 1.0
    return number * _CONSTANTS[match["name"]] if match["name"] else number


def write_number(value: float) -> str:
    """The shortest text that `read_number` reads back to about 12 digits, for a field."""
    if not math.isfinite(value):
        return show_number(value)
    text = f"{value:.12g}"
    return re.sub(r"e([+-])0*(\d)", lambda m: f"e{'-' if m[1] == '-' else ''}{m[2]}", text)


def rounded_to(value: float, precision: float) -> float:
    """`value` with no more decimals than tell it within a quarter of `precision`, as a person would write it.

    >>> rounded_to(-2.60700389105, 0.05)
    -2.61
    >>> rounded_to(123456.0, 2000.0)
    123000.0
    """
    if not precision > 0 or not math.isfinite(precision):
        return value
    return round(value, -math.floor(math.log10(precision / 2))) + 0.0


def show_number(value: float, digits: int = 4) -> str:
    """`value` to read: at most `digits` significant ones, as `format_tick` counts them."""
    return format_tick(value, digits)
