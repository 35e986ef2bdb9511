"""The button that says, before anyone presses play, that there is no minimum; it leads to why. GUI thread."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from engine.solving.solution import Solution
from gui.i18n import tr
from gui.store import Store
from gui.style import set_role


class NoMinimum(QPushButton):
    """Shown while the function has no minimum in its ranges, and is looked at."""

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(tr("No minimum here"), parent)
        self._store = store
        self._told_of: tuple[object, ...] = ()
        self._lacking = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_role(self, "warning chip")
        self.hide()
        store.solution_changed.connect(self._on_solution_changed)
        store.prediction_changed.connect(self._refresh)

    def _on_solution_changed(self, solution: Solution) -> None:
        of = (solution.lab.formula, solution.lab.variables, solution.lab.data)
        if solution.fatal:
            self._lacking = False
        elif solution.analysis is not None:
            self._told_of = of
            self.setToolTip(" ".join(map(tr, solution.analysis.diagnosis)))
            self._lacking = solution.analysis.lacks_minimum
        elif of != self._told_of:  # what was told was of another function
            self._lacking = False
        self._refresh()

    def _refresh(self, _: object = None) -> None:
        self.setVisible(self._lacking and self._store.prediction is None)
