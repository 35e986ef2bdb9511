"""The drawer below the views: one of its panels, chosen by tabs; it folds to the tabs. GUI thread.

It is painted empty before anything else, so it imports its widgets with the first panel.
"""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from gui.i18n import tr

if TYPE_CHECKING:
    from gui.arrangement import Arrangement
    from gui.panels.panel import Panel
    from gui.panels.registry import Entry

MOST_PX: Final = 16_777_215  # QWIDGETSIZE_MAX


class Drawer(QWidget):
    """Tabs above the panel in front.

    Signals:
        folded(bool): it is to be as high as its tabs, or may have the height again that it had.
    """

    folded = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._keys: list[str] = []
        self._folded = False
        self.tabs = QTabBar()
        self.tabs.setDocumentMode(True)
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setAccessibleName(tr("Panels"))
        self.tabs.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.pages = QStackedWidget()
        self._bar = QHBoxLayout()
        self._bar.setContentsMargins(0, 0, 8, 0)
        self._bar.addWidget(self.tabs, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._bar)
        column.addWidget(self.pages, 1)

    @property
    def is_folded(self) -> bool:
        return self._folded

    def add_panel(self, entry: "Entry", panel: "Panel", arrangement: "Arrangement") -> None:
        """A tab more; the first one is in front until all are there."""
        self._keys.append(entry.key)
        self.pages.addWidget(panel)
        index = self.tabs.addTab(tr(entry.title))
        self.tabs.setTabVisible(index, arrangement.state(entry.key) != "hidden")

    def begin(self, arrangement: "Arrangement") -> None:
        """All panels are there: show the one in front, and follow what is chosen."""
        from gui.arrangement import DRAWER
        from gui.widgets import IconButton

        self._arrangement = arrangement
        self._fold = IconButton("chevron_down", "", icon_px=14)
        self._fold.clicked.connect(
            lambda: arrangement.set_state(DRAWER, "open" if self._folded else "folded")
        )
        self._bar.addWidget(self._fold)
        self._show_states()
        self._on_revealed(arrangement.front)
        self._on_current_changed(self.tabs.currentIndex())
        self.tabs.currentChanged.connect(self._on_current_changed)
        self.tabs.tabBarClicked.connect(lambda _index: arrangement.set_state(DRAWER, "open"))
        self.tabs.customContextMenuRequested.connect(self._on_menu_wanted)
        arrangement.changed.connect(self._show_states)
        arrangement.revealed.connect(self._on_revealed)

    def _on_current_changed(self, index: int) -> None:
        if index >= 0:
            self.pages.setCurrentIndex(index)
            self._arrangement.front = self._keys[index]

    def _on_revealed(self, key: str) -> None:
        if key in self._keys and self.tabs.isTabVisible(self._keys.index(key)):
            self.tabs.setCurrentIndex(self._keys.index(key))

    def _on_menu_wanted(self, at: QPoint) -> None:
        index = self.tabs.tabAt(at)
        if index >= 0:
            menu = QMenu(self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.addAction(tr("Hide"), lambda: self._arrangement.set_state(self._keys[index], "hidden"))
            menu.popup(self.tabs.mapToGlobal(at))

    def _show_states(self) -> None:
        from gui.arrangement import DRAWER

        shown = [self._arrangement.state(key) != "hidden" for key in self._keys]
        for index, is_shown in enumerate(shown):
            if is_shown != self.tabs.isTabVisible(index):  # else Qt forgets that another tab has changed
                self.tabs.setTabVisible(index, is_shown)
        self.setVisible(any(shown))
        folded = self._arrangement.state(DRAWER) == "folded"
        self._fold.set_icon("chevron_up" if folded else "chevron_down")
        self._fold.set_tip(tr("Unfold the panels") if folded else tr("Fold the panels to their tabs"))
        if folded != self._folded:
            self._set_folded(folded)

    def _set_folded(self, folded: bool) -> None:
        self._folded = folded
        self.pages.setVisible(not folded)
        self.setMaximumHeight(self._bar.sizeHint().height() if folded else MOST_PX)
        self.folded.emit(folded)
