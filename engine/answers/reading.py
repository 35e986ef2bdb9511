"""The text of an answer → trees: a formula, a number with its unit, a vector. By the formula language alone.

In front of "=" may stand what is asked for, ∂f/∂x = …, which the formula language leaves to the program.
Any thread; stdlib and msgspec only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from engine.answers.precise import constant_value
from engine.answers.precise_functions import Undefined
from engine.answers.units import PLAIN, Unit, read_unit
from engine.base.i18n import Message, message
from engine.formula import FormulaError, ast, parse
from engine.formula.ast import Node
from engine.formula.differentiate import Differentiator
from engine.formula.names import name_key

MOST_COMPONENTS: Final = 20
LONGEST: Final = 4000  # characters
# What is asked for, in front of the answer: ∂f/∂x =, \frac{\partial f}{\partial x} =, f'(x) =, ∇f =, df/dx =.
ASKED: Final = re.compile(
    r"\s*(?:∂|\\partial|\\[dt]?frac|\\nabla|∇|grad\b|d\w*\s*/\s*d|[^\W\d_]\w*\s*['′’]|D_)[^=<>≤≥←]*=(?!=)"
)
OPENING: Final = {"(": ")", "[": "]", "<": ">", "⟨": "⟩", "{": "}"}
COLUMN: Final = re.compile(r"\\begin\{(?:[pbv]|small)?matrix\}(.*)\\end\{\w*matrix\}", re.DOTALL)
ROW: Final = re.compile(r"\\\\|&|;")
UNIT_VECTORS: Final = ("i", "j", "k")
HATS: Final = re.compile(
    r"\\(?:hat|vec|mathbf|boldsymbol|bm)\s*\{?\s*\\?([ijk])(?:math)?\s*\}?|([ijk])(?:\u0302|_hat)"
)


class AnswerError(Exception):
    """A text that cannot be read.

    Attributes:
        message: what is wrong. field: which of the texts of the question it is; None for all.
        span: its characters. hint: what to do, if known.
    """

    def __init__(
        self,
        problem: Message,
        field: str | None,
        span: tuple[int, int] | None = None,
        hint: Message | None = None,
    ) -> None:
        super().__init__(problem.render())
        self.message = problem
        self.field = field
        self.span = span
        self.hint = hint


class Quantity(Struct, frozen=True):
    """A number, as a tree without variables, and its unit."""

    tree: Node
    unit: Unit


def read_formula(text: str, field: str, declared: Sequence[str] = (), offset: int = 0) -> Node:
    """The expanded tree of a formula, each variable under its key, so that w1 and w_1 are one.

    Raises:
        AnswerError: it cannot be read.
    """
    asked = ASKED.match(text)
    if asked is not None:
        text, offset = text[asked.end() :], offset + asked.end()
    try:
        tree = parse(text, declared=declared).expanded
    except FormulaError as error:
        lo, hi = error.span
        raise AnswerError(error.message, field, (lo + offset, hi + offset), error.hint) from error
    if any(isinstance(node, ast.Aggregate | ast.Column | ast.Hole) for node in ast.walk(tree)):
        raise AnswerError(message("An answer has no table of data."), field)
    return with_keys(tree)


def with_keys(node: Node) -> Node:
    """`node` with each variable under the name that all its spellings share, and without spans."""
    return _keyed(ast.without_spans(node))


def _keyed(node: Node) -> Node:
    return ast.Variable(name_key(node.name)) if isinstance(node, ast.Variable) else ast.rebuild(node, _keyed)


def variables_of(*trees: Node) -> tuple[str, ...]:
    """The variables of the trees, in the order of the alphabet."""
    return tuple(sorted({n.name for tree in trees for n in ast.walk(tree) if isinstance(n, ast.Variable)}))


def read_quantity(text: str, field: str) -> Quantity:
    """A number, written in any way that has a value, and the unit behind it.

    Raises:
        AnswerError: it is no number, or it has no value.
    """
    number, unit = _number_and_unit(text, field)
    try:
        constant_value(number)
    except Undefined:
        raise AnswerError(message("This has no value."), field) from None
    return Quantity(number, unit)


def _number_and_unit(text: str, field: str) -> tuple[Node, Unit]:
    try:
        whole = read_formula(text, field)
        if not variables_of(whole):
            return whole, PLAIN
        problem = AnswerError(
            message("Here a number is needed, and {name} is none.", name=variables_of(whole)[0]), field
        )
    except AnswerError as error:
        problem = error
    for place in range(1, min(len(text), LONGEST)):
        if not (text[place].isalpha() or text[place] in "\\₩"):
            continue
        unit = read_unit(text[place:])
        if unit is None:
            continue
        try:
            front = read_formula(text[:place].rstrip(" ·*~\\,"), field)
        except AnswerError:
            continue
        if not variables_of(front):
            return front, unit
    raise problem


def read_vector(text: str, field: str, declared: Sequence[str] = ()) -> tuple[Node, ...]:
    """The components of a vector: (2x, 3y), [2x; 3y], <2x, 3y>, a matrix of LaTeX, or 2x i + 3y j.

    Raises:
        AnswerError: it is no vector, or a component cannot be read.
    """
    asked = ASKED.match(text)
    start = asked.end() if asked is not None else 0
    body = text[start:].strip().removeprefix("\\left").removesuffix("^T").removesuffix("^{T}")
    body = re.sub(r"\\left|\\right|\\[,;!]|\\langle|\\rangle", _plain_bracket, body).strip()
    column = COLUMN.fullmatch(body)
    if column is not None:
        parts = ROW.split(column[1])
    elif body[:1] in OPENING and body.endswith(OPENING[body[:1]]):
        parts = _parted(body[1:-1])
    else:
        parts = _parted(body)
    parts = [part.strip().strip("[]") if column is None and ";" in body else part.strip() for part in parts]
    if len(parts) == 1:
        return _from_unit_vectors(body, field, declared)
    if len(parts) > MOST_COMPONENTS:
        raise AnswerError(message("A vector has at most {most} components.", most=MOST_COMPONENTS), field)
    return tuple(read_formula(part, field, declared, max(text.find(part), 0)) for part in parts)


def _plain_bracket(match: re.Match[str]) -> str:
    return {"\\langle": "<", "\\rangle": ">"}.get(match[0], "")


def _parted(text: str) -> list[str]:
    """The parts of a list: at the commas and semicolons that stand in no bracket."""
    parts, depth, start = [], 0, 0
    for place, sign in enumerate(text):
        depth += (sign in "([{") - (sign in ")]}")
        if sign in ",;，、" and depth <= 0:
            parts.append(text[start:place])
            start = place + 1
    return [*parts, text[start:]]


def _from_unit_vectors(text: str, field: str, declared: Sequence[str]) -> tuple[Node, ...]:
    """The components of 2x i + 3y j; of another formula, the formula as the only one."""
    tree = read_formula(HATS.sub(lambda match: f" {match[1] or match[2]} ", text), field, declared)
    used = [name for name in UNIT_VECTORS if name in variables_of(tree) and name not in declared]
    if "i" not in used and "j" not in used:
        return (tree,)
    count = 3 if "k" in used else 2
    parts = tuple(Differentiator(name)(tree) for name in UNIT_VECTORS[:count])
    if any(name in variables_of(*parts) for name in used):
        raise AnswerError(message("Write a vector as {example}.", example="(2x, 3y)"), field)
    return parts
