"""Lit balls and other solids, and flat discs, that keep their size on the screen."""

import ctypes
from typing import Final

import numpy as np
from numpy.typing import NDArray
from OpenGL import GL

from engine.analysis.findings import Kind
from gui.surface.drawing import Drawable, Shot, blended_state, triple
from gui.surface.gl import Buffer, Device

ROW: Final = np.dtype([("ball", "f4", 4), ("normal", "f4", 4), ("color", "u1", 4), ("rim", "u1", 4)])
Rows = NDArray[np.void]
RIM_PX: Final = 1.8
MARKS: Final[dict[Kind, float]] = {
    "minimum": -1.0,
    "maximum": -2.0,
    "saddle": -3.0,
    "neither": -4.0,
    "undecided": -4.0,
}
# The solids of racers beside the ball, by the names of their shapes: the numbers that ball.frag knows.
SOLIDS: Final[dict[str, float]] = {
    name: float(number) for number, name in enumerate(("o", "t", "s", "p", "h", "d", "star", "+"), 1)
}
_COLUMNS: Final = (
    ("ball", GL.GL_FLOAT, False),
    ("normal", GL.GL_FLOAT, False),
    ("color", GL.GL_UNSIGNED_BYTE, True),
    ("rim", GL.GL_UNSIGNED_BYTE, True),
)


def ball_rows(n: int) -> Rows:
    """`n` empty rows: ball: the place it rests on, the radius in pixels; normal: of the surface, and one of
    SOLIDS (1: a ball), 0 for a flat disc, or one of MARKS; color and rim: RGBA of 0 to 255."""
    return np.zeros(n, dtype=ROW)


class Balls(Drawable):
    """Draws its rows in their order; uploads them when they are others."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.rows: Rows = ball_rows(0)

    def _make(self, device: Device) -> None:
        self._array = device.vertex_array()
        self._buffer = Buffer(device, self._name)

    def draw(
        self,
        device: Device,
        shot: Shot,
        *,
        opacity: float = 1.0,
        hidden: bool = False,
        lift: float = 0.0,
        rim_px: float = RIM_PX,
        depth_test: bool = True,
        shadow: bool = False,
    ) -> None:
        """Draw over what is there; or only the shadows that the balls cast."""
        if not len(self.rows):
            return
        self._renew(device)
        GL.glBindVertexArray(self._array)
        if self._stale("rows", self.rows):
            self._buffer.upload(self.rows)
            for location, (name, kind, normalized) in enumerate(_COLUMNS):
                offset = ctypes.c_void_p(ROW.fields[name][1])  # type: ignore[index]
                GL.glEnableVertexAttribArray(location)
                GL.glVertexAttribPointer(location, 4, kind, normalized, ROW.itemsize, offset)
                GL.glVertexAttribDivisor(location, 1)
        blended_state(hidden=hidden, depth_test=depth_test)
        right, up, toward = shot.basis
        defines = ("SHADOW",) if shadow else ()
        device.program("ball.vert", "ball.frag", *defines).use(
            {
                "u_matrix": shot.matrix,
                "u_viewport": shot.viewport,
                "u_unit": shot.unit,
                "u_scale": shot.scale,
                "u_lift": lift,
                "u_right": triple(right),
                "u_up": triple(up),
                "u_eye": triple(shot.eye),
                "u_toward": triple(toward),
                "u_orthographic": float(shot.camera.orthographic),
                "u_shadow": triple(shot.light),
                "u_ball_light": (-0.42, 0.58, 0.70),
                "u_rim_px": rim_px * shot.scale,
                "u_opacity": opacity,
            }
        )
        GL.glDrawArraysInstanced(GL.GL_TRIANGLE_STRIP, 0, 4, len(self.rows))
