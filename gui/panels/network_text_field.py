"""The network as text, "2-8tanh-1": read as it is typed, and what is wrong with it said below. GUI thread."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from engine.document.network import Network
from engine.document.network_text import MAX_CHARACTERS, NetworkError, network_spec, parse_network
from gui.i18n import tr
from gui.panels.network_edit import edit_network
from gui.store import Store
from gui.style import set_invalid, set_role
from gui.timing import single_shot
from gui.widgets import ProblemLabel

PATIENCE_MS: Final = 600  # how long an unfinished text may stand before it is called wrong


class NetworkTextField(QWidget):
    """Edits inputs and layers; a text that is none stays as typed, and the network as it was."""

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._wrong = ""
        self._outer = ""
        self.field = QLineEdit()
        self.field.setMaxLength(MAX_CHARACTERS)
        self.field.setAccessibleName(tr("Network as text"))
        self.field.setToolTip(
            tr("Widths from the inputs to the outputs, each with its activation: 2-8tanh-1")
        )
        self.count = QLabel()
        set_role(self.count, "muted")
        self.count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.problem = ProblemLabel()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.field, 1)
        row.addWidget(self.count)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.problem)
        self._patience = single_shot(self, PATIENCE_MS, self._show_problem)
        self.field.textEdited.connect(self._on_edited)
        self.field.editingFinished.connect(self._on_finished)

    def show_network(self, network: Network) -> None:
        """A text that means this network already stays as it is written."""
        count = network.parameters
        self.count.setText(tr("{count} weights", count=f"{count:,}") if count > 1 else tr("one weight"))
        try:
            typed: Network | None = parse_network(self.field.text())
        except NetworkError:
            typed = None
        same = typed is not None and (typed.inputs, typed.layers) == (network.inputs, network.layers)
        if not same and not (self._wrong and self.field.hasFocus()):
            self.field.setText(network_spec(network))
            self._wrong = ""
            self._show_problem()

    def set_problem(self, text: str) -> None:
        """What the engine found wrong with the layers."""
        self._outer = text
        self._show_problem()

    def _on_edited(self, text: str) -> None:
        try:
            network = parse_network(text)
        except NetworkError as error:
            hint = f" {tr(error.hint)}" if error.hint else ""
            self._wrong = f"{tr(error.message)}{hint}"
            self._patience.start()
            return
        self._wrong = ""
        self._show_problem()
        edit_network(self._store, "text", self, inputs=network.inputs, layers=network.layers)

    def _on_finished(self) -> None:
        self._show_problem()
        self._store.end_merge()

    def _show_problem(self) -> None:
        self._patience.stop()
        self.problem.set_problem(self._wrong or self._outer)
        set_invalid(self.field, bool(self._wrong or self._outer))
