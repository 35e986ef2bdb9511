"""Panels of given proportions in a rectangle: in rows or in columns, whichever leaves them nearest to these.

Pure; any thread.
"""

import itertools
import math
from collections.abc import Mapping
from typing import Final, TypeVar

from PySide6.QtCore import QRectF

UNEVEN: Final = 0.2  # how much worse a panel is that is e times as large as another

Name = TypeVar("Name")
Lines = list[list[Name]]


def arranged(body: QRectF, aspects: Mapping[Name, float], gap: float) -> dict[Name, QRectF]:
    """A rectangle in `body` for each name, in their order.

    Args:
        aspects: width over height that would be right for each. gap: between them.
    """
    names = list(aspects)
    choices = [
        _laid(body, lines, aspects, gap, upright=upright)
        for lines in _divisions(names)
        for upright in (False, True)
    ]
    return min(choices, key=lambda parts: _badness(parts, aspects))


def _divisions(names: list[Name]) -> list[Lines[Name]]:
    """The ways to cut a list into lists."""
    found = []
    for cuts in itertools.product((False, True), repeat=len(names) - 1):
        lines = [[names[0]]]
        for name, cut in zip(names[1:], cuts, strict=True):
            if cut:
                lines.append([name])
            else:
                lines[-1].append(name)
        found.append(lines)
    return found


def _laid(
    body: QRectF, lines: Lines[Name], aspects: Mapping[Name, float], gap: float, *, upright: bool
) -> dict[Name, QRectF]:
    """Each of `lines` as a row, or as a column where they are `upright`."""
    along, across = (body.height(), body.width()) if upright else (body.width(), body.height())
    lengths = [[1 / aspects[name] if upright else aspects[name] for name in line] for line in lines]
    if len({len(line) for line in lines}) == 1:  # a grid, whose edges are in line
        lengths = [[sum(each) / len(lines) for each in zip(*lengths, strict=True)]] * len(lines)
    breadths = [
        1 / sum(1 / aspects[name] if upright else aspects[name] for name in line) for line in lines
    ]  # of the lines, at a length of 1
    room = max(across - gap * (len(lines) - 1), 1.0)
    parts: dict[Name, QRectF] = {}
    beside = 0.0
    for line, each, breadth in zip(lines, lengths, breadths, strict=True):
        wide = room * breadth / sum(breadths)
        free = max(along - gap * (len(line) - 1), 1.0)
        begin = 0.0
        for name, length in zip(line, each, strict=True):
            long = free * length / sum(each)
            x, y, width, height = (beside, begin, wide, long) if upright else (begin, beside, long, wide)
            parts[name] = QRectF(body.left() + x, body.top() + y, width, height)
            begin += long + gap
        beside += wide + gap
    return parts


def _badness(parts: Mapping[Name, QRectF], aspects: Mapping[Name, float]) -> float:
    """How far panels are from their proportions, and from being equally large."""
    squeezed = [
        abs(math.log(max(rect.width(), 1.0) / max(rect.height(), 1.0) / aspects[name]))
        for name, rect in parts.items()
    ]
    areas = [max(rect.width() * rect.height(), 1.0) for rect in parts.values()]
    return max(squeezed) + UNEVEN * math.log(max(areas) / min(areas))
