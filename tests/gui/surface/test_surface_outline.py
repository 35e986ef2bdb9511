"""The outline: on the sides of the surface and where it is cut off, and nowhere else."""

import numpy as np
import pytest
from msgspec.structs import replace

from gui.surface.box_map import HALF_HEIGHT, BoxMap
from gui.surface.outline import rim_lines, side_lines
from tests.gui.fields import bowl, pole_line, pole_point, waves


def test_it_lies_on_the_sides_and_in_the_box() -> None:
    field = bowl()
    for line in side_lines(BoxMap(field)):
        assert np.isfinite(line).all()
        assert (np.abs(np.abs(line[:, :2]).max(axis=1) - 1.0) < 1e-9).all()
    cut = np.concatenate(side_lines(BoxMap(pole_line(n=200))))
    assert np.isnan(cut[:, 2]).any()
    assert np.nanmax(np.abs(cut[:, 2])) <= HALF_HEIGHT + 1e-6


def test_a_side_ends_exactly_where_the_surface_is_cut_off() -> None:
    front = side_lines(BoxMap(pole_line(n=200)))[0]
    drawn = np.isfinite(front[:, 2])
    ends = np.flatnonzero(drawn[:-1] != drawn[1:])
    at_ends = np.where(drawn[ends], front[ends, 2], front[ends + 1, 2])
    assert len(ends) == 2
    assert np.abs(at_ends) == pytest.approx(HALF_HEIGHT)


def test_a_lone_row_of_samples_has_no_side() -> None:
    field = bowl()
    z = field.z.copy()
    z[1] = np.nan
    box_map = BoxMap(replace(field, z=z, finite=np.isfinite(z)))
    front, back, *_ = side_lines(box_map)
    assert np.isnan(front[:, 2]).all()
    assert np.isfinite(back[:, 2]).all()


def test_a_thinned_side_has_the_nodes_of_the_thinned_mesh() -> None:
    sides = side_lines(BoxMap(waves(n=101)), 4)
    assert [len(side) for side in sides] == [26] * 4
    assert sides[0][[0, -1], 0].tolist() == [-1.0, 1.0]


def test_a_rim_goes_round_a_pole() -> None:
    box_map = BoxMap(pole_point(n=200))
    (rim,) = rim_lines(box_map)
    radius = np.hypot(rim[:, 0], rim[:, 1]) * 5.0
    assert radius == pytest.approx(1.0 / np.sqrt(box_map.field.z_hi), rel=0.05)
    assert rim[:, 2] == pytest.approx(HALF_HEIGHT)
    assert rim_lines(BoxMap(bowl())) == []


def test_no_rim_lies_in_the_gap_of_a_jump() -> None:
    box_map = BoxMap(pole_line(n=200))
    rims = np.concatenate(rim_lines(box_map))
    shown = rims[np.isfinite(rims[:, 2])]
    assert np.isfinite(box_map.height_at(shown[:, :2])).all()
    assert len(shown) > 100
