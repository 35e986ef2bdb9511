"""The writing over the surface as a picture: axes, values and notes with smooth edges. GUI thread.

OpenGL's painter smooths letters only: without multisampling, typeset names, plates and tick marks would have
stairs. The picture is kept while nothing that is written changes, as while a film plays.
"""

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPainter

from engine.document.lab import Camera
from gui.surface.scene import SurfaceScene


class Lettering:
    """Keeps the picture of `scene.paint_overlay`.

    Attributes: painted: how often it was painted.
    """

    def __init__(self, scene: SurfaceScene) -> None:
        self._scene = scene
        self._key: tuple[object, ...] = ()
        self._picture = QImage()
        self.painted = 0

    def picture(self, camera: Camera, size: tuple[float, float], ratio: float = 1.0) -> QImage:
        """What is written on `size` logical pixels, of `ratio` pixels each; transparent between."""
        key = (camera, size, ratio, self._scene.lettering)
        if key != self._key:
            self._key = key
            self.painted += 1
            pixels = QSize(round(size[0] * ratio), round(size[1] * ratio))
            # A new one each time: Qt forgets the texture of a picture when the picture goes.
            self._picture = QImage(pixels, QImage.Format.Format_ARGB32_Premultiplied)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(0)
            with QPainter(self._picture) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                self._scene.paint_overlay(painter, camera, size)
        return self._picture
