"""A painter that writes SVG which looks the same in every program.

Qt's own generator writes hairlines that keep their width under a transform, which librsvg and Cairo do not
know, and words in a font that is not there. Here every line has its width in user units, nothing has a
transform, and words are outlines. The painter keeps pen, brush, transform and clip as ever; only what is
drawn is written.
The thread of the scene that is painted.
"""

import base64
import math
from collections.abc import Iterable
from typing import Any, Final
from xml.sax.saxutils import escape

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFontMetricsF,
    QImage,
    QPainter,
    QPainterPath,
    QPen,
    QPicture,
    QPolygonF,
    QTransform,
)

DIGITS: Final = 2  # of a coordinate behind the point: a hundredth of a pixel
CAPS: Final = {
    Qt.PenCapStyle.FlatCap: "butt",
    Qt.PenCapStyle.SquareCap: "square",
    Qt.PenCapStyle.RoundCap: "round",
}
JOINS: Final = {
    Qt.PenJoinStyle.MiterJoin: "miter",
    Qt.PenJoinStyle.SvgMiterJoin: "miter",
    Qt.PenJoinStyle.BevelJoin: "bevel",
    Qt.PenJoinStyle.RoundJoin: "round",
}
NO_PEN: Final = QPen(Qt.PenStyle.NoPen)
NO_BRUSH: Final = QBrush(Qt.BrushStyle.NoBrush)
MOVE, LINE, CURVE = (
    QPainterPath.ElementType.MoveToElement,
    QPainterPath.ElementType.LineToElement,
    QPainterPath.ElementType.CurveToElement,
)
ALIGNED: Final = Qt.AlignmentFlag


class SvgPainter(QPainter):
    """Paints a picture of `size_px`; when it has ended, `document` is the file."""

    def __init__(self, size_px: tuple[int, int]) -> None:
        super().__init__()
        self._size_px = size_px
        self._state = QPicture()  # takes what only changes the state; nothing is ever drawn into it
        self.begin(self._state)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._elements: list[str] = []
        self._definitions: list[str] = []
        self._clips: dict[str, str] = {}
        self._patterns: dict[int, str] = {}

    def document(self, title: str, width: str, height: str, seen: QRectF, metadata: str = "") -> str:
        """The file. width, height: as the file says them, with their unit; seen: the part that is shown."""
        box = " ".join(map(_number, (seen.x(), seen.y(), seen.width(), seen.height())))
        lines = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'version="1.1" width="{width}" height="{height}" viewBox="{box}" role="img">',
            f"<title>{escape(title)}</title>",
            *([f"<metadata>{escape(metadata)}</metadata>"] if metadata else []),
            *(["<defs>", *self._definitions, "</defs>"] if self._definitions else []),
            *self._elements,
            "</svg>",
        ]
        return "\n".join(lines) + "\n"

    # Paths

    def drawPath(self, path: QPainterPath) -> None:
        self._write(path, self.brush(), self.pen())

    def fillPath(self, path: QPainterPath, brush: Any) -> None:
        self._write(path, QBrush(brush), NO_PEN)

    def strokePath(self, path: QPainterPath, pen: Any) -> None:
        self._write(path, NO_BRUSH, QPen(pen))

    def fillRect(self, *arguments: Any) -> None:
        *place, brush = arguments
        self._write(_rect_path(QRectF(*place)), QBrush(brush), NO_PEN)

    def drawRect(self, *place: Any) -> None:
        self.drawPath(_rect_path(QRectF(*place)))

    def drawRoundedRect(self, rect: Any, x_radius: float, y_radius: float, *mode: Any) -> None:
        path = QPainterPath()
        path.addRoundedRect(QRectF(rect), x_radius, y_radius, *mode)
        self.drawPath(path)

    def drawEllipse(self, *place: Any) -> None:
        path = QPainterPath()
        path.addEllipse(*place)
        self.drawPath(path)

    def drawArc(self, *arguments: Any, **_: Any) -> None:
        rect, start_16, span_16 = arguments
        path = QPainterPath()
        path.arcMoveTo(QRectF(rect), start_16 / 16)
        path.arcTo(QRectF(rect), start_16 / 16, span_16 / 16)
        self.strokePath(path, self.pen())

    def drawLine(self, *ends: Any) -> None:
        if len(ends) == 1:
            ends = (ends[0].p1(), ends[0].p2())
        elif len(ends) == 4:
            ends = (QPointF(*ends[:2]), QPointF(*ends[2:]))
        self.drawPolyline(ends)

    def drawLines(self, *lines: Any, **_: Any) -> None:
        path = QPainterPath()
        for line in lines[0]:
            path.moveTo(line.p1())
            path.lineTo(line.p2())
        self.strokePath(path, self.pen())

    def drawPolyline(self, points: Any) -> None:
        path = QPainterPath()
        path.addPolygon(QPolygonF(list(points)))
        self.strokePath(path, self.pen())

    def drawPolygon(self, points: Any, *rule: Any) -> None:
        path = QPainterPath()
        path.addPolygon(QPolygonF(list(points)))
        path.closeSubpath()
        self.drawPath(path)

    def drawPoint(self, *place: Any) -> None:
        self.drawPoints([QPointF(*place)])

    def drawPoints(self, *points: Any, **_: Any) -> None:
        path = QPainterPath()
        for point in points[0]:
            path.moveTo(point)
            path.lineTo(point.x() + 1e-6, point.y())  # a line of no length has its caps only
        pen = QPen(self.pen())
        if pen.capStyle() == Qt.PenCapStyle.FlatCap:
            pen.setCapStyle(Qt.PenCapStyle.SquareCap)
        self.strokePath(path, pen)

    # Words

    def drawText(self, *arguments: Any, **_: Any) -> None:  # type: ignore[override]
        path = QPainterPath()
        if len(arguments) == 2:
            where, text = arguments
            path.addText(QPointF(where), self.font(), text)
        else:
            box, flags, text = arguments
            for at, line in self._lines(QRectF(box), flags, text):
                path.addText(at, self.font(), line)
        path.setFillRule(Qt.FillRule.WindingFill)
        self._write(path, QBrush(self.pen().color()), NO_PEN)

    def _lines(self, box: QRectF, flags: Any, text: str) -> Iterable[tuple[QPointF, str]]:
        """Where the baseline of each line of a text in `box` begins."""
        bits = int(getattr(flags, "value", flags))
        metrics = QFontMetricsF(self.font(), self.device())
        lines = text.split("\n")
        if bits & Qt.TextFlag.TextWordWrap.value:
            lines = [part for line in lines for part in broken(line, box.width(), metrics)]
        height = metrics.height() + (len(lines) - 1) * metrics.lineSpacing()
        top = box.top()
        if bits & ALIGNED.AlignVCenter.value:
            top += (box.height() - height) / 2
        elif bits & ALIGNED.AlignBottom.value:
            top += box.height() - height
        for number, line in enumerate(lines):
            free = box.width() - metrics.horizontalAdvance(line)
            share = (
                0.5 if bits & ALIGNED.AlignHCenter.value else 1.0 if bits & ALIGNED.AlignRight.value else 0
            )
            at = QPointF(box.left() + share * free, top + metrics.ascent() + number * metrics.lineSpacing())
            yield at, line

    # Pictures

    def drawPixmap(self, *arguments: Any) -> None:
        place, pixmap = arguments
        self.drawImage(place, pixmap.toImage())

    def drawImage(self, *arguments: Any) -> None:
        place, image, *part = arguments
        if isinstance(place, QPointF):
            ratio = image.devicePixelRatio()
            place = QRectF(place.x(), place.y(), image.width() / ratio, image.height() / ratio)
        target = self.combinedTransform().mapRect(QRectF(place))
        source = QRectF(part[0]) if part else QRectF(image.rect())
        across, down = target.width() / source.width(), target.height() / source.height()
        whole = QRectF(
            target.left() - across * source.left(),
            target.top() - down * source.top(),
            across * image.width(),
            down * image.height(),
        )
        clip = self._clip_of(target, only=whole != target)
        x, y, width, height = map(_number, (whole.x(), whole.y(), whole.width(), whole.height()))
        self._elements.append(
            f'<image x="{x}" y="{y}" width="{width}" height="{height}" preserveAspectRatio="none"'
            f'{self._opacity()}{clip} xlink:href="{_data_of(image)}"/>'
        )

    # What is written

    def _write(self, path: QPainterPath, brush: QBrush, pen: QPen) -> None:
        filled = brush.style() != Qt.BrushStyle.NoBrush and brush.color().alpha() > 0
        drawn = pen.style() != Qt.PenStyle.NoPen and pen.color().alpha() > 0
        if path.isEmpty() or not (filled or drawn):
            return
        transform = self.combinedTransform()
        path = transform.map(path)
        width = _width_of(pen, transform) if drawn else 0.0
        reach = path.boundingRect().adjusted(-width / 2, -width / 2, width / 2, width / 2)
        words = [f'd="{_path_data(path)}"']
        words += self._filled(brush, path) if filled else ['fill="none"']
        if drawn:
            words += _stroked(pen, width)
        if not self.testRenderHint(QPainter.RenderHint.Antialiasing):
            words.append('shape-rendering="crispEdges"')
        self._elements.append(f"<path {' '.join(words)}{self._opacity()}{self._clip_of(reach)}/>")

    def _filled(self, brush: QBrush, path: QPainterPath) -> list[str]:
        if brush.style() == Qt.BrushStyle.TexturePattern:
            words = [f'fill="url(#{self._pattern(brush)})"']
        else:
            words = _ink("fill", brush.color())
        return words + (['fill-rule="evenodd"'] if path.fillRule() == Qt.FillRule.OddEvenFill else [])

    def _pattern(self, brush: QBrush) -> str:
        """The definition of a tile."""
        tile = brush.texture()
        if tile.cacheKey() not in self._patterns:
            name = self._patterns[tile.cacheKey()] = f"p{len(self._patterns)}"
            origin = self.combinedTransform().map(QPointF(self.brushOrigin()))
            width, height = tile.width(), tile.height()
            self._definitions.append(
                f'<pattern id="{name}" patternUnits="userSpaceOnUse" x="{_number(origin.x())}" '
                f'y="{_number(origin.y())}" width="{width}" height="{height}"><image width="{width}" '
                f'height="{height}" xlink:href="{_data_of(tile.toImage())}"/></pattern>'
            )
        return self._patterns[tile.cacheKey()]

    def _opacity(self) -> str:
        return f' opacity="{self.opacity():.3g}"' if self.opacity() < 1.0 else ""

    def _clip_of(self, reach: QRectF, only: bool = False) -> str:
        """The clip of what reaches so far, if it cuts it. only: what lies outside of `reach` is cut, too."""
        path = QPainterPath()
        if self.hasClipping():
            path = self.combinedTransform().map(self.clipPath())
            if path.contains(reach) and not only:
                return ""
        if only:
            path = path.intersected(_rect_path(reach)) if self.hasClipping() else _rect_path(reach)
        elif not self.hasClipping():
            return ""
        data = _path_data(path)
        if data not in self._clips:
            name = self._clips[data] = f"c{len(self._clips)}"
            self._definitions.append(f'<clipPath id="{name}"><path d="{data}"/></clipPath>')
        return f' clip-path="url(#{self._clips[data]})"'


def broken(words: str, width: float, metrics: QFontMetricsF) -> list[str]:
    """The lines of `words`, each no wider than `width` if its words are not."""
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and metrics.horizontalAdvance(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _rect_path(rect: QRectF | QRect) -> QPainterPath:
    path = QPainterPath()
    path.addRect(QRectF(rect))
    return path


def _width_of(pen: QPen, transform: QTransform) -> float:
    """Of a line, in user units: a cosmetic one keeps its width, and is at least a pixel wide."""
    width = pen.widthF()
    return max(width, 1.0) if pen.isCosmetic() else width * math.sqrt(abs(transform.determinant()))


def _stroked(pen: QPen, width: float) -> list[str]:
    words = [*_ink("stroke", pen.color()), f'stroke-width="{_number(width)}"']
    if pen.capStyle() != Qt.PenCapStyle.FlatCap:
        words.append(f'stroke-linecap="{CAPS[pen.capStyle()]}"')
    join = JOINS[pen.joinStyle()]
    words.append(f'stroke-linejoin="{join}"')
    if pen.style() != Qt.PenStyle.SolidLine:
        dashes = " ".join(_number(part * width) for part in pen.dashPattern())
        words.append(f'stroke-dasharray="{dashes}"')
    return words


def _ink(kind: str, color: QColor) -> list[str]:
    words = [f'{kind}="{color.name()}"']
    return words + ([f'{kind}-opacity="{color.alphaF():.3g}"'] if color.alpha() < 255 else [])


def _path_data(path: QPainterPath) -> str:
    """A path in SVG's letters; equal points in a row are one."""
    words: list[str] = []
    for index in range(path.elementCount()):
        element = path.elementAt(index)
        letter = {MOVE: "M", LINE: "L", CURVE: "C"}.get(element.type, "")
        words.append(f"{letter}{_number(element.x)} {_number(element.y)}")
    return " ".join(words)


def _number(value: float) -> str:
    text = f"{value:.{DIGITS}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _data_of(image: QImage) -> str:
    """An image as a PNG in an address."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG"):  # type: ignore[call-overload]
        raise OSError("the picture could not be made into a PNG")
    return "data:image/png;base64," + base64.b64encode(bytes(data.data())).decode("ascii")
