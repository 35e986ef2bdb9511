"""The budget: how long every run may go on. GUI thread."""

from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.solving.solution import Solution
from gui.i18n import tr
from gui.panels.problems import problem_text
from gui.store import Change, Store
from gui.style import set_role, zoom
from gui.widgets import Choice, NumberField, ProblemLabel

MOST_STEPS: Final = 1_000_000


class Budget(QWidget):
    """A number of steps, or of gradients, and whether a run may end earlier."""

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        row = QHBoxLayout()
        row.setSpacing(8)
        label = QLabel(tr("Budget"))
        set_role(label, "muted")
        self.steps = NumberField(
            store.lab.steps, ge=0, le=MOST_STEPS, integer=True, name=tr("Budget of each run"), width_px=64
        )
        self.steps.value_edited.connect(self._on_budget_edited)
        self.unit = Choice(
            [("steps", tr("steps")), ("evaluations", tr("gradients"))], tr("What the budget counts")
        )
        self.unit.setItemData(0, tr("Every run may take so many steps"), Qt.ItemDataRole.ToolTipRole)
        self.unit.setItemData(
            1,
            tr("Every run may evaluate the gradient so often: a line search pays for what it tries"),
            Qt.ItemDataRole.ToolTipRole,
        )
        set_role(self.unit, "flat")
        self.unit.setFixedWidth(round(104 * zoom()))
        self.unit.chosen.connect(self._on_unit_chosen)
        self.steps.editing_done.connect(store.end_merge)
        self.stop = QCheckBox(tr("stop early"))
        self.stop.setToolTip(tr("End a run when it has converged, diverged or left the domain"))
        self.stop.clicked.connect(lambda on: self._edit("stop", stop=on))
        row.addWidget(label)
        row.addWidget(self.steps)
        row.addWidget(self.unit)
        row.addStretch(1)
        row.addWidget(self.stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        self.problem = ProblemLabel([self.steps])
        column.addWidget(self.problem)
        store.lab_changed.connect(self._on_lab_changed)
        store.solution_changed.connect(self._on_solution_changed)
        self._show_lab()
        if store.solution:
            self._on_solution_changed(store.solution)

    def _on_lab_changed(self, change: Change) -> None:
        if change.fields & {"steps", "stop", "evaluations"}:
            self._show_lab()

    def _show_lab(self) -> None:
        lab = self._store.lab
        self.steps.set_value(lab.steps if lab.evaluations is None else lab.evaluations)
        self.unit.set_key("steps" if lab.evaluations is None else "evaluations")
        self.stop.setChecked(lab.stop)

    def _on_solution_changed(self, solution: Solution) -> None:
        self.steps.set_problem(problem_text(solution, "steps"))

    def _edit(self, part: str, **changes: Any) -> None:
        self._store.edit(merge_key=("budget", part), initiator=self, **changes)

    def _on_budget_edited(self, count: int) -> None:
        """A step takes one evaluation at least, so the number bounds the steps in either unit."""
        counted = self._store.lab.evaluations is not None
        self._edit("steps", steps=count, evaluations=max(count, 1) if counted else None)

    def _on_unit_chosen(self, unit: object) -> None:
        steps = self._store.lab.steps
        self._store.edit(evaluations=max(steps, 1) if unit == "evaluations" else None)
