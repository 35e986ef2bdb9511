"""The outline of the surface: a line along its sides, so that it stands out from the floor beneath it."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from gui.surface.box_map import HALF_HEIGHT, BoxMap
from gui.surface.drawing import Drawable, Shot
from gui.surface.gl import Device
from gui.surface.lines import Lines, line_data

Floats = NDArray[np.float64]

LINE_PX: Final = 1.1
HALO_PX: Final = 2.8
DARK_INK: Final = (8, 11, 16)
LIGHT_INK: Final = (255, 255, 255)
LINE_ALPHA: Final = 130
HALO_ALPHA: Final = 180
LIFT: Final = 0.0015


def side_lines(box_map: BoxMap) -> tuple[Floats, Floats, Floats, Floats]:
    """The sides of the surface in the box, each (n, 3); NaN where nothing of it is drawn."""
    ny, nx = box_map.field.z.shape
    across, along = np.linspace(-1.0, 1.0, nx), np.linspace(-1.0, 1.0, ny)
    sides = [np.column_stack([across, np.full(nx, y)]) for y in (-1.0, 1.0)]
    sides += [np.column_stack([np.full(ny, x), along]) for x in (-1.0, 1.0)]
    lines = [box_map.surface_at(side) for side in sides]
    for line in lines:
        with np.errstate(invalid="ignore"):
            line[np.abs(line[:, 2]) > HALF_HEIGHT + 1e-6] = np.nan
    return (lines[0], lines[1], lines[2], lines[3])


class OutlineDrawable(Drawable):
    """A thin line with a halo, seen on all colours; rebuilt when the field or the theme changes."""

    def __init__(self) -> None:
        super().__init__()
        self._line = Lines("outline")
        self._halo = Lines("outline halo")
        self._map: BoxMap | None = None
        self._key: tuple[object, ...] = ()

    def set_map(self, box_map: BoxMap | None) -> None:
        self._map = box_map

    def draw(self, device: Device, shot: Shot, opacity: float) -> None:
        if self._map is None:
            return
        key = (self._map, shot.theme.name)
        if key != self._key:
            self._key = key
            # Where f varies from sample to sample its side is a thicket, and no line.
            sides = () if self._map.undersampled else side_lines(self._map)
            line, halo = (LIGHT_INK, DARK_INK) if shot.theme.name == "dark" else (DARK_INK, LIGHT_INK)
            self._line.data = line_data((side, (*line, LINE_ALPHA)) for side in sides)
            self._halo.data = line_data((side, (*halo, HALO_ALPHA)) for side in sides)
        self._halo.draw(device, shot, HALO_PX, lift=LIFT, opacity=opacity)
        self._line.draw(device, shot, LINE_PX, lift=LIFT, opacity=opacity)
