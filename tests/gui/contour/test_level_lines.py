"""Level lines are found from as few samples as give the same lines; where their numbers do not stand."""

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QRectF

from engine.analysis.findings import Analysis, CriticalPoint
from engine.document.lab import Display
from engine.function.plane import Plane
from engine.function.scale import height_of, undersampled
from gui.contour.level_lines import LevelLinesLayer, LineFinder, _same_lines
from gui.contour.scene import ContourScene
from gui.contour.viewport import Viewport
from gui.drawing.look import Look
from gui.theme import DARK
from tests.engine.hand_made import solve_by_hand
from tests.engine.numpy_objective import BOWL
from tests.gui.fields import bowl, make_field, pole_point, waves


def stride_of(field) -> int:
    return _same_lines(height_of(field, field.z), height_of(field, field.levels))


def test_smooth_functions_are_thinned_and_fine_ones_are_not() -> None:
    assert stride_of(bowl(n=401)) == 2
    assert stride_of(bowl(n=1024)) == 4
    assert stride_of(waves(20.0, n=401)) == 1
    assert stride_of(bowl(n=161)) == 1


def test_the_lines_of_a_thinned_field_lie_where_they_should() -> None:
    (circle,) = LineFinder(bowl(n=402)).lines(4.0)
    radius = np.hypot(*((circle - 0.5) * 10).T)
    assert radius == pytest.approx(2.0, abs=2e-3)
    assert np.abs(circle - np.roll(circle[:-1], 3, axis=0)[0]).max() < 1
    last = LineFinder(bowl(n=402)).lines(49.0)
    assert max(line.max() for line in last) == 1.0, "the last sample is among them"


def test_nothing_is_thinned_beside_a_pole() -> None:
    (rim,) = LineFinder(pole_point(n=401)).lines(1.0)
    assert np.hypot(*((rim - 0.5) * 10).T) == pytest.approx(1.0, abs=0.01)


def test_no_number_stands_at_a_mark(qapp) -> None:
    field = waves(n=201)
    look = Look(DARK)
    view = Viewport(QRectF(0, 0, 420, 420), -5.0, 5.0, -5.0, 5.0)
    layer = LevelLinesLayer()
    layer.set_field(field)
    layer.place(view, look)
    spots = np.array([label.center for label in layer.labels]) * 10 - 5
    layer.set_marks(spots[::2])
    layer.place(view, look)
    assert layer.placed == 2
    for label in layer.labels:
        away = np.abs((np.array(label.center) * 10 - 5 - spots[::2]) * 42)
        assert (np.hypot(*away.T) > 9.0).all()
    layer.set_marks(spots[::2].copy())
    layer.place(view, look)
    assert layer.placed == 2, "the same marks move nothing"


def test_no_number_stands_on_the_edge_of_the_domain(qapp) -> None:
    def root(x):
        return np.sqrt(np.where(x < 0, np.nan, x))

    layer = LevelLinesLayer()
    layer.set_field(  # 0 all along its edge x = 0
        make_field(
            lambda x, y: np.sin(x) * np.cos(y) + root(x) / 3,
            lambda x, y: np.cos(x) * np.cos(y) + 1 / (6 * root(x) + 1e-9),
            lambda x, y: -np.sin(x) * np.sin(y),
        )
    )
    layer.place(Viewport(QRectF(0, 0, 420, 420), -5.0, 5.0, -5.0, 5.0), Look(DARK))
    assert layer.labels
    assert min(label.center[0] for label in layer.labels) * 420 > 210 + 5


def test_points_of_other_variables_are_forgotten(qapp) -> None:
    bottom = CriticalPoint(np.zeros(2), 0.0, "minimum", np.array([2.0, 2.0]))
    solution = solve_by_hand(BOWL, analysis=Analysis(critical_points=(bottom,)))
    scene = ContourScene(DARK)
    scene.set_solution(solution)
    x, y = solution.setup.axes
    setup = replace(solution.setup, axes=(x, replace(y, name="z")), descended=("x", "y", "z"))
    scene.set_plane(Plane(np.zeros(3), (0, 2), setup.axes), setup)
    scene.set_field(solution.field, Display())
    assert len(scene.lines._marks) == 0


def test_how_fine_it_is_is_judged_once_for_each_field() -> None:
    field = waves()
    before = undersampled.cache_info().misses
    assert not undersampled(field)
    assert not undersampled(field)
    assert undersampled.cache_info().misses == before + 1
