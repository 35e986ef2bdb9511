"""The extrema of a function of one variable are marked on its graph."""

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from engine.analysis.findings import Analysis, CriticalPoint
from engine.document.lab import Display
from gui.contour.critical_layer import describe
from gui.contour.scene import ContourScene
from gui.theme import LIGHT
from tests.engine.hand_made import solve_by_hand
from tests.engine.numpy_objective import NumpyObjective, box

BOTTOM = CriticalPoint(np.array([1.0]), -1.0, "minimum", np.array([2.0]))
PARABOLA = NumpyObjective(lambda x: (x - 1) ** 2 - 1, lambda x: 2 * (x - 1), d=1)


def test_a_minimum_is_marked_where_the_graph_has_it(qapp):
    solution = solve_by_hand(PARABOLA, box(y=None), analysis=Analysis(critical_points=(BOTTOM,)))
    scene = ContourScene(LIGHT)
    scene.set_solution(solution)
    scene.set_field(solution.field, Display())
    rect = QRectF(0, 0, 400, 300)
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    scene.paint_still(painter, rect)
    painter.end()
    view = scene.viewport(rect)
    at = view.point_px(1.0, -1.0)
    assert scene.critical.nearest(at, view, 4.0) is BOTTOM
    mark, plate = scene.critical.taken
    assert mark.center().x() == at.x() and mark.center().y() == at.y()
    assert abs(plate.center().x() - at.x()) < 1.0  # below or above: the tangent is level there
    assert describe(BOTTOM, scene.plane) == "Local minimum\nx = 1\nf = −1\nf'' = 2"


def test_a_section_through_more_variables_has_none(qapp):
    solution = solve_by_hand(PARABOLA, box(y=None))
    scene = ContourScene(LIGHT)
    scene.set_solution(solution)
    scene.critical.set_analysis(
        Analysis(critical_points=(CriticalPoint(np.zeros(2), 0.0, "saddle", np.array([-1.0, 1.0])),)), (0,)
    )
    view = scene.viewport(QRectF(0, 0, 400, 300))
    assert scene.critical.nearest(view.point_px(0.0, 0.0), view, 50.0) is None
