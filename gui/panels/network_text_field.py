"""The network as text, "2-8tanh-1": read as it is typed, and what is wrong with it said below. GUI thread."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from engine.document.network import Network
from engine.document.network_text import MAX_CHARACTERS, NetworkError, network_spec, parse_network
from gui.i18n import tr
from gui.panels.network_edit import edit_network, with_biases_of
from gui.store import Store
from gui.style import set_invalid, set_role
from gui.timing import single_shot
from gui.widgets import ProblemLabel

PATIENCE_MS: Final = 500  # after the last key a text is judged


class NetworkTextField(QWidget):
    """Edits inputs and layers; a text that is none stays as typed, and the network as it was."""

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._wrong = ""
        self._outer = ""
        self._before: Network | None = None  # the typing
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
        self._patience = single_shot(self, PATIENCE_MS, self._judge)
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
        same = typed is not None and network_spec(typed) == network_spec(network)
        if not same and not (self._wrong and self._is_as_before(network)) and not self._patience.isActive():
            self.field.setText(network_spec(network))
            self._wrong = ""
            self._before = None
            self._show_problem()

    def _is_as_before(self, network: Network) -> bool:
        """Whether a wrong text stands beside the network it was to replace."""
        before = self._before
        return before is not None and network_spec(before) == network_spec(network)

    def set_problem(self, text: str) -> None:
        """What the engine found wrong with the layers."""
        self._outer = text
        self._show_problem()

    def _on_edited(self, _text: str) -> None:
        """On the way to 2-8tanh-1, 2-8 is a network too; nobody wants to see it trained."""
        if self._before is None:
            self._before = self._store.lab.network
        self._patience.start()

    def _judge(self) -> None:
        """Take what was typed; where it is none, what there was before the typing is back."""
        self._patience.stop()
        before = self._before
        if before is None:
            return
        self._wrong = ""
        network = before
        try:
            network = parse_network(self.field.text())
        except NetworkError as error:
            self._wrong = f"{tr(error.message)} {tr(error.hint) if error.hint else ''}".rstrip()
        layers = with_biases_of(before, network.layers)
        edit_network(self._store, "text", self, inputs=network.inputs, layers=layers, scaling=network.scaling)
        self._show_problem()

    def _on_finished(self) -> None:
        self._judge()
        self._before = None
        self._store.end_merge()

    def _show_problem(self) -> None:
        self.problem.set_problem(self._wrong or self._outer)
        set_invalid(self.field, bool(self._wrong or self._outer))
