"""The arrows of the current step: the update −η∇f in the tangent plane, and the terms it is made of."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from engine.descent.run import Run
from engine.descent.step_arrows import step_vectors
from engine.solving.solution import Solution
from engine.solving.timeline import Frame, Marker
from gui.store import ViewState
from gui.surface.arrows import Arrow
from gui.surface.box_map import BoxMap
from gui.surface.paths import Drawn
from gui.theme import Theme, term_color

Floats = NDArray[np.float64]

MANY: Final = 12  # with more runs, only the selected one shows its arrows


def markers_with_arrows(frame: Frame, selected: int) -> Sequence[Marker]:
    """Those of every run or, where there are many, of the selected one."""
    return frame.markers if len(frame.markers) <= MANY else frame.markers[selected : selected + 1]


def step_arrows(
    solution: Solution, frame: Frame, drawn: Drawn, box_map: BoxMap, view: ViewState, theme: Theme
) -> tuple[Arrow, ...]:
    """Of every run (or, where there are many, of the selected one) that has a step to take and is on the
    surface: where more variables are free, that whose point the slice goes through."""
    arrows: list[Arrow] = []
    for marker in markers_with_arrows(frame, view.selected_run):
        if marker.run_index < len(solution.runs) and bool(drawn.holds(marker.position)):
            run = solution.runs[marker.run_index]
            arrows += _of_step(run, marker.step, drawn, box_map, view.highlighted_term, theme)
    return tuple(arrows)


def _of_step(
    run: Run, step: int, drawn: Drawn, box_map: BoxMap, highlighted: str | None, theme: Theme
) -> list[Arrow]:
    start = drawn.on_section(run.points[step])
    if not np.isfinite(start).all():
        return []
    slope = box_map.slope_at(start[:2])
    return [
        _arrow(start, drawn.direction(arrow.vector), slope, term_color(arrow.role, theme), arrow.strong)
        for arrow in step_vectors(run, step, highlighted)
    ]


def _arrow(start: Floats, across: Floats, slope: Floats, color: QColor, strong: bool) -> Arrow:
    """In the tangent plane: as far along the plane as the vector, as far down as its slope says."""
    end = start + np.array([*across, float(slope @ across)])
    return Arrow(start, end, (color.red(), color.green(), color.blue()), strong)
