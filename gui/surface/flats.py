"""Triangles of one colour each, with smooth edges: the planes of the slices, arrow heads, soft shadows."""

import ctypes
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from OpenGL import GL

from gui.surface.drawing import Drawable, Shot, blended_state, triple
from gui.surface.gl import Buffer, Device

ROW: Final = np.dtype([("place", "f4", 3), ("color", "u1", 4), ("disc", "f4", 2), ("sides", "f4", 3)])
Rows = NDArray[np.void]
_COLUMNS: Final = (
    ("place", 3, GL.GL_FLOAT, False),
    ("color", 4, GL.GL_UNSIGNED_BYTE, True),
    ("disc", 2, GL.GL_FLOAT, False),
    ("sides", 3, GL.GL_FLOAT, False),
)
_CORNERS: Final = (0, 1, 2, 2, 1, 3)


def triangle_rows(places: ArrayLike, color: ArrayLike) -> Rows:
    """Corners (n, 3), three a triangle, of one RGBA colour of 0 to 255 or one for each corner."""
    p = np.asarray(places, dtype=np.float32)
    rows = np.zeros(len(p), dtype=ROW)
    rows["place"], rows["color"] = p, np.asarray(color, dtype=np.uint8)
    rows["sides"] = np.tile(np.eye(3), (len(p) // 3, 1))
    return rows


def quad_rows(corners: ArrayLike, color: ArrayLike, *, soft: bool = False) -> Rows:
    """A quad of corners (4, 3), in the order of the letter Z. soft: it fades out from its middle."""
    p = np.asarray(corners, dtype=np.float32)
    rows = triangle_rows(p[list(_CORNERS)], color)
    rows["sides"][:3, 0] = rows["sides"][3:, 2] = 1.0  # the diagonal is no edge
    if soft:
        rows["disc"] = np.array([(-1, -1), (1, -1), (-1, 1), (1, 1)], dtype=np.float32)[list(_CORNERS)]
    return rows


class Flats(Drawable):
    """Draws its rows in their order; uploads them when they are others."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.rows: Rows = np.zeros(0, dtype=ROW)

    def _make(self, device: Device) -> None:
        self._array = device.vertex_array()
        self._buffer = Buffer(device, self._name)

    def draw(
        self,
        device: Device,
        shot: Shot,
        *,
        opacity: float = 1.0,
        normal: ArrayLike | None = None,
        hidden: bool = False,
        lift: float = 0.0,
        soft: bool = False,
    ) -> None:
        """Draw over what is there, lit if there is a `normal`, (3,)."""
        if not len(self.rows):
            return
        self._renew(device)
        GL.glBindVertexArray(self._array)
        if self._stale("rows", self.rows):
            self._buffer.upload(self.rows)
            for location, (name, size, kind, normalized) in enumerate(_COLUMNS):
                offset = ctypes.c_void_p(ROW.fields[name][1])  # type: ignore[index]
                GL.glEnableVertexAttribArray(location)
                GL.glVertexAttribPointer(location, size, kind, normalized, ROW.itemsize, offset)
        blended_state(hidden=hidden)
        defines = ("SHADOW",) if soft else ()
        device.program("flat.vert", "flat.frag", *defines).use(
            {
                "u_matrix": shot.matrix,
                "u_lift": lift,
                "u_opacity": opacity,
                "u_normal": (0.0, 0.0, 0.0) if normal is None else triple(normal),
                **shot.lighting,
            }
        )
        GL.glDrawArrays(GL.GL_TRIANGLES, 0, len(self.rows))
