"""The little window that branches a run: from this step on, another rate or another optimizer. GUI thread."""

from typing import Any, Final, cast

from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from engine.descent.forks import forked, goes_on, remembers
from engine.descent.run import Run
from engine.optimizers import Racer, fields_of
from gui.i18n import tr
from gui.panels.catalogue import method_groups, racer_title, settings_as
from gui.panels.settings_form import number_field
from gui.panels.symbols import symbol_label
from gui.store import Store
from gui.style import set_role
from gui.widgets import ElidedLabel, GroupedChoice, NumberField, ProblemLabel, Swatch

MOST_LEGS: Final = 16
WIDTH_PX: Final = 280


def fork_step(store: Store) -> int:
    """The whole step at the playhead, within the selected run; 0 where nothing can be forked."""
    run = store.selected_run
    return min(int(store.view.t_steps + 1e-9), run.steps) if run is not None else 0


def fork(store: Store, run: Run, step: int, optimizer: Any) -> None:
    """Add a racer that does what `run` did up to `step` and goes on with `optimizer`; and select its run."""
    racers = store.lab.racers
    branch: Racer = replace(forked(run.racer, step), optimizer=optimizer, enabled=True)
    before = sum(racer.enabled for racer in racers)
    store.edit(racers=(*racers, branch))
    store.set_view(selected_run=before * len(store.lab.starts) + run.start_index)


class ForkPopup(QFrame):
    """Opens at the fork button; Enter branches, Escape or a click elsewhere closes."""

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._store = store
        self._run: Run | None = store.selected_run
        self._step = fork_step(store)
        self._rate = getattr(self._run.racer.optimizer, "lr", 0.1) if self._run else 0.1
        set_role(self, "card")
        self.setMinimumWidth(WIDTH_PX)
        self.setAccessibleName(tr("Fork at step {step}", step=self._step))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(8)
        title = QLabel(tr("Fork at step {step}", step=self._step))
        set_role(title, "title")
        column.addWidget(title)
        head = QHBoxLayout()
        head.setSpacing(6)
        if self._run is not None:
            head.addWidget(Swatch(self._run.mark, size_px=16))
            head.addWidget(ElidedLabel(racer_title(self._run.racer)), 1)
        column.addLayout(head)
        note = QLabel(tr("The run stays. A second one branches off here and goes on with:"))
        note.setWordWrap(True)
        set_role(note, "muted")
        column.addWidget(note)
        self.method = GroupedChoice(method_groups(), tr("Optimizer"))
        if self._run is not None:
            self.method.set_key(type(self._run.racer.optimizer))
        self.method.chosen.connect(lambda _method: self._refresh())
        column.addWidget(self.method)
        self.memory = QLabel()
        self.memory.setWordWrap(True)
        set_role(self.memory, "muted")
        column.addWidget(self.memory)
        self._rate_row = QHBoxLayout()
        self._rate_row.setSpacing(6)
        self._eta = symbol_label(r"\eta", tr("Learning rate"))
        self._rate_row.addWidget(self._eta)
        self.rate = self._rate_field()
        self._rate_row.addWidget(self.rate, 1)
        column.addLayout(self._rate_row)
        self.problem = ProblemLabel([self.rate])
        column.addWidget(self.problem)
        self.branch = QPushButton(tr("Branch"))
        set_role(self.branch, "primary")
        self.branch.clicked.connect(self._on_branched)
        column.addWidget(self.branch)
        self._refresh()

    def show_at(self, anchor: QWidget) -> None:
        """Open above `anchor`, or below it where there is no room."""
        self.adjustSize()
        corner = anchor.mapToGlobal(QPoint(anchor.width() - self.width(), -self.height() - 4))
        if corner.y() < anchor.screen().availableGeometry().top():
            corner = anchor.mapToGlobal(QPoint(anchor.width() - self.width(), anchor.height() + 4))
        self.move(corner)
        self.show()
        self.rate.setFocus()
        self.rate.selectAll()

    def _rate_field(self) -> NumberField:
        method: Any = self.method.key
        spec = next((spec for spec in fields_of(method) if spec.name == "lr"), None) if method else None
        if spec is None:
            return NumberField(self._rate, gt=0, name=tr("Learning rate"))
        return number_field(spec, self._rate)

    def _refresh(self) -> None:
        method: Any = self.method.key
        rated = bool(method) and any(spec.name == "lr" for spec in fields_of(method))
        self._eta.setVisible(rated)
        self.rate.setVisible(rated)
        optimizer = self._optimizer()
        kept = (
            self._run is not None and optimizer is not None and goes_on(self._run.racer.optimizer, optimizer)
        )
        self.memory.setText(
            tr("It keeps its memory of the steps before: velocity, moments.")
            if kept
            else tr("Another method starts with an empty memory: velocity and moments are 0.")
        )
        self.memory.setVisible(optimizer is not None and remembers(optimizer))
        legs = len(self._run.racer.legs) if self._run else 0
        self.branch.setEnabled(self._run is not None and self._step > 0 and legs < MOST_LEGS)

    def _optimizer(self) -> Any:
        """What the run would go on with, but for its learning rate."""
        if self._run is None or self.method.key is None:
            return None
        old, method = self._run.racer.optimizer, cast(Any, self.method.key)
        return old if type(old) is method else settings_as(method, old)

    def _on_branched(self) -> None:
        optimizer = self._optimizer()
        if self._run is None or optimizer is None or self.rate.problem or not self.branch.isEnabled():
            return
        if hasattr(optimizer, "lr") and self.rate.value is not None:
            optimizer = replace(optimizer, lr=self.rate.value)
        fork(self._store, self._run, self._step, optimizer)
        self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_branched()
        else:
            super().keyPressEvent(event)
