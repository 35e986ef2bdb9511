"""The button that widens the drawn range where a run leaves it. GUI thread."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from engine.document.lab import Lab
from engine.solving.reach import with_whole_runs
from engine.solving.solution import Solution
from gui.i18n import tr
from gui.store import Store
from gui.style import set_role


class WholeRuns(QPushButton):
    """Shown while a run that could be seen whole is not."""

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(tr("Show the whole run"), parent)
        self._store = store
        self._wider: Lab | None = None
        self.setToolTip(tr("A run leaves the drawn range. Widen it, so that all of the run is seen."))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_role(self, "chip")
        self.hide()
        self.clicked.connect(self._on_clicked)
        store.solution_changed.connect(self._on_solution_changed)
        store.prediction_changed.connect(self._refresh)

    def _on_solution_changed(self, solution: Solution) -> None:
        if solution.stage in ("descend", "analyse"):  # before, the runs are those of another Lab
            self._wider = None if solution.fatal else with_whole_runs(solution)
            self._refresh()

    def _refresh(self, _: object = None) -> None:
        self.setVisible(self._wider is not None and self._store.prediction is None)

    def _on_clicked(self) -> None:
        solution, wider = self._store.solution, self._wider
        if wider is not None and solution is not None and solution.revision == self._store.revision:
            self._store.edit(variables=wider.variables, starts=wider.starts)
