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
_ELEMENT = re.compile(
    r'<use href="#(?P<glyph>[^"]+)"'
    r'(?: x="(?P<x>\S+)" y="(?P<y>\S+)"| transform="translate\((?P<dx>\S+) (?P<dy>\S+)\)'
    r'(?: scale\((?P<sx>[^ )]+)(?: (?P<sy>[^ )]+))?\))?")'
    r'(?: fill="(?P<fill>[^"]+)")?/>'
    r"|<(?P<kind>rect|line|path)\s(?P<attributes>[^>]*?)/?>"
)
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
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
    """The shapes of one SVG by mathra.

    Raises:
        ValueError, KeyError: it is not in mathra's dialect.
    """
    box = _VIEW_BOX.search(svg)
    if box is None:
        raise ValueError("an SVG without a viewBox")
    left, top, width, height = (float(part) for part in box.groups())
    glyphs = dict(_GLYPH.findall(svg))
    body = svg[svg.find("</defs>") :]
    shapes: list[Shape] = []
    for match in _ELEMENT.finditer(body):
        if match["glyph"]:
            shapes.append(_read_glyph(match, glyphs))
        else:
            shapes.append(_read_other(match["kind"], dict(_ATTRIBUTE.findall(match["attributes"]))))
    return Drawing(width + left, -top, height + top, tuple(shapes))


def _read_glyph(match: re.Match[str], glyphs: dict[str, str]) -> Shape:
    scale_x = float(match["sx"] or 1.0)
    scale_y = float(match["sy"] or scale_x)
    x, y = float(match["x"] or match["dx"]), float(match["y"] or match["dy"])
    path = QTransform(scale_x, 0.0, 0.0, -scale_y, x, -y).map(_outline(glyphs[match["glyph"]]))
    return Shape(match["fill"] or INHERITED, path.controlPointRect(), path)


def _read_other(kind: str, values: dict[str, str]) -> Shape:
    color = values.get("fill", INHERITED)
    if kind == "rect":
        w, h = float(values["width"]), float(values["height"])
        bar = QRectF(float(values["x"]), -float(values["y"]) - h, w, h)
        return Shape(color, bar, None, bar)
    if kind == "line":
        return _read_line(values)
    path = QTransform(1.0, 0.0, 0.0, -1.0, 0.0, 0.0).map(_outline(values["d"]))
    return Shape(color, path.controlPointRect(), path)


def _read_line(values: dict[str, str]) -> Shape:
    line = QPainterPath()
    line.moveTo(float(values["x1"]), -float(values["y1"]))
    line.lineTo(float(values["x2"]), -float(values["y2"]))
    stroker = QPainterPathStroker()
    stroker.setWidth(float(values.get("stroke-width", 68.0)))
    path = stroker.createStroke(line)
    return Shape(values.get("stroke", INHERITED), path.boundingRect(), path)
