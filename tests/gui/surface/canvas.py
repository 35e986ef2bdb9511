"""A context without a window to draw a scene in; any OpenGL error fails the test."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from OpenGL import GL
from PySide6.QtGui import QImage, QOffscreenSurface, QOpenGLContext, QPainter, QSurfaceFormat

from engine.document.lab import Camera
from gui.surface.scene import Quality, SurfaceScene
from tests.gui.golden import pixels


class Canvas:
    """A context of its own and pictures drawn in it."""

    def __init__(self) -> None:
        wanted = QSurfaceFormat.defaultFormat()
        self._surface = QOffscreenSurface()
        self._surface.setFormat(wanted)
        self._surface.create()
        self._context = QOpenGLContext()
        self._context.setFormat(wanted)
        assert self._context.create()
        self.make_current()

    def make_current(self) -> None:
        assert self._context.makeCurrent(self._surface)

    def draw(
        self,
        scene: SurfaceScene,
        camera: Camera | None = None,
        size: tuple[int, int] = (480, 320),
        *,
        quality: Quality = "kept",
        ratio: float = 1.0,
        texts: bool = False,
        samples: int = 0,
    ) -> NDArray[np.uint8]:
        """The picture, (height, width, 4), uint8, premultiplied RGBA, top row first."""
        camera = camera or Camera()
        name, buffers = _framebuffer(size, samples)
        scene.draw(camera, size, ratio, quality=quality)
        bound = int(GL.glGetIntegerv(GL.GL_DRAW_FRAMEBUFFER_BINDING))
        assert bound == name, "the scene left another framebuffer bound"
        if samples:
            resolved, more = _framebuffer(size, 0)
            GL.glBindFramebuffer(GL.GL_READ_FRAMEBUFFER, name)
            GL.glBlitFramebuffer(0, 0, *size, 0, 0, *size, GL.GL_COLOR_BUFFER_BIT, GL.GL_NEAREST)
            GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, resolved)
            buffers += more
        data = GL.glReadPixels(0, 0, *size, GL.GL_RGBA, GL.GL_UNSIGNED_BYTE)
        assert GL.glGetError() == GL.GL_NO_ERROR
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, 0)
        GL.glDeleteRenderbuffers(len(buffers), buffers)
        picture = np.frombuffer(data, np.uint8).reshape(size[1], size[0], 4)[::-1].copy()
        if texts:
            image = to_image(picture)
            painter = QPainter(image)
            scene.paint_overlay(painter, camera, (size[0] / ratio, size[1] / ratio))
            painter.end()
            picture = pixels(image)
        return picture

    def close(self) -> None:
        self._context.doneCurrent()


def _framebuffer(size: tuple[int, int], samples: int) -> tuple[int, list[Any]]:
    name = int(GL.glGenFramebuffers(1))
    GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, name)
    color = int(GL.glGenRenderbuffers(1))
    GL.glBindRenderbuffer(GL.GL_RENDERBUFFER, color)
    GL.glRenderbufferStorageMultisample(GL.GL_RENDERBUFFER, samples, GL.GL_RGBA8, *size)
    GL.glFramebufferRenderbuffer(GL.GL_FRAMEBUFFER, GL.GL_COLOR_ATTACHMENT0, GL.GL_RENDERBUFFER, color)
    GL.glViewport(0, 0, *size)
    return name, [color]


def to_image(picture: NDArray[np.uint8]) -> QImage:
    height, width, _ = picture.shape
    image = QImage(picture.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888_Premultiplied)
    return image.copy()
