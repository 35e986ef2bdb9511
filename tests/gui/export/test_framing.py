"""The surface fills its part of the picture, and nothing of it or of its texts is cut off."""

import numpy as np
import pytest
from PySide6.QtGui import QColor

from engine.document.lab import Camera
from gui.export.scene import ExportScene
from gui.export.spec import Spec
from gui.theme import DARK
from tests.gui.golden import rgb

VIEWS = {
    "home": Camera(),
    "along an axis": Camera(azimuth_deg=-90.0),
    "low": Camera(azimuth_deg=200.0, elevation_deg=10.0),
    "high": Camera(azimuth_deg=30.0, elevation_deg=75.0),
}


@pytest.mark.parametrize("size_px", [(520, 300), (300, 520)], ids=["wide", "tall"])
@pytest.mark.parametrize("name", VIEWS)
def test_the_box_fills_its_part(context, solution, name, size_px):
    scene = ExportScene(solution, Spec(views=("surface",), cards=()), size_px, VIEWS[name])
    image = rgb(scene.draw(0.0, 0.0))
    scene.close()
    ground = QColor(DARK.plot)
    painted = np.abs(image - (ground.red(), ground.green(), ground.blue())).max(axis=2) > 24
    rows, columns = np.flatnonzero(painted.any(axis=1)), np.flatnonzero(painted.any(axis=0))
    filled = (np.ptp(columns) / size_px[0], np.ptp(rows) / size_px[1])
    assert max(filled) > 0.88, filled
    assert rows[0] > 0 and rows[-1] < size_px[1] - 1
    assert columns[0] > 0 and columns[-1] < size_px[0] - 1


def test_a_camera_that_was_moved_is_left_as_it_is(context, solution):
    moved = Camera(distance=3.0)
    scene = ExportScene(solution, Spec(views=("surface",)), (300, 200), moved)
    assert scene._camera == moved
    scene.close()
