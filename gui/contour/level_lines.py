"""Level lines, and their numbers in gaps of the lines. GUI thread.

Lines are found once per field, in the unit square, and the numbers are placed once per zoom; panning only
moves both. A line is dark on bright colours and light on dark ones.
"""

from typing import Final

import numpy as np
from contourpy import LineType, contour_generator
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from engine.base.arrays import Floats
from engine.document.lab import Colormap
from engine.function.sampled import Field
from engine.function.scale import height_of, label_levels
from gui.contour.level_labels import GAP_PX, LevelLabel, LevelLine, Region, place_labels
from gui.contour.paths import lines_path, simplified
from gui.contour.viewport import Viewport
from gui.drawing.colormaps import color_range, colors_of
from gui.drawing.look import Look
from gui.drawing.thinning import nodes

AROUND: Final = 0.6  # of the picture, beyond each of its sides, where numbers are placed too
FEWEST: Final = 200  # samples along a side that lines are found from
WRONG: Final = 0.02
FINE_PX: Final = 1.6  # points of a line nearer than this are one
MOST_LINE: Final = 110.0  # times the side of the plot, of all lines together: about 5 px between them
DIMMED: Final = 0.45  # of the lines' opacity
DARK: Final = QColor("#0b0f16")
LIGHT: Final = QColor("#ffffff")


class LineFinder:
    """Finds level lines of one field in the unit square, broken at poles and where f is undefined.

    Where f is smooth, every second or fourth sample gives the same lines in a fraction of the time.
    """

    def __init__(self, field: Field) -> None:
        self._field = field
        ny, nx = field.z.shape
        with np.errstate(all="ignore"):
            u = height_of(field, field.z)
        known = field.finite & ~_jumps(u, field.finite)
        values = np.where(known, np.clip(u, -10, 10), 0.0)
        x, y = np.linspace(0.0, 1.0, nx), np.linspace(0.0, 1.0, ny)
        if known.all():
            stride = _same_lines(values, height_of(field, field.levels))
            rows, columns = nodes(ny, stride), nodes(nx, stride)
            x, y, values = x[columns], y[rows], values[np.ix_(rows, columns)]
        else:
            values = np.ma.masked_array(values, mask=~known)
        self._generator = contour_generator(x=x, y=y, z=values, line_type=LineType.Separate)

    def lines(self, level: float) -> list[Floats]:
        """The lines of one level, each (n, 2)."""
        found: list[Floats] = self._generator.lines(float(height_of(self._field, level)))
        return found

    def lines_of(self, levels: Floats) -> list[LevelLine]:
        """The lines of as many of `levels` as do not run together: all, each second, …, none."""
        n = len(levels)
        if not n:
            return []
        # Three levels tell how long the lines of all are.
        probes = {k: self.lines(levels[k]) for k in sorted({n // 4, n // 2, (3 * n) // 4})}
        length = sum(_length(line) for lines in probes.values() for line in lines) / len(probes)
        stride = 1
        while length * n / stride > MOST_LINE and stride < n:
            stride *= 2
        if length * max(1, n // stride) > MOST_LINE:
            return []
        return [
            LevelLine(k, line)
            for k in range((n // 2) % stride, n, stride)
            for line in (probes[k] if k in probes else self.lines(levels[k]))
        ]


def _same_lines(u: Floats, levels: Floats) -> int:
    """The largest stride at which straight lines between the samples of `u`, (ny, nx), are wrong by a small
    part of the way from level to level at most."""
    gaps = np.diff(levels) if len(levels) > 1 else np.ones(1)
    stride = 1
    while min(u.shape) >= 2 * stride * FEWEST:
        for grid in (u[::5], u[:, ::5].T):
            low, high = grid[:, : -2 * stride : stride], grid[:, 2 * stride :: stride]
            middle = grid[:, stride:-stride:stride]
            gap = gaps[np.clip(np.searchsorted(levels, middle) - 1, 0, len(gaps) - 1)]
            if (np.abs(middle - 0.5 * (low + high)) > WRONG * gap).any():
                return stride
        stride *= 2
    return stride


def _length(line: Floats) -> float:
    return float(np.hypot(*np.diff(line, axis=0).T).sum())


def _jumps(u: Floats, finite: np.ndarray) -> np.ndarray:
    """Samples beside a pole across which f jumps from beyond one end of the range to beyond the other."""
    high, low = (u > 1) & finite, (u < 0) & finite
    jumps = np.zeros(u.shape, dtype=bool)
    if not (high.any() and low.any()):
        return jumps
    for one, other in ((high, low), (low, high)):
        jumps[:, :-1] |= one[:, :-1] & other[:, 1:]
        jumps[:, 1:] |= one[:, 1:] & other[:, :-1]
        jumps[:-1] |= one[:-1] & other[1:]
        jumps[1:] |= one[1:] & other[:-1]
    return jumps


def is_dark(color: np.ndarray) -> bool:
    """Whether white is easier to see on an (r, g, b, …) colour than black."""
    r, g, b = (int(c) / 255 for c in color[:3])
    return 0.299 * r + 0.587 * g + 0.114 * b < 0.46


class LevelLinesLayer:
    """Lines and their numbers.

    Attributes:
        finder: of the field's lines, for others who need one more.
        shown: the indices of the levels that are drawn.
        in_gesture: a zoom is under way, during which numbers only move; they are placed anew after it.
        passing: so is the field, whose lines are soon others: they have no numbers.
        traced, placed: how often lines were found, and numbers placed and gaps cut.
    """

    def __init__(self) -> None:
        self._field: Field | None = None
        self._lines: list[LevelLine] = []
        self._labels: list[LevelLabel] = []
        self._texts: tuple[str, ...] = ()
        self._light: tuple[bool, ...] = ()
        self._colors: Colormap = "viridis"
        self._heated = False
        self._region: Region = (0.0, 1.0, 0.0, 1.0)
        self._gapped: list[tuple[int, Floats, np.ndarray]] = []
        self._paths: tuple[QPainterPath, QPainterPath] | None = None
        self._placed_for: tuple[object, ...] | None = None
        self.finder: LineFinder | None = None
        self.shown: tuple[int, ...] = ()
        self._marks: Floats = np.empty((0, 2))
        self.in_gesture = False
        self.passing = False
        self.show_lines = True
        self.show_labels = True
        self.traced = 0
        self.placed = 0

    @property
    def lines(self) -> list[LevelLine]:
        return self._lines

    @property
    def labels(self) -> list[LevelLabel]:
        return self._labels

    def set_field(self, field: Field | None) -> None:
        if field is self._field:
            return
        same_lines = (
            field is not None
            and self._field is not None
            and field.z is self._field.z
            and np.array_equal(field.levels, self._field.levels)
            and field.log_offset == self._field.log_offset
        )
        self._field = field
        if same_lines:
            return
        self._lines, self._texts, self.shown, self.finder = [], (), (), None
        # A flat field has no lines, and nothing of the field before may stay.
        self._labels, self._gapped, self._paths, self._placed_for = [], [], None, None
        self.traced += 1
        if field is None:
            return
        self._texts = label_levels(field).labels
        self.finder = LineFinder(field)
        self._lines = self.finder.lines_of(field.levels)
        self.shown = tuple(sorted({line.level for line in self._lines}))

    def set_colors(self, name: Colormap, heat: bool) -> None:
        """What the lines are drawn over: see ImageLayer.set_colors."""
        if (name, heat) != (self._colors, self._heated):
            self._colors, self._heated = name, heat
            self._paths = None

    def set_marks(self, marks: Floats) -> None:
        """Let no number stand at these points, (n, 2), in data coordinates."""
        if not np.array_equal(marks, self._marks):
            self._marks = marks
            self._placed_for = None

    def place(self, view: Viewport, look: Look) -> None:
        """Place the numbers for this size and zoom, unless they are already."""
        field = self._field
        if field is None:
            return
        size_px = (
            view.px_per_x * (field.x[-1] - field.x[0]),
            view.px_per_y * (field.y[-1] - field.y[0]),
        )
        # Rounded, so that panning, which changes it by a hair, keeps what was placed.
        numbered = self.show_labels and not self.passing
        key = (f"{size_px[0]:.9g}", f"{size_px[1]:.9g}", look.scale, numbered)
        seen = _seen(view, field, 0.0)
        placed = key == self._placed_for and _within(seen, self._region)
        if not placed and not (self.in_gesture and self._placed_for is not None):
            self._placed_for, self._region = key, _seen(view, field, AROUND)
            self._paths = None
            self.placed += 1
            self._labels = []
            spot = FINE_PX / np.array(size_px)
            lines = [LevelLine(line.level, simplified(line.points, spot)) for line in self._lines]
            if numbered:
                corner = np.array([field.x[0], field.y[0]])
                marks = np.concatenate((self._marks, _edge_of(field)))
                marks = (marks - corner) / (np.array([field.x[-1], field.y[-1]]) - corner)
                self._labels = place_labels(lines, self._texts, size_px, self._region, look, marks)
            self._gapped = self._cut_gaps(lines, size_px, look)
        if self._paths is None:
            limits = color_range(field, self._colors)
            behind = colors_of(height_of(field, field.levels), self._colors, limits)
            # Over the heat of |∇f|, which has nothing to do with the height, all lines are light.
            self._light = tuple(self._heated or is_dark(color) for color in behind)
            self._paths = (
                _path_of([piece for piece in self._gapped if not self._light[piece[0]]]),
                _path_of([piece for piece in self._gapped if self._light[piece[0]]]),
            )

    def _cut_gaps(
        self, lines: list[LevelLine], size_px: tuple[float, float], look: Look
    ) -> list[tuple[int, Floats, np.ndarray]]:
        """Each line without what lies under its numbers: level, points, which are joined to the last."""
        gapped = []
        scale = np.array(size_px)
        gaps: dict[int, list[LevelLabel]] = {}
        for label in self._labels:
            gaps.setdefault(label.line, []).append(label)
        for index, line in enumerate(lines):
            points = line.points
            connected = np.ones(len(points), dtype=bool)
            connected[0] = False
            for label in gaps.get(index, ()):
                reach = label.width_px / 2 + look.px(GAP_PX)
                away = np.hypot(*((points - label.center) * scale).T)
                if away.min() <= reach:
                    points, connected = _cut(points, connected, away, reach)
            gapped.append((line.level, points, connected))
        return gapped

    def paint(self, painter: QPainter, view: Viewport, look: Look, *, dimmed: bool = False) -> None:
        """The lines; `dimmed` where other lines are to be told from them."""
        field = self._field
        if field is None or not self._lines:
            return
        self.place(view, look)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        to_px = view.unit_transform(field.x[0], field.x[-1], field.y[0], field.y[-1])
        if self.show_lines and self._paths is not None:
            painter.save()
            painter.setTransform(to_px, combine=True)
            for path, color, alpha in zip(self._paths, (DARK, LIGHT), (0.62, 0.55), strict=True):
                ink = QColor(color)
                ink.setAlphaF(DIMMED * alpha if dimmed else alpha)
                painter.strokePath(path, look.hairline(ink))
            painter.restore()

    def paint_labels(self, painter: QPainter, view: Viewport, look: Look, *, outlined: bool) -> None:
        """The numbers; `outlined` where something else was drawn over their gaps."""
        field = self._field
        if field is None or not self.show_labels or not self._labels:
            return
        to_px = view.unit_transform(field.x[0], field.x[-1], field.y[0], field.y[-1])
        painter.setFont(look.inline_font)
        baseline = look.inline_metrics.capHeight() / 2
        for label in self._labels:
            at = to_px.map(QPointF(*label.center))
            if not view.rect.contains(at):
                continue
            light = self._light[label.level]
            color, rim = QColor(LIGHT if light else DARK), QColor(DARK if light else LIGHT)
            color.setAlphaF(0.95)
            painter.save()
            painter.translate(at)
            painter.rotate(label.angle_deg)
            left = QPointF(-label.width_px / 2, baseline)
            if outlined:
                rim.setAlphaF(0.6)
                path = QPainterPath()
                path.addText(left, look.inline_font, label.text)
                painter.strokePath(path, QPen(rim, look.px(3.0)))
            painter.setPen(color)
            painter.drawText(left, label.text)
            painter.restore()


def _seen(view: Viewport, field: Field, around: float) -> Region:
    """The part of the field's unit square in sight, and `around` times as much at each side."""
    spans = []
    for lo, hi, samples in ((view.x_lo, view.x_hi, field.x), (view.y_lo, view.y_hi, field.y)):
        first, length = float(samples[0]), float(samples[-1] - samples[0])
        more = around * (hi - lo)
        spans += [max((lo - more - first) / length, 0.0), min((hi + more - first) / length, 1.0)]
    x_lo, x_hi, y_lo, y_hi = spans
    return x_lo, max(x_hi, x_lo), y_lo, max(y_hi, y_lo)


def _within(inner: Region, outer: Region) -> bool:
    return inner[0] >= outer[0] and inner[1] <= outer[1] and inner[2] >= outer[2] and inner[3] <= outer[3]


def _edge_of(field: Field) -> Floats:
    """The points without a value that are next to one with, (n, 2): on the hatching no number can be read."""
    finite = np.isfinite(field.z)
    near = np.zeros_like(finite)
    near[1:] |= finite[:-1]
    near[:-1] |= finite[1:]
    near[:, 1:] |= finite[:, :-1]
    near[:, :-1] |= finite[:, 1:]
    rows, columns = np.nonzero(near & ~finite)
    return np.column_stack((field.x[columns], field.y[rows]))


def _path_of(pieces: list[tuple[int, Floats, np.ndarray]]) -> QPainterPath:
    if not pieces:
        return QPainterPath()
    return lines_path(
        np.concatenate([points for _, points, _ in pieces]),
        np.concatenate([connected for _, _, connected in pieces]),
    )


def _cut(points: Floats, connected: np.ndarray, away: np.ndarray, reach: float) -> tuple[Floats, np.ndarray]:
    """The line without what is nearer than `reach`; its ends are moved exactly to that distance."""
    outside = away > reach
    keep = outside.copy()
    joins = connected.copy()
    moved = points.copy()
    # The sample inside of the gap becomes its edge, on the segment that enters or leaves it.
    ends = np.flatnonzero(connected[1:] & (outside[1:] != outside[:-1])) + 1
    share = ((reach - away[ends - 1]) / (away[ends] - away[ends - 1]))[:, None]
    edges = points[ends - 1] + share * (points[ends] - points[ends - 1])
    leaving = outside[ends]
    moved[ends[~leaving]] = edges[~leaving]
    keep[ends[~leaving]] = True
    moved[ends[leaving] - 1] = edges[leaving]
    keep[ends[leaving] - 1] = True
    joins[ends[leaving] - 1] = False
    return moved[keep], joins[keep]
