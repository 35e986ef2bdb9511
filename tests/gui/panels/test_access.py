"""Every control of the panels has a name for a screen reader, and the keyboard reaches it."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QScrollBar,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui.i18n import set_language
from gui.panels.basins import BasinWindow
from gui.panels.fork import ForkPopup
from gui.panels.legend import Legend
from gui.panels.racers import Racers
from gui.panels.registry import PANELS, Entry
from gui.panels.timeline import Timeline
from gui.player import Player
from gui.store import Store
from gui.style import apply_theme
from gui.theme import DARK, LIGHT
from tests.gui.golden import rgb
from tests.gui.panels.fakes import THEME, solved_store, two_racers


class WithTitle(QWidget):
    """A panel below what stands beside its title."""

    def __init__(self, entry: Entry, store: Store) -> None:
        super().__init__()
        self.panel = entry.make(store, THEME)
        column = QVBoxLayout(self)
        for widget in (*self.panel.beside_title, self.panel):
            column.addWidget(widget)
        self.set_theme = self.panel.set_theme


ALL: dict[str, Callable[[Store], QWidget]] = {
    **{entry.key: partial(WithTitle, entry) for entry in PANELS},
    "basins": lambda store: BasinWindow(store, THEME, None, lambda question, cancelled: iter(())),
    "fork": ForkPopup,
    "legend": lambda store: Legend(store, THEME),
    "timeline": lambda store: Timeline(store, Player(store), THEME),
}
CONTROLS = (QAbstractButton, QAbstractItemView, QAbstractSlider, QComboBox, QLineEdit)


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("name", ALL)
def test_every_control_has_a_name_and_takes_the_focus(qtbot: QtBot, name: str, language: str) -> None:
    set_language(language)  # type: ignore[arg-type]
    panel = ALL[name](solved_store(two_racers(5), held={"z": 1.0}))
    qtbot.addWidget(panel)
    panel.show()
    if isinstance(panel, WithTitle) and isinstance(panel.panel, Racers):
        panel.panel.cards[0].set_expanded(True)
    nameless = []
    for control in panel.findChildren(QWidget):
        own = isinstance(control, CONTROLS) and not isinstance(control, QScrollBar | QHeaderView)
        inside = isinstance(control.parentWidget(), QAbstractItemView | QComboBox)
        if not own or inside or control.objectName().startswith("qt_") or not control.isVisible():
            continue
        text = control.text() if isinstance(control, QAbstractButton) else ""
        if not (control.accessibleName() or text) or control.focusPolicy() == Qt.FocusPolicy.NoFocus:
            nameless.append(control)
    assert nameless == []
    panel.close()


@pytest.mark.parametrize("name", ALL)
def test_every_panel_takes_the_other_look(qtbot: QtBot, name: str) -> None:
    panel = ALL[name](solved_store(two_racers(5)))
    qtbot.addWidget(panel)
    panel.show()
    light = rgb(panel.grab().toImage())
    apply_theme(DARK)
    try:
        if name != "fork":  # closes before the look can change
            panel.set_theme(DARK)  # type: ignore[attr-defined]
        dark = rgb(panel.grab().toImage())
    finally:
        apply_theme(LIGHT)
    assert np.median(light) > 200 > 60 > np.median(dark)
    assert (dark.min(axis=-1) > 245).mean() < 0.01  # nothing white was left behind
    panel.close()
