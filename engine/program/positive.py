"""Logarithms and quotients of what is made of exponentials, written without overflow and without a log of 0.

ln σ(z) = −softplus(−z), ln(1 + e^z) = softplus(z), ln(e^a + e^b) = logsumexp(a, b), and so on for products,
quotients and powers of such parts: finite wherever the value is. Any thread; no sympy.
"""

from __future__ import annotations

import math
from functools import partial

from engine.program.graph import Graph, Node


def log_of(graph: Graph, u: Node) -> Node | None:
    """ln u of a positive u that holds an exponential, in the exponents themselves; None for any other u."""
    found = _logarithm(graph, u)
    return found[0] if found is not None and found[1] else None


def quotient_of(graph: Graph, a: Node, b: Node) -> Node | None:
    """a/b where both are made of exponentials and b is a sum of them, as a value that cannot overflow.

    1/(1 + e^z) and e^z/(1 + e^z) are logistic functions.
    """
    if b.op != "add":
        return None
    above, below = _logarithm(graph, a), _logarithm(graph, b)
    if above is None or below is None or not below[1]:
        return None
    power = _less(graph, above[0], below[0])
    if power.op == "neg" and power.args[0].op == "call" and power.args[0].param == "softplus":
        return graph.call("sigmoid", graph.neg(power.args[0].args[0]))  # e^−softplus(z) = σ(−z)
    return graph.call("exp", power)


def _logarithm(graph: Graph, u: Node) -> tuple[Node, bool] | None:
    """ln u and whether u holds an exponential; None where u may not be positive."""
    if u.value is not None:
        return (graph.const(math.log(u.value)), False) if 0 < u.value < math.inf else None
    match u.op:
        case "spread":
            return _logarithm(graph, u.args[0])
        case "add":
            return _of_sum(graph, u)
        case "sub":
            return _of_tanh(graph, u, -1.0)
        case "mul" | "div":
            a, b = (_logarithm(graph, arg) for arg in u.args)
            if a is None or b is None:
                return None
            join = graph.add if u.op == "mul" else partial(_less, graph)
            return join(a[0], b[0]), a[1] or b[1]
        case "whole_power":
            a = _logarithm(graph, u.args[0])
            return None if a is None else (graph.mul(graph.const(float(u.param)), a[0]), a[1])
        case "call":
            return _of_call(graph, u)
    return None


def _less(graph: Graph, a: Node, b: Node) -> Node:
    """a − b; of b = ln(e^a + e^c) it is −softplus(c − a), which keeps its digits where a is nearly b."""
    if b.op == "call" and b.param == "softplus" and b.args[0] is a:
        return graph.neg(graph.call("softplus", graph.neg(a)))
    if b.op == "call" and b.param == "logsumexp" and len(b.args) == 2 and a in b.args:
        other = b.args[1] if b.args[0] is a else b.args[0]
        return graph.neg(graph.call("softplus", graph.sub(other, a)))
    return graph.sub(a, b)


def _of_call(graph: Graph, u: Node) -> tuple[Node, bool] | None:
    z = u.args[0]
    match u.param:
        case "exp":
            return z, True
        case "sigmoid":
            return graph.neg(graph.call("softplus", graph.neg(z))), True
        case "cosh":
            both = graph.call("logsumexp", z, graph.neg(z))
            return graph.sub(both, graph.const(math.log(2.0))), True
        case "sqrt":
            inner = _logarithm(graph, z)
            return None if inner is None else (graph.mul(graph.const(0.5), inner[0]), inner[1])
    return None


def _of_sum(graph: Graph, u: Node) -> tuple[Node, bool] | None:
    tangent = _of_tanh(graph, u, 1.0)
    if tangent is not None:
        return tangent
    a, b = (_logarithm(graph, arg) for arg in u.args)
    if a is None or b is None:
        return None
    if not (a[1] or b[1]):
        return graph.call("ln", u), False
    for one, other in ((a[0], b[0]), (b[0], a[0])):
        if one.value == 0:
            return graph.call("softplus", other), True
    return graph.call("logsumexp", a[0], b[0]), True


def _of_tanh(graph: Graph, u: Node, sign: float) -> tuple[Node, bool] | None:
    """ln(1 ± tanh z) = ln 2 − softplus(∓2z)."""
    for one, other in (u.args, u.args[::-1]):
        if one.value == 1 and other.op == "call" and other.param == "tanh":
            if sign < 0 and u.args[0] is not one:
                return None  # tanh z − 1 is not positive
            twice = graph.mul(graph.const(-2.0 * sign), other.args[0])
            return graph.sub(graph.const(math.log(2.0)), graph.call("softplus", twice)), True
    return None
