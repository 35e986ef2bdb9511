"""The box around the surface: its back faces with their grid, and where the axes are written."""

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from gui.surface.box_map import FLOOR_Z, HALF_HEIGHT, BoxMap
from gui.surface.drawing import Drawable, Shot, rgb
from gui.surface.gl import Device
from gui.surface.lines import LineData, Lines, line_data
from gui.surface.ticks import AxisTicks, height_ticks, plane_ticks

Floats = NDArray[np.float64]

GRID_ALPHA: Final = 0.20
EDGE_ALPHA: Final = 0.62
GRID_PX: Final = 1.0
EDGE_PX: Final = 1.2


class AxisLine(Struct, frozen=True):
    """One written axis: from and to are its ends in the box, ticks its points there, (n, 3); outward points
    away from the box, (3,)."""

    start: Floats
    end: Floats
    ticks: Floats
    outward: Floats


def back_sides(shot: Shot) -> tuple[float, float]:
    """x̂ and ŷ of the two walls that face the eye from behind."""
    toward = shot.basis[2] if shot.camera.orthographic else shot.eye
    return (-1.0 if toward[0] > 0 else 1.0, -1.0 if toward[1] > 0 else 1.0)


def bottom_of(floor: bool) -> float:
    return FLOOR_Z if floor else -HALF_HEIGHT


def axis_lines(
    shot: Shot, ticks: tuple[AxisTicks, AxisTicks, AxisTicks], floor: bool
) -> tuple[AxisLine, ...]:
    """Where x, y and z are written: the edges of the box on its outline, nearest to the eye."""
    bx, by = back_sides(shot)
    bottom = bottom_of(floor)
    x_line = _line(ticks[0].places, 0, np.array([0.0, -by, bottom]), np.array([0.0, -by, 0.0]), 1.0)
    y_line = _line(ticks[1].places, 1, np.array([-bx, 0.0, bottom]), np.array([-bx, 0.0, 0.0]), 1.0)
    # The z axis stands at the outline's left or right corner, whichever is further left on the screen.
    corners = np.array([[bx, -by, 0.0], [-bx, by, 0.0]])
    across = shot.project(corners)[:, 0]
    corner = corners[int(np.argmin(np.nan_to_num(across)))]
    z_line = _line(ticks[2].places, 2, corner, np.array([corner[0], corner[1], 0.0]), HALF_HEIGHT)
    return (x_line, y_line, z_line)


def _line(places: Floats, axis: int, base: Floats, outward: Floats, reach: float) -> AxisLine:
    start, end = base.copy(), base.copy()
    start[axis], end[axis] = -reach, reach
    ticks = np.tile(base, (len(places), 1))
    ticks[:, axis] = places
    return AxisLine(start, end, ticks, outward / np.linalg.norm(outward))


class BoxDrawable(Drawable):
    """The lines of the box; rebuilt when the eye passes a corner, the ticks or the theme change."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = Lines("box")
        self._edges = Lines("box edges")
        self._map: BoxMap | None = None
        self._key: tuple[object, ...] = ()
        self.ticks: tuple[AxisTicks, AxisTicks, AxisTicks] | None = None

    def set_map(self, box_map: BoxMap | None) -> None:
        self._map = box_map
        self.ticks = None
        if box_map is not None:
            self.ticks = (plane_ticks(box_map, 0), plane_ticks(box_map, 1), height_ticks(box_map))

    def draw(self, device: Device, shot: Shot, floor: bool) -> None:
        if self._map is None or self.ticks is None:
            return
        key = (self._map, back_sides(shot), floor, shot.theme.name)
        if key != self._key:
            self._key = key
            self._grid.data, self._edges.data = self._build(shot, floor)
        self._grid.draw(device, shot, GRID_PX)
        self._edges.draw(device, shot, EDGE_PX)

    def _build(self, shot: Shot, floor: bool) -> tuple[LineData, LineData]:
        assert self.ticks is not None
        bx, by = back_sides(shot)
        xs, ys, zs = (axis.places for axis in self.ticks)
        bottom, low, top = bottom_of(floor), -HALF_HEIGHT, HALF_HEIGHT
        grid: list[list[tuple[float, float, float]]] = []
        grid += [[(-bx, by, z), (bx, by, z), (bx, -by, z)] for z in zs if low < z < top]
        grid += [[(x, by, low), (x, by, top)] for x in xs if abs(x) < 1]
        grid += [[(bx, y, low), (bx, y, top)] for y in ys if abs(y) < 1]
        if not floor:
            grid += [[(x, -1.0, low), (x, 1.0, low)] for x in xs if abs(x) < 1]
            grid += [[(-1.0, y, low), (1.0, y, low)] for y in ys if abs(y) < 1]
        edges: list[list[tuple[float, float, float]]] = [
            [(-bx, by, top), (bx, by, top), (bx, -by, top)],
            [(-bx, by, low), (bx, by, low), (bx, -by, low)],
            [
                (-1.0, -1.0, bottom),
                (1.0, -1.0, bottom),
                (1.0, 1.0, bottom),
                (-1.0, 1.0, bottom),
                (-1.0, -1.0, bottom),
            ],
        ]
        edges += [[(x, y, bottom), (x, y, top)] for x, y in ((bx, by), (-bx, by), (bx, -by))]
        color = np.round(np.array(rgb(shot.theme.grid)) * 255)
        soft = (*color, 255 * GRID_ALPHA)
        strong = (*color, 255 * EDGE_ALPHA)
        return line_data((line, soft) for line in grid), line_data((line, strong) for line in edges)
