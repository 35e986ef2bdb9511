"""The colour and shape of a racer, as drawn in both views. GUI thread."""

import math
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from engine.document.marks import shape_of
from gui.theme import run_color

_CORNERS: Final = {"t": (3, 90.0), "d": (4, 0.0), "s": (4, 45.0), "p": (5, -90.0), "h": (6, 0.0)}


def shape_path(shape: str) -> QPainterPath:
    """A marker shape of pyqtgraph's name in the circle of radius 1 about the origin, y down."""
    path = QPainterPath()
    if shape == "+":
        for x, y, w, h in ((-0.3, -1.0, 0.6, 2.0), (-1.0, -0.3, 2.0, 0.6)):
            path.addRect(QRectF(x, y, w, h))
        path.setFillRule(Qt.FillRule.WindingFill)  # else the middle, in both bars, is a hole
        return path.simplified()
    if shape == "star":
        path.addPolygon(QPolygonF([_on_circle(-90 + 36 * k, 1.0 if k % 2 == 0 else 0.45) for k in range(10)]))
    elif shape in _CORNERS:
        corners, first = _CORNERS[shape]
        path.addPolygon(QPolygonF([_on_circle(first + 360 / corners * k, 1.0) for k in range(corners)]))
    else:
        path.addEllipse(QPointF(0, 0), 0.86, 0.86)
    path.closeSubpath()
    return path


def _on_circle(angle_deg: float, radius: float) -> QPointF:
    return QPointF(radius * math.cos(math.radians(angle_deg)), radius * math.sin(math.radians(angle_deg)))


def paint_swatch(
    painter: QPainter, mark: int, center: QPointF, radius_px: float, *, faint: bool = False
) -> None:
    """Draw the marker of a racer with this mark: its shape filled with its colour, outlined for contrast."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(center)
    painter.scale(radius_px, radius_px)
    color = run_color(mark)
    color.setAlphaF(0.35 if faint else 1.0)
    edge = QColor(QPalette().color(QPalette.ColorRole.Dark))
    pen = QPen(edge, 1.0)
    pen.setCosmetic(True)
    painter.setPen(pen)
    painter.setBrush(color)
    painter.drawPath(shape_path(shape_of(mark)))
    painter.restore()


class Swatch(QWidget):
    """The marker of one racer, as a small picture. mark: which (`engine.document.marks`)."""

    def __init__(self, mark: int, parent: QWidget | None = None, *, size_px: int = 18) -> None:
        super().__init__(parent)
        self.mark = mark
        self._faint = False
        self._size_px = size_px
        self.setFixedSize(size_px, size_px)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_mark(self, mark: int) -> None:
        self.mark = mark
        self.update()

    def set_faint(self, faint: bool) -> None:
        self._faint = faint
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._size_px, self._size_px)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            center = QPointF(self.width() / 2, self.height() / 2)
            paint_swatch(painter, self.mark, center, self._size_px / 2 - 2.5, faint=self._faint)
