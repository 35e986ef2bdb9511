"""Ast → exact derivatives in a form a teacher would write, one at a time, as they are looked at.

The derivatives come from `engine.formula.differentiate`; sympy shortens what is shown. Runs in the child
process only.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from engine.formula import ast
from engine.formula.algebra import ONE, exact, number
from engine.formula.ast import Node
from engine.formula.differentiate import Differentiator
from engine.formula.errors import MAX_EXPONENT
from engine.formula.expand import constant_value, with_sums
from engine.symbolic.convert import Letters
from engine.symbolic.derivation import Entry
from engine.symbolic.forms import Budget, Shortener, weight
from engine.symbolic.protocol import MAX_SHOWN, Answer, Sheet

_FEW: Final = 8  # terms of a sum that may be shorter written out


class TooLarge(Exception):
    """The derivative has more parts than anybody could read."""


class Worksheet:
    """One formula, and the derivatives of it that are known by now."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        shown = ast.walk(sheet.shown)
        decimals = any(isinstance(n, ast.Number) and ("." in n.text or "e-" in n.text) for n in shown)
        self._tree = with_sums(sheet.shown, sheet.variables)
        self._letters = Letters(sheet.variables, sheet.columns, self._tree)
        self._shortener = Shortener(self._letters, decimals, Budget(0.0))
        self._small = self._shortener.small
        self._by = [Differentiator(name) for name in sheet.variables]
        self._first: dict[int, Node] = {}
        self._kept: set[int] = set()  # those of `_first` whose brackets may stay as they are

    def written(self, entry: Entry) -> Node:
        """The derivative `entry`, in the shortest form that was found in time.

        Raises:
            TooLarge: it has more than MAX_SHOWN parts.
        """
        if len(entry) == 1:
            return _readable(self._partial(entry[0]))
        i, j = entry
        slopes = self._partial(i), self._partial(j)
        for place in self._first.keys() - self._kept:
            self._letters.keep_brackets(self._first[place])
        self._kept.update(self._first)
        # the derivative of a short form is shorter to begin with; it is read less, and tried on less
        slope = self._by[j](slopes[0])
        return _readable(self._shortest(slope, self.sheet.time_s / 2, self._small // 2))

    def _partial(self, place: int) -> Node:
        known = self._first.get(place)
        if known is None:
            known = self._shortest(self._by[place](self._tree), self.sheet.time_s, self._small)
            if _short_sums(self._tree):  # Σ i x² of three terms is 6x² after all
                plain = self._shortest(self._by[place](self.sheet.tree), self.sheet.time_s, self._small)
                known = min(known, plain, key=weight)
            self._first[place] = known
        return known

    def _shortest(self, node: Node, time_s: float, small: int) -> Node:
        if _size(node, {}) > MAX_SHOWN:
            raise TooLarge
        self._shortener.budget = Budget(time_s)
        self._shortener.small = small
        return self._shortener.shortest(node)


def _readable(node: Node) -> Node:
    """`node` with exponents that the language reads: x^1001 as x^1000·x."""
    if isinstance(node, ast.Pow) and (value := exact(node.exponent)) is not None and value > MAX_EXPONENT:
        rest = number(value - MAX_EXPONENT)
        last = node.base if rest == ONE else _readable(ast.Pow(node.base, rest))
        return ast.mul(ast.Pow(node.base, number(Fraction(MAX_EXPONENT))), last)
    return ast.rebuild(node, _readable)


def _short_sums(node: Node) -> bool:
    """Whether there are sums in `node`, of few terms each."""
    sums = [part for part in ast.walk(node) if isinstance(part, ast.Series)]
    ends = [(constant_value(part.lo), constant_value(part.hi)) for part in sums]
    return bool(sums) and all(lo is not None and hi is not None and hi - lo < _FEW for lo, hi in ends)


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
