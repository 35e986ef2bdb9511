"""The way that each run has come, with a halo, and a dot for each step. GUI thread.

While a run plays, only the new piece is drawn, onto two kept pictures (the halo under the colour); a vector
painter, a pan or a step back draws the whole again.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from engine.base.arrays import Floats
from engine.descent.run import Run
from engine.function.plane import Plane
from engine.solving.timeline import Frame, Ints
from gui.contour.paths import as_dense_as_curved, polyline, simplified, within_reach
from gui.contour.viewport import Viewport
from gui.drawing.look import Look
from gui.theme import run_color

TRAIL_PX: Final = 1.8
HALO_PX: Final = 4.2
MOST_IN_A_STROKE: Final = 300  # points
UNSEEN_PX: Final = 0.1  # by so much a line may be beside its way
DOT_PX: Final = 2.3
DOT_APART_PX: Final = 7.0  # steps nearer than this get no dot
FAR_PX: Final = 20_000.0
HALO_OPACITY: Final = 0.72
MANY: Final = 60  # of so many runs each is a thin line
CROWD: Final = 300  # of more runs the lines are fainter
FAINTEST: Final = 0.08
MOST_DOTS: Final = 2000


@dataclass
class _Kept:
    """What was drawn: for which view, and how far each run had come, (r,)."""

    key: tuple[object, ...]
    halo: QPixmap
    color: QPixmap
    steps: Ints
    fractions: Floats

    def is_beyond(self, frame: Frame) -> bool:
        """Whether a run was further than in `frame`."""
        if len(self.steps) != len(frame.steps):
            return True
        same = self.steps == frame.steps
        return bool(((self.steps > frame.steps) | same & (self.fractions > frame.fractions)).any())


class TrailLayer:
    """Attributes: redrawn, appended: how often all was drawn, and how often only what is new."""

    def __init__(self) -> None:
        self._runs: tuple[Run, ...] = ()
        self._plane: Plane = Plane(np.zeros(2), (0, 1))
        self._frame: Frame | None = None
        self._kept: _Kept | None = None
        self.redrawn = 0
        self.appended = 0

    def set_runs(self, runs: tuple[Run, ...], plane: Plane) -> None:
        if runs is not self._runs or not plane.is_of(self._plane):
            self._runs, self._plane = runs, plane
            self._kept = None

    def set_frame(self, frame: Frame | None) -> None:
        self._frame = frame

    def paint(self, painter: QPainter, view: Viewport, look: Look) -> None:
        """Draw all trails onto any painter, as vectors."""
        frame = self._frame
        if frame is None:
            return
        runs = np.arange(len(frame.steps))
        begin = np.zeros_like(runs)
        if len(runs) > MANY:
            self._stroke_many(painter, frame, runs, begin, view, look)
            return
        marks = frame.tracks.marks.tolist()
        ways = [(marks[run], self._way(frame, run, 0, view)) for run in runs.tolist()]
        for halo in (True, False):
            for mark, points in ways:
                self._stroke(painter, points, mark, look, halo=halo, opacity=HALO_OPACITY)

    def paint_kept(
        self, painter: QPainter, view: Viewport, look: Look, size: tuple[int, int], ratio: float
    ) -> None:
        """Draw all trails from the kept pictures of `size` device-independent pixels."""
        frame = self._frame
        if frame is None or not len(frame.steps):
            return
        key = (view, look.scale, look.theme.name, size, ratio)
        kept = self._kept
        if kept is None or kept.key != key or kept.is_beyond(frame):
            nowhere = np.zeros_like(frame.steps), np.zeros_like(frame.fractions)
            kept = self._kept = _Kept(key, _clear(size, ratio), _clear(size, ratio), *nowhere)
            self.redrawn += 1
        moved = np.flatnonzero((frame.steps != kept.steps) | (frame.fractions != kept.fractions))
        if len(moved):
            self.appended += len(moved)
            # From the last whole step, so that the new piece covers the end of the old one.
            self._append(kept, frame, moved, np.maximum(kept.steps[moved] - 1, 0), view, look)
        kept.steps, kept.fractions = frame.steps, frame.fractions
        painter.save()
        painter.setOpacity(HALO_OPACITY)
        painter.drawPixmap(QPointF(0, 0), kept.halo)
        painter.setOpacity(1.0)
        painter.drawPixmap(QPointF(0, 0), kept.color)
        painter.restore()

    def _append(self, kept: _Kept, frame: Frame, runs: Ints, begin: Ints, view: Viewport, look: Look) -> None:
        with QPainter(kept.halo) as halo, QPainter(kept.color) as color:
            halo.setClipRect(view.rect)
            color.setClipRect(view.rect)
            if len(runs) > MANY:
                self._stroke_many(color, frame, runs, begin, view, look)
            else:
                for run, step in zip(runs.tolist(), begin.tolist(), strict=True):
                    points, mark = self._way(frame, run, step, view), int(frame.tracks.marks[run])
                    # Opaque: pieces overlap, and the whole picture of halos is drawn transparently.
                    self._stroke(halo, points, mark, look, halo=True, opacity=1.0)
                    self._stroke(color, points, mark, look, halo=False, opacity=1.0)

    def _ways(self, frame: Frame, runs: Ints, begin: Ints, view: Viewport) -> Floats:
        """The ways of `runs` from their steps `begin` to their markers, (n, 2) px, with a gap after each."""
        ways = frame.tracks.ways(runs, begin, frame.steps[runs], frame.places[runs], self._plane)
        # Of one variable, the graph of the function is drawn: its value is upwards.
        return view.points_px(ways[:, :2])

    def _way(self, frame: Frame, run: int, begin: int, view: Viewport) -> Floats:
        return self._ways(frame, np.array([run]), np.array([begin]), view)[:-1]

    def _stroke_many(
        self, painter: QPainter, frame: Frame, runs: Ints, begin: Ints, view: Viewport, look: Look
    ) -> None:
        """A swarm: one thin line each, all of a colour at once."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        marks = frame.tracks.marks[runs]
        for mark in np.unique(marks).tolist():
            own = marks == mark
            points = self._ways(frame, runs[own], begin[own], view)
            line = within_reach(simplified(points), FAR_PX)
            color = run_color(mark)
            # Of a great swarm the lines would hide the map, and each other.
            color.setAlphaF(min(1.0, max(FAINTEST, CROWD / len(frame.steps))))
            painter.strokePath(polyline(line), look.hairline(color))

    def _stroke(
        self, painter: QPainter, points: Floats, mark: int, look: Look, *, halo: bool, opacity: float
    ) -> None:
        if len(points) < 2:
            return
        color = run_color(mark)
        bright = color.lightnessF() > 0.6
        if halo:
            color = QColor(8, 11, 16) if bright else QColor(255, 255, 255)
            color.setAlphaF(opacity)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = look.px(HALO_PX if halo else TRAIL_PX)
        pen = QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        line = within_reach(simplified(points), FAR_PX)
        if np.isfinite(line).all():
            line = as_dense_as_curved(line, UNSEEN_PX)  # joins are what takes long in a wide line
        if (
            len(line) > MOST_IN_A_STROKE and opacity == 1.0
        ):  # the outline of one that crosses itself takes long
            painter.setPen(pen)
            whole = np.hstack((line[:-1], line[1:]))
            painter.drawLines([QLineF(*ends) for ends in whole[np.isfinite(whole).all(axis=1)].tolist()])
        else:
            painter.strokePath(polyline(line), pen)
        if halo:
            return
        with np.errstate(all="ignore"):
            steps = points[:-1]
            near = (np.abs(steps) < FAR_PX).all(axis=1)
            moved = np.hypot(*np.diff(points, axis=0).T) > look.px(DOT_APART_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        radius = look.px(DOT_PX)
        apart = near & (moved | np.concatenate(([True], moved[:-1])))
        for x, y in steps[apart][:MOST_DOTS]:
            painter.drawEllipse(QPointF(x, y), radius, radius)


def on_map(plane: Plane, rows: Floats) -> Floats:
    """Places of θ and L, (n, d + 1), as points of the picture, (n, 2).

    Of one variable, the graph of the function is drawn: its value is upwards.
    """
    places = plane.coordinates(rows[:, :-1])
    return places if plane.count > 1 else np.stack((places[:, 0], rows[:, -1]), axis=1)


def _clear(size: tuple[int, int], ratio: float) -> QPixmap:
    pixmap = QPixmap(round(size[0] * ratio), round(size[1] * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    return pixmap
