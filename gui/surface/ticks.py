"""Where the ticks of the three axes are, and what is written at them. Any thread."""

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from engine.base.round_numbers import format_distinct, format_ticks, nice_ticks
from engine.function.scale import bar_ticks
from gui.surface.box_map import BoxMap

CROWDED = 0.09  # of the axis: ticks nearer to each other are left out


class AxisTicks(Struct, frozen=True, eq=False):
    """places: of the ticks along the axis, in the box, (n,); labels: their texts; note: of the whole axis."""

    places: NDArray[np.float64]
    labels: tuple[str, ...]
    note: str = ""


def plane_ticks(box_map: BoxMap, axis: int, n: int = 5) -> AxisTicks:
    """Of x (axis 0) or y (1)."""
    samples = box_map.field.x if axis == 0 else box_map.field.y
    if axis == 1 and len(samples) == 2:  # a function of one variable, drawn as a sheet
        return AxisTicks(np.empty(0), ())
    ticks = nice_ticks(float(samples[0]), float(samples[-1]), n)
    points = np.zeros((len(ticks), 2))
    points[:, axis] = ticks
    written = format_ticks(ticks)
    return AxisTicks(box_map.plane(points)[:, axis], written.labels, written.note)


def height_ticks(box_map: BoxMap, n: int = 5) -> AxisTicks:
    """Of z, on its linear or logarithmic scale."""
    ticks = bar_ticks(box_map.field, n)
    places = box_map.level(ticks)
    if box_map.field.log_offset is None:
        written = format_ticks(ticks)
        return AxisTicks(places, written.labels, written.note)
    kept: list[int] = []
    for k in range(len(ticks) - 1, -1, -1):  # from the top: at the bottom they crowd
        if not kept or places[kept[-1]] - places[k] > 2 * 0.6 * CROWDED:
            kept.append(k)
    kept.reverse()
    return AxisTicks(places[kept], format_distinct(ticks[kept]))
