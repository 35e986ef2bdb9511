"""What a typed model is compared with its column by: a row of fields under the formula. GUI thread."""

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from engine.document.lab import Data
from engine.document.network import Loss, LossName
from engine.document.proposals import losses_for
from engine.formula import Formula
from gui.i18n import tr
from gui.loss_fields import LossFields
from gui.store import Store
from gui.style import set_role


class ModelLoss(QWidget):
    """Edits `lab.loss`; shown while the formula is a model, ŷ = w x + b."""

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._of: tuple[Data, str] | None = None  # the column that `_fitting` was found for
        self._fitting: tuple[LossName, ...] = ()
        self.fields = LossFields(self)
        label = QLabel(tr("Loss"))
        set_role(label, "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(label)
        for widget in (self.fields.choice, self.fields.delta, self.fields.reduction):
            row.addWidget(widget)
        row.addStretch(1)
        self.fields.edited.connect(self._on_edited)
        self.fields.delta.editing_done.connect(store.end_merge)
        self.hide()

    def show_formula(self, formula: Formula | None) -> None:
        """The losses that can compare it; an unfinished formula leaves the row as it is."""
        if formula is None:
            return
        lab = self._store.lab
        target = formula.model.target if formula.model is not None else None
        if target is not None and lab.data is not None:
            if self._of is None or self._of[0] is not lab.data or self._of[1] != target:
                self._of, self._fitting = (lab.data, target), losses_for(lab.data, target, "formula")
            self.fields.show_loss(lab.loss, self._fitting)
        self.setVisible(target is not None)

    def _on_edited(self, loss: Loss, part: str) -> None:
        self._store.edit(loss=loss, merge_key=("loss", part))
        if part != "delta":
            self._store.end_merge()
