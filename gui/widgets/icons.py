"""Icons as vector paths on a 24-unit grid (resources/icons): sharp at every scale, in the palette's colours.

A path is written as a little program: "M x y", "L x y …", "C x1 y1 x2 y2 x y", "Z", a circle "O cx cy r",
an arc "A cx cy r from_deg sweep_deg" (counter-clockwise, from three o'clock) and a box "R x y w h radius".
A leading "fill" fills it; else it is stroked. GUI thread.
"""

import functools
import json
from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QIcon,
    QIconEngine,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QStyle, QStyleOptionToolButton, QStylePainter, QToolButton, QWidget

from engine.base.paths import RESOURCES
from gui.style import set_role

GRID: Final = 24.0
STROKE: Final = 1.8
_FILE: Final = RESOURCES / "icons" / "icons.json"


@functools.cache
def _programs() -> dict[str, list[str]]:
    programs: dict[str, list[str]] = json.loads(_FILE.read_text(encoding="utf-8"))
    return programs


def icon_names() -> tuple[str, ...]:
    return tuple(_programs())


@functools.cache
def _paths(name: str) -> tuple[tuple[bool, QPainterPath], ...]:
    return tuple(_read(program) for program in _programs()[name])


def _read(program: str) -> tuple[bool, QPainterPath]:
    words = iter(program.split())
    path = QPainterPath()
    filled = False
    command = ""
    for word in words:
        if word == "fill":
            filled = True
            continue
        if word.isalpha():
            command = word
            first = next(words) if command != "Z" else "0"
        else:
            first = word
        if command == "Z":
            path.closeSubpath()
        elif command in "ML":
            (path.moveTo if command == "M" else path.lineTo)(*_take(first, words, 2))
        elif command == "C":
            path.cubicTo(*_take(first, words, 6))
        elif command == "O":
            cx, cy, r = _take(first, words, 3)
            path.addEllipse(QPointF(cx, cy), r, r)
        elif command == "A":
            cx, cy, r, start, sweep = _take(first, words, 5)
            box = QRectF(cx - r, cy - r, 2 * r, 2 * r)
            path.arcMoveTo(box, start)
            path.arcTo(box, start, sweep)
        else:
            x, y, w, h, r = _take(first, words, 5)
            path.addRoundedRect(QRectF(x, y, w, h), r, r)
    return filled, path


def _take(first: str, words: Iterator[str], count: int) -> list[float]:
    return [float(first), *(float(next(words)) for _ in range(count - 1))]


def paint_icon(painter: QPainter, name: str, rect: QRectF, color: QColor) -> None:
    """Draw the icon in the square that is centred in `rect`, in logical pixels."""
    size = min(rect.width(), rect.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.center().x() - size / 2, rect.center().y() - size / 2)
    painter.scale(size / GRID, size / GRID)
    pen = QPen(color, STROKE, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    for filled, path in _paths(name):
        if filled:
            painter.fillPath(path, color)
        else:
            painter.strokePath(path, pen)
    painter.restore()


class _Engine(QIconEngine):
    """Paints the path anew at each size. The colour is the palette's when none is given."""

    def __init__(self, name: str, color: QColor | None) -> None:
        super().__init__()
        self._name = name
        self._color = color

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        color = self._color or QPalette().color(QPalette.ColorRole.WindowText)
        if mode == QIcon.Mode.Disabled:
            color = QPalette().color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.WindowText)
        paint_icon(painter, self._name, QRectF(rect), color)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        with QPainter(pixmap) as painter:
            self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        return pixmap

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._color)


def icon(name: str, color: QColor | None = None) -> QIcon:
    """A QIcon for menus and actions; follows the application's palette unless a colour is given."""
    if name not in _programs():
        raise KeyError(name)
    return QIcon(_Engine(name, color))


class IconButton(QToolButton):
    """A flat button that shows one icon; its tooltip is its accessible name as well.

    It takes the focus from the keyboard only, so that a click does not leave a ring behind.
    """

    def __init__(
        self, name: str, tip: str, parent: QWidget | None = None, *, size_px: int = 28, icon_px: int = 18
    ) -> None:
        super().__init__(parent)
        if name not in _programs():
            raise KeyError(name)
        self._name = name
        self._icon_px = icon_px
        self.setFixedSize(size_px, size_px)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_tip(tip)
        set_role(self, "icon")

    @property
    def icon_name(self) -> str:
        return self._name

    def set_icon(self, name: str) -> None:
        if name != self._name:
            self._name = name
            self.update()

    def set_tip(self, tip: str) -> None:
        self.setToolTip(tip)
        self.setAccessibleName(tip)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)
        colors = QPalette()
        group = QPalette.ColorGroup.Normal if self.isEnabled() else QPalette.ColorGroup.Disabled
        role = QPalette.ColorRole.Highlight if self.isChecked() else QPalette.ColorRole.WindowText
        size = self._icon_px
        box = QRectF((self.width() - size) / 2, (self.height() - size) / 2, size, size)
        paint_icon(
            painter,
            self._name,
            box,
            colors.color(group, role if self.isEnabled() else QPalette.ColorRole.WindowText),
        )
