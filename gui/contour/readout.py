"""The line of numbers above the map: f, its partials, |∇f| and its direction at one point. GUI thread."""

import math
from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from engine.base.round_numbers import format_tick
from engine.formula.names import name_latex
from gui.contour.cursor_layer import coordinate
from gui.drawing.look import READOUT_PX, Look
from gui.drawing.reading import Reading
from gui.i18n import tr
from gui.typeset import typeset

SLOT_PX: Final = 94.0  # of each number, fixed: they do not push each other about
WIDEST_SLOT_PX: Final = 127.0
LAST_PX: Final = 34.0  # more for the last one, which has an angle too
SLOTS: Final = 6
SMALLEST: Final = 0.8  # of the size of the letters, to have two lines of three rather than three of two
NARROWEST: Final = 0.65  # of these letters, for a number that is longer than its slot


def lines_needed(width_px: float, look: Look) -> float:
    """The height of the numbers in this width, in lines of letters of the full size."""
    columns, size = _grid(width_px, look)
    return SLOTS // columns * size


def _grid(width_px: float, look: Look) -> tuple[int, float]:
    """How many numbers stand side by side, and the size of their letters as a part of the full one.

    Rather than one below the other, they are as small as on a screen where everything else is larger.
    """
    smallest = SMALLEST / max(look.scale, 1.0)
    for columns, least in ((6, 1.0), (3, SMALLEST), (2, smallest), (1, 0.0)):
        size = min(1.0, width_px / look.px(columns * SLOT_PX + LAST_PX))
        if size >= least:
            break
    return columns, max(size, smallest)


def number(value: float) -> str:
    return tr("undefined") if math.isnan(value) else format_tick(value)


def paint_readout(
    painter: QPainter,
    rect: QRectF,
    reading: Reading,
    names: tuple[str, ...],
    decimals: tuple[int, int],
    look: Look,
    at_marker: QColor | None,
    function: str = "f",
) -> None:
    """Write `reading` into `rect`.

    Args:
        names: of the variables, one or two. decimals: of their values.
        at_marker: the colour of the run whose marker is read; None where the mouse is.
        function: what is read, as TeX.
    """
    slots = readout_slots(reading, tuple(name_latex(name) for name in names), decimals, function)
    columns, size = _grid(rect.width(), look)
    font = look.font(READOUT_PX * size)
    metrics = QFontMetricsF(font)
    line = look.readout_line * size
    slot = min((rect.width() - look.px(LAST_PX) * size) / columns, look.px(WIDEST_SLOT_PX))
    left = rect.left() + look.px(12) * size
    if at_marker is not None:
        painter.save()
        painter.setPen(look.hairline(look.theme.color("text", 0.7)))
        painter.setBrush(at_marker)
        center = QPointF(rect.left() + look.px(2), rect.top() + look.px(4) + metrics.height() / 2)
        painter.drawEllipse(center, look.px(3.5), look.px(3.5))
        painter.restore()
    for k, (symbol, text) in enumerate(slots):
        row, column = divmod(k, columns)
        x = left + column * slot
        baseline = rect.top() + look.px(4) + row * line + metrics.ascent()
        picture = typeset(symbol, look.px((READOUT_PX + 2) * size), display=False)
        picture.paint(painter, QPointF(x, baseline), look.theme.color("muted"))
        x += picture.width + look.px(7) * size
        end = rect.right() if column == columns - 1 else left + (column + 1) * slot - look.px(5) * size
        fitting = (end - x) / max(metrics.horizontalAdvance(text), 1.0)
        shown = QFont(font)
        if fitting < 1.0:
            shown.setPixelSize(math.floor(font.pixelSize() * max(fitting, NARROWEST)))
        painter.setFont(shown)
        painter.setPen(look.theme.color("text"))
        painter.drawText(QPointF(x, baseline), text)


def readout_slots(
    reading: Reading, names: tuple[str, ...], decimals: tuple[int, int], function: str = "f"
) -> list[tuple[str, str]]:
    """(TeX of the symbol, number) of everything that is read."""
    first = names[0]
    if len(names) == 1:
        return [
            (first, coordinate(reading.x, decimals[0])),
            (function, number(reading.f)),
            (f"{function}'", number(reading.fx)),
        ]
    direction, many = reading.direction_deg, len(reading.gradient)
    where = "" if math.isnan(direction) else f" ∠{round(direction) % 360}°"
    if many > 2:  # that of all variables has no direction in the drawn plane
        where = f" ({tr('all {count}', count=many)})"
    return [
        (first, coordinate(reading.x, decimals[0])),
        (names[1], coordinate(reading.y, decimals[1])),
        (function, number(reading.f)),
        (f"{function}_{{{first}}}", number(reading.fx)),
        (f"{function}_{{{names[1]}}}", number(reading.fy)),
        (rf"|\nabla {function}|", number(reading.gradient_norm) + where),
    ]
