"""The shapes of markers: a second cue beside their colour, readable at 9 pixels. GUI thread."""

import math
from functools import cache

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from gui.contour.look import Look
from gui.theme import run_color, run_shape


@cache
def shape_path(name: str) -> QPainterPath:
    """A marker of about unit radius, by pyqtgraph's name of it."""
    path = QPainterPath()
    if name == "o":
        path.addEllipse(QPointF(0, 0), 1, 1)
    elif name == "s":
        path.addRect(QRectF(-0.88, -0.88, 1.76, 1.76))
    elif name == "t":
        _polygon(path, 3, 1.25, 90)
    elif name == "d":
        _polygon(path, 4, 1.2, 90)
    elif name == "p":
        _polygon(path, 5, 1.12, -90)
    elif name == "h":
        _polygon(path, 6, 1.08, 0)
    elif name == "star":
        for k in range(10):
            radius = 1.3 if k % 2 == 0 else 0.58
            angle = math.radians(-90 + 36 * k)
            corner = QPointF(radius * math.cos(angle), radius * math.sin(angle))
            path.lineTo(corner) if k else path.moveTo(corner)
        path.closeSubpath()
    else:
        arm, half = 1.15, 0.42
        path.addRect(QRectF(-arm, -half, 2 * arm, 2 * half))
        upright = QPainterPath()
        upright.addRect(QRectF(-half, -arm, 2 * half, 2 * arm))
        path = path.united(upright)
    return path


def _polygon(path: QPainterPath, corners: int, radius: float, first_deg: float) -> None:
    for k in range(corners):
        angle = math.radians(first_deg + 360 * k / corners)
        corner = QPointF(radius * math.cos(angle), radius * math.sin(angle))
        path.lineTo(corner) if k else path.moveTo(corner)
    path.closeSubpath()


def paint_marker(
    painter: QPainter, at: QPointF, run: int, look: Look, *, radius: float = 6.0, hollow: bool = False
) -> None:
    """The marker of a run: its colour and shape, ringed in white and in black to be seen on every colour."""
    color = run_color(run)
    path = shape_path(run_shape(run))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(at)
    size = look.px(radius)
    painter.scale(size, size)
    ring = color.lightnessF() > 0.85
    for width, ink in ((5.0, QColor(8, 11, 16, 190)), (3.2, QColor("#171b26" if ring else "#ffffff"))):
        pen = QPen(ink, look.px(width))
        pen.setCosmetic(True)
        painter.strokePath(path, pen)
    if hollow:
        color.setAlphaF(0.35)
    painter.fillPath(path, color)
    painter.restore()
