"""What the cards beside the views of an exported picture have in common: their ground and their letters.

Each card is a function of the Solution and the step, painted into a rectangle; lengths are in units of the
composition. GUI thread, or the main thread of a command.
"""

from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from gui.theme import FONT_FAMILY, Theme

RADIUS: Final = 0.5
PADDING: Final = 0.8
STEP_EM: Final = 1.25  # of formulas on a card
WORD_EM: Final = 0.92
SMALL_EM: Final = 0.78
SHRINK: Final = 0.72  # words may be so much smaller before they are cut


def paint_card(painter: QPainter, rect: QRectF, unit: float, theme: Theme, fill: str = "card") -> None:
    """The rounded ground of a card, in a colour of the theme."""
    painter.setPen(QPen(theme.color("border"), max(unit / 18, 1.0)))
    painter.setBrush(theme.color(fill))
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS * unit, RADIUS * unit)


def word_font(size_px: float, *, strong: bool = False) -> QFont:
    """The face of words at `size_px`, its digits of one width so that numbers do not tremble."""
    font = QFont(FONT_FAMILY)
    font.setPixelSize(max(round(size_px), 1))
    font.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def fitted_font(words: str, width: float, size_px: float) -> QFont:
    """The face of `words`, smaller down to SHRINK of `size_px` to fit on one line."""
    share = width / max(QFontMetricsF(word_font(size_px)).horizontalAdvance(words), 1.0)
    return word_font(min(max(share, SHRINK), 1.0) * size_px)
