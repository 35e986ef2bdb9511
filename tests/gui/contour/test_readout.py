"""The numbers above the map."""

import math

import pytest
from PySide6.QtCore import QRectF

from gui.contour.cursor_layer import coordinate, reading_decimals
from gui.contour.readout import lines_needed, readout_slots
from gui.contour.viewport import Viewport
from gui.drawing.look import Look
from gui.drawing.reading import Reading
from gui.theme import LIGHT


def test_the_readout_says_what_is_read():
    reading = Reading(1.25, -0.5, 3.0, 4.0, -3.0, (4.0, -3.0))
    slots = dict(readout_slots(reading, ("x", "y"), (2, 2)))
    assert slots == {
        "x": "1.25",
        "y": "−0.50",
        "f": "3",
        "f_{x}": "4",
        "f_{y}": "−3",
        r"|\nabla f|": "5 ∠323°",
    }
    assert dict(readout_slots(reading, (r"\theta",), (2, 2)))["f'"] == "4"


@pytest.mark.parametrize(
    ("width", "scale", "lines", "size"),
    [
        (700, 1.0, 1, 1.0),
        (600, 1.0, 2, 1.0),
        (292, 1.0, 2, 0.848),
        (210, 1.0, 3, 0.838),
        (120, 1.0, 6, 0.8),
        (244, 1.45, 3, 0.683),  # a projector's letters, in a window of 1024 × 768
        (500, 1.45, 2, 1.0),
    ],
)
def test_the_readout_is_a_grid_without_ragged_rows(qapp, width, scale, lines, size):
    assert lines_needed(width - 24.0, Look(LIGHT, scale)) == pytest.approx(lines * size, rel=1e-3)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (-1.2e-27, 2, "0.00"),  # far less than a pixel
        (-0.5, 2, "−0.50"),
        (3e-7, 9, "3×10⁻⁷"),
        (2.717e9, 2, "2.717×10⁹"),
    ],
)
def test_a_coordinate_has_the_digits_of_a_pixel(value: float, decimals: int, text: str) -> None:
    assert coordinate(value, decimals) == text


def test_far_out_of_sight_four_digits_are_enough() -> None:
    view = Viewport(QRectF(0, 0, 500, 500), -5, 5, -5, 5)
    x, y = -2025451.9, 34342.0
    shown = [coordinate(v, d) for v, d in zip((x, y), reading_decimals(view, x, y), strict=True)]
    assert shown == ["−2.025×10⁶", "34342"]
    assert reading_decimals(view, 4.0, 3.0) == (2, 2)
    assert reading_decimals(view, math.nan, 0.0) == (2, 2)
