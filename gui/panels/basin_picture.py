"""The picture of a basin map: a colour for every pixel, axes around it, and the mouse on it. GUI thread."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.base.round_numbers import format_tick, nice_ticks
from gui.style import zoom
from gui.theme import Theme
from gui.typeset import layout_tex
from gui.widgets.numbers import rounded_to

LETTERS_PX: Final = 11
LEFT_PX, RIGHT_PX, TOP_PX, BOTTOM_PX = 52.0, 14.0, 10.0, 40.0
# After Okabe & Ito 2008: told apart by the colour-blind; shaded towards dark by the steps it took.
BASIN_COLORS: Final = ("#56b4e9", "#e69f00", "#2fb58a", "#f0e442", "#d55e00", "#cc79a7", "#3d7bff", "#b9a3e3")
OTHER_COLORS: Final[dict[str, str]] = {
    "diverged": "#15171c",
    "left_domain": "#4a4f5a",
    "max_steps": "#9aa1ae",
    "stalled_at_saddle": "#6f4b4b",
    "stalled_on_plateau": "#6f4b4b",
    "converged": "#d8dce4",
}
DARKEST: Final = 0.42


class PictureAxis(Struct, frozen=True):
    """tex: the name. lo, hi: the ends. log: whether the scale is logarithmic."""

    tex: str
    lo: float
    hi: float
    log: bool = False

    def at(self, fraction: float) -> float:
        """The value at a fraction of the axis."""
        if self.log:
            return float(np.exp(np.log(self.lo) + fraction * (np.log(self.hi) - np.log(self.lo))))
        return self.lo + fraction * (self.hi - self.lo)

    def fraction(self, value: float) -> float:
        if self.log:
            return float((np.log(value) - np.log(self.lo)) / (np.log(self.hi) - np.log(self.lo)))
        return (value - self.lo) / (self.hi - self.lo)

    def ticks(self, count: int) -> list[float]:
        if not self.log:
            return [float(tick) for tick in nice_ticks(self.lo, self.hi, count)]
        powers = range(int(np.ceil(np.log10(self.lo) - 1e-9)), int(np.floor(np.log10(self.hi) + 1e-9)) + 1)
        return [10.0**power for power in powers]


def colored(color_of: Sequence[QColor], labels: NDArray[np.integer], shade: NDArray[np.floating]) -> QImage:
    """The picture: `labels` (ny, nx) into `color_of`, darkened by `shade` (ny, nx) in [0, 1]; row 0 below."""
    table = np.array([[c.red(), c.green(), c.blue()] for c in color_of], dtype=np.float64)
    light = 1.0 - (1.0 - DARKEST) * np.clip(np.nan_to_num(shade), 0.0, 1.0)
    rgb = (table[labels] * light[..., None]).round().astype(np.uint8)[::-1]
    ny, nx = labels.shape
    pixels = np.ascontiguousarray(np.concatenate([rgb, np.full((ny, nx, 1), 255, np.uint8)], axis=2))
    return QImage(pixels.data, nx, ny, 4 * nx, QImage.Format.Format_RGBA8888).copy()


class BasinPicture(QWidget):
    """Shows the image over its axes.

    Signals:
        hovered(object): the point (x, y) under the mouse, or None. clicked(object): the same, clicked.
    """

    hovered = Signal(object)
    clicked = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._image: QImage | None = None
        self._x = PictureAxis("x", -1.0, 1.0)
        self._y = PictureAxis("y", -1.0, 1.0)
        self._points: list[tuple[float, float, QColor]] = []
        self._at: QPointF | None = None
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(280, 260)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def set_axes(self, x: PictureAxis, y: PictureAxis) -> None:
        self._x, self._y = x, y
        self._image = None
        self._points = []
        self.update()

    def set_image(self, image: QImage | None, points: list[tuple[float, float, QColor]]) -> None:
        """The image (it fills the axes), and points to mark on it, each with its colour."""
        self._image, self._points = image, points
        self.update()

    @property
    def image(self) -> QImage | None:
        return self._image

    @property
    def area(self) -> QRectF:
        """Where the image is, px."""
        width = max(self.width() - LEFT_PX - RIGHT_PX, 1.0)
        return QRectF(LEFT_PX, TOP_PX, width, max(self.height() - TOP_PX - BOTTOM_PX, 1.0))

    def to_pixel(self, x: float, y: float) -> QPointF:
        area = self.area
        return QPointF(
            area.left() + self._x.fraction(x) * area.width(),
            area.bottom() - self._y.fraction(y) * area.height(),
        )

    def pixel_of(self, point: tuple[float, float], shape: tuple[int, ...]) -> tuple[int, int]:
        """The (row, column) of an image of `shape` (ny, nx) at `point`; row 0 is the lowest."""
        ny, nx = shape[:2]
        column = min(max(int(self._x.fraction(point[0]) * nx), 0), nx - 1)
        return min(max(int(self._y.fraction(point[1]) * ny), 0), ny - 1), column

    def pixel_start(self, point: tuple[float, float], n: int) -> tuple[float, float]:
        """The middle of the pixel at `point` of an image of n × n, in no more digits than it needs."""
        row, column = self.pixel_of(point, (n, n))
        middles = self._x.at((column + 0.5) / n), self._y.at((row + 0.5) / n)
        x, y = (
            rounded_to(middle, abs(axis.hi - axis.lo) / n)
            for middle, axis in zip(middles, (self._x, self._y), strict=True)
        )
        return x, y

    def _point_under(self, position: QPointF) -> tuple[float, float] | None:
        area = self.area
        if not area.contains(position):
            return None
        across = (position.x() - area.left()) / area.width()
        return self._x.at(across), self._y.at((area.bottom() - position.y()) / area.height())

    def sizeHint(self) -> QSize:
        return QSize(560, 520)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            area = self.area
            if self._image is not None:
                # Pixels are starts, so they stay squares while they are few.
                coarse = self._image.width() < area.width()
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not coarse)
                painter.drawImage(area, self._image)
            else:
                painter.fillRect(area, self._theme.color("undefined"))
            self._paint_axes(painter)
            for x, y, color in self._points:
                self._paint_point(painter, self.to_pixel(x, y), color)
            if self._at is not None and area.contains(self._at):
                painter.setPen(QPen(QColor(255, 255, 255, 160), 1))
                painter.drawLine(QPointF(self._at.x(), area.top()), QPointF(self._at.x(), area.bottom()))
                painter.drawLine(QPointF(area.left(), self._at.y()), QPointF(area.right(), self._at.y()))

    @staticmethod
    def _paint_point(painter: QPainter, at: QPointF, color: QColor) -> None:
        painter.setPen(QPen(QColor("#10141c"), 3.2))
        painter.setBrush(color)
        painter.drawEllipse(at, 5.0, 5.0)
        painter.setPen(QPen(QColor("#ffffff"), 1.6))
        painter.drawEllipse(at, 5.0, 5.0)

    def _paint_axes(self, painter: QPainter) -> None:
        area = self.area
        font = QFont(self.font())
        font.setPixelSize(round(LETTERS_PX * zoom()))
        painter.setFont(font)
        muted, line = self._theme.color("muted"), QPen(self._theme.color("grid", 0.7), 1)
        painter.setPen(line)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area)
        for tick in self._x.ticks(max(int(area.width() / 70), 2)):
            x = area.left() + self._x.fraction(tick) * area.width()
            painter.setPen(line)
            painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() + 4))
            painter.setPen(muted)
            box = QRectF(x - 40, area.bottom() + 5, 80, 15)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, format_tick(tick))
        for tick in self._y.ticks(max(int(area.height() / 50), 2)):
            y = area.bottom() - self._y.fraction(tick) * area.height()
            painter.setPen(line)
            painter.drawLine(QPointF(area.left() - 4, y), QPointF(area.left(), y))
            painter.setPen(muted)
            box = QRectF(0, y - 8, LEFT_PX - 7, 16)
            painter.drawText(
                box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, format_tick(tick)
            )
        text = self._theme.color("text")
        for axis, corner in (
            (self._x, QPointF(area.right() - 8, area.bottom() + 21)),
            (self._y, QPointF(4, area.top() - 4)),
        ):
            layout_tex(axis.tex, 15.0).paint(painter, corner, text, lambda _token: text)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._at = event.position()
        self.hovered.emit(self._point_under(event.position()))
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = self._point_under(event.position())
        if event.button() == Qt.MouseButton.LeftButton and point is not None:
            self.clicked.emit(point)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._at = None
        self.hovered.emit(None)
        self.update()
