"""The markers of runs: their colour, and their shape as a second cue, readable at 9 pixels. GUI thread."""

import functools
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from engine.document.marks import shape_of
from gui.drawing.look import Look
from gui.theme import run_color
from gui.widgets.swatch import shape_path

MARKER_PX: Final = 6.5
TOGETHER_PX: Final = 5.0  # markers that are nearer than this are one place
RIM_PX: Final = 4.5  # how much larger one is than the one that lies on it
MOST_RIMS: Final = 4


@functools.cache
def _path(shape: str) -> QPainterPath:
    return shape_path(shape)


def rims_px(places: Sequence[QPointF], together: float) -> list[float]:
    """How much larger each marker is drawn, so that those painted later on the same place leave it a rim.

    >>> rims_px([QPointF(0, 0), QPointF(50, 0), QPointF(1, 0)], 5.0)
    [4.5, 0.0, 0.0]
    """
    rims = []
    for k, place in enumerate(places):
        above = sum((other - place).manhattanLength() < together for other in places[k + 1 :])
        rims.append(RIM_PX * min(above, MOST_RIMS))
    return rims


def paint_marker(painter: QPainter, at: QPointF, mark: int, look: Look, *, radius: float = MARKER_PX) -> None:
    """The marker of a run with this mark, ringed in white and in black to be seen on every colour."""
    color = run_color(mark)
    path = _path(shape_of(mark))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(at)
    size = look.px(radius)
    painter.scale(size, size)
    ring = QColor("#171b26" if color.lightnessF() > 0.85 else "#ffffff")
    for width, ink in ((5.0, QColor(8, 11, 16, 190)), (3.2, ring)):
        pen = QPen(ink, look.px(width))
        pen.setCosmetic(True)
        painter.strokePath(path, pen)
    painter.fillPath(path, color)
    painter.restore()
