"""The window: its layout, and nothing else. What can be done is in `gui.actions`.

The empty panes are made and painted at once; `fill` then imports the engine, the views and the panels, which
takes several times as long. So this module imports none of them. Every widget gets the store, and none knows
another. GUI thread.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from PySide6.QtCore import QByteArray, QCoreApplication, QEvent, QSettings, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QLabel, QMainWindow, QSplitter, QVBoxLayout, QWidget

from gui.column import Column
from gui.drawer import Drawer
from gui.i18n import tr
from gui.style import set_role
from gui.theme import Theme
from gui.timing import single_shot
from gui.view_pane import ViewPane

if TYPE_CHECKING:
    from engine.document.lab import Data
    from engine.solving.solution import Solution
    from gui.arrangement import Arrangement
    from gui.bridge import Bridge
    from gui.files import Files
    from gui.panels.panel import Panel
    from gui.player import Player
    from gui.recovery import Recovery
    from gui.store import Store

COLUMN_WIDTH_PX: Final = 372
COLUMN_MINIMUM_PX: Final = 340
DRAWER_HEIGHT_PX: Final = 262
MINIMUM_SIZE_PX: Final = (960, 600)
ROOMY_SIZE_PX: Final = (1480, 900)
FIRST_PICTURE_MS: Final = 300
LEVELS: Final = 12  # of widgets in each other, through which the wish for another size goes up one at a time
_LAST: Final = -1


class Themed(Protocol):
    """What takes another look while the window is open."""

    def set_theme(self, theme: Theme, /) -> None: ...


class MainWindow(QMainWindow):
    """Left the column with the formula; right both views with their legend over the drawer and the timeline.

    Signals:
        language_chosen(str), projector_chosen(bool): the app builds the window anew.
        theme_chosen(str): the app dresses it anew.
        filled: every part is there.
    """

    language_chosen = Signal(str)
    projector_chosen = Signal(bool)
    theme_chosen = Signal(str)
    filled = Signal()

    def __init__(self, theme: Theme, settings: QSettings) -> None:
        super().__init__()
        self.theme = theme
        self._settings = settings
        self._themed: list[Themed] = []
        self._closing = False
        self._parts: Iterator[int] = iter(())
        self._next_part = single_shot(self, 0, self._on_next_part)
        self.files: Files | None = None
        self._player: Player | None = None
        self._store: Store | None = None
        self._recovery: Recovery | None = None
        self._arrangement: Arrangement | None = None
        self._panels: dict[str, Panel] = {}
        self._drawer_px = DRAWER_HEIGHT_PX  # while it is folded
        self.setWindowTitle("Nablascope")
        self.setMinimumSize(*MINIMUM_SIZE_PX)
        self._fit_screen()
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # a click on anything else ends the typing in a field
        self.menuBar().addMenu(tr("&File"))  # so that nothing moves when the menus are filled

        self._column = Column()
        self._column.setMinimumWidth(round(COLUMN_MINIMUM_PX * theme.scale))

        self._views = QSplitter(Qt.Orientation.Horizontal)
        self._views.setChildrenCollapsible(False)
        self._panes = [ViewPane(tr("Surface")), ViewPane(tr("Contour map"))]
        for pane in self._panes:
            self._views.addWidget(pane)
        self._views.setSizes([1000, 900])
        pictures = QWidget()
        self._pictures = QVBoxLayout(pictures)
        self._pictures.setContentsMargins(0, 0, 0, 0)
        self._pictures.setSpacing(0)
        self._pictures.addWidget(self._views, 1)
        self._drawer = Drawer()
        self._drawer.folded.connect(self._on_drawer_folded)
        self._stack = QSplitter(Qt.Orientation.Vertical)
        self._stack.setChildrenCollapsible(False)
        self._stack.addWidget(pictures)
        self._stack.addWidget(self._drawer)
        self._stack.setStretchFactor(0, 1)
        self._stack.setStretchFactor(1, 0)
        self._stack.setSizes([10_000, DRAWER_HEIGHT_PX])

        self._right = QWidget()
        self._right_layout = QVBoxLayout(self._right)
        self._right_layout.setContentsMargins(0, 0, 0, 0)
        self._right_layout.setSpacing(0)
        self.notice = QLabel()
        self.notice.setWordWrap(True)
        self.notice.setContentsMargins(12, 6, 12, 6)
        set_role(self.notice, "danger")
        self.notice.hide()
        self._right_layout.addWidget(self.notice)
        self._right_layout.addWidget(self._stack, 1)

        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self._column)
        self._split.addWidget(self._right)
        self._split.setStretchFactor(0, 0)
        self._split.setStretchFactor(1, 1)
        self._split.setSizes([round(COLUMN_WIDTH_PX * theme.scale), 10_000])
        self.setCentralWidget(self._split)

        self._restore()

    @property
    def path(self) -> Path | None:
        """Where the document is saved, if it is."""
        return self.files.path if self.files else None

    @property
    def front(self) -> str | None:
        """The key of the panel that is in front in the drawer, once there is one."""
        return self._arrangement.front if self._arrangement else None

    def fill(
        self,
        store: "Store",
        player: "Player",
        bridge: "Bridge",
        path: Path | None = None,
        *,
        front: str | None = None,
    ) -> None:
        """Add the menus, the views and the panels, a part at a time so that each is painted when it is there.

        `front`: the key of what the drawer shows, as in the window before. `filled` comes at the end.
        """
        self._store = store
        self._player = player
        self._parts = self._filling(store, player, bridge, path, front)
        self._next_part.start()

    def _on_next_part(self) -> None:
        wait_ms = next(self._parts, _LAST)
        if wait_ms != _LAST:
            self._next_part.start(wait_ms)

    def _filling(
        self, store: "Store", player: "Player", bridge: "Bridge", path: Path | None, front: str | None
    ) -> Iterator[int]:
        from gui.surface.view import SurfaceView

        theme = self.theme
        store.solution_changed.connect(self._on_solution_changed)
        bridge.solved.connect(self._lay_out, Qt.ConnectionType.QueuedConnection)  # after the store's
        self.surface = SurfaceView(store, theme)
        self.surface.set_scale(theme.scale)
        self._themed.append(self.surface)
        self._panes[0].show_view(self.surface)
        yield FIRST_PICTURE_MS  # or less: the engine has the processor to itself until its first picture

        from gui.editor.formula_editor import FormulaEditor
        from gui.editor.model_view import ModelView
        from gui.files import Files

        self.files = Files(store, self._settings, self, path)
        self.files.path_changed.connect(self._refresh_title)
        store.lab_changed.connect(self._refresh_title)
        self._refresh_title()
        self.editor = FormulaEditor(store, theme)
        model = ModelView(store, theme)
        for head in (self.editor, model):
            self._column.add(head)
        self._themed += [self.editor, model]
        yield 0

        from gui.contour.view import ContourView
        from gui.panels.timeline import Timeline

        self.contour = ContourView(store, theme)
        self.contour.set_scale(theme.scale)
        self._panes[1].show_view(self.contour)
        bridge.serve_windows(self.contour)
        timeline = Timeline(store, player, theme)
        self._right_layout.addWidget(timeline)
        self._themed += [self.contour, timeline]
        self._show_solution(store)
        yield 0

        from gui.actions import Actions
        from gui.arrangement import Arrangement
        from gui.panels.legend import Legend
        from gui.panels.no_minimum import NoMinimum
        from gui.panels.registry import PANELS
        from gui.panels.whole_runs import WholeRuns
        from gui.slice_strip import SliceStrip

        arrangement = self._arrangement = Arrangement(store, front, self)
        self.menuBar().clear()
        actions = Actions(self, store, player, self.files, arrangement, theme)
        actions.language_chosen.connect(self.language_chosen)
        actions.projector_chosen.connect(self.projector_chosen)
        actions.theme_chosen.connect(self.theme_chosen)
        actions.table_chosen.connect(self._on_table_chosen)
        no_minimum = NoMinimum(store)
        no_minimum.clicked.connect(lambda: arrangement.reveal("why"))
        self._panes[0].add_buttons([no_minimum, *actions.surface_buttons(self.surface)])
        self._panes[1].add_buttons([WholeRuns(store), *actions.contour_buttons(self.contour)])
        legend = Legend(store, theme)
        legend.more_wanted.connect(lambda: arrangement.reveal("results"))
        self._pictures.addWidget(legend)
        self._pictures.insertWidget(0, SliceStrip(store))
        self._themed += [actions, legend]
        yield 0

        for place, home in (("column", self._column), ("drawer", self._drawer)):
            for entry in (each for each in PANELS if each.place == place):
                panel = self._panels[entry.key] = entry.make(store, theme)
                home.add_panel(entry, panel, arrangement)
                self._themed.append(panel)
                yield 0
        self._drawer.begin(arrangement)

        from gui.recovery import Recovery

        self._recovery = Recovery(store, self.files, self._settings)
        self._right_layout.insertWidget(0, self._recovery)
        self.files.opened.connect(self._on_opened)
        if front is None and path is not None:
            self._on_opened()
        self._show_solution(store)
        store.lab_changed.connect(self._lay_out, Qt.ConnectionType.QueuedConnection)  # after all others
        self.filled.emit()

    def _on_solution_changed(self, solution: "Solution") -> None:
        if solution.field is not None and self._next_part.isActive():
            self._next_part.start(0)
        if solution.setup is not None and solution.field is not None:
            curve = len(solution.setup.axes) == 1
            self._panes[0].set_title(tr("Surface"))
            self._panes[1].set_title(tr("Curve") if curve else tr("Contour map"))
        elif solution.fatal and solution.field is None:  # nothing is being worked out any more
            self._panes[0].set_title(tr("Surface"))
            self._panes[1].set_title(tr("Contour map"))
        # What is wrong with the formula is said at the formula; anything else may be out of sight.
        wrong = [problem for problem in solution.problems if problem.fatal and problem.place != "formula"]
        if wrong:
            last_good = tr("What is shown belongs to the last settings that worked.")
            self.notice.setText(f"{tr(wrong[0].message)} {last_good}")
        self.notice.setVisible(bool(wrong))

    def _lay_out(self) -> None:
        """Before anything is painted: no picture shows what is new in the places of what was there."""
        for _ in range(LEVELS):
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)

    def _on_opened(self) -> None:
        """The formula is in sight, and a lab that has something to say says it first."""
        self._column.to_top()
        arrangement = self._arrangement
        if self._store is not None and self._store.lab.note and arrangement is not None:
            arrangement.bring_forward("note")

    def open_lab(self, path: Path) -> None:
        """Show the lab at `path`, or say what is wrong with it."""
        if self._may_discard() and self.files is not None:
            self.files.load(path)

    def _may_discard(self) -> bool:
        """Whether nothing would be lost, or may be; what was typed this moment counts."""
        if self.files is None:
            return True
        self.editor.commit()
        return self.files.may_discard()

    def _show_solution(self, store: "Store") -> None:
        """Hand the Solution to the parts that came after it."""
        if store.solution is not None:
            store.accept(store.solution)

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        for widget in self._themed:
            widget.set_theme(theme)

    def discard(self) -> None:
        """Close without asking: another window of the same document takes over."""
        self._closing = True
        self.close()
        if hasattr(self, "surface"):  # else nothing was filled in yet
            self.surface.release()
        self.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._closing and not self._may_discard():
            event.ignore()
            return
        self._settings.setValue("geometry", self.saveGeometry())
        self._settings.setValue("split", self._split.saveState())
        if not self._drawer.is_folded:  # else it would open to nothing
            self._settings.setValue("stack", self._stack.saveState())
        if self._player is not None and not self._closing:  # else the next window goes on playing
            self._player.pause()
        if self._recovery is not None:
            self._recovery.forget()
        self._next_part.stop()
        super().closeEvent(event)

    def focusNextPrevChild(self, forwards: bool) -> bool:
        from gui.widgets.tab_order import next_in_reading_order

        target = next_in_reading_order(self, forwards)
        if target is not None:
            reason = Qt.FocusReason.TabFocusReason if forwards else Qt.FocusReason.BacktabFocusReason
            target.setFocus(reason)
        return target is not None

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """A lab is opened, also that of a picture or film; a table becomes the data of this one."""
        from engine.document.datafile import TABLES
        from gui.panels.data_table import DataTable

        path, table = self._dropped(event), self._panels.get("data")
        if path is None or self._arrangement is None or not isinstance(table, DataTable):
            return
        if path.suffix.lower() in TABLES:
            self._arrangement.reveal("data")
            table.load_table(path)
        else:
            self.open_lab(path)

    def _on_table_chosen(self, data: "Data") -> None:
        """A table that ships becomes the data of this lab."""
        from gui.panels.data_table import DataTable

        table = self._panels.get("data")
        if self._arrangement is not None and isinstance(table, DataTable):
            self._arrangement.reveal("data")
            table.take_table(data)

    def _dropped(self, event: QDropEvent) -> Path | None:
        """The first file of the event that is a lab, may carry one, or is a table."""
        from engine.document.carried import CARRIERS
        from engine.document.datafile import TABLES
        from engine.document.labfile import SUFFIX

        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        return next((path for path in paths if path.suffix.lower() in (SUFFIX, *CARRIERS, *TABLES)), None)

    def _on_drawer_folded(self, folded: bool) -> None:
        """The pictures get what the drawer leaves."""
        whole, height = sum(self._stack.sizes()), self._drawer_px
        if folded:
            self._drawer_px = self._stack.sizes()[1]
            height = self._drawer.maximumHeight()
        self._stack.setSizes([whole - height, height])

    def _fit_screen(self) -> None:
        """The whole of a small screen, else a comfortable part of a large one."""
        free = self.screen().availableGeometry().size()
        if free.width() < ROOMY_SIZE_PX[0] or free.height() < ROOMY_SIZE_PX[1]:
            self.resize(free)
            self.setWindowState(Qt.WindowState.WindowMaximized)
        else:
            self.resize(*ROOMY_SIZE_PX)

    def _restore(self) -> None:
        for key, restore in (
            ("geometry", self.restoreGeometry),
            ("split", self._split.restoreState),
            ("stack", self._stack.restoreState),
        ):
            state = self._settings.value(key)
            if isinstance(state, QByteArray):
                restore(state)

    def _refresh_title(self) -> None:
        from gui.files import localized

        if self._store is None:
            return
        name = self.path.stem if self.path else localized(self._store.lab.title) or tr("Untitled")
        self.setWindowTitle(f"{name}[*] – Nablascope")
        self.setWindowModified(self._store.modified)
