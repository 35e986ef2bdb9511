"""Between data and the box [−1, 1]² × [−HALF_HEIGHT, HALF_HEIGHT] that the surface is drawn in. Any thread.

Asks only the Field: heights between its samples are interpolated, slopes are its exact partials.
"""

import itertools
from functools import cached_property
from typing import Final

import numpy as np
from msgspec.structs import replace
from numpy.typing import ArrayLike, NDArray

from engine.base.arrays import Singles
from engine.function.sampled import Field
from engine.function.scale import height_of, heights, slopes, undersampled
from gui.drawing.thinning import nodes
from gui.surface.mesh import UNDERSAMPLED, torn_cells

Floats = NDArray[np.float64]

HALF_HEIGHT: Final = 0.6
THINNED: Final = (2, 3, 4, 5, 6, 8, 10, 12, 16)
THINNED_TORN: Final = 6  # a gap is as wide as the cells around it
FLOOR_Z: Final = -0.92  # the projection lies a little below the box, so that both can be seen


class BoxMap:
    """Places of one Field in the box. In the box, x̂, ŷ ∈ [−1, 1]; a height is 0 at z_lo, 1 at z_hi."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self._lo = np.array([field.x[0], field.y[0]])
        self._span = np.array([field.x[-1] - field.x[0], field.y[-1] - field.y[0]])

    @cached_property
    def heights(self) -> Singles:
        """Of the samples, (ny, nx), float32; NaN where undefined."""
        return heights(self.field)

    @cached_property
    def slopes(self) -> tuple[Singles, Singles]:
        """Of the box's own surface, ∂ẑ/∂x̂ and ∂ẑ/∂ŷ, both (ny, nx)."""
        along_x, along_y = slopes(self.field)
        return along_x * np.float32(HALF_HEIGHT), along_y * np.float32(HALF_HEIGHT)

    @cached_property
    def torn(self) -> NDArray[np.bool_] | None:
        """The cells across which f jumps, (ny − 1, nx − 1): no surface there. None if there are none, or
        too many to believe it."""
        return None if self.undersampled or not self._torn.any() else self._torn

    @cached_property
    def undersampled(self) -> bool:
        """Whether f varies so fast from sample to sample that its true shape cannot be seen."""
        return float(self._torn.mean()) > UNDERSAMPLED or undersampled(self.field)

    @cached_property
    def _torn(self) -> NDArray[np.bool_]:
        ny, nx = self.field.z.shape
        sx, sy = self.slopes
        # From slopes of the box, 2 wide and 2 · HALF_HEIGHT high, to heights a cell.
        along_x = sx * np.float32(1.0 / HALF_HEIGHT / (nx - 1))
        along_y = sy * np.float32(1.0 / HALF_HEIGHT / (ny - 1))
        return torn_cells(self.heights, along_x, along_y)

    @cached_property
    def thinning_errors(self) -> tuple[tuple[int, float], ...]:
        """By how much of the box a surface of every n-th row and column is wrong: (n, error), n growing."""
        u = np.clip(self.heights, 0.0, 1.0)
        whole = self.torn is None and bool(self.field.finite.all())
        errors: list[tuple[int, float]] = []
        for n in THINNED:
            if min(u.shape) < 8 * n or (n > THINNED_TORN and not whole):
                break
            worst = 0.0
            for grid in (u[::7], u[:, ::7].T):
                low, middle, high = grid[:, : -n or None : n], grid[:, n // 2 :: n], grid[:, n::n]
                k = min(low.shape[1], middle.shape[1], high.shape[1])
                share = (n // 2) / n
                straight = (1 - share) * low[:, :k] + share * high[:, :k]
                wrong = np.abs(middle[:, :k] - straight)
                wrong = wrong[np.isfinite(wrong)]
                if wrong.size:
                    worst = max(worst, float(np.quantile(wrong, 0.9995)))
            errors.append((n, worst * 2.0 * HALF_HEIGHT))
        return tuple(errors)

    def thinnings(self, error: float) -> list[int]:
        """1 and the strides, growing, with which the surface is wrong by at most `error` of the box."""
        fine = itertools.takewhile(lambda thinning: thinning[1] <= error, self.thinning_errors)
        return [1, *(n for n, _ in fine)]

    def thinned(self, stride: int) -> "BoxMap":
        """Of every `stride`-th row and column, the last ones among them."""
        if stride == 1:
            return self
        field = self.field
        rows, columns = (nodes(n, stride) for n in field.z.shape)
        grid = np.ix_(rows, columns)
        thin = replace(
            field,
            x=field.x[columns],
            y=field.y[rows],
            z=field.z[grid],
            fx=field.fx[grid],
            fy=field.fy[grid],
            finite=field.finite[grid],
        )
        return BoxMap(thin)

    def plane(self, points: ArrayLike) -> Floats:
        """Data coordinates (…, 2) to the box's x̂, ŷ."""
        return np.asarray((np.asarray(points, dtype=np.float64) - self._lo) / self._span * 2.0 - 1.0)

    def data(self, places: ArrayLike) -> Floats:
        """The box's x̂, ŷ, (…, 2), to data coordinates."""
        return np.asarray((np.asarray(places, dtype=np.float64) + 1.0) / 2.0 * self._span + self._lo)

    def level(self, z: ArrayLike) -> Floats:
        """Values of f to the box's ẑ; beyond the box where clipped."""
        return np.asarray((height_of(self.field, z) - 0.5) * 2.0 * HALF_HEIGHT)

    def height_at(self, places: ArrayLike) -> Floats:
        """The height of the drawn surface above x̂, ŷ, (…, 2) → (…); NaN outside, where undefined or torn."""
        height = _bilinear(self.heights, places)
        if self.torn is not None:
            rows, columns = self.torn.shape
            with np.errstate(invalid="ignore"):
                share = np.nan_to_num((np.asarray(places, dtype=np.float64) + 1.0) / 2.0)
            i = np.clip((share[..., 0] * columns).astype(np.intp), 0, columns - 1)
            j = np.clip((share[..., 1] * rows).astype(np.intp), 0, rows - 1)
            height = np.where(self.torn[j, i], np.nan, height)
        return height

    def surface_at(self, places: ArrayLike) -> Floats:
        """The points of the drawn surface above x̂, ŷ: (…, 2) → (…, 3); ẑ is NaN where there is none."""
        p = np.asarray(places, dtype=np.float64)
        z = (self.height_at(p) - 0.5) * 2.0 * HALF_HEIGHT
        return np.concatenate([p, z[..., None]], axis=-1)

    def slope_at(self, places: ArrayLike) -> Floats:
        """The box's slopes at x̂, ŷ: (…, 2) → (…, 2); 0 where undefined."""
        sx, sy = self.slopes
        both = np.stack([_bilinear(sx, places), _bilinear(sy, places)], axis=-1)
        return np.nan_to_num(both, nan=0.0, posinf=1e6, neginf=-1e6)

    def slope_of(self, z: float, fx: float, fy: float) -> Floats:
        """The slopes in the box, (2,), of a surface with the value `z` and the partials `fx`, `fy`."""
        point = replace(self.field, z=np.array([[z]]), fx=np.array([[fx]]), fy=np.array([[fy]]))
        return np.array([float(s[0, 0]) * HALF_HEIGHT for s in slopes(point)])

    def normal_at(self, places: ArrayLike) -> Floats:
        """The upward unit normals at x̂, ŷ: (…, 2) → (…, 3)."""
        slope = self.slope_at(places)
        n = np.concatenate([-slope, np.ones((*slope.shape[:-1], 1))], axis=-1)
        return np.asarray(n / np.linalg.norm(n, axis=-1, keepdims=True))


def _bilinear(grid: Singles, places: ArrayLike) -> Floats:
    """`grid`, (ny, nx), at x̂, ŷ ∈ [−1, 1], (…, 2) → (…); NaN outside, and where a sample around is NaN."""
    ny, nx = grid.shape
    p = (np.asarray(places, dtype=np.float64) + 1.0) / 2.0 * np.array([nx - 1, ny - 1])
    slack = 1e-6 * max(nx, ny)
    with np.errstate(invalid="ignore"):
        outside = ~np.all((p >= -slack) & (p <= np.array([nx - 1, ny - 1]) + slack), axis=-1)
    p = np.where(outside[..., None], 0.0, p)
    i = np.clip(p[..., 0].astype(np.intp), 0, nx - 2)
    j = np.clip(p[..., 1].astype(np.intp), 0, ny - 2)
    u, v = p[..., 0] - i, p[..., 1] - j
    with np.errstate(invalid="ignore"):
        # A corner of no weight may be undefined: the edge of a domain is a place on it.
        value = sum(
            np.where(weight > 1e-9, weight * grid[j + dj, i + di], 0.0)
            for weight, dj, di in (
                ((1 - u) * (1 - v), 0, 0),
                (u * (1 - v), 0, 1),
                ((1 - u) * v, 1, 0),
                (u * v, 1, 1),
            )
        )
    return np.where(outside, np.nan, value)
