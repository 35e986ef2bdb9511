"""Derivatives of a Graph, written into it: reverse mode for gradients, forward mode for directions.

Value and gradient together cost a small multiple of the value, however many variables there are (the cheap
gradient principle, Griewank & Walther 2008, section 3.3); the derivative of the gradient along a direction
(Pearlmutter 1994) is forward mode over the nodes that reverse mode wrote. A product with a slope of another
branch, which is 0 there, counts as 0 even where that slope is not finite.
Any thread; no sympy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.program.graph import Graph, Node, reachable
from engine.program.rules import is_elementwise, slopes_of


def adjoints(graph: Graph, output: Node, variables: Sequence[Node]) -> list[Node]:
    """∂output/∂variable for each of `variables`, each of its variable's shape."""
    wanted = set(variables)
    order = reachable([output])
    needed: set[Node] = set()
    for node in order:
        if node in wanted or any(arg in needed for arg in node.args):
            needed.add(node)
    bar: dict[Node, Node] = {output: graph.const(1.0)}
    for node in reversed(order):
        here = bar.get(node)
        if here is None or node not in needed:
            continue
        for arg, part in _parts(graph, node, here, needed):
            known = bar.get(arg)
            bar[arg] = part if known is None else graph.add(known, part)
    zero = graph.const(0.0)
    return [graph.like(bar[v], v) if v in bar and v.shape else bar.get(v, zero) for v in variables]


def _parts(graph: Graph, node: Node, bar: Node, needed: set[Node]) -> list[tuple[Node, Node]]:
    """What each argument's adjoint gets from a node with the adjoint `bar`."""
    args = node.args
    if is_elementwise(node):
        slopes = slopes_of(graph, node) if any(arg in needed for arg in args) else ()
        return [
            (arg, product(graph, bar, slope))
            for arg, slope in zip(args, slopes, strict=False)
            if arg in needed
        ]
    zero = graph.const(0.0)
    match node.op:
        case "where":
            condition, a, b = args
            return [
                (arg, part)
                for arg, part in (
                    (a, graph.where(condition, bar, zero)),
                    (b, graph.where(condition, zero, bar)),
                )
                if arg in needed
            ]
        case "spread":
            return [(args[0], graph.summed(bar, node, args[0]))]
        case "total":
            return [(args[0], bar)]
        case "mean":
            return [(args[0], graph.div(bar, graph.count()))]
        case "units":
            return [(args[0], bar)]
        case "over_rows" | "over_units":
            return [(args[0], product(graph, bar, _share_of(graph, node)))]
        case "dot":
            a, b = args
            if a is b:
                return [(a, product(graph, graph.mul(graph.const(2.0), bar), a))]
            return [(one, product(graph, bar, other)) for one, other in ((a, b), (b, a)) if one in needed]
        case "extended":
            return [(args[0], graph.shortened(graph.like(bar, node)))]
        case "shortened":
            return [(args[0], graph.extended(graph.like(bar, node), 0.0))]
        case "matmul":
            matrix, units = args
            full = graph.like(bar, node)
            parts = []
            if matrix in needed:
                parts.append((matrix, graph.outer(full, units)))
            if units in needed:
                parts.append((units, graph.matmul(graph.transposed(matrix), full)))
            return parts
    return []  # conditions, steps and shares are constant wherever they have a slope


def _share_of(graph: Graph, node: Node) -> Node:
    """How much of an extreme, a median or a log-sum-exp over an axis each entry makes."""
    arg = node.args[0]
    if node.param == "logsumexp":
        return graph.call("exp", graph.sub(arg, node))
    if node.param == "median":
        return graph._node("median_share", (arg,), None, arg.shape, arg.rows)
    wins = graph.share(arg, node)
    count = graph.total(wins) if node.op == "over_rows" else graph.units(wins)
    return graph.div(wins, count)


def product(graph: Graph, bar: Node, slope: Node) -> Node:
    """bar · slope, 0 where either is 0 because another branch was taken."""
    if bar.value == 0 or slope.value == 0:
        return graph.const(0.0)
    if slope.value is not None or bar.value is not None:
        return graph.mul(bar, slope)
    if slope.op == "step":  # one look at the sign, instead of two for zeros
        return graph.where(graph.compare(">", slope.args[0], graph.const(0.0)), bar, graph.const(0.0))
    if bar.gated or slope.gated:
        return graph._elementwise("gate", bar, slope)
    return graph.mul(bar, slope)


def tangents(graph: Graph, outputs: Sequence[Node], seeds: Mapping[Node, Node]) -> list[Node]:
    """The derivatives of `outputs` along a direction, given that of each variable in it."""
    zero = graph.const(0.0)
    dot: dict[Node, Node] = dict(seeds)
    for node in reachable(outputs):
        if node not in dot and node.varies and any(arg in dot for arg in node.args):
            found = _tangent(graph, node, dot)
            if found is not None:
                dot[node] = found
    return [dot.get(output, zero) for output in outputs]


def _tangent(graph: Graph, node: Node, dot: Mapping[Node, Node]) -> Node | None:
    args = node.args
    moving = [dot.get(arg) for arg in args]
    if is_elementwise(node):
        terms = [
            product(graph, move, slope)
            for move, slope in zip(moving, slopes_of(graph, node), strict=False)
            if move is not None
        ]
        result = graph.total_of(terms)
        return None if result.value == 0 else result
    zero = graph.const(0.0)
    match node.op:
        case "where":
            return graph.where(args[0], moving[1] or zero, moving[2] or zero)
        case "gate":
            bar, slope = args
            parts = [
                product(graph, move, other)
                for move, other in ((moving[0], slope), (moving[1], bar))
                if move is not None
            ]
            return graph.total_of(parts)
        case "spread" | "total" | "mean" | "units" | "transposed" | "like":
            move = moving[0]
            if move is None or move.value == 0:
                return None
            full = graph.like(move, args[0])
            return graph._node(node.op, (full, *args[1:]), node.param, node.shape, node.rows)
        case "extended" | "shortened":
            assert moving[0] is not None
            full = graph.like(moving[0], args[0])
            return graph.extended(full, 0.0) if node.op == "extended" else graph.shortened(full)
        case "matmul" | "outer" | "dot":
            write = {"matmul": graph.matmul, "outer": graph.outer, "dot": graph.dot}[node.op]
            parts = []
            if moving[0] is not None:
                parts.append(write(graph.like(moving[0], args[0]), args[1]))
            if moving[1] is not None:
                parts.append(write(args[0], graph.like(moving[1], args[1])))
            return graph.total_of(parts)
        case "over_rows" | "over_units":
            assert moving[0] is not None
            weighted = product(graph, moving[0], _share_of(graph, node))
            reduce = graph.total if node.op == "over_rows" else graph.units
            return reduce(graph.like(weighted, args[0]))
    return None
