"""The colours, and which level lines are strong: the same for both views."""

from typing import get_args

import numpy as np
import pytest
from msgspec.structs import replace

from engine.document.lab import Colormap
from gui.drawing.colormaps import SIZE, color_range, colormap, colors_of, lightness
from gui.drawing.level_style import index_levels
from tests.gui.fields import LOG, bowl, make_field, rosenbrock, waves


@pytest.mark.parametrize("name", get_args(Colormap))
def test_every_map_is_a_table_of_opaque_colours(name) -> None:
    table = colormap(name)
    assert table.shape == (SIZE, 4) and table.dtype == np.uint8
    assert (table[:, 3] == 255).all()
    assert np.abs(np.diff(table[:, :3].astype(int), axis=0)).max() <= 12, "no steps"
    assert not table.flags.writeable


@pytest.mark.parametrize("name", ["viridis", "cividis", "magma", "gray"])
def test_sequential_maps_grow_lighter(name) -> None:
    light = lightness(colormap(name))
    assert (np.diff(light[::16]) > 0).all()


def test_viridis_is_viridis() -> None:
    assert colormap("viridis")[0, :3].tolist() == [68, 1, 84]
    assert colormap("viridis")[-1, :3].tolist() == [253, 231, 37]


def test_a_diverging_map_has_its_middle_at_zero() -> None:
    lopsided = make_field(
        lambda x, y: x + 0 * y, lambda x, y: 1 + 0 * (x + y), lambda x, y: 0 * (x + y), x=(-1, 4)
    )
    lo, hi = color_range(lopsided, "diverging")
    zero = (0 - lopsided.z_lo) / (lopsided.z_hi - lopsided.z_lo)
    assert (lo + hi) / 2 == pytest.approx(zero)
    assert lo <= 0 and hi >= 1
    middle = colors_of(zero, "diverging", (lo, hi)).astype(int)
    assert middle[:3].min() > 215
    assert color_range(lopsided, "viridis") == (0.0, 1.0)


def test_values_out_of_range_have_the_end_colours() -> None:
    ends = colors_of([-5.0, 7.0, np.nan], "viridis", (0.0, 1.0))
    assert (ends[0] == colormap("viridis")[0]).all()
    assert (ends[1] == colormap("viridis")[-1]).all()


def test_every_fifth_even_level_is_strong_and_zero_is() -> None:
    field = waves()
    strong = index_levels(field)
    assert strong.shape == field.levels.shape
    assert strong[np.argmin(np.abs(field.levels))]
    gaps = np.diff(np.flatnonzero(strong))
    assert (gaps == 5).all()


def test_powers_of_ten_are_strong_among_logarithmic_levels() -> None:
    field = replace(rosenbrock(display=LOG), levels=np.array([0.1, 0.3, 1.0, 3.0, 10.0]), level_rule="log")
    assert index_levels(field).tolist() == [True, False, True, False, True]


def test_few_levels_are_all_alike() -> None:
    field = replace(bowl(), levels=np.array([1.0, 2.0]))
    assert not index_levels(field).any()
