"""Graph: a formula, or a network, as operations on numbers, rows and matrices, each written down once.

A value has a shape, () for a number, (h,) for a layer of units, (o, i) for a matrix, and may have one entry
for each row of the data besides. In memory the axes are: the points asked for, the shape, the rows last.
Equal operations on equal values are one node, and what is exact is simplified as it is written.
Any thread; numpy only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np

Shape = tuple[int, ...]

CONDITIONS: Final = frozenset({"compare", "and", "or", "not"})
GATES: Final = frozenset({"where", "step", "share", "sign"})


class Node:
    """One value of a Graph. Compared by identity: equal ones are the same.

    Attributes:
        op: the operation. args: what it is applied to. param: a number, name or sign that belongs to it.
        shape, rows: see the module. varies: whether it depends on a variable.
        gated: whether it may be exactly 0 because another branch was taken, whatever the numbers beside it.
        thin: whether an axis may have one entry that stands for all of them.
    """

    __slots__ = ("args", "gated", "number", "op", "param", "rows", "shape", "thin", "varies")

    def __init__(
        self, number: int, op: str, args: tuple[Node, ...], param: Any, shape: Shape, rows: bool, varies: bool
    ) -> None:
        self.number, self.op, self.args, self.param = number, op, args, param
        self.shape, self.rows, self.varies = shape, rows, varies
        self.gated: bool = op in GATES or (op in ("mul", "neg") and any(arg.gated for arg in args))
        wide = [arg for arg in args if arg.op not in ("const", "count")]
        self.thin: bool = op == "spread" or (
            bool(shape or rows) and bool(wide) and all(arg.thin for arg in wide)
        )

    @property
    def axes(self) -> tuple[Shape, bool]:
        """Its shape, and whether it has rows."""
        return self.shape, self.rows

    @property
    def fixed(self) -> bool:
        """Whether it is a number that no variable moves."""
        return not (self.varies or self.shape or self.rows)

    @property
    def value(self) -> float | None:
        """The number that a constant is, else None."""
        return self.param if self.op == "const" else None

    def __repr__(self) -> str:
        return f"{self.op}{self.number}({', '.join(str(arg.number) for arg in self.args)})"


class Graph:
    """Writes nodes; a node's arguments always stand before it in `nodes`."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self._known: dict[tuple[Any, ...], Node] = {}

    # Leaves

    def const(self, value: float) -> Node:
        value = float(value)
        return self._node("const", (), value, (), False, key=(value.hex(),))

    def variable(self, index: int, shape: Shape = ()) -> Node:
        """The parameter number `index` of the function."""
        return self._node("var", (), index, shape, False, varies=True)

    def direction(self, index: int, shape: Shape = ()) -> Node:
        """Its part of a direction in which derivatives are taken."""
        return self._node("dir", (), index, shape, False, varies=True)

    def column(self, index: int, shape: Shape = ()) -> Node:
        """A column of the data, or several as the units of a layer."""
        return self._node("col", (), index, shape, True)

    def count(self) -> Node:
        """The number of rows."""
        return self._node("count", (), None, (), False)

    # Arithmetic

    def add(self, a: Node, b: Node) -> Node:
        if a.value is not None and b.value is not None:
            return self.const(a.value + b.value)
        if a.value == 0:
            return b
        if b.value == 0:
            return a
        if b.op == "neg":
            return self.sub(a, b.args[0])
        return self._elementwise("add", a, b)

    def sub(self, a: Node, b: Node) -> Node:
        if a.value is not None and b.value is not None:
            return self.const(a.value - b.value)
        if b.value == 0:
            return a
        if a.value == 0:
            return self.neg(b)
        if b.op == "neg":
            return self.add(a, b.args[0])
        return self._elementwise("sub", a, b)

    def neg(self, a: Node) -> Node:
        if a.value is not None:
            return self.const(-a.value)
        if a.op == "neg":
            return a.args[0]
        return self._elementwise("neg", a)

    def mul(self, a: Node, b: Node) -> Node:
        if a.value is not None and b.value is not None:
            return self.const(a.value * b.value)
        for one, other in ((a, b), (b, a)):
            if one.value == 1:
                return other
            if one.value == -1:
                return self.neg(other)
        if a.op == "neg":
            return self.neg(self.mul(a.args[0], b))
        if b.op == "neg":
            return self.neg(self.mul(a, b.args[0]))
        for one, other in ((a, b), (b, a)):
            if one.fixed and other.op == "mul" and other.axes != ((), False):
                for scale, rest in (other.args, other.args[::-1]):
                    if scale.fixed:  # numbers are multiplied before arrays are
                        return self.mul(self.mul(one, scale), rest)
        return self._elementwise("mul", a, b)

    def div(self, a: Node, b: Node) -> Node:
        if a.value is not None and b.value is not None:
            with np.errstate(all="ignore"):
                return self.const(float(np.float64(a.value) / np.float64(b.value)))
        if b.value == 1:
            return a
        return self._elementwise("div", a, b)

    def whole_power(self, a: Node, exponent: int) -> Node:
        """aⁿ for a whole n ≥ 0."""
        if exponent == 0:
            return self.add(self.mul(a, self.const(0.0)), self.const(1.0))  # undefined where a is
        if exponent == 1:
            return a
        if a.op == "neg":
            even = self.whole_power(a.args[0], exponent)
            return even if exponent % 2 == 0 else self.neg(even)
        return self._elementwise("whole_power", a, param=exponent)

    def call(self, name: str, *args: Node) -> Node:
        """A function of `engine.program.numeric`, element by element."""
        return self._elementwise("call", *args, param=name)

    def total_of(self, terms: Iterable[Node]) -> Node:
        """Their sum."""
        result = self.const(0.0)
        for term in terms:
            result = self.add(result, term)
        return result

    # Conditions

    def compare(self, sign: str, a: Node, b: Node) -> Node:
        return self._elementwise("compare", a, b, param=sign)

    def both(self, a: Node, b: Node) -> Node:
        return self._elementwise("and", a, b)

    def either(self, a: Node, b: Node) -> Node:
        return self._elementwise("or", a, b)

    def opposite(self, a: Node) -> Node:
        return self._elementwise("not", a)

    def where(self, condition: Node, a: Node, b: Node) -> Node:
        if a is b:
            return a
        return self._elementwise("where", condition, a, b)

    def step(self, a: Node) -> Node:
        """1 where a > 0, else 0: the slope of relu, which is 0 at 0 as PyTorch has it."""
        return self._elementwise("step", a)

    def share(self, a: Node, extreme: Node) -> Node:
        """1 where a is the extreme, else 0."""
        return self._elementwise("share", a, extreme)

    # Rows, units, matrices

    def total(self, a: Node) -> Node:
        """The sum over the rows."""
        return self._node("total", (a,), None, a.shape, False) if a.rows else self.mul(a, self.count())

    def mean(self, a: Node) -> Node:
        """The mean over the rows."""
        return self._node("mean", (a,), None, a.shape, False) if a.rows else a

    def over_rows(self, name: str, a: Node) -> Node:
        """The largest, the smallest, the median or the log-sum-exp of the rows."""
        return self._node("over_rows", (a,), name, a.shape, False) if a.rows else a

    def units(self, a: Node) -> Node:
        """The sum over the units of a layer, or the entries of a matrix."""
        return self._node("units", (a,), None, (), a.rows) if a.shape else a

    def over_units(self, name: str, a: Node) -> Node:
        """The log-sum-exp or the largest of the units of a layer."""
        return self._node("over_units", (a,), name, (), a.rows) if a.shape else a

    def dot(self, a: Node, b: Node) -> Node:
        """The sum of the products of two values of the same axes, over all of them."""
        return self._node("dot", (a, b), None, (), False)

    def matmul(self, matrix: Node, units: Node) -> Node:
        """(o, i) × (i,) → (o,)."""
        return self._node("matmul", (matrix, units), None, matrix.shape[:1], units.rows)

    def transposed(self, matrix: Node) -> Node:
        """(o, i) → (i, o)."""
        return self._node("transposed", (matrix,), None, matrix.shape[::-1], matrix.rows)

    def extended(self, a: Node, last: float) -> Node:
        """a with one more entry, `last`, at the end of its shape: (…, i) → (…, i + 1)."""
        return self._node("extended", (a,), last, (*a.shape[:-1], a.shape[-1] + 1), a.rows)

    def shortened(self, a: Node) -> Node:
        """a without the entries at the end of its shape: (…, i + 1) → (…, i)."""
        return self._node("shortened", (a,), None, (*a.shape[:-1], a.shape[-1] - 1), a.rows)

    def outer(self, a: Node, b: Node) -> Node:
        """The products of the units (o,) and (i,), summed over the rows: (o, i)."""
        return self._node("outer", (a, b), None, (*a.shape, *b.shape), False)

    def like(self, a: Node, model: Node) -> Node:
        """a, with the axes of `model`, each of them whole."""
        plain = not (model.shape or model.rows)
        if a.axes == model.axes and (plain or not (a.thin or a.op == "const")):
            return a
        return self._node("like", (self._spread(a, model.shape, model.rows), model), None, *model.axes)

    def summed(self, a: Node, model: Node, target: Node) -> Node:
        """The sum of `a` over the axes that `model` has and `target` has not.

        Along an axis that `a` lacks it is constant.
        """
        if model.rows and not target.rows:
            a = self.total(a)
        if model.shape and not target.shape:
            a = self.units(a) if a.shape else self.mul(a, self.const(float(np.prod(model.shape))))
        return a

    def _elementwise(self, op: str, *args: Node, param: Any = None) -> Node:
        shape = max((arg.shape for arg in args), key=len)
        rows = any(arg.rows for arg in args)
        spread = tuple(self._spread(arg, shape, rows) for arg in args)
        return self._node(op, spread, param, shape, rows)

    def _spread(self, a: Node, shape: Shape, rows: bool) -> Node:
        """`a` with new axes of one entry, so that it broadcasts against values of that shape."""
        if a.op == "const" or a.op == "count" or (len(a.shape) == len(shape) and a.rows == rows):
            return a
        new = () if a.shape == shape else (1,) * len(shape)
        return self._node("spread", (a,), (len(new), rows and not a.rows), shape, rows)

    def _node(
        self,
        op: str,
        args: tuple[Node, ...],
        param: Any,
        shape: Shape,
        rows: bool,
        *,
        varies: bool = False,
        key: Sequence[Any] | None = None,
    ) -> Node:
        known = (op, *(arg.number for arg in args), *(key if key is not None else (param,)))
        node = self._known.get(known)
        if node is None:
            varies = varies or any(arg.varies for arg in args)
            node = Node(len(self.nodes), op, args, param, shape, rows, varies)
            self.nodes.append(node)
            self._known[known] = node
        return node


def reachable(outputs: Iterable[Node]) -> list[Node]:
    """The nodes that the outputs are made of, in the order in which they were written."""
    found: dict[int, Node] = {}
    waiting = list(outputs)
    while waiting:
        node = waiting.pop()
        if node.number not in found:
            found[node.number] = node
            waiting.extend(node.args)
    return [found[number] for number in sorted(found)]
