"""The function as numbers: value, gradient and curvature of the descended variables, with held ones and data.

The rule for kinks, poles and edges: at a kink the gradient is PyTorch's (`engine.program.rules`), and `kinks`
says where that is; where the value is NaN (outside the domain of f) so are gradient and curvature; a pole
gives ±inf or NaN. No NumPy warning and no exception leaves this module on account of a value. Any thread.
"""

import copy
import itertools
import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from engine.base.arrays import Floats
from engine.base.cancellation import CancelCheck, Cancelled, never
from engine.formula import Formula
from engine.formula.ast import without_spans
from engine.program.printed import Compiled
from engine.program.program import MOST_ENTRIES, Program, program_of

# How many numbers a step over data holds at once: 2 MB an array, which stays near the processor.
_CHUNK: Final = 250_000
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
        self, program: Program, variables: Sequence[str], held: Mapping[str, float], columns: Sequence[Floats]
    ) -> None:
        self._program = program
        self.variables = tuple(name for name in variables if name not in held)
        self._places = tuple(k for k, name in enumerate(variables) if name not in held)
        self._held = {k: np.float64(held[name]) for k, name in enumerate(variables) if name in held}
        self._columns = tuple(columns)
        self.rows = max(len(columns[0]), 1) if columns else 1
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

    def while_wanted(self, cancelled: CancelCheck) -> Self:
        """The same function, which raises Cancelled in the midst of data as soon as `cancelled` says so."""
        other = copy.copy(self)
        other._cancelled = cancelled
        return other

    def on(self, rows: NDArray[np.intp]) -> Self:
        """The same function over some rows of the table, in that order."""
        other = copy.copy(self)
        other._columns = tuple(column[rows] for column in self._columns)
        other.rows = max(len(rows), 1) if self._columns else 1
        other._room = threading.local()
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
        compiled = self._program.gradient(self._places)
        if points.size == len(self.variables) > 0:  # one point: scalars are far faster than arrays of one
            with np.errstate(all="ignore"):
                f, *partials = self._run(points.ravel(), compiled, points=())
            gradient = np.array(partials, dtype=float).reshape(points.shape)
            if f != f:
                gradient[...] = np.nan
            return np.full(points.shape[:-1], f), gradient
        value, *slopes = self._evaluate(points, compiled)
        gradient = np.stack(slopes, axis=-1) if slopes else np.empty((*value.shape, 0))
        undefined = np.isnan(value)
        if undefined.any():
            gradient[undefined] = np.nan
        return value, gradient

    def curvature(self, theta: ArrayLike, directions: ArrayLike) -> Floats:
        """The Hessian times each of k directions, (…, d) and (…, k, d) → (…, k, d); exact."""
        points, ways = np.asarray(theta, dtype=float), np.asarray(directions, dtype=float)
        if len(self.variables) <= MOST_ENTRIES:
            return ways @ self._entries(points)
        compiled = self._program.curvature(self._places)
        shape = (*points.shape[:-1], ways.shape[-2])
        flat, flat_ways = points.reshape(-1, points.shape[-1]), ways.reshape(-1, *ways.shape[-2:])
        block = self._block(ways.shape[-2], len(flat))
        parts = [
            self._along(flat[k : k + block, None], flat_ways[k : k + block], compiled)
            for k in range(0, len(flat), block)
        ]
        found = np.concatenate(parts) if parts else np.empty((0, *ways.shape[-2:]))
        return found.reshape(*shape, len(self.variables))

    def _along(self, points: Floats, ways: Floats, compiled: Compiled) -> Floats:
        moving = {place: ways[..., k] for k, place in enumerate(self._places)}
        count = len(self._program.shapes)
        directions = [moving.get(place, 0.0) for place in range(count)]
        values = [points[..., k] for k in range(points.shape[-1])]
        with np.errstate(all="ignore"):
            value, *found = self._run(values, compiled, directions)
        result = np.empty(ways.shape)
        for k, part in enumerate(found):
            result[..., k] = part
        result[np.broadcast_to(np.isnan(value), result.shape[:-1])] = np.nan
        return result

    def _entries(self, points: Floats) -> Floats:
        """The Hessian, (…, d) → (…, d, d), each entry by a program of its own."""
        value, *entries = self._evaluate(points, self._program.entries(self._places))
        d = len(self.variables)
        hessian = np.empty((*value.shape, d, d))
        rows, columns = np.triu_indices(d)
        for i, j, entry in zip(rows, columns, entries, strict=True):
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
        shape = (len(y), len(x))
        theta = np.asarray(at, dtype=float)
        drawn = (horizontal,) if vertical is None else (horizontal, vertical)
        places = tuple(self._places[k] for k in drawn) if self.variables else ()
        compiled = self._program.gradient(places)
        found = [np.zeros(shape, dtype=dtype) for _ in range(3)]
        wide = self._block(1, len(x))
        high = self._block(wide, len(y))
        with np.errstate(all="ignore"):
            for j, i in itertools.product(range(0, len(y), high), range(0, len(x), wide)):
                rows, columns = slice(j, j + high), slice(i, i + wide)
                values: list[Any] = [np.float64(number) for number in theta]
                if values:
                    values[horizontal] = x[None, columns]
                if vertical is not None:
                    values[vertical] = y[rows, None]
                results = self._run(values, compiled)
                undefined = np.isnan(results[0])
                for target, result in zip(found, results, strict=False):
                    part = target[rows, columns]
                    part[...] = result
                    if target is not found[0] and undefined.any():
                        part[np.broadcast_to(undefined, part.shape)] = np.nan
        return found[0], found[1], found[2]

    def _block(self, width: int, count: int) -> int:
        """How many of `count` rows of `width` points to evaluate at once."""
        if not self._columns:
            return max(count, 1)
        return max(1, min(count, _CHUNK // (self.rows * max(width, 1))))

    def _run(
        self, values: Iterable[Any], compiled: Compiled, directions: Sequence[Any] = (), points: Any = None
    ) -> tuple[Any, ...]:
        """The outputs; `points`: the shape of a block of points, () for one, None for anything else."""
        if self._columns and self._cancelled():
            raise Cancelled
        free = iter(values)
        inputs = [self._held[k] if k in self._held else next(free) for k in range(len(self._program.shapes))]
        buffers = compiled.no_buffers() if points is None else self._buffers(compiled, points)
        result: tuple[Any, ...] = compiled.compute(
            *directions, *inputs, *self._columns, float(self.rows), buffers
        )
        return result

    def _buffers(self, compiled: Compiled, points: tuple[int, ...]) -> tuple[Any, ...]:
        """Room to compute in; each thread has its own."""
        if not compiled.kinds:
            return ()
        rooms: dict[Any, tuple[Any, ...]] | None = getattr(self._room, "rooms", None)
        if rooms is None:
            rooms = self._room.rooms = {}
        key = (id(compiled), points)
        buffers = rooms.get(key)
        if buffers is None:
            if compiled.numbers(points, self.rows) > _LARGEST:
                return compiled.no_buffers()
            if len(rooms) >= _KEPT:
                rooms.clear()
            buffers = rooms[key] = compiled.buffers(points, self.rows)
        return buffers

    def _evaluate(self, theta: ArrayLike, compiled: Compiled) -> list[Floats]:
        points = np.asarray(theta, dtype=float)
        shape = points.shape[:-1]
        if self._columns and shape:
            flat = points.reshape(-1, points.shape[-1])
            block = self._block(1, len(flat))
            if block < len(flat):
                parts = [self._direct(flat[k : k + block], compiled) for k in range(0, len(flat), block)]
                return [np.concatenate(part).reshape(shape) for part in zip(*parts, strict=True)]
        return self._direct(points, compiled)

    def _direct(self, points: Floats, compiled: Compiled) -> list[Floats]:
        shape = points.shape[:-1]
        with np.errstate(all="ignore"):
            results = self._run([points[..., k] for k in range(points.shape[-1])], compiled, points=shape)
        return [np.array(np.broadcast_to(result, shape), dtype=float) for result in results]
