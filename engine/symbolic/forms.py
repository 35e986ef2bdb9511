"""The shortest of several forms of a derivative, as a teacher would write it, within a time budget.

Runs in the child process only, on its main thread (an alarm interrupts it where the system has one).
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import sympy
from sympy import Expr

from engine.formula import ast
from engine.formula.ast import Node
from engine.symbolic.convert import Letters, Reader, to_sympy

# How large an expression may be to be tried on at all, in nodes.
_SMALL: Final = 80
_LARGE: Final = 240
_HUGE: Final = 4000
_STEP_S: Final = 0.2
_MAX_EXPANDED: Final = 24
_FACTORED: Final = 2
_BRACKET: Final = 1.2
# A form without the person's own brackets must be this much shorter.
_REWRITTEN: Final = 1.15


# What factoring takes no time for, where no alarm can interrupt it.
_QUICK_OPERATIONS: Final = 30
_QUICK_DEGREE: Final = 6
_QUICK_LETTERS: Final = 3


def _has_alarms() -> bool:
    """Whether the system can interrupt an attempt; Windows cannot."""
    return hasattr(signal, "setitimer")


class OutOfTime(Exception):
    """The time for one attempt is over."""


def warm_up() -> None:
    """Have sympy load and set up what `shortest` needs, which it does on first use."""
    x, y = sympy.symbols("x y", real=True)
    expression = 1 / (x + y) - (x * y + y) / (x + y) ** 2
    for rewrite in (_common_factor, _expanded, _factored, _one_fraction):
        rewrite(expression)


class Budget:
    """The time left for finding short forms of one formula's derivatives.

    It is the processor's time, so that what is shown does not depend on what else the machine is doing.
    """

    def __init__(self, seconds: float) -> None:
        self.end = time.process_time() + seconds

    def left(self) -> float:
        return self.end - time.process_time()

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Interrupt what runs inside when its time is over; does nothing where there are no alarms.

        Raises:
            OutOfTime: it is over.
        """
        if not _has_alarms():
            yield
            return

        def ring(number: int, frame: Any) -> None:
            raise OutOfTime

        before = signal.signal(signal.SIGVTALRM, ring)
        signal.setitimer(signal.ITIMER_VIRTUAL, max(min(self.left(), _STEP_S), 0.001))
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.signal(signal.SIGVTALRM, before)


class Shortener:
    """Short forms of the trees of one formula.

    Attributes:
        small: up to how many nodes all rewrites are tried.
    """

    def __init__(self, letters: Letters, decimals: bool, budget: Budget) -> None:
        self.letters = letters
        self.reader = Reader(letters, decimals)
        self.budget = budget
        self.small = _SMALL
        self._known: dict[Node, Node] = {}

    def shortest(self, node: Node) -> Node:
        """The shortest form found of a tree without spans."""
        known = self._known.get(node)
        if known is None:
            known = self._known[node] = self._search(node)
        return known

    def _search(self, node: Node) -> Node:
        size = sum(1 for _ in ast.walk(node))
        if size > _HUGE or size == 1:
            return node
        by_rule = to_sympy(node, self.letters, True, self.shortest)
        best = self.reader.node(by_rule)
        least = weight(best)
        if size > _LARGE * self.small // _SMALL or by_rule.is_Atom:
            return best
        plain = to_sympy(node, self.letters, False, self.shortest)
        forms = [(by_rule, 1.0)] if plain == by_rule else [(by_rule, 1.0), (plain, _REWRITTEN)]
        if len(forms) == 2:
            best, least = self._better(plain, _REWRITTEN, best, least)
        for form, extra in forms:
            for rewrite in _rewrites(form, size <= self.small, form is plain):
                if self.budget.left() <= 0:
                    return best
                try:
                    with self.budget.attempt():
                        for found, bias in rewrite(form):
                            best, least = self._better(found, bias * extra, best, least)
                except (OutOfTime, ArithmeticError, AttributeError, TypeError, ValueError):
                    continue
                except sympy.PolynomialError:
                    continue
        return best

    def _better(self, form: Expr, bias: float, best: Node, least: float) -> tuple[Node, float]:
        node = self.reader.node(form)
        size = weight(node) * bias
        return (node, size) if size < least - 1e-9 else (best, least)


# Forms made of one, each with how much shorter it must be to be taken.
Found = list[tuple[Expr, float]]


def _rewrites(expression: Expr, small: bool, plain: bool) -> list[Callable[[Expr], Found]]:
    """What is worth trying on an expression.

    Args:
        small: it is small enough for what takes long. plain: it has no brackets that are letters.
    """
    tried: list[Callable[[Expr], Found]] = []
    if expression.is_Add or (expression.is_Mul and any(part.is_Add for part in expression.args)):
        tried.append(_common_factor)
    if not small or not plain or not (expression.is_Add or expression.is_Mul):
        return tried
    if _terms(expression) <= _MAX_EXPANDED:
        tried.append(_expanded)
    if not _has_alarms() and not _quick(expression):
        return tried
    if any(power.exp.is_negative for power in expression.atoms(sympy.Pow)):
        if expression.is_rational_function():
            tried.append(_one_fraction)
        elif expression.is_Add or any(part.is_Add for part in expression.args):
            tried.append(_without_root)
    elif expression.is_Add and len(expression.free_symbols) <= _FACTORED and expression.is_polynomial():
        tried.append(_factored)
    return tried


def _common_factor(expression: Expr) -> Found:
    found = sympy.factor_terms(expression)
    rest = found.as_coeff_Mul()[1]
    only_number = expression.is_Add and rest.is_Add and len(rest.args) > 3  # nobody writes 2(a + b + c + d)
    return [] if only_number else [(found, 1.0)]


def _expanded(expression: Expr) -> Found:
    return [(sympy.expand(expression), 1.3)]


def _factored(expression: Expr) -> Found:
    return [(sympy.factor(expression), 1.1)]


def _one_fraction(expression: Expr) -> Found:
    """Over one line: all factored, and with the numerator expanded."""
    factored = sympy.factor(expression)
    over, under = sympy.fraction(factored)
    return [(factored, 1.1), (sympy.factor_terms(sympy.expand(over)) / under, 1.05)]


def _without_root(expression: Expr) -> Found:
    """Over one line, where all roots are of one sum u: √u − x²/√u as (u − x²)/√u, the numerator expanded."""
    powers = expression.atoms(sympy.Pow)
    sums = {
        power.base for power in powers if power.exp.is_Rational and power.exp.q == 2 and power.base.is_Add
    }
    if len(sums) != 1:
        return []
    radicand, root = sums.pop(), sympy.Dummy("root", positive=True)
    rational = expression.replace(
        lambda part: part.is_Pow and part.base == radicand and (2 * part.exp).is_Integer,
        lambda part: root ** (2 * part.exp),
    )
    if not rational.is_rational_function():
        return []
    over, under = sympy.fraction(sympy.together(rational))
    powers_of_root = sympy.Poly(sympy.expand(over), root).terms()
    even = sum(factor * radicand ** (power // 2) * root ** (power % 2) for (power,), factor in powers_of_root)
    short = sympy.factor_terms(sympy.expand(even)) / under
    return [(short.subs(root, sympy.sqrt(radicand)), 1.05)]


def _quick(expression: Expr) -> bool:
    """Whether an expression is so small that factoring it needs no limit of time."""
    letters = len(expression.free_symbols)
    few = letters <= _QUICK_LETTERS and expression.count_ops() <= _QUICK_OPERATIONS
    return few and _degree(expression) <= _QUICK_DEGREE


def _degree(expression: Expr) -> float:
    """The degree of the polynomials that a sum, product or power is made of, at the most."""
    if expression.is_Add:
        return max(map(_degree, expression.args))
    if expression.is_Mul:
        return sum(map(_degree, expression.args))
    if expression.is_Pow and expression.exp.is_Rational:
        return float(abs(expression.exp)) * _degree(expression.base)
    return 0.0 if expression.is_number else 1.0


def _terms(expression: Expr) -> int:
    """About how many terms the expanded expression would have."""
    if expression.is_Add:
        return min(sum(_terms(part) for part in expression.args), 10_000)
    if expression.is_Mul:
        count = 1
        for part in expression.args:
            count = min(count * _terms(part), 10_000)
        return count
    if expression.is_Pow and expression.base.is_Add:
        exponent = expression.exp
        if exponent.is_Integer and exponent > 0:
            return int(min(len(expression.base.args) ** min(int(exponent), 20), 10_000))
    return 1


def _laid_out(node: Node) -> Iterator[Node]:
    """The sums, products, signs and fractions that `node` is made of."""
    yield node
    if isinstance(node, ast.Add | ast.Mul | ast.Neg):
        for child in ast.children(node):
            yield from _laid_out(child)


def weight(node: Node) -> float:
    """How long a formula reads: signs, with something for brackets, fractions and stacked powers."""
    match node:
        case ast.Number(text=text):
            return 0.6 + 0.4 * len(text)
        case ast.Constant() | ast.Variable() | ast.Column() | ast.Index():
            return 1.0
        case ast.Add(terms=terms):
            return sum(1.0 + weight(t.operand if isinstance(t, ast.Neg) else t) for t in terms) - 1.0
        case ast.Neg(operand=inner):
            return 0.8 + weight(inner)
        case ast.Mul(factors=factors):
            return sum(weight(f) + (_BRACKET if isinstance(f, ast.Add) else 0.0) for f in factors)
        case ast.Div(numerator=over, denominator=under):
            nested = any(isinstance(part, ast.Div) for part in _laid_out(over))
            return 1.2 + weight(over) + weight(under) + _BRACKET * nested
        case ast.Pow(base=base, exponent=exponent):
            return 0.5 + weight(base) + weight(exponent) + (_BRACKET if isinstance(base, ast.Add) else 0.0)
        case ast.Call(args=args):
            return 1.5 + sum(weight(argument) for argument in args)
        case _:
            return 2.0 + sum(weight(child) for child in ast.children(node))
