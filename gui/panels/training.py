"""Training: the network with its numbers at the playhead, beside its fit or a chain rule.

GUI thread; the numbers are worked out on another (`gui.errands`).
"""

from typing import Final

from msgspec.structs import replace
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from engine.solving.solution import Solution
from engine.solving.timeline import Marker
from engine.solving.training_moment import network_of
from engine.words.backprop_text import WeightPlace
from gui.i18n import tr
from gui.network.filling import used_text
from gui.network.fit_view import FitView
from gui.network.moment import DrawnMoment, Moment
from gui.network.picture import Edge, Part, Phase
from gui.network.view import NetworkView
from gui.panels.chain_pane import ChainPane
from gui.panels.panel import Panel
from gui.panels.used_row import UsedRow
from gui.store import Change, Store
from gui.style import set_role
from gui.theme import Theme
from gui.timing import single_shot
from gui.widgets import Segmented

MOVING_SIDE: Final = 40  # points a side of the plane of inputs while playing
RESTING_SIDE: Final = 120
REST_MS: Final = 150
FRAME_MS: Final = 40  # as long does a moment wait for a frame to be drawn with
THREE_VIEWS_PX: Final = 1180  # the fit stands beside the chain rule from here on
LEAST_SAID_PX: Final = 250
DRAG: Final = "a row of the table"
Inputs = tuple[tuple[str, ...], tuple[float, ...]]  # their names, and numbers that were typed or clicked
SHOWN: Final = frozenset({"selected_run", "row", "weight"})  # of the ViewState


class Training(Panel):
    """The drawing of the network for a row of the table, and the fit, both live at the playhead.

    A weight that is chosen in the drawing has its chain rule in the place of the fit, or beside it.
    """

    def __init__(self, store: Store, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._used: Inputs | None = None
        self._moved = store.lab.data  # the table while one of its rows is dragged
        self._held: tuple[Moment, DrawnMoment] | None = None  # is drawn with the next frame
        self.setAccessibleName(tr("Training"))
        self._stack = QStackedLayout(self)
        self.why_empty = QLabel()
        self.why_empty.setWordWrap(True)
        set_role(self.why_empty, "muted")
        self.why_empty.setContentsMargins(12, 8, 12, 8)
        self._stack.addWidget(self.why_empty)
        page = QWidget()
        self._stack.addWidget(page)
        column = QVBoxLayout(page)
        column.setContentsMargins(8, 4, 8, 4)
        column.setSpacing(4)
        self._head = head = QHBoxLayout()
        head.setSpacing(8)
        self.using = UsedRow()
        head.addWidget(self.using)
        head.addStretch(0)
        self.phase = Segmented(
            [
                ("", tr("Everything")),
                ("forward", tr("Forward")),
                ("backward", tr("Backward")),
                ("update", tr("Update")),
            ],
            tr("Part of the step"),
        )
        self.phase.setToolTip(tr("Which part of a step is shown: the values, the errors, or the new weights"))
        head.addWidget(self.phase)
        column.addLayout(head)
        self._column = column
        column.addWidget(self.using.said)
        self._said_beside = False
        views = QHBoxLayout()
        views.setSpacing(8)
        self.drawing = NetworkView()
        self.drawing.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.fit = FitView()
        self.fit.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        views.addWidget(self.drawing, 3)
        views.addWidget(self.fit, 2)
        self.chain = ChainPane()
        self.chain.hide()
        views.addWidget(self.chain, 3)
        column.addLayout(views, 1)
        self._rest = single_shot(self, REST_MS, self._refine)
        self._frame = single_shot(self, FRAME_MS, self._show_held)
        self.using.row_chosen.connect(self._show_row)
        self.using.inputs_typed.connect(self._use)
        self.phase.chosen.connect(self._refresh)
        self.drawing.chosen.connect(self._on_part_chosen)
        self.chain.closed.connect(lambda: store.set_view(weight=None))
        self.chain.row_chosen.connect(self._show_row)
        self.fit.used.connect(self._on_used)
        self.fit.row_chosen.connect(self._show_row)
        self.fit.row_moved.connect(self._on_row_moved)
        self.fit.row_added.connect(self._on_row_added)
        self.fit.row_dropped.connect(self._on_row_dropped)
        store.frame_changed.connect(self._refresh)  # after every solution, too
        store.lab_changed.connect(self._say_why_empty)
        store.view_changed.connect(self._on_view_changed)
        store.errand_done.connect(self._on_errand_done)
        self.set_theme(theme)
        self._refresh()

    def set_theme(self, theme: Theme) -> None:
        self.drawing.set_theme(theme)
        self.fit.set_theme(theme)
        self.chain.set_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()

    def _marker(self) -> Marker | None:
        """The selected run's."""
        frame = self._store.frame
        if frame is None or not len(frame.markers):
            return None
        return frame.markers[min(self._store.view.selected_run, len(frame.markers) - 1)]

    def _refresh(self, *_: object) -> None:
        """Another moment, coarse; what rests is drawn finely. Skipped while nobody sees it."""
        self._show_held()
        solution = self._store.solution
        if solution is None or not self.isVisible():
            return
        found = network_of(solution)
        self._stack.setCurrentIndex(0 if found is None else 1)
        self._say_why_empty()
        if found is None:
            return
        examples = found[1]
        rows = examples.inputs.shape[-1]
        row = min(self._store.view.row, rows - 1)
        self.using.show_row(row, rows)
        if self._used is not None and self._used[0] != examples.names:
            self._used = None  # of another table
        values = examples.inputs[:, row].tolist() if self._used is None else list(self._used[1])
        self.using.show_inputs(examples.names, values)
        self._want(solution, row, MOVING_SIDE)
        self._rest.start()

    def _say_why_empty(self, _: object = None) -> None:
        """What is to be done for a network to be drawn, or what is being done."""
        comes = self._store.lab.network is not None and self._store.lab.data is not None
        if comes:
            self.why_empty.setText(tr("The network is being trained for the first time."))
        else:
            self.why_empty.setText(tr("A network is drawn here once a table is fitted by one: see Data."))

    def _refine(self) -> None:
        if self._store.moving:
            self._rest.start()
            return
        solution = self._store.solution
        if solution is not None and self.isVisible() and network_of(solution) is not None:
            self._want(solution, self._store.view.row, RESTING_SIDE)

    def _want(self, solution: Solution, row: int, side: int) -> None:
        marker = self._marker()
        if marker is None or solution.setup is None or len(marker.position) != len(solution.setup.descended):
            return
        phase: Phase | None = self.phase.key or None  # type: ignore[assignment]
        weight = self._store.view.weight
        wanted = Moment(
            solution=solution,
            run_index=marker.run_index,
            position=marker.position,
            step=marker.step,
            row=row,
            side=side,
            weight=weight,
            phase=phase,
            probe=self._used[1] if self._used is not None else None,
            with_fit=weight is None or self._three_views,
        )
        self._store.errand_given.emit(wanted)

    def _on_errand_done(self, errand: object, drawn: object) -> None:
        if isinstance(errand, Moment) and isinstance(drawn, DrawnMoment):
            self._held = errand, drawn
            if not self._store.view.playing:
                self._show_held()
            elif (
                not self._frame.isActive()
            ):  # else with the next frame: the window is painted once, not twice
                self._frame.start()

    def _show_held(self) -> None:
        """Draw a moment, and the chain rule of the chosen weight, if the network has such a one."""
        held, self._held = self._held, None
        self._frame.stop()
        if held is None:
            return
        wanted, drawn = held
        found = drawn.backprop
        if found is not None:
            self.chain.show_backprop(found, wanted.phase)
        self.chain.setVisible(found is not None)
        self._arrange()
        self.drawing.set_picture(drawn.network)
        self.using.say(used_text(drawn.used) if drawn.used is not None else "")
        if drawn.fit is not None:
            self.fit.set_picture(drawn.fit)

    @property
    def _three_views(self) -> bool:
        return self.width() >= THREE_VIEWS_PX

    def _arrange(self) -> None:
        """What is said of the inputs stands beside them where it can be read there, else below."""
        taken = self.using.sizeHint().width() + self.phase.sizeHint().width()
        beside = self.width() - taken >= LEAST_SAID_PX
        if beside != self._said_beside:
            self._said_beside = beside
            layout: QBoxLayout = self._head if beside else self._column
            layout.insertWidget(1, self.using.said, 1 if beside else 0)
        self.fit.setVisible(self.chain.isHidden() or self._three_views)

    def _on_view_changed(self, change: Change) -> None:
        if change.fields & SHOWN or ("playing" in change and not self._store.view.playing):
            self._refresh()

    def _show_row(self, row: int) -> None:
        """Of the table, in the place of what was typed."""
        self._used = None
        self._store.set_view(row=row)
        self._refresh()

    def _use(self, values: tuple[float, ...] | None) -> None:
        """Show what the network says of these inputs; None: of the row. A chain rule is of a row."""
        solution = self._store.solution
        found = network_of(solution) if solution is not None else None
        self._used = (found[1].names, values) if found is not None and values is not None else None
        if self._used is not None:
            self._store.set_view(weight=None)
        self._refresh()

    def _on_part_chosen(self, part: Part | None) -> None:
        chosen = WeightPlace(part.layer, part.target, part.source) if isinstance(part, Edge) else None
        if chosen is not None:
            self._used = None
        self._store.set_view(weight=chosen)

    def _on_used(self, x: float, y: float) -> None:
        """A click on the curve's or the plane's inputs: what the network says there."""
        found = network_of(self._store.solution) if self._store.solution is not None else None
        if found is not None and found[0].inputs <= 2:
            self._use((x, y)[: found[0].inputs])

    def _on_row_moved(self, row: int, x: float, y: float) -> None:
        self._edit_row(row, x, y)

    def _on_row_added(self, x: float, y: float) -> None:
        """A row like the one that is shown, at another place."""
        data = self._store.lab.data
        if data is not None and data.rows:
            like = data.rows[min(self._store.view.row, len(data.rows) - 1)]
            self._edit_row(len(data.rows), x, y, like)
            self._show_row(len(data.rows))

    def _edit_row(self, row: int, x: float, y: float, like: tuple[float, ...] | None = None) -> None:
        """Give a row of the table, or a new one, the coordinates of a place in the fit."""
        solution, data = self._store.solution, self._store.lab.data
        found = network_of(solution) if solution is not None else None
        if found is None or data is None or found[0].inputs > 2 or row > len(data.rows):
            return
        names = found[1].names if found[0].inputs == 2 else (found[1].names[0], found[1].targets[0])
        values = list(data.rows[row] if like is None else like)
        for name, value in zip(names, (x, y), strict=True):
            values[data.columns.index(name)] = float(f"{value:.4g}")
        changed = replace(data, rows=(*data.rows[:row], tuple(values), *data.rows[row + 1 :]))
        if like is None:
            self._moved = changed
            self._store.edit(data=changed, merge_key=DRAG, quality="draft")
        else:
            self._store.edit(data=changed)

    def _on_row_dropped(self) -> None:
        self._store.edit(data=self._moved, merge_key=DRAG)
        self._store.end_merge()
