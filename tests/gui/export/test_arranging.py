"""Panels in rows and columns: inside of their room, apart from each other, near their proportions."""

import itertools

import pytest
from PySide6.QtCore import QRectF

from gui.export.arranging import arranged
from gui.export.compose import ASPECTS, compose
from gui.export.spec import TRAINING, VIEWS

GAP = 10.0


@pytest.mark.parametrize("size", [(1600, 700), (900, 900), (500, 1200)], ids=["wide", "square", "tall"])
@pytest.mark.parametrize("count", range(1, 6))
def test_panels_fill_their_room_apart_from_each_other(size, count):
    body = QRectF(7, 11, *size)
    parts = arranged(body, {view: ASPECTS[view] for view in VIEWS[:count]}, GAP)
    assert list(parts) == list(VIEWS[:count])
    for part in parts.values():
        assert body.adjusted(-1e-6, -1e-6, 1e-6, 1e-6).contains(part)
    for one, other in itertools.combinations(parts.values(), 2):
        assert not one.adjusted(-GAP / 2 + 1e-6, 0, GAP / 2 - 1e-6, 0).intersects(other)
    covered = sum(part.width() * part.height() for part in parts.values())
    assert covered > 0.93 * size[0] * size[1]


def test_four_in_a_wide_room_are_a_grid_whose_edges_are_in_line():
    first, second, third, fourth = arranged(
        QRectF(0, 0, 1800, 800), {view: ASPECTS[view] for view in TRAINING}, GAP
    ).values()
    assert first.left() == second.left() and first.right() == second.right()
    assert third.left() == fourth.left() and third.right() == fourth.right()
    assert first.bottom() == third.bottom() and second.top() == fourth.top()


def test_in_a_tall_room_a_wide_panel_has_a_row_of_its_own():
    parts = arranged(QRectF(0, 0, 600, 1000), {"a": 1.0, "b": 1.0, "wide": 2.0, "wider": 2.4}, GAP)
    assert parts["wide"].width() == parts["wider"].width() == 600
    assert parts["a"].top() == parts["b"].top()


def test_the_surface_and_the_map_alone_keep_their_own_composition():
    assert not compose((1920, 1080), ("contour", "surface"), ()).panels
    assert set(compose((1920, 1080), TRAINING, ("formula", "caption")).panels) == set(TRAINING)
