"""mathra's SVG → filled shapes in Qt's geometry.

mathra writes one small dialect: glyph outlines in <defs>, placed by <use> with x/y or translate+scale,
bars as <rect>, strokes as <line>; y points up. The shapes that come out are in thousandths of an em, y down,
the baseline at y = 0.
GUI thread or any other (QPainterPath is a value).
"""

import re
from functools import lru_cache
from typing import Final

from msgspec import Struct
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainterPath, QPainterPathStroker, QTransform

INHERITED: Final = "currentColor"

_VIEW_BOX = re.compile(r'viewBox="(\S+) (\S+) (\S+) (\S+)"')
_GLYPH = re.compile(r'<path id="([^"]+)" d="([^"]*)"')
_ELEMENT = re.compile(r"<(use|rect|line|path)\s([^>]*?)/?>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_PLACE = re.compile(r"translate\((\S+)[ ,]+(\S+)\)(?:\s*scale\((\S+?)(?:[ ,]+(\S+?))?\))?")
_COMMAND = re.compile(r"[MLHVCQZ]|-?[\d.]+(?:e-?\d+)?")
_ARITY: Final = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "Q": 4, "Z": 0}


class Shape(Struct, frozen=True):
    """One glyph or bar. `bar` is its rectangle if it is one; `box` encloses it; `path` is None for a bar."""

    color: str
    box: QRectF
    path: QPainterPath | None = None
    bar: QRectF | None = None


class Drawing(Struct, frozen=True):
    """A whole formula: shapes in drawing order, and its metrics in thousandths of an em."""

    width: float
    ascent: float
    depth: float
    shapes: tuple[Shape, ...]


@lru_cache(maxsize=1024)
def _outline(data: str) -> QPainterPath:
    """The outline of SVG path data in absolute commands, y still up."""
    path = QPainterPath()
    numbers: list[float] = []
    command = "M"
    for token in [*_COMMAND.findall(data), ""]:
        if token and token not in _ARITY:
            numbers.append(float(token))
            continue
        _apply(path, command, numbers)
        numbers = []
        command = token
    return path


def _apply(path: QPainterPath, command: str, numbers: list[float]) -> None:
    if command == "Z":
        path.closeSubpath()
        return
    size = _ARITY[command]
    for start in range(0, len(numbers) - size + 1, size):
        group = numbers[start : start + size]
        here = path.currentPosition()
        if command == "M" and start == 0:
            path.moveTo(*group)
        elif command in "ML":
            path.lineTo(*group)
        elif command == "H":
            path.lineTo(group[0], here.y())
        elif command == "V":
            path.lineTo(here.x(), group[0])
        elif command == "C":
            path.cubicTo(*group)
        else:
            path.quadTo(*group)


def read_svg(svg: str) -> Drawing:
    """The shapes of one SVG by mathra."""
    box = _VIEW_BOX.search(svg)
    if box is None:
        raise ValueError("an SVG without a viewBox")
    left, top, width, height = (float(part) for part in box.groups())
    glyphs = dict(_GLYPH.findall(svg))
    body = svg[svg.find("</defs>") :]
    shapes: list[Shape] = []
    for kind, attributes in _ELEMENT.findall(body):
        shape = _read_element(kind, dict(_ATTRIBUTE.findall(attributes)), glyphs)
        if shape is not None:
            shapes.append(shape)
    return Drawing(width + left, -top, height + top, tuple(shapes))


def _read_element(kind: str, values: dict[str, str], glyphs: dict[str, str]) -> Shape | None:
    color = values.get("fill", INHERITED)
    x, y = float(values.get("x", 0.0)), float(values.get("y", 0.0))
    if kind == "rect":
        w, h = float(values["width"]), float(values["height"])
        bar = QRectF(x, -y - h, w, h)
        return Shape(color, bar, None, bar)
    if kind == "line":
        return _read_line(values)
    data = glyphs.get(values.get("href", "").removeprefix("#")) if kind == "use" else values.get("d")
    if data is None:
        return None
    scale_x = scale_y = 1.0
    place = _PLACE.match(values.get("transform", ""))
    if place:
        x, y = float(place[1]), float(place[2])
        scale_x = float(place[3] or 1.0)
        scale_y = float(place[4] or scale_x)
    path = QTransform(scale_x, 0.0, 0.0, -scale_y, x, -y).map(_outline(data))
    path.setFillRule(path.fillRule().WindingFill)
    return Shape(color, path.controlPointRect(), path)


def _read_line(values: dict[str, str]) -> Shape:
    line = QPainterPath()
    line.moveTo(float(values["x1"]), -float(values["y1"]))
    line.lineTo(float(values["x2"]), -float(values["y2"]))
    stroker = QPainterPathStroker()
    stroker.setWidth(float(values.get("stroke-width", 68.0)))
    path = stroker.createStroke(line)
    return Shape(values.get("stroke", INHERITED), path.boundingRect(), path)
