"""The variables of the formula: the role of each and why, the range of an axis, the value of a held one.

Of a network, whose weights are many, only the drawn ones.

GUI thread.
"""

from typing import Final

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.document.choices import let_vary, roles_now, with_role
from engine.document.lab import AXES, Lab, Role, Variable
from engine.document.roles import reason
from engine.document.setup import DEFAULT_RANGE, Setup, draws_directions
from engine.document.starts import DEFAULT_VALUE
from engine.formula.names import name_text
from engine.solving.solution import Solution
from gui.i18n import tr
from gui.panels.drawn_weights import DrawnWeights
from gui.panels.panel import Panel
from gui.panels.problems import problem_text
from gui.panels.role_notes import RoleNotes
from gui.panels.symbols import name_label
from gui.store import Change, Quality, Store
from gui.style import set_role, zoom
from gui.theme import Theme
from gui.timing import single_shot
from gui.widgets import Choice, IconButton, NumberField, ProblemLabel, ValueSlider

FARTHEST: Final = 1e300
SETTLE_MS: Final = 250


class VariableRow(QWidget):
    """One variable. What it shows depends on the role: a range, or a value with its slider."""

    def __init__(self, store: Store, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self.name = name
        self._role: Role = "held"
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        row = QHBoxLayout()
        row.setSpacing(4)
        self._label = name_label(name)
        self._label.setMinimumWidth(24)
        row.addWidget(self._label)
        self.lock = IconButton("unlock", "", size_px=24, icon_px=16)
        self.lock.clicked.connect(self._on_lock_clicked)
        row.addWidget(self.lock)
        roles: list[tuple[object, str]] = [
            ("horizontal", tr("→ axis")),
            ("vertical", tr("↑ axis")),
            ("free", tr("free")),
            ("held", tr("held")),
        ]
        shown = name_text(name)
        self.role = Choice(roles, tr("Role of {name}", name=shown))
        self.role.setFixedWidth(round(76 * zoom()))
        for index, tip in enumerate(
            (
                tr("Drawn along the horizontal axis"),
                tr("Drawn along the vertical axis"),
                tr("Descended, but not drawn"),
                tr("A constant with a slider"),
            )
        ):
            self.role.setItemData(index, tip, Qt.ItemDataRole.ToolTipRole)
        self.role.chosen.connect(self._on_role_chosen)
        row.addWidget(self.role)

        self.lo = self._field(tr("{name} from", name=shown))
        self.hi = self._field(tr("{name} to", name=shown))
        self.value = self._field(tr("Value of {name}", name=shown))
        self.slider = ValueSlider(-5.0, 5.0, 1.0, name=tr("Value of {name}", name=shown))
        self._dash = QLabel("…")
        set_role(self._dash, "muted")
        self._free = QLabel(tr("descended, not drawn"))
        set_role(self._free, "muted")
        self.range_button = IconButton("more", tr("Range of {name}", name=shown), size_px=24, icon_px=16)
        self.range_button.setCheckable(True)
        row.addWidget(self._free, 1)
        row.addWidget(self.slider, 1)
        row.addWidget(self.value)
        row.addWidget(self.range_button)
        row.addWidget(self.lo, 1)
        row.addWidget(self._dash)
        row.addWidget(self.hi, 1)
        column.addLayout(row)
        self._second = QHBoxLayout()
        self._second.setSpacing(4)
        self._second.addStretch(1)
        column.addLayout(self._second)
        self._row = row
        self.problem = ProblemLabel([self.lo, self.hi, self.value])
        self.problem.setIndent(30)
        column.addWidget(self.problem)

        self.lo.value_edited.connect(lambda value: self._edit("lo", lo=value))
        self.hi.value_edited.connect(lambda value: self._edit("hi", hi=value))
        self.value.value_edited.connect(lambda value: self._edit("value", value=value))
        for field in (self.lo, self.hi, self.value):
            field.editing_done.connect(self._store.end_merge)
        self.slider.value_dragged.connect(self._on_slider_dragged)
        self.slider.drag_ended.connect(self._settle_now)
        self.range_button.toggled.connect(lambda _on: self._arrange())
        self._settle = single_shot(self, SETTLE_MS, self._settle_now)

    @staticmethod
    def _field(name: str) -> NumberField:
        return NumberField(ge=-FARTHEST, le=FARTHEST, name=name, width_px=64)

    # Showing

    def show_setup(self, setup: Setup) -> None:
        """The choices of the Lab, also those that could not be solved; where there are none, what the engine
        decided."""
        choice = self._store.lab.variables.get(self.name, Variable())
        self._role = roles_now(self._store.lab, setup.roles)[self.name]
        lo, hi = setup.held_range.get(self.name, DEFAULT_RANGE)
        for axis in setup.axes:
            if axis.name == self.name:
                lo, hi = axis.lo, axis.hi
        self.lo.set_value(lo if choice.lo is None else choice.lo)
        self.hi.set_value(hi if choice.hi is None else choice.hi)
        value = setup.held.get(self.name, DEFAULT_VALUE) if choice.value is None else choice.value
        self.value.set_value(value)
        if not self.slider.isSliderDown():
            self.slider.set_span(lo, hi)
        self.slider.set_number(value)
        self.role.set_key(self._role)
        held = self._role == "held"
        self.lock.set_icon("lock" if held else "unlock")
        shown = name_text(self.name)
        self.lock.set_tip(
            tr("Let {name} vary", name=shown) if held else tr("Hold {name} constant", name=shown)
        )
        why = tr(reason(self.name, setup.roles))
        self._label.setToolTip(why)
        self.role.setAccessibleDescription(why)
        self._arrange()

    def show_problems(self, solution: Solution) -> None:
        for part, field in (("lo", self.lo), ("hi", self.hi), ("value", self.value)):
            field.set_problem(problem_text(solution, f"variables.{self.name}.{part}"))
        self.problem.set_problem(problem_text(solution, f"variables.{self.name}"))

    def _arrange(self) -> None:
        held, drawn = self._role == "held", self._role in AXES
        with_range = drawn or self.range_button.isChecked()
        target = self._row if drawn else self._second
        if self.lo.parentWidget() is None or target.indexOf(self.lo) < 0:
            for layout in (self._row, self._second):
                for widget in (self.lo, self._dash, self.hi):
                    layout.removeWidget(widget)
            for widget in (self.lo, self._dash, self.hi):
                target.addWidget(widget, 1 if target is self._row and widget is not self._dash else 0)
        shown_when: tuple[tuple[QWidget, bool], ...] = (
            (self.lo, with_range),
            (self._dash, with_range),
            (self.hi, with_range),
            (self.slider, held),
            (self.value, held),
            (self.range_button, not drawn),
            (self._free, self._role == "free"),
        )
        for each, shown in shown_when:
            each.setVisible(shown)

    # Editing

    def _edit(self, part: str, quality: Quality = "full", **changes: float | None) -> None:
        variables = self._store.lab.variables
        choice = replace(variables.get(self.name, Variable()), **changes)
        self._store.edit(
            variables={**variables, self.name: choice},
            merge_key=("variables", self.name, part),
            initiator=self,
            quality=quality,
        )

    def _on_slider_dragged(self, value: float) -> None:
        self.value.set_value(value)
        self._edit("value", "draft", value=value)
        self._settle.start()

    def _settle_now(self) -> None:
        """The hand rests: what was drawn in draft quality is drawn in full."""
        if self._settle.isActive() and self.slider.isSliderDown():
            return
        if self._settle.isActive() or self.sender() is self._settle:
            self._settle.stop()
            self._edit("value")
        if not self.slider.isSliderDown():
            self._store.end_merge()

    def _on_role_chosen(self, role: Role) -> None:
        solution = self._store.solution
        if solution is not None and solution.setup is not None and role != self._role:
            self._choose(with_role(self._store.lab, solution.setup.roles, self.name, role))

    def _on_lock_clicked(self) -> None:
        solution = self._store.solution
        if solution is None or solution.setup is None:
            return
        lab, roles = self._store.lab, solution.setup.roles
        if self._role == "held":
            self._choose(let_vary(lab, roles, self.name))
        else:
            self._choose(with_role(lab, roles, self.name, "held"))

    def _choose(self, lab: Lab) -> None:
        self._store.edit(variables=lab.variables)


class Variables(Panel):
    """A row for every variable of the formula, in its order; or the two drawn weights of a network."""

    def __init__(self, store: Store, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self.rows: dict[str, VariableRow] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._empty = QLabel(tr("Being worked out…"))
        set_role(self._empty, "muted")
        self._column.addWidget(self._empty)
        self.weights = DrawnWeights(store)
        self.weights.hide()
        self._column.addWidget(self.weights)
        self._directions = QLabel(tr("The axes of the picture go through all free variables at once."))
        self._directions.setWordWrap(True)
        set_role(self._directions, "muted")
        self._directions.hide()
        self._column.addWidget(self._directions)
        self.notes = RoleNotes(store)
        self._column.addWidget(self.notes)
        self.problem = ProblemLabel()
        self._column.addWidget(self.problem)
        store.solution_changed.connect(self._on_solution_changed)
        store.section_changed.connect(self._show_drawn)
        store.lab_changed.connect(self._on_lab_changed)
        if store.shown:
            self._on_solution_changed(store.shown)

    def _on_solution_changed(self, solution: Solution) -> None:
        setup = solution.setup
        trained = solution.lab.network is not None
        if setup is not None and trained:
            self._show_drawn(solution)
            self.weights.show_problems(solution)
        self.weights.setVisible(trained and setup is not None)
        directions = setup is not None and draws_directions(solution.lab, setup)
        self._directions.setVisible(directions and not trained)
        if setup is not None:
            self._show_rows(() if trained else setup.variables)
            self._empty.setText(tr("The formula has no variables."))
            self._empty.setVisible(not setup.variables)
        elif solution.fatal:
            self._empty.hide()
        if trained:
            self.notes.hide()
        elif setup is not None:
            self.notes.show_setup(setup)
            for row in self.rows.values():
                row.show_setup(setup)
        for row in self.rows.values():
            row.show_problems(solution)
        self.problem.set_problem(problem_text(solution, "variables"))

    def _show_drawn(self, solution: Solution) -> None:
        """The drawn weights, and their ranges, which may hang on the runs."""
        if solution.setup is not None and solution.lab.network is not None:
            plane = solution.field.plane if solution.field is not None else None
            self.weights.show_setup(solution.setup, plane)

    def _on_lab_changed(self, change: Change) -> None:
        """After undo the fields follow at once, also where the solve will fail."""
        if "variables" not in change or isinstance(change.initiator, VariableRow):
            return
        for name, row in self.rows.items():
            choice = self._store.lab.variables.get(name, Variable())
            for field, value in ((row.lo, choice.lo), (row.hi, choice.hi), (row.value, choice.value)):
                if value is not None:
                    field.set_value(value)

    def _show_rows(self, names: tuple[str, ...]) -> None:
        if tuple(self.rows) == names:
            return
        old, self.rows = self.rows, {}
        for index, name in enumerate(names):
            self.rows[name] = old.pop(name) if name in old else VariableRow(self._store, name)
            self._column.insertWidget(index, self.rows[name])
        for row in old.values():
            row.hide()
            self._column.removeWidget(row)
            row.deleteLater()
