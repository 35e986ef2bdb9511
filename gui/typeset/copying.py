"""Formulas on the clipboard: LaTeX, plain text, and pictures as SVG and PNG. GUI thread."""

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter

from gui.typeset.layout import Layout
from gui.typeset.picture import Colors

MARGIN_PX = 4.0


def _size(layout: Layout) -> tuple[float, float]:
    return layout.width + 2 * MARGIN_PX, layout.height + 2 * MARGIN_PX


def to_svg(layout: Layout, color: QColor, colors: Colors | None = None) -> bytes:
    """The formula as an SVG file of outlines, transparent behind."""
    from PySide6.QtSvg import QSvgGenerator

    width, height = _size(layout)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(96)
    generator.setSize(QSize(round(width), round(height)))
    generator.setViewBox(QRectF(0, 0, width, height))
    with QPainter(generator) as painter:
        layout.paint(painter, QPointF(MARGIN_PX, MARGIN_PX), color, colors)
    return bytes(buffer.data().data())


def to_image(layout: Layout, color: QColor, colors: Colors | None = None, *, scale: float = 4.0) -> QImage:
    """The formula as a picture of `scale` pixels per logical pixel, transparent behind."""
    width, height = _size(layout)
    image = QImage(
        max(1, round(width * scale)),
        max(1, round(height * scale)),
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    image.fill(Qt.GlobalColor.transparent)
    image.setDotsPerMeterX(round(96 * scale / 0.0254))
    image.setDotsPerMeterY(round(96 * scale / 0.0254))
    with QPainter(image) as painter:
        painter.scale(scale, scale)
        layout.paint(painter, QPointF(MARGIN_PX, MARGIN_PX), color, colors)
    return image


def copy_text(text: str) -> None:
    """Put `text` on the clipboard."""
    QGuiApplication.clipboard().setText(text)


def copy_picture(layout: Layout, color: QColor, colors: Colors | None = None) -> None:
    """Put the formula on the clipboard as a picture, both as PNG and as SVG: the receiver chooses."""
    data = QMimeData()
    data.setData("image/svg+xml", QByteArray(to_svg(layout, color, colors)))
    data.setImageData(to_image(layout, color, colors))
    QGuiApplication.clipboard().setMimeData(data)
