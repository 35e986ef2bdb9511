"""A frame of the drawing of 105 weights, of a fit of two inputs, of the losses of 10,000 steps."""

from collections.abc import Callable, Iterator

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from gui.drawing.look import Look
from gui.gl_setup import configure_before_app
from gui.network.drawing import paint_network
from gui.network.fit import RegionFit
from gui.network.fit_drawing import paint_fit
from gui.network.losses import LossCurve, LossPicture, paint_losses
from gui.network.picture import Edge
from gui.theme import LIGHT
from tests.benchmarks.timing import Row, median_ms
from tests.gui.network.fakes import network

RECT = QRectF(0, 0, 700, 400)


def run() -> Iterator[Row]:
    configure_before_app()
    app = QApplication.instance() or QApplication([])
    image, look = QImage(700, 400, QImage.Format.Format_RGB32), Look(LIGHT)

    def frame(paint: Callable[[QPainter], None]) -> float:
        def draw(_k: int) -> None:
            painter = QPainter(image)
            paint(painter)
            painter.end()

        return median_ms(draw, 60)

    for what, picture in (
        ("playing", network(2, 8, 8, 1)),
        ("with maps", network(2, 8, 8, 1, maps=24)),
        ("a weight chosen", network(2, 8, 8, 1, maps=24, chosen=Edge(0, 1, 0), phase="backward")),
    ):
        ms = frame(lambda painter, picture=picture: paint_network(painter, RECT, picture, look))
        yield f"network of 105 weights, {what}: a frame", ms, "", None
    random = np.random.default_rng(0)
    x = np.linspace(-2, 2, 96)
    rows = random.uniform(-2, 2, (200, 2))
    fit = RegionFit(
        names=("x_1", "x_2"),
        x=x,
        y=x,
        values=1 / (1 + np.exp(-4 * x * x[:, None])),
        rows=rows,
        targets=(rows.prod(axis=1) > 0).astype(np.float64),
        classes=("0", "1"),
    )
    ms = frame(lambda painter: paint_fit(painter, RECT, fit, look))
    yield "fit of 200 rows over 96²: a frame", ms, "", None
    losses = LossPicture(shown="loss", curves=(LossCurve(values=random.uniform(0.1, 1, 10_001)),))
    ms = frame(lambda painter: paint_losses(painter, RECT, losses, look, t_steps=5.0))
    yield "losses of 10,000 steps: a frame", ms, "", None
    del app
