"""Fields made by hand from formulas and their partials, for tests and pictures of the views."""

from typing import Any, Final

import numpy as np

from engine.document.lab import Display
from engine.function.field import sample
from engine.function.sampled import Field
from tests.engine.numpy_objective import BOWL, HIMMELBLAU, ROSENBROCK, Function, NumpyObjective, box


def field_of(
    objective: NumpyObjective,
    *,
    x: tuple[float, float] = (-5.0, 5.0),
    y: tuple[float, float] = (-5.0, 5.0),
    n: int | tuple[int, int] = 201,
    display: Display | None = None,
) -> Field:
    """The Field of `objective` on n² or nx × ny samples."""
    return sample(objective, box(x, y), display or Display(), resolution=n)


def make_field(f: Function, fx: Function, fy: Function, **options: Any) -> Field:
    """The Field of `f` with its partials, which broadcast."""
    return field_of(NumpyObjective(f, fx, fy), **options)


def bowl(**options: Any) -> Field:
    """x² + y²."""
    return field_of(BOWL, **options)


def bowl_times(factor: float, **options: Any) -> Field:
    """factor · (x² + y²)."""
    return make_field(
        lambda x, y: factor * (x**2 + y**2),
        lambda x, y: factor * (2 * x),
        lambda x, y: factor * (2 * y),
        **options,
    )


def waves(k: float = 1.0, **options: Any) -> Field:
    """sin kx cos ky."""
    return make_field(
        lambda x, y: np.sin(k * x) * np.cos(k * y),
        lambda x, y: k * np.cos(k * x) * np.cos(k * y),
        lambda x, y: -k * np.sin(k * x) * np.sin(k * y),
        **options,
    )


def himmelblau(**options: Any) -> Field:
    """(x² + y − 11)² + (x + y² − 7)²."""
    return field_of(HIMMELBLAU, **options)


def rosenbrock(**options: Any) -> Field:
    """(1 − x)² + 100 (y − x²)²."""
    return field_of(ROSENBROCK, x=(-2, 2), y=(-1, 3), **options)


def pole_line(**options: Any) -> Field:
    """1/x + sin(y)/2: a wall of infinities across x = 0."""
    return make_field(
        lambda x, y: 1 / x + np.sin(y) / 2,
        lambda x, y: -1 / x**2,
        lambda x, y: np.cos(y) / 2,
        **options,
    )


def pole_point(**options: Any) -> Field:
    """1/(x² + y²)."""
    return make_field(
        lambda x, y: 1 / (x**2 + y**2),
        lambda x, y: -2 * x / (x**2 + y**2) ** 2,
        lambda x, y: -2 * y / (x**2 + y**2) ** 2,
        **options,
    )


def log_edge(**options: Any) -> Field:
    """log x + y²/4: undefined for x ≤ 0."""
    return make_field(
        lambda x, y: np.where(x > 0, np.log(np.where(x > 0, x, 1)), np.nan) + y**2 / 4,
        lambda x, y: np.where(x > 0, 1 / x, np.nan),
        lambda x, y: y / 2,
        **options,
    )


def half_sphere(**options: Any) -> Field:
    """√(9 − x² − y²): a round edge where the slope is infinite."""

    def root(x: Any, y: Any) -> Any:
        inside = 9 - x**2 - y**2
        return np.sqrt(np.where(inside >= 0, inside, np.nan))

    return make_field(root, lambda x, y: -x / root(x, y), lambda x, y: -y / root(x, y), **options)


def step(**options: Any) -> Field:
    """sign(x + y/2): two plains and a cliff that must not be drawn."""
    return make_field(
        lambda x, y: np.sign(x + y / 2), lambda x, y: 0 * (x + y), lambda x, y: 0 * (x + y), **options
    )


def constant(value: float = 3.0, **options: Any) -> Field:
    return make_field(
        lambda x, y: value + 0 * (x + y), lambda x, y: 0 * (x + y), lambda x, y: 0 * (x + y), **options
    )


def undefined(**options: Any) -> Field:
    """NaN everywhere."""
    return constant(float("nan"), **options)


LOG: Final = Display(z_scale="log")
