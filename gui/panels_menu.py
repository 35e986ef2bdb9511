"""The menu of the panels: which are shown, which are open. GUI thread."""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QLabel, QMenu, QWidget, QWidgetAction

from gui.arrangement import COLUMN, DRAWER, TABS, Arrangement
from gui.i18n import tr
from gui.panels.registry import GROUPS, PANELS, Entry
from gui.style import set_role

MOST_KEYS: Final = 9
HEADING_MARGINS_PX: Final = (12, 8, 12, 2)


def key_of(entry: Entry) -> str:
    """Ctrl and the number of a panel in the column, Alt and that of a tab; "" from the tenth on."""
    modifier, place = ("Ctrl", COLUMN) if entry.place == "column" else ("Alt", TABS)
    number = place.index(entry) + 1
    return f"{modifier}+{number}" if number <= MOST_KEYS else ""


class PanelsMenu(QMenu):
    """The panels by group, to be shown or hidden; below, to be opened or folded: the key without Shift."""

    def __init__(self, arrangement: Arrangement, parent: QWidget) -> None:
        super().__init__(tr("&Panels"), parent)
        self._arrangement = arrangement
        self._shown: dict[str, QAction] = {}
        self._open: dict[str, QAction] = {}
        for group, title in GROUPS.items():
            self.addAction(self._heading(tr(title)))
            for entry in (each for each in PANELS if each.group == group):
                hiding = partial(arrangement.toggle_shown, entry.key)
                key = key_of(entry).replace("+", "+Shift+")
                self._shown[entry.key] = self._switch(self, tr(entry.title), key, hiding)
        self.addSeparator()
        menu = self.addMenu(tr("&Open or fold"))
        for place in (COLUMN, TABS):
            for entry in place:
                folding = partial(arrangement.toggle, entry.key)
                self._open[entry.key] = self._switch(menu, tr(entry.title), key_of(entry), folding)
            menu.addSeparator()
        self._column = self._switch(menu, tr("All of the column"), "Ctrl+0", arrangement.toggle_column)
        below = tr("The panels below the views")
        self._drawer = self._switch(menu, below, "Alt+0", arrangement.toggle_drawer)
        self.aboutToShow.connect(self._refresh)

    def _heading(self, text: str) -> QWidgetAction:
        label = QLabel(text)
        label.setContentsMargins(*HEADING_MARGINS_PX)
        set_role(label, "section")
        action = QWidgetAction(self)
        action.setDefaultWidget(label)
        return action

    @staticmethod
    def _switch(menu: QMenu, text: str, key: str, slot: Callable[[], None]) -> QAction:
        """An entry whose tick is set when the menu is opened; what it does depends on the state alone."""
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda _checked: slot())
        return action

    def _refresh(self) -> None:
        arrangement = self._arrangement
        for key, action in self._shown.items():
            action.setChecked(arrangement.state(key) != "hidden")
        for key, action in self._open.items():
            action.setChecked(arrangement.is_open(key))
        self._column.setChecked(arrangement.any_open)
        self._drawer.setChecked(arrangement.state(DRAWER) == "open")
