"""Layout: where the parts of the picture go. GUI thread."""

import math
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF

from engine.levels import TickLabels
from gui.contour.look import Look

NARROW: Final = 5.0  # times longer than wide: such a domain is not drawn to scale
MARGIN_PX: Final = 12.0
TICK_PX: Final = 5.0
BAR_GAP_PX: Final = 18.0
BAR_WIDTH_PX: Final = 14.0


@dataclass(frozen=True)
class Layout:
    """Attributes: plot: the map; bar: the colour bar (empty if there is none); header: of the readout."""

    plot: QRectF
    bar: QRectF
    header: QRectF


def lay_out(
    rect: QRectF,
    look: Look,
    *,
    y_labels: TickLabels,
    bar_labels: TickLabels | None,
    aspect: float | None,
    readout_lines: int = 0,
) -> Layout:
    """Divide `rect`.

    Args:
        bar_labels: of the colour bar; None for no bar.
        aspect: height over width of the domain, to draw it to scale; None to fill the space. Of no effect
            where one side would become a sliver.
        readout_lines: lines of text above the plot.
    """
    metrics = look.tick_metrics
    px = look.px
    margin = px(MARGIN_PX)
    line = metrics.height()
    widest = max((metrics.horizontalAdvance(text) for text in y_labels.labels), default=0.0)
    left = rect.left() + margin + max(math.ceil(widest) + px(TICK_PX + 4), px(34))
    bottom = rect.bottom() - margin * 0.6 - line - px(TICK_PX + 3)
    header_height = readout_lines * look.readout_line + (px(8) if readout_lines else 0)
    header = QRectF(rect.left() + margin, rect.top() + px(4), rect.width() - 2 * margin, header_height)
    top = header.bottom() + px(26)  # the name of the vertical axis stands above it
    bar_space = 0.0
    if bar_labels is not None:
        widest = max((metrics.horizontalAdvance(text) for text in bar_labels.labels), default=0.0)
        beside = px(TICK_PX + 4) + math.ceil(widest)
        above = metrics.horizontalAdvance(bar_labels.note) - px(BAR_WIDTH_PX)
        bar_space = px(BAR_GAP_PX + BAR_WIDTH_PX) + max(beside, math.ceil(above))
    width = max(rect.right() - margin - bar_space - left, 40.0)
    height = max(bottom - top, 40.0)
    if aspect is not None and 1 / NARROW <= aspect <= NARROW:
        if height / width > aspect:
            spare = height - width * aspect
            height = width * aspect
            top += math.floor(spare / 2)
        else:
            spare = width - height / aspect
            width = height / aspect
            left += math.floor(spare / 2)
    plot = QRectF(round(left), round(top), round(width), round(height))
    if bar_labels is None:
        return Layout(plot, QRectF(), header)
    bar = QRectF(round(plot.right() + px(BAR_GAP_PX)), plot.top(), round(px(BAR_WIDTH_PX)), plot.height())
    return Layout(plot, bar, header)
