"""Tokens: what the lexer makes of characters, and what lies ahead among them.

Any thread; stdlib and msgspec only.
"""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from engine.base.i18n import message
from engine.formula.ast import Comparison, Span
from engine.formula.errors import MAX_DEPTH, FormulaError

CLOSES: Final = {"(": ")", "[": "]", "{": "}"}
# How many brackets deeper one is after a token of this kind.
STEPS: Final = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
# With tokens of these kinds a value ends.
ENDERS: Final = frozenset({"word", "letter", "number", ")", "]", "}"})
COMPARISONS: Final[dict[str, Comparison]] = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "=": "=", "!=": "!="}


class Token(Struct, frozen=True):
    """One token.

    Attributes:
        kind: "number", "word" (a run of letters with the digits that follow it), "letter" (a Greek letter,
            never a function), "command" (of LaTeX, without its backslash), "end", or the sign itself.
        text: normalised; for "|" it is "open" or "close" where LaTeX says which.
        spaced: white space stands before it.
    """

    kind: str
    text: str
    start: int
    end: int
    spaced: bool = False

    @property
    def span(self) -> Span:
        return (self.start, self.end)


def closing(tokens: Sequence[Token], opening: int) -> int | None:
    """Where the bracket at `opening` closes; None if there is none, or it is not closed."""
    if tokens[min(opening, len(tokens) - 1)].kind not in CLOSES:
        return None
    depth = 0
    for position in range(opening, len(tokens)):
        depth += STEPS.get(tokens[position].kind, 0)
        if depth == 0 or depth > MAX_DEPTH:
            return position if depth == 0 else None
    return None


def parts(tokens: Sequence[Token], opening: int) -> tuple[list[tuple[int, int]], int]:
    """Where each argument of the bracket at `opening` begins and ends, and where the bracket closes.

    Raises:
        FormulaError: it is not closed.
    """
    found: list[tuple[int, int]] = []
    depth = 0
    begin = opening + 1
    for position in range(opening, len(tokens)):
        kind = tokens[position].kind
        depth += STEPS.get(kind, 0)
        if depth == 0:
            return [*found, (begin, position)], position
        if kind in (",", ";") and depth == 1:
            found.append((begin, position))
            begin = position + 1
    opened = tokens[opening]
    raise FormulaError(
        message("This bracket is not closed"), opened.span, message("Add {sign}", sign=CLOSES[opened.kind])
    )
