"""Lines: long formulas broken at their operators, and sentences with formulas in them ("a step of $\\eta$").

GUI thread.
"""

import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from gui.i18n import language
from gui.typeset.breaking import break_pieces
from gui.typeset.picture import Colors, Region, TypesetPicture, typeset

LINE_GAP_EM: Final = 0.35
LONG: Final = 1200  # characters of TeX that may take several lines: set piece by piece, most of them known
INDENT_EM: Final = 1.6
_KOREAN_WORDS: Final = ((r"\text{if }", ""), (r"\text{otherwise}", r"\text{그 외}"))
_WORD = re.compile(r"\$(?P<tex>[^$]+)\$|(?P<line>\n)|(?P<space>[ \t]+)|(?P<word>[^$\s]+)|(?P<rest>\$)")


class Words(Struct, frozen=True):
    """Text drawn by Qt in one font."""

    text: str
    font: QFont
    width: float
    ascent: float
    depth: float


class Placed(Struct, frozen=True):
    """An item and the left end of its baseline, px, from the top left of the layout."""

    x: float
    baseline: float
    item: TypesetPicture | Words


class Layout(Struct, frozen=True):
    """Placed items and the size of all, px. `baseline` is that of the first line."""

    width: float
    height: float
    baseline: float
    items: tuple[Placed, ...]

    def paint(self, painter: QPainter, at: QPointF, foreground: QColor, colors: Colors | None = None) -> None:
        """Draw with the top left corner at `at`."""
        for placed in self.items:
            where = at + QPointF(placed.x, placed.baseline)
            if isinstance(placed.item, TypesetPicture):
                placed.item.paint(painter, where, foreground, colors)
            else:
                painter.setFont(placed.item.font)
                painter.setPen(foreground)
                painter.drawText(where, placed.item.text)

    def regions(self) -> list[Region]:
        """The marked glyphs of all formulas, px, from the top left corner."""
        baselines = dict.fromkeys(placed.baseline for placed in self.items)
        lines = {baseline: line for line, baseline in enumerate(baselines)}
        return [
            Region(region.mark, region.box.translated(placed.x, placed.baseline), lines[placed.baseline])
            for placed in self.items
            if isinstance(placed.item, TypesetPicture)
            for region in placed.item.regions
        ]

    @property
    def lines(self) -> int:
        return len({placed.baseline for placed in self.items})

    @property
    def error(self) -> str | None:
        """Why some formula is shown as its source, else None."""
        for placed in self.items:
            if isinstance(placed.item, TypesetPicture) and placed.item.error:
                return placed.item.error
        return None


class _Lines:
    """Fills lines from left to right."""

    def __init__(self, max_width: float | None, gap: float, indent: float) -> None:
        self._max_width = max_width
        self._gap = gap
        self._indent = indent
        self._lines: list[list[tuple[float, TypesetPicture | Words]]] = [[]]
        self._x = 0.0

    def add(self, item: TypesetPicture | Words, space: float = 0.0) -> None:
        """Append `item` after `space`, or on a new line if it does not fit."""
        line = self._lines[-1]
        if line and self._max_width is not None and self._x + space + item.width > self._max_width:
            self.break_line()
            line = self._lines[-1]
            self._x = self._indent
        elif line:
            self._x += space
        line.append((self._x, item))
        self._x += item.width

    def break_line(self) -> None:
        self._lines.append([])
        self._x = 0.0

    def layout(self, least_ascent: float, least_depth: float) -> Layout:
        """The lines under each other; each at least as tall as the two given."""
        placed: list[Placed] = []
        top = width = first = 0.0
        for number, line in enumerate(self._lines):
            ascent = max([least_ascent, *(item.ascent for _, item in line)])
            depth = max([least_depth, *(item.depth for _, item in line)])
            if number:
                top += self._gap
            else:
                first = ascent
            placed += [Placed(x, top + ascent, item) for x, item in line]
            width = max([width, *(x + item.width for x, item in line)])
            top += ascent + depth
        return Layout(width, top, first, tuple(placed))


def localized(tex: str) -> str:
    """The words that formulas are written with, in the user's language: "otherwise" of a case."""
    if language() == "ko" and "\\text{" in tex:
        for english, korean in _KOREAN_WORDS:
            tex = tex.replace(english, korean)
    return tex


def layout_tex(tex: str, size_px: float, max_width: float | None = None) -> Layout:
    """A formula in display style on one line, or on several of at most `max_width` where it can be broken.

    Args:
        tex: several formulas stand under each other, each on a line of its own.
    """
    if "\n" in tex:
        lines = [layout_tex(line, size_px, max_width) for line in tex.split("\n")]
        return _stacked(lines, LINE_GAP_EM * size_px)
    tex = localized(tex)
    if max_width is None or len(tex) < LONG:
        whole = typeset(tex, size_px)
        if max_width is None or whole.width <= max_width or whole.error:
            return Layout(whole.width, whole.height, whole.ascent, (Placed(0.0, whole.ascent, whole),))
    filled = _Lines(max_width, LINE_GAP_EM * size_px, INDENT_EM * size_px)
    for piece in break_pieces(tex):
        filled.add(typeset(piece, size_px))
    return filled.layout(0.0, 0.0)


def _stacked(layouts: Sequence[Layout], gap: float) -> Layout:
    """Layouts under each other."""
    placed: list[Placed] = []
    top = 0.0
    for layout in layouts:
        placed += [Placed(item.x, top + item.baseline, item.item) for item in layout.items]
        top += layout.height + gap
    width = max(layout.width for layout in layouts)
    return Layout(width, top - gap, layouts[0].baseline, tuple(placed))


def layout_text(text: str, font: QFont, size_px: float, max_width: float | None = None) -> Layout:
    """A text with formulas between dollar signs, in words broken to `max_width`.

    Args:
        font: of the words. size_px: the em of the formulas.
    """
    metrics = QFontMetricsF(font)
    lines = _Lines(max_width, 0.25 * size_px, 0.0)
    space = 0.0
    for match in _WORD.finditer(text):
        if match["line"]:
            lines.break_line()
            space = 0.0
        elif match["space"]:
            space = metrics.horizontalAdvance(" ")
        else:
            if match["tex"]:
                lines.add(typeset(localized(match["tex"]), size_px, display=False), space)
            else:
                word = match[0]
                width = metrics.horizontalAdvance(word)
                lines.add(Words(word, font, width, metrics.ascent(), metrics.descent()), space)
            space = 0.0
    return lines.layout(metrics.ascent(), metrics.descent())


def paint_tex(
    painter: QPainter,
    tex: str,
    rect: QRectF,
    *,
    size_px: float,
    color: QColor,
    colors: Colors | None = None,
    align: float = 0.0,
    mixed: bool = False,
) -> QRectF:
    """Draw `tex` vertically centred in `rect`, smaller if it would not fit; for captions and exports.

    Args:
        align: 0 is left, 0.5 centred, 1 right. mixed: `tex` is a text with $formulas$ in it.

    Returns:
        What it covers.
    """
    layout = fitted(tex, size_px, rect.width(), rect.height(), mixed=mixed)
    x = rect.left() + (rect.width() - layout.width) * align
    y = rect.top() + (rect.height() - layout.height) / 2
    painter.save()
    layout.paint(painter, QPointF(x, y), color, colors)
    painter.restore()
    return QRectF(x, y, layout.width, layout.height)


def fitted(tex: str, size_px: float, width: float, height: float, *, mixed: bool = False) -> Layout:
    """`tex` on one line at `size_px`, or smaller, so that it fits into `width` by `height`."""
    layout = _measured(tex, size_px, mixed)
    if layout.width <= 0.0 or layout.height <= 0.0:
        return layout
    shrink = min(width / layout.width, height / layout.height)
    return layout if shrink >= 1.0 else _measured(tex, max(size_px * shrink, 0.5), mixed)


def _measured(tex: str, size_px: float, mixed: bool) -> Layout:
    if not mixed:
        return layout_tex(tex, size_px)
    font = text_face(size_px)
    return layout_text(tex, font, size_px)


def text_face(size_px: float) -> QFont:
    """The application's face at the size that suits formulas of `size_px`."""
    font = QFont()
    font.setPixelSize(max(1, round(size_px * 0.88)))
    return font
