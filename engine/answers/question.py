"""What `check` is asked: an answer, what was expected, and what was to be differentiated. Any thread."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Final, Literal

import msgspec
from msgspec import Struct

from engine.answers.reading import AnswerError, read_formula, variables_of
from engine.answers.slips import Asked
from engine.base.i18n import message
from engine.formula import ast
from engine.formula.algebra import number
from engine.formula.ast import Node
from engine.formula.names import name_key

Given = str | int | float | list[str | int | float]
Kind = Literal["formula", "number", "vector", "update"]
PERCENT: Final = re.compile(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*%\s*")


class Derivative(Struct, frozen=True, forbid_unknown_fields=True):
    """What was to be found: the derivative of `f` by `by`, of a vector by each; `at`: at which point."""

    f: str
    by: str | list[str] | None = None
    at: dict[str, float] | None = None


class Question(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of `check --jsonl`.

    Attributes:
        answer, expected: as typed; a vector may be a list. kind: what they are.
        tolerance: by how much a number may be off, in the unit of the expected one; "2 %" of its value. Of a
            formula always in proportion to its value.
        declared: ("variables") names that a formula may use and could not be told from words otherwise.
        derivative: ("for") whose slips are tried.
    """

    answer: Given
    expected: Given
    kind: Kind = "formula"
    tolerance: float | str | None = None
    declared: tuple[str, ...] | None = msgspec.field(name="variables", default=None)
    derivative: Derivative | None = msgspec.field(name="for", default=None)

    @property
    def variables(self) -> tuple[str, ...]:
        """The names that were declared."""
        return self.declared or ()


def text_of(given: Given) -> str:
    """An answer as it would be typed."""
    if isinstance(given, list):
        return f"({', '.join(map(str, given))})"
    return given if isinstance(given, str) else repr(given)


class Tolerance(Struct, frozen=True):
    """By how much a value may be off, by itself and in proportion to what is expected."""

    absolute: Fraction = Fraction(0)
    relative: float = 0.0


def tolerance_of(question: Question) -> Tolerance:
    """The tolerance of a question.

    Raises:
        AnswerError: it is none.
    """
    given = question.tolerance
    if given is None:
        return Tolerance()
    percent = PERCENT.fullmatch(given) if isinstance(given, str) else None
    if percent is not None:
        return Tolerance(relative=float(percent[1]) / 100)
    if isinstance(given, str | bool) or not (math.isfinite(given) and given >= 0):
        raise AnswerError(
            message("A tolerance is a number from 0 on, or a share such as {example}.", example="2 %"),
            "tolerance",
        )
    if question.kind in ("formula", "update"):
        return Tolerance(relative=float(given))
    return Tolerance(absolute=Fraction(repr(given)))


def asked_of(question: Question, count: int = 1) -> Sequence[Asked]:
    """What was to be differentiated: by each of `count` variables; empty if nothing is said of it.

    Raises:
        AnswerError: it cannot be read, or names no variable.
    """
    sought = question.derivative
    if sought is None:
        return ()
    tree = read_formula(sought.f, "for.f", question.variables)
    names = variables_of(tree) if sought.by is None else _names(sought.by)
    if not names and sought.by is not None:
        raise AnswerError(message("Say by which variable to differentiate."), "for.by")
    for name in names:
        if re.fullmatch(r"[^\W\d_]\w*", name) is None:
            raise AnswerError(message("{name} is no variable.", name=name), "for.by")
    at = {name_key(name): _number(value) for name, value in (sought.at or {}).items()}
    return tuple(Asked(tree, name, at) for name in names) if count == len(names) else ()


def _names(by: str | list[str] | None) -> tuple[str, ...]:
    if by is None:
        return ()
    given = re.split(r"[,\s]+", by.strip()) if isinstance(by, str) else by
    return tuple(name_key(name.strip().lstrip("\\")) for name in given if name.strip())


def _number(value: float) -> Node:
    if not math.isfinite(value):
        raise AnswerError(message("A point needs finite numbers."), "for.at")
    return number(Fraction(repr(float(value)))) if value else ast.Number("0")
