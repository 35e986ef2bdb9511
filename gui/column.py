"""The column at the left of the window: the formula, and below it the panels, a card for each group.

GUI thread. It is painted empty before anything else, so it imports its widgets with the first of them.
"""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from gui.i18n import tr
from gui.style import set_role
from gui.timing import single_shot

if TYPE_CHECKING:
    from gui.arrangement import Arrangement
    from gui.panels.panel import Panel
    from gui.panels.registry import Entry
    from gui.widgets import Collapsible

MARGIN_PX: Final = 10


class Column(QScrollArea):
    """Scrolls; what is in it moves when it is edited, and never while the film plays."""

    def __init__(self) -> None:
        super().__init__()
        self._cards: dict[str, _Card] = {}
        self._wanted = ""
        self._scroll = single_shot(self, 0, self._scroll_to_wanted)
        self._inside = QWidget()
        self._layout = QVBoxLayout(self._inside)
        self._layout.setContentsMargins(MARGIN_PX, MARGIN_PX, MARGIN_PX, MARGIN_PX)
        self._layout.setSpacing(MARGIN_PX)
        self._layout.addStretch(1)
        self.setWidget(self._inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def add(self, widget: QWidget) -> None:
        """Below what is there."""
        self._layout.insertWidget(self._layout.count() - 1, widget)

    def add_panel(self, entry: "Entry", panel: "Panel", arrangement: "Arrangement") -> None:
        """In the card of its group."""
        if not self._cards:
            arrangement.revealed.connect(self._on_revealed)
        if entry.group not in self._cards:
            self._cards[entry.group] = _Card(entry, arrangement)
            self.add(self._cards[entry.group])
        self._cards[entry.group].add_panel(entry, panel)

    def section(self, key: str) -> "Collapsible | None":
        """What the panel of this key stands in."""
        return next((card.sections[key] for card in self._cards.values() if key in card.sections), None)

    def to_top(self) -> None:
        self.verticalScrollBar().setValue(0)

    def _on_revealed(self, key: str) -> None:
        """Scroll when everything has its new place."""
        self._wanted = key
        self._scroll.start()

    def _scroll_to_wanted(self) -> None:
        section = self.section(self._wanted)
        if section is not None:
            top = section.mapTo(self._inside, section.rect().topLeft()).y()
            self.ensureVisible(0, top + section.height(), 0, MARGIN_PX)
            self.ensureVisible(0, top, 0, MARGIN_PX)


class _Card(QFrame):
    """The panels of a group, each below its title, a hairline between them."""

    def __init__(self, entry: "Entry", arrangement: "Arrangement") -> None:
        super().__init__()
        from gui.panels.registry import GROUPS

        self.sections: dict[str, Collapsible] = {}
        self._lines: dict[str, QFrame] = {}
        self._arrangement = arrangement
        set_role(self, "card")
        self.setAccessibleName(tr(GROUPS[entry.group]))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(6, 4, 12, 4)
        self._column.setSpacing(3)
        arrangement.changed.connect(self._show_states)

    def add_panel(self, entry: "Entry", panel: "Panel") -> None:
        from gui.widgets import Collapsible

        key = entry.key
        section = Collapsible(panel.windowTitle() or tr(entry.title), role="title")
        section.body.setContentsMargins(6, 0, 0, 4)
        section.body.addWidget(panel)
        for widget in panel.beside_title:
            section.add_beside(widget)
        panel.windowTitleChanged.connect(section.set_title)
        section.toggled.connect(lambda open_: self._arrangement.set_state(key, "open" if open_ else "folded"))
        section.head.addAction(tr("Hide")).triggered.connect(
            lambda: self._arrangement.set_state(key, "hidden")
        )
        line = QFrame()
        set_role(line, "hairline")
        self.sections[key], self._lines[key] = section, line
        self._column.addWidget(line)
        self._column.addWidget(section)
        self._show_states()

    def _show_states(self) -> None:
        first = True
        for key, section in self.sections.items():
            state = self._arrangement.state(key)
            shown = state != "hidden"
            section.setVisible(shown)
            if shown:
                section.set_expanded(state == "open")
            self._lines[key].setVisible(shown and not first)
            first = first and not shown
        self.setVisible(not first)
