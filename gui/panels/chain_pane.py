"""The chain rule of the chosen weight, with its numbers; it scrolls where it is long. GUI thread."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from engine.solving.backprop_moment import Backprop
from gui.i18n import tr
from gui.network.backprop import BackpropView
from gui.network.picture import Phase
from gui.style import set_role
from gui.theme import Theme

LEAST_PX: Final = 300


class ChainPane(QWidget):
    """A BackpropView under a title.

    Signals:
        closed: somebody is done with it.
        row_chosen(int): a row of the table, by a click on its bar.
    """

    closed = Signal()
    row_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: NDArray[np.intp] = np.zeros(0, np.intp)
        self.setMinimumWidth(LEAST_PX)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        title = QLabel(tr("Backpropagation"))
        set_role(title, "section")
        self.close_button = QPushButton(tr("Close"))
        self.close_button.setToolTip(tr("Back to the fit"))
        set_role(self.close_button, "link")
        self.close_button.clicked.connect(self.closed)
        head.addWidget(title, 1)
        head.addWidget(self.close_button)
        column.addLayout(head)
        self.view = BackpropView()
        self.view.bars.row_chosen.connect(lambda place: self.row_chosen.emit(int(self._rows[place])))
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self.view)
        column.addWidget(scroll, 1)

    def set_theme(self, theme: Theme) -> None:
        self.view.set_theme(theme)

    def show_backprop(self, found: Backprop, phase: Phase | None) -> None:
        self._rows = found.rows
        self.view.show_lines(found.lines, found.shares, phase)
