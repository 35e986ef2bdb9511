"""Still pictures on the disk: PNG with its resolution. Any thread."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageWriter

from gui.export.carrying import png_with

INCH_M: Final = 0.0254


def png_bytes(image: QImage, dpi: float = 96.0) -> bytes:
    """`image` as PNG, its resolution `dpi` written into it. Equal pictures give equal bytes."""
    stamped = image.copy()
    for key in stamped.textKeys():
        stamped.setText(key, "")
    stamped.setDotsPerMeterX(round(dpi / INCH_M))
    stamped.setDotsPerMeterY(round(dpi / INCH_M))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"png"))
    if not writer.write(stamped):
        raise OSError(f"the picture could not be made into a PNG: {writer.errorString()}")
    return bytes(data.data())


def save_png(image: QImage, path: Path, dpi: float = 96.0, line: bytes = b"") -> None:
    """Write `image`, with the letters of a lab, to `path`; OSError where the disk does not take it."""
    path.write_bytes(png_with(png_bytes(image, dpi), line))
