"""The layers of a network as chips in a row: each opens what can be done with it. GUI thread."""

from msgspec.structs import replace
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QWidget, QWidgetAction

from engine.document.network import MAX_LAYERS, MAX_WIDTH, Layer, Network
from engine.document.network_text import ACTIVATIONS
from engine.document.proposals import HIDDEN
from gui.i18n import tr
from gui.panels.network_edit import edit_network
from gui.store import Store
from gui.style import set_role
from gui.widgets import FlowLayout, NumberField


class LayerChip(QPushButton):
    """One layer: its width and activation, and a menu that changes or removes it."""

    def __init__(self, store: Store, index: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self.index = index
        set_role(self, "chip")
        menu = QMenu(self)
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(12, 4, 12, 4)
        row.addWidget(QLabel(tr("Units")), 1)
        self.units = NumberField(
            ge=1,
            le=MAX_WIDTH,
            integer=True,
            name=tr("Units of layer {number}", number=index + 1),
            width_px=64,
        )
        self.units.value_edited.connect(lambda units: self._edit("width", width=units))
        self.units.editing_done.connect(store.end_merge)
        row.addWidget(self.units)
        held = QWidgetAction(menu)
        held.setDefaultWidget(line)
        menu.addAction(held)
        menu.addSeparator()
        group = QActionGroup(menu)
        self.activations: dict[str, QAction] = {}
        for name in ACTIVATIONS:
            action = menu.addAction(name)
            action.setCheckable(True)
            group.addAction(action)
            action.triggered.connect(
                lambda _checked=False, name=name: self._edit("activation", activation=name)
            )
            self.activations[name] = action
        menu.addSeparator()
        self.removal = menu.addAction(tr("Remove this layer"))
        self.removal.triggered.connect(lambda: self._remove())
        self.setMenu(menu)

    def show_layer(self, layer: Layer, *, only: bool) -> None:
        self.setText(f"{layer.width} {layer.activation}")
        self.setAccessibleName(
            tr(
                "Layer {number}: {units} units, {activation}",
                number=self.index + 1,
                units=layer.width,
                activation=layer.activation,
            )
        )
        self.units.set_value(layer.width)
        self.activations[layer.activation].setChecked(True)
        self.removal.setEnabled(not only)

    def _edit(self, part: str, **changes: object) -> None:
        network = self._store.lab.network
        if network is not None:
            layers = list(network.layers)
            layers[self.index] = replace(layers[self.index], **changes)
            edit_network(self._store, f"layers.{self.index}.{part}", layers=tuple(layers))

    def _remove(self) -> None:
        network = self._store.lab.network
        if network is not None:
            layers = (*network.layers[: self.index], *network.layers[self.index + 1 :])
            edit_network(self._store, "layers", layers=layers)
            self._store.end_merge()


class LayerChips(QWidget):
    """From the inputs to the outputs, and a button that puts a hidden layer before the outputs."""

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self.chips: list[LayerChip] = []
        self._arrows: list[QLabel] = []
        self._row = FlowLayout(self, spacing_px=5)
        self.inputs = QLabel()
        set_role(self.inputs, "muted")
        self._row.addWidget(self.inputs)
        self.add = QPushButton(tr("+ layer"))
        self.add.setToolTip(tr("Add a hidden layer before the outputs"))
        set_role(self.add, "link")
        self.add.clicked.connect(self._on_added)
        self._row.addWidget(self.add)

    def show_network(self, network: Network) -> None:
        self.inputs.setText(
            tr("{count} inputs", count=network.inputs) if network.inputs > 1 else tr("one input")
        )
        if len(self.chips) != len(network.layers):
            self._make(len(network.layers))
        for chip, layer in zip(self.chips, network.layers, strict=True):
            chip.show_layer(layer, only=len(self.chips) == 1)
        self.add.setEnabled(len(network.layers) < MAX_LAYERS)

    def _make(self, count: int) -> None:
        for old in (*self.chips, *self._arrows):
            self._row.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._row.removeWidget(self.add)
        self.chips = [LayerChip(self._store, index, self) for index in range(count)]
        self._arrows = [QLabel("→") for _ in range(count)]
        for arrow, chip in zip(self._arrows, self.chips, strict=True):
            set_role(arrow, "muted")
            self._row.addWidget(arrow)
            self._row.addWidget(chip)
        self._row.addWidget(self.add)

    def _on_added(self) -> None:
        """As wide as the last hidden one."""
        network = self._store.lab.network
        if network is not None:
            *hidden, outputs = network.layers
            more = hidden[-1] if hidden else replace(HIDDEN, bias=outputs.bias)
            edit_network(self._store, "layers", layers=(*hidden, more, outputs))
            self._store.end_merge()
