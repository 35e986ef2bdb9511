"""Where a function has a kink, a tie or a 0/0: there its gradient is a convention, and no limit of slopes.

Any thread; no sympy.
"""

from __future__ import annotations

from engine.formula.differentiate import ARGUMENTS, kink_of
from engine.formula.functions import FUNCTIONS
from engine.program.build import Builder
from engine.program.graph import Graph, Node, reachable


def kinks_of(graph: Graph, output: Node) -> Node:
    """A condition that holds where some operation below `output` is at its kink, for any row."""
    found: Node | None = None
    for node in reachable([output]):
        here = _kink_at(graph, node) if node.varies else None
        if here is not None:
            here = _anywhere(graph, here)
            found = here if found is None else graph.either(found, here)
    return graph.const(0.0) if found is None else found


def _anywhere(graph: Graph, condition: Node) -> Node:
    """Whether it holds for any row and unit."""
    for over, has in ((graph.over_rows, condition.rows), (graph.over_units, bool(condition.shape))):
        if has:
            condition = over("max", condition)
    return condition


def _kink_at(graph: Graph, node: Node) -> Node | None:
    zero = graph.const(0.0)
    args = node.args
    match node.op:
        case "div" if args[1].varies:
            return graph.compare("=", args[1], zero)
        case "compare":  # a branch that holds at a point alone says nothing of the slope there
            return graph.compare("=", *args)
        case "over_rows" | "over_units" if node.param in ("max", "min"):
            wins = graph.share(args[0], node)
            count = graph.total(wins) if node.op == "over_rows" else graph.units(wins)
            return graph.compare(">", count, graph.const(1.0))
        case "call":
            return _of_call(graph, node)
    return None


def _of_call(graph: Graph, node: Node) -> Node | None:
    zero = graph.const(0.0)
    args = node.args
    match node.param:
        case "max" | "min":
            return graph.compare("=", *args)
        case "norm":
            return graph.compare("=", node, zero)
        case "power":
            return graph.compare("=", args[0], zero)
    condition = kink_of(node.param) if node.param in FUNCTIONS else None
    if condition is None:
        return None
    return Builder(graph, dict(zip(ARGUMENTS, args, strict=False))).node(condition)
