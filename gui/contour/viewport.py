"""Viewport: which part of the plane is seen in which rectangle. Any thread."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QTransform

from engine.base.arrays import Floats


@dataclass(frozen=True)
class Viewport:
    """The map from data coordinates to pixels: y upwards in the data, downwards on the screen.

    Attributes:
        rect: where, px.
        x_lo, x_hi, y_lo, y_hi: what is seen of the plane, lo < hi.
    """

    rect: QRectF
    x_lo: float
    x_hi: float
    y_lo: float
    y_hi: float

    @property
    def px_per_x(self) -> float:
        return self.rect.width() / (self.x_hi - self.x_lo)

    @property
    def px_per_y(self) -> float:
        return self.rect.height() / (self.y_hi - self.y_lo)

    def x_px(self, x: ArrayLike) -> Floats:
        with np.errstate(over="ignore", invalid="ignore"):  # a divergent run ends at 1e308
            return self.rect.left() + (np.asarray(x, dtype=np.float64) - self.x_lo) * self.px_per_x

    def y_px(self, y: ArrayLike) -> Floats:
        with np.errstate(over="ignore", invalid="ignore"):
            return self.rect.bottom() - (np.asarray(y, dtype=np.float64) - self.y_lo) * self.px_per_y

    def points_px(self, points: ArrayLike) -> Floats:
        """(n, 2) data → (n, 2) pixels."""
        array = np.asarray(points, dtype=np.float64)
        return np.stack((self.x_px(array[:, 0]), self.y_px(array[:, 1])), axis=1)

    def point_px(self, x: float, y: float) -> QPointF:
        return QPointF(float(self.x_px(x)), float(self.y_px(y)))

    def data(self, at: QPointF) -> tuple[float, float]:
        """Pixels → data."""
        return (
            self.x_lo + (at.x() - self.rect.left()) / self.px_per_x,
            self.y_lo + (self.rect.bottom() - at.y()) / self.px_per_y,
        )

    def contains(self, x: float, y: float) -> bool:
        return self.x_lo <= x <= self.x_hi and self.y_lo <= y <= self.y_hi

    def unit_transform(self, x_lo: float, x_hi: float, y_lo: float, y_hi: float) -> QTransform:
        """From the unit square, which stands for this box of the plane, to pixels."""
        left, right = float(self.x_px(x_lo)), float(self.x_px(x_hi))
        bottom, top = float(self.y_px(y_lo)), float(self.y_px(y_hi))
        return QTransform(right - left, 0, 0, top - bottom, left, bottom)

    def panned(self, dx_px: float, dy_px: float) -> Self:
        """What is seen after the picture was dragged by so many pixels."""
        dx, dy = dx_px / self.px_per_x, dy_px / self.px_per_y
        return replace(
            self, x_lo=self.x_lo - dx, x_hi=self.x_hi - dx, y_lo=self.y_lo + dy, y_hi=self.y_hi + dy
        )

    def zoomed(self, factor: float, at: QPointF) -> Self:
        """Nearer by `factor` > 1, or farther; what lies at `at` stays there."""
        x, y = self.data(at)
        return replace(
            self,
            x_lo=x + (self.x_lo - x) / factor,
            x_hi=x + (self.x_hi - x) / factor,
            y_lo=y + (self.y_lo - y) / factor,
            y_hi=y + (self.y_hi - y) / factor,
        )

    def anchored(self, x: float, y: float, at: QPointF) -> Self:
        """As near as this, moved so that (x, y) lies at `at`, px."""
        here_x, here_y = self.data(at)
        dx, dy = x - here_x, y - here_y
        return replace(
            self, x_lo=self.x_lo + dx, x_hi=self.x_hi + dx, y_lo=self.y_lo + dy, y_hi=self.y_hi + dy
        )
