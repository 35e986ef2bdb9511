"""Functions to test descent and analysis on, made by sympy from text: an oracle independent of the engine."""

import functools

import numpy as np
import sympy

from engine.document.setup import Axis, Setup

HIMMELBLAU = "(x**2 + y - 11)**2 + (x + y**2 - 7)**2"


class Oracle:
    """L of the named variables, with value, gradient and Hessian over leading axes: (…, d)."""

    def __init__(self, text: str, names: str = "x y") -> None:
        self.variables = tuple(names.split())
        symbols = sympy.symbols(self.variables, real=True)
        expression = sympy.sympify(text, locals=dict(zip(self.variables, symbols, strict=True)))
        partials = [sympy.diff(expression, symbol) for symbol in symbols]
        seconds = [sympy.diff(partial, symbol) for partial in partials for symbol in symbols]
        self._value = sympy.lambdify(symbols, [expression], "numpy")
        self._gradient = sympy.lambdify(symbols, partials, "numpy", cse=True)
        self._hessian = sympy.lambdify(symbols, seconds, [{"DiracDelta": np.zeros_like}, "numpy"], cse=True)

    def value(self, theta):
        return self._stack(self._value, theta)[..., 0]

    def gradient(self, theta):
        return self._stack(self._gradient, theta)

    def hessian(self, theta):
        theta = np.asarray(theta, dtype=float)
        d = len(self.variables)
        return self._stack(self._hessian, theta).reshape(*theta.shape[:-1], d, d)

    rows = 1

    def while_wanted(self, cancelled):
        return self

    @property
    def dimension(self):
        return len(self.variables)

    def kinks(self, theta):
        return np.zeros(np.shape(theta)[:-1], bool)

    def curvature(self, theta, directions):
        return directions @ self.hessian(theta)

    def value_and_gradient(self, theta):
        return self.value(theta), self.gradient(theta)

    @staticmethod
    def _stack(function, theta):
        theta = np.asarray(theta, dtype=float)
        with np.errstate(all="ignore"):
            parts = function(*(theta[..., i] for i in range(theta.shape[-1])))
        shape = theta.shape[:-1]
        return np.stack([np.broadcast_to(np.asarray(part, dtype=float), shape) for part in parts], axis=-1)


@functools.cache
def oracle(text: str, names: str = "x y") -> Oracle:
    return Oracle(text, names)


def setup_of(function: Oracle, starts=((4.0, 3.0),), lo=-5.0, hi=5.0) -> Setup:
    """A Setup that draws the first two variables over [lo, hi]; further ones are free."""
    names = function.variables
    d = len(names)
    drawn = min(d, 2)
    lows = np.broadcast_to(np.asarray(lo, dtype=float), (drawn,))
    highs = np.broadcast_to(np.asarray(hi, dtype=float), (drawn,))
    free = np.full(d - drawn, np.inf)
    return Setup(
        variables=names,
        axes=tuple(Axis(names[i], float(lows[i]), float(highs[i])) for i in range(drawn)),
        descended=names,
        held={},
        held_range={},
        starts=np.array(starts, dtype=float).reshape(-1, d),
        lo=np.concatenate([lows, -free]),
        hi=np.concatenate([highs, free]),
    )
