"""Weights from a file and into one, and which of its tensors was taken for which. GUI thread."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.document.network_setup import file_weights
from engine.document.weights.stored import WeightFileError
from engine.document.weights.weightfile import SUFFIXES, Loaded, read, write
from gui.files import ask_where_to_save
from gui.i18n import tr
from gui.panels.network_edit import edit_network
from gui.store import Change, Store
from gui.style import set_role
from gui.widgets import ProblemLabel, link_button


class WeightFiles(QWidget):
    """Two buttons, and below them what was read."""

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self.load = link_button("open", tr("Load weights…"), tr("Start from the weights of a file"))
        self.load.clicked.connect(self._on_load_wanted)
        self.save = link_button(
            "export", tr("Save weights…"), tr("Write the weights at the playhead to a file")
        )
        self.save.clicked.connect(self._on_save_wanted)
        self.mapping = QLabel()
        self.mapping.setWordWrap(True)
        set_role(self.mapping, "muted")
        self.mapping.hide()
        self.problem = ProblemLabel()
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.load)
        row.addWidget(self.save)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.mapping)
        column.addWidget(self.problem)
        store.lab_changed.connect(self._on_lab_changed)

    def read_file(self, path: Path) -> None:
        """Start from the weights of `path`, or say why not."""
        network = self._store.lab.network
        if network is None:
            return
        try:
            loaded = read(path, tuple(network.shapes.items()))
        except WeightFileError as error:
            self.problem.set_problem(tr(error.message))
            return
        scaling = "standard" if loaded.standardised else network.scaling
        edit_network(self._store, "weights", weights=loaded.tensors, scaling=scaling)
        self._store.end_merge()
        self.problem.set_problem("")
        self.mapping.setText(f"{path.name}\n{_mapping_text(loaded)}")
        self.mapping.show()

    def write_file(self, path: Path) -> None:
        """Write the weights of the selected run at the playhead, or say why not."""
        lab, solution, frame = self._store.lab, self._store.solution, self._store.frame
        if lab.network is None or solution is None or solution.setup is None or solution.examples is None:
            return
        index = self._store.view.selected_run
        markers = frame.markers if frame is not None else ()
        point = markers[min(index, len(markers) - 1)].position if markers else solution.setup.starts[0]
        try:
            write(file_weights(lab.network, solution.examples, solution.setup, point), path)
            self.problem.set_problem("")
        except WeightFileError as error:
            self.problem.set_problem(tr(error.message))

    def _on_lab_changed(self, change: Change) -> None:
        network = self._store.lab.network
        if "network" in change and (network is None or network.weights is None):
            self.mapping.hide()
            self.problem.set_problem("")

    def _on_load_wanted(self) -> None:
        kinds = tr("Weights (*{suffixes})", suffixes=" *".join(SUFFIXES))
        name, _ = QFileDialog.getOpenFileName(self, tr("Load weights…"), "", kinds)
        if name:
            self.read_file(Path(name))

    def _on_save_wanted(self) -> None:
        kinds = tr("Weights (*{suffixes})", suffixes=" *".join(SUFFIXES))
        path = ask_where_to_save(self, tr("Save weights…"), Path("weights" + SUFFIXES[0]), kinds)
        if path is not None:
            self.write_file(path)


def _mapping_text(loaded: Loaded) -> str:
    """A line for each tensor: ours ← theirs, ᵀ where rows and columns were swapped."""
    return "\n".join(
        f"{source.ours} ← {source.theirs}{'ᵀ' if source.transposed else ''}" for source in loaded.sources
    )
