"""The eigenvalues of the local ellipse, beyond the ends of its axes: the same in both views. GUI thread."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from engine.base.arrays import Floats
from engine.base.round_numbers import format_tick
from engine.function.local_shape import FLAT
from engine.solving.local_ellipse import LocalEllipse
from gui.drawing.look import Look
from gui.drawing.plates import paint_plate

GAP_PX: Final = 4.0  # from the end of an axis to its eigenvalue


def eigenvalue_texts(ellipse: LocalEllipse) -> tuple[str, str]:
    """The two eigenvalues with their names; what rounding has left of a 0 is 0."""
    small = FLAT * float(np.abs(ellipse.eigenvalues).max())
    low, high = (0.0 if abs(value) <= small else float(value) for value in ellipse.eigenvalues)
    return f"λ₁ = {format_tick(low, 3)}", f"λ₂ = {format_tick(high, 3)}"


def write_eigenvalues(
    painter: QPainter,
    ellipse: LocalEllipse,
    axes_px: Floats,
    room: QRectF,
    taken: Sequence[QRectF],
    look: Look,
) -> None:
    """Each on a plate beyond an end of its axis, within `room` and where nothing else is written if it can.

    Args:
        axes_px: the two ends of each axis, (2, 2, 2). taken: what is written there already.
    """
    metrics = look.inline_metrics
    for text, axis in zip(eigenvalue_texts(ellipse), axes_px, strict=True):
        box = QRectF(0, 0, metrics.horizontalAdvance(text) + look.px(8), metrics.height() + look.px(1))
        half = np.array([box.width() / 2, box.height() / 2]) + look.px(GAP_PX)
        middle = axis.mean(axis=0)
        places = []
        for tip in axis[axis[:, 1].argsort(kind="stable")]:  # the upper one, if there is room for it
            away = tip - middle
            box.moveCenter(QPointF(*(tip + away / max(float(np.hypot(*away)), 1e-9) * half)))
            if room.contains(box):
                places.append(QRectF(box))
        if places:
            paint_plate(painter, min(places, key=lambda place: any(map(place.intersects, taken))), text, look)
