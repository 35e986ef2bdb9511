"""What is drawn of a network's weights: two of them and over which ranges, or directions. GUI thread."""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from engine.document.choices import with_role
from engine.document.lab import AXES, Role, Variable
from engine.document.setup import Axis, Setup, draws_directions
from engine.function.plane import Plane
from engine.solving.solution import Solution
from gui.axes_choice import AxesChoice
from gui.i18n import tr
from gui.panels.problems import problem_text
from gui.store import Store
from gui.style import set_role
from gui.widgets import Choice, NumberField, ProblemLabel

FARTHEST: Final = 1e300
MOST_LISTED: Final = 1_000


class DrawnWeight(QWidget):
    """The weight of one axis, chosen from all of them, and its range."""

    def __init__(self, store: Store, role: Role, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._role = role
        self.name = ""
        axis = tr("→ axis") if role == "horizontal" else tr("↑ axis")
        label = QLabel(axis)
        set_role(label, "muted")
        self.weight = Choice(name=axis)
        self.weight.chosen.connect(self._on_chosen)
        self.lo = NumberField(ge=-FARTHEST, le=FARTHEST, name=tr("{name} from", name=axis), width_px=56)
        self.hi = NumberField(ge=-FARTHEST, le=FARTHEST, name=tr("{name} to", name=axis), width_px=56)
        dash = QLabel("…")
        set_role(dash, "muted")
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(label)
        row.addWidget(self.weight, 1)
        for widget in (self.lo, dash, self.hi):
            row.addWidget(widget)
        self.problem = ProblemLabel([self.lo, self.hi])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.problem)
        self.lo.value_edited.connect(lambda value: self._edit("lo", lo=value))
        self.hi.value_edited.connect(lambda value: self._edit("hi", hi=value))
        for field in (self.lo, self.hi):
            field.editing_done.connect(store.end_merge)

    @property
    def is_chosen(self) -> bool:
        """Whether somebody chose the range."""
        choice = self._store.lab.variables.get(self.name, Variable())
        return choice.lo is not None or choice.hi is not None

    def show_axes(self, axes: Sequence[Axis], listed: Sequence[str]) -> None:
        """The weight of this axis and what is drawn of it; hidden where none is drawn along it."""
        index = AXES.index(self._role)
        self.setVisible(index < len(axes))
        if index >= len(axes):
            return
        axis = axes[index]
        self.name = axis.name
        if [key for key, _ in self.weight.options] != list(listed):
            self.weight.set_options([(name, name) for name in listed])
        self.weight.set_key(axis.name)
        choice = self._store.lab.variables.get(axis.name, Variable())
        self.lo.set_value(axis.lo if choice.lo is None else choice.lo)
        self.hi.set_value(axis.hi if choice.hi is None else choice.hi)

    def show_problems(self, solution: Solution) -> None:
        for part, field in (("lo", self.lo), ("hi", self.hi)):
            field.set_problem(problem_text(solution, f"variables.{self.name}.{part}"))

    def _on_chosen(self, name: str) -> None:
        """Another weight takes the axis, the old one goes on being descended."""
        solution = self._store.solution
        if solution is not None and solution.setup is not None and name != self.name:
            lab = with_role(self._store.lab, solution.setup.roles, name, self._role)
            self._store.edit(variables=lab.variables)

    def _edit(self, part: str, **changes: float) -> None:
        """The other end is chosen with the one that is: what is drawn there stays."""
        variables = self._store.lab.variables
        shown = {"lo": self.lo.value, "hi": self.hi.value}
        choice = replace(variables.get(self.name, Variable()), **{**shown, **changes})
        self._store.edit(
            variables={**variables, self.name: choice},
            merge_key=("variables", self.name, part),
            initiator=self,
        )


class DrawnWeights(QWidget):
    """Both axes; and how many weights are descended without being drawn."""

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._store = store
        self.axes = AxesChoice(store)
        column.addWidget(self.axes)
        self.rows = tuple(DrawnWeight(store, role) for role in AXES)
        for row in self.rows:
            column.addWidget(row)
        self.as_paths = QPushButton(tr("As wide as the paths"))
        self.as_paths.setToolTip(tr("Let the paths of the runs say which ranges are drawn"))
        self.as_paths.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_role(self.as_paths, "chip")
        self.as_paths.clicked.connect(self._on_as_paths)
        column.addWidget(self.as_paths, 0, Qt.AlignmentFlag.AlignRight)
        self.note = QLabel()
        self.note.setWordWrap(True)
        set_role(self.note, "muted")
        column.addWidget(self.note)

    def show_setup(self, setup: Setup, plane: Plane | None) -> None:
        """plane: what is drawn, whose ranges are those of the paths where nobody chose any."""
        drawn = [axis.name for axis in setup.axes]
        listed = list(setup.variables[:MOST_LISTED])
        listed += [name for name in drawn if name not in listed]
        by_two = not draws_directions(self._store.lab, setup)
        ranged = plane is not None and [axis.name for axis in plane.axes] == drawn
        for row in self.rows:
            row.show_axes(plane.axes if plane is not None and ranged else setup.axes, listed)
            row.setVisible(by_two and row.isVisibleTo(self))
        self.as_paths.setVisible(by_two and any(row.is_chosen for row in self.rows))
        self.axes.setVisible(len(setup.descended) > len(drawn))
        rest = len(setup.descended) - len(drawn)
        said = (
            tr("{count} more weights are descended, and not drawn.", count=f"{rest:,}")
            if by_two
            else tr("The axes go through all {count} weights at once.", count=f"{len(setup.descended):,}")
        )
        self.note.setText(said)
        self.note.setVisible(rest > 0)

    def _on_as_paths(self) -> None:
        variables = dict(self._store.lab.variables)
        for row in self.rows:
            if row.name in variables:
                variables[row.name] = replace(variables[row.name], lo=None, hi=None)
        self._store.edit(variables=variables)

    def show_problems(self, solution: Solution) -> None:
        for row in self.rows:
            row.show_problems(solution)
