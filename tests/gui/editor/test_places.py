"""From the picture to the source and back."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QPointF

from gui.editor.places import find_places
from gui.editor.reading import read
from gui.typeset import layout_tex

SIZE_PX = 24.0


def places_of(text, width=None):
    reading = read(text)
    layout = layout_tex(reading.tex, SIZE_PX, width)
    return find_places(reading.tree, reading.spans, layout.regions())


def at(places, text, part):
    start = text.index(part)
    box = places.boxes((start, start + len(part)))[0]
    return box.center()


@pytest.mark.parametrize("part", ["x", "3", "sin", "y"])
def test_a_leaf_is_found_where_it_is_drawn(qapp, part):
    text = "x^2/3 + sin(y)"
    places = places_of(text)
    span = places.at(at(places, text, part))
    assert span is not None
    assert text[span[0] : span[1]] == part


def test_a_sign_means_the_sum_and_a_bar_the_fraction(qapp):
    text = "(x+1)/(y+2)"
    places = places_of(text)
    x, one = at(places, text, "x"), at(places, text, "1")
    span = places.at((x + one) / 2)
    assert text[slice(*span)].strip("()") == "x+1"
    above, below = at(places, text, "x"), at(places, text, "y")
    span = places.at(QPointF(above.x() + 12.0, (above.y() + below.y()) / 2))
    assert text[slice(*span)] == text


def test_far_away_is_nothing(qapp):
    assert places_of("x").at(QPointF(500.0, 300.0)) is None
    assert places_of("").at(QPointF(0.0, 0.0)) is None


def test_the_part_around(qapp):
    text = "2 sin(x+y)"
    places = places_of(text)
    x = text.index("x")
    inner = places.around((x, x + 1))
    assert text[slice(*inner)].strip("()") == "x+y"
    outer = places.around(inner)
    assert "sin" in text[slice(*outer)]
    assert places.around((0, len(text))) == (0, len(text))


def test_the_caret_walks_from_left_to_right(qapp):
    text = "x+y-z"
    places = places_of(text)
    lines = [places.caret(offset, SIZE_PX) for offset in range(len(text) + 1)]
    assert all(line is not None for line in lines)
    xs = [line.x1() for line in lines]
    assert xs == sorted(xs)
    assert xs[0] < at(places, text, "x").x() < xs[1]


def test_the_caret_in_an_exponent_is_raised(qapp):
    text = "x^2"
    places = places_of(text)
    base, raised = places.caret(1, SIZE_PX), places.caret(3, SIZE_PX)
    assert raised.center().y() < base.center().y() - 3.0


def test_there_is_no_caret_in_nothing(qapp):
    assert places_of("").caret(0, SIZE_PX) is None


def test_one_box_for_each_line(qapp):
    text = "+".join(f"x^{n}" for n in range(2, 30))
    boxes = places_of(text, 200.0).boxes((0, len(text)))
    assert len(boxes) > 2
    assert all(a.bottom() < b.bottom() for a, b in pairwise(boxes))


def test_a_missing_part_has_its_place(qapp):
    places = places_of("x +")
    line = places.caret(3, SIZE_PX)
    assert line is not None
    assert line.x1() > places.caret(1, SIZE_PX).x1()
