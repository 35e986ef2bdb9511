"""The function as numbers: value, gradient and Hessian of the descended variables, held ones and data bound.

The rule for kinks, poles and edges: the derivative at a kink is the one of sign(0) = 0 and step(0) = 0;
where the value is NaN (outside the domain of f) so are gradient and Hessian; a pole gives ±inf or NaN. No
NumPy warning and no exception leaves this module on account of a value. Any thread; numpy only.
"""

import copy
import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from engine.base.arrays import Floats
from engine.base.cancellation import CancelCheck, Cancelled, never
from engine.program.compiled import compile_program
from engine.symbolic import Derivation

# How many numbers a step over data holds at once: 2 MB an array, which stays near the processor.
_CHUNK: Final = 250_000


class Objective:
    """L(θ) of the d descended variables, the held ones and the data bound. Broadcasts over leading axes.

    Attributes:
        variables: the d descended ones, in the formula's order.
        rows: of the data, which a value is made of; 1 without data.
    """

    variables: tuple[str, ...]
    rows: int

    def __init__(self, derivation: Derivation, held: Mapping[str, float], columns: Sequence[Floats]) -> None:
        self.derivation = derivation
        self.variables = tuple(name for name in derivation.variables if name not in held)
        self._places = [derivation.variables.index(name) for name in self.variables]
        self._held = {k: np.float64(held[n]) for k, n in enumerate(derivation.variables) if n in held}
        self._columns = tuple(columns)
        self.rows = max(len(columns[0]), 1) if columns else 1
        self._cancelled: CancelCheck = never
        self._last_hessian: tuple[bytes | None, Floats] = (None, np.empty(0))  # of one point
        count = len(derivation.variables)
        self._inputs = (*(f"v{k}" for k in range(count)), *(f"c{k}" for k in range(len(columns))))
        self._slopes = tuple(f"g{k}" for k in self._places)
        self._curvatures = tuple(
            f"h{min(a, b)}_{max(a, b)}" for i, a in enumerate(self._places) for b in self._places[i:]
        )

    @classmethod
    def bind(
        cls,
        derivation: Derivation,
        held: Mapping[str, float],
        data: Mapping[str, NDArray[np.float64]] | None = None,
    ) -> Self:
        """The function with the variables in `held` and its data columns, shape (rows,), fixed.

        Raises:
            KeyError: a column of the formula is not in `data`.
        """
        data = data or {}
        columns = [np.ascontiguousarray(data[name], dtype=float) for name in derivation.columns]
        return cls(derivation, held, columns)

    def while_wanted(self, cancelled: CancelCheck) -> Self:
        """The same function, which raises Cancelled in the midst of data as soon as `cancelled` says so."""
        other = copy.copy(self)
        other._cancelled = cancelled
        return other

    def value(self, theta: ArrayLike) -> Floats:
        """(…, d) → (…)."""
        return self._evaluate(theta, ("f",))[0]

    def gradient(self, theta: ArrayLike) -> Floats:
        """(…, d) → (…, d)."""
        return self.value_and_gradient(theta)[1]

    def value_and_gradient(self, theta: ArrayLike) -> tuple[Floats, Floats]:
        """(…, d) → (…), (…, d)."""
        points = np.asarray(theta, dtype=float)
        if points.size == len(self.variables) > 0:  # one point: scalars are far faster than arrays of one
            with np.errstate(all="ignore"):
                f, *partials = self._run(points.ravel(), ("f", *self._slopes))
            if np.isnan(f):
                partials = [np.nan] * len(partials)
            return np.full(points.shape[:-1], f), np.array(partials, dtype=float).reshape(points.shape)
        value, *slopes = self._evaluate(points, ("f", *self._slopes))
        gradient = np.stack(slopes, axis=-1) if slopes else np.empty((*value.shape, 0))
        undefined = np.isnan(value)
        if undefined.any():
            gradient[undefined] = np.nan
        return value, gradient

    def hessian(self, theta: ArrayLike) -> Floats:
        """(…, d) → (…, d, d)."""
        points = np.asarray(theta, dtype=float)
        if points.shape != (len(self.variables),):
            return self._hessians(points)
        asked, (known, hessian) = points.tobytes(), self._last_hessian
        if asked != known:  # several parts of the window show that of the same step
            hessian = self._hessians(points)
            self._last_hessian = (asked, hessian)
        return hessian.copy()

    def _hessians(self, points: Floats) -> Floats:
        value, *entries = self._evaluate(points, ("f", *self._curvatures))
        d = len(self.variables)
        hessian = np.empty((*value.shape, d, d))
        rows, columns = np.triu_indices(d)
        for i, j, entry in zip(rows, columns, entries, strict=True):
            hessian[..., i, j] = hessian[..., j, i] = entry
        undefined = np.isnan(value)
        if undefined.any():
            hessian[undefined] = np.nan
        return hessian

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
        outputs = ["f", self._slopes[horizontal]] if self.variables else ["f"]
        if vertical is not None:
            outputs.append(self._slopes[vertical])
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
                results = self._run(values, tuple(outputs))
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

    def _run(self, values: Iterable[Any], outputs: tuple[str, ...]) -> tuple[Any, ...]:
        if self._columns and self._cancelled():
            raise Cancelled
        free = iter(values)
        count = len(self.derivation.variables)
        inputs = [self._held[k] if k in self._held else next(free) for k in range(count)]
        compute = compile_program(self.derivation.source, outputs, self._inputs)
        result: tuple[Any, ...] = compute(*inputs, *self._columns)
        return result

    def _evaluate(self, theta: ArrayLike, outputs: tuple[str, ...]) -> list[Floats]:
        points = np.asarray(theta, dtype=float)
        shape = points.shape[:-1]
        if self._columns and shape:
            flat = points.reshape(-1, points.shape[-1])
            block = self._block(1, len(flat))
            if block < len(flat):
                parts = [self._direct(flat[k : k + block], outputs) for k in range(0, len(flat), block)]
                return [np.concatenate(part).reshape(shape) for part in zip(*parts, strict=True)]
        return self._direct(points, outputs)

    def _direct(self, points: Floats, outputs: tuple[str, ...]) -> list[Floats]:
        shape = points.shape[:-1]
        with np.errstate(all="ignore"):
            results = self._run([points[..., k] for k in range(points.shape[-1])], outputs)
        return [np.array(np.broadcast_to(result, shape), dtype=float) for result in results]
