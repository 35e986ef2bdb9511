"""The way that each run has come: a ribbon on the surface with a dot at each step."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gui.surface.drawing import Shot
from gui.surface.gl import Device
from gui.surface.lines import LineData, Lines, line_data

Floats = NDArray[np.float64]

TRAIL_PX: Final = 2.4
HALO_PX: Final = 5.0
DOT_PX: Final = 5.6
DOT_APART: Final = 0.045  # of the box: steps nearer to each other get no dot
DOTS: Final = 4000
HIDDEN: Final = 0.38
LIFT: Final = 0.006
INK: Final = (8, 11, 16, 150)
PAPER: Final = (255, 255, 255, 200)


class Trail:
    """All ways in one buffer each for halo, ribbon and dots; the playhead moves without an upload."""

    def __init__(self) -> None:
        self._halo = Lines("trail halo")
        self._ribbon = Lines("trail")
        self._dots = Lines("trail dots")

    def set_paths(
        self, ways: Sequence[tuple[Floats, Floats]], colors: Sequence[tuple[int, int, int]]
    ) -> None:
        """Each way as of `paths.paths`, and its colour."""
        times = [t for _, t in ways]
        self._ribbon.data = line_data(
            ((points, (*color, 255)) for (points, _), color in zip(ways, colors, strict=True)), times
        )
        self._halo.data = line_data(
            (
                (points, INK if _bright(color) else PAPER)
                for (points, _), color in zip(ways, colors, strict=True)
            ),
            times,
        )
        self._dots.data = _dots(ways, colors)

    def draw(self, device: Device, shot: Shot, t_end: float, *, hidden: bool) -> None:
        """The visible parts, or (fainter) the hidden ones."""
        strength = HIDDEN if hidden else 1.0
        lift = LIFT if not hidden else 0.0
        if not hidden:
            self._halo.draw(device, shot, HALO_PX, t_end=t_end, lift=LIFT, clip=True)
        self._ribbon.draw(
            device, shot, TRAIL_PX, t_end=t_end, lift=lift, clip=True, hidden=hidden, opacity=strength
        )
        if not hidden:
            self._dots.draw(device, shot, DOT_PX, t_end=t_end, lift=LIFT, clip=True)


def _bright(color: tuple[int, int, int]) -> bool:
    return 0.3 * color[0] + 0.59 * color[1] + 0.11 * color[2] > 150


def _dots(ways: Sequence[tuple[Floats, Floats]], colors: Sequence[tuple[int, int, int]]) -> LineData:
    """Segments of no length, which are drawn as discs, at the whole steps that lie apart."""
    places, shades, times = [], [], []
    for (points, t), color in zip(ways, colors, strict=True):
        whole = np.flatnonzero(t == np.floor(t))
        p = points[whole]
        with np.errstate(invalid="ignore"):
            moved = np.linalg.norm(np.diff(p, axis=0, prepend=p[:1] + 1.0), axis=1) > DOT_APART
        for k in whole[moved & np.isfinite(p).all(axis=1)][: DOTS // max(len(ways), 1)]:
            places.append(np.repeat(points[k : k + 1], 2, axis=0))
            times.append(np.array([t[k], t[k] + 1e-6]))
            shades.append((*color, 255))
    return line_data(zip(places, shades, strict=True), times)
