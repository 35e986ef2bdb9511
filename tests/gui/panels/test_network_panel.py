"""The network as text and as chips, and everything that is chosen beside it; each a step to undo."""

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.base.i18n import Language
from engine.document.datasets import MADE
from engine.document.lab import Lab, Training
from engine.document.network import Layer, Loss, Network, Penalty
from engine.document.network_text import network_spec
from engine.document.proposals import Proposal, carried_out
from engine.document.weights.tensors import Tensors
from engine.document.weights.weightfile import read, write
from engine.solving.stages import Request, Solver
from gui.i18n import set_language
from gui.panels.network import NetworkPanel
from gui.store import Store
from tests.gui.driving import LEFT, retype, shown
from tests.gui.panels.fakes import THEME

MOONS = MADE["moons"].data(25)
LAB = replace(carried_out(Lab(), MOONS, Proposal("c", ("x_1", "x_2"), "network", "bce_with_logits")), steps=3)


@pytest.fixture
def store(qapp: object) -> Store:
    return Store(LAB)


@pytest.fixture
def panel(qtbot: QtBot, store: Store) -> NetworkPanel:
    return shown(qtbot, NetworkPanel(store, THEME), 330, 480)


def network_of(store: Store) -> Network:
    assert store.lab.network is not None
    return store.lab.network


def test_the_text_is_read_as_it_is_typed(qtbot: QtBot, panel: NetworkPanel, store: Store) -> None:
    assert panel.text.field.text() == "2-8tanh-1"
    assert panel.text.count.text() == "33 weights"
    retype(qtbot, panel.text.field, "2-4relu-1")
    assert network_of(store) == LAB.network, "nothing is trained on the way"
    qtbot.keyClick(panel.text.field, Qt.Key.Key_Return)
    assert network_of(store).layers == (Layer(4, "relu"), Layer(1))
    assert [chip.text() for chip in panel.chips.chips] == ["4 relu", "1 linear"]
    store.undo()
    assert panel.text.field.text() == "2-8tanh-1"


def test_a_text_that_is_none_stays_and_says_why(qtbot: QtBot, panel: NetworkPanel, store: Store) -> None:
    retype(qtbot, panel.text.field, "2-8tnh-1")
    qtbot.waitUntil(panel.text.problem.isVisible)
    assert "There is no activation named" in panel.text.problem.text()
    assert panel.text.field.text() == "2-8tnh-1"
    assert network_of(store) == LAB.network
    store.edit(seed=4)
    assert panel.text.field.text() == "2-8tnh-1"
    retype(qtbot, panel.text.field, "2-3tanh-1")
    qtbot.keyClick(panel.text.field, Qt.Key.Key_Return)
    assert network_of(store).layers[0] == Layer(3, "tanh")
    assert not panel.text.problem.isVisible()


def test_layers_come_go_and_grow(qtbot: QtBot, panel: NetworkPanel, store: Store) -> None:
    qtbot.mouseClick(panel.chips.add, LEFT)
    assert network_spec(network_of(store)) == "2-8tanh-8tanh-1"
    chip = panel.chips.chips[1]
    chip.units.value_edited.emit(5)
    chip.activations["relu"].trigger()
    assert network_spec(network_of(store)) == "2-8tanh-5relu-1"
    assert panel.text.field.text() == "2-8tanh-5relu-1"
    panel.chips.chips[0].removal.trigger()
    assert network_spec(network_of(store)) == "2-5relu-1"
    for _ in range(4):
        store.undo()
    assert store.lab == LAB


def test_the_outputs_follow_the_loss(panel: NetworkPanel, store: Store) -> None:
    panel.loss.choice.chosen.emit("cross_entropy")
    assert network_of(store).layers[-1].width == 2
    panel.loss.choice.chosen.emit("huber")
    assert network_of(store).layers[-1].width == 1
    assert panel.loss.delta.isVisible()
    panel.loss.delta.value_edited.emit(0.5)
    assert network_of(store).loss == Loss("huber", delta=0.5)


def test_inputs_are_standardised_and_the_text_says_so(panel: NetworkPanel, store: Store) -> None:
    panel.scaling.chosen.emit("standard")
    assert network_of(store).scaling == "standard" and panel.text.field.text() == "2standard-8tanh-1"
    store.undo()
    assert store.lab == LAB and panel.scaling.key == "none"


def test_a_bias_in_some_layers_only_is_shown_as_half(panel: NetworkPanel, store: Store) -> None:
    mixed = (Layer(8, "tanh", bias=False), Layer(1))
    store.edit(network=replace(network_of(store), layers=mixed))
    assert panel.bias.checkState() == Qt.CheckState.PartiallyChecked
    panel.text.show_network(network_of(store))
    assert panel.text.field.text() == "2-8tanh-1"
    panel.bias.click()
    assert [layer.bias for layer in network_of(store).layers] == [True, True]
    panel.bias.click()
    assert [layer.bias for layer in network_of(store).layers] == [False, False]


def test_everything_beside_the_layers_is_edited(panel: NetworkPanel, store: Store) -> None:
    panel.penalty.chosen.emit("l1")
    panel.factor.value_edited.emit(0.25)
    panel.of.chosen.emit("all")
    assert network_of(store).penalty == Penalty("l1", 0.25, "all")
    panel.init.chosen.emit("constant")
    assert panel.constant.isVisible()
    panel.bias.click()
    form = panel.training
    form.batch.value_edited.emit(10)
    form.epochs.value_edited.emit(20)
    form.split.value_edited.emit(75.0)
    form.noise.value_edited.emit(0.1)
    form.shuffle.click()
    network = network_of(store)
    assert (network.init, network.layers[0].bias, network.label_noise) == ("constant", False, 0.1)
    assert store.lab.training == Training(batch=10, epochs=20, split=0.75, shuffle=False)
    assert "25 %" in form.split_note.text()
    panel.draw.click()
    assert store.lab.seed == 1


def test_a_problem_stands_beside_its_field(panel: NetworkPanel, store: Store, solver: Solver) -> None:
    store.edit(training=Training(split=0.001))
    for solution in solver.solve(Request(store.revision, store.lab)):
        store.accept(solution)
    assert "leaves none to train on" in panel.training.problem.text()
    store.edit(training=Training(), network=replace(network_of(store), inputs=3))
    for solution in solver.solve(Request(store.revision, store.lab)):
        store.accept(solution)
    assert "takes 3 inputs" in panel.text.problem.text()


def test_weights_come_from_a_file_and_go_into_one(
    panel: NetworkPanel, store: Store, solver: Solver, tmp_path: Path
) -> None:
    shapes = network_of(store).shapes
    theirs = {
        f"layer{k}.{name[2:]}": np.full(shape, k + 0.5) for k, (name, shape) in enumerate(shapes.items())
    }
    write(Tensors.of(theirs), tmp_path / "theirs.npz")
    panel.files.read_file(tmp_path / "theirs.npz")
    assert network_of(store).weights is not None
    assert "0.weight ← layer0.weight" in panel.files.mapping.text()
    for solution in solver.solve(Request(store.revision, store.lab)):
        store.accept(solution)
    panel.files.write_file(tmp_path / "ours.safetensors")
    ours = read(tmp_path / "ours.safetensors", tuple(shapes.items())).tensors
    assert ours == network_of(store).weights, "the playhead is at the start"
    panel.files.read_file(tmp_path / "missing.npz")
    assert "cannot be read" in panel.files.problem.text()
    qt_text = panel.text.field
    qt_text.setText("2-3tanh-1")
    qt_text.textEdited.emit("2-3tanh-1")
    qt_text.editingFinished.emit()
    assert network_of(store).weights is None, "they were made for other layers"


def test_without_a_network_it_says_where_one_comes_from(panel: NetworkPanel, store: Store) -> None:
    store.edit(network=None)
    assert "Fit" in panel._none.text()
    assert panel._none.isVisible() and not panel.text.isVisible()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_all_of_it_fits_the_column_however_much_is_chosen(
    qtbot: QtBot, store: Store, language: Language
) -> None:
    set_language(language)
    network = replace(
        network_of(store),
        layers=(Layer(16, "leaky_relu"), Layer(1, "linear")),
        loss=Loss("smooth_l1"),
        penalty=Penalty("l2", 0.001),
        init="constant",
        constant=0.25,
        label_noise=0.5,
    )
    store.edit(network=network, training=Training(batch=16, split=0.625, epochs=100))
    panel = shown(qtbot, NetworkPanel(store, THEME), 306, 480)  # of the column's 330, its margins taken off
    assert panel.minimumSizeHint().width() <= 306
    right = [
        child.mapTo(panel, QPoint(child.width(), 0)).x()
        for child in panel.findChildren(QWidget)
        if child.isVisible() and not child.isWindow()
    ]
    assert max(right) <= 306
