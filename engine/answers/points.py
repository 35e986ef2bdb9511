"""Where two formulas are compared: easy numbers first, then many scales, and around the numbers in them.

The same formulas are compared at the same points every time. Exact: points are fractions. Any thread.
"""

import math
import random
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

from engine.formula import ast
from engine.formula.ast import Node

Point = dict[str, Fraction]

# Numbers that can be reckoned with by hand, for whoever wants to see where an answer goes wrong.
EASY: Final[tuple[tuple[str, ...], ...]] = (
    ("1", "2", "3", "5"),
    ("2", "-1", "3", "-2"),
    ("3", "1/2", "2", "4"),
    ("-2", "3", "-1", "1/2"),
    ("1/2", "1/3", "1/4", "3/4"),
    ("-1/2", "-3", "-2", "-1/3"),
    ("5", "4", "7", "6"),
)
# How large coordinates are, as powers of ten, and how often of a hundred.
SCALES: Final = ((-1.0, 0.5, 45), (0.5, 1.5, 25), (-4.0, -1.0, 15), (1.5, 3.5, 15))
MOST_NAMED: Final = 8
LARGEST_NAMED: Final = 10**12
SEED: Final = 22


def points(names: Sequence[str], trees: Sequence[Node], count: int) -> Iterator[Point]:
    """`count` points at which formulas of the variables `names` are compared; one if there are none."""
    if not names:
        yield {}
        return
    source = random.Random(SEED)
    for row in EASY[:count]:
        yield {name: Fraction(row[k % len(row)]) + k // len(row) for k, name in enumerate(names)}
    named = _named_numbers(trees)
    for number in range(max(count - len(EASY), 0)):
        if named and number % 3 == 2:
            turn = number // 3
            yield {name: _near(source, named, turn + k) for k, name in enumerate(names)}
            continue
        scale = _scale(source)
        positive = number % 2 == 0
        shared = number % 4 < 2
        yield {name: _coordinate(source, scale if shared else _scale(source), positive) for name in names}


def _named_numbers(trees: Sequence[Node]) -> list[Fraction]:
    """The numbers in the formulas, and their square roots: edges and kinks are often there."""
    found = {Fraction(node.text) for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Number)}
    small = sorted(number for number in found if 0 < number <= LARGEST_NAMED)[-MOST_NAMED:]
    return [*small, *(Fraction(math.isqrt(int(number))) for number in small if number > 3)]


def _near(source: random.Random, named: Sequence[Fraction], turn: int) -> Fraction:
    """Beyond each of the numbers first, then before each, then the same below 0."""
    lap, place = divmod(turn, len(named))
    centre = named[place] * (-1 if lap % 4 > 1 else 1)
    offset = Fraction(source.randint(1, 99), source.choice((100, 100, 1000, 10)))
    return centre - offset if lap % 2 else centre + offset


def _scale(source: random.Random) -> tuple[float, float]:
    lo, hi, _ = source.choices(SCALES, weights=[weight for *_, weight in SCALES])[0]
    return lo, hi


def _coordinate(source: random.Random, scale: tuple[float, float], positive: bool) -> Fraction:
    size = Fraction(10 ** source.uniform(*scale)).limit_denominator(100_000)
    size = size or Fraction(1, 100_000)
    return size if positive or source.random() < 0.4 else -size
