"""The arrows of the current step on the map: the update, and the terms it is made of. GUI thread."""

import math
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from engine.descent.run import Run
from engine.descent.step_arrows import step_vectors
from engine.function.plane import Plane
from engine.solving.timeline import Frame
from gui.contour.cursor_layer import paint_arrow
from gui.contour.viewport import Viewport
from gui.drawing.look import Look
from gui.theme import term_color

MANY: Final = 12  # with more runs, only the selected one shows its arrows
SHORTEST_PX: Final = 9.0  # a shorter arrow lies under the marker
FAR_PX: Final = 20_000.0


class UpdateLayer:
    """Attributes: selected: index of the selected run; highlighted: symbol of the emphasised term."""

    def __init__(self) -> None:
        self._runs: tuple[Run, ...] = ()
        self._plane: Plane = Plane(np.zeros(2), (0, 1))
        self.selected = 0
        self.highlighted: str | None = None

    def set_runs(self, runs: tuple[Run, ...], plane: Plane) -> None:
        self._runs, self._plane = runs, plane

    def paint(self, painter: QPainter, frame: Frame, view: Viewport, look: Look) -> None:
        markers = frame.markers
        for marker in markers if len(markers) <= MANY else markers[self.selected : self.selected + 1]:
            if marker.run_index >= len(self._runs):
                continue
            run = self._runs[marker.run_index]
            for arrow in step_vectors(run, marker.step, self.highlighted):
                start = view.point_px(*self._plane.coordinates_of(run.points[marker.step]))
                dx, dy = (float(part) for part in self._plane.along(arrow.vector))
                across = np.array([dx * view.px_per_x, -dy * view.px_per_y])
                length = float(np.hypot(*across))
                if not (math.isfinite(length) and length > look.px(SHORTEST_PX)):
                    continue
                if abs(start.x()) > FAR_PX or abs(start.y()) > FAR_PX:
                    continue
                direction = (across[0] / length, across[1] / length)
                width = 3.0 if arrow.strong else 2.0
                color = term_color(arrow.role, look.theme)
                paint_arrow(painter, QPointF(start), direction, min(length, FAR_PX), look, color, width)
