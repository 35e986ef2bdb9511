"""Ast → Derivation: exact derivatives in a form a teacher would write, and the NumPy source of all of them.

The derivatives come from `engine.formula.differentiate`; sympy shortens what is shown. What is computed with
are the derivatives as the rules give them, which lose no digits. Runs in the child process only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from engine.base.i18n import message
from engine.formula import ast
from engine.formula.ast import Node
from engine.formula.differentiate import Differentiator
from engine.formula.typeset import to_latex, to_text
from engine.program.source import Program
from engine.symbolic.convert import Letters
from engine.symbolic.derivation import Derivation, Expression
from engine.symbolic.forms import Budget, Shortener
from engine.symbolic.protocol import Answer, Job

MAX_OUTPUT: Final = 1_500_000
MAX_SHOWN: Final = 60_000


class TooLarge(Exception):
    """The derivatives have more parts than anybody could use."""


def derive(
    tree: Node, variables: Sequence[str], columns: Sequence[str], shown: Node, time_s: float
) -> Derivation:
    """Differentiate `tree`, an expanded Ast without spans, by each of `variables` twice.

    Args:
        shown: the tree as written, for the text and LaTeX of the value.
        time_s: how long to look for short forms of the derivatives.

    Raises:
        TooLarge: the derivatives, or their source.
    """
    computed = [Differentiator(name, to_compute=True) for name in variables]
    slopes = [differentiate(tree) for differentiate in computed]
    places = [(i, j) for i in range(len(variables)) for j in range(i, len(variables))]
    curvatures = {(i, j): computed[j](slopes[i]) for i, j in places}
    targets: dict[str, Node] = {"f": tree}
    targets |= {f"g{i}": slope for i, slope in enumerate(slopes)}
    targets |= {f"h{i}_{j}": curvature for (i, j), curvature in curvatures.items()}
    source = Program(variables, columns).write(targets)
    _check_size(targets, source)

    decimals = any(isinstance(n, ast.Number) and ("." in n.text or "e-" in n.text) for n in ast.walk(shown))
    letters = Letters(variables, columns, tree)
    shortener = Shortener(letters, decimals, Budget(time_s))
    by = [Differentiator(name) for name in variables]
    short = [shortener.shortest(differentiate(tree)) for differentiate in by]
    for slope in short:
        letters.keep_brackets(slope)
    shortener.budget = Budget(time_s / 2)
    shortener.small //= 2  # there are more of them, and they are read less
    # the second derivatives of short forms are shorter to begin with
    entries = {(i, j): _shown(shortener.shortest(by[j](short[i]))) for i, j in places}
    return Derivation(
        variables=tuple(variables),
        value=Expression(to_text(shown), to_latex(shown)),
        partials=tuple(map(_shown, short)),
        hessian=tuple(
            tuple(entries[min(i, j), max(i, j)] for j in range(len(variables))) for i in range(len(variables))
        ),
        source=source,
        columns=tuple(columns),
    )


def _check_size(targets: Mapping[str, Node], source: str) -> None:
    if len(source) > MAX_OUTPUT:
        raise TooLarge
    sizes: dict[int, int] = {}
    total = 0
    for tree in targets.values():
        total += _size(tree, sizes)
        if total > MAX_SHOWN:
            raise TooLarge


def _size(node: Node, known: dict[int, int]) -> int:
    """How many nodes `node` has when written out, equal parts counted each time."""
    found = known.get(id(node))
    if found is None:
        found = known[id(node)] = 1 + sum(_size(child, known) for child in ast.children(node))
    return found


def _shown(node: Node) -> Expression:
    return Expression(to_text(node), to_latex(node))


def answer(job: Job) -> Answer:
    """The Answer to `job`; never raises, except for what kills a process."""
    try:
        derivation = derive(job.tree, job.variables, job.columns, job.shown, job.time_s)
    except (TooLarge, MemoryError, RecursionError, OverflowError):
        return Answer(job.number, failure=message("The derivatives of this formula are too large"))
    except (ArithmeticError, ValueError, TypeError, KeyError, AttributeError) as error:
        reason = message("The derivatives could not be found: {reason}", reason=str(error)[:200])
        return Answer(job.number, failure=reason)
    return Answer(job.number, derivation)
