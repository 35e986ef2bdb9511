"""The outline of the surface: a line along its sides and where it is cut off, so that it stands out from the
floor beneath it."""

from typing import Final

import numpy as np
from contourpy import LineType, contour_generator
from numpy.typing import NDArray

from gui.drawing.thinning import nodes
from gui.surface.box_map import HALF_HEIGHT, BoxMap
from gui.surface.drawing import Drawable, Shot
from gui.surface.gl import Device
from gui.surface.lines import Lines, line_data
from gui.surface.mesh import HIGHEST, LOWEST

Floats = NDArray[np.float64]

LINE_PX: Final = 1.1
HALO_PX: Final = 2.8
DARK_INK: Final = (8, 11, 16)
LIGHT_INK: Final = (255, 255, 255)
LINE_ALPHA: Final = 130
HALO_ALPHA: Final = 180
LIFT: Final = 0.0015


def side_lines(box_map: BoxMap, stride: int = 1) -> tuple[Floats, Floats, Floats, Floats]:
    """The sides of the surface of every `stride`-th row and column in the box, each (n, 3), up to where it
    leaves the range that is drawn; NaN where nothing of it is drawn."""
    ny, nx = box_map.field.z.shape
    across = nodes(nx, stride) / (nx - 1) * 2.0 - 1.0
    along = nodes(ny, stride) / (ny - 1) * 2.0 - 1.0
    sides = [np.column_stack([across, np.full(len(across), y)]) for y in (-1.0, 1.0)]
    sides += [np.column_stack([np.full(len(along), x), along]) for x in (-1.0, 1.0)]
    inward = np.array(((0, 1), (0, -1), (1, 0), (-1, 0))) * 2.0 / np.array([nx - 1, ny - 1])
    beside = [side + step for side, step in zip(sides, inward, strict=True)]
    line, within = np.split(box_map.surface_at(np.concatenate(sides + beside)), 2)
    line[np.isnan(within[:, 2]), 2] = np.nan  # a line where f is defined, and no surface
    ends = np.cumsum([len(side) for side in sides])[:-1]
    first, second, third, fourth = map(_within, np.split(line, ends))
    return first, second, third, fourth


def _within(line: Floats) -> Floats:
    """The part of a line, (n, 3), between the bottom and the top of the box, NaN between its pieces."""
    for end in (-HALF_HEIGHT, HALF_HEIGHT):
        z = np.clip(line[:, 2], 2.0 * HALF_HEIGHT * (LOWEST - 0.5), 2.0 * HALF_HEIGHT * (HIGHEST - 0.5))
        with np.errstate(invalid="ignore"):
            crossings = np.flatnonzero((z[:-1] - end) * (z[1:] - end) < 0.0)
        share = (end - z[crossings]) / (z[crossings + 1] - z[crossings])
        points = line[crossings] + share[:, None] * (line[crossings + 1] - line[crossings])
        points[:, 2] = end
        line = np.insert(line, crossings + 1, points, axis=0)
    with np.errstate(invalid="ignore"):
        line[np.abs(line[:, 2]) > HALF_HEIGHT + 1e-6] = np.nan
    return line


def rim_lines(box_map: BoxMap) -> list[Floats]:
    """Where the surface is cut off at the top and at the bottom of the box, each (n, 3), NaN in gaps."""
    if not box_map.field.clipped:
        return []
    heights = np.clip(box_map.heights, LOWEST, HIGHEST)
    ny, nx = heights.shape
    generator = contour_generator(
        x=np.linspace(-1.0, 1.0, nx),
        y=np.linspace(-1.0, 1.0, ny),
        z=np.ma.masked_invalid(heights),
        line_type=LineType.Separate,
    )
    rims = []
    cut_low, cut_high = box_map.field.z_min < box_map.field.z_lo, box_map.field.z_max > box_map.field.z_hi
    for cut, height, z in ((cut_low, 0.0, -HALF_HEIGHT), (cut_high, 1.0, HALF_HEIGHT)):
        for line in generator.lines(height) if cut else []:
            drawn = np.isfinite(box_map.height_at(line))
            rims.append(np.column_stack([line, np.where(drawn, z, np.nan)]))
    return rims


class OutlineDrawable(Drawable):
    """A thin line with a halo, seen on all colours; rebuilt when the field or the theme changes."""

    def __init__(self) -> None:
        super().__init__()
        self._line = Lines("outline")
        self._halo = Lines("outline halo")
        self._map: BoxMap | None = None
        self._key: tuple[object, ...] = ()
        self._rims_of: BoxMap | None = None
        self._rim_lines: list[Floats] = []

    def set_map(self, box_map: BoxMap | None) -> None:
        self._map = box_map

    def _rims(self) -> list[Floats]:
        """Found once for each field."""
        assert self._map is not None
        if self._rims_of is not self._map:
            self._rims_of, self._rim_lines = self._map, rim_lines(self._map)
        return self._rim_lines

    def draw(self, device: Device, shot: Shot, opacity: float) -> None:
        if self._map is None:
            return
        key = (self._map, shot.stride, shot.theme.name)
        if key != self._key:
            self._key = key
            # Where f varies from sample to sample its side is a thicket, and no line.
            sides = [] if self._map.undersampled else [*side_lines(self._map, shot.stride), *self._rims()]
            line, halo = (LIGHT_INK, DARK_INK) if shot.theme.name == "dark" else (DARK_INK, LIGHT_INK)
            data = self._line.data = line_data((side, (*line, LINE_ALPHA)) for side in sides)
            self._halo.data = data.recolored((*halo, HALO_ALPHA))
        self._halo.draw(device, shot, HALO_PX, lift=LIFT, opacity=opacity)
        self._line.draw(device, shot, LINE_PX, lift=LIFT, opacity=opacity)
