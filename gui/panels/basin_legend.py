"""What the colours of a basin map mean, and how much of it each has. GUI thread."""

from typing import Final

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.descent.basins import BasinMap
from gui.i18n import tr
from gui.panels.basin_picture import BASIN_COLORS, OTHER_COLORS
from gui.panels.results import outcome_name
from gui.style import set_role
from gui.widgets import Card, ElidedLabel, show_number

MOST_ROWS: Final = 10


def colors_of(basin_map: BasinMap) -> list[QColor]:
    """Of each label: the minima first, then the other outcomes."""
    minima = [QColor(BASIN_COLORS[i % len(BASIN_COLORS)]) for i in range(len(basin_map.minima))]
    return [*minima, *(QColor(OTHER_COLORS[outcome]) for outcome in basin_map.others)]


def label_text(basin_map: BasinMap, label: int) -> str:
    """Where the runs of `label` end."""
    if label >= len(basin_map.minima):
        return outcome_name(basin_map.others[label - len(basin_map.minima)])
    point = basin_map.minima[label]
    nothing = max(1e-9, 1e-6 * float(np.abs(point).max(initial=0.0)))  # what runs leave, beside the rest
    shown = (0.0 if abs(value) < nothing else float(value) for value in point)
    return tr("minimum ({point})", point=", ".join(show_number(value) for value in shown))


class BasinLegend(Card):
    """A row for each of the largest basins."""

    def __init__(self) -> None:
        super().__init__(tr("Where the runs end"))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(4)
        self.body.addLayout(self._rows)

    def show_map(self, basin_map: BasinMap) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        colors = colors_of(basin_map)
        counts = np.bincount(basin_map.labels.ravel(), minlength=len(colors))
        shares = counts / max(counts.sum(), 1)
        order = [int(label) for label in np.argsort(-counts, kind="stable") if counts[label]]
        for label in order[:MOST_ROWS]:
            row = QWidget()
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            line.setSpacing(8)
            line.addWidget(_Chip(colors[label]))
            line.addWidget(ElidedLabel(label_text(basin_map, label)), 1)
            share = QLabel(tr("{share} %", share=show_number(100 * float(shares[label]), 3)))
            set_role(share, "muted")
            line.addWidget(share)
            self._rows.addWidget(row)


class _Chip(QWidget):
    """A small square of a colour."""

    def __init__(self, color: QColor) -> None:
        super().__init__()
        self._color = color
        self.setFixedSize(14, 14)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QPalette().color(QPalette.ColorRole.Mid), 1))
            painter.setBrush(self._color)
            painter.drawRoundedRect(QRectF(1, 1, 12, 12), 3, 3)
