"""The fields of a loss: which, where its square becomes a line, mean or sum. GUI thread; knows no store."""

from collections.abc import Collection
from typing import Final

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from engine.document.network import Loss, LossName
from engine.document.network_text import LOSSES
from gui.i18n import tr
from gui.model_words import LOSS_WORDS
from gui.widgets import Choice, NumberField

FARTHEST: Final = 1e6


class LossFields(QObject):
    """Three fields, to be laid out by whoever makes them.

    Signals:
        edited(Loss, str): the loss as it is wanted, and what of it was edited.
    """

    edited = Signal(object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._loss = Loss()
        self.choice = Choice(name=tr("Loss"))
        self.choice.chosen.connect(self._on_chosen)
        self.delta = NumberField(gt=0, le=FARTHEST, name=tr("Where the square becomes a line"), width_px=56)
        self.delta.value_edited.connect(self._on_delta_edited)
        self.reduction = Choice([("mean", tr("mean")), ("sum", tr("sum"))], tr("Mean or sum over the rows"))
        self.reduction.chosen.connect(lambda key: self._edit("reduction", reduction=key))

    def show_loss(self, loss: Loss, fitting: Collection[LossName]) -> None:
        """Show `loss`, to be exchanged for one of those that are `fitting`."""
        self._loss = loss
        names = [name for name in LOSSES if name in fitting or name == loss.name]
        self.choice.set_options([(name, tr(LOSS_WORDS[name])) for name in names])
        self.choice.set_key(loss.name)
        self.choice.setToolTip(loss.name)
        self.delta.setVisible(loss.name in ("huber", "smooth_l1"))
        self.delta.set_value(loss.delta if loss.name == "huber" else loss.beta)
        self.reduction.set_key(loss.reduction)

    def _on_chosen(self, name: LossName) -> None:
        self.edited.emit(Loss(name, reduction=self._loss.reduction), "name")

    def _on_delta_edited(self, value: float) -> None:
        self._edit("delta", **{"delta" if self._loss.name == "huber" else "beta": value})

    def _edit(self, part: str, **changes: object) -> None:
        self.edited.emit(replace(self._loss, **changes), part)
