"""Where the numbers of the level lines stand: on straight parts, upright, apart from each other. GUI thread.

Points are complex here, x + iy in pixels with y downwards: half the code, and a third of the time.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.base.arrays import Floats
from gui.drawing.look import Look

GAP_PX: Final = 4.0  # between a number and the ends of its line
REPEAT_PX: Final = 420.0  # of line per number
BESIDE_PX: Final = 5.0  # of a number's middle line, where no other line may run
CLEAR_PX: Final = 7.0  # between two numbers
MARK_PX: Final = 9.0  # the radius of a mark, with a little room
CELL_PX: Final = 3.0
STRAIGHT: Final = 0.93  # chord over arc, below which a number would stand across a bend
SHORTEST: Final = 2.6  # numbers wide, a line must be to have one
MOST_LABELS: Final = 90
PLACES: Final = 100  # looked at along one line

Region = tuple[float, float, float, float]  # x_lo, x_hi, y_lo, y_hi of the unit square
Complexes = NDArray[np.complex128]


@dataclass(frozen=True)
class LevelLine:
    """One connected line. points: (n, 2) in the unit square of the field."""

    level: int
    points: Floats


@dataclass(frozen=True)
class LevelLabel:
    """One number in a line. line: its index; center: in the unit square; angle_deg: clockwise on the screen,
    upright."""

    line: int
    level: int
    text: str
    center: tuple[float, float]
    angle_deg: float
    width_px: float


def place_labels(
    lines: list[LevelLine],
    texts: tuple[str, ...],
    size_px: tuple[float, float],
    region: Region,
    look: Look,
    marks: Floats,
) -> list[LevelLabel]:
    """The numbers for `lines`.

    Args:
        texts: by level. size_px: of the whole field. region: the part of it to put numbers on.
        marks: (n, 2) in the unit square, where no number may stand.
    """
    placer = _Placer(size_px, region, look)
    labels: list[LevelLabel] = []
    # Long lines first: they have a choice of places, but also more need.
    pieces = sorted(placer.pieces(lines), key=lambda piece: -piece.length)
    placer.occupy(pieces)
    placer.keep_clear(marks)
    for piece in pieces:
        if len(labels) >= MOST_LABELS:
            break
        labels += placer.on(piece, texts[piece.level])
    return labels


@dataclass(frozen=True)
class _Piece:
    """A part of a line within the region. line: its index; number: of the part, from 1; arc: (n,), the way
    along it to each of its points, px."""

    line: int
    number: int
    level: int
    points: Complexes
    arc: Floats

    @property
    def length(self) -> float:
        return float(self.arc[-1])


class _Placer:
    def __init__(self, size_px: tuple[float, float], region: Region, look: Look) -> None:
        self._size = size_px
        self._region = region
        self._look = look
        self._radius = look.inline_metrics.capHeight() * 0.75
        self._cell = look.px(CELL_PX)
        width, height = (
            math.ceil((hi - lo) * size / self._cell) + 1
            for lo, hi, size in zip(region[::2], region[1::2], size_px, strict=True)
        )
        self._taken = np.zeros((height, width), dtype=bool)
        self._owner = np.zeros((height, width), dtype=np.int32)
        rim = max(1, math.ceil((self._radius + look.px(2)) / self._cell))
        self._taken[:rim] = self._taken[-rim:] = True
        self._taken[:, :rim] = self._taken[:, -rim:] = True

    def pieces(self, lines: list[LevelLine]) -> Iterator[_Piece]:
        """The parts of `lines` within the region."""
        x_lo, x_hi, y_lo, y_hi = self._region
        whole = self._region == (0.0, 1.0, 0.0, 1.0)
        number = 0
        for index, line in enumerate(lines):
            x, y = line.points[:, 0], line.points[:, 1]
            px = (x - x_lo) * self._size[0] + 1j * (y_hi - y) * self._size[1]
            if whole:
                parts = [px]
            else:
                inside = (x >= x_lo) & (x <= x_hi) & (y >= y_lo) & (y <= y_hi)
                ends = np.flatnonzero(np.diff(inside)) + 1
                split = np.split(px, ends)
                parts = split[0 if inside[0] else 1 :: 2]
            for part in parts:
                if len(part) > 1:
                    arc = np.zeros(len(part))
                    np.cumsum(np.abs(np.diff(part)), out=arc[1:])
                    number += 1
                    yield _Piece(index, number, line.level, part, arc)

    def occupy(self, pieces: list[_Piece]) -> None:
        """Note which cells the lines run through."""
        for piece in pieces:
            # The points are about half a cell apart; where they are not, the middles fill in.
            at = np.concatenate((piece.points, (piece.points[1:] + piece.points[:-1]) / 2)) / self._cell
            cells = self._cells(at)
            before = self._owner[cells]
            self._owner[cells] = np.where((before != 0) & (before != piece.number), -1, piece.number)

    def keep_clear(self, marks: Floats) -> None:
        """No number may cover a mark."""
        x_lo, x_hi, y_lo, y_hi = self._region
        inside = (marks[:, 0] >= x_lo) & (marks[:, 0] <= x_hi) & (marks[:, 1] >= y_lo) & (marks[:, 1] <= y_hi)
        at = (marks[inside, 0] - x_lo) * self._size[0] + 1j * (y_hi - marks[inside, 1]) * self._size[1]
        reach = math.ceil((self._radius + self._look.px(MARK_PX)) / self._cell)
        self._take(*self._cells(at / self._cell), reach)

    def on(self, piece: _Piece, text: str) -> list[LevelLabel]:
        """The numbers of one line, about one in each REPEAT_PX."""
        bare = self._look.inline_metrics.horizontalAdvance(text)
        width = bare + 2 * self._look.px(GAP_PX)
        length = piece.length
        if length < SHORTEST * width:
            return []
        wanted = max(1, round(length / self._look.px(REPEAT_PX)))
        places = np.arange(width, length - width, max(6.0, length / (PLACES * math.sqrt(wanted))))
        ways = np.concatenate((places - width / 2, places, places + width / 2))
        before, middle, after = np.interp(ways, piece.arc, piece.points).reshape(3, -1)
        chord = after - before
        straight = np.abs(chord) / width
        centers = (before + after) / 4 + middle / 2
        # Of the straight places, those that are nearly horizontal are the easiest to read.
        unit = chord / np.maximum(np.abs(chord), 1e-9)
        sag = np.abs((before + after) / 2 - middle) / width
        cost = (1 - straight) * 4 + sag * 4 + 0.35 * np.abs(unit.imag)
        discs = self._discs(centers, unit, width)
        fit = (straight >= STRAIGHT) & ~self._crowded(piece, centers, unit, width)
        cost[~fit | self._taken[discs].any(axis=0)] = np.inf
        made: list[LevelLabel] = []
        while len(made) < wanted:
            k = int(cost.argmin())
            if cost[k] == np.inf:
                break
            if self._taken[discs[0][:, k], discs[1][:, k]].any():  # by a number of this line itself
                cost[k] = np.inf
                continue
            reach = math.ceil((2 * self._radius + self._look.px(CLEAR_PX)) / self._cell)
            self._take(discs[0][:, k], discs[1][:, k], reach)
            cost[np.abs(places - places[k]) < 0.6 * length / wanted] = np.inf
            angle = math.degrees(math.atan2(unit[k].imag, unit[k].real))
            if abs(angle) > 90:
                angle -= math.copysign(180, angle)
            made.append(LevelLabel(piece.line, piece.level, text, self._unit(centers[k]), angle, bare))
        return made

    def _unit(self, at: complex) -> tuple[float, float]:
        """Pixels of the region → the unit square."""
        x_lo, _, _, y_hi = self._region
        return x_lo + at.real / self._size[0], y_hi - at.imag / self._size[1]

    def _cells(self, at: Complexes) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """(rows, columns) of places given in cells; those outside are brought to the rim."""
        height, width = self._owner.shape
        rows = np.minimum(np.maximum(at.imag.astype(np.intp), 0), height - 1)
        columns = np.minimum(np.maximum(at.real.astype(np.intp), 0), width - 1)
        return rows, columns

    def _discs(
        self, centers: Complexes, unit: Complexes, width: float
    ) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The cells of a row of discs along each number: (rows, columns), each (discs, places)."""
        n = max(2, math.ceil(width / (2 * self._radius)))
        along = (np.arange(n) / (n - 1) - 0.5)[:, None] * (width - self._radius)
        at = (centers + along * unit) / self._cell
        return self._cells(at)

    def _take(self, rows: NDArray[np.intp], columns: NDArray[np.intp], reach: int) -> None:
        """The middle of no other number may come nearer to these cells than `reach` cells."""
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            self._taken[
                max(row - reach, 0) : row + reach + 1, max(column - reach, 0) : column + reach + 1
            ] = True

    def _crowded(self, piece: _Piece, centers: Complexes, unit: Complexes, width: float) -> NDArray[np.bool_]:
        """Whether a number at each of `centers` would cover a line that is not its own, (places,)."""
        half = width / 2 - self._look.px(GAP_PX)
        n = max(2, math.ceil(2 * half / self._cell))
        along = np.linspace(-half, half, n)[:, None, None]
        reach = self._look.px(BESIDE_PX)
        across = np.array([-reach, -reach / 2, 0.0, reach / 2, reach])[None, :, None]
        at = (centers + (along + 1j * across) * unit) / self._cell
        owners = self._owner[self._cells(at)]
        return np.asarray(((owners != 0) & (owners != piece.number)).any(axis=(0, 1)))
