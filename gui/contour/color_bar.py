"""The colour bar: the colours and range of the surface, round ticks, a mark at each level. GUI thread."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath

from engine.base.arrays import Floats
from engine.base.round_numbers import TickLabels, format_distinct, format_ticks, nice_ticks
from engine.document.lab import Colormap
from engine.function.sampled import Field
from engine.function.scale import bar_ticks, height_of
from gui.contour.image_layer import heat_table
from gui.contour.level_lines import DARK, LIGHT, is_dark
from gui.drawing.colormaps import color_range, colors_of
from gui.drawing.look import Look
from gui.typeset import typeset

TICK_EVERY_PX: Final = 58.0
TITLE_PX: Final = 13.0


@dataclass(frozen=True)
class BarScale:
    """What a bar shows.

    Attributes:
        strip: (256, 4) uint8, the colours from the lowest to the highest value.
        ticks, heights, labels: round values, where they stand in [0, 1], and their texts.
        beyond_low, beyond_high: f goes on below or above, in the end colours: the bar is pointed.
        title: TeX above the bar, for what is not f.
    """

    strip: NDArray[np.uint8]
    ticks: Floats
    heights: Floats
    labels: TickLabels
    beyond_low: bool = False
    beyond_high: bool = False
    title: str = ""


def height_scale(field: Field, colors: Colormap, length_px: float, look: Look) -> BarScale:
    """The bar of the heights, the same as the surface's."""
    ticks = bar_ticks(field, max(3, int(length_px / look.px(TICK_EVERY_PX))))
    spaced = TickLabels(format_distinct(ticks)) if field.log_offset is not None else format_ticks(ticks)
    return BarScale(
        strip=colors_of(np.linspace(0.0, 1.0, 256), colors, color_range(field, colors)),
        ticks=ticks,
        heights=height_of(field, ticks),
        labels=spaced,
        beyond_low=field.clipped and field.z_min < field.z_lo,
        beyond_high=field.clipped and field.z_max > field.z_hi,
    )


def heat_scale(steepest: float, length_px: float, look: Look) -> BarScale:
    """The bar of |∇f|, from 0 to `steepest`."""
    top = steepest if steepest > 0 else 1.0
    ticks = nice_ticks(0.0, top, max(3, int(length_px / look.px(TICK_EVERY_PX))))
    return BarScale(
        strip=heat_table(),
        ticks=ticks,
        heights=ticks / top,
        labels=format_ticks(ticks),
        beyond_high=steepest > 0,
        title=r"|\nabla f|",
    )


def paint_color_bar(
    painter: QPainter, bar: QRectF, scale: BarScale, look: Look, marks: Floats | None = None
) -> None:
    """Draw the bar.

    Args:
        marks: heights of levels to mark across it.
    """
    table = np.ascontiguousarray(scale.strip[::-1])
    strip = QImage(table.data, 1, 256, 4, QImage.Format.Format_RGBA8888).copy()
    point = bar.width() * 0.8
    outline = QPainterPath()
    outline.addRect(bar)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(bar, strip, QRectF(0, 0.5, 1, 255))
    for beyond, base, tip, row in (
        (scale.beyond_high, bar.top(), bar.top() - point, 0),
        (scale.beyond_low, bar.bottom(), bar.bottom() + point, 255),
    ):
        if not beyond:
            continue
        end = QPainterPath(QPointF(bar.left(), base))
        end.lineTo(bar.center().x(), tip)
        end.lineTo(bar.right(), base)
        end.closeSubpath()
        painter.fillPath(end, QColor(*(int(c) for c in table[row])))
        outline = outline.united(end)
    if marks is not None:
        for height in np.clip(marks, 0, 1):
            y = bar.bottom() - float(height) * bar.height()
            color = QColor(LIGHT if is_dark(table[255 - int(height * 255)]) else DARK)
            color.setAlphaF(0.55)
            painter.setPen(look.hairline(color))
            painter.drawLine(QPointF(bar.left() + 1, y), QPointF(bar.right() - 1, y))
    pointed = scale.beyond_low or scale.beyond_high
    painter.setPen(look.hairline(look.theme.color("grid", 0.75)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, pointed)
    painter.drawPath(outline)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_labels(painter, bar, scale, look)
    above = bar.top() - (point if scale.beyond_high else 0) - look.px(6)
    if scale.title:
        title = typeset(scale.title, look.px(TITLE_PX), display=False)
        title.paint(painter, QPointF(bar.left(), above), look.theme.color("text"))
        above -= title.height
    if scale.labels.note:
        painter.setPen(look.theme.color("muted"))
        painter.drawText(QPointF(bar.left(), above), scale.labels.note)


def _paint_labels(painter: QPainter, bar: QRectF, scale: BarScale, look: Look) -> None:
    metrics = look.tick_metrics
    tick, gap = look.px(4), look.px(4)
    painter.setFont(look.tick_font)
    previous = float("inf")
    for height, text in zip(scale.heights, scale.labels.labels, strict=True):
        y = bar.bottom() - float(height) * bar.height()
        painter.setPen(look.hairline(look.theme.color("grid", 0.75)))
        painter.drawLine(QPointF(bar.right(), round(y)), QPointF(bar.right() + tick, round(y)))
        if previous - y < metrics.height():
            continue  # on a logarithmic scale the lowest ones may crowd
        previous = y
        painter.setPen(look.theme.color("muted"))
        box = QRectF(bar.right() + tick + gap, y - metrics.height() / 2, look.px(200), metrics.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


def paint_pointer(painter: QPainter, bar: QRectF, height: float, color: QColor, look: Look) -> None:
    """A small triangle at the left of the bar that points at a height; beyond the range at the end."""
    if not np.isfinite(height):
        return
    y = bar.bottom() - min(max(height, 0.0), 1.0) * bar.height()
    size = look.px(4.5)
    triangle = QPainterPath(QPointF(bar.left() - 1, y))
    triangle.lineTo(bar.left() - 1 - size * 1.5, y - size)
    triangle.lineTo(bar.left() - 1 - size * 1.5, y + size)
    triangle.closeSubpath()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(look.hairline(look.theme.color("text", 0.8)))
    painter.setBrush(color)
    painter.drawPath(triangle)
    painter.setBrush(Qt.BrushStyle.NoBrush)
