"""The arrays that a printed program writes into: each is used again once what it holds is not needed.

Any thread; numpy only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from engine.program.graph import Node, Shape

BINARY: Final = {
    "add": ("+", "add"),
    "sub": ("-", "subtract"),
    "mul": ("*", "multiply"),
    "div": ("/", "divide"),
    "and": ("&", "logical_and"),
    "or": ("|", "logical_or"),
}
_VIEWS: Final = frozenset({"spread", "transposed", "like", "shortened"})
_ELEMENTWISE: Final = frozenset({*BINARY, "neg", "call", "whole_power"})

Kind = tuple[bool, Shape, bool]


class Line(NamedTuple):
    """A statement: its node, its text with {out} where a buffer's name goes, the names that it uses."""

    node: Node
    text: str
    uses: tuple[str, ...]

    @property
    def name(self) -> str:
        """What it assigns to."""
        return self.text.partition(" = ")[0]


class Buffer(NamedTuple):
    """An array that is written into.

    Attributes:
        kind: whether it varies with the point, its shape, whether it has rows.
        last: what its last unit holds from the first on, which nothing writes over; None for no such unit.
        inside: the buffer of which it is all but that unit; None where it is an array of its own.
    """

    kind: Kind
    last: float | None = None
    inside: int | None = None

    def size(self, points: Shape, rows: int) -> Shape:
        """Its axes for points of the leading shape `points`."""
        varies, shape, has_rows = self.kind
        return (*(points if varies else ()), *shape, *((rows,) if has_rows else ()))


def made(room: Sequence[Buffer], points: Shape, rows: int, dtype: DTypeLike) -> tuple[Any, ...]:
    """The arrays."""
    arrays: list[Any] = []
    for buffer in room:
        if buffer.inside is not None:
            arrays.append(arrays[buffer.inside][..., :-1, :])
            continue
        arrays.append(np.empty(buffer.size(points, rows), dtype))
        if buffer.last is not None:
            arrays[-1][..., -1, :] = buffer.last
    return tuple(arrays)


def with_buffers(lines: Sequence[Line], kept: set[str]) -> tuple[list[str], list[Buffer], dict[str, int]]:
    """The lines with a buffer each where one is written into: it is free again after its last use.

    An elementwise operation may write over what it reads for the last time. A layer to which a unit is added
    is written where that unit stands already. Also the buffers, and those of the names that are `kept`.
    """
    behind = _behind(lines)
    kept = kept | {each for name in kept for each in behind.get(name, ())}
    last = {
        each: place
        for place, line in enumerate(lines)
        for name in line.uses
        for each in (name, *behind.get(name, ()))
    }
    longer = {line.node.args[0]: line.node for line in lines if line.node.op == "extended" and line.node.rows}
    room: list[Buffer] = []
    whole: dict[Node, int] = {}  # the buffers of layers that have a unit added
    free: dict[Kind, list[int]] = {}
    ending: dict[int, list[tuple[Kind, int]]] = {}
    texts: list[str] = []
    written: dict[str, int] = {}

    def release(place: int) -> None:
        for kind, number in ending.pop(place, ()):
            free[kind].append(number)

    def buffer_for(line: Line, place: int) -> int:
        node = line.node
        kind: Kind = (node.varies, node.shape, node.rows)
        if node in whole:
            return whole[node]
        if node in longer and line.name not in kept:
            full = longer[node]
            whole[full] = len(room)
            room.append(Buffer((full.varies, full.shape, full.rows), last=full.param))
            room.append(Buffer(kind, inside=whole[full]))
            return len(room) - 1
        pool = free.setdefault(kind, [])
        if not pool:
            pool.append(len(room))
            room.append(Buffer(kind))
        number = pool.pop()
        if line.name in kept:
            written[line.name] = number
        else:
            ending.setdefault(last.get(line.name, place), []).append((kind, number))
        return number

    for place, line in enumerate(lines):
        text = line.text
        if line.node.op in _ELEMENTWISE:
            release(place)
        if "{out}" in text and line.node.thin:
            text = text.replace(", out={out}", "").replace(", {out}", "")
        elif "{out}" in text:
            text = text.replace("{out}", f"b{buffer_for(line, place)}")
        texts.append(text)
        release(place)
    return texts, room, written


def _behind(lines: Sequence[Line]) -> dict[str, tuple[str, ...]]:
    """What a view looks at, by its name."""
    behind: dict[str, tuple[str, ...]] = {}
    for line in lines:
        if line.node.op in _VIEWS or "[..., 0]" in line.text:
            behind[line.name] = tuple(
                dict.fromkeys(each for used in line.uses for each in (used, *behind.get(used, ())))
            )
    return behind
