"""What a partial derivative is, in space: planes that hold one variable, the curves they cut out of the
surface, tangents, the secant, the tangent plane, the normal, and the directional derivative."""

import math
from typing import Final, Literal

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from engine.base.vectors import unit
from engine.document.lab import Slice
from gui.surface.arrows import Arrow, Arrows
from gui.surface.balls import Balls, Rows, ball_rows
from gui.surface.box_map import FLOOR_Z, HALF_HEIGHT, BoxMap
from gui.surface.drawing import Shot
from gui.surface.flats import Flats, quad_rows
from gui.surface.gl import Device
from gui.surface.lines import Lines, line_data
from gui.theme import Theme, secant_color, slice_color, term_color

Floats = NDArray[np.float64]
Along = Literal["horizontal", "vertical"]

AXES: Final[dict[Along, int]] = {"horizontal": 0, "vertical": 1}
SAMPLES: Final = 801
PLANE_ALPHA: Final = 46
RIM_ALPHA: Final = 150
CURVE_PX: Final = 3.4
TANGENT_PX: Final = 2.2
TANGENT_REACH: Final = 0.62  # of the box, to either side
SQUARE: Final = 0.34  # half a side of the tangent plane
SQUARE_ALPHA: Final = 165
NORMAL_LENGTH: Final = 0.42
DIAL: Final = 0.34
POINT_PX: Final = 7.5
LIFT: Final = 0.006
HIDDEN: Final = 0.32


class Section(Struct, frozen=True):
    """Where the slices are.

    Attributes:
        slice: as the lab has it. point: in data coordinates, resolved.
        place: that point on the surface in the box, (3,). slope: the box's slopes there, (2,), exact.
    """

    slice: Slice
    point: tuple[float, float]
    place: Floats
    slope: Floats

    @property
    def normal(self) -> Floats:
        n = np.array([-self.slope[0], -self.slope[1], 1.0])
        return unit(n)

    def tangent(self, across: Floats) -> Floats:
        """The way in the tangent plane above the way `across`, (2,), of the plane: (3,)."""
        return np.array([*across, float(self.slope @ across)])


def curve_on(box_map: BoxMap, place: Floats, along: Along) -> Floats:
    """The section of the surface through `place` in one direction, (n, 3)."""
    points = np.tile(place[:2], (SAMPLES, 1))
    points[:, AXES[along]] = np.linspace(-1.0, 1.0, SAMPLES)
    curve = box_map.surface_at(points)
    curve[np.abs(curve[:, 2]) > HALF_HEIGHT + 1e-6] = np.nan
    return curve


def secant_place(box_map: BoxMap, section: Section) -> Floats | None:
    """The second point of the secant in the box, (3,), along the first of the slices; None without one."""
    if section.slice.h is None or not section.slice.along:
        return None
    point = np.array(section.point, dtype=np.float64)
    point[AXES[section.slice.along[0]]] += section.slice.h
    return box_map.surface_at(box_map.plane(point))


class Slices:
    """Rebuilt when the slice, its point, the field or the theme change."""

    def __init__(self) -> None:
        self._planes = Flats("slice planes")
        self._rims = Lines("slice rims")
        self._curves = Lines("slice curves")
        self._halos = Lines("slice halos")
        self._tangents = Lines("slice tangents")
        self._secant = Lines("slice secant")
        self._square = Flats("tangent plane")
        self._square_rim = Lines("tangent plane rim")
        self._arrows = Arrows("slice arrows")
        self._points = Balls("slice points")
        self._section: Section | None = None
        self._key: tuple[object, ...] = ()

    def set_section(self, box_map: BoxMap | None, section: Section | None, theme: Theme) -> None:
        if box_map is None or section is None:
            self._section, self._key = None, ()
            return
        key = (box_map, section.slice, section.point, tuple(section.slope), theme.name)
        if key != self._key:
            self._key, self._section = key, section
            self._build(box_map, section, theme)

    def draw(self, device: Device, shot: Shot) -> None:
        if self._section is None:
            return
        self._planes.draw(device, shot)
        self._rims.draw(device, shot, 1.2)
        self._curves.draw(device, shot, CURVE_PX, hidden=True, opacity=HIDDEN)
        self._square.draw(device, shot, normal=self._section.normal, lift=0.001)
        self._square_rim.draw(device, shot, 1.6, lift=LIFT)
        self._halos.draw(device, shot, CURVE_PX + 2.4, lift=LIFT, opacity=0.8)
        self._curves.draw(device, shot, CURVE_PX, lift=LIFT)
        self._tangents.draw(device, shot, TANGENT_PX, hidden=True, opacity=HIDDEN)
        self._tangents.draw(device, shot, TANGENT_PX, lift=LIFT)
        self._secant.draw(device, shot, 1.8, lift=LIFT, dash_px=5.0)
        self._arrows.draw(device, shot, hidden=True)
        self._arrows.draw(device, shot, hidden=False)
        self._points.draw(device, shot, hidden=True, opacity=HIDDEN)
        self._points.draw(device, shot, lift=LIFT)

    def _build(self, box_map: BoxMap, section: Section, theme: Theme) -> None:
        slice_, place = section.slice, section.place
        planes, rims, curves, tangents = [], [], [], []
        for along in slice_.along:
            color = _rgb(slice_color(along, theme))
            corners = _plane_corners(place, along)
            planes.append(quad_rows(corners, (*color, PLANE_ALPHA)))
            rims.append((corners[[0, 1, 3, 2, 0]], (*color, RIM_ALPHA)))
            curves.append((curve_on(box_map, place, along), (*color, 255)))
            if np.isfinite(place).all():
                across = np.zeros(2)
                across[AXES[along]] = 1.0
                way = section.tangent(across)
                way = unit(way) * TANGENT_REACH
                tangents.append((np.stack([place - way, place + way]), (*_paper(theme), 255)))
        self._planes.rows = _joined(planes)
        self._rims.data = line_data(rims)
        self._curves.data = line_data(curves)
        self._halos.data = line_data((curve, (*_ink(theme), 255)) for curve, _ in curves)
        self._tangents.data = line_data(tangents)
        self._build_secant(box_map, section, theme)
        self._build_square(section, theme)
        self._build_arrows(box_map, section, theme)

    def _build_secant(self, box_map: BoxMap, section: Section, theme: Theme) -> None:
        self._secant.data = None
        places = [section.place]
        second = secant_place(box_map, section)
        color = _rgb(secant_color(theme))
        if second is not None and np.isfinite(second).all() and np.isfinite(section.place).all():
            way = second - section.place
            length = float(np.linalg.norm(way))
            if length > 1e-9:
                beyond = way / length * 0.22
                self._secant.data = line_data([([section.place - beyond, second + beyond], (*color, 255))])
                places.append(second)
        rows: Rows = ball_rows(len(places))
        for row, where, fill in zip(rows, places, (_paper(theme), color), strict=False):
            row["ball"] = (*np.nan_to_num(where), POINT_PX)
            row["normal"] = (*section.normal, 0.0)
            row["color"], row["rim"] = (*fill, 255), (*_ink(theme), 255)
        self._points.rows = rows[[bool(np.isfinite(where).all()) for where in places]]

    def _build_square(self, section: Section, theme: Theme) -> None:
        self._square.rows = _joined([])
        self._square_rim.data = None
        if not section.slice.tangent_plane or not np.isfinite(section.place).all():
            return
        # A steep plane is kept as large as a level one.
        a = section.tangent(np.array([1.0, 0.0]))
        b = section.tangent(np.array([0.0, 1.0]))
        a, b = (v / max(float(np.linalg.norm(v)), 1.0) * SQUARE for v in (a, b))
        corners = np.array([section.place + s * a + t * b for t in (-1, 1) for s in (-1, 1)])
        self._square.rows = quad_rows(corners, (*_rgb(theme.color("accent")), SQUARE_ALPHA))
        self._square_rim.data = line_data([(corners[[0, 1, 3, 2, 0]], (*_paper(theme), 220))])

    def _build_arrows(self, box_map: BoxMap, section: Section, theme: Theme) -> None:
        slice_, place = section.slice, section.place
        arrows: list[Arrow] = []
        if np.isfinite(place).all():
            if slice_.normal:
                end = place + NORMAL_LENGTH * section.normal
                arrows.append(Arrow(place, end, _rgb(theme.color("accent")), True))
            if slice_.direction_deg is not None:
                arrows += self._directions(box_map, section, theme, slice_.direction_deg)
        self._arrows.set(tuple(arrows))

    @staticmethod
    def _directions(box_map: BoxMap, section: Section, theme: Theme, degrees: float) -> list[Arrow]:
        """Along the chosen direction, and along the gradient, where the derivative is largest."""
        origin = np.array(section.point)

        def way(angle: float) -> Floats:
            step = np.array([math.cos(angle), math.sin(angle)]) * 1e-3 * float(np.ptp(box_map.field.x))
            across = box_map.plane(origin + step) - box_map.plane(origin)
            along = section.tangent(across)
            return np.asarray(unit(along) * (DIAL + 0.08))

        chosen = Arrow(
            section.place, section.place + way(math.radians(degrees)), _rgb(theme.color("success")), True
        )
        # The gradient in data coordinates: box slopes times the box's units a data unit.
        scale = box_map.plane(origin + 1.0) - box_map.plane(origin)
        gradient = section.slope * scale
        if float(np.hypot(*gradient)) == 0.0:
            return [chosen]
        steepest = way(math.atan2(gradient[1], gradient[0]))
        return [
            Arrow(section.place, section.place + steepest, _rgb(term_color("gradient", theme))),
            chosen,
        ]


def _plane_corners(place: Floats, along: Along) -> Floats:
    """Of the plane through `place` that holds the other variable, (4, 3), in the order of the letter Z."""
    axis = AXES[along]
    corners = np.tile(place, (4, 1))
    corners[:, axis] = (-1.0, 1.0, -1.0, 1.0)
    corners[:, 2] = (FLOOR_Z, FLOOR_Z, HALF_HEIGHT, HALF_HEIGHT)
    return corners


def _joined(rows: list[Rows]) -> Rows:
    return np.concatenate(rows) if rows else quad_rows(np.zeros((4, 3)), (0, 0, 0, 0))[:0]


def _rgb(color: QColor) -> tuple[int, int, int]:
    return (color.red(), color.green(), color.blue())


def _ink(theme: Theme) -> tuple[int, int, int]:
    return (10, 13, 20) if theme.name == "dark" else (255, 255, 255)


def _paper(theme: Theme) -> tuple[int, int, int]:
    return (255, 255, 255) if theme.name == "dark" else (16, 20, 28)
