"""The racers: who runs, each with its optimizer. GUI thread."""

from typing import Any, Final

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from engine.descent.run import Run
from engine.optimizers import METHODS, GradientDescent, Racer
from engine.solving.solution import Solution
from engine.words.results import rate_limit
from gui.i18n import tr
from gui.panels.catalogue import settings_as
from gui.panels.panel import Panel
from gui.panels.racer_card import RacerCard
from gui.store import Change, Store
from gui.theme import Theme
from gui.widgets import link_button

MOST_RACERS: Final = 64


class Racers(Panel):
    """A card for each, and the button that adds one."""

    def __init__(self, store: Store, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self.cards: list[RacerCard] = []
        self._list = QVBoxLayout(self)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(6)
        self.add: QPushButton = link_button("plus", tr("Add"), tr("Add an optimizer"))
        self.add.clicked.connect(self._on_added)
        self.beside_title = (self.add,)
        store.lab_changed.connect(self._on_lab_changed)
        store.solution_changed.connect(self._on_solution_changed)
        self._show_lab()
        if store.solution:
            self._on_solution_changed(store.solution)

    # Showing

    def _on_lab_changed(self, change: Change) -> None:
        if "racers" in change:
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

    @staticmethod
    def _first_run(solution: Solution, racer_index: int) -> Run | None:
        return next((run for run in solution.runs if run.racer_index == racer_index), None)

    # Editing

    def _on_added(self) -> None:
        """A method that is not in the race yet, Adam before all, with the last racer's learning rate."""
        racers = self._store.lab.racers
        present = {type(racer.optimizer) for racer in racers}
        method: type[Any] = next(
            (each for each in (METHODS["adam"], *METHODS.values()) if each not in present), GradientDescent
        )
        optimizer = settings_as(method, racers[-1].optimizer) if racers else method()
        self._store.edit(racers=(*racers, Racer(optimizer=optimizer)))
