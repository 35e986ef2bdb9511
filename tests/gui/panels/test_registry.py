"""The registry of the panels: each can be made from its line alone."""

import pytest
from pytestqt.qtbot import QtBot

from engine.base.i18n import CATALOGS
from gui.arrangement import DRAWER
from gui.panels.panel import Panel
from gui.panels.registry import GROUPS, PANELS, Entry
from gui.store import Store
from gui.theme import DARK
from tests.gui.panels.fakes import THEME


@pytest.mark.parametrize("entry", PANELS, ids=lambda entry: entry.key)
def test_a_line_is_enough_to_make_a_panel(qtbot: QtBot, store: Store, entry: Entry) -> None:
    panel = entry.make(store, THEME)
    qtbot.addWidget(panel)
    assert isinstance(panel, Panel)
    panel.set_theme(DARK)
    assert entry.title.render("ko") != entry.title.render("en"), CATALOGS


def test_keys_are_names_and_every_group_has_a_panel() -> None:
    keys = [entry.key for entry in PANELS]
    assert len(set(keys)) == len(keys)
    assert all(key.isidentifier() for key in keys)
    assert DRAWER not in keys
    assert {entry.group for entry in PANELS} == set(GROUPS)


def test_the_groups_follow_each_other_in_the_column() -> None:
    """A card for each: no group comes back after another has begun."""
    groups = [entry.group for entry in PANELS if entry.place == "column"]
    runs = [group for place, group in enumerate(groups) if place == 0 or groups[place - 1] != group]
    assert len(set(runs)) == len(runs)
    assert runs == [group for group in GROUPS if group in runs]
