"""Level lines are found from as few samples as give the same lines."""

import numpy as np
import pytest

from engine.scale import height_of, undersampled
from gui.contour.level_lines import LineFinder, _same_lines
from tests.gui.fields import bowl, pole_point, waves


def stride_of(field) -> int:
    return _same_lines(height_of(field, field.z), height_of(field, field.levels))


def test_smooth_functions_are_thinned_and_fine_ones_are_not() -> None:
    assert stride_of(bowl(n=401)) == 2
    assert stride_of(bowl(n=1024)) == 4
    assert stride_of(waves(20.0, n=401)) == 1
    assert stride_of(bowl(n=161)) == 1


def test_the_lines_of_a_thinned_field_lie_where_they_should() -> None:
    (circle,) = LineFinder(bowl(n=402)).lines(4.0)
    radius = np.hypot(*((circle - 0.5) * 10).T)
    assert radius == pytest.approx(2.0, abs=2e-3)
    assert np.abs(circle - np.roll(circle[:-1], 3, axis=0)[0]).max() < 1
    last = LineFinder(bowl(n=402)).lines(49.0)
    assert max(line.max() for line in last) == 1.0, "the last sample is among them"


def test_nothing_is_thinned_beside_a_pole() -> None:
    (rim,) = LineFinder(pole_point(n=401)).lines(1.0)
    assert np.hypot(*((rim - 0.5) * 10).T) == pytest.approx(1.0, abs=0.01)


def test_how_fine_it_is_is_judged_once_for_each_field() -> None:
    field = waves()
    before = undersampled.cache_info().misses
    assert not undersampled(field)
    assert not undersampled(field)
    assert undersampled.cache_info().misses == before + 1
