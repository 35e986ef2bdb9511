"""Where a painted picture is laid over the drawn one."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from engine.document.lab import Camera
from gui.surface.pasted import TILE_PX, painted_boxes
from gui.surface.scene import SurfaceScene
from gui.theme import DARK
from tests.gui.surface.canvas import Canvas


@pytest.mark.parametrize("shape", [(90, 130), (64, 64), (1, 1), (31, 200), (97, 33)])
def test_the_boxes_hold_everything_once(shape) -> None:
    random = np.random.default_rng(sum(shape))
    rows = np.zeros((*shape, 4), np.uint8)
    for _ in range(4):
        rows[random.integers(shape[0]), random.integers(shape[1]), 3] = 255
    rows[-1, -1] = 1
    held = np.zeros(shape, int)
    for x, y, width, height in painted_boxes(rows):
        assert height == TILE_PX and width % TILE_PX == 0
        held[max(shape[0] - y - height, 0) : shape[0] - y, x : x + width] += 1
    assert held.max() == 1
    assert (held[rows.any(axis=-1)] == 1).all()


def test_nothing_painted_is_no_box() -> None:
    assert painted_boxes(np.zeros((50, 70, 4), np.uint8)) == []


def test_colours_and_place_are_those_of_the_painter(canvas: Canvas) -> None:
    picture = QImage(120, 90, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(0)
    for x, y, color in (
        (0, 0, Qt.GlobalColor.red),
        (119, 0, Qt.GlobalColor.blue),
        (60, 89, Qt.GlobalColor.white),
    ):
        picture.setPixelColor(x, y, color)
    scene = SurfaceScene(DARK)

    class Both:
        def draw(self, *args, **options) -> None:
            scene.draw(*args, **options)
            scene.paste(picture)

    drawn = canvas.draw(Both(), Camera(), (120, 90))[..., :3]
    assert drawn[0, 0].tolist() == [255, 0, 0]
    assert drawn[0, 119].tolist() == [0, 0, 255]
    assert drawn[89, 60].tolist() == [255, 255, 255]
    assert (drawn != drawn[1, 1]).any(axis=-1).sum() == 3
