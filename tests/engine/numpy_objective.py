"""A function of NumPy in the place of an Objective, for tests that need no symbolic engine."""

from collections.abc import Callable

import numpy as np

from engine.document.lab import Display
from engine.document.setup import Axis, Setup

Function = Callable[..., np.ndarray]


class NumpyObjective:
    """f(x, y, …) and its gradient, given or by central differences."""

    rows = 1

    def __init__(self, f: Function, *partials: Function, d: int = 2) -> None:
        self.f, self.partials, self.d = f, partials, d
        self.evaluations = 0

    def value(self, theta):
        theta = np.asarray(theta, dtype=np.float64)
        self.evaluations += theta.size // self.d
        with np.errstate(all="ignore"):
            return self.f(*np.moveaxis(theta, -1, 0)) + 0 * theta[..., 0]

    def gradient(self, theta):
        theta = np.asarray(theta, dtype=np.float64)
        with np.errstate(all="ignore"):
            if self.partials:
                columns = [p(*np.moveaxis(theta, -1, 0)) + 0 * theta[..., 0] for p in self.partials]
                return np.stack(columns, axis=-1)
            columns = []
            for k in range(self.d):
                h = np.zeros(self.d)
                h[k] = 1e-6 * max(1.0, float(np.abs(theta[..., k]).max()))
                columns.append((self.value(theta + h) - self.value(theta - h)) / (2 * h[k]))
            return np.stack(columns, axis=-1)

    def hessian(self, theta):
        theta = np.asarray(theta, dtype=np.float64)
        columns = []
        for k in range(self.d):
            h = np.zeros(self.d)
            h[k] = 1e-5 * max(1.0, float(np.abs(theta[..., k]).max()))
            columns.append((self.gradient(theta + h) - self.gradient(theta - h)) / (2 * h[k]))
        return np.stack(columns, axis=-1)

    @property
    def dimension(self):
        return self.d

    def while_wanted(self, cancelled):
        return self

    def kinks(self, theta):
        return np.zeros(np.shape(theta)[:-1], bool)

    def curvature(self, theta, directions):
        return directions @ self.hessian(theta)

    def on_grid(self, x, y, horizontal, vertical, at, dtype=np.float64):
        theta = np.empty((len(y), len(x), self.d))
        theta[:] = at
        theta[..., horizontal] = np.asarray(x)[None, :]
        theta[..., vertical] = np.asarray(y)[:, None]
        gradient = self.gradient(theta)
        return (
            self.value(theta).astype(dtype),
            gradient[..., horizontal].astype(dtype),
            gradient[..., vertical].astype(dtype),
        )


def box(x=(-5.0, 5.0), y=(-5.0, 5.0), start=(4.0, 3.0)) -> Setup:
    """The Setup of two drawn variables x and y, or of x alone with y=None."""
    names = ("x",) if y is None else ("x", "y")
    ranges = (x,) if y is None else (x, y)
    return Setup(
        variables=names,
        axes=tuple(Axis(name, *span) for name, span in zip(names, ranges, strict=True)),
        descended=names,
        held={},
        held_range={},
        starts=np.array([start[: len(names)]], dtype=np.float64),
        lo=np.array([span[0] for span in ranges], dtype=np.float64),
        hi=np.array([span[1] for span in ranges], dtype=np.float64),
    )


DISPLAY = Display()


def himmelblau(x, y):
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


def rosenbrock(x, y):
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


BOWL = NumpyObjective(lambda x, y: x**2 + y**2, lambda x, y: 2 * x, lambda x, y: 2 * y)
HIMMELBLAU = NumpyObjective(
    himmelblau,
    lambda x, y: 4 * x * (x**2 + y - 11) + 2 * (x + y**2 - 7),
    lambda x, y: 2 * (x**2 + y - 11) + 4 * y * (x + y**2 - 7),
)
ROSENBROCK = NumpyObjective(
    rosenbrock, lambda x, y: -2 * (1 - x) - 400 * x * (y - x**2), lambda x, y: 200 * (y - x**2)
)
WAVES = NumpyObjective(
    lambda x, y: np.sin(x) * np.cos(y),
    lambda x, y: np.cos(x) * np.cos(y),
    lambda x, y: -np.sin(x) * np.sin(y),
)
