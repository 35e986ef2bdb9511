"""A second of film, 1080p, surface and contour map with a moving marker: our exporter against matplotlib's
FuncAnimation with its ffmpeg writer (or, without ffmpeg, its Pillow writer of the same frames)."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from engine.base.paths import ROOT
from tests.benchmarks.timing import Row

FORMULA: Final = "(x^2+y-11)^2+(x+y^2-7)^2"
START: Final = "-0.5,-0.8"
FRAMES: Final = 60
ROUNDS: Final = 3
PEER_FRAMES: Final = 6  # more of its frames cost the same each

# What a lecturer would write: both views, the marker moves; the surface at matplotlib's default mesh.
PEER: Final = """
import sys, time
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import FFMpegWriter, FuncAnimation, PillowWriter
path, frames, mesh, writer = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
x, y = np.meshgrid(np.linspace(-5, 5, 401), np.linspace(-5, 5, 401))
f = lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2
figure = plt.figure(figsize=(19.2, 10.8), dpi=100)
space, plane = figure.add_subplot(1, 2, 1, projection="3d"), figure.add_subplot(1, 2, 2)
space.plot_surface(x, y, f(x, y), cmap="viridis", rcount=mesh, ccount=mesh)
filled = plane.contourf(x, y, f(x, y), levels=20)
figure.colorbar(filled, ax=plane)
points = np.linspace([-0.5, -0.8], [3.0, 2.0], frames)
(ball,) = space.plot([], [], [], "ro", zorder=10)
(dot,) = plane.plot([], [], "ro")
def show(k):
    p, q = points[k]
    ball.set_data_3d([p], [q], [f(p, q)])
    dot.set_data([p], [q])
    return ball, dot
show(0); figure.canvas.draw()
began = time.perf_counter()
kind = FFMpegWriter(fps=30) if writer == "ffmpeg" else PillowWriter(fps=30)
FuncAnimation(figure, show, frames=frames).save(path, writer=kind)
print((time.perf_counter() - began) / frames * 1000)
"""


def ours_ms(folder: Path, *words: str) -> float:
    """Milliseconds a frame of drawing and encoding alone: a long film less a short one, the best of a few."""

    def seconds(frames: int) -> float:
        command = [sys.executable, str(ROOT / "main.py"), "export", "-f", FORMULA, f"--start={START}"]
        command += ["--optimizer=adam(lr=0.3)", "--steps=60", "--size=1920x1080", "--fps=30", "--force"]
        command += [f"--seconds={frames / 30}", "--progress=none", "-o", str(folder / "ours.mp4"), *words]
        began = time.perf_counter()
        subprocess.run(command, check=True)
        return time.perf_counter() - began

    short = min(seconds(2) for _ in range(ROUNDS))
    return (min(seconds(2 + FRAMES) for _ in range(ROUNDS)) - short) / FRAMES * 1000


def peer_ms(folder: Path, mesh: int) -> float:
    """Milliseconds a frame, the best of a few."""
    writer, name = ("ffmpeg", "peer.mp4") if shutil.which("ffmpeg") else ("pillow", "peer.gif")
    times = []
    for _ in range(ROUNDS):
        done = subprocess.run(
            [sys.executable, "-c", PEER, str(folder / name), str(PEER_FRAMES), str(mesh), writer],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "MPLBACKEND": "Agg"},
        )
        times.append(float(done.stdout))
    return min(times)


def run() -> Iterator[Row]:
    """Yield the rows of the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        still = ours_ms(folder)
        what = "film, 1080p, both views, still camera, per frame"
        yield what, still, "matplotlib, 50×50 mesh", peer_ms(folder, 50)
        yield "  the same", still, "matplotlib, 400×400 mesh", peer_ms(folder, 400)
        yield "  with all cards, orbiting camera, per frame", ours_ms(folder, "--camera=orbit"), "", None
