"""The contour map against pyqtgraph's IsocurveItems and matplotlib's contourf, on the same data."""

from collections.abc import Iterator

import numpy as np
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QApplication

from engine.document.lab import Lab
from gui.contour.view import ContourView
from gui.store import Store
from gui.theme import LIGHT
from tests.benchmarks.timing import Row, median_ms
from tests.engine.hand_made import solve_by_hand
from tests.engine.numpy_objective import NumpyObjective, himmelblau

SIZES = (256, 512, 1024)
SIZE_PX = (900, 700)
LEVELS = 20


def run() -> Iterator[Row]:
    app = QApplication.instance() or QApplication([])
    for n in SIZES:
        fields = [
            solve_by_hand(
                NumpyObjective(lambda x, y, s=s: himmelblau(x, y) + s), lrs=(0.002,), steps=300, resolution=n
            )
            for s in range(5)
        ]
        store = Store(Lab())
        view = ContourView(store, LIGHT)
        view.resize(*SIZE_PX)
        view.show()
        app.processEvents()
        store.accept(fields[0])
        view.repaint()

        def show(k: int, fields: list = fields, store: Store = store, view: ContourView = view) -> None:
            store.accept(fields[1 + k % 4])
            view.repaint()

        ours = median_ms(show, 8)
        yield f"contour {n}²: new z to painted", ours, "pyqtgraph, 20 IsocurveItems", isocurves(n)
        yield f"contour {n}²: new z to painted", ours, "matplotlib contourf, Agg", contourf(n)

        def move(k: int, store: Store = store, view: ContourView = view) -> None:
            store.set_view(t_steps=k * 1.37)
            view.repaint()

        yield f"contour {n}²: a moved marker", median_ms(move, 60), "", None

        def pan(k: int, view: ContourView = view) -> None:
            port = view.viewport
            assert port is not None
            port = port.panned(3, 2)
            view.scene.set_in_gesture(True)
            view.scene.set_ranges(((port.x_lo, port.x_hi), (port.y_lo, port.y_hi)))
            view.repaint()

        yield f"contour {n}²: a panned frame", median_ms(pan, 30), "", None
        view.reset_view()

        def hover(k: int, store: Store = store, view: ContourView = view) -> None:
            store.set_view(hover=(0.1 * k - 3, 1.0))
            view.repaint()

        yield f"contour {n}²: hover to painted, with its level line", median_ms(hover, 40), "", None
        view.close()


def isocurves(n: int) -> float:
    """The same with pyqtgraph's own items."""
    import pyqtgraph as pg

    window = pg.PlotWidget()
    window.resize(*SIZE_PX)
    image = pg.ImageItem()
    image.setLookupTable(pg.colormap.get("viridis").getLookupTable(0, 1, 256))
    window.addItem(image)
    curves = [pg.IsocurveItem(pen=QPen()) for _ in range(LEVELS)]
    for curve in curves:
        window.addItem(curve)
    window.show()
    QApplication.processEvents()
    x = np.linspace(-5, 5, n)
    z = himmelblau(x[:, None], x[None, :])

    def show(k: int) -> None:
        image.setImage(z + k)
        for level, curve in zip(np.linspace(5, 800, LEVELS), curves, strict=True):
            curve.setData(z + k, level + k)
        window.viewport().repaint()

    spent = median_ms(show, 2)
    window.close()
    return spent


def contourf(n: int) -> float:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    x = np.linspace(-5, 5, n)
    z = himmelblau(x[None, :], x[:, None])

    def show(k: int) -> None:
        figure, axes = plt.subplots(figsize=(SIZE_PX[0] / 100, SIZE_PX[1] / 100), dpi=100)
        filled = axes.contourf(x, x, z + k, levels=LEVELS)
        axes.clabel(axes.contour(x, x, z + k, levels=LEVELS, colors="black", linewidths=0.6))
        figure.colorbar(filled)
        figure.canvas.draw()
        plt.close(figure)

    return median_ms(show, 3)
