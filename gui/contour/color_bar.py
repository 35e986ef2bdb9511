"""The colour bar: the colours and range of the surface, round ticks, a mark at each level. GUI thread."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath

from engine.lab import Colormap
from engine.levels import TickLabels, format_distinct, format_ticks
from engine.scale import bar_ticks, height_of
from engine.solution import Field, Floats
from gui.colormaps import color_range, colors_of
from gui.contour.level_lines import DARK, LIGHT, is_dark
from gui.contour.look import Look


def bar_scale(field: Field, length_px: float, look: Look) -> tuple[Floats, TickLabels]:
    """Ticks of the bar and their labels."""
    ticks = bar_ticks(field, max(3, int(length_px / look.px(58))))
    if field.log_offset is not None:
        return ticks, TickLabels(format_distinct(ticks))
    return ticks, format_ticks(ticks)


def paint_color_bar(
    painter: QPainter,
    bar: QRectF,
    field: Field,
    scale: tuple[Floats, TickLabels],
    colors: Colormap,
    look: Look,
    *,
    marks: Floats | None,
    markers: tuple[tuple[float, QColor], ...] = (),
) -> None:
    """Draw the bar, pointed where f goes on beyond the range.

    Args:
        scale: of `bar_scale`.
        marks: levels to mark across it, or None.
        markers: values to point at from the left, each with its colour.
    """
    table = np.ascontiguousarray(colors_of(np.linspace(1.0, 0.0, 256), colors, color_range(field, colors)))
    strip = QImage(table.data, 1, 256, 4, QImage.Format.Format_RGBA8888).copy()
    beyond_high = field.clipped and field.z_max > field.z_hi
    beyond_low = field.clipped and field.z_min < field.z_lo
    point = bar.width() * 0.8
    outline = QPainterPath()
    outline.addRect(bar)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(bar, strip, QRectF(0, 0.5, 1, 255))
    for beyond, base, tip, row in (
        (beyond_high, bar.top(), bar.top() - point, 0),
        (beyond_low, bar.bottom(), bar.bottom() + point, 255),
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
        for height in np.clip(height_of(field, marks), 0, 1):
            y = bar.bottom() - float(height) * bar.height()
            color = QColor(LIGHT if is_dark(table[255 - int(height * 255)]) else DARK)
            color.setAlphaF(0.55)
            painter.setPen(look.hairline(color))
            painter.drawLine(QPointF(bar.left() + 1, y), QPointF(bar.right() - 1, y))
    painter.setPen(look.hairline(look.theme.color("grid", 0.75)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, beyond_high or beyond_low)
    painter.drawPath(outline)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    ticks, labels = scale
    metrics = look.tick_metrics
    tick, gap = look.px(4), look.px(4)
    painter.setFont(look.tick_font)
    previous = float("inf")
    for value, text in zip(ticks, labels.labels, strict=True):
        y = bar.bottom() - float(height_of(field, value)) * bar.height()
        painter.setPen(look.hairline(look.theme.color("grid", 0.75)))
        painter.drawLine(QPointF(bar.right(), round(y)), QPointF(bar.right() + tick, round(y)))
        if previous - y < metrics.height():
            continue  # on a logarithmic scale the lowest ones may crowd
        previous = y
        painter.setPen(look.theme.color("muted"))
        box = QRectF(bar.right() + tick + gap, y - metrics.height() / 2, look.px(200), metrics.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
    if labels.note:
        above = bar.top() - (point if beyond_high else 0) - look.px(6)
        painter.drawText(QPointF(bar.left(), above), labels.note)
    for value, color in markers:
        paint_pointer(painter, bar, float(height_of(field, value)), color, look)


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
