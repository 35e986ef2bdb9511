"""The network that is trained: its layers, what it makes small, where its weights begin. GUI thread."""

from typing import Any, Final

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from engine.document.lab import Lab
from engine.document.network import CLASSES, Loss, Network, Penalty, Scaling
from engine.document.network_setup import target_names
from engine.document.network_text import LOSSES
from engine.document.proposals import class_count, losses_for
from engine.solving.solution import Solution
from gui.i18n import tr
from gui.loss_fields import FARTHEST, LossFields
from gui.model_words import INIT_WORDS
from gui.panels.form_rows import FormRows
from gui.panels.layer_chips import LayerChips
from gui.panels.network_edit import draw_again, edit_network
from gui.panels.network_text_field import NetworkTextField
from gui.panels.panel import Panel
from gui.panels.problems import problem_text
from gui.panels.training_form import TrainingForm
from gui.panels.weight_files import WeightFiles
from gui.store import Change, Store
from gui.style import set_role
from gui.theme import Theme
from gui.widgets import Choice, NumberField, ProblemLabel

FIRST_PENALTY: Final = Penalty("l2", 0.001)


class NetworkPanel(Panel):
    """Edits `lab.network`; how to get one, while there is none."""

    def __init__(self, store: Store, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._none = QLabel(tr("No network is trained: “Fit…” beside the table of data proposes one."))
        self._none.setWordWrap(True)
        set_role(self._none, "muted")
        column.addWidget(self._none)
        self._body = QWidget()
        column.addWidget(self._body)
        inside = QVBoxLayout(self._body)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(6)

        self.text = NetworkTextField(store)
        self.chips = LayerChips(store)
        inside.addWidget(self.text)
        inside.addWidget(self.chips)
        self._make_rows(inside)
        line = QFrame()
        set_role(line, "hairline")
        inside.addWidget(line)
        self.training = TrainingForm(store)
        self.files = WeightFiles(store)
        inside.addWidget(self.training)
        inside.addWidget(self.files)
        store.lab_changed.connect(self._on_lab_changed)
        store.solution_changed.connect(self._on_solution_changed)
        self._show_lab()
        if store.solution:
            self._on_solution_changed(store.solution)

    def _make_rows(self, inside: QVBoxLayout) -> None:
        rows = FormRows()
        inside.addWidget(rows)
        self.scaling = Choice(
            [("none", tr("as they are")), ("standard", tr("standardised"))], tr("What is made of the inputs")
        )
        self.scaling.setToolTip(tr("Standardised: less the column's mean, by its standard deviation"))
        self.scaling.chosen.connect(self._on_scaling_chosen)
        rows.add(tr("Inputs"), self.scaling)
        self.loss = LossFields(self)
        self.loss.edited.connect(self._on_loss_edited)
        rows.add(tr("Loss"), self.loss.choice, self.loss.delta, self.loss.reduction)
        self.loss_problem = ProblemLabel([self.loss.delta])
        rows.add_wide(self.loss_problem)

        self.penalty = Choice(
            [(None, tr("none")), ("l2", "L2"), ("l1", "L1")], tr("Penalty on large weights")
        )
        self.penalty.chosen.connect(self._on_penalty_chosen)
        self.factor = NumberField(ge=0, le=FARTHEST, name=tr("Factor of the penalty"), width_px=64)
        self.factor.value_edited.connect(lambda factor: self._edit_penalty("factor", factor=factor))
        self.of = Choice([("weights", tr("matrices")), ("all", tr("all"))], tr("What is penalised"))
        self.of.chosen.connect(lambda of: self._edit_penalty("of", of=of))
        rows.add(tr("Penalty"), self.penalty, self.factor, self.of)

        self.init = Choice([(key, tr(words)) for key, words in INIT_WORDS.items()], tr("Weights begin"))
        self.init.chosen.connect(lambda init: self._edit("init", init=init))
        self.constant = NumberField(ge=-FARTHEST, le=FARTHEST, name=tr("Constant"), width_px=56)
        self.constant.value_edited.connect(lambda constant: self._edit("constant", constant=constant))
        rows.add(tr("Start"), self.init, self.constant)
        self.seed = NumberField(ge=0, le=1e15, integer=True, name=tr("Seed"), width_px=56)
        self.seed.value_edited.connect(
            lambda seed: self._store.edit(seed=seed, merge_key=("network", "seed"), initiator=self)
        )
        self.draw = QPushButton(tr("Draw again"))
        self.draw.setToolTip(tr("Start from other random weights"))
        set_role(self.draw, "flat")
        self.draw.clicked.connect(lambda: draw_again(self._store))
        self.bias = QCheckBox(tr("biases"))
        self.bias.clicked.connect(self._on_bias_clicked)
        rows.add(tr("Seed"), self.seed, self.draw, self.bias)
        self.weights_problem = ProblemLabel([self.factor, self.constant, self.seed])
        rows.add_wide(self.weights_problem)
        for field in (self.loss.delta, self.factor, self.constant, self.seed):
            field.editing_done.connect(self._store.end_merge)

    # Showing

    @property
    def _network(self) -> Network:
        network = self._store.lab.network
        assert network is not None
        return network

    def _on_lab_changed(self, change: Change) -> None:
        if change.fields & {"network", "seed", "data"}:
            self._show_lab()

    def _on_solution_changed(self, solution: Solution) -> None:
        self.text.set_problem(problem_text(solution, "network") or problem_text(solution, "network.targets"))
        self.loss_problem.set_problem(problem_text(solution, "network.loss"))
        self.weights_problem.set_problem(problem_text(solution, "network.weights"))

    def _show_lab(self) -> None:
        lab = self._store.lab
        self._none.setVisible(lab.network is None)
        self._body.setVisible(lab.network is not None)
        if lab.network is None:
            return
        network = lab.network
        self.text.show_network(network)
        self.chips.show_network(network)
        self.scaling.set_key(network.scaling)
        target = _target(lab)
        fitting = losses_for(lab.data, target, "network") if lab.data is not None and target else LOSSES
        self.loss.show_loss(network.loss, fitting)
        penalty = network.penalty
        self.penalty.set_key(penalty.kind if penalty else None)
        self.factor.setVisible(penalty is not None)
        self.of.setVisible(penalty is not None)
        if penalty is not None:
            self.factor.set_value(penalty.factor)
            self.of.set_key(penalty.of)
        self.init.set_key(network.init)
        self.constant.setVisible(network.init == "constant")
        self.constant.set_value(network.constant)
        self.seed.set_value(lab.seed)
        biases = {layer.bias for layer in network.layers}
        self.bias.setTristate(len(biases) > 1)
        self.bias.setCheckState(
            Qt.CheckState.PartiallyChecked
            if len(biases) > 1
            else Qt.CheckState.Checked
            if True in biases
            else Qt.CheckState.Unchecked
        )

    # Editing

    def _edit(self, part: str, **changes: Any) -> None:
        edit_network(self._store, part, self, **changes)

    def _on_scaling_chosen(self, scaling: Scaling) -> None:
        self._edit("scaling", scaling=scaling)
        self._store.end_merge()

    def _on_loss_edited(self, loss: Loss, part: str) -> None:
        """The outputs follow: one for each class where the loss is of classes, else one for each target."""
        lab, network = self._store.lab, self._network
        outputs = network.layers[-1].width
        if (loss.name in CLASSES) != (network.loss.name in CLASSES):
            target = _target(lab)
            classes = class_count(lab.data, target) if lab.data is not None and target else 0
            outputs = max(classes, 2) if loss.name in CLASSES else 1
        layers = (*network.layers[:-1], replace(network.layers[-1], width=outputs))
        self._edit(f"loss.{part}", loss=loss, layers=layers)
        if part == "name":
            self._store.end_merge()

    def _on_bias_clicked(self, on: bool) -> None:
        self._edit("bias", layers=tuple(replace(layer, bias=on) for layer in self._network.layers))

    def _on_penalty_chosen(self, kind: Any) -> None:
        penalty = None if kind is None else replace(self._network.penalty or FIRST_PENALTY, kind=kind)
        self._edit("penalty", penalty=penalty)
        self._store.end_merge()

    def _edit_penalty(self, part: str, **changes: Any) -> None:
        if self._network.penalty is not None:
            self._edit(f"penalty.{part}", penalty=replace(self._network.penalty, **changes))


def _target(lab: Lab) -> str | None:
    """The first column that is predicted."""
    if lab.network is None or lab.data is None:
        return None
    return next((name for name in target_names(lab.network, lab.data) if name in lab.data.columns), None)
