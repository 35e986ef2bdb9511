"""Program: a function of parameters and data, with its derivatives, compiled as they are asked for.

Everything is made in this process and in time linear in the size of the formula. Any thread; numpy only.
"""

from __future__ import annotations

import functools
import math
import threading
from collections.abc import Callable, Sequence
from typing import Final

from engine.formula import ast
from engine.program.build import Builder
from engine.program.derivatives import adjoints, tangents
from engine.program.graph import Graph, Node, Shape, reachable
from engine.program.kinks import kinks_of
from engine.program.numeric import COSTS
from engine.program.printed import Compiled, compiled

MOST_ENTRIES: Final = 8  # variables up to which every second derivative is written down by itself


class Program:
    """The output of a Graph as a function of its variables and columns.

    Args:
        graph: in which `output` is written. variables: of the function; columns: how many of them it has.

    Attributes:
        shapes: of the variables, in their order. widest: the most units that a value has.
        operations: that a value takes, equal parts once; a special function counts as many as it takes.
    """

    def __init__(self, graph: Graph, output: Node, variables: Sequence[Node], columns: int) -> None:
        self._graph = graph
        self._output = output
        self._variables = tuple(variables)
        self._lock = threading.Lock()
        self._made: dict[tuple[str, tuple[int, ...]], Compiled] = {}
        self.shapes: tuple[Shape, ...] = tuple(variable.shape for variable in variables)
        self.columns = columns
        nodes = reachable([output])
        self.widest = max((math.prod(node.shape) for node in nodes if node.rows), default=1)
        costs = (COSTS.get(node.param, 1) if node.op == "call" else 1 for node in nodes if node.args)
        self.operations = max(1, sum(costs))
        self._inputs = (
            *(f"v{k}" for k in range(len(self._variables))),
            *(f"c{k}" for k in range(columns)),
        )
        self._directions = tuple(f"d{k}" for k in range(len(self._variables)))

    def value(self) -> Compiled:
        """→ (f,)."""
        return self._compiled("value", (), self._inputs, lambda: [self._output])

    def gradient(self, places: tuple[int, ...]) -> Compiled:
        """→ (f, ∂f/∂v for v of the variables at `places`)."""
        return self._compiled("gradient", places, self._inputs, lambda: [self._output, *self._slopes(places)])

    def entries(self, places: tuple[int, ...]) -> Compiled:
        """→ (f, ∂²f/∂v∂w for v ≤ w of the numbers at `places`), row by row."""

        def write() -> list[Node]:
            slopes = self._slopes(places)
            one = self._graph.const(1.0)
            found = [self._output]
            for i, place in enumerate(places):
                found += tangents(self._graph, slopes[i:], {self._variables[place]: one})
            return found

        return self._compiled("entries", places, self._inputs, write)

    def curvature(self, places: tuple[int, ...]) -> Compiled:
        """→ (f, the derivative of each ∂f/∂v along a direction); its parts are further inputs d0, d1, …"""

        def write() -> list[Node]:
            seeds = {
                self._variables[place]: self._graph.direction(place, self.shapes[place]) for place in places
            }
            return [self._output, *tangents(self._graph, self._slopes(places), seeds)]

        return self._compiled("curvature", places, (*self._directions, *self._inputs), write)

    def kinks(self) -> Compiled:
        """→ (whether f has a tie, a kink or a 0/0 there,)."""
        return self._compiled("kinks", (), self._inputs, lambda: [kinks_of(self._graph, self._output)])

    def _slopes(self, places: tuple[int, ...]) -> list[Node]:
        return adjoints(self._graph, self._output, [self._variables[place] for place in places])

    def _compiled(
        self, what: str, places: tuple[int, ...], inputs: tuple[str, ...], write: Callable[[], list[Node]]
    ) -> Compiled:
        key = (what, places)
        made = self._made.get(key)
        if made is None:
            with self._lock:  # the window asks for its own derivatives while the engine thread works
                made = self._made.get(key) or compiled(write(), inputs)
                self._made[key] = made
        return made


@functools.lru_cache(maxsize=64)
def program_of(tree: ast.Node, variables: tuple[str, ...], columns: tuple[str, ...]) -> Program:
    """The Program of an expanded tree without spans, a function of `variables` and `columns`."""
    graph = Graph()
    letters = {name: graph.variable(k) for k, name in enumerate(variables)}
    inputs = list(letters.values())
    letters |= {name: graph.column(k) for k, name in enumerate(columns)}
    return Program(graph, Builder(graph, letters).node(tree), inputs, len(columns))
