"""A painted picture laid over a drawn one. The thread of the current OpenGL context."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from OpenGL import GL
from PySide6.QtGui import QImage

from gui.surface.drawing import Drawable, blended_state
from gui.surface.gl import Device, Texture

TILE_PX: Final = 32


class Pasted(Drawable):
    """Lays a QImage of Format_ARGB32_Premultiplied over the current framebuffer, pixel for pixel, from the
    lower left corner of the viewport; uploads it when it is another one.

    Only where something is painted: blending the empty rest would take a software renderer longer than all
    the letters.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._boxes: list[tuple[int, int, int, int]] = []

    def _make(self, device: Device) -> None:
        self._texture = Texture(device, self._name, smooth=False)

    def draw(self, device: Device, picture: QImage) -> None:
        self._renew(device)
        if self._stale("picture", picture):
            rows = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), picture.width(), 4)
            self._texture.upload(rows)
            self._boxes = painted_boxes(rows)
        blended_state(depth_test=False)
        device.program("screen.vert", "copy.frag", "PASTED").use({"u_picture": self._texture.bind(3)})
        device.bind_plain()
        GL.glEnable(GL.GL_SCISSOR_TEST)
        for box in self._boxes:
            GL.glScissor(*box)
            GL.glDrawArrays(GL.GL_TRIANGLES, 0, 3)
        GL.glDisable(GL.GL_SCISSOR_TEST)
        GL.glActiveTexture(GL.GL_TEXTURE0)


def painted_boxes(rows: NDArray[np.uint8]) -> list[tuple[int, int, int, int]]:
    """Boxes (x, y from below, width, height) that hold all of `rows`, (height, width, 4), that is not empty.

    None of them meets another.
    """
    height, width, _ = rows.shape
    filled = np.zeros((-(-height // TILE_PX), TILE_PX, -(-width // TILE_PX), TILE_PX), dtype=bool)
    filled.reshape(filled.shape[0] * TILE_PX, -1)[:height, :width] = rows.view(np.uint32)[..., 0]
    tiles = np.pad(filled.any(axis=(1, 3)), ((0, 0), (1, 1))).astype(np.int8)
    line, column = np.nonzero(np.diff(tiles, axis=1))  # where a run of tiles begins, and where it ends
    return [
        (x * TILE_PX, height - (y + 1) * TILE_PX, (end - x) * TILE_PX, TILE_PX)
        for y, x, end in zip(line[::2].tolist(), column[::2].tolist(), column[1::2].tolist(), strict=True)
    ]
