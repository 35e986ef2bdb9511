"""Single-coloured triangles: their edges are smooth, and a quad shows no seam."""

import numpy as np
from OpenGL import GL

from engine.document.lab import Camera
from gui.surface.camera import preset, project
from gui.surface.drawing import Shot
from gui.surface.flats import Flats, Rows, quad_rows, triangle_rows
from gui.surface.gl import Device
from gui.theme import DARK
from tests.gui.surface.canvas import Canvas

SIZE = (200, 160)
ABOVE = preset("top", Camera())
WHITE = (255, 255, 255, 255)
SLANTED = np.array([(-0.6, -0.5, 0.0), (0.7, -0.35, 0.0), (-0.1, 0.6, 0.0)])
KITE = np.array([(-0.6, -0.5, 0.0), (0.7, -0.35, 0.0), (-0.4, 0.6, 0.0), (0.8, 0.65, 0.0)])


class OnBlack:
    def __init__(self, rows: Rows) -> None:
        self.flats = Flats("flats")
        self.flats.rows = rows

    def draw(self, camera: Camera, size_px: tuple[int, int], ratio: float, *, quality: str) -> None:
        GL.glClearColor(0.0, 0.0, 0.0, 1.0)
        GL.glClear(GL.GL_COLOR_BUFFER_BIT | GL.GL_DEPTH_BUFFER_BIT)
        self.flats.draw(Device(), Shot(camera=camera, size_px=size_px, scale=ratio, theme=DARK))


def test_the_edges_of_a_triangle_are_smooth(canvas: Canvas) -> None:
    gray = canvas.draw(OnBlack(triangle_rows(SLANTED, WHITE)), ABOVE, SIZE)[..., 0].astype(float) / 255
    corners = project(SLANTED, ABOVE, SIZE)[:, :2]
    around = np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1).sum()
    assert (gray == 1).sum() > 1000
    between = (gray > 0.1) & (gray < 0.9)
    assert 0.5 * around < between.sum() < 1.5 * around


def test_no_seam_runs_through_a_quad(canvas: Canvas) -> None:
    gray = canvas.draw(OnBlack(quad_rows(KITE, WHITE)), ABOVE, SIZE)[..., 0]
    first, _, _, last = project(KITE, ABOVE, SIZE)[:, :2]
    second, third = project(KITE, ABOVE, SIZE)[1:3, :2]
    for start, end in ((first, last), (second, third)):
        way = np.linspace(start, end, 60)[6:-6].round().astype(int)
        assert (gray[way[:, 1], way[:, 0]] == 255).all()
