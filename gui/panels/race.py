"""The race: who runs, from where, for how long, and how it came out. GUI thread."""

from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from engine.descent.run import Run
from engine.optimizers import METHODS, GradientDescent, Racer
from engine.solving.solution import Solution
from engine.words.results import rate_limit
from gui.i18n import tr
from gui.panels.catalogue import settings_as
from gui.panels.problems import problem_text
from gui.panels.racer_card import RacerCard
from gui.panels.results import Results
from gui.panels.starts import Starts
from gui.store import Change, Store
from gui.style import set_role, zoom
from gui.theme import Theme
from gui.widgets import Choice, Collapsible, NumberField, ProblemLabel, icon

MOST_RACERS: Final = 64
MOST_STEPS: Final = 1_000_000


class Race(QWidget):
    """Racers, starts, budget and results, from top to bottom."""

    def __init__(self, store: Store, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self.cards: list[RacerCard] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self.setAccessibleName(tr("Race"))

        racers = Collapsible(tr("Optimizers"), framed=True)
        self._list = QVBoxLayout()
        self._list.setSpacing(6)
        racers.body.addLayout(self._list)
        self.add = QPushButton(tr("Add an optimizer"))
        self.add.setIcon(icon("plus"))
        set_role(self.add, "flat")
        self.add.clicked.connect(self._on_added)
        line = QHBoxLayout()
        line.addWidget(self.add)
        line.addStretch(1)
        racers.body.addLayout(line)
        column.addWidget(racers)

        starts = Collapsible(tr("Starting points"), framed=True)
        self.starts = Starts(store, theme)
        starts.body.addWidget(self.starts)

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
        starts.body.addLayout(row)
        self.steps_problem = ProblemLabel([self.steps])
        starts.body.addWidget(self.steps_problem)
        column.addWidget(starts)

        results = Collapsible(tr("Results"), framed=True)
        self.results = Results(store, theme)
        results.body.setContentsMargins(0, 0, 0, 4)  # it has five columns
        results.body.addWidget(self.results)
        column.addWidget(results)
        column.addStretch(1)

        store.lab_changed.connect(self._on_lab_changed)
        store.solution_changed.connect(self._on_solution_changed)
        self._show_lab()
        if store.solution:
            self._on_solution_changed(store.solution)

    def set_theme(self, theme: Theme) -> None:
        self.starts.set_theme(theme)
        self.results.set_theme(theme)
        self.update()

    # Showing

    def _on_lab_changed(self, change: Change) -> None:
        if change.fields & {"racers", "steps", "stop", "evaluations"}:
            self._show_lab()

    def _show_lab(self) -> None:
        lab = self._store.lab
        for index, racer in enumerate(lab.racers):
            if index < len(self.cards) and self.cards[index].method is type(racer.optimizer):
                self.cards[index].show_racer(racer)
                continue
            if index < len(self.cards):
                expanded = self.cards[index].expanded
                self._drop(self.cards[index])
                self.cards[index] = RacerCard(self._store, index)
                self.cards[index].set_expanded(expanded or self.cards[index].expanded)
            else:
                self.cards.append(RacerCard(self._store, index))
            self._list.insertWidget(index, self.cards[index])
        while len(self.cards) > len(lab.racers):
            self._drop(self.cards.pop())
        self.add.setEnabled(len(lab.racers) < MOST_RACERS)
        self.steps.set_value(lab.steps if lab.evaluations is None else lab.evaluations)
        self.unit.set_key("steps" if lab.evaluations is None else "evaluations")
        self.stop.setChecked(lab.stop)

    def _drop(self, card: RacerCard) -> None:
        card.hide()
        self._list.removeWidget(card)
        card.deleteLater()

    def _on_solution_changed(self, solution: Solution) -> None:
        for card in self.cards:
            run = self._first_run(solution, card.index)
            card.show_solution(
                solution, limit=rate_limit(run, solution.analysis) if run else None, only=len(self.cards) == 1
            )
        self.steps.set_problem(problem_text(solution, "steps"))

    @staticmethod
    def _first_run(solution: Solution, racer_index: int) -> Run | None:
        return next((run for run in solution.runs if run.racer_index == racer_index), None)

    # Editing

    def _edit(self, part: str, **changes: Any) -> None:
        self._store.edit(merge_key=("race", part), initiator=self, **changes)

    def _on_budget_edited(self, count: int) -> None:
        """A step takes one evaluation at least, so the number bounds the steps in either unit."""
        counted = self._store.lab.evaluations is not None
        self._edit("steps", steps=count, evaluations=max(count, 1) if counted else None)

    def _on_unit_chosen(self, unit: object) -> None:
        steps = self._store.lab.steps
        self._store.edit(evaluations=max(steps, 1) if unit == "evaluations" else None)

    def _on_added(self) -> None:
        """A method that is not in the race yet, Adam before all, with the last racer's learning rate."""
        racers = self._store.lab.racers
        present = {type(racer.optimizer) for racer in racers}
        method: type[Any] = next(
            (each for each in (METHODS["adam"], *METHODS.values()) if each not in present), GradientDescent
        )
        optimizer = settings_as(method, racers[-1].optimizer) if racers else method()
        self._store.edit(racers=(*racers, Racer(optimizer=optimizer)))
