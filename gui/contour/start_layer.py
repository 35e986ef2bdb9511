"""Where runs start: a handle that can be dragged. GUI thread."""

from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from engine.base.arrays import Floats
from gui.contour.swarm import Kept, paint_dots
from gui.contour.viewport import Viewport
from gui.drawing.look import Look

RADIUS_PX: Final = 8.5
REACH_PX: Final = 16.0
MANY: Final = 60  # more starts are drawn as dots


class StartLayer:
    """Attributes: hovered: the index of the handle under the mouse, or None."""

    def __init__(self) -> None:
        self._places: Floats = np.empty((0, 2))
        self.hovered: int | None = None

    def set_places(self, places: Floats) -> None:
        """places: (s, 2), in data coordinates."""
        self._places = places

    def move(self, index: int, x: float, y: float) -> None:
        """Show a handle at (x, y) while it is dragged, before the solution follows."""
        if index < len(self._places):
            self._places = self._places.copy()
            self._places[index] = (x, y)

    def paint(self, painter: QPainter, view: Viewport, look: Look, kept: Kept | None = None) -> None:
        """The handles; kept: see swarm.paint_dots."""
        if not len(self._places):
            return
        places = view.points_px(self._places)
        if len(places) > MANY:
            paint_dots(painter, places, QColor(255, 255, 255), look.px(1.0), kept)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for k, (x, y) in enumerate(places):
            at = QPointF(x, y)
            radius = look.px(RADIUS_PX + (2.0 if k == self.hovered else 0.0))
            painter.setPen(QPen(QColor(8, 11, 16, 170), look.px(4.0)))
            painter.drawEllipse(at, radius, radius)
            painter.setPen(QPen(QColor(255, 255, 255), look.px(2.0)))
            painter.drawEllipse(at, radius, radius)

    def nearest(self, at: QPointF, view: Viewport, look: Look) -> int | None:
        """The index of the start whose handle lies under `at`."""
        if not len(self._places):
            return None
        places = view.points_px(self._places)
        away = np.hypot(places[:, 0] - at.x(), places[:, 1] - at.y())
        k = int(np.argmin(np.nan_to_num(away, nan=np.inf)))
        return k if away[k] <= look.px(REACH_PX) else None
