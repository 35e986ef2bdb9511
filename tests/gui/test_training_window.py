"""A network in the whole window: from a dropped table to a run in two clicks, and everything around it."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from engine.document.datasets import MADE
from engine.document.lab import Lab
from engine.document.labfile import read, write
from engine.document.proposals import Proposal, carried_out
from gui.app import Session
from gui.editor.model_view import ModelView
from gui.main_window import MainWindow
from gui.panels.data_table import DataTable
from gui.panels.derivatives import DerivativesPanel
from gui.panels.network import NetworkPanel
from gui.panels.starts import Starts
from gui.panels.variables import Variables
from gui.store import Store
from tests.gui.driving import LEFT
from tests.gui.windows import in_front, solved

FEW = MADE["moons"].data(25)  # what is shown does not hang on how many rows there are; the time does
MOONS = carried_out(Lab(steps=0), FEW, Proposal("c", ("x_1", "x_2"), "network", "bce_with_logits"))


def store_of(session: Session) -> Store:
    assert session.store is not None
    return session.store


def drop(window: MainWindow, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy, keys = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    place = QPoint(window.width() // 2, 4)
    QApplication.sendEvent(window, QDragEnterEvent(place, copy, data, LEFT, keys))
    QApplication.sendEvent(window, QDropEvent(QPointF(place), copy, data, LEFT, keys))


def test_a_dropped_table_is_fitted_in_two_clicks_and_undone_in_one(
    session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    window, store = session.window, store_of(session)
    table = tmp_path / "line.csv"
    table.write_text("x,y\n" + "".join(f"{x},{2 * x + 1}\n" for x in (-2, -1, 0, 1, 2)))
    drop(window, table)
    qtbot.waitUntil(lambda: store.lab.data is not None and solved(session), timeout=30_000)
    assert store.solution is not None and not store.solution.fatal, "the formula is never red"
    card = window.findChild(DataTable).card
    qtbot.mouseClick(card.fit, LEFT)
    qtbot.waitUntil(lambda: solved(session), timeout=30_000)
    (run,) = store.solution.runs
    assert run.outcome == "converged"
    assert run.points[-1] == pytest.approx([2.0, 1.0], abs=1e-3)
    model = window.findChild(ModelView)
    assert model.isVisible() and not window.editor.isVisible()
    assert model.model.speech() and not model.sums.isVisible(), "one neuron is its sum"
    store.undo()
    qtbot.waitUntil(lambda: solved(session), timeout=30_000)
    assert window.editor.isVisible() and not model.isVisible()
    assert window.editor.field.text == "x^2 + y^2"
    assert store.lab.data is None
    in_front(window, "step")


def test_the_panels_of_a_network_are_few_and_those_of_a_formula_come_back(
    session: Session, qtbot: QtBot
) -> None:
    window, store = session.window, store_of(session)
    store.load(MOONS)
    qtbot.waitUntil(lambda: solved(session), timeout=30_000)
    variables, starts = window.findChild(Variables), window.findChild(Starts)
    assert window.findChild(NetworkPanel).isVisible()
    assert not window.findChild(DerivativesPanel).isVisible()
    assert variables.rows == {}
    across, _ = variables.weights.rows
    assert across.weight.key == "0.weight[0,0]" and len(across.weight.options) == 33
    across.weight.chosen.emit("2.bias[0]")
    qtbot.waitUntil(lambda: solved(session), timeout=30_000)
    assert store.solution is not None and store.solution.setup is not None
    assert [axis.name for axis in store.solution.setup.axes] == ["2.bias[0]", "0.weight[0,1]"]
    assert set(starts.rows[0].fields) == {"2.bias[0]", "0.weight[0,1]"}
    assert variables.weights.as_paths.isHidden(), "the ranges are those of the paths"
    shown = store.shown.field.plane.axes[0]
    assert (across.lo.value, across.hi.value) == (shown.lo, shown.hi)
    across.lo.value_edited.emit(shown.lo - 3.0)
    assert store.lab.variables["2.bias[0]"].hi == shown.hi, "what is drawn at the other end stays"
    qtbot.waitUntil(lambda: solved(session), timeout=30_000)
    assert not variables.weights.as_paths.isHidden()
    variables.weights.as_paths.click()
    qtbot.waitUntil(lambda: solved(session), timeout=30_000)
    assert not across.is_chosen and variables.weights.as_paths.isHidden()
    first = store.solution.setup.starts[0].copy()
    qtbot.mouseClick(starts.draw, LEFT)
    qtbot.waitUntil(lambda: solved(session), timeout=30_000)
    assert (store.solution.setup.starts[0] != first).all()
    qtbot.mouseClick(starts.add, LEFT)
    qtbot.waitUntil(lambda: solved(session), timeout=30_000)
    assert len(store.solution.runs) == 2 * len(store.lab.racers)
    qtbot.mouseClick(window.findChild(ModelView).back, LEFT)
    qtbot.waitUntil(lambda: solved(session), timeout=30_000)
    assert store.lab.network is None and not store.solution.fatal
    assert window.editor.isVisible() and window.findChild(DerivativesPanel).isVisible()
    assert window.findChild(NetworkPanel) is not None and not window.findChild(NetworkPanel).isVisible()
    assert set(variables.rows) == set(store.solution.setup.variables)


def test_every_panel_can_be_looked_at_while_a_network_plays(session: Session, qtbot: QtBot) -> None:
    window, store = session.window, store_of(session)
    store.load(MOONS)
    qtbot.waitUntil(lambda: solved(session), timeout=30_000)
    for key in ("step", "curves", "why", "slice", "data", "note"):
        in_front(window, key)
        for t in (0.0, 20.5, 499.0):
            store.set_view(t_steps=t)
            QApplication.processEvents()
    assert window._arrangement is not None
    window._arrangement.reveal("derivatives")
    store.set_view(t_steps=30.0)
    QApplication.processEvents()
    in_front(window, "step")


def test_a_lab_with_a_network_is_saved_and_opened(session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    store = store_of(session)
    path = tmp_path / "moons.nabla"
    write(MOONS, path)
    session.window.open_lab(path)
    qtbot.waitUntil(lambda: solved(session), timeout=30_000)
    assert store.lab == MOONS == read(path)
    assert session.window.findChild(NetworkPanel).text.field.text() == "2-8tanh-1"


def test_a_table_that_ships_is_chosen_in_the_menu(session: Session, qtbot: QtBot) -> None:
    window, store = session.window, store_of(session)
    file = next(action.menu() for action in window.menuBar().actions() if action.text() == "&File")
    assert isinstance(file, QMenu)
    tables = next(action.menu() for action in file.actions() if action.text() == "&Data sets")
    assert isinstance(tables, QMenu)
    tables.actions()[1].trigger()
    assert store.lab.data == list(MADE.values())[1].data()
    assert window.front == "data" and window.findChild(DataTable).card.isVisible()
    qtbot.waitUntil(lambda: solved(session), timeout=30_000)
    window.findChild(DataTable).card.fit.click()
    assert store.lab.network is not None and window.front == "training"
    qtbot.waitUntil(lambda: solved(session), timeout=30_000)
    in_front(window, "step")
