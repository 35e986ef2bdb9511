"""The numbers above the map stay in their line."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from gui.contour.look import Look
from gui.contour.reading import Reading
from gui.contour.readout import paint_readout
from gui.theme import LIGHT
from tests.gui.golden import rgb


@pytest.mark.parametrize("width", [300, 330, 420, 640])
def test_long_numbers_are_not_cut_off(qapp, width):
    look = Look(LIGHT)
    image = QImage(width + 100, 120, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    reading = Reading(-1.0, 2.99, 2.349, -0.0001896, -1.332e-15)
    paint_readout(painter, QRectF(10, 0, width, 110), reading, ("x", "y"), (2, 2), look, QColor("red"))
    painter.end()
    dark = rgb(image).min(axis=2) < 200
    assert dark[:, :width].any()
    assert not dark[:, 10 + width :].any()
    assert np.flatnonzero(dark.any(axis=1))[-1] < 110
