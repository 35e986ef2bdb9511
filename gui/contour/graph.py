"""The picture of a function of one variable: its graph, and what lies on it. GUI thread."""

import math
from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPen

from engine.base.arrays import Floats
from engine.descent.run import Run
from engine.function.field import curve_of
from engine.function.sampled import Field
from engine.solving.timeline import Marker
from gui.contour.curve_scene import CurveStyle, paint_curve, paint_line
from gui.contour.viewport import Viewport
from gui.drawing.look import Look
from gui.theme import run_color


def graph_area(rect: QRectF, look: Look, readout_lines: float) -> QRectF:
    """What of `rect` is left for the plot under the readout."""
    header = readout_lines * look.readout_line
    return rect.adjusted(look.px(12), header + look.px(8 if header else 0), -look.px(8), -look.px(6))


def paint_graph(painter: QPainter, view: Viewport, look: Look, field: Field) -> None:
    """The curve in its frame."""
    curve = curve_of(field, field.plane.origin, math.nan, math.nan)
    paint_curve(
        painter, view, look, curve, CurveStyle(look.theme.color("accent"), tangent=False, point=False)
    )


def paint_tangents(
    painter: QPainter,
    view: Viewport,
    look: Look,
    field: Field,
    markers: Sequence[Marker],
    column: int,
    mark_of: Callable[[int], int],
) -> None:
    """The tangent at each marker: its slope is what the next step follows.

    Args:
        column: of the drawn variable in positions. mark_of: index of a run → its mark.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for marker in markers:
        x = float(marker.position[column])
        if not (math.isfinite(marker.value) and field.x[0] <= x <= field.x[-1]):
            continue
        slope = float(np.interp(x, field.x, field.fx[0]))
        color = run_color(mark_of(marker.run_index))
        color.setAlphaF(0.85)
        paint_line(painter, view, x, marker.value, slope, QPen(color, look.px(1.4)))


def places_on_graph(x: Floats, field: Field, runs: tuple[Run, ...]) -> Floats:
    """Where the starts at `x`, (s,), lie on the graph, (s, 2); at its bottom where f is undefined."""
    heights = np.interp(x, field.x, field.z[0])
    values = {run.start_index: float(run.values[0]) for run in runs}
    heights = np.array([values.get(k, height) for k, height in enumerate(heights)])
    return np.stack((x, np.where(np.isfinite(heights), heights, field.z_lo)), axis=1)
