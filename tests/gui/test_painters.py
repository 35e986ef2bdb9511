"""Whoever paints ends it, whatever happens: Qt crashes where a painter outlives what it paints on, as one
does that hangs on the traceback of a failure."""

import re
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

import gui
from engine.document.lab import Lab
from gui.contour.view import ContourView
from gui.store import Store
from gui.theme import LIGHT

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
