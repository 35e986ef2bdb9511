"""Whether two formulas are the same function: right, wrong, or not sure.

First their normal forms, then their values at many points to fifty digits, each with its own doubt. They are
the same if they are equal wherever both are defined, and both are somewhere. A difference counts where it is
larger than what the digits leave open; that they are equal counts where nothing small was lost on the way.
Any thread; no symbolic program. Takes some tens of milliseconds, however the formulas look.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import mpmath
from msgspec import Struct

from engine.answers.canonical import same_form
from engine.answers.points import Point, points
from engine.answers.precise import Ball, Precise
from engine.answers.precise_functions import Undefined
from engine.formula import ast
from engine.formula.ast import Node

Verdict = Literal["right", "wrong", "unsure"]

MOST_POINTS: Final = 64
FEWEST_POINTS: Final = 8
WORK: Final = 15_000  # the effort of a pair, times points
OF_A_CALL: Final = 20  # the effort of a function, of a sum's or a product's sign being 1
MOST_EFFORT: Final = 6000
ENOUGH: Final = 6  # points at which formulas are equal
SEARCHED: Final = 5  # times as many points where too few are in both domains
RECOGNISED_BY: Final = 8
TRIED: Final = 48  # points, to find so many of them
DOUBT_BITS: Final = 8  # by which a difference is larger than the errors
TOLD_BITS: Final = 60  # by which values are larger than their errors, or 1 is
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
    """Two formulas, and whether they differ at points.

    Args:
        tolerance: by how much values may differ in proportion to the expected one; 0 for not at all.
    """

    def __init__(self, answer: Node, expected: Node, tolerance: float = 0.0) -> None:
        self.answer, self.expected = answer, expected
        self.effort = effort(answer) + effort(expected)
        self.floor = max(tolerance, OF_FLOATS if _has_floats(answer, expected) else 0.0)

    def differ(self, point: Point) -> bool | None:
        """Whether they do at a point; None where that is open, or shows nothing.

        Raises:
            Undefined: one of them has no value there.
        """
        precise = Precise(point)
        a, b = precise.value(self.answer), precise.value(self.expected)
        return _apart(a, b, precise.lost, self.floor)


def effort(tree: Node) -> int:
    """How long about it takes to find a value of `tree`: the nodes, functions for more than one."""
    return sum(OF_A_CALL if isinstance(node, ast.Call) else 1 for node in ast.walk(tree))


def _apart(a: Ball, b: Ball, lost: bool, floor: float) -> bool | None:
    """Whether two values differ; None where that is open. lost: whether something was, on the way to them."""
    gap = abs(a.value - b.value)
    error = max(a.error, b.error)
    if gap and mpmath.ldexp(1, error + DOUBT_BITS) < gap:
        return bool(gap > floor * abs(b.value))
    size = max(1, abs(a.value), abs(b.value))
    return None if lost or mpmath.ldexp(1, error + TOLD_BITS) > size else False


def compare(answer: Node, expected: Node, names: Sequence[str], *, tolerance: float = 0.0) -> Comparison:
    """Compare two expanded trees as functions of the variables `names`."""
    pair = Pair(answer, expected, tolerance)
    if pair.effort > MOST_EFFORT:
        return Comparison("unsure")
    enough = ENOUGH if names else 1
    count = max(FEWEST_POINTS, min(MOST_POINTS, WORK // pair.effort))
    most = max(FEWEST_POINTS, min(MOST_POINTS * SEARCHED, SEARCHED * WORK // (2 * pair.effort)))
    equal = common = 0
    for tried, point in enumerate(points(names, (answer, expected), most)):
        if tried >= count and (common >= enough or equal >= enough):
            break
        try:
            found = pair.differ(point)
        except Undefined:
            continue
        common += 1
        if found:
            return Comparison("wrong", point, value_at(answer, point), value_at(expected, point))
        equal += found is False
        if found is False and equal == 1 and same_form(answer, expected):
            return Comparison("right")
    if equal >= enough:
        return Comparison("right")
    return Comparison("unsure") if common else _never_together(answer, expected, names, count)


def _never_together(answer: Node, expected: Node, names: Sequence[str], count: int) -> Comparison:
    """Of two formulas that no point has in both of their domains."""
    for point in points(names, (answer, expected), count):
        value = value_at(expected, point)
        if value is not None:
            return Comparison("wrong", point, None, value)
    return Comparison("unsure")


def value_at(tree: Node, point: Point) -> float | None:
    """The value of a tree there, as a float; None if it has none."""
    try:
        return float(Precise(point).value(tree).value)
    except (Undefined, OverflowError):
        return None


class Recognised:
    """A formula known by its values at some points, to tell whether others are the same: what slips make.

    Args:
        names: of the variables of all of them.
    """

    def __init__(self, formula: Node, names: Sequence[str]) -> None:
        self.names = frozenset(names)
        self.floor = OF_FLOATS if _has_floats(formula) else 0.0
        self.seen: list[tuple[Point, Ball]] = []
        for point in points(names, (formula,), TRIED):
            precise = Precise(point)
            try:
                ball = precise.value(formula)
            except Undefined:
                continue
            if not precise.lost:
                self.seen.append((point, ball))
            if len(self.seen) == RECOGNISED_BY:
                break

    def is_same(self, other: Node) -> bool:
        """Whether another formula agrees at enough of the points and differs at none."""
        if any(isinstance(node, ast.Variable) and node.name not in self.names for node in ast.walk(other)):
            return False
        equal = 0
        for point, ball in self.seen:
            precise = Precise(point)
            try:
                value = precise.value(other)
            except Undefined:
                continue
            if _apart(ball, value, precise.lost, self.floor) is not False:
                return False
            equal += 1
        return equal >= (ENOUGH if self.names else 1)


def _has_floats(*trees: Node) -> bool:
    """Whether a number has as many digits as a program prints, so that its last one is rounded."""
    numbers = (node.text for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Number))
    return any(sum(sign.isdecimal() for sign in text.lstrip("0.")) >= FLOAT_DIGITS for text in numbers)
