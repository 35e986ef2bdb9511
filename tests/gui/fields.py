"""Fields made by hand from formulas and their partials, for tests and pictures of the views."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from engine.lab import Display
from engine.scale import restyled, robust_range
from engine.solution import Field

Function = Callable[[Any, Any], Any]


def make_field(
    f: Function,
    fx: Function,
    fy: Function,
    *,
    x: tuple[float, float] = (-5.0, 5.0),
    y: tuple[float, float] = (-5.0, 5.0),
    n: int | tuple[int, int] = 201,
    display: Display | None = None,
    pole: bool = False,
) -> Field:
    """The Field of `f` with its partials, both broadcasting, on nx × ny samples.

    Args:
        pole: both ends may be cut to the robust range.
    """
    nx, ny = (n, n) if isinstance(n, int) else n
    xs, ys = np.linspace(*x, nx), np.linspace(*y, ny)
    gx, gy = xs[None, :], ys[:, None]
    with np.errstate(all="ignore"):
        z, zx, zy = (np.broadcast_to(np.asarray(g(gx, gy), float), (ny, nx)).copy() for g in (f, fx, fy))
    finite = np.isfinite(z)
    values = z[finite]
    bare = Field(
        x=xs,
        y=ys,
        z=z,
        fx=zx,
        fy=zy,
        finite=finite,
        z_lo=0.0,
        z_hi=1.0,
        z_min=float(values.min()) if values.size else float("nan"),
        z_max=float(values.max()) if values.size else float("nan"),
        levels=np.empty(0),
        level_rule="linear",
        clipped=False,
    )
    return restyled(bare, display or Display(), robust_range(values, lambda: pole, lambda: pole))


def bowl(**options: Any) -> Field:
    """x² + y²."""
    return make_field(
        lambda x, y: x**2 + y**2, lambda x, y: 2 * x + 0 * y, lambda x, y: 2 * y + 0 * x, **options
    )


def bowl_times(factor: float, **options: Any) -> Field:
    """factor · (x² + y²)."""
    return make_field(
        lambda x, y: factor * (x**2 + y**2),
        lambda x, y: factor * (2 * x + 0 * y),
        lambda x, y: factor * (2 * y + 0 * x),
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
    return make_field(
        lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
        lambda x, y: 4 * x * (x**2 + y - 11) + 2 * (x + y**2 - 7),
        lambda x, y: 2 * (x**2 + y - 11) + 4 * y * (x + y**2 - 7),
        **options,
    )


def rosenbrock(**options: Any) -> Field:
    """(1 − x)² + 100 (y − x²)²."""
    return make_field(
        lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
        lambda x, y: -2 * (1 - x) - 400 * x * (y - x**2),
        lambda x, y: 200 * (y - x**2) + 0 * x,
        x=(-2, 2),
        y=(-1, 3),
        **options,
    )


def pole_line(**options: Any) -> Field:
    """1/x + sin(y)/2: a wall of infinities across x = 0."""
    return make_field(
        lambda x, y: 1 / x + np.sin(y) / 2,
        lambda x, y: -1 / x**2 + 0 * y,
        lambda x, y: np.cos(y) / 2 + 0 * x,
        pole=True,
        **options,
    )


def pole_point(**options: Any) -> Field:
    """1/(x² + y²)."""
    return make_field(
        lambda x, y: 1 / (x**2 + y**2),
        lambda x, y: -2 * x / (x**2 + y**2) ** 2,
        lambda x, y: -2 * y / (x**2 + y**2) ** 2,
        pole=True,
        **options,
    )


def log_edge(**options: Any) -> Field:
    """log x + y²/4: undefined for x ≤ 0."""
    return make_field(
        lambda x, y: np.where(x > 0, np.log(np.where(x > 0, x, 1)), np.nan) + y**2 / 4,
        lambda x, y: np.where(x > 0, 1 / x, np.nan) + 0 * y,
        lambda x, y: y / 2 + 0 * x,
        pole=True,
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
