"""Arrows in space: a shaft of constant width, and a head that faces the eye."""

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from gui.surface.box_map import HALF_HEIGHT
from gui.surface.drawing import Shot
from gui.surface.flats import Flats, Rows, triangle_rows
from gui.surface.gl import Device
from gui.surface.lines import Lines, line_data

Floats = NDArray[np.float64]

SHAFT_PX: Final = 3.0
HEAD_PX: Final = 13.0
HEAD_WIDTH: Final = 0.42  # of its length, to either side
HALO_PX: Final = 1.6  # of the background's colour around it
HIDDEN: Final = 0.30
LIFT: Final = 0.007
SHORTEST: Final = 0.006  # of the box: shorter ones are not drawn
BOUND: Final = np.array([1.12, 1.12, HALF_HEIGHT + 0.12])


class Arrow(Struct, frozen=True):
    """From start to end, in the box, (3,); color: RGB of 0 to 255; strong: drawn thicker."""

    start: Floats
    end: Floats
    color: tuple[int, int, int]
    strong: bool = False


class Arrows:
    """Draws its arrows; what leaves the box is cut off and has no head."""

    def __init__(self, name: str) -> None:
        self._shafts = Lines(name)
        self._halos = Lines(f"{name} halo")
        self._heads = Flats(f"{name} heads")
        self._arrows: tuple[Arrow, ...] = ()
        self._key: tuple[object, ...] = ()

    def set(self, arrows: tuple[Arrow, ...]) -> None:
        if arrows is not self._arrows:
            self._arrows, self._key = arrows, ()

    def draw(self, device: Device, shot: Shot, *, hidden: bool) -> None:
        if not self._arrows:
            return
        key = (shot.camera, shot.size_px, shot.scale, shot.theme.name)
        if key != self._key:
            self._key = key
            self._build(shot)
        opacity = HIDDEN if hidden else 1.0
        if not hidden:
            self._halos.draw(device, shot, SHAFT_PX + 2 * HALO_PX, lift=LIFT, opacity=0.75)
        self._shafts.draw(device, shot, SHAFT_PX, lift=LIFT, opacity=opacity, hidden=hidden)
        self._heads.draw(device, shot, lift=LIFT, opacity=opacity, hidden=hidden)

    def _build(self, shot: Shot) -> None:
        shafts, halos = [], []
        heads: list[Rows] = []
        halo = (10, 13, 20, 255) if shot.theme.name == "dark" else (255, 255, 255, 255)
        for arrow in self._arrows:
            end, cut = _within(arrow.start, arrow.end)
            way = end - arrow.start
            length = float(np.linalg.norm(way))
            if not np.isfinite(length) or length < SHORTEST:
                continue
            neck = end
            if not cut:
                size = HEAD_PX * shot.scale * (1.3 if arrow.strong else 1.0) * _unit(shot, end)
                size = min(size, 0.7 * length)
                neck, corners = _head(way / length, end, size, shot)
                heads.append(triangle_rows(_head(way / length, end, 1.4 * size, shot, 0.2 * size)[1], halo))
                heads.append(triangle_rows(corners, (*arrow.color, 255)))
            shafts.append((np.stack([arrow.start, neck]), (*arrow.color, 255)))
            halos.append((np.stack([arrow.start, neck]), halo))
        self._shafts.data, self._halos.data = line_data(shafts), line_data(halos)
        self._heads.rows = np.concatenate(heads) if heads else triangle_rows(np.empty((0, 3)), (0, 0, 0, 0))


def _unit(shot: Shot, place: Floats) -> float:
    """Of the box in one pixel at `place`."""
    if shot.camera.orthographic:
        return shot.unit
    return shot.unit * max(float((shot.eye - place) @ shot.basis[2]), 1e-3)


def _head(
    direction: Floats, tip: Floats, size: float, shot: Shot, forward: float = 0.0
) -> tuple[Floats, Floats]:
    """Where the shaft ends, and the corners of the head, (3, 3), in the plane that shows most of it."""
    toward = shot.basis[2] if shot.camera.orthographic else shot.eye - tip
    side = np.cross(direction, toward)
    norm = float(np.linalg.norm(side))
    side = side / norm if norm > 1e-9 else shot.basis[0]
    tip = tip + forward * direction
    foot = tip - size * direction
    return foot + 0.1 * size * direction, np.stack(
        [tip, foot + HEAD_WIDTH * size * side, foot - HEAD_WIDTH * size * side]
    )


def _within(start: Floats, end: Floats) -> tuple[Floats, bool]:
    """The end, or where the way leaves the surroundings of the box; and whether it does."""
    way = end - start
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.where(way > 0, (BOUND - start) / way, np.where(way < 0, (-BOUND - start) / way, np.inf))
    share = float(np.min(shares))
    if not np.isfinite(end).all():
        return start, True
    return (end, False) if share >= 1.0 else (start + max(share, 0.0) * way, True)
