"""How the table is gone through: batch, epochs, order, the rows kept for a test, noise. GUI thread."""

from typing import Final

from PySide6.QtWidgets import QCheckBox, QLabel, QVBoxLayout, QWidget

from engine.document.lab import MAX_ROWS
from engine.solving.solution import Solution
from gui.i18n import tr
from gui.panels.form_rows import FormRows
from gui.panels.network_edit import edit_network, edit_training
from gui.panels.problems import problem_text
from gui.store import Change, Store
from gui.style import set_role
from gui.widgets import NumberField, ProblemLabel

MOST_EPOCHS: Final = 1_000_000
PER_CENT: Final = 100.0


class TrainingForm(QWidget):
    """Edits `lab.training`, and the label noise of the network. An empty field says what holds without it."""

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        rows = FormRows()
        column.addWidget(rows)
        self.batch = NumberField(
            ge=1, le=MAX_ROWS, integer=True, optional=True, name=tr("Rows of a step"), width_px=64
        )
        self.batch.setPlaceholderText(tr("all"))
        self.batch.value_edited.connect(lambda batch: edit_training(store, "batch", self, batch=batch))
        self.shuffle = QCheckBox(tr("shuffle"))
        self.shuffle.setToolTip(tr("Each epoch goes through the rows in an order of its own"))
        self.shuffle.clicked.connect(lambda on: edit_training(store, "shuffle", self, shuffle=on))
        rows.add(tr("Batch"), self.batch, self._unit(tr("rows")), self.shuffle)
        self.epochs = NumberField(
            ge=1, le=MOST_EPOCHS, integer=True, optional=True, name=tr("Epochs"), width_px=64
        )
        self.epochs.setPlaceholderText("–")
        self.epochs.value_edited.connect(lambda epochs: edit_training(store, "epochs", self, epochs=epochs))
        self.epochs_note = self._unit("")
        rows.add(tr("Epochs"), self.epochs, self.epochs_note)
        self.split = NumberField(
            gt=0, lt=PER_CENT, optional=True, name=tr("Share of the rows to train on"), width_px=64
        )
        self.split.setPlaceholderText(tr("all"))
        self.split.value_edited.connect(
            lambda share: edit_training(
                store, "split", self, split=None if share is None else share / PER_CENT
            )
        )
        self.split_note = self._unit("")
        rows.add(tr("Train on"), self.split, self.split_note)
        self.noise = NumberField(ge=0, le=1e6, name=tr("Label noise"), width_px=64)
        self.noise.setToolTip(tr("Spread of what is added to the targets, or the share of labels changed"))
        self.noise.value_edited.connect(
            lambda noise: edit_network(store, "label_noise", self, label_noise=noise)
        )
        rows.add(tr("Label noise"), self.noise)
        self.problem = ProblemLabel([self.batch, self.epochs, self.split, self.noise])
        rows.add_wide(self.problem)
        for field in (self.batch, self.epochs, self.split, self.noise):
            field.editing_done.connect(store.end_merge)
        store.lab_changed.connect(self._on_lab_changed)
        store.solution_changed.connect(self._on_solution_changed)
        self._show_lab()

    @staticmethod
    def _unit(text: str) -> QLabel:
        label = QLabel(text)
        set_role(label, "muted")
        return label

    def _on_lab_changed(self, change: Change) -> None:
        if change.fields & {"training", "network", "data", "steps"}:
            self._show_lab()

    def _show_lab(self) -> None:
        lab = self._store.lab
        training = lab.training
        self.batch.set_value(training.batch)
        self.shuffle.setChecked(training.shuffle)
        self.shuffle.setEnabled(training.batch is not None)
        self.epochs.set_value(training.epochs)
        self.epochs_note.setText(
            tr("as many as {steps} steps take", steps=lab.steps) if training.epochs is None else ""
        )
        share = training.split
        self.split.set_value(None if share is None else round(PER_CENT * share, 6))
        self.split_note.setText(
            tr("rows, none for a test")
            if share is None
            else tr("% of the rows, test on {rest} %", rest=f"{PER_CENT * (1 - share):.4g}")
        )
        if lab.network is not None:
            self.noise.set_value(lab.network.label_noise)

    def _on_solution_changed(self, solution: Solution) -> None:
        self.split.set_problem(problem_text(solution, "training.split"))
        self.batch.set_problem(problem_text(solution, "training.batch"))
        self.epochs.set_problem(problem_text(solution, "training.epochs"))
