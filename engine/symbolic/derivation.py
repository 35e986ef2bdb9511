"""What the child process answers, put together: plain values, no sympy in them."""

from collections.abc import Sequence

from msgspec import Struct

from engine.formula.abridged import abridged
from engine.formula.ast import Node
from engine.formula.text import to_text
from engine.formula.typeset import to_latex

Entry = tuple[int, ...]
"""Which derivative: (i,) by the variable i, (i, j) with i ≤ j by both."""


class Expression(Struct, frozen=True):
    """One expression: `text` in the app's own formula language, and its LaTeX.

    Attributes:
        short: LaTeX without the middle of its long sums; "" where it has none. left_out: how many parts are
            missing there.
    """

    text: str
    latex: str
    short: str = ""
    left_out: int = 0


def expression_of(tree: Node) -> Expression:
    """What is shown of a derivative."""
    short, left_out = abridged(tree)
    return Expression(to_text(tree), to_latex(tree), to_latex(short) if left_out else "", left_out)


class Derivation(Struct, frozen=True, kw_only=True):
    """A function and as many of its exact derivatives as were asked for, written out.

    Attributes:
        variables: all variables, in the formula's order. columns: the data columns it uses.
        written: the derivatives, by entry; one that is missing was not asked for, or could not be had.
    """

    variables: tuple[str, ...]
    value: Expression
    written: dict[Entry, Expression]
    columns: tuple[str, ...] = ()

    @property
    def partials(self) -> tuple[Expression | None, ...]:
        """∂f/∂v for each variable."""
        return tuple(self.written.get((i,)) for i in range(len(self.variables)))

    def second(self, i: int, j: int) -> Expression | None:
        """∂²f/∂v_i∂v_j."""
        return self.written.get((min(i, j), max(i, j)))

    def rows(self, places: Sequence[int]) -> list[list[Expression]] | None:
        """The second derivatives by the variables at `places`, as a matrix; None unless all are written."""
        found = [[self.second(i, j) for j in places] for i in places]
        return [[entry for entry in row if entry] for row in found] if all(map(all, found)) else None


def all_entries(variables: int) -> tuple[Entry, ...]:
    """Every first and second derivative of a function of so many variables."""
    first = [(i,) for i in range(variables)]
    second = [(i, j) for i in range(variables) for j in range(i, variables)]
    return (*first, *second)
