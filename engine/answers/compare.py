"""Whether two formulas are the same function: right, wrong, or not sure.

First their normal forms, then their values at many points to fifty digits, each with its own doubt. They are
the same if they are equal wherever both are defined, and both are somewhere. A difference counts where it is
larger than what the digits leave open; that they are equal counts where nothing small was lost on the way.
Any thread; no symbolic program. Takes some tens of milliseconds, however the formulas look.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal

from msgspec import Struct

from engine.answers.canonical import same_form
from engine.answers.points import Point, points
from engine.answers.precise import COARSE_DIGITS, DIGITS, FINEST_DIGITS, Precise, Undefined
from engine.formula import ast
from engine.formula.ast import Node

Verdict = Literal["right", "wrong", "unsure"]

MOST_POINTS: Final = 64
FEWEST_POINTS: Final = 16
WORK: Final = 6000  # nodes times points
MOST_NODES: Final = 4000
ENOUGH: Final = 6  # points at which formulas are equal
ENOUGH_OF_A_FORM: Final = 1
SEARCHED: Final = 5  # times as many points where too few are in both domains
DOUBT: Final = 1000  # times the difference between computing with many digits and with fewer
EQUAL: Final = 1e-42  # relative, at DIGITS
OF_FLOATS: Final = 1e-13  # relative: the numbers of a program, not those of a person
FLOAT_DIGITS: Final = 15


class Comparison(Struct, frozen=True):
    """What comparing came to.

    Attributes:
        at: where they differ, or where one has a value and the other never has; None if nowhere.
        answer, expected: the values there, None where there is none.
    """

    verdict: Verdict
    at: Point | None = None
    answer: float | None = None
    expected: float | None = None


class Pair:
    """Two formulas, and their values at points.

    Args:
        tolerance: by how much values may differ in proportion to the expected one; 0 for not at all.
    """

    def __init__(self, answer: Node, expected: Node, names: Sequence[str], tolerance: float = 0.0) -> None:
        self.answer, self.expected, self.names = answer, expected, names
        self.nodes = sum(1 for tree in (answer, expected) for _ in ast.walk(tree))
        self.floor = max(tolerance, OF_FLOATS if _has_floats(answer, expected) else 0.0)

    def differ(self, point: Point) -> bool | None:
        """Whether they do at a point; None where that is open, or shows nothing.

        Raises:
            Undefined: one of them has no value there.
        """
        sure = Precise(point)
        a, b = sure.value(self.answer), sure.value(self.expected)
        gap, size = abs(a - b), max(abs(a), abs(b))
        if gap > EQUAL * size:
            if gap <= self.floor * abs(b):
                return False
            doubt = self._doubt(point, a, b)
            if gap > DOUBT * doubt:
                return True
        if sure.saturated:
            return None
        return None if sure.absorbed and not self._equal_at_last(point) else False

    def _doubt(self, point: Point, a: Any, b: Any) -> Any:
        """How far off the values are with fewer digits."""
        rough = Precise(point, COARSE_DIGITS)
        try:
            c, d = rough.value(self.answer), rough.value(self.expected)
        except Undefined:
            return abs(a) + abs(b)
        mp = Precise({}, DIGITS).mp
        return (abs(a - mp.mpf(c)) + abs(b - mp.mpf(d))) * mp.mpf(10) ** -6

    def _equal_at_last(self, point: Point) -> bool:
        """Whether they are equal with as many digits as there are, at a point of moderate size."""
        if any(abs(value) > 4 for value in point.values()) or self.nodes > WORK // FEWEST_POINTS:
            return False
        best = Precise(point, FINEST_DIGITS)
        a, b = best.value(self.answer), best.value(self.expected)
        return bool(abs(a - b) <= best.mp.mpf(10) ** (20 - FINEST_DIGITS) * max(abs(a), abs(b), 1))


def compare(answer: Node, expected: Node, names: Sequence[str], *, tolerance: float = 0.0) -> Comparison:
    """Compare two expanded trees as functions of the variables `names`."""
    pair = Pair(answer, expected, names, tolerance)
    if pair.nodes > MOST_NODES:
        return Comparison("unsure")
    enough = ENOUGH_OF_A_FORM if same_form(answer, expected) else min(ENOUGH, 1 if not names else ENOUGH)
    count = max(FEWEST_POINTS, min(MOST_POINTS, WORK // pair.nodes))
    equal = common = tried = 0
    for point in points(names, (answer, expected), count * SEARCHED):
        if tried >= count and (common >= ENOUGH or equal >= enough):
            break
        tried += 1
        try:
            found = pair.differ(point)
        except Undefined:
            continue
        common += 1
        if found:
            return _differing(pair, point)
        equal += found is False
        if enough == ENOUGH_OF_A_FORM and equal >= enough:
            break
    if equal >= enough:
        return Comparison("right")
    if common:
        return Comparison("unsure")
    return _never_together(pair, count)


def _differing(pair: Pair, point: Point) -> Comparison:
    return Comparison("wrong", point, value_at(pair.answer, point), value_at(pair.expected, point))


def _never_together(pair: Pair, count: int) -> Comparison:
    """Of two formulas that no point has in both of their domains."""
    for point in points(pair.names, (pair.answer, pair.expected), count):
        expected = value_at(pair.expected, point)
        if expected is not None:
            return Comparison("wrong", point, None, expected)
    return Comparison("unsure")


def value_at(tree: Node, point: Point) -> float | None:
    """The value of a tree there, as a float; None if it has none."""
    try:
        return float(Precise(point).value(tree))
    except (Undefined, OverflowError):
        return None


def same_values(left: Node, right: Node, where: Sequence[Point], tolerance: float = 0.0) -> bool:
    """Whether two formulas agree at some of the points and differ at none: to recognise a slip by."""
    pair = Pair(left, right, (), tolerance)
    if pair.nodes > MOST_NODES:
        return False
    equal = 0
    for point in where:
        try:
            found = pair.differ(point)
        except Undefined:
            continue
        if found is not False:
            return False
        equal += 1
    return equal >= min(len(where), 3)


def _has_floats(*trees: Node) -> bool:
    """Whether a number has as many digits as a program prints, so that its last one is rounded."""
    numbers = (node.text for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Number))
    return any(sum(sign.isdecimal() for sign in text.lstrip("0.")) >= FLOAT_DIGITS for text in numbers)
