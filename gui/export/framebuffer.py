"""A framebuffer of our own to draw a scene into and read it back as a picture.

It has one sample a pixel: `gui.surface.scene` smooths its edges by averaging several pictures, on software
renderers too. The thread of the current context.
"""

from OpenGL import GL
from PySide6.QtGui import QImage

from engine.base.i18n import message
from gui.export.errors import ExportError


class Framebuffer:
    """RGBA8 of `size_px`, in the current context.

    Raises:
        ExportError: larger than this renderer can draw.
    """

    def __init__(self, size_px: tuple[int, int]) -> None:
        self.size_px = size_px
        largest = int(GL.glGetIntegerv(GL.GL_MAX_RENDERBUFFER_SIZE))
        if max(size_px) > largest:
            raise ExportError(
                message("This machine draws at most {n} pixels across; ask for a smaller size.", n=largest)
            )
        self._framebuffer = int(GL.glGenFramebuffers(1))
        self._color = int(GL.glGenRenderbuffers(1))
        GL.glBindRenderbuffer(GL.GL_RENDERBUFFER, self._color)
        GL.glRenderbufferStorage(GL.GL_RENDERBUFFER, GL.GL_RGBA8, *size_px)
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self._framebuffer)
        GL.glFramebufferRenderbuffer(
            GL.GL_FRAMEBUFFER, GL.GL_COLOR_ATTACHMENT0, GL.GL_RENDERBUFFER, self._color
        )
        if GL.glCheckFramebufferStatus(GL.GL_FRAMEBUFFER) != GL.GL_FRAMEBUFFER_COMPLETE:
            self.close()
            raise ExportError(message("This machine has no memory to draw a picture of this size."))

    def bind(self) -> None:
        """Everything drawn from now on goes here; the viewport is the whole of it."""
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self._framebuffer)
        GL.glViewport(0, 0, *self.size_px)

    def read(self) -> QImage:
        """The picture, top row first, premultiplied ARGB; independent of this framebuffer."""
        width, height = self.size_px
        image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
        GL.glBindFramebuffer(GL.GL_READ_FRAMEBUFFER, self._framebuffer)
        GL.glPixelStorei(GL.GL_PACK_ALIGNMENT, 4)
        GL.glReadPixels(0, 0, width, height, GL.GL_BGRA, GL.GL_UNSIGNED_INT_8_8_8_8_REV, array=image.bits())
        image.flip()
        return image

    def close(self) -> None:
        GL.glDeleteFramebuffers(1, [self._framebuffer])
        GL.glDeleteRenderbuffers(1, [self._color])
