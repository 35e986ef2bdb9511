"""Nothing opens larger than the screen."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from engine.formula import parse
from gui.about import show_keys
from gui.editor.explanation import ExplanationDialog
from gui.export.dialog import ExportDialog
from gui.fitting import FRAME
from gui.formula_help import show_formula_help
from gui.i18n import set_language
from gui.panels.basins import BasinWindow
from gui.store import Store
from gui.style import apply_theme
from gui.theme import LIGHT, projected
from tests.gui.panels.fakes import THEME, solved_store, two_racers

SMALL = QRect(0, 0, 1024, 768)


def opened_by(show: Callable[[QWidget], None]) -> Callable[[Store, QWidget], QWidget]:
    """What `show` opens over a window."""

    def open_it(_store: Store, parent: QWidget) -> QWidget:
        show(parent)
        return parent.findChildren(QDialog)[-1]

    return open_it


WINDOWS: dict[str, Callable[[Store, QWidget], QWidget]] = {
    "export": lambda store, parent: ExportDialog(store, THEME, parent),
    "basins": lambda store, parent: BasinWindow(store, THEME, parent, lambda question, cancelled: iter(())),
    "how": lambda store, parent: ExplanationDialog(parse("sin(x^2 y) e^(x y)"), "x", {}, parent),
    "keys": opened_by(show_keys),
    "language": opened_by(show_formula_help),
}


@pytest.mark.parametrize("scale", [1.0, projected(LIGHT).scale], ids=["screen", "projector"])
@pytest.mark.parametrize("name", WINDOWS)
def test_a_window_is_no_larger_than_the_screen(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, name: str, scale: float
) -> None:
    monkeypatch.setattr(QScreen, "availableGeometry", lambda _screen: SMALL)
    parent = QWidget()
    qtbot.addWidget(parent)
    if scale > 1:
        apply_theme(projected(LIGHT))
    try:
        for language in ("en", "ko"):
            set_language(language)  # type: ignore[arg-type]
            window = WINDOWS[name](solved_store(two_racers(5)), parent)
            window.show()
            QApplication.processEvents()
            room = SMALL.size() - FRAME
            assert window.size().boundedTo(room) == window.size()
            assert window.minimumSizeHint().boundedTo(room) == window.minimumSizeHint()
            assert window.height() > 400, "it uses what there is"
            window.close()
    finally:
        apply_theme(LIGHT)


def test_a_large_screen_leaves_a_window_its_size(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QScreen, "availableGeometry", lambda _screen: QRect(0, 0, 1920, 1040))
    dialog = ExportDialog(solved_store(two_racers(5)), THEME)
    qtbot.addWidget(dialog)
    assert dialog.size() == QSize(1120, 680)
