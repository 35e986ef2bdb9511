"""typeset(): TeX → a picture of filled paths with its metrics and marked regions.

The one interface to the typesetting backend (mathra): nothing else in the app knows of it. A picture is made
once per TeX, in units of an em, and is painted at any size; TeX that cannot be read is drawn as it stands,
and never raises. Colours are "#rrggbb" or a token that the painter resolves ("accent", "muted"…).
GUI thread, or any other while a QGuiApplication exists.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from html import unescape
from typing import Final

import mathra
from msgspec import Struct
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPaintEngine, QPainter, QPainterPath, QTransform

from gui.typeset.marks import MARK, read_mark
from gui.typeset.prepare import EM, PLACE, TEXT_SCALE, prepare, text_font
from gui.typeset.svg import INHERITED, Drawing, Shape, read_svg

CACHE_SIZE: Final = 2048
MAX_SOURCE: Final = 20_000  # characters; a longer formula is cut and drawn as text
_LIGHTER: Final = 0.25  # device px; a bar of whole pixels looks heavier than the outlines beside it
_VECTOR_ENGINES: Final = (QPaintEngine.Type.SVG, QPaintEngine.Type.Pdf, QPaintEngine.Type.Picture)
_TITLE = re.compile(r"<title[^>]*>([^<]*)</title>")

Colors = Mapping[str, QColor] | Callable[[str], QColor]


class Region(Struct, frozen=True):
    """A glyph or bar that was marked: the number given to `mark`, its box, y down, and its line of text."""

    mark: int
    box: QRectF
    line: int = 0


class Layer(Struct, frozen=True):
    """Everything of one colour: outlines as one path, and bars (kept apart to be drawn pixel-sharp)."""

    color: str
    path: QPainterPath
    bars: tuple[QRectF, ...]


class _Sheet(Struct, frozen=True):
    """What is cached: a picture without its size. In em/1000."""

    width: float
    ascent: float
    depth: float
    ink: QRectF
    layers: tuple[Layer, ...]
    regions: tuple[Region, ...]
    error: str | None


class TypesetPicture(Struct, frozen=True):
    """A typeset formula at one size.

    Attributes:
        tex: its source. size_px: the em. error: why the source is shown as it stands, else None.
    """

    tex: str
    size_px: float
    sheet: _Sheet

    @property
    def scale(self) -> float:
        return self.size_px / EM

    @property
    def width(self) -> float:
        """The advance width, px."""
        return self.sheet.width * self.scale

    @property
    def ascent(self) -> float:
        """From the baseline to the top, px."""
        return self.sheet.ascent * self.scale

    @property
    def depth(self) -> float:
        """From the baseline to the bottom, px."""
        return self.sheet.depth * self.scale

    @property
    def height(self) -> float:
        return self.ascent + self.depth

    @property
    def error(self) -> str | None:
        return self.sheet.error

    @property
    def ink(self) -> QRectF:
        """What is blackened, px, relative to the left end of the baseline, y down."""
        return _scaled(self.sheet.ink, self.scale)

    @property
    def regions(self) -> tuple[Region, ...]:
        """The marked glyphs, boxes in px relative to the left end of the baseline, y down."""
        return tuple(Region(region.mark, _scaled(region.box, self.scale)) for region in self.sheet.regions)

    def path(self) -> QPainterPath:
        """All of it as one path, px, the baseline's left end at the origin."""
        whole = QPainterPath()
        whole.setFillRule(Qt.FillRule.WindingFill)
        for layer in self.sheet.layers:
            whole.addPath(layer.path)
            for bar in layer.bars:
                whole.addRect(bar)
        return QTransform.fromScale(self.scale, self.scale).map(whole)

    def paint(self, painter: QPainter, at: QPointF, foreground: QColor, colors: Colors | None = None) -> None:
        """Draw with the left end of the baseline at `at`.

        `colors` resolves colour tokens; one that it does not know is drawn in the foreground.
        """
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.translate(at)
        painter.scale(self.scale, self.scale)
        for layer in self.sheet.layers:
            color = resolve(layer.color, foreground, colors)
            painter.setBrush(color)
            if not layer.path.isEmpty():
                painter.drawPath(layer.path)
            for bar in layer.bars:
                _paint_bar(painter, bar, color)
        painter.restore()

    def speech(self, locale: str = "en") -> str:
        """The formula in words of "en" or "ko", for a screen reader; its source where it cannot be read."""
        return speech(self.tex, locale)


def resolve(color: str, foreground: QColor, colors: Colors | None) -> QColor:
    """The colour of a layer: a literal, a token of `colors`, or the foreground."""
    if color == INHERITED:
        return foreground
    if color.startswith("#"):
        return QColor(color)
    if colors is None:
        return foreground
    if callable(colors):
        return colors(color)
    return colors.get(color, foreground)


def _scaled(rect: QRectF, scale: float) -> QRectF:
    return QRectF(rect.x() * scale, rect.y() * scale, rect.width() * scale, rect.height() * scale)


def _paint_bar(painter: QPainter, bar: QRectF, color: QColor) -> None:
    """A bar of at least one whole device pixel, on whole device pixels, unless the painter is turned."""
    transform = painter.deviceTransform()
    if transform.isRotating() or painter.paintEngine().type() in _VECTOR_ENGINES:
        painter.fillRect(bar, color)
        return
    box = transform.mapRect(bar)
    thin_height = box.height() < 8.0
    top = round(box.top()) if thin_height else box.top()
    height = max(1.0, round(box.height() - _LIGHTER)) if thin_height else box.height()
    snapped = QRectF(box.left(), top, box.width(), height)
    inverse, invertible = transform.inverted()
    painter.fillRect(inverse.mapRect(snapped) if invertible else bar, color)


def typeset(tex: str, size_px: float, *, display: bool = True) -> TypesetPicture:
    """The picture of `tex` with an em of `size_px`; never raises.

    Args:
        tex: LaTeX mathematics; may use \\textcolor{token}{…}, and texts in Hangul.
        display: display style (tall fractions, limits above and below); else as within a sentence.
    """
    return TypesetPicture(tex, size_px, _sheet(tex, display))


@lru_cache(maxsize=CACHE_SIZE)
def _sheet(tex: str, display: bool) -> _Sheet:
    if len(tex) > MAX_SOURCE:
        return _as_text(tex[:MAX_SOURCE], "too long")
    prepared = prepare(tex)
    try:
        drawing = read_svg(mathra.tex_to_svg(prepared.tex, display=display, strict=True))
    except (ValueError, KeyError) as error:
        return _as_text(tex, str(error))
    return _compose(drawing, prepared.texts)


def _compose(drawing: Drawing, texts: tuple[str, ...]) -> _Sheet:
    paths: dict[str, QPainterPath] = {}
    bars: dict[str, list[QRectF]] = {}
    regions: list[Region] = []
    ink = QRectF()
    around = INHERITED
    for shape in drawing.shapes:
        color, path = shape.color, shape.path
        if shape.bar is not None and shape.bar.width() == 0.0:
            around = color
            continue
        if color.startswith(PLACE):
            path = _text_path(texts[int(color.removeprefix(PLACE))], shape)
            color = around
        if color.startswith(MARK):
            number, color = read_mark(color)
            regions.append(Region(number, shape.box))
            color = color or INHERITED
        if path is not None:
            layer = paths.get(color)
            if layer is None:
                layer = paths[color] = QPainterPath()
                layer.setFillRule(Qt.FillRule.WindingFill)
            layer.addPath(path)
        elif shape.bar is not None:
            bars.setdefault(color, []).append(shape.bar)
        ink = ink.united(shape.box)
    layers = tuple(
        Layer(color, paths.get(color, QPainterPath()), tuple(bars.get(color, ())))
        for color in dict.fromkeys([*paths, *bars])
    )
    return _Sheet(drawing.width, drawing.ascent, drawing.depth, ink, layers, tuple(regions), None)


def _text_path(text: str, place: Shape) -> QPainterPath:
    """The outlines of `text` filling the placeholder rule `place`."""
    assert place.bar is not None
    box = place.bar
    outline = QPainterPath()
    outline.addText(QPointF(0.0, 0.0), text_font(), text)
    width = QFontMetricsF(text_font()).horizontalAdvance(text)
    scale = box.width() / width if width else 1.0
    baseline = box.bottom() - box.height() * (0.2 / 0.98)
    return QTransform(scale, 0.0, 0.0, scale, box.left(), baseline).map(outline)


def _as_text(source: str, error: str) -> _Sheet:
    """The source itself, in a face of fixed width."""
    font = QFont("monospace")
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setPixelSize(round(EM * TEXT_SCALE))
    metrics = QFontMetricsF(font)
    path = QPainterPath()
    path.addText(QPointF(0.0, 0.0), font, source)
    path.setFillRule(Qt.FillRule.WindingFill)
    return _Sheet(
        metrics.horizontalAdvance(source),
        metrics.ascent(),
        metrics.descent(),
        path.boundingRect(),
        (Layer(INHERITED, path, ()),),
        (),
        error,
    )


@lru_cache(maxsize=CACHE_SIZE)
def speech(tex: str, locale: str = "en") -> str:
    """`tex` in words of `locale` ("en", "ko"), for a screen reader; the source where it cannot be read."""
    try:
        title = _TITLE.search(mathra.tex_to_svg(tex[:MAX_SOURCE], locale))
    except ValueError:
        return tex
    return unescape(title[1]) if title else tex


def cache_info() -> tuple[int, int]:
    """(hits, misses) of the cache of pictures since the start."""
    info = _sheet.cache_info()
    return info.hits, info.misses
