"""The starting points: a row of number fields for each, and the budget of the runs. GUI thread."""

from typing import Final

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from engine.document.axes import TwoVariables
from engine.document.lab import Point
from engine.document.starts import drawn_by
from engine.formula.names import name_text
from engine.solving.moving import MOST
from engine.solving.solution import Solution
from gui.i18n import tr
from gui.model_words import INIT_WORDS
from gui.panels.budget import Budget
from gui.panels.network_edit import draw_again
from gui.panels.panel import Panel
from gui.panels.problems import problem_text
from gui.panels.symbols import name_label
from gui.panels.themed import ThemedWindow
from gui.store import Change, Store
from gui.style import set_role
from gui.theme import Theme
from gui.widgets import IconButton, NumberField, ProblemLabel, link_button

FARTHEST: Final = 1e300
MOST_ROWS: Final = 24  # more are counted, not listed
PER_ROW: Final = 3
SHORT: Final = 8  # characters; of longer names, as of weights, each has a line


class StartRow(QWidget):
    """The coordinates of one start."""

    def __init__(
        self, store: Store, index: int, names: tuple[str, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._store = store
        self.index = index
        self.fields: dict[str, NumberField] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        row = QHBoxLayout()
        row.setSpacing(4)
        number = QLabel(str(index + 1))
        set_role(number, "muted")
        number.setMinimumWidth(16)
        row.addWidget(number)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(4)
        per_row = PER_ROW if all(len(name) <= SHORT for name in names) else 1
        for i, name in enumerate(names):
            field = NumberField(
                ge=-FARTHEST,
                le=FARTHEST,
                name=tr("{name} of start {number}", name=name_text(name), number=index + 1),
                width_px=64,
            )
            field.value_edited.connect(lambda value, name=name: self._edit(name, value))
            field.editing_done.connect(store.end_merge)
            grid.addWidget(name_label(name), i // per_row, 2 * (i % per_row))
            grid.addWidget(field, i // per_row, 2 * (i % per_row) + 1)
            grid.setColumnStretch(2 * (i % per_row) + 1, 1)
            self.fields[name] = field
        row.addLayout(grid, 1)
        self.remove = IconButton("close", tr("Remove this start"), size_px=24, icon_px=14)
        self.remove.clicked.connect(self._on_removed)
        row.addWidget(self.remove)
        column.addLayout(row)
        self.problem = ProblemLabel(self.fields.values())
        column.addWidget(self.problem)

    def show_start(self, values: dict[str, float], solution: Solution | None, *, only: bool) -> None:
        for name, field in self.fields.items():
            if name in values:
                field.set_value(values[name])
            field.set_problem(problem_text(solution, f"starts.{self.index}.{name}"))
        self.remove.setEnabled(not only)

    def _edit(self, name: str, value: float) -> None:
        starts = list(self._store.lab.starts)
        shown = {each: field.value for each, field in self.fields.items()}
        start: Point = {
            **starts[self.index],
            **{k: v for k, v in shown.items() if v is not None},
            name: value,
        }
        starts[self.index] = start
        self._store.edit(starts=tuple(starts), merge_key=("starts", self.index, name), initiator=self)

    def _on_removed(self) -> None:
        """The other starts stay where they are, also those that were drawn by their number."""
        starts = list(self._store.lab.starts)
        if len(starts) > 1:
            setup = self._store.solution.setup if self._store.solution else None
            if setup is not None and setup.start_seed is not None:
                drawn = setup.starts.tolist()
                starts = [dict(zip(setup.descended, row, strict=True)) for row in drawn]
            del starts[self.index]
            self._store.edit(starts=tuple(starts))


class Starts(Panel):
    """The list of starts, the button that adds one, and the budget of the runs."""

    def __init__(self, store: Store, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._names: tuple[str, ...] = ()
        self._theme = theme
        self.rows: list[StartRow] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._list = QVBoxLayout()
        self._list.setSpacing(4)
        column.addLayout(self._list)
        self._more = QLabel()
        set_role(self._more, "muted")
        column.addWidget(self._more)
        self._drawn = QLabel()
        self._drawn.setWordWrap(True)
        set_role(self._drawn, "muted")
        self.draw = QPushButton(tr("Draw again"))
        self.draw.setToolTip(tr("Start from other random weights"))
        set_role(self.draw, "flat")
        self.draw.clicked.connect(self._on_draw_wanted)
        lot = QHBoxLayout()
        lot.addWidget(self._drawn, 1)
        lot.addWidget(self.draw)
        column.addLayout(lot)
        self.budget = Budget(store)
        column.addWidget(self.budget)
        self.map = link_button("map", tr("Basin map…"), tr("Which minimum each start leads to"))
        self.map.clicked.connect(self._on_map_wanted)
        self.add = link_button("plus", tr("Add"), tr("Add a start"))
        self.add.clicked.connect(self._on_added)
        self.beside_title = (self.map, self.add)
        store.solution_changed.connect(self._on_solution_changed)
        store.lab_changed.connect(self._on_lab_changed)
        self.set_theme(theme)
        if store.solution:
            self._on_solution_changed(store.solution)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for window in self.findChildren(ThemedWindow):
            window.set_theme(theme)

    def _on_map_wanted(self) -> None:
        from gui.panels.basins import BasinWindow

        window = self.findChild(BasinWindow) or BasinWindow(self._store, self._theme, self)
        window.show()
        window.raise_()

    def _on_solution_changed(self, solution: Solution) -> None:
        if solution.setup is not None:
            drawn = tuple(axis.name for axis in solution.setup.axes)
            self._names = solution.setup.descended if solution.lab.network is None else drawn
        self._refresh()

    def _on_lab_changed(self, change: Change) -> None:
        if change.fields & {"starts", "network", "axes"} and not isinstance(change.initiator, StartRow):
            self._refresh()

    def _refresh(self) -> None:
        starts = self._store.lab.starts
        shown = min(len(starts), MOST_ROWS)
        if len(self.rows) != shown or (self.rows and tuple(self.rows[0].fields) != self._names):
            for row in self.rows:
                row.hide()
                self._list.removeWidget(row)
                row.deleteLater()
            self.rows = [StartRow(self._store, i, self._names) for i in range(shown)]
            for row in self.rows:
                self._list.addWidget(row)
        for row in self.rows:
            row.show_start(self._values(row.index), self._store.solution, only=len(starts) == 1)
        hidden = len(starts) - shown
        self._more.setText(tr("and {count} more starts", count=hidden))
        self._more.setVisible(hidden > 0)
        self._show_draw()

    def _show_draw(self) -> None:
        """Whether the starts were drawn at random, as they are over a table unless they were chosen."""
        solution, lab = self._store.solution, self._store.lab
        said = ""
        if lab.network is not None:
            init = tr(INIT_WORDS[lab.network.init])
            said = tr("Weights begin by “{init}”, seed {seed}.", init=init, seed=lab.seed)
            if lab.network.parameters > MOST and not isinstance(lab.axes, TwoVariables):
                said += " " + tr(
                    "Along directions the start of so many weights cannot be dragged: a lab writes down at "
                    "most {most} numbers of it. Draw again, or choose two weights as axes.",
                    most=f"{MOST:,}",
                )
        elif solution and solution.setup and solution.setup.start_seed is not None:
            said = tr(drawn_by(solution.setup.start_seed))
        self._drawn.setText(said)
        self._drawn.setVisible(bool(said))
        self.draw.setVisible(bool(solution and solution.formula and solution.formula.columns))

    def _values(self, index: int) -> dict[str, float]:
        """What was chosen, completed by what the engine decided."""
        solution = self._store.solution
        values: dict[str, float] = {}
        setup = solution.setup if solution else None
        if setup is not None and index < len(setup.starts):
            start = dict(zip(setup.descended, setup.starts[index].tolist(), strict=True))
            values = {name: start[name] for name in self._names if name in start}
        return {**values, **self._store.lab.starts[index]}

    def _on_draw_wanted(self) -> None:
        """All starts are drawn, with the next seed if they were already."""
        lab, solution = self._store.lab, self._store.solution
        if lab.network is not None:
            draw_again(self._store)
            return
        drawn = solution is not None and solution.setup is not None and solution.setup.start_seed is not None
        self._store.edit(seed=lab.seed + drawn, starts=({},) * len(lab.starts))

    def _on_added(self) -> None:
        """A new start opposite to the last one, about the middle of the drawn domain; drawn if that was."""
        solution = self._store.solution
        setup = solution.setup if solution else None
        drawn = setup is not None and setup.start_seed is not None
        if drawn or self._store.lab.network is not None:
            self._store.edit(starts=(*self._store.lab.starts, {}))
            return
        last = self._values(len(self._store.lab.starts) - 1)
        new: Point = dict(last)
        for axis in setup.axes if setup else ():
            mirrored = axis.lo + axis.hi - last.get(axis.name, axis.lo)
            taken = any(start.get(axis.name) == mirrored for start in self._store.lab.starts)
            new[axis.name] = 0.5 * (axis.lo + mirrored) if taken else mirrored
        self._store.edit(starts=(*self._store.lab.starts, new))
