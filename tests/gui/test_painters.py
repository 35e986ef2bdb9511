"""Whoever paints ends it, whatever happens: Qt crashes where a painter outlives what it paints on, as one
does that hangs on the traceback of a failure. And what comes late finds no view that has gone."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

import gui
from engine.document.lab import Lab
from gui.app import Session
from gui.contour.view import ContourView
from gui.store import Store
from gui.theme import LIGHT
from tests.engine.hand_made import solve_by_hand
from tests.engine.numpy_objective import BOWL

STARTED = re.compile(r"= QPainter\(\w")


def test_every_painter_is_one_of_a_with() -> None:
    for path in Path(*gui.__path__).rglob("*.py"):
        assert not STARTED.search(path.read_text(encoding="utf-8")), path


def test_a_failure_while_painting_ends_the_painter(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    view = ContourView(Store(Lab()), LIGHT)
    qtbot.addWidget(view)
    with qtbot.waitExposed(view):
        view.show()

    def fail(*_: object) -> None:
        raise RuntimeError("on the way")

    monkeypatch.setattr(view.scene, "viewport", fail)
    with pytest.raises(RuntimeError, match="on the way"):
        view.repaint()
    assert not view.paintingActive()


def test_what_is_on_its_way_when_a_view_closes_finds_nobody(qtbot: QtBot) -> None:
    store = Store(Lab())
    view = ContourView(store, LIGHT)
    with qtbot.waitExposed(view):
        view.show()
    store.accept(solve_by_hand(BOWL))
    gone = QSignalSpy(view.destroyed)
    view.close()
    view.deleteLater()
    with qtbot.capture_exceptions() as failures:
        for kind in (QEvent.Type.UpdateRequest, QEvent.Type.Leave, QEvent.Type.LayoutRequest):
            QCoreApplication.postEvent(view, QEvent(kind))
        view.update()
        store.accept(solve_by_hand(BOWL, lrs=(0.2,)))  # between the closing and the end
        QCoreApplication.sendPostedEvents(view)
        QCoreApplication.sendPostedEvents(view, QEvent.Type.DeferredDelete.value)
        assert gone.count() == 1 and not isValid(view)
        store.accept(solve_by_hand(BOWL))
        store.set_view(t_steps=3.0, hover=(1.0, 1.0))
        store.edit_display(colormap="magma")
        QCoreApplication.processEvents()
    assert failures == []


def test_a_window_that_goes_gives_back_what_it_made_for_its_picture(session: Session, qtbot: QtBot) -> None:
    view = session.window.surface
    qtbot.waitUntil(lambda: view.scene.device is not None)
    session.window.language_chosen.emit("ko")
    assert view.scene.device is None
    session.window.language_chosen.emit("en")
    qtbot.waitUntil(lambda: hasattr(session.window, "surface"))
