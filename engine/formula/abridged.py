"""Long sums and products with their first parts and the last: 2(x_1 − 1) + 2(x_2 − 2) + ⋯ + 2(x_9 − 9).

For showing only: what comes out is no formula any more. Any thread; stdlib and msgspec only.
"""

from typing import Final

from engine.formula import ast
from engine.formula.ast import Node

MOST: Final = 8  # parts that are shown as they are
_FIRST: Final = 3
_REST: Final = ast.Variable("⋯")


def abridged(node: Node) -> tuple[Node, int]:
    """`node` with every long sum and product shortened, and how many parts were left out; 0 for none."""
    left_out = 0

    def change(part: Node) -> Node:
        nonlocal left_out
        if isinstance(part, ast.Add) and len(part.terms) > MOST:
            left_out += len(part.terms) - _FIRST - 1
            part = ast.Add((*part.terms[:_FIRST], _REST, part.terms[-1]))
        elif isinstance(part, ast.Mul) and len(part.factors) > MOST:
            left_out += len(part.factors) - _FIRST - 1
            part = ast.Mul((*part.factors[:_FIRST], _REST, part.factors[-1]))
        return ast.rebuild(part, change)

    return change(node), left_out
