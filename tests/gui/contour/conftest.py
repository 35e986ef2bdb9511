"""The contour map on the screen: of a bowl, and the graph of a function of one variable."""

import pytest

from engine.document.lab import Lab
from gui.contour.view import ContourView
from gui.store import Store
from gui.theme import LIGHT
from tests.engine.hand_made import solve_by_hand
from tests.engine.numpy_objective import BOWL, NumpyObjective, box
from tests.gui.driving import shown


@pytest.fixture
def store():
    return Store(Lab())


@pytest.fixture
def view(qtbot, store):
    widget = shown(qtbot, ContourView(store, LIGHT), 640, 560)
    store.accept(solve_by_hand(BOWL))
    widget.repaint()
    return widget


@pytest.fixture
def graph(qtbot, store):
    widget = shown(qtbot, ContourView(store, LIGHT), 600, 400)
    cubic = NumpyObjective(lambda x: x**3 - x, lambda x: 3 * x**2 - 1, d=1)
    store.accept(solve_by_hand(cubic, box((-2, 2), None, start=(1.5,)), lrs=(0.05,)))
    widget.repaint()
    return widget
