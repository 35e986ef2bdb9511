"""Layout: where the parts of the picture go. GUI thread."""

import math
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF

from engine.base.round_numbers import TickLabels
from gui.drawing.look import Look

NARROW: Final = 5.0  # times longer than wide: such a domain is not drawn to scale
MARGIN_PX: Final = 12.0
TICK_PX: Final = 5.0
BAR_GAP_PX: Final = 18.0
SMALL_GAP_PX: Final = 13.0
BAR_WIDTH_PX: Final = 14.0
SMALL_PX: Final = 400.0  # a narrower picture has less room around the plot
NO_BAR_PX: Final = 190.0  # and one that is narrower still has no colour bar: its level lines are labelled
LONG_LABEL: Final = "−0.0000"  # few numbers are longer: format_ticks writes four significant digits


@dataclass(frozen=True)
class Layout:
    """Attributes: plot: the map; bar: the colour bar (of no width if none is); header: of the readout."""

    plot: QRectF
    bar: QRectF
    header: QRectF


def widest_label(labels: TickLabels, look: Look, *, steady: bool) -> float:
    """Of the numbers of an axis, px; if `steady`, at least of a long one."""
    texts = (*labels.labels, LONG_LABEL) if steady else labels.labels
    return max((look.tick_metrics.horizontalAdvance(text) for text in texts), default=0.0)


def lay_out(
    rect: QRectF,
    look: Look,
    *,
    y_labels: TickLabels,
    bar_labels: TickLabels | None,
    aspect: float | None,
    readout_lines: float = 0.0,
) -> Layout:
    """Divide `rect`, with room for long numbers unless it is small: the plot rests while they change.

    Args:
        bar_labels: of the colour bar, if there is room for one; None for no bar.
        aspect: height over width of the domain, to draw it to scale; None to fill the space. Of no effect
            where one side would become a sliver.
        readout_lines: the height of the text above the plot, in lines.
    """
    metrics = look.tick_metrics
    px = look.px
    small = rect.width() < px(SMALL_PX)
    margin = px(MARGIN_PX / 2 if small else MARGIN_PX)
    gap = px(SMALL_GAP_PX if small else BAR_GAP_PX)
    line = metrics.height()
    widest = widest_label(y_labels, look, steady=not small)
    left = rect.left() + margin + max(math.ceil(widest) + px(TICK_PX + 4), px(34))
    bottom = rect.bottom() - margin * 0.6 - line - px(TICK_PX + 3)
    header_height = readout_lines * look.readout_line + (px(8) if readout_lines else 0)
    header = QRectF(rect.left() + margin, rect.top() + px(4), rect.width() - 2 * margin, header_height)
    top = header.bottom() + px(26)  # the name of the vertical axis stands above it
    bar_space = 0.0
    if rect.width() < px(NO_BAR_PX):
        bar_labels = None
    if bar_labels is not None:
        widest = widest_label(bar_labels, look, steady=not small)
        beside = px(TICK_PX + 4) + math.ceil(widest)
        above = metrics.horizontalAdvance(bar_labels.note) - px(BAR_WIDTH_PX)
        bar_space = gap + px(BAR_WIDTH_PX) + max(beside, math.ceil(above))
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
        return Layout(plot, QRectF(plot.right(), plot.top(), 0.0, plot.height()), header)
    bar = QRectF(round(plot.right() + gap), plot.top(), round(px(BAR_WIDTH_PX)), plot.height())
    return Layout(plot, bar, header)
