"""What all drawables share: the shot they are drawn for, and a base that knows what it has uploaded."""

from functools import cached_property
from typing import Any, Final

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray
from OpenGL import GL
from PySide6.QtGui import QColor

from engine.document.lab import Camera
from gui.surface.camera import basis, eye, half_extent, projected, projection_matrix, view_matrix
from gui.surface.gl import Device, Value
from gui.theme import Theme

Floats = NDArray[np.float64]
RGB = tuple[float, float, float]
RGBA = tuple[float, float, float, float]

LIGHT_EYE: Final = np.array(
    [-0.50, 0.42, 0.50]
)  # towards the key light: to the left, above and behind the eye
LIGHT_SKY: Final = 0.62


class Shot(Struct, frozen=True, dict=True):
    """One picture: the eye, the size, and the look.

    Attributes:
        size_px: physical pixels. scale: physical pixels for one of the design's.
        stride: only every stride-th row and column of the surface is drawn.
        thin: only every thin-th of them lends its colours, lines and light; a divisor of the stride.
        shift_px: the part of a pixel by which the picture is moved, for anti-aliasing.
    """

    camera: Camera
    size_px: tuple[int, int]
    scale: float
    theme: Theme
    stride: int = 1
    thin: int = 1
    shift_px: tuple[float, float] = (0.0, 0.0)

    @cached_property
    def matrix(self) -> Floats:
        return projection_matrix(self.camera, self.size_px, self.shift_px) @ view_matrix(self.camera)

    def project(self, points: ArrayLike) -> Floats:
        """Points of the box, (…, 3), to pixels and depth, as `camera.project`."""
        return projected(points, self.matrix, self.size_px)

    @cached_property
    def basis(self) -> Floats:
        return basis(self.camera)

    @cached_property
    def eye(self) -> Floats:
        return eye(self.camera)

    @cached_property
    def light(self) -> Floats:
        """Towards the key light, in the box."""
        direction = LIGHT_EYE @ self.basis + np.array([0.0, 0.0, LIGHT_SKY])
        return np.asarray(direction / np.linalg.norm(direction))

    @cached_property
    def lighting(self) -> dict[str, Value]:
        """The uniforms of light.glsl."""
        return {
            "u_eye": triple(self.eye),
            "u_toward": triple(self.basis[2]),
            "u_orthographic": float(self.camera.orthographic),
            "u_light": triple(self.light),
            "u_shade": 0.78 if self.theme.name == "light" else 0.92,
        }

    @cached_property
    def viewport(self) -> tuple[float, float]:
        return (float(self.size_px[0]), float(self.size_px[1]))

    @cached_property
    def unit(self) -> float:
        """Of the box in one pixel: at distance 1, or everywhere if orthographic."""
        return 2 * half_extent(self.camera, self.size_px)[1] / self.size_px[1]


class Drawable:
    """Something to draw. Its OpenGL objects are made at its first draw in a context, by `_make`."""

    def __init__(self) -> None:
        self._device: Device | None = None
        self._uploaded: dict[str, tuple[Any, ...]] = {}

    def _renew(self, device: Device) -> None:
        if self._device is not device:
            self._device = device
            self._uploaded.clear()
            self._make(device)

    def _make(self, device: Device) -> None:
        """Create the OpenGL objects in the current context."""

    def _stale(self, name: str, *source: Any) -> bool:
        """Whether `name` was uploaded from something else than `source` (arrays by identity)."""
        known = self._uploaded.get(name)
        if known is not None and len(known) == len(source) and all(map(_same, known, source)):
            return False
        self._uploaded[name] = source
        return True


def _same(a: Any, b: Any) -> bool:
    return a is b or (isinstance(a, str) and a == b)


def triple(vector: Any) -> RGB:
    return (float(vector[0]), float(vector[1]), float(vector[2]))


def rgb(color: QColor | str) -> RGB:
    color = QColor(color)
    return (color.redF(), color.greenF(), color.blueF())


def rgba(color: QColor | str, alpha: float = 1.0) -> RGBA:
    return (*rgb(color), alpha)


def opaque_state() -> None:
    """Depth is tested and written, colours replace what was there."""
    GL.glEnable(GL.GL_DEPTH_TEST)
    GL.glDepthFunc(GL.GL_LEQUAL)
    GL.glDepthMask(True)
    GL.glDisable(GL.GL_CULL_FACE)
    GL.glDisable(GL.GL_BLEND)


def blended_state(*, depth_test: bool = True, hidden: bool = False) -> None:
    """Premultiplied colours over what is there; depth is tested but not written.

    Args:
        hidden: draw only what lies behind something.
    """
    GL.glEnable(GL.GL_BLEND)
    GL.glBlendFunc(GL.GL_ONE, GL.GL_ONE_MINUS_SRC_ALPHA)
    GL.glDepthMask(False)
    if depth_test:
        GL.glEnable(GL.GL_DEPTH_TEST)
        GL.glDepthFunc(GL.GL_GREATER if hidden else GL.GL_LEQUAL)
    else:
        GL.glDisable(GL.GL_DEPTH_TEST)
