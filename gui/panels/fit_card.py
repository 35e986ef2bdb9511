"""What to fit to the table: target, inputs, model and loss, and the button that does it. GUI thread."""

from collections.abc import Hashable
from typing import Final

from msgspec.structs import replace
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QWidget,
    QWidgetAction,
)

from engine.document.lab import Data, Lab
from engine.document.network import LossName
from engine.document.proposals import Model, Proposal, carried_out, losses_for, models_for, propose
from gui.i18n import tr
from gui.model_words import LOSS_WORDS, MODEL_WORDS
from gui.store import Change, Store
from gui.style import set_role
from gui.widgets import Choice, FlowLayout, IconButton

NAMED: Final = 24  # characters of the inputs on their button; more are counted


class FitCard(QFrame):
    """Offers a fit until it is made or put away."""

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._step: Hashable | None = None
        self._proposal = Proposal("", (), "linear", "mse")
        set_role(self, "card")
        self.setAccessibleName(tr("What to fit"))
        self.target = Choice(name=tr("Column to predict"))
        self.inputs = QPushButton()
        self.inputs.setToolTip(tr("The columns that go in"))
        self.inputs.setMenu(QMenu(self.inputs))
        self.model = Choice(name=tr("Model"))
        self.loss = Choice(name=tr("Loss"))
        self.standardise = QCheckBox(tr("standardise"))
        self.standardise.setToolTip(tr("Each column goes in less its mean, by its standard deviation"))
        self.fit = QPushButton(tr("Fit"))
        set_role(self.fit, "primary")
        self.close_button = IconButton("close", tr("Not now"), size_px=24, icon_px=14)
        row = FlowLayout(self)
        row.setContentsMargins(10, 6, 6, 6)
        for text, widget in (
            (tr("Predict"), self.target),
            (tr("from"), self.inputs),
            ("", self.standardise),
            (tr("Model"), self.model),
            (tr("Loss"), self.loss),
        ):
            row.addWidget(_labelled(text, widget) if text else widget)
        row.addWidget(self.fit)
        row.addWidget(self.close_button)
        self.target.chosen.connect(self._on_target_chosen)
        self.model.chosen.connect(self._on_model_chosen)
        self.loss.chosen.connect(self._on_loss_chosen)
        self.fit.clicked.connect(self._on_fit)
        self.close_button.clicked.connect(self.hide)
        store.lab_changed.connect(self._on_lab_changed)
        self.hide()

    @property
    def proposal(self) -> Proposal:
        """What "Fit" does now."""
        return replace(self._proposal, standardised=self.standardise.isChecked())

    def offer(self, step: Hashable | None = None) -> None:
        """Show what fits the table; the fit is one step to undo with the edit of merge key `step`."""
        data = self._data
        if data is None:
            return
        self._step = step
        self._proposal = propose(data, self._proposal.target if step is None else None)
        self._refresh()
        self.show()

    @property
    def _data(self) -> Data | None:
        data = self._store.lab.data
        return data if data is not None and data.columns and data.rows else None

    def _on_lab_changed(self, change: Change) -> None:
        if "data" not in change or self.isHidden():
            return
        data = self._data
        if data is None:
            self.hide()
        elif not {self._proposal.target, *self._proposal.inputs} <= set(data.columns):
            self._proposal = propose(data)
            self._refresh()

    def _refresh(self) -> None:
        data, now = self._data, self._proposal
        assert data is not None
        models = models_for(data, now.target)
        losses = losses_for(data, now.target, now.model)
        self.target.set_options([(name, name) for name in data.columns])
        self.target.set_key(now.target)
        self.model.set_options([(model, tr(MODEL_WORDS[model])) for model in models])
        self.model.set_key(now.model)
        self.loss.set_options([(loss, tr(LOSS_WORDS[loss])) for loss in losses])
        self.loss.set_key(now.loss)
        self._fill_inputs(data)
        self._show_inputs()

    def _fill_inputs(self, data: Data) -> None:
        """A menu that stays open while columns are ticked."""
        menu = self.inputs.menu()
        menu.clear()
        for name in data.columns:
            if name == self._proposal.target or name in data.classes:
                continue
            box = QCheckBox(name)
            box.setContentsMargins(8, 2, 12, 2)
            box.setChecked(name in self._proposal.inputs)
            box.clicked.connect(lambda on, name=name: self._on_input_clicked(name, on))
            action = QWidgetAction(menu)
            action.setDefaultWidget(box)
            menu.addAction(action)

    def _show_inputs(self) -> None:
        names = ", ".join(self._proposal.inputs)
        counted = tr("{count} columns", count=len(self._proposal.inputs))
        self.inputs.setText(names if names and len(names) <= NAMED else counted)
        self.fit.setEnabled(bool(names))
        self.fit.setToolTip("" if names else tr("Choose at least one column"))

    def _on_target_chosen(self, target: str) -> None:
        data = self._data
        if data is not None:
            self._proposal = propose(data, target)
            self._refresh()

    def _on_input_clicked(self, name: str, on: bool) -> None:
        data = self._data
        if data is None:
            return
        chosen = {*self._proposal.inputs, name} if on else {*self._proposal.inputs} - {name}
        inputs = tuple(each for each in data.columns if each in chosen)
        self._proposal = replace(self._proposal, inputs=inputs)
        self._show_inputs()

    def _on_model_chosen(self, model: Model) -> None:
        data = self._data
        if data is not None:
            losses = losses_for(data, self._proposal.target, model)
            loss = self._proposal.loss if self._proposal.loss in losses else losses[0]
            self._proposal = replace(self._proposal, model=model, loss=loss)
            self._refresh()

    def _on_loss_chosen(self, loss: LossName) -> None:
        self._proposal = replace(self._proposal, loss=loss)

    def _on_fit(self) -> None:
        data, lab = self._data, self._store.lab
        if data is None:
            return
        fitted = carried_out(lab, data, self.proposal)
        fields = [name for name in Lab.__struct_fields__ if getattr(fitted, name) != getattr(lab, name)]
        changes = {name: getattr(fitted, name) for name in fields}
        self._store.edit(**changes, merge_key=self._step)
        self._store.end_merge()
        self.hide()


def _labelled(text: str, widget: QWidget) -> QWidget:
    """A field that is not wrapped away from its label."""
    pair = QWidget()
    row = QHBoxLayout(pair)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(6)
    label = QLabel(text)
    set_role(label, "muted")
    row.addWidget(label)
    row.addWidget(widget)
    return pair
