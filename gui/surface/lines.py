"""Lines of any width, smooth at their sides: polylines in one buffer, one instance a segment."""

import ctypes
from collections.abc import Iterable
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray
from OpenGL import GL

from gui.surface.box_map import FLOOR_Z
from gui.surface.drawing import Drawable, Shot, blended_state
from gui.surface.gl import Buffer, Device

BREAK: Final = np.array([[0.0, 0.0, 0.0, -1.0]], dtype=np.float32)
FOREVER: Final = 1e30


class LineData(Struct, frozen=True):
    """Polylines: points (n, 4), float32, (place, t ≥ 0), t = −1 between them; colors (n, 4), uint8."""

    points: NDArray[np.float32]
    colors: NDArray[np.uint8]

    def recolored(self, color: ArrayLike) -> "LineData":
        """The same lines in one colour."""
        return LineData(self.points, np.full_like(self.colors, color))


def line_data(
    lines: Iterable[tuple[ArrayLike, ArrayLike]], times: Iterable[ArrayLike] | None = None
) -> LineData:
    """Polylines of points (k, 3), each with one RGBA colour of 0 to 255, or one for each point.

    Args:
        times: t of each point, for lines that are drawn up to a moment.

    A point that is not finite interrupts its line.
    """
    drawn = [(np.asarray(places, dtype=np.float64), color) for places, color in lines]
    size = 1 + sum(len(places) + 1 for places, _ in drawn)
    points, colors = np.tile(BREAK, (size, 1)), np.zeros((size, 4), np.uint8)
    moments = iter(times) if times is not None else None
    begin = 1
    for places, color in drawn:
        rows = slice(begin, begin + len(places))
        points[rows, :3] = places
        points[rows, 3] = 0.0 if moments is None else next(moments)
        colors[rows] = color
        begin = rows.stop + 1
    points[~np.isfinite(points[:, :3]).all(axis=1)] = BREAK
    return LineData(points, colors)


class Lines(Drawable):
    """Draws a LineData; uploads it when it is another one."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.data: LineData | None = None

    def _make(self, device: Device) -> None:
        self._array = device.vertex_array()
        self._points = Buffer(device, self._name)
        self._colors = Buffer(device, f"{self._name} colors")
        GL.glBindVertexArray(self._array)  # which keeps what is bound to it, whatever is uploaded later
        self._bind_columns(self._points, (0, 1, 2, 3), 16, GL.GL_FLOAT, False)
        self._bind_columns(self._colors, (4, 5), 4, GL.GL_UNSIGNED_BYTE, True, first=1)

    def draw(
        self,
        device: Device,
        shot: Shot,
        width_px: float,
        *,
        opacity: float = 1.0,
        t_end: float = FOREVER,
        lift: float = 0.0,
        hidden: bool = False,
        clip: bool = False,
        dash_px: float = 0.0,
        flat_z: float = -9.0,
        depth_test: bool = True,
    ) -> None:
        """Draw over what is there.

        Args:
            t_end: the moment up to which the lines have come.
            lift: nearer to the eye, in units of the depth, so as not to sink into a surface they lie on.
            hidden: only what lies behind something else.
            clip: only within the box, and on the floor below it.
            flat_z: everything at this height (above −8).
        """
        data = self.data
        if data is None or len(data.points) < 3:
            return
        self._renew(device)
        GL.glBindVertexArray(self._array)
        if self._stale("points", data):
            # One more at either end: every segment has a point before and after it.
            self._points.upload(np.concatenate([BREAK, data.points, BREAK, BREAK]))
            clear = np.zeros((1, 4), np.uint8)
            self._colors.upload(np.concatenate([clear, data.colors, clear, clear]))
        blended_state(depth_test=depth_test, hidden=hidden)
        device.program("line.vert", "line.frag").use(
            {
                "u_matrix": shot.matrix,
                "u_viewport": shot.viewport,
                "u_width_px": width_px * shot.scale,
                "u_t_end": t_end,
                "u_lift": lift,
                "u_flat_z": flat_z,
                "u_opacity": opacity,
                "u_clip": float(clip),
                "u_floor": FLOOR_Z,
                "u_dash_px": dash_px * shot.scale,
            }
        )
        GL.glDrawArraysInstanced(GL.GL_TRIANGLE_STRIP, 0, 4, len(data.points))

    @staticmethod
    def _bind_columns(
        buffer: Buffer, locations: tuple[int, ...], stride: int, kind: int, normalized: bool, first: int = 0
    ) -> None:
        """The same rows several times, each one row later."""
        buffer.bind()
        for shift, location in enumerate(locations):
            GL.glEnableVertexAttribArray(location)
            offset = ctypes.c_void_p((first + shift) * stride)
            GL.glVertexAttribPointer(location, 4, kind, normalized, stride, offset)
            GL.glVertexAttribDivisor(location, 1)
