"""Ast → Derivation: exact derivatives in a form a teacher would write, and the NumPy source of all of them.

Runs in the child process only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import sympy

from engine.formula import ast
from engine.formula.ast import Node
from engine.formula.typeset import to_latex, to_text
from engine.i18n import message
from engine.symbolic.convert import Reader, to_sympy
from engine.symbolic.derivation import Derivation, Expression
from engine.symbolic.protocol import Answer, Job
from engine.symbolic.source import Program

MAX_OUTPUT: Final = 1_500_000


def derive(tree: Node, variables: Sequence[str], columns: Sequence[str], shown: Node) -> Derivation:
    """Differentiate `tree`, an expanded Ast, by each of `variables` twice.

    Args:
        shown: the tree as written, for the text and LaTeX of the value.
    """
    symbols = {name: sympy.Symbol(f"v{k}", real=True) for k, name in enumerate(variables)}
    symbols |= {name: sympy.Symbol(f"c{k}", real=True) for k, name in enumerate(columns)}
    nodes = list(ast.walk(shown))
    decimals = any(isinstance(node, ast.Number) and "." in node.text for node in nodes)
    logarithm = "log" if any(isinstance(n, ast.Call) and n.function == "log" for n in nodes) else "ln"
    reader = Reader(symbols, variables, columns, decimals, logarithm)
    exact = Reader(symbols, variables, columns, False, logarithm)

    value = to_sympy(tree, symbols)
    slopes = [sympy.diff(value, symbols[name]) for name in variables]
    curvatures = {
        (i, j): sympy.diff(slopes[i], symbols[variables[j]])
        for i in range(len(variables))
        for j in range(i, len(variables))
    }
    targets: dict[str, Node] = {"f": tree}
    targets |= {f"g{i}": exact.node(slope) for i, slope in enumerate(slopes)}
    targets |= {f"h{i}_{j}": exact.node(curvature) for (i, j), curvature in curvatures.items()}
    partials = tuple(_shown(reader, slope) for slope in slopes)
    entries = {key: _shown(reader, curvature) for key, curvature in curvatures.items()}
    hessian = tuple(
        tuple(entries[min(i, j), max(i, j)] for j in range(len(variables))) for i in range(len(variables))
    )
    return Derivation(
        variables=tuple(variables),
        value=Expression(to_text(shown), to_latex(shown)),
        partials=partials,
        hessian=hessian,
        source=Program(variables, columns).write(targets),
        columns=tuple(columns),
    )


def _shown(reader: Reader, expression: sympy.Expr) -> Expression:
    node = reader.node(expression)
    return Expression(to_text(node), to_latex(node))


def answer(job: Job) -> Answer:
    """The Answer to `job`; never raises, except for what kills a process."""
    try:
        derivation = derive(job.tree, job.variables, job.columns, job.shown)
    except (MemoryError, RecursionError, OverflowError):
        return Answer(job.number, failure=message("The derivatives of this formula are too large"))
    except (ArithmeticError, ValueError, TypeError, KeyError, AttributeError, NotImplementedError) as error:
        return Answer(
            job.number,
            failure=message("The derivatives could not be found: {reason}", reason=str(error)[:200]),
        )
    size = len(derivation.source) + sum(len(p.latex) for row in derivation.hessian for p in row)
    if size > MAX_OUTPUT:
        return Answer(job.number, failure=message("The derivatives of this formula are too large"))
    return Answer(job.number, derivation)
