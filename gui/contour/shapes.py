"""The markers of runs: their colour, and their shape as a second cue, readable at 9 pixels. GUI thread."""

import functools

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from engine.document.marks import shape_of
from gui.drawing.look import Look
from gui.theme import run_color
from gui.widgets.swatch import shape_path


@functools.cache
def _path(shape: str) -> QPainterPath:
    return shape_path(shape)


def paint_marker(painter: QPainter, at: QPointF, mark: int, look: Look, *, radius: float = 6.5) -> None:
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
