"""Where runs start in the variables for which no start was chosen.

Any thread; numpy only.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from engine.base.i18n import Message, message
from engine.base.streams import stream
from engine.document.lab import Point

DEFAULT_VALUE: Final = 1.0
DECIMALS: Final = 3
FRACTIONS: Final = (0.9, 0.8)  # of the first and the second axis: (4, 3) in [−5, 5]²

Range = tuple[float, float]


def usual_start(axes: Mapping[str, Range], free: Mapping[str, Range | None]) -> Point:
    """Part of the way along each axis; 1 in a free variable, or the middle of a range without it.

    >>> usual_start({"x": (-5, 5), "y": (-5, 5)}, {"z": None, "t": (2, 4)})
    {'x': 4.0, 'y': 3.0, 'z': 1.0, 't': 3.0}
    """
    start = {}
    for fraction, (name, (lo, hi)) in zip(FRACTIONS, axes.items(), strict=False):
        start[name] = lo + fraction * (hi - lo)
    for name, span in free.items():
        inside = span is None or span[0] <= DEFAULT_VALUE <= span[1]
        start[name] = DEFAULT_VALUE if span is None or inside else 0.5 * span[0] + 0.5 * span[1]
    return start


def drawn_by(seed: int) -> Message:
    """What is said of drawn starts."""
    return message("Starts are drawn from the standard normal distribution, seed {seed}.", seed=seed)


def drawn_starts(count: int, names: Sequence[str], seed: int) -> list[Point]:
    """Starts of weights: each number from the standard normal distribution, rounded as people type numbers.

    The first ones are the same whatever `count` is, and one variable's whether or not others are held.
    """
    numbers = stream(seed, "start").standard_normal((count, len(names))).round(DECIMALS)
    return [dict(zip(names, row, strict=True)) for row in numbers.tolist()]
