"""The values of f beside the critical points that are seen, while they are few; as on the map. GUI thread."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from engine.analysis.findings import Analysis
from engine.document.lab import Camera, Display
from gui.drawing.look import Look
from gui.drawing.plates import paint_value, value_text
from gui.surface.box_map import HALF_HEIGHT, BoxMap
from gui.surface.camera import Size, project
from gui.surface.paths import Drawn
from gui.surface.picking import seen

Floats = NDArray[np.float64]

FEW: Final = 12
MARK_PX: Final = 8.0
ROOM_PX: Final = 9.0  # around a mark: no plate lies there
SOLID_ROOM_PX: Final = 15.0  # around the foot of a ball, which stands on it


class CriticalValues:
    """Looks anew which points are hidden when the camera, the size or the points are others."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._plates: list[tuple[QPointF, str]] = []
        self.looked = 0

    def paint(
        self,
        painter: QPainter,
        look: Look,
        camera: Camera,
        size: Size,
        drawn: Drawn,
        analysis: Analysis,
        display: Display,
        marks: Floats | None = None,
    ) -> list[QRectF]:
        """Write them, in the painter's logical pixels; where they are, and what they gave way to.

        Args:
            marks: places of the box, (n, 3), where something else is drawn that no plate may cover.
        """
        key = (camera, size, drawn, analysis, display)
        if key != self._key:
            self._key = key
            self.looked += 1
            self._plates = _plates(camera, size, drawn, analysis, display)
        room = QRectF(0, 0, *size)
        taken = [_around(at, look.px(ROOM_PX)) for at, _ in self._plates]
        if self._plates and marks is not None and len(marks):
            pixels = project(marks, camera, size)[:, :2]
            taken += [_around(QPointF(x, y), look.px(SOLID_ROOM_PX)) for x, y in np.nan_to_num(pixels)]
        for at, text in self._plates:
            paint_value(painter, at, text, room, taken, look, radius=MARK_PX)
        return taken


def _around(at: QPointF, half: float) -> QRectF:
    return QRectF(at.x() - half, at.y() - half, 2 * half, 2 * half)


def _plates(
    camera: Camera, size: Size, drawn: Drawn, analysis: Analysis, display: Display
) -> list[tuple[QPointF, str]]:
    points = analysis.critical_points
    box_map: BoxMap = drawn.map
    places = drawn.on_section(np.stack([point.point for point in points]))
    with np.errstate(invalid="ignore"):
        shown = np.isfinite(places).all(axis=1) & (np.abs(places[:, 2]) <= HALF_HEIGHT + 0.04)
    if display.opacity == 1.0 and not display.wire:
        shown[shown] = seen(places[shown], box_map, camera, size)
    height = box_map.field.z_hi - box_map.field.z_lo
    pixels = project(places, camera, size)
    return [
        (QPointF(x, y), value_text(point.value, height))
        for point, (x, y), is_shown in zip(points, pixels[:, :2], shown, strict=True)
        if is_shown
    ]
