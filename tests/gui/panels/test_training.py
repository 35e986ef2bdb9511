"""The training panel: the network and its fit at the playhead, driven as a person would."""

from collections.abc import Iterator

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from engine.base.round_numbers import format_tick
from engine.document.datasets import MADE
from engine.document.lab import Lab
from engine.document.network import Layer, Loss, Network
from engine.optimizers import parse_spec
from engine.solving.stages import solve
from engine.symbolic import Deriver
from engine.words.backprop_text import WeightPlace
from gui.errands import Errands
from gui.network.fit import RegionFit
from gui.network.picture import Edge, NetworkPicture
from gui.panels.training import RESTING_SIDE, THREE_VIEWS_PX, Training
from gui.store import Store
from tests.gui.driving import LEFT, retype, shown
from tests.gui.panels.fakes import THEME


@pytest.fixture
def store(deriver: Deriver) -> Iterator[Store]:
    network = Network(
        inputs=2, layers=(Layer(3, "tanh"), Layer(1)), targets=("c",), loss=Loss("bce_with_logits")
    )
    lab = Lab(data=MADE["xor"].data(), network=network, racers=(parse_spec("adam(lr=0.1)"),), steps=40)
    store = Store(lab)
    store.accept(replace(solve(lab, deriver), revision=store.revision))
    errands = Errands(store)
    yield store
    errands.close()


def drawn(qtbot: QtBot, store: Store, panel: Training) -> NetworkPicture:
    """What is drawn once all that was asked for is there."""

    def is_there() -> bool:
        picture, frame = panel.drawing._picture, store.frame
        if picture is None or frame is None:
            return False
        weights = frame.markers[0].position[: picture.weights[0].matrix.values.size]
        weight, chosen = store.view.weight, picture.chosen
        same = (chosen is None) == (weight is None or not picture.holds(edge_of(weight)))
        row = store.lab.data.rows[store.view.row]  # type: ignore[union-attr]
        return (
            picture.weights[0].matrix.values.ravel().tolist() == weights.tolist()
            and same
            and (chosen is None or weight is None or chosen == edge_of(weight))
            and picture.units[0].activations.tolist() == list(row[:2])  # type: ignore[union-attr]
        )

    qtbot.waitUntil(is_there, timeout=10_000)
    picture = panel.drawing._picture
    assert picture is not None
    return picture


def edge_of(place: WeightPlace) -> Edge:
    return Edge(place.layer, place.target, place.source)


def test_it_follows_the_playhead(qtbot: QtBot, store: Store) -> None:
    panel = shown(qtbot, Training(store, THEME), 900, 300)
    first = drawn(qtbot, store, panel)
    assert [units.size for units in first.units] == [2, 3, 1]
    store.set_view(t_steps=40.0)
    last = drawn(qtbot, store, panel)
    assert (last.weights[0].matrix.values != first.weights[0].matrix.values).any()
    run = store.solution.runs[0]  # type: ignore[union-attr]
    assert last.weights[0].matrix.values.ravel().tolist() == run.points[40][:6].tolist()
    qtbot.waitUntil(
        lambda: isinstance(panel.fit._picture, RegionFit) and len(panel.fit._picture.x) == RESTING_SIDE
    )


def test_another_row_and_a_chosen_weight(qtbot: QtBot, store: Store) -> None:
    panel = shown(qtbot, Training(store, THEME), 900, 300)
    before = drawn(qtbot, store, panel)
    panel.using.row.setText("2")
    panel.using.row.textEdited.emit("2")
    assert panel.using.count.text().startswith("of ")
    after = drawn(qtbot, store, panel)
    assert after.units[0].activations.tolist() != before.units[0].activations.tolist()  # type: ignore[union-attr]
    panel.drawing.chosen.emit(Edge(0, 1, 0))
    assert drawn(qtbot, store, panel).chosen == Edge(0, 1, 0)
    panel.phase.chosen.emit("backward")


def place_of(panel: Training, edge: Edge) -> QPoint:
    """A place in the drawing at which `edge`, and nothing else, is."""
    drawing = panel.drawing
    return next(
        QPoint(x, y)
        for x in range(0, drawing.width(), 3)
        for y in range(0, drawing.height(), 2)
        if drawing.at(QPointF(x, y)) == edge
    )


def test_a_click_on_an_edge_has_its_chain_rule_and_a_click_on_a_bar_its_row(
    qtbot: QtBot, store: Store
) -> None:
    panel = shown(qtbot, Training(store, THEME), 900, 420)
    store.set_view(t_steps=12.0)
    edge = Edge(0, 1, 0)
    drawn(qtbot, store, panel)
    assert not panel.chain.isVisible() and panel.fit.isVisible()
    qtbot.mouseClick(panel.drawing, LEFT, pos=place_of(panel, edge))
    assert store.view.weight == WeightPlace(0, 1, 0)
    drawn(qtbot, store, panel)
    assert panel.chain.isVisible() and not panel.fit.isVisible()  # no room for three
    shares = panel.chain.view.bars._shares
    run = store.solution.runs[0]  # type: ignore[union-attr]
    assert shares is not None and shares.place == 0
    assert shares.gradient == pytest.approx(run.gradients[12][2])
    assert shares.update == pytest.approx(run.points[13][2] - run.points[12][2])

    bars = panel.chain.view.bars
    qtbot.mouseClick(bars, LEFT, pos=QPoint(bars.width() * 5 // 8, bars.height() // 2))
    assert store.view.row == 2 and panel.using.row.text() == "3"
    drawn(qtbot, store, panel)
    assert any(r"\ell_{3}" in tex for tex in panel.chain.view.formulas)

    every = len(panel.chain.view.formulas)
    said = []
    panel.phase.setFocus()
    for _ in range(3):  # forward, backward, update
        before = panel.chain.view.formulas
        qtbot.keyClick(panel.phase, Qt.Key.Key_Right)
        qtbot.waitUntil(lambda before=before: panel.chain.view.formulas != before)
        said.append(panel.chain.view.formulas)
    assert sum(map(len, said)) == every and all(said)
    assert r"\Delta w" in said[2][-1]

    qtbot.mouseClick(panel.chain.close_button, LEFT)
    assert store.view.weight is None
    qtbot.waitUntil(lambda: not panel.chain.isVisible())
    assert panel.fit.isVisible() and not panel.chain.isVisible()


def test_a_wide_window_keeps_the_fit_and_a_smaller_network_forgets_the_weight(
    qtbot: QtBot, store: Store, deriver: Deriver
) -> None:
    panel = shown(qtbot, Training(store, THEME), THREE_VIEWS_PX + 20, 420)
    store.set_view(weight=WeightPlace(0, 2, 0))
    drawn(qtbot, store, panel)
    assert panel.chain.isVisible() and panel.fit.isVisible()
    network = replace(store.lab.network, layers=(Layer(2, "tanh"), Layer(1)))  # type: ignore[type-var]
    store.edit(network=network)
    store.accept(replace(solve(store.lab, deriver), revision=store.revision))
    qtbot.waitUntil(lambda: not panel.chain.isVisible())
    assert drawn(qtbot, store, panel).chosen is None


def test_rows_are_dragged_and_added_and_undone(qtbot: QtBot, store: Store) -> None:
    panel = shown(qtbot, Training(store, THEME), 900, 300)
    count = len(store.lab.data.rows)  # type: ignore[union-attr]
    panel.fit.row_moved.emit(0, 0.25, -0.5)
    panel.fit.row_moved.emit(0, 0.5, -0.75)
    panel.fit.row_dropped.emit()
    assert store.lab.data.rows[0][:2] == (0.5, -0.75)  # type: ignore[union-attr]
    store.undo()
    assert store.lab.data.rows[0][:2] != (0.5, -0.75)  # type: ignore[union-attr]
    panel.fit.row_added.emit(1.0, 1.0)
    assert len(store.lab.data.rows) == count + 1  # type: ignore[union-attr]


def test_a_formula_has_no_network_to_draw(qtbot: QtBot, deriver: Deriver) -> None:
    store = Store(Lab(steps=2))
    store.accept(replace(solve(store.lab, deriver), revision=store.revision))
    panel = shown(qtbot, Training(store, THEME), 600, 200)
    assert panel._stack.currentIndex() == 0


def test_a_network_is_used_on_typed_numbers_and_on_a_click(qtbot: QtBot, store: Store) -> None:
    panel = shown(qtbot, Training(store, THEME), 1000, 300)
    store.set_view(t_steps=40.0)
    drawn(qtbot, store, panel)
    solution = store.solution
    assert solution is not None
    first, second = np.split(solution.runs[0].points[40], [9])
    weights, biases = first[:6].reshape(3, 2), first[6:]

    def probability(x: np.ndarray) -> float:
        a = np.tanh(weights @ x + biases)
        return float(1 / (1 + np.exp(-(second[:3] @ a + second[3]))))

    def is_said(x: tuple[float, float]) -> None:
        value, h = probability(np.array(x)), 1e-5
        text = f"ŷ = {format_tick(value)},"
        qtbot.waitUntil(lambda: panel.using.said.text().startswith(text))
        for k, name in enumerate(("x₁", "x₂")):
            step = np.eye(2)[k] * h
            slope = (probability(np.array(x) + step) - probability(np.array(x) - step)) / (2 * h)
            said = panel.using.said.text().split(f"∂ŷ/∂{name} = ")[1].split(",")[0]
            assert float(said.replace("−", "-")) == pytest.approx(slope, rel=2e-3, abs=2e-4)
        picture = panel.drawing._picture
        assert picture is not None and picture.units[0].activations is not None
        assert picture.units[0].activations.tolist() == list(x)

    retype(qtbot, panel.using.inputs, "0.25, -1/2")
    qtbot.keyClick(panel.using.inputs, Qt.Key.Key_Return)
    is_said((0.25, -0.5))
    assert panel.using.inputs.text() == "0.25, -0.5"
    fit = panel.fit._picture
    assert isinstance(fit, RegionFit) and fit.probe == (0.25, -0.5)

    retype(qtbot, panel.using.inputs, "0.25")
    qtbot.keyClick(panel.using.inputs, Qt.Key.Key_Return)
    assert panel.using.said.text().startswith("Type 2 numbers")
    panel.fit.used.emit(1.0, 0.5)
    is_said((1.0, 0.5))

    data = store.lab.data
    panel.fit.row_chosen.emit(2)  # a click on a row shows it, and changes nothing
    drawn(qtbot, store, panel)
    assert store.view.row == 2 and store.lab.data is data
