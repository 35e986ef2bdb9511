"""A question with its answer → right, wrong or not sure, where they differ, and the slip. Any thread.

To be shown beside it, `slopes_at` has the value of a wrong partial at a point, and that of the right one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from msgspec import Struct

from engine.answers.compare import Comparison, Recognised, Verdict, compare, value_at
from engine.answers.points import Point
from engine.answers.precise import constant_value
from engine.answers.precise_functions import Undefined
from engine.answers.question import Question, Tolerance, asked_of, text_of, tolerance_of
from engine.answers.reading import (
    Quantity,
    read_formula,
    read_quantity,
    read_vector,
    variables_of,
)
from engine.answers.slips import Asked, Slip, SlipId, find_slip, signs_differ
from engine.answers.units import PLAIN
from engine.answers.update_slips import judge_rules
from engine.base.i18n import Message, message
from engine.base.round_numbers import format_tick
from engine.formula.algebra import minus, number, times
from engine.formula.ast import Node
from engine.formula.differentiate import substitute
from engine.formula.names import name_text

DIGITS_SAID: Final = 4
LAST_DIGITS: Final = 1e-40


class Judgement(Struct, frozen=True):
    """What is said of an answer.

    Attributes:
        at: where it differs from what is expected, by variable. slip: behind a wrong answer, if one is known.
        message: for the learner.
    """

    verdict: Verdict
    message: Message
    slip: SlipId | None = None
    at: Mapping[str, float] | None = None

    def report(self) -> dict[str, object]:
        """As `check --jsonl` writes it."""
        said = {"en": self.message.render("en"), "ko": self.message.render("ko")}
        return {"verdict": self.verdict, "slip": self.slip, "at": self.at, "message": said}


def judge(question: Question) -> Judgement:
    """Judge one answer, in well under 0.2 s.

    Raises:
        AnswerError: a text of the question cannot be read; says which, where, and what to do.
    """
    try:
        match question.kind:
            case "number":
                return _judge_number(question)
            case "vector":
                return _judge_vector(question)
            case "update":
                found = judge_rules(question)
                return _said(found[0], found[1])
            case _:
                return _judge_formula(question)
    except RecursionError:
        return _said(Comparison("unsure"))


def _judge_formula(question: Question) -> Judgement:
    answer = read_formula(text_of(question.answer), "answer", question.variables)
    expected = read_formula(text_of(question.expected), "expected", question.variables)
    asked = asked_of(question)
    tolerance = tolerance_of(question)
    names = variables_of(answer, expected)
    found = compare(answer, expected, names, tolerance=tolerance.relative)
    if found.verdict != "wrong":
        return _said(found)
    known = (each.tree for each in asked)
    return _said(found, _slip(answer, expected, asked, names), _strangers(question, answer, expected, *known))


def _slip(answer: Node, expected: Node, asked: Sequence[Asked], names: Sequence[str]) -> Slip | None:
    """The slip that leads to an answer that is wrong."""
    if asked:
        names = variables_of(answer, expected, asked[0].tree)
    is_answer = Recognised(answer, names).is_same
    for each in asked:
        slip = find_slip(answer, each, is_answer)
        if slip is not None:
            return slip
    return signs_differ() if is_answer(minus(expected)) else None


def _strangers(question: Question, answer: Node, *known: Node) -> Message | None:
    """That the answer has a letter of which the question does not speak."""
    strange = sorted(set(variables_of(answer)) - set(variables_of(*known)) - set(question.variables))
    if not strange:
        return None
    name = name_text(strange[0])
    return message("Your answer has the letter {name}, which the question does not have.", name=name)


def _judge_number(question: Question) -> Judgement:
    answer = read_quantity(text_of(question.answer), "answer")
    expected = read_quantity(text_of(question.expected), "expected")
    asked = asked_of(question)
    tolerance = tolerance_of(question)
    if answer.unit.dimensions != expected.unit.dimensions:
        return Judgement("wrong", _about_units(answer, expected), at=None)
    size = number(answer.unit.size / expected.unit.size)
    given = times(size, answer.tree)
    found = _compared_numbers(given, expected.tree, tolerance)
    if found.verdict != "wrong":
        return _said(found)

    def is_answer(tree: Node) -> bool:
        at_point = substitute(tree, asked[0].at) if asked else tree
        if variables_of(at_point):
            return False
        return _compared_numbers(given, at_point, tolerance).verdict == "right"

    slip = find_slip(None, asked[0], is_answer) if asked else None
    if slip is None and is_answer(minus(expected.tree)):
        slip = signs_differ()
    return _said(found, slip)


def _about_units(answer: Quantity, expected: Quantity) -> Message:
    if answer.unit is PLAIN:
        return message("The unit is missing.")
    if not expected.unit.dimensions:
        return message("Here a number without a unit is asked for.")
    return message("The unit does not fit: it measures something else than what is asked for.")


def _compared_numbers(answer: Node, expected: Node, tolerance: Tolerance) -> Comparison:
    found = compare(answer, expected, (), tolerance=tolerance.relative)
    if found.verdict != "wrong" or not tolerance.absolute:
        return found
    try:
        gap = abs(constant_value(answer) - constant_value(expected))
    except Undefined:
        return found
    # As an absolute tolerance is one of decimals, the last of the digits computed does not decide.
    most = tolerance.absolute.numerator
    within = gap * tolerance.absolute.denominator - most <= most * LAST_DIGITS
    return Comparison("right") if within else found


def _judge_vector(question: Question) -> Judgement:
    answer = read_vector(text_of(question.answer), "answer", question.variables)
    expected = read_vector(text_of(question.expected), "expected", question.variables)
    asked = asked_of(question, len(expected))
    tolerance = tolerance_of(question)
    if len(answer) != len(expected):
        counts = {"count": len(answer), "wanted": len(expected)}
        return Judgement("wrong", message("Components in your answer: {count}; needed: {wanted}.", **counts))
    found = [_compared_parts(a, b, tolerance) for a, b in zip(answer, expected, strict=True)]
    wrong = [place for place, each in enumerate(found) if each.verdict == "wrong"]
    if not wrong:
        unsure = any(each.verdict == "unsure" for each in found)
        return _said(Comparison("unsure" if unsure else "right"))
    first = wrong[0]
    names = variables_of(answer[first], expected[first])
    said = _said(found[first], _slip(answer[first], expected[first], asked[first : first + 1], names))
    where = message("Component {number}: {said}", number=first + 1, said=said.message)
    return Judgement("wrong", where, said.slip, said.at)


def _compared_parts(answer: Node, expected: Node, tolerance: Tolerance) -> Comparison:
    names = variables_of(answer, expected)
    if not names:
        return _compared_numbers(answer, expected, tolerance)
    return compare(answer, expected, names, tolerance=tolerance.relative or float(tolerance.absolute))


def _said(found: Comparison, slip: Slip | None = None, other: Message | None = None) -> Judgement:
    """What was found, in a sentence."""
    at = {name: float(value) for name, value in (found.at or {}).items()} or None
    if found.verdict == "right":
        return Judgement("right", message("Right."))
    if found.verdict == "unsure":
        said = message("The program cannot tell whether this is the answer; ask your teacher.")
        return Judgement("unsure", said)
    if slip is not None:
        return Judgement("wrong", slip.message, slip.id, at)
    return Judgement("wrong", other or _difference(found), None, at)


def _difference(found: Comparison) -> Message:
    if not found.at:
        return message("That is not the answer.")
    where = ", ".join(f"{name_text(name)} = {_short(float(value))}" for name, value in found.at.items())
    if found.answer is None or found.expected is None:
        return message("That is not the answer: it should have a value at {where}.", where=where)
    return message(
        "That is not the answer: at {where} it is {answer}, and should be {expected}.",
        where=where,
        answer=_short(found.answer),
        expected=_short(found.expected),
    )


def _short(value: float) -> str:
    return format_tick(value, DIGITS_SAID)


def slopes_at(question: Question, point: Mapping[str, float]) -> tuple[float | None, float | None]:
    """The slopes at a point by the answer and by what is expected, to draw one tangent beside the other.

    Args:
        point: the value of each variable. A slope is None where the partial has no value.

    Raises:
        AnswerError: a text of the question cannot be read.
    """
    exact: Point = {name: Fraction(value) for name, value in point.items()}
    trees = (
        read_formula(text_of(text), field, question.variables)
        for text, field in ((question.answer, "answer"), (question.expected, "expected"))
    )
    answer, expected = (value_at(tree, exact) for tree in trees)
    return answer, expected
