"""Look: theme, scale and fonts of one picture, the same for every layer. GUI thread."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPen

from gui.theme import FONT_FAMILY, Theme

LABEL_PX: Final = 11.0  # ticks
INLINE_PX: Final = 10.5  # numbers in the level lines
READOUT_PX: Final = 12.5
NAME_PX: Final = 16.0  # em of the typeset names of the axes


@dataclass(frozen=True)
class Look:
    """Attributes: scale: 1 on a screen; larger in projector mode and in large exports."""

    theme: Theme
    scale: float = 1.0

    def font(self, size_px: float, *, strong: bool = False) -> QFont:
        font = QFont(FONT_FAMILY)
        font.setPixelSize(max(1, round(size_px * self.scale)))
        font.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        font.setFeature(QFont.Tag("tnum"), 1)  # digits of one width: numbers do not tremble
        return font

    @cached_property
    def tick_font(self) -> QFont:
        return self.font(LABEL_PX)

    @cached_property
    def tick_metrics(self) -> QFontMetricsF:
        return QFontMetricsF(self.tick_font)

    @cached_property
    def inline_font(self) -> QFont:
        return self.font(INLINE_PX)

    @cached_property
    def inline_metrics(self) -> QFontMetricsF:
        return QFontMetricsF(self.inline_font)

    @cached_property
    def readout_font(self) -> QFont:
        return self.font(READOUT_PX)

    @cached_property
    def readout_metrics(self) -> QFontMetricsF:
        return QFontMetricsF(self.readout_font)

    @property
    def readout_line(self) -> float:
        """From one line of the readout to the next, px."""
        return 1.25 * self.readout_metrics.height()

    def px(self, length: float) -> float:
        return length * self.scale

    def hairline(self, color: QColor) -> QPen:
        """A line of one pixel, however the painter is scaled; wider where everything is."""
        return self.pen(color, 1.0)

    def pen(self, color: QColor, width: float) -> QPen:
        # Qt's raster engine has a fast path for a cosmetic pen of exactly one pixel; a wider pen is slow.
        pen = QPen(color, width if self.scale < 1.5 else width * self.scale)
        pen.setCosmetic(True)
        return pen
