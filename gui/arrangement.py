"""Which panels are open, folded and hidden: as the lab says, else as they come. GUI thread."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QObject, Signal

from engine.document.lab import PanelState
from gui.panels.registry import PANELS, Subject
from gui.store import Change, Store

DRAWER: Final = "drawer"  # as a whole it folds to its tabs
TRAINING: Final = "training"  # in front when a network takes the place of a formula
COLUMN: Final = tuple(entry for entry in PANELS if entry.place == "column")
TABS: Final = tuple(entry for entry in PANELS if entry.place == "drawer")
_BY_KEY: Final = {entry.key: entry for entry in PANELS}


class Arrangement(QObject):
    """What menus, keys, the column and the drawer have in common; none of them knows another.

    Attributes:
        front: the key of the tab that is open; how one looks, and no part of the lab.

    Signals:
        changed: the lab has other states.
        revealed(str): the panel of this key is to be seen now.
    """

    changed = Signal()
    revealed = Signal(str)

    def __init__(self, store: Store, front: str | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._about = self._subject
        self.front = front or (TRAINING if self._about == "network" else TABS[0].key)
        store.lab_changed.connect(self._on_lab_changed)

    def state(self, key: str) -> PanelState:
        """Of a panel, or of the DRAWER."""
        return self._store.lab.panels.get(key) or self._comes(key) or "hidden"

    def set_state(self, key: str, state: PanelState) -> None:
        """One step to undo, if it is another state."""
        self._set({key: state})

    def toggle_shown(self, key: str) -> None:
        """Hide a panel, or have it back, open and in front."""
        if self.state(key) == "hidden":
            self.reveal(key)
        else:
            self.set_state(key, "hidden")

    def reveal(self, key: str) -> None:
        """Open a panel, wherever it was put away, and bring it to the front."""
        self._set({key: "open", DRAWER: "open"} if _BY_KEY[key] in TABS else {key: "open"})
        self.bring_forward(key)

    def bring_forward(self, key: str) -> None:
        """To the front, as it is: what is folded or hidden stays so."""
        self.revealed.emit(key)

    def toggle(self, key: str) -> None:
        """Open a panel and bring it to the front; one that is there already is folded."""
        if not self.is_open(key):
            self.reveal(key)
        elif _BY_KEY[key] in TABS:
            self.toggle_drawer()
        else:
            self.set_state(key, "folded")

    def toggle_drawer(self) -> None:
        """Fold the drawer to its tabs, or open it."""
        self.set_state(DRAWER, "folded" if self.state(DRAWER) == "open" else "open")

    def toggle_column(self) -> None:
        """Fold all that is shown in the column; open it where all is folded."""
        state: PanelState = "folded" if self.any_open else "open"
        self._set({entry.key: state for entry in COLUMN if self.state(entry.key) != "hidden"})

    @property
    def any_open(self) -> bool:
        """Whether anything in the column is open."""
        return any(self.state(entry.key) == "open" for entry in COLUMN)

    def is_open(self, key: str) -> bool:
        """Whether a panel can be seen, but for scrolling."""
        if self.state(key) != "open":
            return False
        return _BY_KEY[key] not in TABS or (self.front == key and self.state(DRAWER) == "open")

    def _set(self, states: Mapping[str, PanelState]) -> None:
        merged = {**self._store.lab.panels, **states}
        panels = {key: state for key, state in merged.items() if state != self._comes(key)}
        if panels != self._store.lab.panels:
            self._store.edit(panels=panels)

    def _comes(self, key: str) -> PanelState | None:
        """How it comes; None for a panel of another version of the program, which keeps what it has."""
        if key == DRAWER:
            return "open"
        if key not in _BY_KEY:
            return None
        entry = _BY_KEY[key]
        return entry.comes if entry.about in (None, self._subject) else "hidden"

    @property
    def _subject(self) -> Subject:
        return "formula" if self._store.lab.network is None else "network"

    def _on_lab_changed(self, change: Change) -> None:
        if "panels" in change or "network" in change:
            self.changed.emit()
        before, self._about = self._about, self._subject
        if self._about == "network" != before:
            self.bring_forward(TRAINING)
