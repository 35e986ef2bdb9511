"""A multisampled framebuffer of our own: drawn into, resolved, read back as a picture.

The thread of the current context. 4× on software renderers too: an export is the resting picture.
"""

from typing import Any, Final

from OpenGL import GL
from PySide6.QtGui import QImage

from engine.i18n import message
from gui.export.errors import ExportError

SAMPLES: Final = 4


class Framebuffer:
    """Colour (RGBA8) and depth of `size_px`, with `samples` samples a pixel.

    Raises:
        ExportError: larger than this renderer can draw.
    """

    def __init__(self, size_px: tuple[int, int], samples: int = SAMPLES) -> None:
        self.size_px = size_px
        largest = int(GL.glGetIntegerv(GL.GL_MAX_RENDERBUFFER_SIZE))
        if max(size_px) > largest:
            raise ExportError(
                message("This machine draws at most {n} pixels across; ask for a smaller size.", n=largest)
            )
        samples = min(samples, int(GL.glGetIntegerv(GL.GL_MAX_SAMPLES)))
        self._drawn = _Target(size_px, samples)
        self._resolved = _Target(size_px, 0)

    def bind(self) -> None:
        """Everything drawn from now on goes here; the viewport is the whole of it."""
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self._drawn.framebuffer)
        GL.glViewport(0, 0, *self.size_px)

    def copy_from(self, other: "Framebuffer") -> None:
        """Colour and depth of another of the same size and samples, sample by sample."""
        _blit(other._drawn, self._drawn, self.size_px, GL.GL_COLOR_BUFFER_BIT | GL.GL_DEPTH_BUFFER_BIT)

    def read(self) -> QImage:
        """The picture, top row first, premultiplied ARGB; independent of this framebuffer."""
        _blit(self._drawn, self._resolved, self.size_px, GL.GL_COLOR_BUFFER_BIT)
        width, height = self.size_px
        image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
        GL.glBindFramebuffer(GL.GL_READ_FRAMEBUFFER, self._resolved.framebuffer)
        GL.glPixelStorei(GL.GL_PACK_ALIGNMENT, 4)
        GL.glReadPixels(0, 0, width, height, GL.GL_BGRA, GL.GL_UNSIGNED_INT_8_8_8_8_REV, array=image.bits())
        image.flip()
        return image

    def close(self) -> None:
        self._drawn.close()
        self._resolved.close()


class _Target:
    """One framebuffer object with its two renderbuffers; samples 0 is not multisampled."""

    def __init__(self, size_px: tuple[int, int], samples: int) -> None:
        self.framebuffer: Any = GL.glGenFramebuffers(1)
        self._renderbuffers = GL.glGenRenderbuffers(2)
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self.framebuffer)
        attachments = (GL.GL_COLOR_ATTACHMENT0, GL.GL_DEPTH_ATTACHMENT)
        formats = (GL.GL_RGBA8, GL.GL_DEPTH_COMPONENT24)
        for buffer, attachment, pixel in zip(self._renderbuffers, attachments, formats, strict=True):
            GL.glBindRenderbuffer(GL.GL_RENDERBUFFER, buffer)
            GL.glRenderbufferStorageMultisample(GL.GL_RENDERBUFFER, samples, pixel, *size_px)
            GL.glFramebufferRenderbuffer(GL.GL_FRAMEBUFFER, attachment, GL.GL_RENDERBUFFER, buffer)
        status = GL.glCheckFramebufferStatus(GL.GL_FRAMEBUFFER)
        if status != GL.GL_FRAMEBUFFER_COMPLETE:
            self.close()
            raise ExportError(message("This machine has no memory to draw a picture of this size."))

    def close(self) -> None:
        GL.glDeleteRenderbuffers(2, self._renderbuffers)
        GL.glDeleteFramebuffers(1, [self.framebuffer])


def _blit(source: _Target, target: _Target, size_px: tuple[int, int], planes: int) -> None:
    GL.glBindFramebuffer(GL.GL_READ_FRAMEBUFFER, source.framebuffer)
    GL.glBindFramebuffer(GL.GL_DRAW_FRAMEBUFFER, target.framebuffer)
    GL.glBlitFramebuffer(0, 0, *size_px, 0, 0, *size_px, planes, GL.GL_NEAREST)
