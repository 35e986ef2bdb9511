"""Flat numbers θ ↔ the scalars and matrices that a program computes with; some numbers may be held.

A formula's blocks are its letters, each a single number. Any thread; numpy only.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.base.arrays import Floats
from engine.program.graph import Shape
from engine.program.printed import Compiled


class Blocks:
    """The variables of a program as places in θ, (…, d), which has the numbers that are not held.

    Args:
        shapes: of the blocks. held: by place among all numbers. order: the places of the blocks' numbers
            among all, where the blocks do not have them one after the other.

    Attributes:
        places: of the blocks that vary. scalar: whether each block is one number.
        count: of all numbers; dimension: d. free: whether nothing is held; whole: whether all blocks are
            arrays, too.
    """

    def __init__(
        self, shapes: Sequence[Shape], held: Mapping[int, float], order: NDArray[np.intp] | None = None
    ) -> None:
        ends = [0, *accumulate(math.prod(shape) for shape in shapes)]
        free = np.ones(ends[-1], bool)
        free[list(held)] = False
        numbers = np.zeros(ends[-1])
        numbers[list(held)] = list(held.values())
        # Of the blocks' own numbers one after the other, the places in θ; and back.
        self.order: Final = None if order is None else (np.cumsum(free) - 1)[order[free[order]]]
        self.back: Final = None if self.order is None else np.argsort(self.order)
        if order is not None:
            free, numbers = free[order], numbers[order]
        own = [free[a:b] for a, b in pairwise(ends)]
        self._shapes: Final = tuple(shapes)
        # Of each block: which of its numbers vary, unless all do; its numbers, where held; its place in θ.
        self._masks: Final = [None if mask.all() else mask for mask in own]
        self._fixed: Final[list[Any]] = [
            numbers[a:b].reshape(shape) if shape else numbers[a]
            for (a, b), shape in zip(pairwise(ends), shapes, strict=True)
        ]
        self._spans: Final = list(pairwise([0, *accumulate(int(mask.sum()) for mask in own)]))
        self.count: Final = ends[-1]
        self.dimension: Final = int(free.sum())
        self.places: Final = tuple(k for k, (a, b) in enumerate(self._spans) if b > a)
        self.free: Final = bool(free.all())
        self.whole: Final = self.free and all(shapes)
        self.scalar: Final = not any(shapes)

    def _ordered(self, theta: Floats) -> Floats:
        return theta if self.order is None else theta[..., self.order]

    def places_of(self, ways: Floats) -> tuple[int, ...]:
        """The blocks that directions (k, d) move."""
        ways = self._ordered(ways)
        return tuple(k for k in self.places if ways[:, slice(*self._spans[k])].any())

    def split(self, theta: Floats) -> list[Any]:
        """(…, d) → each block, (…, *shape); views of θ where they can be."""
        return self.views(self._ordered(theta))

    def numbers(self, theta: Iterable[float]) -> Iterable[Any]:
        """The blocks of a formula, a number each, at one point: d numbers."""
        if self.free:
            return theta
        left = iter(theta)
        return [
            next(left) if b > a else fixed for (a, b), fixed in zip(self._spans, self._fixed, strict=True)
        ]

    def views(self, ordered: Floats) -> list[Any]:
        """As `split`, of the blocks' numbers one after the other."""
        return [self._block(k, ordered) for k in range(len(self._shapes))]

    def directions(self, ways: Floats) -> list[Any]:
        """As `split`, of directions: what is held does not move."""
        ways = self._ordered(ways)
        return [self._block(k, ways, 0.0) for k in range(len(self._shapes))]

    def join(self, parts: Sequence[Any], lead: Shape) -> Floats:
        """The derivatives by the blocks at `places`, each (…, *shape) or constant along axes → (…, d)."""
        if self.scalar and not lead:
            return np.array(parts, dtype=float)
        found = np.empty((*lead, self.dimension))
        for place, part in zip(self.places, parts, strict=True):
            (a, b), shape, mask = self._spans[place], self._shapes[place], self._masks[place]
            if not shape:
                found[..., a] = part
                continue
            whole = np.broadcast_to(part, (*lead, *shape)).reshape((*lead, math.prod(shape)))
            found[..., a:b] = whole if mask is None else whole[..., mask]
        return found if self.back is None else found[..., self.back]

    def along(self, parts: Sequence[Any], ways: Floats) -> Floats:
        """The slopes along directions (k, d) of the blocks that they move, (n, *shape) each → (k, n)."""
        total = 0.0
        places, ways = self.places_of(ways), self._ordered(ways)
        for place, part in zip(places, parts, strict=True):
            way = ways[:, slice(*self._spans[place])]
            shape, mask = self._shapes[place], self._masks[place]
            part = np.asarray(part)
            if part.ndim == len(shape):  # the same at every point
                part = part[None]
            whole = part.reshape(len(part), math.prod(shape))
            total = total + way @ (whole if mask is None else whole[:, mask]).T
        return np.asarray(total)

    def _block(self, k: int, theta: Floats, held: float | None = None) -> Any:
        (a, b), shape, mask = self._spans[k], self._shapes[k], self._masks[k]
        if a == b:
            if held is not None:
                return np.full(shape, held) if shape else np.float64(held)
            return self._fixed[k]
        if not shape:
            return theta[..., a]
        if mask is None:
            return theta[..., a:b].reshape((*theta.shape[:-1], *shape))
        whole = np.empty((*theta.shape[:-1], len(mask)))
        whole[...] = self._fixed[k].ravel() if held is None else held
        whole[..., mask] = theta[..., a:b]
        return whole.reshape((*theta.shape[:-1], *shape))


class Bench:
    """Room for one point of matrices: θ and the gradient as flat arrays, and the blocks as views of them.

    Args:
        compiled: → (f, ∂f by each block). rows: of the data.
    """

    def __init__(self, blocks: Blocks, compiled: Compiled, rows: int) -> None:
        self._compute = compiled.compute
        self._theta = np.zeros(blocks.dimension)
        self._slopes = np.zeros(blocks.dimension)
        self._inputs = blocks.views(self._theta)
        self._blocks, self._rows = blocks, float(rows)
        buffers = list(compiled.buffers((), rows))
        written = compiled.results[1:]
        self._in_place = None not in written and len(set(written)) == len(written)
        if self._in_place:
            for number, view in zip(written, blocks.views(self._slopes), strict=True):
                assert number is not None
                buffers[number] = view
        self._buffers = tuple(buffers)

    def value_and_gradient(self, points: Floats, columns: Sequence[Floats]) -> tuple[Floats, Floats]:
        """Of one point, (…, d) of d numbers → (…), (…, d): NaN where the value is."""
        shape, order, back = points.shape, self._blocks.order, self._blocks.back
        if order is None:
            self._theta[...] = points.ravel()
        else:
            points.take(order, out=self._theta, mode="clip")  # "raise" would copy once more
        with np.errstate(all="ignore"):
            f, *slopes = self._compute(*self._inputs, *columns, self._rows, self._buffers)
        if not self._in_place:
            gradient = self._blocks.join(slopes, ())
        else:
            gradient = self._slopes.copy() if back is None else self._slopes.take(back)
        if f != f:
            gradient[...] = np.nan
        return np.array(f, ndmin=len(shape) - 1), gradient.reshape(shape)
