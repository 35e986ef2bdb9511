"""What stands in the place of the formula while a network is trained: the model typeset, and the way back.

GUI thread.
"""

from typing import Final

from msgspec.structs import replace
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.document.network import Network
from engine.document.network_setup import input_names
from engine.document.network_text import network_latex, network_lines, network_text
from engine.document.proposals import with_table
from engine.words.model_text import loss_latex, sums_latex
from gui.i18n import tr
from gui.store import Change, Store
from gui.style import set_role
from gui.theme import Theme
from gui.typeset import FormulaLabel
from gui.widgets import link_button

MODEL_PX: Final = 20.0
SMALL_PX: Final = 15.0


class ModelView(QFrame):
    """The network of `store.lab` in matrices, where it is small as sums too, and its loss.

    One neuron is its sum: matrices would say no more.
    """

    def __init__(self, store: Store, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        set_role(self, "card")
        self.setAccessibleName(tr("Model"))
        self.model = FormulaLabel(overflow="shrink", size_px=MODEL_PX)
        self.sums = FormulaLabel(overflow="shrink", size_px=SMALL_PX)
        self.loss = FormulaLabel(overflow="shrink", size_px=SMALL_PX)
        self.loss.set_color("muted")
        self.note = QLabel()
        set_role(self.note, "muted")
        self.back = link_button("close", tr("Back to a formula"), tr("Descend a formula instead"))
        self.back.clicked.connect(self._on_back_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 8, 6)
        column.setSpacing(6)
        for label in (self.model, self.sums, self.loss):
            column.addWidget(label)
        row = QHBoxLayout()
        row.addWidget(self.note, 1)
        row.addWidget(self.back)
        column.addLayout(row)
        store.lab_changed.connect(self._on_lab_changed)
        self._refresh()

    def set_theme(self, theme: Theme) -> None:
        """What is typeset takes the palette's colours by itself."""
        self.update()

    def _on_lab_changed(self, change: Change) -> None:
        if "network" in change or "data" in change:
            self._refresh()

    def _refresh(self) -> None:
        network = self._store.lab.network
        self.setHidden(network is None)
        if network is None:
            return
        lines = self._lines(network)
        neuron = len(lines) == 1
        lines = (*lines, *network_lines(network)[1:])
        self.model.set_tex(lines[0] if neuron else network_latex(network), plain=network_text(network))
        aligned = r"\\".join(line.replace(" = ", " &= ", 1) for line in lines[neuron:])
        self.sums.set_tex(rf"\begin{{aligned}}{aligned}\end{{aligned}}")
        self.sums.setVisible(len(lines) > neuron)
        self.loss.set_tex(loss_latex(network.loss, network.penalty))
        count = network.parameters
        self.note.setText(
            tr("A network is trained: {count} weights", count=f"{count:,}")
            if count > 1
            else tr("A network is trained: one weight")
        )

    def _lines(self, network: Network) -> tuple[str, ...]:
        """An equation for each unit, by the names of the columns; none of many weights."""
        data = self._store.lab.data
        return sums_latex(network, input_names(network, data)) if data is not None else ()

    def _on_back_wanted(self) -> None:
        """The formula as it was, or a loss over the table where it cannot stand beside it."""
        lab = replace(self._store.lab, network=None)
        if lab.data is not None:
            lab = with_table(lab, lab.data)
        self._store.edit(network=None, formula=lab.formula, loss=lab.loss, order=lab.order, starts=lab.starts)
