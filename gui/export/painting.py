"""A painter that always ends, so that a failure while drawing is an exception and not a crash of Qt."""

import contextlib
from collections.abc import Iterator

from PySide6.QtGui import QPaintDevice, QPainter


@contextlib.contextmanager
def painting(device: QPaintDevice) -> Iterator[QPainter]:
    """A QPainter on `device` that smooths edges.

    Raises:
        OSError: the device cannot be painted on, or what was painted could not be written.
    """
    painter = QPainter()
    if not painter.begin(device):
        raise OSError("the picture cannot be painted")
    ended = False
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        yield painter
    finally:
        ended = painter.end()
    if not ended:
        raise OSError("the picture could not be finished")
