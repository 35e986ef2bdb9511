"""The texts around the box: numbers at the ticks and the names of the axes, painted with QPainter."""

import functools
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from gui.drawing.look import NAME_PX, Look
from gui.surface.box import AxisLine, axis_lines
from gui.surface.drawing import Shot
from gui.surface.ticks import AxisTicks
from gui.theme import Theme
from gui.typeset import TypesetPicture, typeset

Floats = NDArray[np.float64]

TICK_PX: Final = 5.0
GAP_PX: Final = 8.0
EDGE_PX: Final = 3.0  # of the picture, below the name of an axis
SHORTEST_PX: Final = 60.0  # an axis seen nearly along itself is not written


class AxisLabels:
    """The writing of the three axes, laid out anew when the camera, the size, the ticks or the look change.

    Attributes: laid_out: how often it was.
    """

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._axes: list[_Writing] = []
        self.laid_out = 0

    def paint(
        self,
        painter: QPainter,
        shot: Shot,
        ticks: tuple[AxisTicks, AxisTicks, AxisTicks],
        names: tuple[str, str],
        floor: bool,
    ) -> None:
        """Write them; `shot` is in the painter's logical pixels."""
        key = (shot, ticks, names, floor)
        if key != self._key:
            self._key = key
            self.laid_out += 1
            self._axes = _lay_out(shot, ticks, names, floor)
        look = look_of(shot.theme, shot.scale)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        painter.setFont(look.tick_font)
        painter.setPen(QPen(shot.theme.color("grid", 0.8), 1.0 * shot.scale))
        painter.drawLines([mark for axis in self._axes for mark in axis.marks])
        painter.setPen(shot.theme.color("muted"))
        for axis in self._axes:
            for place, text in axis.texts:
                painter.drawText(place, text)
        for axis in self._axes:
            if axis.name is not None:
                axis.name[1].paint(painter, axis.name[0], shot.theme.color("text"))
        painter.restore()


def paint_note(painter: QPainter, shot: Shot, text: str) -> None:
    """A sentence on a plate at the foot of the picture."""
    look = look_of(shot.theme, shot.scale)
    width_px, height_px = shot.size_px
    room = QRectF(look.px(12), look.px(12), width_px - look.px(24), height_px - look.px(22))
    flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextWordWrap
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(look.readout_font)
    box = painter.boundingRect(room.adjusted(look.px(10), 0, -look.px(10), -look.px(5)), flags, text)
    painter.setPen(QPen(look.theme.color("border"), look.px(1)))
    painter.setBrush(look.theme.color("card", 0.92))
    plate = box.adjusted(-look.px(10), -look.px(5), look.px(10), look.px(5))
    painter.drawRoundedRect(plate, look.px(6), look.px(6))
    painter.setPen(look.theme.color("warning"))
    painter.drawText(box, flags, text)
    painter.restore()


class _Writing(NamedTuple):
    """Of one axis: the marks at its ticks, texts and where their baselines begin, its typeset name."""

    marks: list[QLineF]
    texts: list[tuple[QPointF, str]]
    name: tuple[QPointF, TypesetPicture] | None = None


def _lay_out(
    shot: Shot, ticks: tuple[AxisTicks, AxisTicks, AxisTicks], names: tuple[str, str], floor: bool
) -> list[_Writing]:
    middle = shot.project(np.zeros(3))[:2]
    taken: list[QRectF] = []
    lines = axis_lines(shot, ticks, floor)
    return [
        _lay_out_axis(shot, line, axis, name, middle, taken)
        for line, axis, name in zip(lines, ticks, (*names, ""), strict=True)
    ]


def _lay_out_axis(
    shot: Shot, line: AxisLine, axis: AxisTicks, name: str, middle: Floats, taken: list[QRectF]
) -> _Writing:
    ends = shot.project(np.stack([line.start, line.end]))[:, :2]
    marks: list[QLineF] = []
    texts: list[tuple[QPointF, str]] = []
    if not np.isfinite(ends).all() or float(np.linalg.norm(ends[1] - ends[0])) < SHORTEST_PX * shot.scale:
        return _Writing(marks, texts)
    away = _outward(line, ends, shot, middle)
    look = look_of(shot.theme, shot.scale)
    reach = 0.0
    if len(line.ticks):
        for place, text in zip(shot.project(line.ticks)[:, :2], axis.labels, strict=True):
            if not np.isfinite(place).all():
                continue
            marks.append(QLineF(QPointF(*place), QPointF(*(place + away * TICK_PX * shot.scale))))
            width, height = _size(text, look)
            box = _beside(place + away * GAP_PX * shot.scale, away, width, height)
            if any(box.intersects(other) for other in taken):
                continue
            taken.append(box)
            reach = max(reach, abs(away[0]) * width + abs(away[1]) * height)
            texts.append((_baseline(box, look), text))
    place = 0.5 * (ends[0] + ends[1]) + away * (reach + (GAP_PX + 12.0) * shot.scale)
    if name or (axis.note and line.start[2] == line.end[2]):
        return _Writing(marks, texts, _lay_out_name(shot, name, axis.note, place, away, texts))
    if axis.note:
        upper = ends[0] if ends[0][1] < ends[1][1] else ends[1]
        box = _beside(upper - np.array([0.0, look.px(10)]), np.array([0.0, -1.0]), *_size(axis.note, look))
        texts.append((_baseline(box, look), axis.note))
    return _Writing(marks, texts)


def _lay_out_name(
    shot: Shot, name: str, note: str, place: Floats, away: Floats, texts: list[tuple[QPointF, str]]
) -> tuple[QPointF, TypesetPicture]:
    """The typeset name of the axis; what all its numbers have in common comes behind it, into `texts`."""
    look = look_of(shot.theme, shot.scale)
    picture = typeset(name, look.px(NAME_PX), display=False)
    gap = look.px(7) if note and name else 0.0
    note_width = _size(note, look)[0] if note else 0.0
    box = _beside(place, away, picture.width + gap + note_width, picture.height)
    room = QRectF(box)
    box.moveRight(min(box.right(), shot.size_px[0] - look.px(GAP_PX)))  # a direction has a long one
    box.moveLeft(max(box.left(), look.px(GAP_PX)))
    box.moveBottom(min(box.bottom(), shot.size_px[1] - look.px(EDGE_PX)))  # in a low picture
    if box != room:  # a number that it would touch gives way
        texts[:] = [each for each in texts if not box.intersects(_around(*each, look))]
    baseline = box.top() + picture.ascent
    if note:
        texts.append((QPointF(box.left() + picture.width + gap, baseline), note))
    return QPointF(box.left(), baseline), picture


def _baseline(box: QRectF, look: Look) -> QPointF:
    """Where a text that fills `box` begins."""
    return QPointF(box.left(), box.top() + look.tick_metrics.ascent())


def _around(baseline: QPointF, text: str, look: Look) -> QRectF:
    """The box of a text that begins at `baseline`."""
    return QRectF(baseline.x(), baseline.y() - look.tick_metrics.ascent(), *_size(text, look))


@functools.lru_cache(maxsize=8)
def look_of(theme: Theme, scale: float) -> Look:
    """Fonts and colours of a picture; the same object for the same ones."""
    return Look(theme, scale)


@functools.lru_cache(maxsize=512)
def _size(text: str, look: Look) -> tuple[float, float]:
    return look.tick_metrics.horizontalAdvance(text), look.tick_metrics.height()


def _outward(line: AxisLine, ends: Floats, shot: Shot, middle: Floats) -> Floats:
    """On the screen, away from the box and (for the plane's axes) along the other axis; of unit length."""
    center = 0.5 * (line.start + line.end)
    pair = shot.project(np.stack([center, center + 0.1 * line.outward]))[:, :2]
    away = pair[1] - pair[0]
    along = (ends[1] - ends[0]) / np.linalg.norm(ends[1] - ends[0])
    across: Floats = np.array([-along[1], along[0]])
    if float(across @ (0.5 * (ends[0] + ends[1]) - middle)) < 0:
        across = np.asarray(-across)
    length = float(np.linalg.norm(away))
    if not np.isfinite(length) or length < 1e-6 or abs(line.start[2] - line.end[2]) > 1e-9:
        return across
    away = away / length
    if float(away @ across) < 0.35:  # seen nearly along the other axis
        return across
    return np.asarray(away)


def _beside(place: Floats, away: Floats, width: float, height: float) -> QRectF:
    """A box of the text's size that touches `place` with the side that `away` comes from."""
    x = float(place[0]) - width / 2 + float(away[0]) * width / 2
    y = float(place[1]) - height / 2 + float(away[1]) * height / 2
    return QRectF(x, y, width, height)
