"""The solids of racers have the silhouettes of their swatches."""

import pytest
from OpenGL import GL
from PySide6.QtGui import QColor, QImage, QPainter

from engine.document.lab import Camera
from engine.document.marks import RUN_SHAPES
from gui.surface.balls import SOLIDS, Balls, ball_rows
from gui.surface.camera import project
from gui.surface.drawing import Shot
from gui.surface.gl import Device
from gui.theme import DARK
from gui.widgets.swatch import shape_path
from tests.gui.golden import pixels
from tests.gui.surface.canvas import Canvas

RADIUS_PX, RIM_PX, SIZE = 60.0, 2.0, 160


class OneSolid:
    """A white solid with a black rim on black."""

    def __init__(self, shape: str) -> None:
        self.balls = Balls("solid")
        rows = ball_rows(1)
        rows["ball"][:, 3] = RADIUS_PX
        rows["normal"] = (0.0, 0.0, 0.0, SOLIDS[shape])
        rows["color"], rows["rim"] = 255, (0, 0, 0, 255)
        self.balls.rows = rows

    def draw(self, camera: Camera, size_px: tuple[int, int], ratio: float, *, quality: str) -> None:
        GL.glClearColor(0.0, 0.0, 0.0, 1.0)
        GL.glClear(GL.GL_COLOR_BUFFER_BIT | GL.GL_DEPTH_BUFFER_BIT)
        shot = Shot(camera=camera, size_px=size_px, scale=ratio, theme=DARK)
        self.balls.draw(Device(), shot, rim_px=RIM_PX, depth_test=False)


@pytest.mark.parametrize("shape", RUN_SHAPES)
def test_a_solid_has_the_silhouette_of_the_swatch(canvas: Canvas, shape: str) -> None:
    drawn = canvas.draw(OneSolid(shape), size=(SIZE, SIZE))[..., 0] > 20
    image = QImage(SIZE, SIZE, QImage.Format.Format_RGB32)
    image.fill(QColor("black"))
    painter = QPainter(image)
    x, y = project((0.0, 0.0, 0.0), Camera(), (SIZE, SIZE))[:2]
    painter.translate(x, y)
    # The circle of a swatch is smaller than its shapes' corners; a ball is as large as it says.
    inner = (RADIUS_PX - RIM_PX) / (0.86 if shape == "o" else 1.0)
    painter.scale(inner, inner)
    painter.fillPath(shape_path(shape), QColor("white"))
    painter.end()
    wanted = pixels(image)[..., 0] > 127
    assert (drawn & wanted).sum() / (drawn | wanted).sum() > 0.95
