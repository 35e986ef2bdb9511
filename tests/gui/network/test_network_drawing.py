"""The drawing of a network: what is drawn, in which colours, and what of it is lit or left out."""

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from gui.drawing.look import Look
from gui.network.drawing import paint_network
from gui.network.layout import NetworkLayout
from gui.network.picture import Edge, NetworkPicture, Neuron, Tensor, Units, Weights
from gui.theme import DARK, LIGHT, Theme, projected, sign_color
from tests.gui.golden import assert_golden, rgb
from tests.gui.network.fakes import network

RECT = QRectF(0, 0, 700, 400)


def drawn(picture: NetworkPicture, theme: Theme = LIGHT, rect: QRectF = RECT) -> QImage:
    image = QImage(round(rect.width()), round(rect.height()), QImage.Format.Format_RGB32)
    image.fill(QColor(theme.card))
    painter = QPainter(image)
    paint_network(painter, rect, picture, Look(theme, theme.scale))
    painter.end()
    return image


def layout(picture: NetworkPicture, rect: QRectF = RECT) -> NetworkLayout:
    return NetworkLayout(rect, picture, Look(LIGHT))


def two_weights(first: float, second: float) -> NetworkPicture:
    """Two inputs, one output, nothing in the neurons."""
    matrix = Tensor("0.weight", np.array([[first, second]]))
    return NetworkPicture(units=(Units(size=2), Units(size=1)), weights=(Weights(matrix),))


def inked(image: QImage, picture: NetworkPicture, edge: Edge, color: QColor) -> tuple[int, int]:
    """Across the middle third of an edge: how many pixels have nearly its full colour, in how many places."""
    edges = layout(picture).edges
    k = edges.find(edge)
    assert k is not None
    x0, y0, x1, y1 = edges.ends[k]
    pixels = rgb(image).astype(int)
    near, along = 0, 0
    for share in np.linspace(0.35, 0.65, 120):
        x, y = x0 + share * (x1 - x0), y0 + share * (y1 - y0)
        column = pixels[round(y) - 12 : round(y) + 13, round(x)]
        hits = (np.abs(column - np.array(color.getRgb()[:3])).max(axis=1) < 12).sum()
        near, along = near + int(hits), along + int(hits > 0)
    return near, along


def test_an_edge_is_as_wide_as_its_weight_and_its_sign_is_a_colour_and_a_stroke(qapp: object) -> None:
    picture = two_weights(2.0, -2.0)
    image = drawn(picture)
    thick, whole = inked(image, picture, Edge(0, 0, 0), sign_color(True, LIGHT))
    _, dashed = inked(image, picture, Edge(0, 0, 1), sign_color(False, LIGHT))
    assert whole == 120, "positive: a whole line"
    assert 50 < dashed < 95, "negative: 9 of 14 px are drawn"
    wide = layout(picture).edges.widths
    half = layout(replace(two_weights(2.0, -1.0), reach=2.0)).edges
    assert half.widths[half.find(Edge(0, 0, 1))] == pytest.approx(wide.max() / 2)
    assert thick / 120 == pytest.approx(wide.max(), abs=2.0)


def test_the_width_can_be_kept_while_weights_grow(qapp: object) -> None:
    first, then = (layout(replace(two_weights(w, 0.0), reach=4.0)).edges.widths.max() for w in (1.0, 2.0))
    assert then == pytest.approx(2 * first)


def test_a_neuron_is_filled_by_its_activation(qapp: object) -> None:
    units = Units(size=3, activations=np.array([1.0, 0.0, -1.0]))
    picture = NetworkPicture(
        units=(units, Units(size=1)), weights=(Weights(Tensor("0.weight", np.zeros((1, 3)))),)
    )
    image = drawn(picture)
    places = layout(picture)
    colors = []
    for k in range(3):
        center = places.center(Neuron(0, k))
        assert center is not None
        # Beside the number.
        at = center + QPointF(0, -0.7 * places.columns[0].radius)
        colors.append(image.pixelColor(round(at.x()), round(at.y())))
    assert colors[0].blue() > colors[0].red() + 80
    assert colors[1] == QColor(LIGHT.card)
    assert colors[2].red() > colors[2].blue() + 80


def test_up_to_a_hundred_edges_are_all_drawn_beyond_the_strongest(qapp: object) -> None:
    small, large = layout(network(2, 8, 8, 1)).edges, layout(network(2, 14, 14, 14, 3, seed=1)).edges
    assert (small.drawn, small.of) == (88, 88)
    assert (large.drawn, large.of) == (100, 2 * 14 + 14 * 14 * 2 + 14 * 3)
    picture = network(2, 14, 14, 14, 3, seed=1)
    sizes = np.sort(np.concatenate([np.abs(w.matrix.values).ravel() for w in picture.weights]))
    matrices = large.source >= 0
    assert np.abs(large.weights[matrices]).min() == sizes[-100]


def test_a_chosen_edge_is_drawn_however_weak(qapp: object) -> None:
    picture = network(2, 14, 14, 14, 3, seed=1)
    weakest = np.unravel_index(np.abs(picture.weights[1].matrix.values).argmin(), (14, 14))
    edge = Edge(1, int(weakest[0]), int(weakest[1]))
    assert layout(picture).edges.find(edge) is None
    assert layout(replace(picture, chosen=edge)).edges.find(edge) is not None


def test_a_wide_layer_is_folded_and_says_how_many_it_leaves_out(qapp: object) -> None:
    places = layout(network(2, 64, 3))
    column = places.columns[1]
    assert column.shown[-1] == 63
    assert len(column.shown) + column.left_out == 64
    assert column.gap is not None
    assert column.y[-2] < column.gap < column.y[-1]
    assert column.y[0] - column.radius >= RECT.top()
    assert column.y[-1] + column.radius <= RECT.bottom()
    assert places.center(Neuron(1, 62)) is None


def test_a_small_network_is_drawn_whole_in_a_low_picture(qapp: object) -> None:
    low = QRectF(0, 0, 576, 192)
    places = NetworkLayout(low, network(2, 8, 1), Look(LIGHT))
    assert places.edges.drawn == places.edges.of == 24
    column = places.columns[1]
    assert column.left_out == 0 and 2 * column.radius < column.spacing
    assert places.plot.top() <= column.y[0] - column.radius
    assert column.y[-1] + column.radius <= places.plot.bottom()


def test_only_the_way_from_the_chosen_weight_to_the_loss_is_lit(qapp: object) -> None:
    picture = network(2, 3, 2, 1, chosen=Edge(0, 1, 0))
    lit = {
        (part.layer, part.target, part.source)
        for layer, weights in enumerate(picture.weights)
        for target, source in np.ndindex(weights.matrix.values.shape)
        if picture.lit(part := Edge(layer, target, source))
    }
    assert lit == {(0, 1, 0), (1, 0, 1), (1, 1, 1), (2, 0, 0), (2, 0, 1)}
    assert [n for n in range(3) if picture.lit(Neuron(1, n))] == [1]
    assert [n for n in range(2) if picture.lit(Neuron(0, n))] == [0]
    bright, dim = (inked(drawn(picture), picture, edge, _full(picture, edge)) for edge in _two(picture))
    assert bright[1] > 40
    assert dim[1] == 0


def _two(picture: NetworkPicture) -> tuple[Edge, Edge]:
    """A lit positive edge of some weight, and a dim one."""
    last = picture.weights[2].matrix.values
    return Edge(2, 0, int(np.abs(last).argmax())), Edge(0, 0, 0)


def _full(picture: NetworkPicture, edge: Edge) -> QColor:
    return sign_color(float(picture.tensor(edge).values[edge.target, edge.source or 0]) >= 0, LIGHT)


@pytest.mark.parametrize("theme", [LIGHT, DARK, projected(LIGHT)], ids=["light", "dark", "projector"])
@pytest.mark.parametrize("size", [(700, 400), (340, 260), (200, 140)])
def test_nothing_is_cut_off(qapp: object, theme: Theme, size: tuple[int, int]) -> None:
    picture = network(2, 8, 8, 3, maps=8, chosen=Edge(0, 1, 0), phase="backward")
    image = rgb(drawn(picture, theme, QRectF(0, 0, *size)))
    card = np.array(QColor(theme.card).getRgb()[:3])
    for border in (image[0], image[-1], image[:, 0], image[:, -1]):
        assert (border == card).all()
    assert (image != card).any()


def test_a_map_is_drawn_the_right_way_up(qapp: object) -> None:
    up = np.repeat(np.linspace(-1, 1, 16)[:, None], 16, axis=1)[None]  # grows with the second input
    units = (Units(size=2), Units(size=1, maps=up), Units(size=1))
    tensors = [Tensor("0.weight", np.zeros((1, 2))), Tensor("2.weight", np.zeros((1, 1)))]
    picture = NetworkPicture(units=units, weights=tuple(map(Weights, tensors)))
    image = drawn(picture)
    center = layout(picture).center(Neuron(1, 0))
    assert center is not None
    above = image.pixelColor(round(center.x()), round(center.y()) - 15)
    below = image.pixelColor(round(center.x()), round(center.y()) + 15)
    assert above.blue() > above.red() + 60
    assert below.red() > below.blue() + 60


def test_a_vector_file_keeps_edges_and_letters_as_vectors(qapp: object, tmp_path: object) -> None:
    path = f"{tmp_path}/network.svg"
    generator = QSvgGenerator()
    generator.setFileName(path)
    generator.setSize(QSize(700, 400))
    painter = QPainter(generator)
    paint_network(painter, RECT, network(2, 3, 1), Look(LIGHT))
    painter.end()
    with open(path, encoding="utf-8") as file:  # noqa: PTH123
        text = file.read()
    assert "<image" not in text
    assert text.count("<polyline") + text.count("<path") > 9


def test_numbers_that_are_none_do_not_stop_the_drawing(qapp: object) -> None:
    picture = network(2, 3, 1, maps=4, chosen=Edge(0, 0, 0), phase="update")
    bad = np.full((3, 2), np.nan)
    tensor = replace(picture.weights[0].matrix, values=bad)
    picture = replace(picture, weights=(Weights(tensor), picture.weights[1]))
    hidden = replace(
        picture.units[1], activations=np.array([np.inf, np.nan, -np.inf]), maps=np.full((3, 4, 4), np.nan)
    )
    picture = replace(picture, units=(picture.units[0], hidden, picture.units[2]))
    assert drawn(picture).pixelColor(1, 1) == QColor(LIGHT.card)


def test_a_network_looks_as_it_did(qapp: object) -> None:
    picture = network(2, 4, 3, 1, maps=12, chosen=Edge(0, 1, 0), phase="backward")
    assert_golden(drawn(picture, DARK, QRectF(0, 0, 480, 280)), "network", far_share=0.03)
