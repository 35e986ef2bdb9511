"""Field: the function sampled on the drawn domain. Frozen; compared by identity. Any thread; numpy only."""

from typing import Literal

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from engine.base.arrays import Floats
from engine.function.jumps import NOWHERE
from engine.function.plane import Plane


class Field(Struct, frozen=True, eq=False, kw_only=True):
    """The function sampled on the drawn domain. z[j, i] = f(x[i], y[j]).

    With one axis, ny is 2 and every row is the same.

    Attributes:
        x, y: shape (nx,), (ny,), float64, increasing.
        z, fx, fy: shape (ny, nx), float64 (float32 cannot tell 10¹² from 10¹² + 1, nor hold 1e300; what a
            GPU needs is `engine.function.scale.heights`); NaN or ±inf where undefined.
        finite: shape (ny, nx), bool.
        z_lo, z_hi: the range to draw: robust against poles and rims; z_lo < z_hi always.
        z_min, z_max: the extremes of the finite samples.
        levels: of the level lines, increasing, within (z_lo, z_hi), float64; round numbers.
        level_rule: how `levels` were laid out.
        clipped: some finite sample lies outside [z_lo, z_hi].
        log_offset: for z_scale "log", heights are log10(z − z_lo + log_offset); else None.
        breaks: (k,), with one axis: the samples of x after which f jumps.
        plane: where the variables are that are not drawn.
        streamlines: lines of steepest descent, each (n, 2) in data coordinates, downhill; where the display
            asks for them.
    """

    x: Floats
    y: Floats
    z: Floats
    fx: Floats
    fy: Floats
    finite: NDArray[np.bool_]
    z_lo: float
    z_hi: float
    z_min: float
    z_max: float
    levels: Floats
    level_rule: Literal["linear", "quantile", "log"]
    clipped: bool
    log_offset: float | None = None
    breaks: NDArray[np.intp] = NOWHERE
    plane: Plane = Plane(np.zeros(2), (0, 1))
    streamlines: tuple[Floats, ...] = ()
