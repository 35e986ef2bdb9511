"""Lines of steepest descent."""

import numpy as np
import pytest

from engine.document.lab import Display
from engine.function.field import sample
from engine.function.streamlines import descend_lines
from tests.engine.numpy_objective import NumpyObjective, box, himmelblau, rosenbrock


def lines_of(f, setup=None):
    return descend_lines(sample(NumpyObjective(f), setup or box(), Display(), resolution=201))


@pytest.mark.parametrize("f", [lambda x, y: x**2 + y**2, himmelblau, rosenbrock])
def test_they_run_downhill(f):
    lines = lines_of(f)
    assert 20 < len(lines) < 200
    for line in lines:
        values = f(line[:, 0], line[:, 1])
        assert values[-1] < values[0]
        # But for the last steps in a valley narrower than the samples.
        assert (np.diff(values) <= 1e-3 * (values[0] - values[-1])).mean() > 0.9


def test_on_an_ellipse_they_are_the_parabolas_of_the_textbook():
    # dx/dt = −2x, dy/dt = −8y: y = c·x⁴.
    for line in lines_of(lambda x, y: x**2 + 4 * y**2):
        x, y = line[:, 0], line[:, 1]
        away = (np.abs(x) > 0.5) & (np.abs(y) > 0.1)
        if away.sum() > 5:
            c = y[away] / x[away] ** 4
            assert c == pytest.approx(np.full(away.sum(), c[0]), rel=0.05)


def test_right_angles_are_those_of_the_data_and_not_of_the_picture():
    for line in lines_of(lambda x, y: x + y, box((0, 10), (0, 1))):
        assert np.diff(line[:, 0]) == pytest.approx(np.diff(line[:, 1]), abs=1e-9)


@pytest.mark.parametrize("scale", [1e-300, 1e300])
def test_huge_and_tiny(scale):
    assert len(lines_of(lambda x, y: scale * (x**2 + y))) > 20


def test_flat_and_undefined_have_none():
    assert lines_of(lambda x, y: 3 + 0 * x) == ()
    assert lines_of(lambda x, y: x * np.nan) == ()
    half = lines_of(lambda x, y: np.log(x) + y**2)
    assert half
    assert all((line[:, 0] > -0.1).all() for line in half)


def test_they_come_with_the_field_when_asked_for():
    bowl = NumpyObjective(lambda x, y: x**2 + y**2)
    assert sample(bowl, box(), Display(), resolution=51).streamlines == ()
    assert sample(bowl, box(), Display(streamlines=True), resolution=51).streamlines
