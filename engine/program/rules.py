"""The local rules: the slope of each elementwise operation by each of its arguments, as nodes of its Graph.

A function's own slopes stand in the table of functions. At a kink they are PyTorch's: 0 at 0 for relu and
|x|, halves at a tie of two, 1 at the bounds of a clip. Any thread; no sympy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from engine.formula.differentiate import ARGUMENTS, rule
from engine.formula.functions import FUNCTIONS
from engine.program.build import Builder
from engine.program.graph import Graph, Node
from engine.program.numeric import PRIME

Slopes = tuple[Node, ...]


def _of_power(graph: Graph, node: Node) -> Slopes:
    base, exponent = node.args
    less = graph.call("power", base, graph.sub(exponent, graph.const(1.0)))
    if exponent.value is not None:
        return graph.mul(exponent, less), graph.const(0.0)
    return graph.mul(exponent, less), graph.call("power_log", base, exponent)


def _of_division(graph: Graph, node: Node) -> Slopes:
    below = node.args[1]
    return graph.div(graph.const(1.0), below), graph.neg(graph.div(node, below))


def _of_whole_power(graph: Graph, node: Node) -> Slopes:
    base, n = node.args[0], int(node.param)
    return (graph.mul(graph.const(float(n)), graph.whole_power(base, n - 1)),)


_OPERATIONS: Final[dict[str, Callable[[Graph, Node], Slopes]]] = {
    "add": lambda graph, node: (graph.const(1.0), graph.const(1.0)),
    "sub": lambda graph, node: (graph.const(1.0), graph.const(-1.0)),
    "neg": lambda graph, node: (graph.const(-1.0),),
    "mul": lambda graph, node: (node.args[1], node.args[0]),
    "div": _of_division,
    "whole_power": _of_whole_power,
}


def _of_extreme(graph: Graph, node: Node) -> Slopes:
    """max and min: who wins has all, and at a tie each has half."""
    a, b = (graph.share(arg, node) for arg in node.args)
    both = graph.add(a, b)
    return graph.div(a, both), graph.div(b, both)


def _of_norm(graph: Graph, node: Node) -> Slopes:
    return tuple(graph.div(arg, node) for arg in node.args)


def _of_atan2(graph: Graph, node: Node) -> Slopes:
    """0 where both are 0, as PyTorch has it."""
    y, x = node.args
    zero = graph.const(0.0)
    square = graph.add(graph.whole_power(y, 2), graph.whole_power(x, 2))
    at_tip = graph.compare("=", square, zero)
    return (
        graph.where(at_tip, zero, graph.div(x, square)),
        graph.where(at_tip, zero, graph.neg(graph.div(y, square))),
    )


def _of_logsumexp(graph: Graph, node: Node) -> Slopes:
    return tuple(graph.call("exp", graph.sub(arg, node)) for arg in node.args)


def _of_tanh(graph: Graph, node: Node) -> Slopes:
    # Among rows by the value that is there already, in a layer as training has it; else with every digit.
    if node.shape:
        return (graph.sub(graph.const(1.0), graph.whole_power(node, 2)),)
    if node.rows:
        return (graph.call("one_minus_square", node),)
    return (graph.whole_power(graph.call("sech", node.args[0]), 2),)


def _of_sigmoid(graph: Graph, node: Node) -> Slopes:
    if node.rows:
        return (graph.mul(node, graph.sub(graph.const(1.0), node)),)
    return (graph.call("sigmoid" + PRIME, node.args[0]),)


# Functions whose slope is best told by their value, or that exist only here.
_CALLS: Final[dict[str, Callable[[Graph, Node], Slopes]]] = {
    "max": _of_extreme,
    "min": _of_extreme,
    "norm": _of_norm,
    "atan2": _of_atan2,
    "logsumexp": _of_logsumexp,
    "exp": lambda graph, node: (node,),
    "tanh": _of_tanh,
    "sigmoid": _of_sigmoid,
    "relu": lambda graph, node: (graph.step(node.args[0]),),
    "sqrt": lambda graph, node: (graph.div(graph.const(0.5), node),),
    "power": _of_power,
    "power_log": lambda graph, node: _of_power_log(graph, node),
    "one_minus_square": lambda graph, node: (graph.mul(graph.const(-2.0), node.args[0]),),
}


def _of_power_log(graph: Graph, node: Node) -> Slopes:
    """x^y ln x, itself a slope: for curvature."""
    base, exponent = node.args
    log = graph.call("ln", base)
    less = graph.call("power", base, graph.sub(exponent, graph.const(1.0)))
    by_base = graph.mul(less, graph.add(graph.mul(exponent, log), graph.const(1.0)))
    return by_base, graph.mul(node, log)


def slopes_of(graph: Graph, node: Node) -> Slopes:
    """∂node/∂argument for each argument of an elementwise node."""
    if node.op == "call":
        own = _CALLS.get(node.param)
        return own(graph, node) if own is not None else _of_table(graph, node)
    return _OPERATIONS[node.op](graph, node)


def _of_table(graph: Graph, node: Node) -> Slopes:
    name: str = node.param
    spec = FUNCTIONS[name.rstrip(PRIME)]
    if spec.slopes:
        if name.count(PRIME) < len(spec.slopes):
            return (graph.call(name + PRIME, *node.args),)
        raise ValueError(f"{name} has no further derivative")
    letters = dict(zip(ARGUMENTS, node.args, strict=False))
    return tuple(Builder(graph, letters).node(rule(spec.name, place)) for place in range(len(node.args)))


def is_elementwise(node: Node) -> bool:
    """Whether `slopes_of` has a rule for the node."""
    return node.op in _OPERATIONS or node.op == "call"
