"""A frame of a film is what the window shows at the same size."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from engine.analysis.findings import Analysis, CriticalPoint
from engine.document.lab import Camera
from engine.solving.timeline import frame_at
from gui.contour.view import ContourView
from gui.export.painting import painting
from gui.export.scene import ExportScene
from gui.export.spec import Spec
from gui.export.surface_picture import SurfacePicture
from gui.store import Store
from gui.surface.camera import preset
from gui.surface.view import SurfaceView
from gui.theme import DARK, LIGHT
from tests.engine.hand_made import solve_by_hand
from tests.engine.numpy_objective import BOWL
from tests.gui.golden import rgb

SIZE = (420, 340)


@pytest.fixture
def store(store: Store) -> Store:
    """Between two steps."""
    store.set_view(t_steps=5.0)
    return store


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_the_surface(qtbot, context, solution, store, theme):
    view = SurfaceView(store, theme)
    qtbot.addWidget(view)
    view.resize(*SIZE)
    view.show()
    qtbot.waitUntil(lambda: view.scene.refined, timeout=60_000)
    window = rgb(view.grabFramebuffer())
    view.close()

    context.make_current()
    whole = QRectF(0, 0, *SIZE)
    part = SurfacePicture(solution, theme, 1.0, whole, transparent=False, moving=False, lines=1.0)
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    part.paint(painter, store.view.camera, frame_at(solution, 5.0))
    painter.end()
    part.close()
    difference = np.abs(rgb(image) - window)
    assert difference.mean() < 1.0
    assert (difference.max(axis=2) > 40).mean() < 0.01


def test_a_frame_of_a_film_does_not_depend_on_those_before(context):
    bottom = CriticalPoint(np.zeros(2), 0.0, "minimum", np.array([1.0, 1.0]))
    solution = solve_by_hand(BOWL, lrs=(0.1,), steps=60, analysis=Analysis(critical_points=(bottom,)))
    context.make_current()
    above = preset("top", Camera())

    def last_of(*steps: float) -> np.ndarray:
        part = SurfacePicture(solution, DARK, 1.0, QRectF(0, 0, *SIZE), transparent=False, moving=False)
        image = QImage(*SIZE, QImage.Format.Format_RGB32)
        for t_steps in steps:
            with painting(image) as painter:
                part.paint(painter, above, frame_at(solution, t_steps))
        part.close()
        return rgb(image)

    assert np.array_equal(last_of(0.0, 12.0), last_of(12.0))  # where the ball is at the value of the minimum


def test_the_contour_map(qtbot, solution, store):
    view = ContourView(store, DARK)
    qtbot.addWidget(view)
    view.resize(*SIZE)
    view.show()
    view.scene.readout_lines = 0
    scene = ExportScene(solution, Spec(views=("contour",), cards=()), SIZE)
    assert scene.contour is not None
    view.scene.set_scale(scene.contour.look.scale)
    view.scene.set_reading(None)
    window = rgb(view.grab().toImage())
    exported = rgb(scene.draw(5.0, 0.0))
    assert np.abs(window - exported).mean() < 1.0
