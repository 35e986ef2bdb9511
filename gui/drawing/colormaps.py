"""The colours of heights, one table for both views and every export. Any thread."""

import functools
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.document.lab import Colormap
from engine.function.sampled import Field
from engine.function.scale import height_of

SIZE: Final = 256

_SOURCES: Final[dict[Colormap, str]] = {
    "viridis": "viridis",
    "cividis": "cividis",
    "magma": "magma",
    "turbo": "turbo",
    "diverging": "CET-D1",  # Kovesi 2015, blue–white–red, even in lightness and safe for the colour blind
}


@functools.cache
def colormap(name: Colormap) -> NDArray[np.uint8]:
    """The colours of `name` from the lowest to the highest value: shape (256, 4), uint8, RGBA, opaque."""
    table = np.full((SIZE, 4), 255, dtype=np.uint8)
    if name == "gray":
        # Neither end is the paper or the ink: lines stay visible on both.
        table[:, :3] = np.linspace(46, 238, SIZE).round().astype(np.uint8)[:, None]
    else:
        import pyqtgraph  # only where a table is first asked for: it takes a third of a second

        source = pyqtgraph.colormap.get(_SOURCES[name])
        table[:, :3] = source.getLookupTable(0.0, 1.0, SIZE, alpha=False)
    table.flags.writeable = False
    return table


def color_range(field: Field, name: Colormap) -> tuple[float, float]:
    """The heights (0 at z_lo, 1 at z_hi) at which the first and the last colour stand.

    A diverging map has its middle at the value 0, wherever that lies; the others span the drawn range.
    """
    if name != "diverging" or field.log_offset is not None:
        return (0.0, 1.0)
    zero = float(height_of(field, 0.0))
    reach = max(abs(zero), abs(1.0 - zero))
    return (zero - reach, zero + reach)


def colors_of(heights: ArrayLike, name: Colormap, limits: tuple[float, float]) -> NDArray[np.uint8]:
    """The colours of `heights`, any shape, between `limits` of `color_range`; uint8, shape (…, 4)."""
    lo, hi = limits
    share = (np.asarray(heights, dtype=np.float64) - lo) / (hi - lo)
    index = np.clip(np.nan_to_num(share, nan=0.0) * (SIZE - 1) + 0.5, 0, SIZE - 1).astype(np.intp)
    return colormap(name)[index]


def lightness(colors: ArrayLike) -> NDArray[np.float64]:
    """The relative lightness, 0 to 1, of RGB(A) colours of 0 to 255, shape (…, 3 or 4)."""
    rgb = np.asarray(colors, dtype=np.float64)[..., :3] / 255.0
    return np.asarray(np.sqrt(rgb**2 @ np.array([0.299, 0.587, 0.114])))
