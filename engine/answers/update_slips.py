"""Update rules compared, θ ← θ − η∇f, and their two slips. Any thread; no symbolic program."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from engine.answers.compare import Comparison, compare
from engine.answers.question import Question, asked_of, text_of, tolerance_of
from engine.answers.reading import variables_of
from engine.answers.slips import Asked, Slip, find_slip
from engine.answers.update_rules import GRADIENT, RATES, Rule, in_the_words_of, read_rule
from engine.base.i18n import message
from engine.formula import ast
from engine.formula.algebra import ONE, exact, minus, plus, times
from engine.formula.ast import Node
from engine.formula.differentiate import derivative, substitute
from engine.formula.names import parts_of


def judge_rules(question: Question) -> tuple[Comparison, Slip | None]:
    """How the two rules compare, and the slip of a wrong one.

    Raises:
        AnswerError: one of them cannot be read.
    """
    expected = read_rule(text_of(question.expected), "expected")
    moved = expected.start
    answer = in_the_words_of(read_rule(text_of(question.answer), "answer", moved), expected)
    asked = next(iter(asked_of(question)), None)
    if asked is not None and moved in variables_of(asked.tree):
        asked = msgspec.structs.replace(asked, by=moved)
    tolerance = tolerance_of(question).relative
    for name, wanted in expected.lines.items():
        given = answer.lines.get(name)
        if given is None:
            return Comparison("wrong"), None
        found = _compared(given, wanted, asked, tolerance)
        if found.verdict != "right":
            slip = _slip(given, expected, asked) if found.verdict == "wrong" else None
            return found, slip
    return Comparison("right"), None


def _compared(given: Node, wanted: Node, asked: Asked | None, tolerance: float = 0.0) -> Comparison:
    left, right = _with_gradients(given, asked), _with_gradients(wanted, asked)
    return compare(left, right, variables_of(left, right), tolerance=tolerance)


def _with_gradients(tree: Node, asked: Asked | None) -> Node:
    """The tree with the gradient and the partials of the function that is asked about, where there is one."""
    if asked is None:
        return tree
    slopes = {f"{GRADIENT}_{name}": derivative(asked.tree, name) for name in (asked.by, *asked.others)}
    return substitute(tree, {GRADIENT: slopes[f"{GRADIENT}_{asked.by}"], **slopes})


def _slip(given: Node, expected: Rule, asked: Asked | None) -> Slip | None:
    """The slip of a wrong line: in the rule itself, or in the derivative within it."""
    wanted = expected.update

    def is_answer(tree: Node) -> bool:
        return _compared(given, tree, asked).verdict == "right"

    start: Node = ast.Variable(expected.start) if expected.start else ast.Number("0")
    uphill = Slip(
        "update_sign",
        message("The sign of the step is wrong: gradient descent goes against the gradient, θ ← θ − η ∇f."),
    )
    if is_answer(plus(start, start, minus(wanted))):
        return uphill
    forgotten = Slip(
        "rate_forgotten",
        message("The learning rate η is missing: it says how long the step along the gradient is."),
    )
    for tree in _without_rate(wanted):
        if is_answer(tree):
            return forgotten
        if is_answer(plus(start, start, minus(tree))):
            return uphill
    if asked is None or GRADIENT not in variables_of(wanted):
        return None
    return find_slip(None, asked, lambda slope: is_answer(substitute(wanted, {GRADIENT: slope})))


def _without_rate(update: Node) -> Iterator[Node]:
    """The rule with 1 for its learning rate, a letter or the number in front of the step."""
    for name in variables_of(update):
        if parts_of(name)[0] in RATES:
            yield substitute(update, {name: ONE})
    if not isinstance(update, ast.Add):
        return
    for place, term in enumerate(update.terms):
        for bare in _without_number(term):
            yield ast.Add((*update.terms[:place], bare, *update.terms[place + 1 :]))


def _without_number(term: Node) -> Iterator[Node]:
    """A term without one of its numbers, then without any."""
    if isinstance(term, ast.Neg):
        yield from map(minus, _without_number(term.operand))
    if isinstance(term, ast.Mul):
        numbers = [place for place, factor in enumerate(term.factors) if exact(factor) is not None]
        for place in numbers if len(numbers) > 1 else ():
            yield times(*term.factors[:place], *term.factors[place + 1 :])
        rest = [factor for factor in term.factors if exact(factor) is None]
        if numbers and rest:
            yield times(*rest)
