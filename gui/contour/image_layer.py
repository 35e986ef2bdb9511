"""The field as colours: heights looked up in the shared colormap; hatching where undefined. GUI thread."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QImage, QPaintEngine, QPainter, QPixmap

from engine.document.lab import Colormap
from engine.function.sampled import Field
from engine.function.scale import heights, steepest, steepness
from gui.contour.viewport import Viewport
from gui.drawing.colormaps import color_range, colormap
from gui.drawing.look import Look
from gui.drawing.lookup import looked_up, resampled

HATCH_PX: Final = 8
MOST_PX: Final = 4096  # dots across a picture for print
BRIGHTEST_HEAT: Final = 205  # of the rows of magma: light lines stay visible on it


def heat_table() -> NDArray[np.uint8]:
    """The colours of |∇f|, (256, 4)."""
    rows = np.linspace(0, BRIGHTEST_HEAT, 256).round().astype(np.intp)
    return np.asarray(colormap("magma")[rows])


def heat_of(field: Field) -> tuple[NDArray[np.float32], float]:
    """How steep it is: shares of the steepest, (ny, nx), in [0, 1], 0 where undefined; and the steepest."""
    steep = steepness(field)
    top = steepest(steep)
    if top <= 0.0:
        return np.zeros(steep.shape, dtype=np.float32), 0.0
    return np.clip(np.nan_to_num(steep / top, nan=0.0), 0.0, 1.0).astype(np.float32), top


class ImageLayer:
    """Attributes:
    dots_per_px: how fine the colours are in a file of vectors, where print shows more than a screen.
    looked_up: how often colours were looked up; indexed: how often a field was taken over.
    """

    def __init__(self) -> None:
        self._field: Field | None = None
        self._heights: NDArray[np.float32] | None = None
        self._heat: tuple[NDArray[np.float32], float] | None = None
        self._image = QImage()
        self._colors: Colormap = "viridis"
        self._heated = False
        self.dots_per_px = 1.0
        self.indexed = 0
        self.looked_up = 0

    def set_field(self, field: Field | None) -> None:
        if field is self._field:
            return
        self._field = field
        self._heat = None
        self._heights = None if field is None else np.nan_to_num(heights(field), nan=0.0)
        self._image = QImage()
        self.indexed += 1

    def set_colors(self, name: Colormap, heat: bool) -> None:
        """Choose the colormap; `heat` draws |∇f| in its place, in the colours of a flame."""
        if (name, heat) != (self._colors, self._heated):
            self._colors, self._heated = name, heat
            self._image = QImage()

    def paint(self, painter: QPainter, view: Viewport, look: Look) -> None:
        painter.fillRect(view.rect, look.theme.color("plot"))
        field = self._field
        if field is None or self._heights is None:
            return
        left, right = view.x_px([field.x[0], field.x[-1]])
        bottom, top = view.y_px([field.y[0], field.y[-1]])
        target = QRectF(left, top, right - left, bottom - top)
        if not field.finite.all():
            paint_hatching(painter, target.intersected(view.rect), look)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if painter.paintEngine().type() != QPaintEngine.Type.Raster:
            painter.drawImage(target, self._for_print(field, self._heights, target))
            return
        if self._image.isNull():
            self._image = self._look_up(field, self._heights)
        ny, nx = field.z.shape
        # A sample is the middle of its pixel, so the outermost half pixels lie outside of the domain.
        source = QRectF(0.5, 0.5, nx - 1, ny - 1)
        painter.drawImage(target, self._image, source)

    @property
    def steepest(self) -> float:
        """The |∇f| of the hottest colour."""
        return self._hot(self._field)[1] if self._field is not None else 0.0

    def _hot(self, field: Field) -> tuple[NDArray[np.float32], float]:
        if self._heat is None:
            self._heat = heat_of(field)
        return self._heat

    def _look_up(self, field: Field, heights_of_samples: NDArray[np.float32]) -> QImage:
        self.looked_up += 1
        share, table = self._shares(field, heights_of_samples)
        # What is undefined is transparent, and shows the hatching.
        return looked_up(share, table, None if field.finite.all() else ~field.finite)

    def _shares(
        self, field: Field, heights_of_samples: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
        """Of each sample the share of the way through a table of colours, and the table."""
        if self._heated:
            return self._hot(field)[0], heat_table()
        lo, hi = color_range(field, self._colors)
        return (heights_of_samples - np.float32(lo)) / np.float32(hi - lo), colormap(self._colors)

    def _for_print(self, field: Field, heights_of_samples: NDArray[np.float32], target: QRectF) -> QImage:
        """The colours between the samples, too: what enlarges a small picture for print shows its dots."""
        share, table = self._shares(field, heights_of_samples)
        ny, nx = (
            min(max(round(side * self.dots_per_px), samples), MOST_PX)
            for side, samples in zip((target.height(), target.width()), share.shape, strict=True)
        )
        if field.finite.all():
            return looked_up(resampled(share, (ny, nx)), table)
        known = resampled(field.finite.astype(np.float32), (ny, nx))
        # Weighted, so that nothing of what is undefined mixes into its neighbours.
        mixed = resampled(np.where(field.finite, share, 0), (ny, nx))
        return looked_up(mixed / np.maximum(known, 1e-6), table, known < 0.5)


def paint_hatching(painter: QPainter, rect: QRectF, look: Look) -> None:
    """Where there is nothing to draw: no colour of any colormap, and no empty paper either."""
    size = max(4, round(look.px(HATCH_PX)))
    tile = QPixmap(size, size)
    tile.fill(look.theme.color("undefined"))
    with QPainter(tile) as lines:
        lines.setRenderHint(QPainter.RenderHint.Antialiasing)
        lines.setPen(look.pen(look.theme.color("muted", 0.45), 1.0))
        for shift in (-size, 0, size):
            lines.drawLine(shift, size, shift + size, 0)
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrushOrigin(rect.topLeft())
    painter.fillRect(rect, QBrush(tile))
    painter.restore()
