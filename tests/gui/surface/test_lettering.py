"""What is written over the surface: with smooth edges in the window too, and painted only when it changes."""

import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from engine.analysis.findings import Analysis, CriticalPoint
from engine.document.lab import Camera, Display, Lab
from engine.solving.solution import Solution
from engine.solving.timeline import frame_at
from gui.store import Store
from gui.surface.lettering import Lettering
from gui.surface.scene import SurfaceScene
from gui.surface.view import SurfaceView
from gui.theme import DARK, LIGHT
from tests.engine.hand_made import solve_by_hand
from tests.engine.numpy_objective import BOWL
from tests.gui.driving import shown
from tests.gui.golden import pixels

SIZE = (480.0, 360.0)
BOTTOM = CriticalPoint(np.zeros(2), 0.0, "minimum", np.array([1.0, 1.0]))


@pytest.fixture
def solution() -> Solution:
    return solve_by_hand(BOWL, lrs=(0.1,), steps=12)


@pytest.fixture
def scene(solution: Solution, qapp) -> SurfaceScene:
    made = SurfaceScene(DARK)
    made.set_solution(solution, solution.lab.display)
    made.set_frame(frame_at(solution, 3.0))
    return made


def test_it_is_kept_while_a_film_plays(scene, solution) -> None:
    lettering = Lettering(scene)
    first = lettering.picture(Camera(), SIZE)
    for t in (3.5, 4.0, 9.0):
        scene.set_frame(frame_at(solution, t))
        assert lettering.picture(Camera(), SIZE) is first
    assert lettering.painted == 1
    assert pixels(first)[..., 3].any()


@pytest.mark.parametrize(
    "change",
    [
        lambda scene, solution: scene.set_theme(LIGHT),
        lambda scene, solution: scene.set_field(solution.field, Display(floor=False)),
        lambda scene, solution: scene.set_solution(solve_by_hand(BOWL, lrs=()), Display()),
        lambda scene, solution: setattr(scene, "scale", 2.0),
    ],
    ids=["theme", "display", "solution", "scale"],
)
def test_it_is_painted_anew_when_what_is_written_changes(scene, solution, change) -> None:
    lettering = Lettering(scene)
    lettering.picture(Camera(), SIZE)
    change(scene, solution)
    lettering.picture(Camera(), SIZE)
    assert lettering.painted == 2


def test_another_camera_size_or_sharpness_is_another_picture(scene) -> None:
    lettering = Lettering(scene)
    looks = [
        (Camera(), SIZE),
        (Camera(azimuth_deg=10.0), SIZE),
        (Camera(), (300.0, 200.0)),
        (Camera(), SIZE, 2.0),
    ]
    shapes = [lettering.picture(*look).size().toTuple() for look in looks]
    assert shapes == [(480, 360), (480, 360), (300, 200), (960, 720)]
    assert lettering.painted == 4
    assert lettering.picture(*looks[-1]).devicePixelRatio() == 2.0


def test_the_edges_of_names_and_plates_are_smooth_in_the_window(qtbot: QtBot) -> None:
    store = Store(Lab(starts=({"x": 4.0, "y": 3.0},)))
    view = shown(qtbot, SurfaceView(store, DARK), *map(int, SIZE))
    analysis = Analysis(critical_points=(BOTTOM,))
    assert store.accept(
        solve_by_hand(BOWL, steps=6, lab=store.lab, revision=store.revision, analysis=analysis)
    )
    view.repaint()
    ratio = view.devicePixelRatioF()
    written = pixels(view.lettering.picture(store.view.camera, SIZE, ratio)).astype(int)
    alpha = written[..., 3:] / 255
    drawn = pixels(view.grabFramebuffer()).astype(int)[..., :3]
    view.scene.paint_overlay = lambda *_: None
    view.lettering = Lettering(view.scene)
    view.repaint()
    bare = pixels(view.grabFramebuffer()).astype(int)[..., :3]
    edges = (alpha[..., 0] > 0.2) & (alpha[..., 0] < 0.8)
    assert edges.sum() > 100
    expected = bare * (1 - alpha) + written[..., :3] * alpha
    assert np.abs(drawn - expected)[edges].max() <= 4


def test_an_empty_scene_has_nothing_written(qapp) -> None:
    picture = Lettering(SurfaceScene(DARK)).picture(Camera(), SIZE)
    assert isinstance(picture, QImage)
    assert not pixels(picture)[..., 3].any()
