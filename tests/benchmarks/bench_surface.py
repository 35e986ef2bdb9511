"""The surface: new z to painted pixels, orbit, hover and the resting picture, against stock pyqtgraph's
GLSurfacePlotItem and matplotlib's plot_surface on the same data, in windows of 1280 × 720."""

import time
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
from msgspec.structs import replace

from tests.benchmarks.timing import Row, median_ms

SIZE_PX: Final = (1280, 720)
GRIDS: Final = (256, 512, 1024)
REPEATS: Final = 7


def run() -> Iterator[Row]:
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance() or QApplication([])
    for n in GRIDS:
        ours, stock, plot = _Ours(app, n), _Stock(app, n), _matplotlib(n)
        new_z, orbit = ours.measure(ours.new_z), ours.measure(ours.orbit)
        yield f"surface {n}²: new z to painted", new_z, "stock pyqtgraph", stock.measure(stock.new_z, 2)
        yield f"surface {n}²: orbit frame", orbit, "stock pyqtgraph", stock.measure(stock.orbit, 3)
        if plot is not None:
            yield f"surface {n}²: new z to painted", new_z, "matplotlib, full mesh", _timed(plot.new_z, 1)
            yield f"surface {n}²: orbit frame", orbit, "matplotlib, full mesh", _timed(plot.orbit, 1)
        ours.refine()
        yield f"surface {n}²: hover to painted", ours.measure(ours.hover), "", None
        yield f"surface {n}²: playhead to painted", ours.measure(ours.playhead), "", None
        yield f"surface {n}²: resting picture, all smoothed", ours.measure(ours.refine, 1), "", None
        ours.close()
        stock.close()


def _heights(n: int, phase: float) -> np.ndarray:
    x = np.linspace(-5, 5, n)
    return np.asarray(np.sin(x[None, :] + phase) * np.cos(x[:, None]) + 0.05 * x[None, :] ** 2)


def _timed(action: Callable[[], None], repeats: int = REPEATS) -> float:
    """The median, ms, after one that is not counted."""
    action()
    return median_ms(lambda _: action(), repeats)


class _Window:
    """A widget on the screen; `paint` waits until its pixels are there."""

    def __init__(self, app: Any, widget: Any) -> None:
        self.app, self.widget = app, widget
        widget.resize(*SIZE_PX)
        widget.show()
        deadline = time.monotonic() + 5
        while not widget.isVisible() and time.monotonic() < deadline:
            app.processEvents()
        self.paint()

    def paint(self) -> None:
        from OpenGL import GL

        self.widget.repaint()
        self.app.processEvents()
        self.widget.makeCurrent()
        GL.glFinish()
        self.widget.doneCurrent()

    def measure(self, action: Callable[[], None], repeats: int = REPEATS) -> float:
        return _timed(action, repeats)

    def close(self) -> None:
        self.widget.close()
        self.widget.deleteLater()
        self.app.processEvents()


class _Ours(_Window):
    def __init__(self, app: Any, n: int) -> None:
        from engine.function.field import sample
        from gui.store import Store
        from gui.surface.view import SurfaceView
        from gui.theme import DARK
        from tests.engine.hand_made import solve_by_hand
        from tests.engine.numpy_objective import NumpyObjective, box

        waves = NumpyObjective(
            lambda x, y: np.sin(x) * np.cos(y) + 0.05 * x**2,
            lambda x, y: np.cos(x) * np.cos(y) + 0.1 * x,
            lambda x, y: -np.sin(x) * np.sin(y),
        )
        self.store = Store()
        self.solution = solve_by_hand(waves, resolution=51, steps=20)
        self.field = sample(waves, box(), self.store.lab.display, resolution=n)
        self.turn = 0
        super().__init__(app, SurfaceView(self.store, DARK))
        self.new_z()

    def new_z(self) -> None:
        """A new solution arrives, as while typing or dragging."""
        self.field = replace(self.field, z=self.field.z.copy())
        self.store.accept(replace(self.solution, field=self.field, revision=self.store.revision))
        self.paint()

    def orbit(self) -> None:
        self.turn += 1
        camera = replace(self.store.view.camera, azimuth_deg=-60.0 + 3.0 * (self.turn % 40))
        self.store.set_view(camera=camera)
        self.paint()

    def hover(self) -> None:
        self.turn += 1
        self.store.set_view(hover=(0.05 * (self.turn % 80), 1.0))
        self.paint()

    def playhead(self) -> None:
        self.turn += 1
        self.store.set_view(t_steps=0.25 * (self.turn % 80))
        self.paint()

    def refine(self) -> None:
        self.orbit()
        self.widget._on_rest()
        self.paint()
        while not self.widget.scene.refined:
            self.widget._on_refine()
            self.paint()


class _Stock(_Window):
    def __init__(self, app: Any, n: int) -> None:
        from pyqtgraph.opengl import GLSurfacePlotItem, GLViewWidget

        x = np.linspace(-5, 5, n)
        view = GLViewWidget()
        self.n, self.turn = n, 0
        self.item = GLSurfacePlotItem(x=x, y=x, z=_heights(n, 0.0).T, shader="shaded")
        view.addItem(self.item)
        super().__init__(app, view)

    def new_z(self) -> None:
        self.turn += 1
        self.item.setData(z=_heights(self.n, 0.1 * self.turn).T)
        self.paint()

    def orbit(self) -> None:
        self.widget.orbit(3, 0)
        self.paint()


class _Plot:
    def __init__(self, figure: Any, canvas: Any, n: int) -> None:
        self.figure, self.canvas, self.n, self.turn = figure, canvas, n, 0
        self.axes = figure.add_subplot(projection="3d")
        self.drawn: Any = None

    def new_z(self) -> None:
        self.turn += 1
        if self.drawn is not None:
            self.drawn.remove()
        x, y = np.meshgrid(np.linspace(-5, 5, self.n), np.linspace(-5, 5, self.n))
        z = _heights(self.n, 0.1 * self.turn)
        self.drawn = self.axes.plot_surface(x, y, z, cmap="viridis", rstride=1, cstride=1)
        self.canvas.draw()

    def orbit(self) -> None:
        self.turn += 1
        self.axes.view_init(30, 3 * self.turn)
        self.canvas.draw()


def _matplotlib(n: int) -> _Plot | None:
    if n > 512:
        return None  # half a minute for one picture
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(SIZE_PX[0] / 100, SIZE_PX[1] / 100), dpi=100)
    return _Plot(figure, FigureCanvasAgg(figure), n)
