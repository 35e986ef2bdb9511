"""How points, directions, numbers and learning rates are written in sentences.

Any thread; numpy only.
"""

from typing import Final

import numpy as np

from engine.base.arrays import Floats
from engine.base.i18n import Message, message
from engine.base.round_numbers import format_tick
from engine.document.setup import Setup
from engine.formula.names import name_text
from engine.function.box import box_widths

SINGULAR: Final = 1e-9  # of the largest eigenvalue
ROUNDING: Final = 1e-12  # widths
MOST_NAMED: Final = 6  # coordinates of a point; of one that has more, the first
FIRST_NAMED: Final = 4


def number(value: float) -> str:
    """A number as people write it, of at most 4 significant digits, as `format_tick` counts them.

    >>> number(0.30000000000000004), number(float("nan")), number(float("-inf"))
    ('0.3', 'NaN', '−∞')
    """
    return "NaN" if np.isnan(value) else format_tick(float(value), 4)


def place(point: Floats, setup: Setup) -> str:
    """A point (d,) with its names: x = 1, y = 2, of many the first; a rounding error beside the box is 0."""
    tiny = ROUNDING * box_widths(setup.lo, setup.hi)
    pairs = zip(setup.descended, np.where(np.abs(point) <= tiny, 0.0, point), strict=True)
    named = [f"{name_text(name)} = {number(value)}" for name, value in pairs]
    return ", ".join(named if len(named) <= MOST_NAMED else [*named[:FIRST_NAMED], "…"])


def direction_text(direction: Floats) -> str:
    """The components of a direction (d,); rounding that is nothing beside the others is 0.

    >>> direction_text(np.array([1.0, 1e-17]))
    '1, 0'
    """
    size = np.abs(direction).max()
    return ", ".join(number(value if abs(value) > 1e-9 * size else 0.0) for value in direction)


def stability(eigenvalues: Floats) -> Message:
    """What η gradient descent bears at a minimum with these eigenvalues (d,), of which those that are 0 are
    left out."""
    positive = eigenvalues[eigenvalues > SINGULAR * np.abs(eigenvalues).max()]
    limit = 2.0 / positive[-1]
    condition = positive[-1] / positive[0]
    if len(positive) < 2 or condition < 1.0 + 1e-9:
        return message(
            "Gradient descent is stable there for η < 2/λ_max = {limit}, and fastest at η = {best}.",
            limit=number(limit),
            best=number(2.0 / (positive[0] + positive[-1])),
        )
    return message(
        "Gradient descent is stable there for η < 2/λ_max = {limit}, and fastest at η = {best}. "
        "The condition number λ_max/λ_min is {condition}: each step then still leaves {rate} % of the error.",
        limit=number(limit),
        best=number(2.0 / (positive[0] + positive[-1])),
        condition=number(condition),
        rate=number(100.0 * (condition - 1.0) / (condition + 1.0)),
    )
