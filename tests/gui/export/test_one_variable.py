"""Exports of a function of one variable: its graph stands where others have the map."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF

from engine.document.lab import Lab
from engine.optimizers import parse_spec
from engine.solving.solution import Solution
from engine.solving.stages import solve
from engine.solving.timeline import frame_at
from engine.symbolic import Deriver
from gui.export.scene import ExportScene
from gui.export.spec import BOTH, Spec
from gui.theme import run_color
from tests.gui.golden import rgb


@pytest.fixture(scope="module")
def solution(deriver: Deriver) -> Solution:
    lab = Lab(formula="x^2", starts=({"x": 4.0},), racers=(parse_spec("gd(lr=0.1)"),), steps=12)
    return solve(lab, deriver)


def test_both_views_are_the_sheet_and_the_graph_with_the_marker_on_it(context, solution):
    scene = ExportScene(solution, Spec(views=BOTH), (900, 420))
    part = scene.composition.contour
    assert scene.surface is not None
    assert scene.contour is not None
    assert scene.contour.is_graph
    picture = rgb(scene.draw(3.0, 0.0))
    marker = frame_at(solution, 3.0).markers[0]
    view = scene.contour.viewport(QRectF(0, 0, part.width(), part.height()))
    at = view.point_px(float(marker.position[0]), marker.value) + part.topLeft()
    around = picture[round(at.y()) - 1 : round(at.y()) + 2, round(at.x()) - 1 : round(at.x()) + 2]
    assert np.abs(around.mean(axis=(0, 1)) - run_color(0).getRgb()[:3]).max() < 40
    scene.close()


@pytest.mark.parametrize("size", [(320, 180), (64, 64), (400, 60), (60, 400)])
@pytest.mark.parametrize("views", [BOTH, ("surface",), ("contour",)])
def test_every_shape_has_a_picture(context, solution, size, views):
    scene = ExportScene(solution, Spec(views=views), size)
    assert rgb(scene.draw(3.0, 0.0)).std() > 5
    scene.close()
