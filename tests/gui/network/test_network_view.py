"""The network is pointed at: by the mouse with some forgiveness, by the arrow keys; and says what it is."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from pytestqt.qtbot import QtBot

from gui.drawing.look import Look
from gui.i18n import set_language, tr
from gui.network.layout import NetworkLayout
from gui.network.picture import Edge, NetworkPicture, Neuron, Tensor, Units, Weights
from gui.network.telling import numbers_of, said_of
from gui.network.view import NetworkView
from gui.theme import LIGHT
from tests.gui.driving import LEFT, hover, shown
from tests.gui.network.fakes import network


@pytest.fixture
def view(qtbot: QtBot) -> NetworkView:
    view = shown(qtbot, NetworkView(), 700, 400)
    view.set_theme(LIGHT)
    view.set_picture(network(2, 3, 1))
    return view


def places(view: NetworkView, picture: NetworkPicture) -> NetworkLayout:
    return NetworkLayout(QRectF(view.rect()), picture, Look(LIGHT))


def on_edge(layout: NetworkLayout, edge: Edge, share: float, off: float = 0.0) -> QPointF:
    k = layout.edges.find(edge)
    assert k is not None
    x0, y0, x1, y1 = layout.edges.ends[k]
    dx, dy = x1 - x0, y1 - y0
    length = np.hypot(dx, dy)
    return QPointF(x0 + share * dx - off * dy / length, y0 + share * dy + off * dx / length)


def test_neurons_and_edges_are_found_where_they_are_drawn(view: NetworkView) -> None:
    layout = places(view, network(2, 3, 1))
    for layer, size in enumerate((2, 3, 1)):
        for index in range(size):
            center = layout.center(Neuron(layer, index))
            assert center is not None
            assert view.at(center) == Neuron(layer, index)
    edge = Edge(1, 0, 2)
    assert view.at(on_edge(layout, edge, 0.4)) == edge
    assert view.at(on_edge(layout, edge, 0.4, 6.0)) == edge, "a little beside it"
    assert view.at(QPointF(3, 3)) is None
    assert view.at(on_edge(layout, Edge(0, 2), 0.0)) == Edge(0, 2), "a bias"


def test_hovering_points_and_a_click_chooses(qtbot: QtBot, view: NetworkView) -> None:
    layout = places(view, network(2, 3, 1))
    pointed: list[object] = []
    chosen: list[object] = []
    view.pointed.connect(pointed.append)
    view.chosen.connect(chosen.append)
    at = on_edge(layout, Edge(1, 0, 0), 0.5).toPoint()
    hover(view, at)
    hover(view, at)
    assert pointed == [Edge(1, 0, 0)]
    qtbot.mouseClick(view, LEFT, pos=at)
    qtbot.mouseClick(view, LEFT, pos=QPoint(4, 4))
    assert chosen == [Edge(1, 0, 0), None]


def test_the_arrow_keys_walk_through_the_neurons_and_with_shift_through_edges(
    qtbot: QtBot, view: NetworkView
) -> None:
    chosen: list[object] = []
    view.chosen.connect(chosen.append)
    walk = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right):
        qtbot.keyClick(view, key)
        walk.append(view.part)
    assert walk[0] == Neuron(0, 0)
    assert walk[2] == Neuron(1, walk[1].index + 1)  # type: ignore[union-attr]
    assert walk[3] == walk[4] == Neuron(2, 0), "the last layer is the end"
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(view, Qt.Key.Key_Left, shift)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.part == Edge(1, 0, 1)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.part == Edge(1, 0), "the bias is the last"
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.part == Neuron(2, 0)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert chosen == [Edge(1, 0, 1), None]


def test_an_edge_says_its_name_its_value_and_its_gradient() -> None:
    matrix = Tensor("0.weight", np.array([[1.0], [0.53]]), np.array([[0.0], [-0.02]]))
    units = (Units(size=1), Units(size=2, sums=np.array([0.5, 1.0]), deltas=np.array([0.25, -1.0])))
    picture = NetworkPicture(units=units, weights=(Weights(matrix),))
    assert numbers_of(picture, Edge(0, 1, 0)) == "0.weight[1,0] = 0.53, ∂L/∂w = −0.02"
    assert numbers_of(picture, Neuron(1, 0)) == "z = 0.5, δ = 0.25"
    set_language("ko")
    assert tr(said_of(picture, Neuron(1, 1))) == "출력 2: z = 1, δ = −1"


def test_a_screen_reader_is_told_what_is_pointed_at(qtbot: QtBot, view: NetworkView) -> None:
    assert view.accessibleDescription() == "Network 2 → 3 → 1, 13 weights"
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.accessibleDescription().startswith("Network 2 → 3 → 1, 13 weights. Input 1: a = ")


def test_what_is_gone_is_no_longer_pointed_at(qtbot: QtBot, view: NetworkView) -> None:
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down):
        qtbot.keyClick(view, key)
    assert view.part == Neuron(1, 2)
    view.set_picture(network(2, 3, 1, seed=4))
    assert view.part == Neuron(1, 2)
    view.set_picture(network(2, 2, 1))
    assert view.part is None
