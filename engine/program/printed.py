"""Graph → a compiled function: one statement an array, numbers in one expression, equal parts computed once.

The text is printed here, from node numbers, numbers and names of `engine.program.numeric` alone, and runs
without builtins. Arrays with units or rows are written into buffers, which are used again as soon as what
they hold is not needed any more. Any thread; numpy only.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from types import CodeType
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from engine.program.buffers import BINARY, Buffer, Line, made, with_buffers
from engine.program.graph import Node, Shape, reachable
from engine.program.numeric import NAMES, UFUNCS, template

_SIGNS: Final = {
    "<": ("<", "less"),
    "<=": ("<=", "less_equal"),
    ">": (">", "greater"),
    ">=": (">=", "greater_equal"),
    "=": ("==", "equal"),
    "!=": ("!=", "not_equal"),
}
_DEEPEST: Final = 20  # brackets in one expression


class Compiled(NamedTuple):
    """A function compute(inputs…, columns…, n, buffers) → a tuple of the outputs.

    Attributes:
        room: the buffers that it wants.
        results: of each output, the buffer that it is written into; None for a number, or an array made anew.
        plain: whether it calls nothing: then Python's own numbers are all it takes, and warn of nothing.
    """

    compute: Any
    room: tuple[Buffer, ...]
    results: tuple[int | None, ...]
    source: str
    plain: bool

    def numbers(self, points: Shape, rows: int) -> int:
        """How many numbers the buffers hold."""
        return sum(math.prod(each.size(points, rows)) for each in self.room if each.inside is None)

    def buffers(self, points: Shape, rows: int, dtype: DTypeLike = np.float64) -> tuple[Any, ...]:
        """Room for points of the leading shape `points`."""
        return made(self.room, points, rows, dtype)

    def no_buffers(self) -> tuple[None, ...]:
        """For points that are not one block: every array is made anew."""
        return (None,) * len(self.room)


class _Printer:
    def __init__(self, outputs: Sequence[Node]) -> None:
        self.outputs = outputs
        self.order = reachable(outputs)
        self.counts: Counter[Node] = Counter(arg for node in self.order for arg in node.args)
        self.counts.update(outputs)
        self.lines: list[Line] = []
        self.text: dict[Node, str] = {}
        self.depth: dict[Node, int] = {}
        self.names: dict[Node, tuple[str, ...]] = {}

    def print(self) -> None:
        for node in self.order:
            self._print(node)

    def _print(self, node: Node) -> None:
        leaf = self._leaf(node)
        if leaf is not None:
            self.text[node], self.depth[node] = leaf, 0
            self.names[node] = ()
            return
        array = bool(node.shape or node.rows)
        text = self._array(node) if array else self._number(node)
        depth = 1 + max((self.depth[arg] for arg in node.args), default=0)
        uses = tuple(dict.fromkeys(name for arg in node.args for name in self.names[arg]))
        squared = node.op == "whole_power" and node.param in (2, 3)
        if array or squared or self.counts[node] > 1 or depth >= _DEEPEST or node in self.outputs:
            name = f"t{node.number}"
            self.lines.append(Line(node, f"{name} = {text}", uses))
            text, depth, uses = name, 0, (name,)
        self.text[node], self.depth[node], self.names[node] = text, depth, uses

    def _leaf(self, node: Node) -> str | None:
        match node.op:
            case "const":
                value = repr(node.param)
                return f"({value})" if value[0] == "-" else value
            case "var":
                return f"v{node.param}"
            case "dir":
                return f"d{node.param}"
            case "col":
                return f"c{node.param}"
            case "count":
                return "n"
        return None

    def _number(self, node: Node) -> str:
        """An expression of numbers, or of arrays of points."""
        used = [self.text[arg] for arg in node.args]
        if node.op in BINARY:
            return f"({used[0]} {BINARY[node.op][0]} {used[1]})"
        if node.op == "compare":
            return f"({used[0]} {_SIGNS[node.param][0]} {used[1]})"
        if node.op == "neg":
            return f"(-{used[0]})"
        if node.op == "whole_power" and node.param in (2, 3):
            name = self._named(node.args[0])
            return f"({name} * {name})" if node.param == 2 else f"({name} * ({name} * {name}))"
        return self._common(node, used)

    def _named(self, node: Node) -> str:
        """A name for a value that its text uses twice."""
        if not self.text[node].isidentifier() and node.value is None:
            name = f"t{node.number}"
            self.lines.append(Line(node, f"{name} = {self.text[node]}", self.names[node]))
            self.text[node], self.depth[node], self.names[node] = name, 0, (name,)
        return self.text[node]

    def _array(self, node: Node) -> str:
        """A call of a function that writes into a buffer, or a view."""
        used = [self.text[arg] for arg in node.args]
        if node.op in BINARY:
            return f"{BINARY[node.op][1]}({used[0]}, {used[1]}, {{out}})"
        if node.op == "compare":
            return f"{_SIGNS[node.param][1]}({used[0]}, {used[1]})"
        if node.op == "neg":
            return f"negative({used[0]}, {{out}})"
        if node.op == "whole_power" and node.param == 2:
            return f"multiply({used[0]}, {used[0]}, {{out}})"
        if node.op == "call":
            text = template(node.param).format(*used, args=", ".join(used))
            function, bracket, rest = text.partition("(")
            if bracket and function in UFUNCS and rest.count("(") == 0 and text[-1] == ")":
                return f"{text[:-1]}, out={{out}})"
            return text
        match node.op:
            case "spread":
                units, rows = node.param
                axes = (":",) if node.args[0].rows else ()
                index = ", ".join(("...", *("None",) * units, *axes, *(("None",) if rows else ())))
                return f"{used[0]}[{index}]" if node.args[0].varies or node.args[0].rows else used[0]
            case "transposed":
                return f"{used[0]}.mT"
            case "extended":
                return f"extended({used[0]}, {node.param!r}, {node.rows}, {{out}})"
            case "shortened":
                return f"{used[0]}[..., :-1{', :' * node.rows}]"
            case "matmul" if node.rows:
                return f"matmul({used[0]}, {used[1]}, {{out}})"
            case "matmul":
                return f"matmul({used[0]}, {used[1]}[..., None])[..., 0]"
            case "outer" if node.args[0].rows:
                return f"matmul({used[0]}, {used[1]}.mT, {{out}})"
            case "outer":
                return f"multiply({used[0]}[..., None], {used[1]}[..., None, :], {{out}})"
            case "like":
                return f"like({used[0]}, {used[1]})"
        return self._common(node, used)

    def _common(self, node: Node, used: list[str]) -> str:
        match node.op:
            case "whole_power":
                return f"whole_power({used[0]}, {int(node.param)})"
            case "call":
                return "(" + template(node.param).format(*used, args=", ".join(used)) + ")"
            case "where" | "gate" | "share" | "step" | "median_share":
                return f"{node.op}({', '.join(used)})"
            case "not":
                return f"logical_not({used[0]})"
            case "total" if node.shape and not node.args[0].thin:
                return f"matmul({used[0]}, ones(n), {{out}})"
            case "dot":
                return f"dot({used[0]}, {used[1]}, {len(node.args[0].shape) + node.args[0].rows})"
            case "total":
                return f"rows_total({used[0]}, n)"
            case "mean":
                return f"rows_mean({used[0]}, n)"
            case "over_rows":
                return f"rows_{node.param}({used[0]})"
            case "over_units":
                return f"units_{node.param}({used[0]}, {self._axes(node.args[0])!r})"
            case "units":
                return f"units_total({used[0]}, {self._axes(node.args[0])!r})"
        raise TypeError(node.op)

    def _axes(self, node: Node) -> tuple[int, ...]:
        """The axes of a node's units, counted from the last."""
        rows = 1 if node.rows else 0
        return tuple(range(-len(node.shape) - rows, -rows))


def compiled(outputs: Sequence[Node], inputs: Sequence[str]) -> Compiled:
    """The function of `inputs` (v0, d0, c0, …) that computes `outputs`; also takes n and the buffers."""
    printer = _Printer(outputs)
    printer.print()
    kept = {name for output in outputs for name in printer.names[output]}
    lines, room, written = with_buffers(printer.lines, kept)
    body = [f"    ({', '.join(f'b{k}' for k in range(len(room)))},) = buffers"] if room else []
    body += [f"    {line}" for line in lines]
    results = ", ".join(printer.text[output] for output in outputs)
    source = f"def compute({', '.join((*inputs, 'n', 'buffers'))}):\n" + "\n".join(
        [*body, f"    return ({results},)\n"]
    )
    code: CodeType = compile(source, "<program>", "exec")
    scope: dict[str, Any] = {"__builtins__": {}, **NAMES}
    # Printed above from numbers of nodes and names of NAMES: no text of a person or a file is in it.
    exec(code, scope)  # noqa: S102
    return Compiled(
        scope["compute"],
        tuple(room),
        tuple(written.get(printer.text[output]) for output in outputs),
        source,
        plain=not (room or scope["compute"].__code__.co_names),
    )
