"""The way that each run has come, with a halo, and a dot for each step. GUI thread.

While a run plays, only the new piece is drawn, onto two kept pictures (the halo under the colour); a vector
painter, a pan or a step back draws the whole again.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from engine.solution import Floats, Run
from engine.timeline import Frame, Marker
from gui.contour.look import Look
from gui.contour.paths import polyline, simplified, within_reach
from gui.contour.viewport import Viewport
from gui.theme import run_color

TRAIL_PX: Final = 1.8
HALO_PX: Final = 4.2
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
    """What was drawn: for which view, and how far each run had come."""

    key: tuple[object, ...]
    halo: QPixmap
    color: QPixmap
    reached: dict[int, tuple[int, float]] = field(default_factory=dict)


class TrailLayer:
    """Attributes: redrawn, appended: how often all was drawn, and how often only what is new."""

    def __init__(self) -> None:
        self._runs: tuple[Run, ...] = ()
        self._drawn: tuple[int, ...] = (0, 1)
        self._frame: Frame | None = None
        self._kept: _Kept | None = None
        self.redrawn = 0
        self.appended = 0

    def set_runs(self, runs: tuple[Run, ...], drawn: tuple[int, ...]) -> None:
        if runs is not self._runs or drawn != self._drawn:
            self._runs, self._drawn = runs, drawn
            self._kept = None

    def set_frame(self, frame: Frame | None) -> None:
        self._frame = frame

    def paint(self, painter: QPainter, view: Viewport, look: Look) -> None:
        """Draw all trails onto any painter, as vectors."""
        if self._frame is None:
            return
        if len(self._frame.markers) > MANY:
            self._stroke_many(painter, [(marker, 0) for marker in self._frame.markers], view, look)
            return
        ways = [(marker, self._points(marker, view, 0)) for marker in self._frame.markers]
        for halo in (True, False):
            for marker, points in ways:
                self._stroke(painter, points, marker, look, halo=halo, opacity=HALO_OPACITY)

    def paint_kept(
        self, painter: QPainter, view: Viewport, look: Look, size: tuple[int, int], ratio: float
    ) -> None:
        """Draw all trails from the kept pictures of `size` device-independent pixels."""
        if self._frame is None or not self._frame.markers:
            return
        key = (view, look.scale, look.theme.name, size, ratio)
        kept = self._kept
        if kept is None or kept.key != key or self._went_back(kept, self._frame):
            kept = self._kept = _Kept(key, _clear(size, ratio), _clear(size, ratio))
            self.redrawn += 1
        fresh = []
        for marker in self._frame.markers:
            reached = kept.reached.get(marker.run_index, (0, 0.0))
            if reached != (marker.step, marker.fraction):
                # From the last whole step, so that the new piece covers the end of the old one.
                fresh.append((marker, max(0, reached[0] - 1)))
                kept.reached[marker.run_index] = (marker.step, marker.fraction)
        if fresh:
            self.appended += len(fresh)
            self._append(kept, fresh, view, look)
        painter.save()
        painter.setOpacity(HALO_OPACITY)
        painter.drawPixmap(QPointF(0, 0), kept.halo)
        painter.setOpacity(1.0)
        painter.drawPixmap(QPointF(0, 0), kept.color)
        painter.restore()

    def _append(self, kept: _Kept, fresh: list[tuple[Marker, int]], view: Viewport, look: Look) -> None:
        halo, color = QPainter(kept.halo), QPainter(kept.color)
        halo.setClipRect(view.rect)
        color.setClipRect(view.rect)
        if len(fresh) > MANY:
            self._stroke_many(color, fresh, view, look)
        else:
            for marker, step in fresh:
                points = self._points(marker, view, step)
                # Opaque: pieces overlap, and the whole picture of halos is drawn transparently.
                self._stroke(halo, points, marker, look, halo=True, opacity=1.0)
                self._stroke(color, points, marker, look, halo=False, opacity=1.0)
        halo.end()
        color.end()

    @staticmethod
    def _went_back(kept: _Kept, frame: Frame) -> bool:
        shown = {marker.run_index: (marker.step, marker.fraction) for marker in frame.markers}
        return any(shown.get(index, (-1, 0.0)) < reached for index, reached in kept.reached.items())

    def _points(self, marker: Marker, view: Viewport, step: int) -> Floats:
        """The way from point `step` to the marker, (n, 2) px."""
        if marker.run_index >= len(self._runs):
            return np.empty((0, 2))
        run, columns = self._runs[marker.run_index], list(self._drawn)
        points = run.points[step : marker.step + 1][:, columns]
        here = np.asarray(marker.position)[columns]
        if len(columns) == 1:  # on the graph of the function
            points = np.stack((points[:, 0], run.values[step : marker.step + 1]), axis=1)
            here = np.array([here[0], marker.value])
        return view.points_px(np.concatenate((points, here[None, :])))

    def _stroke_many(
        self, painter: QPainter, ways: list[tuple[Marker, int]], view: Viewport, look: Look
    ) -> None:
        """A swarm: one thin line from a step to the marker each, all of a colour at once."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        by_mark: dict[int, list[Floats]] = {}
        heights: dict[int, list[Floats]] = {}
        runs, graph = self._runs, len(self._drawn) == 1
        gap = np.full((1, runs[0].points.shape[1] if runs else 0), np.nan)
        for marker, step in ways:
            if marker.run_index >= len(runs):
                continue
            run = runs[marker.run_index]
            pieces = by_mark.setdefault(run.mark, [])
            pieces += (run.points[step : marker.step + 1], marker.position[None, :], gap)
            if graph:
                value = np.array([marker.value, np.nan])
                heights.setdefault(run.mark, []).extend((run.values[step : marker.step + 1], value))
        for mark, pieces in by_mark.items():
            points = np.concatenate(pieces)[:, list(self._drawn)]
            if graph:
                points = np.stack((points[:, 0], np.concatenate(heights[mark])), axis=1)
            line = within_reach(simplified(view.points_px(points)), FAR_PX)
            color = run_color(mark)
            # Of a great swarm the lines would hide the map, and each other.
            color.setAlphaF(min(1.0, max(FAINTEST, CROWD / len(runs))))
            painter.strokePath(polyline(line), look.hairline(color))

    def _stroke(
        self, painter: QPainter, points: Floats, marker: Marker, look: Look, *, halo: bool, opacity: float
    ) -> None:
        if len(points) < 2:
            return
        color = run_color(self._runs[marker.run_index].mark)
        bright = color.lightnessF() > 0.6
        if halo:
            color = QColor(8, 11, 16) if bright else QColor(255, 255, 255)
            color.setAlphaF(opacity)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = look.px(HALO_PX if halo else TRAIL_PX)
        pen = QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        painter.strokePath(polyline(within_reach(simplified(points), FAR_PX)), pen)
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


def _clear(size: tuple[int, int], ratio: float) -> QPixmap:
    pixmap = QPixmap(round(size[0] * ratio), round(size[1] * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    return pixmap
