"""The function as numbers: value, gradient and curvature of the descended variables, with held ones and data.

The rule for kinks, poles and edges: at a kink the gradient is PyTorch's (`engine.program.rules`), and
`kinks` says where that is; where the chain rule has 0/0 it is, of a single point, the limit, if there is one.
Where the value is NaN (outside the domain of f) so are gradient and curvature; a pole gives ±inf or NaN. No
NumPy warning and no exception leaves this module on account of a value. Any thread.
"""

import copy
import itertools
import math
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from engine.base.arrays import Floats
from engine.base.cancellation import CancelCheck, Cancelled, never
from engine.formula import Formula
from engine.formula.ast import without_spans
from engine.function.blocks import Bench, Blocks
from engine.function.limits import without_gaps
from engine.program.printed import Compiled
from engine.program.program import MOST_ENTRIES, Program, program_of

# How many numbers a step over data holds at once: 2 MB an array, which stays near the processor; of layers,
# of which there are many arrays, a quarter.
_CHUNK: Final = 250_000
_LAYER_CHUNK: Final = 64_000  # in float64; twice as many in float32
NUMBERS_A_ROW: Final = 30  # so many weights take the time of one more row of a table
OPERATIONS_A_ROW: Final = 12  # and so many operations of a long formula
_STEP: Final = 20_000_000  # operations between two looks at whether the answer is still wanted
_KEPT: Final = 3  # sets of buffers a thread keeps of a function
_LARGEST: Final = 4_000_000  # numbers in a set that is kept, 32 MB


class Objective:
    """L(θ) of the d descended variables, the held ones and the data bound. Broadcasts over leading axes.

    Attributes:
        variables: the d descended ones, in the formula's order.
        rows: of the data, which a value is made of; 1 without data.
    """

    variables: tuple[str, ...]
    rows: int

    def __init__(
        self,
        program: Program,
        names: Sequence[str],
        held: Mapping[str, float],
        columns: Sequence[Floats],
        order: NDArray[np.intp] | None = None,
    ) -> None:
        """`names`: of all numbers of the program's variables. `columns`: (…, rows) each.

        `order`: the places of the program's numbers among the names, where it is not theirs.
        """
        self._program = program
        self.variables = tuple(name for name in names if name not in held)
        fixed = {k: held[name] for k, name in enumerate(names) if name in held}
        self._blocks = Blocks(program.shapes, fixed, order)
        self._columns = tuple(columns)
        self.rows = max(columns[0].shape[-1], 1) if columns else 1
        self._cancelled: CancelCheck = never
        self._room = threading.local()

    @classmethod
    def bind(
        cls,
        formula: Formula,
        held: Mapping[str, float],
        data: Mapping[str, NDArray[np.float64]] | None = None,
    ) -> Self:
        """The function with the variables in `held` and its data columns, shape (rows,), fixed.

        Raises:
            KeyError: a column of the formula is not in `data`.
        """
        data = data or {}
        columns = [np.ascontiguousarray(data[name], dtype=float) for name in formula.columns]
        program = program_of(without_spans(formula.expanded), formula.variables, formula.columns)
        return cls(program, formula.variables, held, columns)

    @property
    def dimension(self) -> int:
        return len(self.variables)

    @property
    def layered(self) -> bool:
        """Whether it has matrices."""
        return not self._blocks.scalar

    @property
    def work(self) -> int:
        """What a value costs, in rows of a short formula of few variables."""
        if not self._blocks.scalar:
            return round(self.rows * max(1.0, self._blocks.count / NUMBERS_A_ROW))
        return round(self.rows * max(1.0, self._program.operations / OPERATIONS_A_ROW))

    def while_wanted(self, cancelled: CancelCheck) -> Self:
        """The same function, which raises Cancelled in the midst of many points as soon as `cancelled` says
        so."""
        other = copy.copy(self)
        other._cancelled = cancelled
        return other

    def on(self, rows: NDArray[np.intp]) -> Self:
        """The same function over some rows of the table, in that order."""
        other = copy.copy(self)
        other._columns = tuple(_rows_of(column, rows) for column in self._columns)
        other.rows = max(len(rows), 1) if self._columns else 1
        return other

    def value(self, theta: ArrayLike) -> Floats:
        """(…, d) → (…)."""
        return self._evaluate(theta, self._program.value())[0]

    def gradient(self, theta: ArrayLike) -> Floats:
        """(…, d) → (…, d)."""
        return self.value_and_gradient(theta)[1]

    def value_and_gradient(self, theta: ArrayLike) -> tuple[Floats, Floats]:
        """(…, d) → (…), (…, d)."""
        points = np.asarray(theta, dtype=float)
        if self._blocks.whole and points.size == self._blocks.dimension:
            return self._at_one(points)
        compiled = self._program.gradient(self._blocks.places)
        if points.size == self._blocks.dimension > 0:
            f, *partials = self._numbers(points, compiled)
            gradient = self._blocks.join(partials, ()).reshape(points.shape)
            if f != f:
                gradient[...] = np.nan
            elif np.isnan(gradient).any():
                gradient = without_gaps(self, points, gradient)
            return np.array(f, dtype=float, ndmin=points.ndim - 1), gradient

        def slopes(points: Floats) -> tuple[Floats, Floats]:
            lead = points.shape[:-1]
            with np.errstate(all="ignore"):
                value, *slopes = self._run(self._blocks.split(points), compiled, points=lead)
            value = np.array(np.broadcast_to(value, lead), dtype=float)
            gradient = self._blocks.join(slopes, lead)
            undefined = np.isnan(value)
            if undefined.any():
                gradient[undefined] = np.nan
            return value, gradient

        value, gradient = self._in_parts(points, slopes)
        return value, gradient

    def _numbers(self, points: Floats, compiled: Compiled) -> tuple[Any, ...]:
        """The outputs at one point, (…, d) of d numbers, which are far faster than arrays of one."""
        blocks, point = self._blocks, points.ravel()
        if compiled.plain:
            try:
                return self._run(blocks.numbers(point.tolist()), compiled, points=())
            except ArithmeticError:  # as of 1/0, where NumPy's numbers become ∞ or NaN
                pass
        with np.errstate(all="ignore"):
            numbers = blocks.numbers(point) if blocks.scalar else blocks.split(point)
            return self._run(numbers, compiled, points=())

    def _at_one(self, points: Floats) -> tuple[Floats, Floats]:
        """Value and gradient of matrices at one point, (…, d) of d numbers: computed where there is room."""
        if self._cancelled():
            raise Cancelled
        room = self._room
        benches: dict[int, Bench] | None = getattr(room, "benches", None)
        if benches is None:
            benches = room.benches = {}
        bench = benches.get(self.rows)
        if bench is None:
            if len(benches) >= _KEPT:
                benches.clear()
            compiled = self._program.gradient(self._blocks.places)
            bench = benches[self.rows] = Bench(self._blocks, compiled, self.rows)
        return bench.value_and_gradient(points, self._columns)

    def curvature(self, theta: ArrayLike, directions: ArrayLike) -> Floats:
        """The Hessian times each of k directions, (…, d) and (…, k, d) → (…, k, d); exact."""
        points, ways = np.asarray(theta, dtype=float), np.asarray(directions, dtype=float)
        if self._blocks.scalar and len(self.variables) <= MOST_ENTRIES:
            with np.errstate(all="ignore"):
                return np.asarray(ways @ self._entries(points))
        compiled = self._program.curvature(self._blocks.places)
        shape = (*points.shape[:-1], ways.shape[-2])
        flat, flat_ways = points.reshape(-1, points.shape[-1]), ways.reshape(-1, *ways.shape[-2:])
        high = self._block(1, ways.shape[-2])
        wide = self._block(high, len(flat))
        found = np.empty(flat_ways.shape)
        for k, j in itertools.product(range(0, len(flat), wide), range(0, ways.shape[-2], high)):
            part = slice(k, k + wide), slice(j, j + high)
            found[part] = self._along(flat[part[0], None], flat_ways[part], compiled)
        return found.reshape(*shape, len(self.variables))

    def _along(self, points: Floats, ways: Floats, compiled: Compiled) -> Floats:
        with np.errstate(all="ignore"):
            value, *found = self._run(self._blocks.split(points), compiled, self._blocks.directions(ways))
        result = self._blocks.join(found, ways.shape[:-1])
        result[np.broadcast_to(np.isnan(value), result.shape[:-1])] = np.nan
        return result

    def _entries(self, points: Floats) -> Floats:
        """The Hessian, (…, d) → (…, d, d), each entry by a program of its own."""
        value, *entries = self._evaluate(points, self._program.entries(self._blocks.places))
        d = len(self.variables)
        hessian = np.empty((*value.shape, d, d))
        pairs = itertools.combinations_with_replacement(range(d), 2)
        for (i, j), entry in zip(pairs, entries, strict=True):
            hessian[..., i, j] = hessian[..., j, i] = entry
        undefined = np.isnan(value)
        if undefined.any():
            hessian[undefined] = np.nan
        return hessian

    def kinks(self, theta: ArrayLike) -> NDArray[np.bool_]:
        """Where f has a tie, a kink or a 0/0, so that its gradient is a convention; (…, d) → (…)."""
        return np.asarray(self._evaluate(theta, self._program.kinks())[0] != 0)

    def on_grid(
        self,
        x: ArrayLike,
        y: ArrayLike,
        horizontal: int,
        vertical: int | None,
        at: ArrayLike,
        dtype: DTypeLike = np.float32,
    ) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """z[j, i] = f(x[i], y[j]) and its two slopes.

        Args:
            x, y: shape (nx,), (ny,). horizontal, vertical: their indices in `variables`; with vertical None
                (one drawn variable) every row is the same and fy is 0.
            at: shape (d,): where the other descended variables stand.

        Returns:
            z, fx, fy of shape (ny, nx), computed in float64, returned in `dtype`.
        """
        x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        theta = np.asarray(at, dtype=float)
        if not self._blocks.scalar:
            assert vertical is not None
            ways = np.zeros((2, len(theta)))
            ways[0, horizontal] = ways[1, vertical] = 1.0
            origin = np.where(ways.any(axis=0), 0.0, theta)
            return self.plane(origin, ways[0], ways[1], x, y, dtype)
        shape = (len(y), len(x))
        drawn = (horizontal,) if vertical is None else (horizontal, vertical)
        places = tuple(self._blocks.places[k] for k in drawn) if self.variables else ()
        compiled = self._program.gradient(places)
        found = [np.zeros(shape, dtype=dtype) for _ in range(3)]
        wide = self._block(1, len(x))
        high = self._block(wide, len(y))
        with np.errstate(all="ignore"):
            for j, i in itertools.product(range(0, len(y), high), range(0, len(x), wide)):
                rows, columns = slice(j, j + high), slice(i, i + wide)
                values = list(self._blocks.numbers(theta))
                if self.variables:
                    values[places[0]] = x[None, columns]
                if vertical is not None:
                    values[places[1]] = y[rows, None]
                results = self._run(values, compiled)
                undefined = np.isnan(results[0])
                for target, result in zip(found, results, strict=False):
                    part = target[rows, columns]
                    part[...] = result
                    if target is not found[0] and undefined.any():
                        part[np.broadcast_to(undefined, part.shape)] = np.nan
        return found[0], found[1], found[2]

    def plane(
        self,
        origin: ArrayLike,
        along: ArrayLike,
        across: ArrayLike,
        u: ArrayLike,
        v: ArrayLike,
        dtype: DTypeLike = np.float32,
    ) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """z[j, i] = f(origin + u[i] along + v[j] across) and its slopes by u and v.

        Args:
            origin, along, across: (d,). u, v: (nu,), (nv,).

        Returns:
            Three arrays (nv, nu) of `dtype`, in which they are computed, too: in float32 four times as many a
            second, to some six digits.
        """
        u, v = np.asarray(u, dtype=float), np.asarray(v, dtype=float)
        ways = np.array([along, across], dtype=float)
        origin = np.asarray(origin, dtype=float)
        moving = self._moving(origin, ways)
        if moving is not None:
            smaller, theta, ways = moving
            return smaller.plane(theta, ways[0], ways[1], u, v, dtype)
        compiled = self._program.gradient(self._blocks.places_of(ways))
        found = np.zeros((3, len(v) * len(u)), dtype=dtype)
        grid = np.stack(np.broadcast_arrays(u, v[:, None]), axis=-1).reshape(-1, 2)
        columns = [np.asarray(column, dtype) for column in self._columns]
        high = self._block(1, len(grid), np.dtype(dtype).itemsize)
        for k in range(0, len(grid), high):
            part = slice(k, k + high)
            points = origin + grid[part] @ ways
            with np.errstate(all="ignore"):
                blocks = [np.asarray(block, dtype) for block in self._blocks.split(points)]
                value, *slopes = self._run(blocks, compiled, points=points.shape[:-1], columns=columns)
            found[0, part] = value
            found[1:, part] = self._blocks.along(slopes, ways)
            found[1:, part][:, np.broadcast_to(np.isnan(value), len(points))] = np.nan
        z, by_u, by_v = found.reshape(3, len(v), len(u))
        return z, by_u, by_v

    def _moving(self, theta: Floats, ways: Floats) -> tuple["Objective", Floats, Floats] | None:
        """A function that is the same along directions (2, d) through theta (d,) and takes less time, theta
        and the directions in it; None where there is none."""
        return None

    def _block(self, width: int, count: int, itemsize: int = 8) -> int:
        """How many of `count` rows of `width` points to evaluate at once, in numbers of so many bytes."""
        points = _STEP // (self._program.operations * self.rows)
        if self._columns:
            chunk = _CHUNK if self._blocks.scalar else _LAYER_CHUNK * 8 // itemsize
            points = min(points, chunk // self._size)
        return max(1, min(count, points // max(width, 1)))

    @property
    def _size(self) -> int:
        """The numbers of the largest array of a point."""
        return max(self.rows * self._program.widest, len(self.variables))

    def _run(
        self,
        inputs: Iterable[Any],
        compiled: Compiled,
        directions: Sequence[Any] = (),
        points: Any = None,
        columns: Sequence[Any] | None = None,
    ) -> tuple[Any, ...]:
        """The outputs.

        Args:
            points: the shape of a block of points, () for one, None for anything else. columns: of another
                type than float64, in which it then computes.
        """
        if self._cancelled():
            raise Cancelled
        columns = self._columns if columns is None else columns
        dtype = columns[0].dtype if columns else np.dtype(np.float64)
        buffers = compiled.no_buffers() if points is None else self._buffers(compiled, points, dtype)
        result: tuple[Any, ...] = compiled.compute(*directions, *inputs, *columns, float(self.rows), buffers)
        return result

    def _buffers(self, compiled: Compiled, points: tuple[int, ...], dtype: np.dtype[Any]) -> tuple[Any, ...]:
        """Room to compute in; each thread has its own."""
        if not compiled.room:
            return ()
        rooms: dict[Any, tuple[Any, ...]] | None = getattr(self._room, "rooms", None)
        if rooms is None:
            rooms = self._room.rooms = {}
        key = (id(compiled), points, self.rows, dtype)
        buffers = rooms.get(key)
        if buffers is None:
            if compiled.numbers(points, self.rows) > _LARGEST:
                return compiled.no_buffers()
            if len(rooms) >= _KEPT:
                rooms.clear()
            buffers = rooms[key] = compiled.buffers(points, self.rows, dtype)
        return buffers

    def _evaluate(self, theta: ArrayLike, compiled: Compiled) -> tuple[Floats, ...]:
        """The outputs that are numbers, at each point: (…) each."""
        theta = np.asarray(theta, dtype=float)
        if self._blocks.scalar and theta.size == self._blocks.dimension > 0:
            found = self._numbers(theta, compiled)
            return tuple(np.array(each, dtype=float, ndmin=theta.ndim - 1) for each in found)

        def numbers(points: Floats) -> tuple[Floats, ...]:
            lead = points.shape[:-1]
            with np.errstate(all="ignore"):
                results = self._run(self._blocks.split(points), compiled, points=lead)
            return tuple(np.array(np.broadcast_to(result, lead), dtype=float) for result in results)

        return self._in_parts(theta, numbers)

    def _in_parts(
        self, points: Floats, evaluate: Callable[[Floats], tuple[Floats, ...]]
    ) -> tuple[Floats, ...]:
        """`evaluate` of as many points at a time as there is room for."""
        shape = points.shape[:-1]
        if shape:
            flat = points.reshape(math.prod(shape), points.shape[-1])
            block = self._block(1, len(flat))
            if block < len(flat):
                parts = [evaluate(flat[k : k + block]) for k in range(0, len(flat), block)]
                whole = [np.concatenate(part) for part in zip(*parts, strict=True)]
                return tuple(each.reshape((*shape, *each.shape[1:])) for each in whole)
        return evaluate(points)


def _rows_of(column: Floats, rows: NDArray[np.intp]) -> Floats:
    """(…, n) → (…, rows), in memory as it is: row after row, or unit after unit."""
    if column.flags.c_contiguous:
        return column.take(rows, axis=-1)
    return column.T.take(rows, axis=0).T
