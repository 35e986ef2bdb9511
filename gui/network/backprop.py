"""The chain rule of one weight, worked out, and what every row of the batch adds to the derivative.

Each factor has the colour that it has in the drawing. GUI thread.
"""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QLineF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from engine.words.backprop_text import BackpropLine, Shares
from gui.drawing.look import Look
from gui.i18n import tr
from gui.network.picture import Phase
from gui.style import set_role
from gui.theme import CHAIN_COLORS, LIGHT, Theme, chain_color, sign_color
from gui.typeset import FormulaLabel

FORMULA_PX: Final = 16.0
BARS_PX: Final = 54
_ROLE = re.compile(r"\\textcolor\{(activation|slope|weight|delta)\}")
_PHASES: Final = {
    "forward": "forward",
    "backward": "backward",
    "product": "backward",
    "batch": "update",
    "update": "update",
}


def tinted(tex: str, theme: Theme) -> str:
    """`tex` with the colours of `theme` in the place of the roles of its factors."""
    return _ROLE.sub(lambda match: rf"\textcolor{{{CHAIN_COLORS[theme.name][match[1]]}}}", tex)


def lines_of(lines: Sequence[BackpropLine], phase: Phase | None) -> list[BackpropLine]:
    """Those that belong to a phase of the step; without one, all."""
    return [line for line in lines if phase is None or _PHASES[line.kind] == phase]


def paint_shares(painter: QPainter, rect: QRectF, shares: Shares, look: Look) -> None:
    """A bar for what each row adds, up above 0 and down below; the row's own is strong. On a card."""
    values = np.nan_to_num(shares.each, nan=0.0, posinf=0.0, neginf=0.0)
    if not values.size:
        return
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    plot = rect.adjusted(look.px(4), look.px(4), -look.px(4), -look.px(4))
    span = (high - low) or 1.0
    zero = plot.bottom() + low / span * plot.height()
    slot = plot.width() / len(values)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, slot < 3)
    width = max(slot * 0.72, 1.0)
    for positive in (True, False):
        rows = np.flatnonzero(values > 0 if positive else values < 0)
        pen = QPen(sign_color(positive, look.theme), width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        for own in (False, True):
            color = sign_color(positive, look.theme)
            color.setAlphaF(1.0 if own or shares.place is None else 0.5)
            pen.setColor(color)
            painter.setPen(pen)
            chosen = rows[(rows == shares.place) == own]
            x = plot.left() + (chosen + 0.5) * slot
            tops = zero - values[chosen] / span * plot.height()
            ends = zip(x.tolist(), tops.tolist(), strict=True)
            painter.drawLines([QLineF(at, zero, at, top) for at, top in ends])
    painter.setPen(QPen(look.theme.color("grid"), 1.0))
    painter.drawLine(QLineF(plot.left(), zero, plot.right(), zero))
    if shares.place is not None:
        at = plot.left() + (shares.place + 0.5) * slot
        painter.setPen(QPen(chain_color("delta", look.theme), look.px(1.4)))
        half = max(slot / 2, look.px(3))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawRoundedRect(QRectF(at - half, plot.top(), 2 * half, plot.height()), 2, 2)
    painter.restore()


class SharesView(QWidget):
    """The bars of the rows.

    Signals:
        row_chosen(int): a click on the bar of this row of the batch.
    """

    row_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = Look(LIGHT)
        self._shares: Shares | None = None
        self.setFixedHeight(BARS_PX)
        self.setAccessibleName(tr("What each row of the batch adds to the derivative"))

    def sizeHint(self) -> QSize:
        return QSize(300, BARS_PX)

    def set_theme(self, theme: Theme) -> None:
        self._look = Look(theme, theme.scale)
        self.update()

    def set_shares(self, shares: Shares | None) -> None:
        self._shares = shares
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._look.theme.color("card"))
            if self._shares is not None:
                paint_shares(painter, QRectF(self.rect()), self._shares, self._look)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._shares is None or not len(self._shares.each):
            return
        inset = self._look.px(4)
        share = (event.position().x() - inset) / max(self.width() - 2 * inset, 1.0)
        count = len(self._shares.each)
        self.row_chosen.emit(min(max(int(share * count), 0), count - 1))


class BackpropView(QWidget):
    """The lines below each other, and under those of the batch its bars."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._lines: tuple[BackpropLine, ...] = ()
        self._phase: Phase | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 8, 12, 8)
        self._column.setSpacing(3)
        self._rows: list[tuple[QLabel, FormulaLabel]] = []
        self.bars = SharesView()
        self._column.addWidget(self.bars)
        self._column.addStretch(1)
        self.setAccessibleName(tr("Backpropagation"))

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.bars.set_theme(theme)
        self._write()

    def show_lines(
        self, lines: Sequence[BackpropLine], shares: Shares | None = None, phase: Phase | None = None
    ) -> None:
        """Show the lines of a phase, or all."""
        self._lines, self._phase = tuple(lines), phase
        self.bars.set_shares(shares)
        self.bars.setVisible(shares is not None and phase in (None, "update"))
        self._write()

    @property
    def formulas(self) -> list[str]:
        """The TeX that is shown, line by line."""
        return [formula.tex for _, formula in self._rows if not formula.isHidden()]

    def _write(self) -> None:
        shown = lines_of(self._lines, self._phase)
        while len(self._rows) < len(shown):
            name, formula = QLabel(), FormulaLabel(size_px=FORMULA_PX, overflow="wrap")
            set_role(name, "muted")
            name.setWordWrap(True)
            at = 2 * len(self._rows)
            self._column.insertWidget(at, name)
            self._column.insertWidget(at + 1, formula)
            self._rows.append((name, formula))
        for k, (name, formula) in enumerate(self._rows):
            name.setVisible(k < len(shown))
            formula.setVisible(k < len(shown))
            if k < len(shown):
                name.setText(tr(shown[k].name))
                formula.set_tex(tinted(shown[k].tex, self._theme))
