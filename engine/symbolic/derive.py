"""Ast → exact derivatives in a form a teacher would write, one at a time, as they are looked at.

The derivatives come from `engine.formula.differentiate`; sympy shortens what is shown. Runs in the child
process only.
"""

from __future__ import annotations

from engine.formula import ast
from engine.formula.ast import Node
from engine.formula.differentiate import Differentiator
from engine.symbolic.convert import Letters
from engine.symbolic.derivation import Entry
from engine.symbolic.forms import Budget, Shortener
from engine.symbolic.protocol import MAX_SHOWN, Answer, Sheet


class TooLarge(Exception):
    """The derivative has more parts than anybody could read."""


class Worksheet:
    """One formula, and the derivatives of it that are known by now."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        shown = ast.walk(sheet.shown)
        decimals = any(isinstance(n, ast.Number) and ("." in n.text or "e-" in n.text) for n in shown)
        self._letters = Letters(sheet.variables, sheet.columns, sheet.tree)
        self._shortener = Shortener(self._letters, decimals, Budget(0.0))
        self._small = self._shortener.small
        self._by = [Differentiator(name) for name in sheet.variables]
        self._first: dict[int, Node] = {}

    def written(self, entry: Entry) -> Node:
        """The derivative `entry`, in the shortest form that was found in time.

        Raises:
            TooLarge: it has more than MAX_SHOWN parts.
        """
        if len(entry) == 1:
            return self._partial(entry[0])
        i, j = entry
        for slope in (self._partial(i), self._partial(j), *self._first.values()):
            self._letters.keep_brackets(slope)
        # the derivative of a short form is shorter to begin with; it is read less, and tried on less
        slope = self._by[j](self._partial(i))
        return self._shortest(slope, self.sheet.time_s / 2, self._small // 2)

    def _partial(self, place: int) -> Node:
        known = self._first.get(place)
        if known is None:
            slope = self._by[place](self.sheet.tree)
            known = self._first[place] = self._shortest(slope, self.sheet.time_s, self._small)
        return known

    def _shortest(self, node: Node, time_s: float, small: int) -> Node:
        if _size(node, {}) > MAX_SHOWN:
            raise TooLarge
        self._shortener.budget = Budget(time_s)
        self._shortener.small = small
        return self._shortener.shortest(node)


def _size(node: Node, known: dict[int, int]) -> int:
    """How many nodes `node` has when written out, equal parts counted each time."""
    found = known.get(id(node))
    if found is None:
        found = known[id(node)] = 1 + sum(_size(child, known) for child in ast.children(node))
    return found


def answer(number: int, worksheet: Worksheet, entry: Entry) -> Answer:
    """The Answer to one job; never raises, except for what kills a process."""
    try:
        return Answer(number, worksheet.written(entry))
    except (TooLarge, MemoryError, RecursionError, OverflowError):
        return Answer(number)
    except (ArithmeticError, ValueError, TypeError, KeyError, AttributeError) as error:
        return Answer(number, failure=str(error) or type(error).__name__)
