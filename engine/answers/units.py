"""Units behind numbers: "3.2 m/s", "500 g", "2 kWh". What each is in the base units of the SI. Any thread."""

import re
from fractions import Fraction
from typing import Final

Dimensions = dict[str, int]  # base units and their powers, none of them 0

PREFIXES: Final = {
    "G": Fraction(10**9), "M": Fraction(10**6), "k": Fraction(1000), "d": Fraction(1, 10),
    "c": Fraction(1, 100), "m": Fraction(1, 1000), "µ": Fraction(1, 10**6), "μ": Fraction(1, 10**6),
    "u": Fraction(1, 10**6), "n": Fraction(1, 10**9), "p": Fraction(1, 10**12),
}  # fmt: skip
_MECHANICAL: Final[dict[str, tuple[Fraction, Dimensions]]] = {
    "m": (Fraction(1), {"m": 1}),
    "s": (Fraction(1), {"s": 1}),
    "g": (Fraction(1, 1000), {"kg": 1}),
    "N": (Fraction(1), {"kg": 1, "m": 1, "s": -2}),
    "J": (Fraction(1), {"kg": 1, "m": 2, "s": -2}),
    "W": (Fraction(1), {"kg": 1, "m": 2, "s": -3}),
    "Wh": (Fraction(3600), {"kg": 1, "m": 2, "s": -2}),
    "Pa": (Fraction(1), {"kg": 1, "m": -1, "s": -2}),
    "Hz": (Fraction(1), {"s": -1}),
    "L": (Fraction(1, 1000), {"m": 3}),
    "l": (Fraction(1, 1000), {"m": 3}),
}
_OTHERS: Final[dict[str, tuple[Fraction, Dimensions]]] = {
    "A": (Fraction(1), {"A": 1}),
    "K": (Fraction(1), {"K": 1}),
    "mol": (Fraction(1), {"mol": 1}),
    "C": (Fraction(1), {"A": 1, "s": 1}),
    "V": (Fraction(1), {"kg": 1, "m": 2, "s": -3, "A": -1}),
    "Ω": (Fraction(1), {"kg": 1, "m": 2, "s": -3, "A": -2}),
    "ohm": (Fraction(1), {"kg": 1, "m": 2, "s": -3, "A": -2}),
}
_WITHOUT_PREFIX: Final[dict[str, tuple[Fraction, Dimensions]]] = {
    "min": (Fraction(60), {"s": 1}),
    "h": (Fraction(3600), {"s": 1}),
    "t": (Fraction(1000), {"kg": 1}),
    "bar": (Fraction(100_000), {"kg": 1, "m": -1, "s": -2}),
    "rad": (Fraction(1), {}),
    "₩": (Fraction(1), {"won": 1}),
    "원": (Fraction(1), {"won": 1}),
}
_PART: Final = re.compile(r"([*·/ ]*)([^\W\d_¹²³]+|₩)(?:\^?\{?([-−]?\d)\}?|([⁻]?[²³¹]))?")
_RAISED: Final = {"¹": 1, "²": 2, "³": 3}


class Unit:
    """A unit: how many of its base units it is, and which these are."""

    def __init__(self, size: Fraction, dimensions: Dimensions) -> None:
        self.size = size
        self.dimensions = dimensions


PLAIN: Final = Unit(Fraction(1), {})


def read_unit(text: str) -> Unit | None:
    r"""The unit that `text` is; None if it is none. What stands behind a slash divides: "kg m/s^2".

    >>> km_per_h = read_unit("km/h")
    >>> km_per_h.size, km_per_h.dimensions
    (Fraction(5, 18), {'m': 1, 's': -1})
    """
    text = re.sub(r"\\(?:mathrm|text|rm|,)|[{}\\]", "", text).strip()
    size, dimensions, position = Fraction(1), dict[str, int](), 0
    while position < len(text):
        match = _PART.match(text, position)
        found = _single(match[2]) if match is not None else None
        if match is None or found is None:
            return None
        power = int((match[3] or "1").replace("−", "-"))
        if match[4]:
            power = _RAISED[match[4][-1]] * (-1 if len(match[4]) > 1 else 1)
        if "/" in match[1]:
            power = -power
        size *= found[0] ** power
        for base, exponent in found[1].items():
            dimensions[base] = dimensions.get(base, 0) + exponent * power
        position = match.end()
    return Unit(size, {base: power for base, power in dimensions.items() if power}) if text else None


def _single(name: str) -> tuple[Fraction, Dimensions] | None:
    prefixed = {**_MECHANICAL, **_OTHERS}
    known = _WITHOUT_PREFIX.get(name) or prefixed.get(name)
    if known is None and name[:1] in PREFIXES and name[1:] in prefixed:
        size, dimensions = prefixed[name[1:]]
        known = (PREFIXES[name[0]] * size, dimensions)
    return known
