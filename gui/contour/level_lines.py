"""Level lines, and their numbers in gaps of the lines. GUI thread.

Lines are found once per field, in the unit square, and the numbers are placed once per zoom; panning only
moves both. A line is dark on bright colours and light on dark ones.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from contourpy import LineType, contour_generator
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPainterPath

from engine.lab import Colormap
from engine.scale import height_of, label_levels
from engine.solution import Field, Floats
from gui.colormaps import color_range, colors_of
from gui.contour.look import Look
from gui.contour.paths import lines_path
from gui.contour.viewport import Viewport

GAP_PX: Final = 4.0  # between a number and the ends of its line
REPEAT_PX: Final = 420.0  # of line per number
CLEAR_PX: Final = 7.0  # between two numbers
STRAIGHT: Final = 0.93  # chord over arc, below which a number would stand across a bend
SHORTEST: Final = 2.6  # numbers wide, a line must be to have one
DARK: Final = QColor("#0b0f16")
LIGHT: Final = QColor("#ffffff")


@dataclass(frozen=True)
class LevelLine:
    """One connected line. points: (n, 2) in the unit square of the field."""

    level: int
    points: Floats


@dataclass(frozen=True)
class LevelLabel:
    """One number in a line. center: in the unit square; angle_deg: clockwise on the screen, upright."""

    level: int
    text: str
    center: tuple[float, float]
    angle_deg: float
    width_px: float


def find_lines(field: Field, levels: Floats) -> list[LevelLine]:
    """The lines of `levels` in the unit square, broken at poles and at the edge of the domain of f."""
    ny, nx = field.z.shape
    with np.errstate(all="ignore"):
        u = height_of(field, field.z)
    known = field.finite & ~_jumps(u, field.finite)
    generator = contour_generator(
        x=np.linspace(0.0, 1.0, nx),
        y=np.linspace(0.0, 1.0, ny),
        z=np.ma.masked_array(np.where(known, np.clip(u, -10, 10), 0.0), mask=~known),
        line_type=LineType.Separate,
    )
    heights = height_of(field, levels)
    return [
        LevelLine(k, points) for k, height in enumerate(heights) for points in generator.lines(float(height))
    ]


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
    """Attributes: traced, placed: how often lines were found, and numbers placed and gaps cut."""

    def __init__(self) -> None:
        self._field: Field | None = None
        self._lines: list[LevelLine] = []
        self._labels: list[LevelLabel] = []
        self._texts: tuple[str, ...] = ()
        self._light: tuple[bool, ...] = ()
        self._colors: Colormap = "viridis"
        self._heated = False
        self._paths: tuple[QPainterPath, QPainterPath] | None = None
        self._placed_for: tuple[object, ...] | None = None
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
        self._lines = [] if field is None or not field.levels.size else find_lines(field, field.levels)
        self._texts = () if field is None else label_levels(field).labels
        self._forget()
        self.traced += 1

    def set_colors(self, name: Colormap, heat: bool) -> None:
        """What the lines are drawn over: see ImageLayer.set_colors."""
        if (name, heat) != (self._colors, self._heated):
            self._colors, self._heated = name, heat
            self._forget()

    def _forget(self) -> None:
        self._light = ()
        self._placed_for = None

    def place(self, view: Viewport, look: Look) -> None:
        """Place the numbers for this size and zoom, unless they are already."""
        if self._field is None:
            return
        # Rounded, so that panning, which changes them by a hair, keeps what was placed.
        zoom = (f"{view.px_per_x:.9g}", f"{view.px_per_y:.9g}")
        key = (zoom, look.scale, self.show_labels, look.theme.name)
        if key == self._placed_for:
            return
        self._placed_for = key
        self.placed += 1
        limits = color_range(self._field, self._colors)
        behind = colors_of(height_of(self._field, self._field.levels), self._colors, limits)
        # Over the heat of |∇f|, which has nothing to do with the height, all lines are light.
        self._light = tuple(self._heated or is_dark(color) for color in behind)
        size_px = (
            view.px_per_x * (self._field.x[-1] - self._field.x[0]),
            view.px_per_y * (self._field.y[-1] - self._field.y[0]),
        )
        placer = _Placer(size_px, look)
        self._labels = placer.place(self._lines, self._texts) if self.show_labels else []
        self._paths = (
            self._path([line for line in self._lines if not self._light[line.level]], size_px, look),
            self._path([line for line in self._lines if self._light[line.level]], size_px, look),
        )

    def _path(self, lines: list[LevelLine], size_px: tuple[float, float], look: Look) -> QPainterPath:
        """All `lines` as one path, without what lies under their numbers."""
        pieces, joined = [], []
        scale = np.array(size_px)
        gaps: dict[int, list[LevelLabel]] = {}
        for label in self._labels:
            gaps.setdefault(label.level, []).append(label)
        for line in lines:
            connected = np.ones(len(line.points), dtype=bool)
            connected[0] = False
            points = line.points
            for label in gaps.get(line.level, ()):
                reach = label.width_px / 2 + look.px(GAP_PX)
                away = np.hypot(*((points - label.center) * scale).T)
                if away.min() > reach:
                    continue
                points, connected = _cut(points, connected, away, reach)
            pieces.append(points)
            joined.append(connected)
        if not pieces:
            return QPainterPath()
        return lines_path(np.concatenate(pieces), np.concatenate(joined))

    def paint(self, painter: QPainter, view: Viewport, look: Look) -> None:
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
                color.setAlphaF(alpha)
                painter.strokePath(path, look.hairline(color))
            painter.restore()
        if not self.show_labels:
            return
        painter.setFont(look.inline_font)
        metrics = look.inline_metrics
        for label in self._labels:
            at = to_px.map(QPointF(*label.center))
            if not view.rect.adjusted(0, 0, 0, 0).contains(at):
                continue
            color = QColor(LIGHT if self._light[label.level] else DARK)
            color.setAlphaF(0.95)
            painter.setPen(color)
            painter.save()
            painter.translate(at)
            painter.rotate(label.angle_deg)
            painter.drawText(
                QPointF(-label.width_px / 2, metrics.capHeight() / 2),
                label.text,
            )
            painter.restore()


def _cut(points: Floats, connected: np.ndarray, away: np.ndarray, reach: float) -> tuple[Floats, np.ndarray]:
    """The line without what is nearer than `reach`; its ends are moved exactly to that distance."""
    outside = away > reach
    keep = outside.copy()
    joins = connected.copy()
    moved = points.copy()
    # The last sample inside of the gap becomes its edge, on the segment that leaves it.
    for k in range(1, len(points)):
        if not connected[k] or outside[k] == outside[k - 1]:
            continue
        t = (reach - away[k - 1]) / (away[k] - away[k - 1])
        edge = points[k - 1] + t * (points[k] - points[k - 1])
        if outside[k]:
            moved[k - 1] = edge
            keep[k - 1] = True
            joins[k - 1] = False
        else:
            moved[k] = edge
            keep[k] = True
    return moved[keep], joins[keep]


class _Placer:
    """Finds places for the numbers: on straight parts, apart from each other, upright."""

    def __init__(self, size_px: tuple[float, float], look: Look) -> None:
        self._scale = np.array([size_px[0], -size_px[1]])
        self._look = look
        self._taken: list[tuple[float, float, float]] = []  # discs: x, y, radius, px

    def place(self, lines: list[LevelLine], texts: tuple[str, ...]) -> list[LevelLabel]:
        labels: list[LevelLabel] = []
        metrics = self._look.inline_metrics
        widths = [metrics.horizontalAdvance(text) for text in texts]
        drawn = [(line, line.points * self._scale) for line in lines]
        lengths = [float(np.hypot(*np.diff(px, axis=0).T).sum()) for _, px in drawn]
        # Long lines first: they have a choice of places, but also more need.
        for index in np.argsort(lengths)[::-1]:
            line, px = drawn[index]
            width = widths[line.level] + 2 * self._look.px(GAP_PX)
            if lengths[index] < SHORTEST * width:
                continue
            wanted = max(1, round(lengths[index] / self._look.px(REPEAT_PX)))
            labels += self._on_line(line, px, lengths[index], width, texts[line.level], wanted)
        return labels

    def _on_line(
        self, line: LevelLine, px: Floats, length: float, width: float, text: str, wanted: int
    ) -> list[LevelLabel]:
        arc = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(px, axis=0).T))))
        places = np.arange(width, length - width, max(6.0, length / 160))
        if not places.size:
            places = np.array([length / 2])

        def at(s: Floats) -> Floats:
            return np.stack((np.interp(s, arc, px[:, 0]), np.interp(s, arc, px[:, 1])), axis=1)

        before, middle, after = at(places - width / 2), at(places), at(places + width / 2)
        chord = after - before
        straight = np.hypot(*chord.T) / width
        # Of the straight places, those that are nearly horizontal are the easiest to read.
        slant = np.abs(np.arctan2(np.abs(chord[:, 1]), np.abs(chord[:, 0]))) / (math.pi / 2)
        sag = np.hypot(*((before + after) / 2 - middle).T) / width
        cost = (1 - straight) * 4 + sag * 4 + 0.35 * slant
        made: list[LevelLabel] = []
        used: list[float] = []
        radius = self._look.inline_metrics.capHeight() * 0.75
        for k in np.argsort(cost, kind="stable"):
            if len(made) >= wanted or straight[k] < STRAIGHT:
                break
            if any(abs(places[k] - s) < 0.6 * length / wanted for s in used):
                continue
            angle = math.degrees(math.atan2(chord[k, 1], chord[k, 0]))
            if angle > 90 or angle <= -90:
                angle -= math.copysign(180, angle)
            center = (before[k] + after[k]) / 4 + middle[k] / 2
            if not self._take(center, angle, width, radius):
                continue
            used.append(float(places[k]))
            unit = center / self._scale
            made.append(
                LevelLabel(
                    line.level,
                    text,
                    (float(unit[0]), float(unit[1])),
                    angle,
                    width - 2 * self._look.px(GAP_PX),
                )
            )
        return made

    def _take(self, center: Floats, angle_deg: float, width: float, radius: float) -> bool:
        """Claim a number's place, as a row of discs along it, unless it touches another's or the rim."""
        n = max(2, math.ceil(width / (2 * radius)))
        along = np.linspace(-0.5, 0.5, n) * (width - radius)
        cos, sin = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
        xs, ys = center[0] + along * cos, center[1] + along * sin
        rim = radius + self._look.px(2)
        if xs.min() < rim or xs.max() > self._scale[0] - rim:
            return False
        if ys.max() > -rim or ys.min() < self._scale[1] + rim:
            return False
        clear = 2 * radius + self._look.px(CLEAR_PX)
        if self._taken:
            taken = np.array(self._taken)
            away = np.hypot(taken[:, 0][:, None] - xs, taken[:, 1][:, None] - ys)
            if away.min() < clear:
                return False
        self._taken += [(float(x), float(y), radius) for x, y in zip(xs, ys, strict=True)]
        return True
