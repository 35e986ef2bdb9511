"""Round numbers for people: ticks of axes, level lines, and how they are written.

Steps are 1, 2, 2.5 or 5 times a power of ten, and every number is the double nearest to its decimal, so no
0.30000000000000004 is ever shown. Any thread; numpy and msgspec only.
"""

import math
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

import numpy as np
from msgspec import Struct

from engine.base.arrays import Floats

MINUS: Final = "\N{MINUS SIGN}"
DUST: Final = 1e-9  # of what stands beside it, a number is what rounding has left of 0
_SUPERSCRIPTS: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_STEPS: Final = ((10, 0), (20, 0), (25, 0), (50, 0), (10, 1))  # m·10^(e − 1), as (m, carry into e)
_PLAIN_FROM: Final = -4  # 0.0001 is still written out
_PLAIN_TO: Final = 4  # and so is 50000; beyond, powers of ten


class TickLabels(Struct, frozen=True):
    """What stands at the ticks of one axis, and what all of them have in common.

    Attributes:
        labels: one for each tick, at most 4 significant digits.
        note: "×10⁶" or "+1000000", to be written once at the end of the axis; mostly empty. With both,
            the labels are multiplied first.
    """

    labels: tuple[str, ...]
    note: str = ""


def nice_step(span: float, n: int) -> tuple[int, int]:
    """The round step (m, e), of size m·10^e, that divides `span` > 0 into at most about `n` ≥ 1 parts.

    >>> nice_step(10.0, 5)
    (20, -1)
    """
    raw = span / max(n, 1)
    if raw <= 0.0 or not math.isfinite(raw):
        return (10, -1)
    exponent = math.floor(math.log10(raw))
    for mantissa, carry in _STEPS:
        if _power(mantissa, exponent - 1 + carry) >= raw * (1 - 1e-9):
            return (mantissa, exponent - 1 + carry)
    return (20, exponent)


def nice_ticks(lo: float, hi: float, n: int = 6) -> Floats:
    """Round, evenly spaced numbers within [lo, hi], about `n` of them and never more than n + 1.

    Args:
        lo, hi: finite; any size, in either order. With lo == hi there is one tick, there.

    Returns:
        Increasing, float64. At least one number unless the interval is finer than doubles are. An end that
        misses a round number by less than 1e-9 of the interval counts as that number.

    >>> nice_ticks(-5, 5, 6).tolist()
    [-4.0, -2.0, 0.0, 2.0, 4.0]
    >>> nice_ticks(0, 0.5, 5).tolist()
    [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]
    """
    lo, hi = min(lo, hi), max(lo, hi)
    if not (math.isfinite(lo) and math.isfinite(hi)):
        return np.empty(0)
    if lo == hi:
        return np.array([lo])
    if not math.isfinite(hi - lo):  # the span itself overflows
        return nice_ticks(lo / 10, hi / 10, n) * 10
    mantissa, exponent = nice_step(hi - lo, n)
    step = Decimal(mantissa).scaleb(exponent)
    low, high = Decimal(lo), Decimal(hi)
    slack = (high - low) * Decimal("1e-9")  # so that 0.30000000000000004 still has its tick at 0.3
    first = int(((low - slack) / step).to_integral_value(rounding="ROUND_CEILING"))
    last = int(((high + slack) / step).to_integral_value(rounding="ROUND_FLOOR"))
    return np.unique([float(k * step) for k in range(first, min(last, first + 1000) + 1)])


def rounded_out(lo: float, hi: float, n: int, margin: float) -> tuple[float, float]:
    """[lo, hi] and a `margin` of its width at both sides, to multiples of a round step of about 1/`n` of it.

    >>> rounded_out(-3.91, 4.02, 20, 0.05)
    (-4.5, 4.5)
    """
    mantissa, exponent = nice_step(hi - lo, n)
    step, beside = mantissa * 10.0**exponent, margin * (hi - lo)
    ends = math.floor((lo - beside) / step), math.ceil((hi + beside) / step)
    return round_to(ends[0] * step, exponent), round_to(ends[1] * step, exponent)


def format_tick(value: float, digits: int = 4) -> str:
    """One number on its own: at most `digits` significant digits, true minus, powers of ten.

    Below 100000 it is written out, and then keeps all its digits before the point: five at 12346, where four
    would be the wrong number 12350.

    >>> [format_tick(v) for v in (0.1 + 0.2, -2.0, 1234.56, 12345.6, 1e6, -2.5e-7, 0.0)]
    ['0.3', '−2', '1235', '12346', '10⁶', '−2.5×10⁻⁷', '0']
    """
    if not math.isfinite(value):
        return "–" if math.isnan(value) else ("∞" if value > 0 else MINUS + "∞")
    if value == 0.0:
        return "0"
    mantissa, exponent = f"{abs(value):.{digits - 1}e}".split("e")
    sign = MINUS if value < 0 else ""
    power = int(exponent)
    if _PLAIN_FROM <= power <= _PLAIN_TO:
        text = f"{abs(value):.{max(digits - 1 - power, 0)}f}"
        return sign + (text.rstrip("0").rstrip(".") if "." in text else text)
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    ten = "10" + str(power).translate(_SUPERSCRIPTS)
    return sign + (ten if mantissa == "1" else f"{mantissa}×{ten}")


def without_dust(value: float, beside: float) -> float:
    """`value`, or 0 where it is nothing but rounding beside numbers of the size `beside`.

    >>> without_dust(6.24e-11, 1.0), without_dust(6.24e-11, 1e-8), without_dust(-3e-7, 1.0)
    (0.0, 6.24e-11, -3e-07)
    """
    return 0.0 if abs(value) < DUST * beside else value


def format_distinct(values: Iterable[float]) -> tuple[str, ...]:
    """Each value on its own, like format_tick, with as many digits as it takes to tell them apart.

    >>> format_distinct([0.5, 1, 2.25])
    ('0.5', '1', '2.25')
    >>> format_distinct([1000000.2, 1000000.4])
    ('1.0000002×10⁶', '1.0000004×10⁶')
    """
    numbers = [float(value) for value in values]
    different = len(set(numbers))
    texts: tuple[str, ...] = ()
    for digits in range(4, 18):
        texts = tuple(format_tick(number, digits) for number in numbers)
        if len(set(texts)) == different:
            break
    return texts


def format_ticks(ticks: Iterable[float]) -> TickLabels:
    """The ticks of one axis, with the same number of decimals, and what they have in common as a note.

    >>> format_ticks([0, 0.25, 0.5]).labels
    ('0.00', '0.25', '0.50')
    >>> format_ticks([-2e6, 0, 2e6])
    TickLabels(labels=('−2', '0', '2'), note='×10⁶')
    >>> format_ticks([1000000.0, 1000000.5, 1000001.0])
    TickLabels(labels=('0.0', '0.5', '1.0'), note='+10⁶')
    >>> format_ticks([2.999998, 3.0, 3.000002])
    TickLabels(labels=('−2', '0', '2'), note='×10⁻⁶ +3')
    """
    numbers = [Decimal(repr(float(tick))) for tick in ticks if math.isfinite(tick)]
    if not numbers:
        return TickLabels(())
    quantum = min(_last_digit(number) for number in numbers)
    top = max(_first_digit(number) for number in numbers)
    note = ""
    if top - quantum >= 4 and len(numbers) > 1:
        # The roundest number among the ticks or just below them.
        unit = Decimal(1).scaleb(_first_digit(max(numbers) - min(numbers)) + 1)
        below = (min(numbers) / unit).to_integral_value(rounding="ROUND_FLOOR") * unit
        offset = min((*numbers, below), key=lambda number: len(number.normalize().as_tuple().digits))
        if offset:
            numbers = [number - offset for number in numbers]
            top = max(_first_digit(number) for number in numbers)
            note = ("+" if offset > 0 else MINUS) + _plain(abs(offset))
    if top > _PLAIN_TO or quantum < _PLAIN_FROM:
        numbers = [number.scaleb(-top) for number in numbers]
        quantum -= top
        note = f"×10{str(top).translate(_SUPERSCRIPTS)}" + (f" {note}" if note else "")
    decimals = min(max(0, -quantum), 4)
    return TickLabels(tuple(_fixed(number, decimals) for number in numbers), note)


def round_to(value: float, exponent: int) -> float:
    """`value` rounded to a whole multiple of 10^exponent, as the double nearest to that decimal.

    >>> round_to(-1.0316, -2)
    -1.03
    """
    if not math.isfinite(value):
        return value
    quantum = Decimal(1).scaleb(exponent)
    return float((Decimal(value) / quantum).to_integral_value(rounding="ROUND_HALF_EVEN") * quantum)


def _power(mantissa: int, exponent: int) -> float:
    return float(f"{mantissa}e{exponent}")


def _last_digit(number: Decimal) -> int:
    """The place of the last digit that is not zero: 0 for 12, −2 for 0.25, 3 for 5000."""
    exponent = number.normalize().as_tuple().exponent
    return exponent if number and isinstance(exponent, int) else 400


def _first_digit(number: Decimal) -> int:
    return number.adjusted() if number else -400


def _fixed(number: Decimal, decimals: int) -> str:
    text = f"{abs(number):.{decimals}f}"
    return (MINUS if number < 0 and float(text) != 0.0 else "") + text


def _plain(number: Decimal) -> str:
    number = number.normalize()
    digits = "".join(map(str, number.as_tuple().digits))
    if number.adjusted() > _PLAIN_TO and len(digits) <= 2:
        mantissa = digits if len(digits) == 1 else f"{digits[0]}.{digits[1]}"
        ten = "10" + str(number.adjusted()).translate(_SUPERSCRIPTS)
        return ten if mantissa == "1" else f"{mantissa}×{ten}"
    return f"{number:f}"
