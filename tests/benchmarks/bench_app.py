"""From a formula to painted pixels, an orbit frame, and start-up: against a lecturer's script."""

import os
import statistics
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from engine.base.paths import ROOT
from tests.benchmarks.timing import Row

FORMULAS = ("(x^2+y-11)^2+(x+y^2-7)^2", "sin x cos y", "x^2+3xy+y^2", "20+x^2-10cos(2π x)+y^2-10cos(2π y)")

LECTURER = """
import time, sys
import numpy as np, sympy as sp
import matplotlib
matplotlib.use("{backend}")
import matplotlib.pyplot as plt

def draw(text, stride):
    began = time.perf_counter()
    x, y = sp.symbols("x y")
    f = sp.sympify(text)
    fx, fy = sp.diff(f, x), sp.diff(f, y)
    z = sp.lambdify((x, y), f, "numpy")
    X, Y = np.meshgrid(np.linspace(-5, 5, 400), np.linspace(-5, 5, 400))
    Z = z(X, Y)
    figure = plt.figure(figsize=(12, 6), dpi=100)
    surface = figure.add_subplot(121, projection="3d")
    options = dict(rstride=1, cstride=1) if stride == "full" else dict()
    surface.plot_surface(X, Y, Z, cmap="viridis", **options)
    contour = figure.add_subplot(122)
    figure.colorbar(contour.contourf(X, Y, Z, levels=20))
    contour.set_title(f"${{sp.latex(fx)}}$, ${{sp.latex(fy)}}$", fontsize=8)
    figure.canvas.draw()
    spent = time.perf_counter() - began
    orbit = []
    for azimuth in range(5):
        surface.view_init(30, azimuth * 7)
        began = time.perf_counter()
        figure.canvas.draw()
        orbit.append(time.perf_counter() - began)
    plt.close(figure)
    return spent, sorted(orbit)[2]

draw("x**2+y**2", "default")
for stride in ("full", "default"):
    times = [draw(text, stride) for text in {formulas!r}]
    print(*(sorted(column)[len(times) // 2] * 1000 for column in zip(*times)))
"""


def wait(done: Callable[[], bool]) -> None:
    while not done():
        QCoreApplication.processEvents()


def lecturers() -> list[tuple[float, float]]:
    """[(formula to pixels, orbit frame) in ms at full mesh, at default mesh]."""
    formulas = [
        "(x**2+y-11)**2+(x+y**2-7)**2",
        "sin(x)*cos(y)",
        "x**2+3*x*y+y**2",
        "20+x**2-10*cos(2*pi*x)+y**2-10*cos(2*pi*y)",
    ]
    script = textwrap.dedent(LECTURER).format(backend="Agg", formulas=formulas)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return [tuple(map(float, line.split())) for line in done.stdout.splitlines()]  # type: ignore[misc]


def formula_to_pixels() -> Iterator[Row]:
    from msgspec.structs import replace

    from engine.solving import stages as solve
    from gui.bridge import Bridge
    from gui.contour.view import ContourView
    from gui.store import Store
    from gui.surface.view import SurfaceView
    from gui.theme import DARK

    solve.FULL_RESOLUTION = 400  # type: ignore[misc]
    store = Store()
    bridge = Bridge(store)
    surface, contour = SurfaceView(store, DARK), ContourView(store, DARK)
    for column, view in enumerate((surface, contour)):
        view.resize(600, 600)
        view.move(600 * column, 0)
        view.show()
    store.request_solve()
    wait(lambda: bool(store.solution and store.solution.complete))

    def picture(text: str) -> float:
        began = time.perf_counter()
        store.edit(formula=text)
        wait(lambda: store.solution is not None and store.solution.revision == store.revision)
        wait(lambda: store.solution is not None and store.solution.stage in ("descend", "analyse"))
        surface.grabFramebuffer()  # draws and waits for the pixels
        contour.grab()
        spent = time.perf_counter() - began
        wait(lambda: bool(store.solution and store.solution.complete))
        return spent * 1000

    picture("x^4")
    ours = statistics.median(picture(text) for text in FORMULAS)
    orbits = []
    for azimuth in range(30):
        began = time.perf_counter()
        store.set_view(camera=replace(store.view.camera, azimuth_deg=azimuth * 3.0))
        surface.grabFramebuffer()
        orbits.append((time.perf_counter() - began) * 1000)
    orbit = statistics.median(orbits)
    bridge.close()
    peers = lecturers()
    names = ("matplotlib, full mesh", "matplotlib, default mesh")
    for i, name in enumerate(names):
        yield "formula to pixels, both views, 400², 1200×600", ours, name, peers[i][0]
    for i, name in enumerate(names):
        yield (
            "one orbit frame of the surface (both, for the peer)",
            orbit,
            name,
            peers[i][1],
        )


def start_up() -> Iterator[Row]:
    """Process start to the first painted shell and to the first 3D frame: ours, the least that a program of
    the same libraries can do, and the lecturer's script up to its first figure."""
    ours, bare = started(START_UP), started(BARE)
    yield "process start to painted shell", ours[0], "an empty PySide6 window", bare[0]
    yield "process start to first 3D frame", ours[1], "stock pyqtgraph surface, 50²", bare[1]
    script = textwrap.dedent(LECTURER).format(backend="Agg", formulas=[])
    script = script.replace("for stride in", "sys.exit()\nfor stride in")
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    peer = (time.perf_counter() - began) * 1000
    yield "process start to first 3D frame", ours[1], "matplotlib, first figure", peer


def started(script: str) -> tuple[float, float]:
    """When the shell and the first frame were there, in ms since the process was started: medians."""
    shells, frames = [], []
    for _ in range(7):
        began = time.time()
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
            env=os.environ,
        )
        shell, frame = map(float, done.stdout.split())
        shells.append((shell - began) * 1000)
        frames.append((frame - began) * 1000)
    return statistics.median(shells), statistics.median(frames)


START_UP = """
import sys, time
sys.argv = ["main.py"]
from gui.gl_setup import configure_before_app
configure_before_app()
from PySide6.QtWidgets import QApplication
from PySide6.QtCore import QCoreApplication
app = QApplication([])
from gui.app import Session
session = Session(app, None, None, "en", "dark")
session.start()
shell = time.time()
frames = []
def on_frame():
    if session.store.solution and session.store.solution.field:
        frames.append(time.time())
while not hasattr(session.window, "surface"):
    QCoreApplication.processEvents()
session.window.surface.frameSwapped.connect(on_frame)
while not frames:
    QCoreApplication.processEvents()
print(shell, frames[0])
session.window.discard()
session.close()
"""

BARE = """
import os, time
from gui.gl_setup import configure_before_app
configure_before_app()
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
window = QMainWindow()
window.resize(1366, 768)
window.show()
app.processEvents()
shell = time.time()
import numpy, pyqtgraph, pyqtgraph.opengl
view = pyqtgraph.opengl.GLViewWidget()
view.addItem(pyqtgraph.opengl.GLSurfacePlotItem(z=numpy.random.rand(50, 50), shader="shaded"))
frames = []
view.frameSwapped.connect(lambda: frames.append(time.time()))
window.setCentralWidget(view)
while not frames:
    app.processEvents()
print(shell, frames[0], flush=True)
os._exit(0)
"""


def run() -> Iterator[Row]:
    app = QApplication.instance() or QApplication([])
    assert app is not None
    yield from formula_to_pixels()
    yield from start_up()
