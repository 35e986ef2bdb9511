"""The curves of a training: losses of both kinds of rows, accuracy, epochs, over-fitting in words."""

from collections.abc import Iterator

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.document.datasets import MADE
from engine.document.lab import Lab, Training
from engine.document.network import Layer, Loss, Network
from engine.optimizers import parse_spec
from engine.solving.stages import solve
from engine.symbolic import Deriver
from gui.errands import Errands
from gui.network.losses import least
from gui.panels.curves import Curves
from gui.store import Store
from tests.gui.driving import shown
from tests.gui.panels.fakes import THEME


@pytest.fixture
def store(deriver: Deriver) -> Iterator[Store]:
    data = MADE["moons"].data()
    network = Network(
        inputs=2,
        layers=(Layer(8, "tanh"), Layer(1)),
        targets=(data.columns[-1],),
        loss=Loss("bce_with_logits"),
        label_noise=0.25,
    )
    lab = Lab(
        data=data,
        network=network,
        training=Training(split=0.3, batch=10),
        racers=(parse_spec("adam(lr=0.1)"), parse_spec("gd(lr=0.05)")),
        steps=150,
    )
    store = Store(lab)
    store.accept(replace(solve(lab, deriver), revision=store.revision))
    errands = Errands(store)
    yield store
    errands.close()


def test_losses_of_both_kinds_of_rows_and_the_accuracy(qtbot: QtBot, store: Store) -> None:
    panel = shown(qtbot, Curves(store, THEME), 1100, 220)
    solution = store.solution
    assert solution is not None
    loss, accuracy = panel.training["value"], panel.training["length"]
    qtbot.waitUntil(accuracy.isVisible, timeout=10_000)
    assert loss.isVisible() and accuracy.isVisible() and panel.plots["gradient"].isVisible()
    assert not panel.plots["value"].isVisible() and not panel.plots["length"].isVisible()
    curves = loss._losses.curves
    assert [(curve.part, curve.mark) for curve in curves] == [
        ("batch", 0),
        ("batch", 1),
        ("train", 0),
        ("train", 1),
        ("test", 0),
        ("test", 1),
    ]
    assert curves[0].values is solution.runs[0].batch_values
    test = solution.runs[0].test_values
    assert test is not None
    assert least(curves[4]) == (int(np.argmin(test)), test.min())
    assert [curve.part for curve in accuracy._losses.curves] == ["train", "test"] * 2
    loss.pressed.emit(12.0)
    assert store.view.t_steps == 12.0 and loss.playhead == 12.0


def test_epochs_are_counted_where_there_are_batches(qtbot: QtBot, store: Store) -> None:
    panel = shown(qtbot, Curves(store, THEME), 1100, 220)
    assert panel.counted.isVisible()
    assert panel.training["value"]._losses.epoch is None
    assert panel.plots["gradient"].title == "|∇f| of the batch"
    panel.plots["gradient"].hovered.emit(3, 0)
    assert "|∇f| of the batch = " in panel.readout.text()
    panel.counted.setFocus()
    qtbot.keyClick(panel.counted, Qt.Key.Key_Right)
    assert panel.training["value"]._losses.epoch == 3.0  # 30 rows, 10 a step
    assert panel.plots["gradient"].chart.unit == 3.0


def test_over_fitting_is_said_of_the_run_that_has_it(qtbot: QtBot, store: Store) -> None:
    panel = shown(qtbot, Curves(store, THEME), 1100, 220)
    assert panel.verdict.text().startswith("Over-fitting: the test loss was least at step ")
    store.set_view(selected_run=1)
    assert panel.verdict.text() == ""


def test_one_plot_at_a_time_where_there_is_no_room_and_a_formula_has_its_own(
    qtbot: QtBot, store: Store, deriver: Deriver
) -> None:
    panel = shown(qtbot, Curves(store, THEME), 500, 220)
    qtbot.waitUntil(lambda: bool(panel.training["length"]._losses.curves), timeout=10_000)
    assert panel.training["value"].isVisible() and not panel.training["length"].isVisible()
    panel.quantity.setFocus()
    qtbot.keyClick(panel.quantity, Qt.Key.Key_Right)
    qtbot.keyClick(panel.quantity, Qt.Key.Key_Right)
    assert panel.training["length"].isVisible() and not panel.training["value"].isVisible()
    store.load(Lab(steps=3))
    store.accept(replace(solve(store.lab, deriver), revision=store.revision))
    assert panel.plots["length"].isVisible() and not panel.training["length"].isVisible()
    assert not panel.counted.isVisible()
